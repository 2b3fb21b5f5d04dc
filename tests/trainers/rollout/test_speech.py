"""A model that does not speak is refused at the start, in one line; one that speaks badly is not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from r1.trainers.config import UsageError
from r1.trainers.rollout.engine import Request, Sample, SamplingParams
from r1.trainers.rollout.speech import LEAST_ANSWERS, LEAST_VOCABULARY, PROMPTS, check_speech, is_language

FLUENT = "The sea is wide and full of fish."


class Parrot:
    """An engine that gives the prepared answers; a token is a character."""

    def __init__(self, answers: list[str]) -> None:
        self.answers, self.asked = answers, 0

    def generate(self, requests: list[Request], sampling: SamplingParams) -> list[list[Sample]]:
        assert sampling.temperature == 0.0
        self.asked += len(requests)
        return [
            [Sample(r.prompt_ids, tuple(map(ord, a)), (), "length", 0)]
            for r, a in zip(requests, self.answers, strict=True)
        ]


def speaker(vocabulary: int = LEAST_VOCABULARY) -> Any:
    def text(token_ids: Any) -> str:
        return "".join(map(chr, token_ids))

    embeddings = SimpleNamespace(weight=SimpleNamespace(shape=(vocabulary, 8)))
    return SimpleNamespace(
        model=SimpleNamespace(get_input_embeddings=lambda: embeddings),
        tokenizer=SimpleNamespace(decode=text),
        stop_ids=frozenset(),
        encode=lambda messages, prompt: tuple(map(ord, prompt)),
        decode=text,
    )


def test_a_model_that_babbles_is_refused_in_one_line_with_a_sample() -> None:
    answers = [FLUENT] * (LEAST_ANSWERS - 1) + ["The The The The The The The The"] * (len(PROMPTS) - LEAST_ANSWERS + 1)
    with pytest.raises(
        UsageError, match=r"--model mine: 8 of 10 greedy answers are no language, such as 'The sea"
    ) as caught:
        check_speech(Parrot(answers), speaker(), "mine")
    assert "\n" not in str(caught.value)


def test_a_model_that_speaks_three_times_is_accepted() -> None:
    engine = Parrot([FLUENT] * LEAST_ANSWERS + [""] * (len(PROMPTS) - LEAST_ANSWERS))
    check_speech(engine, speaker(), "mine")
    assert engine.asked == len(PROMPTS)


def test_a_small_vocabulary_is_not_asked_to_speak() -> None:
    engine = Parrot([])
    check_speech(engine, speaker(LEAST_VOCABULARY - 1), "tiny")
    assert engine.asked == 0


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        (FLUENT, True),
        ("7", True),
        ("北京是中国的首都。", True),
        ("", False),
        (" \n\n ", False),
        ("<h2><h2><h2><h2><h2><h2><h2><h2>", False),
        ("the the the the the the the the the", False),
        ("}{]);==>>::||~~##**", False),
        ("\N{REPLACEMENT CHARACTER}" * 4 + "abcdef", False),
    ],
)
def test_what_counts_as_language(text: str, spoken: bool) -> None:
    assert is_language(tuple(map(ord, text)), text) is spoken
