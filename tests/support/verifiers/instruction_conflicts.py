"""A table of the kinds of instruction that no answer can follow together, written independently of the families' rivals."""

from __future__ import annotations

from collections.abc import Sequence

_CONFLICTS: dict[str, tuple[str, ...]] = {
    # The answer is one fixed sentence, which leaves room for hardly anything else.
    "detectable_format:constrained_response": ("*",),
    # The whole answer is JSON: nothing before or after it, no line of prose, and commas are needed.
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
    # Two answers: any other division or frame would have to hold for each of them.
    "combination:two_responses": (
        "length_constraints:number_paragraphs",
        "length_constraints:nth_paragraph_first_word",
        "detectable_format:multiple_sections",
        "detectable_content:postscript",
        "combination:repeat_prompt",
        "startend:quotation",
    ),
    # The answer begins with a given text, which breaks demands on beginnings, letters and words.
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
    # One divides paragraphs by ***, the other by blank lines.
    "length_constraints:number_paragraphs": ("length_constraints:nth_paragraph_first_word",),
    "change_case:english_capital": ("change_case:english_lowercase", "change_case:capital_word_frequency"),
    "change_case:english_lowercase": ("change_case:capital_word_frequency",),
    # The language may not be English, so demands on English words or letters do not apply.
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
    # Both must come last.
    "startend:end_checker": ("detectable_content:postscript",),
}


def conflict(first: str, second: str) -> bool:
    """Whether no answer can follow both kinds; a kind conflicts with itself."""
    if first == second:
        return True
    return any(
        "*" in _CONFLICTS.get(one, ()) or other in _CONFLICTS.get(one, ())
        for one, other in ((first, second), (second, first))
    )


def conflicts(kinds: Sequence[str]) -> list[tuple[str, str]]:
    """All pairs of ``kinds`` that conflict."""
    return [(one, other) for i, one in enumerate(kinds) for other in kinds[i + 1 :] if conflict(one, other)]
