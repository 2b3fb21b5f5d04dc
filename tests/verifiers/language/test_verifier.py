"""Language: labeled rows, invariants that an adversary would try to break, scope and status, start-up and memory."""

from __future__ import annotations

import pickle
import subprocess
import sys
from functools import cache
from typing import Any

import pytest
from golden import each, golden, known_wrong
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from language_texts import FOREIGN_WORDS, HONEST, HONEST_TEXTS, LABELED, PLAIN_TEXTS, pieces
from shared_data import ROOT, needs_shared, rows
from timing import assert_linear

from r1.verifiers.language import Language
from r1.verifiers.language.labels import label
from r1.verifiers.language.tokens import tokens
from r1.verifiers.language.verifier import detect, knows, languages, measure
from r1.verifiers.verdict import Status

ROUNDING = 0.0011  # labels have three or four decimals
KNOWN_WRONG = known_wrong("golden/language_cases.jsonl")
FAULTS = [{**row, "why": row["note"]} for row in rows("cases/t2_format.jsonl") if row.get("family") == "language"]
CASES = [{**row, "why": row["note"]} for row in rows("cases/language.jsonl")]


def error(row: dict[str, Any]) -> float:
    """How far the measured fraction is from the label; 1 if only one of them exists."""
    fraction, expected = measure(row["text"], row["target"]).fraction, row["expected_fraction"]
    if expected is None or fraction is None:
        return float(fraction != expected)
    return abs(fraction - expected)


def reason(row: dict[str, Any]) -> str:
    return f"{row['category']}: {row['why']}; got {measure(row['text'], row['target'])}"


CONTESTED = {
    # The row takes 27 English words in a fence for code; rule 2 of the cases' README counts such prose now.
    "lang-0076": 3 / 30,
}


@needs_shared
@pytest.mark.parametrize("row", each(CASES))
def test_shared_cases(row: dict[str, Any]) -> None:
    row = {**row, "expected_fraction": CONTESTED.get(row["id"], row["expected_fraction"])}
    assert error(row) <= ROUNDING, reason(row)


@needs_shared
@pytest.mark.parametrize("row", each(FAULTS))
def test_shared_faults_of_kind(row: dict[str, Any]) -> None:
    assert error(row) <= (0.05 if row["kind"] == "hidden-prose" else ROUNDING), reason(row)


@pytest.mark.parametrize("row", each(golden("language")))
def test_golden_rows(row: dict[str, Any]) -> None:
    assert error(row) <= ROUNDING, reason(row)


@pytest.mark.parametrize("row", each(LABELED))
def test_labeled_rows(row: dict[str, Any]) -> None:
    """Paragraphs, mixtures, neutral spans, hacks and neighbor languages, labeled by the rules of the shared cases."""
    if row["id"] in KNOWN_WRONG:
        assert ROUNDING < error(row) <= 0.1, f"right now, or further off than known: {reason(row)}"
    else:
        assert error(row) <= ROUNDING, reason(row)


@pytest.mark.parametrize("row", each(golden("held_back/language")))
def test_every_offered_language_is_known(row: dict[str, Any]) -> None:
    """At least 95 % of the words of a text that no list was made from are known as the language's own."""
    assert (measure(row["text"], row["target"]).fraction or 0.0) >= 0.95, reason(row)


def test_each_offered_language_has_a_text_and_no_other_is_offered() -> None:
    assert {row["target"] for row in golden("held_back/language")} == set(languages())
    assert not knows("ms") and not knows("la")


@pytest.mark.parametrize("language", HONEST)
def test_every_language_is_itself_and_no_other(language: str) -> None:
    assert measure(HONEST[language], language).fraction == 1.0
    assert detect(HONEST[language]) == language
    for other in HONEST:
        if other != language:
            assert (measure(HONEST[language], other).fraction or 0.0) <= 0.1


@cache
def is_foreign(word: str, language: str) -> bool:
    """Whether the word is foreign beyond doubt (in any context) and not a name."""
    found = label(tokens(word), language)
    return found.own == [] and measure(word, language).n_words == 1


@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_adding_a_foreign_word_never_raises_the_score(data: st.DataObject) -> None:
    """Any language's word in any text for any target, in any place, repeatedly (the proof: `language/chain.py`)."""
    language = data.draw(st.sampled_from(sorted(HONEST_TEXTS)))
    texts = data.draw(st.lists(st.sampled_from(PLAIN_TEXTS), min_size=0, max_size=2))
    own = pieces(HONEST_TEXTS[language])
    padding = "".join(own[:3]) * data.draw(st.sampled_from([0, 0, 3, 7, 30]))
    parts = pieces(" ".join(data.draw(st.permutations([HONEST_TEXTS[language], *texts, padding]))))
    word = data.draw(st.sampled_from(FOREIGN_WORDS))
    assume(is_foreign(word, language))
    score = measure("".join(parts), language).fraction
    assert score is not None
    for _ in range(4):
        at = data.draw(st.integers(0, len(parts)))
        if at and parts[at - 1].rstrip()[-1:].isdigit():
            continue  # between a number and its unit or month: inside a neutral span
        parts.insert(at, f" {word} ")
        found = measure("".join(parts), language)
        assert found.fraction is not None and found.fraction <= score + 1e-9, ("".join(parts), found, score)
        score = found.fraction


