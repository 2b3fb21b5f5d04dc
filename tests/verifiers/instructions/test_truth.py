"""Truth: the forms in which public sets write instructions."""

from __future__ import annotations

import json

import pytest

from r1.verifiers.instructions import KINDS, Instructions
from r1.verifiers.instructions.truth import _FUNCTIONS, find_kind, read_truth
from r1.verifiers.verdict import TruthError

NULLS = dict.fromkeys(("N", "quantifier", "word", "letter", "i", "first_word", "keyword_list", "options", "language"))


def follows(text: str, name: str, **options: object) -> bool:
    row = {"func_name": name, **NULLS, **options}
    verdict = Instructions()(text, {"ground_truth": json.dumps(row)})
    assert verdict == Instructions()(text, {"ground_truth": row})
    assert verdict.reward is not None, verdict.note
    return verdict.reward == 1.0


@pytest.mark.parametrize(
    ("name", "options", "good", "bad"),
    [
        ("verify_keywords", {"keyword_list": ["sun"]}, "The sun.", "The sunny."),
        ("verify_keyword_frequency", {"word": "sun", "N": 2}, "sun sun", "sun sun sun"),
        ("validate_forbidden_words", {"forbidden_words": ["sun"]}, "sunny", "Sun!"),
        ("verify_letter_frequency", {"letter": "z", "N": 2}, "Zoo zoo", "zoo"),
        ("verify_paragraph_count", {"N": 2}, "One.\n* * *\nTwo.", "One.\n\nTwo."),
        ("validate_word_constraint", {"N": 20, "quantifier": "around"}, "word " * 22, "word " * 23),
        ("validate_word_constraint", {"N": 2, "quantifier": "at most"}, "one two", "one two three"),
        ("verify_sentence_constraint", {"N": 20, "quantifier": "around"}, "We go. " * 21, "We go. " * 22),
        ("validate_paragraphs", {"N": 2, "i": 2, "first_word": "it"}, "One.\n\nIt is.", "It is.\n\nOne."),
        ("validate_sections", {"N": 1, "section_splitter": "Part"}, "Part 1\nOne.", "Part 1\nOne.\nPart 2\nTwo."),
        ("validate_choice", {"options": ["left", "right"]}, "left", "left or right"),
        ("validate_frequency_capital_words", {"N": 1, "quantifier": "at most"}, "NASA flies.", "NASA and ESA fly."),
        ("validate_end", {"end_phrase": "Bye"}, "So. Bye.", "Bye. So."),
        ("validate_repeat_prompt", {"original_prompt": "Why?"}, "Why? So.", "So."),
        ("validate_no_commas", {}, "One two.", "One, two."),
    ],
)
def test_rows_of_rlvr_ifeval(name: str, options: dict, good: str, bad: str) -> None:
    assert follows(good, name, **options) and not follows(bad, name, **options)


def test_every_function_of_rlvr_ifeval_names_a_kind() -> None:
    assert len(_FUNCTIONS) == 25 and {kind for kind, _, _ in _FUNCTIONS.values()} <= set(KINDS)


def test_rows_with_several_constraints() -> None:
    row = {
        "instruction_id": ["count:count_unique", "keywords:start_end", "keywords:start_end"],
        "kwargs": [None, {"x": None}, None],
    }
    for form in (row, [row], str([row]), json.dumps([row]), [json.dumps(row)]):
        verdict = Instructions(credit="mean")("We go we", {"ground_truth": form})
        assert verdict.reward == pytest.approx(2 / 3), verdict.note
        assert list(verdict.parts) == ["count:count_unique", "keywords:start_end", "keywords:start_end#2"]


@pytest.mark.parametrize(
    "given", ["", "{", "[]", 7, None, {}, {"func_name": "x"}, {"instruction_id": []}, "9" * 5000, "(" * 5000]
)
def test_a_ground_truth_of_no_form_is_unscored(given: object) -> None:
    assert Instructions()("text", {"ground_truth": given}).reward is None
    with pytest.raises(TruthError):
        read_truth({"ground_truth": given})


def test_prefixes_name_the_language_of_an_instruction() -> None:
    assert find_kind("ja:punctuation:no_comma") is KINDS["punctuation:no_comma"]
    assert [
        one.home for one in read_truth({"instruction_id_list": ["ja:startend:quotation", "count:punctuation"]})
    ] == ["ja", "en"]
    for unknown in ("ja:count:numbers", "de:punctuation:no_comma", "no_comma", "fr:letters:kanji"):
        with pytest.raises(TruthError, match="unknown instruction"):
            find_kind(unknown)
