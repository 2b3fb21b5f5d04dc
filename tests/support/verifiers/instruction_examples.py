"""For each kind of instruction a text that follows it and one that does not, and what a check needs to judge one text."""
# ruff: noqa: E501

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from r1.verifiers.instructions import Instructions
from r1.verifiers.instructions.truth import find_kind

GOOD_AND_BAD = [
    ("keywords:existence", {"keywords": ["New York", "art"]}, "Art in New\nYork.", "Start in new yorker art."),
    ("keywords:existence", {"keywords": ["创造性"]}, "他很有创造性。", "他很有创造力。"),
    ("keywords:existence", {"keywords": ["cat"]}, "The cat.", "The с\u0430t."),  # Cyrillic letters do not spell cat
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
"""Rows of kind, arguments, a text that follows and a text that does not."""


def examples_of(module: ModuleType) -> list[Any]:
    """The rows of the kinds that a module of checks judges, as parameters (kind, options, good, bad) of a test."""
    found = [row for row in GOOD_AND_BAD if find_kind(row[0]).check.__module__ == module.__name__]
    return [pytest.param(*row, id=f"{number}-{row[0]}") for number, row in enumerate(found)]


def follows(text: str, kind: str, **options: object) -> bool:
    """Whether the text follows one instruction."""
    verdict = Instructions()(text, {"instruction_id_list": [kind], "kwargs": [options]})
    assert verdict.reward is not None, verdict.note
    return verdict.reward == 1.0


def assert_told_apart(kind: str, options: dict[str, Any], good: str, bad: str) -> None:
    assert follows(good, kind, **options)
    assert not follows(bad, kind, **options)
    assert not follows("\u200b \n", kind, **options)
