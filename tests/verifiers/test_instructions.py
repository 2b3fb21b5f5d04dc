"""Instructions: labelled cases, IFEval's own prompts, evasions, and megabytes made to stall a pattern."""
# ruff: noqa: E501

from __future__ import annotations

import pickle

import pytest
from format_cases import cases, verdict_of
from hypothesis import given
from hypothesis import strategies as st
from instruction_conflicts import conflict, conflicts
from shared_data import needs_shared, rows
from timing import LIMIT_S, least_seconds

from r1.verifiers.instructions import Instructions
from r1.verifiers.instructions.units import sentences, words
from r1.verifiers.instructions.verifier import IFEVAL_KINDS, find_check, read_truth
from r1.verifiers.verdict import Status

FILES = ["input_data_normalised", "fr_input_data", "es_input_data", "ja_input_data"]


def follows(text: str, kind: str, **options: object) -> bool:
    verdict = Instructions()(text, {"instruction_id_list": [kind], "kwargs": [options]})
    assert verdict.reward is not None, verdict.note
    return verdict.reward == 1.0


@needs_shared
@pytest.mark.parametrize("row", cases("ifeval"), ids=lambda row: row["id"])
def test_labelled_cases(row: dict) -> None:
    assert verdict_of(row).reward == row["expected"]


@needs_shared
@pytest.mark.parametrize("name", FILES)
def test_ifevals_own_prompts_load_and_are_judged(name: str) -> None:
    tasks = rows(f"data/ifeval/{name}.jsonl")
    assert tasks
    kinds = set()
    for task in tasks:
        kinds.update(task["instruction_id_list"])
        assert len(read_truth(task)) == len(task["instruction_id_list"])
        for text in ("Yes.", task["prompt"]):
            verdict = Instructions()(text, task)
            assert verdict.status is not Status.UNSCORED, verdict.note
            assert len(verdict.parts) == len(task["instruction_id_list"])
    if name == "input_data_normalised":
        assert len(tasks) == 541
        assert kinds == set(IFEVAL_KINDS) and len(kinds) == 25


