"""Think: the labelled cases, properties of good and spoiled completions, and inputs that stall a regular expression."""

from __future__ import annotations

import pickle

import pytest
from format_cases import cases, verdict_of
from hypothesis import given
from hypothesis import strategies as st
from shared_data import needs_shared
from timing import LIMIT_S, least_seconds

from r1.verifiers.think import TEMPLATES, Think, special_token, tags
from r1.verifiers.verdict import Status

TAGS = ("<think>", "</think>", "<answer>", "</answer>")
LOOK_ALIKES = {  # a similar character, or the character with an invisible one that stays inside the tag
    "<": "＜ ‹ 〈 <\u200b", ">": "＞ › 〉 \u2060>", "/": "∕ ／ ⁄ \\", "a": "а ａ \u200ba", "e": "е ｅ é",
    "h": "һ ｈ", "i": "і ı ｉ l 1", "k": "κ к ｋ", "n": "ո ｎ", "r": "г ｒ", "s": "ѕ ｓ", "t": "т ｔ", "w": "ԝ ｗ",
}  # fmt: skip

# Honest contents: they hold a letter or digit and no tag.
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=60).map(lambda s: s.replace("<", "(") + " 7 ")
space = st.text(" \t\n\r\f\v", max_size=5)


@st.composite
def good(draw: st.DrawFn) -> str:
    think, answer, a, b, c = draw(words), draw(words), draw(space), draw(space), draw(space)
    return f"{a}<think>{think}</think>{b}<answer>{answer}</answer>{c}"


@given(good())
def test_a_good_completion_passes(completion: str) -> None:
    assert Think()(completion, {}).status is Status.PASS


@given(good(), st.sampled_from(TAGS), st.data())
def test_a_second_tag_anywhere_fails(completion: str, tag: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(completion)))
    verdict = Think()(completion[:at] + tag + completion[at:], {})
    assert verdict.reward == 0.0 and verdict.status is Status.MALFORMED and verdict.note


@given(st.sampled_from(sorted(TEMPLATES)), st.booleans(), words, words, st.data())
def test_a_second_mark_anywhere_fails_in_every_template(
    name: str, prefilled: bool, think: str, answer: str, data: st.DataObject
) -> None:
    verifier, template = Think(name, prefilled=prefilled), TEMPLATES[name]
    written = template.prefilled() if prefilled else template
    completion = written.write(think=think.replace("|", "/"), answer=answer.replace("|", "/"))
    assert verifier(completion, {}).reward == 1.0
    at, mark = data.draw(st.integers(0, len(completion))), data.draw(st.sampled_from(template.marks))
    assert verifier(completion[:at] + mark + completion[at:], {}).reward == 0.0


@given(
    good(),
    st.text(min_size=1).filter(lambda s: s.strip(" \t\n\r\f\v")),
    st.sampled_from(["before", "between", "after"]),
)
def test_text_outside_the_parts_fails(completion: str, text: str, where: str) -> None:
    mark = {"before": "<think>", "between": "<answer>", "after": "</answer>"}[where]
    at = completion.index(mark) + (len(mark) if where == "after" else 0)
    assert Think()(completion[:at] + text + completion[at:], {}).reward == 0.0


@given(good(), st.sampled_from(TAGS), st.data())
def test_a_look_alike_in_a_tag_fails(completion: str, tag: str, data: st.DataObject) -> None:
    at = completion.index(tag) + data.draw(st.integers(0, len(tag) - 1))
    twin = data.draw(st.sampled_from(LOOK_ALIKES[completion[at]].split(" ")))
    assert Think()(completion[:at] + twin + completion[at + 1 :], {}).reward == 0.0


@given(st.lists(st.sampled_from([*TAGS, "a", "\n", " ", "\\boxed{", "}", "```", "~~~python\n"]), max_size=30))
def test_any_text_gets_a_verdict_with_a_reason(pieces: list[str]) -> None:
    completion = "".join(pieces)
    for think in (Think(), Think(boxed=True, fence="python", min_think_words=2), Think("think_only", prefilled=True)):
        verdict = think(completion, {})
        assert verdict.reward in (0.0, 1.0) and "\n" not in verdict.note and verdict.note


