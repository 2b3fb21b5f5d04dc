"""The four published numbers."""

from __future__ import annotations

import pytest

from r1.verifiers.instructions.figures import figures, loose_forms

TITLE = {"instruction_id_list": ["punctuation:no_comma", "startend:quotation"], "kwargs": [{}, {}]}
END = {"instruction_id_list": ["startend:end_checker"], "kwargs": [{"end_phrase": "Bye."}]}


def test_strict_and_loose_by_prompt_and_by_instruction() -> None:
    rows = [
        ('"All quoted."', TITLE),  # both followed
        ('Here it is, as asked:\n"All quoted."', TITLE),  # both without the first line
        ("One, two", TITLE),  # neither
        ("So.\nBye.\nHope this helps!", END),  # without the last line
        ("", END),
        ("text", {"instruction_id_list": ["no:kind"]}),  # cannot be judged
    ]
    found = figures(rows)
    assert (found.n_prompts, found.n_instructions, found.n_unscored) == (5, 8, 1)
    assert found.prompt_strict == 1 / 5 and found.prompt_loose == 3 / 5
    assert found.instruction_strict == 2 / 8 and found.instruction_loose == 5 / 8
    assert found.by_kind["startend:end_checker"] == (0, 1, 2)


def test_loose_forms_drop_lines_and_stars() -> None:
    assert set(loose_forms("*a*\nb\n*c*")) == {"*a*\nb\n*c*", "b\n*c*", "*a*\nb", "b", "a\nb\nc", "b\nc", "a\nb"}


def test_nothing_to_judge_is_an_error() -> None:
    with pytest.raises(ValueError, match="no row could be judged"):
        figures([("text", {})])