GOOD_AND_BAD = [
    ("keywords:existence", {"keywords": ["New York", "art"]}, "Art in New\nYork.", "Start in new yorker art."),
    ("keywords:existence", {"keywords": ["创造性"]}, "他很有创造性。", "他很有创造力。"),
    ("keywords:existence", {"keywords": ["cat"]}, "The cat.", "The с\u0430t."),  # Cyrillic letters are no cat
    ("keywords:frequency", {"keyword": "a.b", "frequency": 2, "relation": "at least"}, "a.b A.B", "a.b axb"),
    ("keywords:forbidden_words", {"forbidden_words": ["cat"]}, "category concatenate", "c**a**t"),
    ("keywords:forbidden_words", {"forbidden_words": ["cat"]}, "dog", "c\u0430t"),
    ("keywords:forbidden_words", {"forbidden_words": ["cat"]}, "dog", "_cat_"),
    ("keywords:forbidden_words", {"forbidden_words": ["cat"]}, "dog", "ｃａｔ"),
    ("keywords:letter_frequency", {"letter": "#", "let_frequency": 2, "let_relation": "at least"}, "# #", "# x"),
    ("keywords:letter_frequency", {"letter": "e", "let_frequency": 2, "let_relation": "less than"}, "E é", "e E"),
    ("language:response_language", {"language": "fr"}, "Le chat dort dans la maison.", "The cat sleeps at home."),
    ("language:response_language", {"language": "zh"}, "今天天气很好，我们去公园。", "今日は天気がいいです。"),
    ("language:response_language", {"language": "de"}, "Die Katze schläft heute im Haus.", "😀 123"),
    ("length_constraints:number_sentences", {"num_sentences": 2, "relation": "exactly"}, "Dr. Lee paid $3.50. Ok.", "It is 3.50."),
    ("length_constraints:number_sentences", {"num_sentences": 2, "relation": "less than"}, "A b.", "One. Two."),
    ("length_constraints:number_words", {"num_words": 3, "relation": "less than"}, "one two", "one,two;three"),
    ("length_constraints:number_words", {"num_words": 3, "relation": "at least"}, "你好吗", "a - ! b"),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 2}, "a\n\n***\n\nb", "a\n***\n***\nb"),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 1}, "a", "a\n***\nb"),
    ("length_constraints:nth_paragraph_first_word", {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "it"}, "a\n\n> It is", "a\n\nIt's"),
    ("detectable_content:number_placeholders", {"num_placeholders": 2}, "[a] [b c]", "[a](u) [b]"),
    ("detectable_content:postscript", {"postscript_marker": "P.P.S"}, "Hi\nP.P.S. Bye", "P.P.S hi\n\nText"),
    ("detectable_content:postscript", {"postscript_marker": "P.S."}, "Hi\n\n**P. S.** Bye", "See the P.S. here"),
    ("detectable_format:number_bullet_lists", {"num_bullets": 2}, "* a\n  - b\n**c**\n---", "* a\n- \n-5"),
    ("detectable_format:constrained_response", {}, "I think so. My answer is yes.", "My answer is yes. My answer is no."),
    ("detectable_format:constrained_response", {}, '"My answer is no."', "My answer is not no."),
    ("detectable_format:number_highlighted_sections", {"num_highlights": 2}, "* *a b* **c**", "* a\n* b *"),
    ("detectable_format:multiple_sections", {"section_spliter": "SECTION", "num_sections": 2}, "**SECTION 1**\na\nSECTION 2: b", "SECTION 1\nSECTION 2\nb"),
    ("detectable_format:json_format", {}, '```json\n{"a": [1]}\n```', '{"a": 1, "a": 2}'),
    ("detectable_format:title", {}, "<<Odd joys>>\nText", "<<\u200b>> <Odd>"),
    ("combination:two_responses", {}, "Red.\n******\nBlue.", "Red.\n******\n*red*!"),
    ("combination:repeat_prompt", {"prompt_to_repeat": "Who  am I?"}, "Who am I?\nYou.", "who am I? You."),
    ("startend:end_checker", {"end_phrase": "Bye"}, 'Then: "Bye"', "Goodbye"),
    ("startend:end_checker", {"end_phrase": "Any questions?"}, "So.\nAny questions?", "Any questions? No."),
    ("startend:quotation", {}, '"He said "hi" to me."', '"a" and "b"'),
    ("startend:quotation", {}, "“All of it.”", "“All” of “it”"),
    ("change_case:english_capital", {}, "THIS IS A GOOD STORY ABOUT A CAT", "THIS IS A GOOD STORY aBOUT"),
    ("change_case:english_lowercase", {}, "this is a good story about a cat", "das ist eine gute geschichte"),
    ("change_case:capital_word_frequency", {"capital_frequency": 2, "capital_relation": "at least"}, "NASA and ESA", "NASA Esa"),
    ("punctuation:no_comma", {}, "One two.", "One、two."),
    ("fr:detectable_format:title", {}, "##Le chat##", "<<Le chat>>"),
    ("fr:detectable_content:informal_address", {}, "Dis-moi si tu viens.", "Venez-vous ?"),
    ("fr:special_character:accents", {"word_to_accentuate": {"lecon": "leçon"}}, "une leçon", "une lecon, leçon"),
    ("fr:special_character:ethel_or_cedilla", {"forbidden_char": "ç"}, "le cœur", "FAÇADE"),
    ("fr:special_character:no_accents", {}, "un garçon", "un été"),
    ("fr:keywords:frequency", {"keyword": "chat", "frequency": 2, "relation": "moins de"}, "un chat", "chat chat"),
    ("es:special_character:enie", {"let_frequency": 1}, "el niño", "el nino"),
    ("es:special_character:tildes", {"relation": "como máximo", "num_words": 1}, "está", "está aquí"),
    ("es:punctuation:question_marks", {}, "¿Qué?", "Que?"),
    ("ja:detectable_format:title", {}, "『昭和』について", "<<昭和>>"),
    ("ja:letters:hiragana_only", {}, "おはよう。", "オハヨウ"),
    ("ja:letters:furigana", {}, "漢字（かんじ）です。", "漢字です。"),
    ("ja:letters:kanji", {"relation": "未満", "kanji_limit": 2}, "水です", "水火です"),
    ("ja:startend:sentence_unified_end", {"ending": "です"}, "はいです。いいです。", "はいです。いいよ。"),
    ("ja:detectable_format:nominal_ending", {"count": 1}, "静かな夜。", "夜は静かです。"),
    ("ja:detectable_format:multiple_sections", {"section_spliter": "章", "num_sections": 2}, "第1章\nあ\n第二章\nい", "章"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "options", "good", "bad"), GOOD_AND_BAD, ids=[f"{i}-{row[0]}" for i, row in enumerate(GOOD_AND_BAD)]
)
def test_good_and_bad(kind: str, options: dict, good: str, bad: str) -> None:
    assert follows(good, kind, **options)
    assert not follows(bad, kind, **options)
    assert not follows("\u200b \n", kind, **options)


def test_every_kind_has_a_good_and_a_bad_example() -> None:
    assert {row[0] for row in GOOD_AND_BAD} >= set(IFEVAL_KINDS)


