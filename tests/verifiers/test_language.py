"""Language: labelled cases, invariants that an adversary would break, and the limits of time and start-up."""

from __future__ import annotations

import json
import pickle
import re
import subprocess
import sys
from functools import cache
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shared_data import ROOT, needs_shared, rows
from timing import assert_linear

from r1.verifiers.language import Language
from r1.verifiers.language.labels import label
from r1.verifiers.language.tokens import tokens
from r1.verifiers.language.verifier import detect, languages, measure
from r1.verifiers.verdict import Status

GOLDEN = [json.loads(line) for line in (ROOT / "tests/golden/language.jsonl").read_text(encoding="utf-8").splitlines()]
HONEST = {
    "en": "First we write down what we know, then we check every case and find that only three numbers are possible.",
    "de": "Zuerst schreiben wir auf, was wir wissen, dann prüfen wir jeden Fall und finden nur drei mögliche Zahlen.",
    "es": "Primero escribimos lo que sabemos, luego comprobamos cada caso y vemos que solo hay tres números posibles.",
    "ru": "Сначала запишем то, что мы знаем, затем проверим каждый случай и найдём только три возможных числа.",
    "zh": "我们先写下已知的条件，然后检查每一种情况，最后发现只有三个数是可能的。",
    "ja": "まず分かっていることを書き出し、次に場合を一つずつ調べると、三つの数だけが可能だと分かります。",
    "ar": "نكتب أولا ما نعرفه ثم نتحقق من كل حالة ونجد أن ثلاثة أعداد فقط ممكنة.",
}


def error(row: dict[str, Any]) -> float:
    fraction, expected = measure(row["text"], row["target"]).fraction, row["expected_fraction"]
    if expected is None or fraction is None:
        return float(fraction != expected)
    return abs(fraction - expected)


@needs_shared
def test_labelled_cases() -> None:
    cases = rows("cases/language.jsonl")
    errors = [error(row) for row in cases]
    hacks = [e for e, row in zip(errors, cases, strict=True) if row["category"] == "hack"]
    assert sum(errors) / len(errors) <= 0.03
    assert sum(hacks) / len(hacks) <= 0.05


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row["id"])
def test_golden(row: dict[str, Any]) -> None:
    assert error(row) <= 0.001, measure(row["text"], row["target"])