@given(st.sampled_from(sorted(TEMPLATES)), st.booleans(), words, words)
def test_a_verifier_reads_back_what_its_template_writes(name: str, prefilled: bool, think: str, answer: str) -> None:
    template = TEMPLATES[name].prefilled() if prefilled else TEMPLATES[name]
    reading = Think(name, prefilled=prefilled, newlines="required").read(template.write(think=think, answer=answer))
    if "|special_token|" in think + answer:
        return
    assert reading.broken == ""
    assert reading.contents["think"].strip() == think.strip() and reading.contents["answer"].strip() == answer.strip()


@pytest.mark.parametrize(
    ("completion", "rule"),
    [
        ("<think>a</think>", "<answer> occurs 0 times, not once"),
        ("<think>a<think>b</think><answer>1</answer>", "<think> occurs 2 times, not once"),
        ("<answer>1</answer><think>a</think>", "the tags are not in the order <think> </think> <answer> </answer>"),
        ("Sure! <think>a</think><answer>1</answer>", "text before <think>: 'Sure!'"),
        ("<think>a</think>so<answer>1</answer>", "text between </think> and <answer>: 'so'"),
        ("<think>a</think><answer>1</answer>Bye", "text after </answer>: 'Bye'"),
        ("<think> \u3164\u200b. </think><answer>1</answer>", "the think part holds no letter or digit"),
        (
            "<think>Reasoning  process here</think><answer>1</answer>",
            "the think part repeats the template's placeholder",
        ),
        ("<think>a</think><answer> [answer here] </answer>", "the answer part repeats the template's placeholder"),
    ],
)
def test_the_note_names_the_broken_rule(completion: str, rule: str) -> None:
    assert Think()(completion, {}).note.startswith(rule)
    assert Think().read(completion).broken.startswith(rule) and not Think().read(completion).contents


@pytest.mark.parametrize(
    ("options", "completion", "reward"),
    [
        ({"template": tags("reasoning", "solution")}, "<reasoning>a</reasoning><solution>1</solution>", 1.0),
        ({"template": tags("reasoning", "solution")}, "<think>a</think><answer>1</answer>", 0.0),
        ({"template": tags("t", None)}, "<t>a</t> so 1", 1.0),
        ({"template": special_token("§§")}, "§§ a §§ b", 1.0),
        ({"template": special_token("§§")}, "§§ a §§ b §§", 0.0),
        ({"template": special_token("§§"), "prefilled": True}, "a §§ b", 1.0),
        ({"template": special_token("§§"), "prefilled": True}, "§§ a §§ b", 0.0),
        ({"prefilled": True}, "<think>a</think><answer>1</answer>", 0.0),
        ({"newlines": "required", "prefilled": True}, "a\n</think>\n<answer>\n1\n</answer>", 1.0),
        ({"newlines": "required"}, "<think>\na\n</think>\n<answer>\n1\n</answer>\n", 0.0),
        ({"newlines": "required"}, "<think>\na\n</think>\n\n<answer>\n1\n</answer>", 0.0),
        ({"strip_eos": ["</s>", "<|e|>"]}, "<think>a</think><answer>1</answer></s><|e|><|e|></s> \n", 1.0),
        ({"strip_eos": ["</s>"]}, "<think>a</s></think><answer>1</answer>", 1.0),
        ({"strip_eos": ["</s>"]}, "<think>a</think></s><answer>1</answer>", 0.0),
        ({"strip_eos": ["</s>"]}, "<think>a</think><answer>1</answer></s>x", 0.0),
        ({"strip_eos": ["s>", "</s>"]}, "<think>a</think><answer>1</answer></s>", 1.0),
        ({"min_think_words": 3}, "<think>one two . , !</think><answer>1</answer>", 0.0),
        ({"min_think_words": 3}, "<think>先加再乘</think><answer>1</answer>", 1.0),
        ({"boxed": True}, r"<think>a</think><answer>So \boxed{\frac{1}{2}}.</answer>", 1.0),
        ({"boxed": True}, r"<think>a</think><answer>\boxed{\{1,2\}}</answer>", 1.0),
        ({"boxed": True}, r"<think>a</think><answer>\boxed{\text{ }}</answer>", 0.0),
        ({"boxed": True}, r"<think>a</think><answer>\boxed{ {} \, }</answer>", 0.0),
        ({"boxed": True}, r"<think>a</think><answer>\boxed 5</answer>", 0.0),
        ({"boxed": True}, r"<think>a</think><answer>\boxed{\boxed{5}}</answer>", 0.0),
        ({"fence": "c++"}, "<think>a</think><answer>Here:\n~~~C++\nint x;\n~~~\n</answer>", 1.0),
        ({"fence": "c"}, "<think>a</think><answer>Here: ```c\nint x;\n```\n</answer>", 0.0),
        ({"fence": "c"}, "<think>a</think><answer>\n```c\nx;\n```\n```c\ny;\n```\n</answer>", 0.0),
        ({"fence": "c"}, "<think>a</think><answer>\n```c\nx;\n```\n```\n</answer>", 0.0),
        ({"fence": "c"}, "<think>a</think><answer>\n````c\n```\nx;\n````\n</answer>", 1.0),
        ({"fence": "c"}, "<think>a</think><answer>\n````c\nx;\n```\n</answer>", 0.0),
        ({"fence": "c"}, "<think>a</think><answer>\n```c extra\nx;\n```\n</answer>", 0.0),
        ({"fence": "c"}, "<think>\n```c\nx;\n```\n</think><answer>x;</answer>", 0.0),
    ],
)
def test_options(options: dict, completion: str, reward: float) -> None:
    assert Think(**options)(completion, {}).reward == reward