def test_nulls_are_dropped_and_the_same_kind_may_be_asked_twice() -> None:
    kind = "change_case:capital_word_frequency"
    options = [
        {"capital_frequency": n, "capital_relation": r, "x": None} for n, r in ((1, "at least"), (3, "less than"))
    ]
    truth = {"instruction_id_list": [kind, kind], "kwargs": options}
    assert Instructions()("NASA", truth).parts == {kind: 1.0, f"{kind}#2": 1.0}
    half = Instructions(credit="mean")("NASA ESA CNES", truth)
    assert half.reward == 0.5 and half.status is Status.FAIL and "#2" in half.note


@pytest.mark.parametrize(
    "truth",
    [
        {},
        {"instruction_id_list": ["x:y"], "kwargs": [{}]},
        {"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}, {}]},
        {"instruction_id_list": ["keywords:existence"], "kwargs": [{}]},
        {
            "instruction_id_list": ["keywords:frequency"],
            "kwargs": [{"keyword": "a", "frequency": 1, "relation": "about"}],
        },
        {"instruction_id_list": ["keywords:letter_frequency"], "kwargs": [{"letter": "ab"}]},
    ],
)
def test_a_truth_that_cannot_be_judged_is_ours(truth: dict) -> None:
    assert Instructions()("text", truth).reward is None


@given(st.text(st.characters()), st.sampled_from(GOOD_AND_BAD))
def test_any_text_is_judged_the_same_each_time(text: str, row: tuple) -> None:
    truth = {"instruction_id_list": [row[0]], "kwargs": [row[1]]}
    first = Instructions()(text, truth)
    assert first.reward in (0.0, 1.0) and first == Instructions()(text, truth) and "\n" not in first.note


@given(st.sampled_from(sorted(IFEVAL_KINDS)), st.sampled_from(sorted(IFEVAL_KINDS)))
def test_the_conflict_table_is_symmetric(one: str, other: str) -> None:
    assert conflict(one, other) == conflict(other, one)
    assert conflict(one, one) and conflicts([one, other]) == ([(one, other)] if conflict(one, other) else [])


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three?", 3),
        ("Mr. and Mrs. Smith met J. K. Rowling at 3.15 p.m. today.", 1),
        ('"Stop!" he said. Then he left.', 2),
        ("wait... what?!", 1),
        ("Wait... What?", 2),
        ("- one\n- two\n- three", 3),
        ("# Title\n\nText.", 1),
        ("No. I said no. So be it.", 3),
        ("你好。再见！谢谢？", 3),
        ("यह एक है। वह दो है।", 2),
        ("...", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    from r1.verifiers.text.visible import visible

    assert len(list(sentences(visible(text)))) == count


def test_words() -> None:
    assert list(words("It's a well-known 3.14 – isn't it?")) == ["It's", "a", "well-known", "3.14", "isn't", "it?"]


HOSTILE = ["\n" * 1_000_000, "[" * 1_000_000, "<<" * 500_000, " " * 999_999 + "x", "*a" * 500_000, "***\n" * 250_000]
HOSTILE += [
    "a. " * 330_000,
    "****** " * 140_000,
    "- \n" * 330_000,
    "P.S. " * 200_000,
    "p.s.\n\n" * 160_000,
    '"' * 1_000_000,
]
HOSTILE += [
    "SECTION 1\n" * 100_000,
    "my answer is " * 80_000,
    "思" * 1_000_000,
    "a" * 1_000_000,
    "a\u0315\u0300" + "\u0315\u0300" * 400_000,
]
HOSTILE += [
    "# " * 500_000,
    "A,b" * 330_000,
    "word " * 200_000,
    "[a]" * 330_000,
    "```\n" * 250_000,
    "«" * 500_000,
    "*.* " * 250_000,
    "[.] " * 250_000,
    "<<.>> " * 160_000,
    "* .\n" * 250_000,
    "p." * 500_000,
]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_megabyte_is_judged_at_once(number: int) -> None:
    slow = {}
    for kind, options, *_ in GOOD_AND_BAD:
        taken = least_seconds(lambda kind=kind, options=options: follows(HOSTILE[number], kind, **options), LIMIT_S)
        if taken > LIMIT_S:
            slow[kind] = taken
    assert not slow


def test_it_travels_to_another_process() -> None:
    truth = {"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}
    assert pickle.loads(pickle.dumps(Instructions()))("a", truth).reward == 1.0
    assert callable(find_check("ja:punctuation:no_comma"))


def test_no_words_hide_behind_a_piece_that_is_too_long() -> None:
    truth = {
        "instruction_id_list": ["length_constraints:number_words"],
        "kwargs": [{"num_words": 5, "relation": "less than"}],
    }
    hidden = "—" * 30_000 + "—".join(["word"] * 50)
    assert Instructions()(hidden, truth).reward == 0.0
    assert Instructions()("— — one two —", truth).reward == 1.0