# Paragraphs, mixtures, neutral spans, hacks and neighbours, labelled by the rules of the shared cases.
LABELLED = [
    json.loads(line) for line in (ROOT / "tests/golden/language_cases.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("language", sorted({row["target"] for row in LABELLED}))
def test_labelled_by_ourselves(language: str) -> None:
    errors = {row["text"]: error(row) for row in LABELLED if row["target"] == language}
    assert sum(errors.values()) / len(errors) <= 0.02 and max(errors.values()) <= 0.1, errors


@pytest.mark.parametrize("language", HONEST)
def test_every_language_is_itself_and_no_other(language: str) -> None:
    assert measure(HONEST[language], language).fraction == 1.0
    assert detect(HONEST[language]) == language
    for other in HONEST:
        if other != language:
            assert (measure(HONEST[language], other).fraction or 0.0) <= 0.1


HONEST_TEXTS = {
    **{row["target"]: row["text"] for row in reversed(LABELLED) if row["category"] == "paragraph"},
    "zh": HONEST["zh"],
    "zh-Hans": HONEST["zh"],
    "zh-Hant": "我們先寫下已知的條件，然後檢查每一種情況，最後發現只有三個數是可能的。",
    "ja": HONEST["ja"],
    "th": "ก่อนอื่นเราเขียนสิ่งที่เรารู้ แล้วตรวจสอบแต่ละกรณี และพบว่ามีเพียงสามจำนวนเท่านั้นที่เป็นไปได้",
}
"""One paragraph in each language of ours that the issue asks for."""
PLAIN_TEXTS = sorted(
    {row["text"] for row in LABELLED if not set(row["text"]) & set("`$\\<{[~")}
    | {
        "ICH BIN EIN BERLINER UND DAS IST GUT SO.",
        "WE NEED TO FIND THE VALUE OF X AND THEN STOP.",
        'He said "guten Tag mein Freund" and "adios amigo" and left the 5" pipe there.',
        "a priori y o e così a b c, i think a dog",
        "Anna von Schmidt de Silva Kowalski met Ivan Petrov, Juan de la Cruz and Li Wei in Paris.",
        "Москва, Berlin, 東京, 北京 and Αθήνα",
    }
)
FOREIGN_WORDS = sorted(
    {
        word
        for text in HONEST_TEXTS.values()
        for word in re.findall(r"[^\W\d_]{2,}", text)
        if word == word.casefold() and len(word) < 20
    }
    | set("jednakże aujourd'hui đồng nichtsdestotrotz ಸಂಖ್ಯೆ αριθμός ещё ხომ שלום".split())
)


def pieces(text: str) -> list[str]:
    """The text cut where a word may be put in: between words, in Chinese and Japanese between the parts of a sentence."""
    return re.findall(r"[^\s，。、！？]*[\s，。、！？]*", text)


@cache
def is_foreign(word: str, language: str) -> bool:
    """Whether the word is foreign beyond doubt: whatever its neighbours are, and no name."""
    found = label(tokens(word), language)
    return found.own == [] and measure(word, language).n_words == 1


@settings(max_examples=700, deadline=None)
@given(data=st.data())
def test_adding_a_foreign_word_never_raises_the_score(data: st.DataObject) -> None:
    """Any language's word in any text for any target, in any place, again and again (the proof: `language/chain.py`)."""
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


@settings(max_examples=150, deadline=None)
@given(
    language=st.sampled_from(sorted(HONEST_TEXTS)),
    other=st.sampled_from(sorted(HONEST_TEXTS)),
    types=st.integers(3, 20),
    size=st.integers(4, 40),
    chance=st.randoms(use_true_random=False),
    thrown_in=st.sampled_from(["", "7.", "因此。", "okay,", "ну,"]),
    kind=st.sampled_from(["soup", "shuffled"]),
)
def test_padding_with_few_words_never_lifts_a_bad_text_above_an_honest_one(
    language: str, other: str, types: int, size: int, chance: Any, thrown_in: str, kind: str
) -> None:
    """Up to 20 of the target's own words, drawn at random or shuffled again and again, with other words thrown in."""
    own = [piece for piece in pieces(HONEST_TEXTS[language]) if piece.strip()]
    if is_near(language, other) or len(own) < types:
        return
    filler = own[:types]
    if kind == "soup":
        soup = chance.choices(filler, k=types * size)
    else:
        soup = [word for _ in range(size) for word in chance.sample(filler, types)]
    padding = "".join(f"{word} {thrown_in if n % 5 == 0 else ''} " for n, word in enumerate(soup))
    bad, honest = measure(HONEST_TEXTS[other] * 2, language), measure(HONEST_TEXTS[language], language).fraction
    padded = measure(f"{HONEST_TEXTS[other] * 2} {padding}", language)
    assert padded.fraction is not None and honest is not None
    assert padded.fraction < 0.75 < honest, (padded, bad)


def is_near(language: str, other: str) -> bool:
    """Whether a text in one language is largely one in the other as well."""
    return (measure(HONEST_TEXTS[other], language).fraction or 0.0) > 0.2


@settings(max_examples=100, deadline=None)
@given(
    language=st.sampled_from(sorted(HONEST)),
    other=st.sampled_from(sorted(HONEST)),
    repeats=st.integers(4, 400),
    size=st.integers(1, 12),
    breaker=st.sampled_from(["", " 7 ", "\n", " $x$ ", " …"]),
)
def test_padding_never_lifts_a_bad_text_above_an_honest_one(
    language: str, other: str, repeats: int, size: int, breaker: str
) -> None:
    if language == other:
        return
    unit = HONEST[language][:size] if language in ("zh", "ja") else " ".join(HONEST[language].split()[:size])
    padded = f"{HONEST[other]} " + f"{unit}{breaker} " * repeats
    fraction = measure(padded, language).fraction
    honest = measure(HONEST[language] + " okay", language).fraction
    assert fraction is not None and honest is not None and fraction < 0.55 < honest


@settings(max_examples=200, deadline=None)
@given(language=st.sampled_from(["en", "zh", "ru", "ar", "ja", "el"]), noise=st.text(max_size=60))
def test_any_unicode_is_judged_and_stays_in_range(language: str, noise: str) -> None:
    for text in (noise, f"{HONEST.get(language, '')} {noise}", noise * 5):
        found = measure(text, language)
        assert 0 <= found.n_target <= found.n_words <= found.n_raw_words
        assert found.fraction is None or 0.0 <= found.fraction <= 1.0
        assert sum(found.by_language.values()) == found.n_words
        detect(text)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from([chr(c) for c in (0x200B, 0x200D, 0x2060, 0xFEFF, 0xAD, 0x202E, 0xE0041, 0x61C)]), max_size=20
    ),
    st.data(),
)
def test_invisible_characters_change_nothing(marks: list[str], data: st.DataObject) -> None:
    text = HONEST["en"]
    dirty = text
    for mark in marks:
        place = data.draw(st.integers(0, len(dirty)))
        dirty = dirty[:place] + mark + dirty[place:]
    assert measure(dirty, "en") == measure(text, "en")
    assert measure(dirty, "zh").fraction == 0.0