@settings(max_examples=200, deadline=None)
@given(language=st.sampled_from(["en", "zh", "ru", "ar", "ja", "el"]), noise=st.text(max_size=60))
def test_any_unicode_is_judged_and_stays_in_range(language: str, noise: str) -> None:
    for text in (noise, f"{HONEST.get(language, '')} {noise}", noise * 5):
        found = measure(text, language)
        assert 0 <= found.n_target <= found.n_words <= found.n_raw_words
        assert found.fraction is None or 0.0 <= found.fraction <= 1.0
        assert sum(found.by_language.values()) == found.n_words
        detect(text)


def test_look_alike_letters_are_never_the_target() -> None:
    text = "We need to open the case once more"
    for latin, cyrillic in zip("aeopc", "аеорс", strict=True):
        fake = text.replace(latin, cyrillic)
        changed = sum(latin in word for word in text.split())
        found = measure(fake, "en")
        assert found.n_words - found.n_target >= changed, (fake, found)


HOSTILE_UNITS = [
    "$", "$$", "\\[", "\\(", "\\begin{a}", "\\end{a}", "`", "```", "```a", "<a ", "</", '{"', '["', "\\text{", "\\a{{",
    "“", '"', "import a as ", "from a import b, ", "a/", "a.", "a'", "#a", "5 ", "的", "ก", "あ", "a ", "é", "ﷺ",
    "a\u0301", "qx7_", "\u0315\u0300", "\u0e47", "た", "한a", "a的", "de la ", "Ann Lee ", "「あ」",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE_UNITS)
def test_time_is_linear(unit: str) -> None:
    assert_linear(lambda text: measure(text, "en"), unit, small=5_000)


def test_the_thought_is_judged_and_not_the_answer() -> None:
    judge = Language()
    truth = {"language": "zh"}
    good = f"<think>{HONEST['zh']}</think><answer>The answer is four.</answer>"
    assert judge(good, truth).reward == 1.0
    assert judge(f"<think>{HONEST['en']}</think><answer>{HONEST['zh']}</answer>", truth).reward == 0.0
    assert judge(f"{HONEST['zh']}</think>The answer is four.", truth).reward == 1.0  # the prompt opened the block
    twice = judge(f"<think>{HONEST['zh']}</think><think>{HONEST['en']}</think>", truth)
    assert twice.reward is not None and 0.3 < twice.reward < 0.7
    everything = Language(scope="all")(good, truth)
    assert everything.reward is not None and everything.reward < 1.0


@pytest.mark.parametrize(
    "thought",
    [
        "<|channel|>analysis<|message|>{}<|end|><|start|>assistant<|channel|>final<|message|>The answer is four.",
        "◁think▷{}◁/think▷The answer is four.",
        "[THINK]{}[/THINK]The answer is four.",
        "<think>\n{}",
        "analysis{}assistantfinal The answer is four.",
    ],
)
def test_the_thought_of_any_model_is_judged(thought: str) -> None:
    zh, en = (Language()(thought.format(HONEST[name]), {"language": "zh"}).reward for name in ("zh", "en"))
    assert zh is not None and zh >= 0.8 and en == 0.0


def test_an_empty_thought_earns_nothing_whatever_the_answer_is() -> None:
    for text in (f"<think></think>{HONEST['zh']}", f"<think>\n</think><answer>{HONEST['zh']}</answer>"):
        assert Language()(text, {"language": "zh"}).reward == 0.0


def test_the_shares_of_hidden_and_judged_letters_are_parts() -> None:
    parts = Language()("<think>We add `a_b` and stop.</think>4", {"language": "en"}).parts
    assert 0 < parts["hidden_share"] < 0.3 and parts["hidden_share"] + parts["judged_share"] <= 1.0


def test_a_thought_without_words_earns_nothing_and_the_note_tells_why() -> None:
    verdict = Language()("<think>$1+1=2$</think><answer>two</answer>", {"language": "en"})
    assert (verdict.status, verdict.reward) == (Status.MALFORMED, 0.0)
    assert "no word" in verdict.note


@pytest.mark.parametrize("truth", [{}, {"language": "tlh"}, {"language": 3}, {"language": None}])
def test_an_unknown_language_is_unscored(truth: dict[str, Any]) -> None:
    verdict = Language()("hello there", truth)
    assert verdict.status is Status.UNSCORED and verdict.reward is None


def test_an_unknown_scope_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown scope 'answer'; expected one of: all, thought"):
        Language(scope="answer")  # type: ignore[arg-type]


def test_verifier_survives_pickling_and_knows_the_promised_languages() -> None:
    judge = pickle.loads(pickle.dumps(Language(pass_fraction=0.5)))
    assert judge(HONEST["en"], {"language": "en"}).status is Status.PASS
    promised = set("en zh ja ko fr de es pt it ru uk ar he hi th vi tr pl nl id el fa zh-Hans zh-Hant".split())
    assert promised <= set(languages())
    assert all(map(knows, promised)) and not knows("tlh")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_start_and_memory_stay_small() -> None:
    """With every lexicon loaded, a worker costs below a second of CPU and 150 MB."""
    script = (
        "import time; begin = time.process_time();"
        "from r1.verifiers.language import Language; judge = Language();"
        "[judge(t, {'language': 'en'}) for t in ('a word', 'слово', 'كلمة', 'शब्द', '我们', 'ことば', 'คำ', 'Berlin')];"
        "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'));"
        "print(time.process_time() - begin, int(peak.split()[1]) / 1024)"
    )
    for _ in range(3):  # the best of three; the benchmark prints the figures of a quiet machine
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT / "tests"
        )
        seconds, megabytes = map(float, done.stdout.split())
        if seconds < 1.0:
            break
    assert seconds < 2.0 and megabytes < 150, (seconds, megabytes)
