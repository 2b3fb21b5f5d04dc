"""Instructions about words and letters."""

from __future__ import annotations

from typing import Any

import pytest
from instruction_examples import assert_told_apart, examples_of, follows

from r1.verifiers.instructions import Instructions
from r1.verifiers.instructions.checks import words


@pytest.mark.parametrize(("kind", "options", "good", "bad"), examples_of(words))
def test_a_text_that_follows_is_told_from_one_that_does_not(
    kind: str, options: dict[str, Any], good: str, bad: str
) -> None:
    assert_told_apart(kind, options, good, bad)


@pytest.mark.parametrize("text", ["a caT", "cat's", "the cat, and", "“cat”", "cat\u200b"])
def test_a_keyword_is_found_as_a_whole_word_in_any_case(text: str) -> None:
    assert follows(text, "keywords:existence", keywords=["Cat"])


@pytest.mark.parametrize("text", ["cats", "concat", "c at", "cät"])
def test_a_keyword_inside_another_word_is_not_found(text: str) -> None:
    assert not follows(text, "keywords:existence", keywords=["cat"])


def test_the_language_of_a_repeated_prompt_does_not_count() -> None:
    kinds = ["combination:repeat_prompt", "language:response_language"]
    options = [{"prompt_to_repeat": "Write about the weather in the mountains."}, {"language": "de"}]
    truth = {"instruction_id_list": kinds, "kwargs": options}
    own = "Das Wetter in den Bergen ist heute sehr schön und die Sonne scheint."
    verdict = Instructions()(f"Write about the weather in the mountains. {own}", truth)
    assert verdict.reward == 1.0, verdict.note
