r"""Hidden prose: eight or more words in a row count wherever they are hidden; code, formulas and data stay neutral."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from timing import assert_linear

from r1.verifiers.language.hidden import prose_of, texts_of
from r1.verifiers.language.verifier import measure

OWN = "我们先看已知的条件，然后再算。"
SENTENCE = "We know that both of the trains leave at noon, so they have been on the road for the same number of hours when they meet"
WORDS = SENTENCE.replace(",", "").split()
WRAPPERS = {
    "fence": "```text\n{}\n```",
    "comment": "```python\n# {}\nx = 1\n```",
    "open fence": "~~~\n{}",
    "inline": "`{}`",
    "display": "\\[{}\\]",
    "inline math": "\\({}\\)",
    "environment": "\\begin{{align}}{}\\end{{align}}",
    "text": "$\\text{{{}}}$",
    "attribute": '<p title="{}">',
    "html comment": "<!-- {} -->",
    "json": '{{"a": "{}"}}',
    "bracket": "[[{}]]",
}
JOINTS = {
    "commands": ("", " \\", ""),
    "one span a word": ("`", "` `", "`"),
    "one formula a word": ("$\\text{", "}$ $\\text{", "}$"),
    "equations": ("$$", " = ", "$$"),
    "list": ('["', '", "', '"]'),
    "address": ("https://example.org/", "-", ""),
    "one long name": ("```\n", "_", "\n```"),
    "lines": ("```\n", "\n", "\n```"),
}
CODE = [
    "def mean(numbers):\n    total = sum(numbers)\n    count = len(numbers)\n    return total / count if count else None",
    "for item in items:\n    if item not in seen and item is not None:\n        seen.add(item)\n        order.append(item)",
    "SELECT name, age FROM users WHERE city IS NOT NULL AND age > 30 ORDER BY name LIMIT 10",
    "name: Alice\nage: twelve\ncity: Paris\ncountry: France\nlanguage: french\nstatus: open\nwork: teacher",
    r"\begin{cases} x & \text{if } x > 0 \text{ and } y < 0 \\ \alpha + \beta & \text{otherwise} \end{cases} \forall \epsilon",
    '{"name": "Alice", "age": 12, "tags": ["a", "b"], "address": {"street": "Main Street", "city": "Paris"}}',
    "sudo apt install python3 curl wget vim\ncd project && make all\nnpm run build && npm run test",
    "int main() { int a, b; cin >> a >> b; for (int i = 0; i < n; i++) { cout << value << endl; } return 0; }",
]


def english(text: str) -> int:
    return measure(text, "zh").by_language.get("en", 0)


@pytest.mark.parametrize("wrapper", WRAPPERS.values(), ids=WRAPPERS)
def test_prose_counts_in_every_wrapper(wrapper: str) -> None:
    """At most one word of the wrapper is counted with it, and at most one of the sentence is lost."""
    assert abs(english(OWN + wrapper.format(SENTENCE)) - len(WORDS)) <= 1
    assert measure(OWN + wrapper.format(SENTENCE), "zh").n_target == measure(OWN, "zh").n_target


@pytest.mark.parametrize("joint", JOINTS.values(), ids=JOINTS)
def test_prose_counts_whatever_stands_between_its_words(joint: tuple[str, str, str]) -> None:
    before, between, after = joint
    assert english(f"{OWN}\n{before}{between.join(WORDS)}{after}\n") >= len(WORDS) - 2


@pytest.mark.parametrize("code", CODE)
def test_code_formulas_and_data_hold_no_prose(code: str) -> None:
    assert prose_of(code) == ""


def test_fewer_than_eight_words_stay_neutral() -> None:
    assert prose_of("print(1)  # the sum of the two") == ""
    assert prose_of("print(1)  # we need the sum of both numbers here").split()[:3] == ["we", "need", "the"]


def test_prose_of_other_scripts_counts_too() -> None:
    assert measure("We add them.\n```\n我们先看已知的条件，然后再检查每一种情况。\n```", "en").by_language["zh"] >= 8
    assert measure("Мы считаем.\n\\[" + SENTENCE + "\\]", "ru").by_language["en"] >= len(WORDS) - 1


@settings(max_examples=100, deadline=None)
@given(place=st.integers(0, 400), code=st.sampled_from(CODE))
def test_code_around_prose_does_not_hide_it(place: int, code: str) -> None:
    """The sentence counts wherever a program is cut in two for it."""
    cut = code[: place % len(code)] + f"\n# {SENTENCE}\n" + code[place % len(code) :]
    assert english(f"{OWN}\n```\n{cut}\n```") >= len(WORDS) - 2


def test_a_text_that_is_all_data_is_judged_by_its_texts() -> None:
    assert texts_of('{"key": "two words", "n": 1}') == ""
    assert (
        texts_of('x = "one two three"  # four five six seven eight').split()
        == "one two three four five six seven eight".split()
    )
    found = measure('```json\n{"gruß": "Guten Tag, meine Liebe", "frage": "Wie geht es dir?"}\n```', "de")
    assert (found.n_target, found.n_words) == (8, 8)
    assert measure("```python\nx = 1\n```", "de").fraction is None


@pytest.mark.parametrize(
    "unit", ["the ", "the_", "`the` ", "\\the ", '"the": ', "的", "# the of\n", "$we$", "a_b_c_", "/of/the"]
)
def test_time_is_linear(unit: str) -> None:
    assert_linear(lambda text: prose_of(text), unit, small=5_000)
    assert_linear(lambda text: measure("```" + text, "zh"), unit, small=5_000)