@pytest.mark.parametrize(
    "options",
    [{"template": "r1_zer0"}, {"newlines": "yes"}, {"template": "x", "prefilled": True}],
)
def test_an_error_lists_the_values_that_an_option_takes(options: dict) -> None:
    with pytest.raises(ValueError, match="expected one of"):
        Think(**options)


OPTIONS = [
    {},
    {"boxed": True, "strip_eos": ["</s>", "<|e|>"]},
    {"newlines": "required", "min_think_words": 9},
    {"fence": "c"},
]


@pytest.mark.parametrize("options", OPTIONS)
def test_verifiers_with_equal_options_are_equal(options: dict) -> None:
    assert Think(**options) == Think(**options) and hash(Think(**options)) == hash(Think(**options))
    assert Think(**options) != Think(**options, prefilled=True)


def test_it_travels_to_another_process() -> None:
    think = pickle.loads(pickle.dumps(Think(tags("a", "b"), strip_eos=["</s>"])))
    assert think("<a>1</a><b>2</b></s>", {}).reward == 1.0
    assert think == Think(tags("a", "b"), strip_eos=["</s>"])


HOSTILE = [
    "<" * 1_000_000,
    "<think>a</think><answer>" + "<thin" * 200_000 + "</answer>",
    "<think>\nx\n</think>\n<answer>\n" * 40_000,
    "<think>\na" + "\n" * 1_000_000,
    "<think></think>" * 70_000,
    "\n</think>\n<answer>\n```python" * 35_000,
    "```python" * 110_000,
    "<think>a</think><answer>" + "\\boxed{" * 140_000 + "</answer>",
    "<think>a</think><answer>" + "\n```c\n```" * 110_000 + "</answer>",
    "<think>a</think><answer>1</answer>" + "</s>" * 250_000,
    "<think>a</think><answer>1</answer>" + "</s><|e|>" * 110_000,
    "<think>a</think><answer>````c\n" + "```\n" * 250_000 + "</answer>",
    "<think>a</think><answer>```c" + "\n" * 1_000_000 + "</answer>",
    "<think>a</think><answer>```c" + "`" * 1_000_000 + "</answer>",
    "<think>a</think><answer>" + "`" * 500_000 + "\n" + "`" * 499_999 + " \n</answer>",
    "<think>" + "思" * 1_000_000 + "</think><answer>1</answer>",
    "<think>" + "\u3164" * 1_000_000 + "</think><answer>1</answer>",
    "<think>a</think><answer>\\boxed{" + "{" * 1_000_000 + "</answer>",
]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
@pytest.mark.parametrize("options", OPTIONS)
def test_a_megabyte_stalls_no_verifier(number: int, options: dict) -> None:
    think = Think(**options)
    assert least_seconds(lambda: think(HOSTILE[number], {}), LIMIT_S) <= LIMIT_S


@needs_shared
@pytest.mark.parametrize(
    "row", cases("think_answer", "think_only", "special_token", "code_format"), ids=lambda row: row["id"]
)
def test_labelled_cases(row: dict) -> None:
    assert verdict_of(row).reward == pytest.approx(row["expected"])
