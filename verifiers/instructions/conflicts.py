"""Conflict table: which kinds of instruction cannot hold together, whatever their arguments."""

from __future__ import annotations

from collections.abc import Sequence

_CONFLICTS: dict[str, tuple[str, ...]] = {
    # The answer is one fixed sentence: hardly anything else can be asked of it.
    "detectable_format:constrained_response": ("*",),
    # The whole answer is JSON: nothing may stand around it, no line of it is prose, and it needs its commas.
    "detectable_format:json_format": (
        "length_constraints:number_paragraphs",
        "length_constraints:nth_paragraph_first_word",
        "length_constraints:number_sentences",
        "detectable_content:postscript",
        "detectable_format:number_bullet_lists",
        "detectable_format:multiple_sections",
        "combination:two_responses",
        "combination:repeat_prompt",
        "startend:end_checker",
        "startend:quotation",
        "punctuation:no_comma",
    ),
    # Two answers: every other division or frame would have to hold for each of them.
    "combination:two_responses": (
        "length_constraints:number_paragraphs",
        "length_constraints:nth_paragraph_first_word",
        "detectable_format:multiple_sections",
        "detectable_content:postscript",
        "combination:repeat_prompt",
        "startend:quotation",
    ),
    # The answer begins with a text that we did not write: it breaks what is asked of beginnings, letters and words.
    "combination:repeat_prompt": (
        "change_case:english_capital",
        "change_case:english_lowercase",
        "keywords:forbidden_words",
        "keywords:letter_frequency",
        "length_constraints:nth_paragraph_first_word",
        "length_constraints:number_paragraphs",
        "punctuation:no_comma",
        "startend:quotation",
    ),
    # Paragraphs are divided by *** in one and by blank lines in the other.
    "length_constraints:number_paragraphs": ("length_constraints:nth_paragraph_first_word",),
    "change_case:english_capital": ("change_case:english_lowercase", "change_case:capital_word_frequency"),
    "change_case:english_lowercase": ("change_case:capital_word_frequency",),
    # A language other than English: what is asked in English words or English letters no longer applies.
    "language:response_language": (
        "change_case:english_capital",
        "change_case:english_lowercase",
        "change_case:capital_word_frequency",
        "keywords:existence",
        "keywords:frequency",
        "keywords:forbidden_words",
        "keywords:letter_frequency",
        "length_constraints:nth_paragraph_first_word",
        "length_constraints:number_words",
        "startend:end_checker",
    ),
    # Both want to be the last thing said.
    "startend:end_checker": ("detectable_content:postscript",),
}


def conflict(first: str, second: str) -> bool:
    """Whether two kinds cannot be asked together; a kind conflicts with itself."""
    if first == second:
        return True
    return any(
        "*" in _CONFLICTS.get(one, ()) or other in _CONFLICTS.get(one, ())
        for one, other in ((first, second), (second, first))
    )


def conflicts(kinds: Sequence[str]) -> list[tuple[str, str]]:
    """All pairs of ``kinds`` that cannot be asked together."""
    return [(one, other) for i, one in enumerate(kinds) for other in kinds[i + 1 :] if conflict(one, other)]