def test_look_alike_letters_are_never_the_target() -> None:
    text = "We need to open the case once more"
    for latin, cyrillic in zip("aeopc", "аеорс", strict=True):
        fake = text.replace(latin, cyrillic)
        changed = sum(latin in word for word in text.split())
        found = measure(fake, "en")
        assert found.n_words - found.n_target >= changed, (fake, found)


ADVERSARIAL = [
    "$",
    "$$",
    "\\[",
    "\\(",
    "\\begin{a}",
    "\\end{a}",
    "`",
    "```",
    "```a",
    "<a ",
    "</",
    '{"',
    '["',
    "\\text{",
    "\\a{{",
    "“",
    '"',
    "import a as ",
    "from a import b, ",
    "a/",
    "a.",
    "a'",
    "#a",
    "5 ",
    "的",
    "ก",
    "あ",
    "a ",
    "é",
    "ﷺ",
    "a\u0301",
    "qx7_",
    "\u0315\u0300",
    "\u0e47",
    "た",
    "한a",
    "a的",
    "de la ",
    "Ann Lee ",
    "「あ」",
]


@pytest.mark.parametrize("unit", ADVERSARIAL)
def test_time_is_linear(unit: str) -> None:
    assert_linear(lambda text: measure(text, "en"), unit)


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


def test_a_thought_without_words_earns_nothing_and_says_so() -> None:
    verdict = Language()("<think>$1+1=2$</think><answer>two</answer>", {"language": "en"})
    assert (verdict.status, verdict.reward) == (Status.MALFORMED, 0.0)
    assert "no word" in verdict.note


@pytest.mark.parametrize("truth", [{}, {"language": "tlh"}, {"language": 3}, {"language": None}])
def test_a_truth_that_cannot_be_judged_is_unscored(truth: dict[str, Any]) -> None:
    verdict = Language()("hello there", truth)
    assert verdict.status is Status.UNSCORED and verdict.reward is None


def test_verifier_survives_pickling_and_knows_the_promised_languages() -> None:
    judge = pickle.loads(pickle.dumps(Language(pass_fraction=0.5)))
    assert judge(HONEST["en"], {"language": "en"}).status is Status.PASS
    promised = set("en zh ja ko fr de es pt it ru uk ar he hi th vi tr pl nl id el fa zh-Hans zh-Hant".split())
    assert promised <= set(languages())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_start_and_memory_stay_small() -> None:
    """Every lexicon loaded: a worker pays below a second (of CPU) and 150 MB."""
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
