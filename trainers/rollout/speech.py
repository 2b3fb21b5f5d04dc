"""Speech: whether a model's greedy answers to ten prompts are language at all, before hours are spent on training it.

What this finds is a broken conversion or a wrong tokenizer (a missing first token, another vocabulary, half-loaded weights): then a
model repeats two tokens or prints fragments, for every prompt. Wrong and clumsy answers are language.
"""

from __future__ import annotations

from typing import Any

from r1.trainers.config import UsageError
from r1.trainers.rollout.engine import Request, RolloutEngine, SamplingParams

PROMPTS = (
    "What is the capital of France?",
    "Write one sentence about the sea.",
    "What do bees make?",
    "How many days does a week have?",
    "Tell me a short story about a dog.",
    "Why is the sky blue?",
    "Explain what a computer does.",
    "List three colors.",
    "用一句话介绍北京。",
    "一年有几个月?",
)
TOKENS = 24
LEAST_VOCABULARY = 4096  # a smaller one belongs to a model that does not speak, such as the tiny policy
LEAST_ANSWERS = 3  # of the ten
LEAST_DISTINCT = 0.2  # of the tokens of an answer; a loop of a few tokens is below


def check_speech(engine: RolloutEngine, policy: Any, name: str) -> None:
    """Let the engine answer `PROMPTS` greedily.

    Args:
        policy: encodes prompts and decodes answers (:class:`r1.trainers.policy.policy.Policy`).
        name: the model's, for the message.
    Raises:
        UsageError: fewer than `LEAST_ANSWERS` answers are language.
    """
    if policy.model.get_input_embeddings().weight.shape[0] < LEAST_VOCABULARY:
        return
    ids = [policy.encode([{"role": "user", "content": prompt}], prompt) for prompt in PROMPTS]
    sampling = SamplingParams(max_tokens=TOKENS, temperature=0.0, stop_ids=policy.stop_ids)
    groups = engine.generate([Request(prompt_ids, (i,)) for i, prompt_ids in enumerate(ids)], sampling)
    answers = [(group[0].token_ids, policy.decode(group[0].token_ids)) for group in groups]
    spoken = [text for token_ids, text in answers if is_language(token_ids, text)]
    if len(spoken) < LEAST_ANSWERS:
        raise UsageError(
            f"--model {name}: {len(PROMPTS) - len(spoken)} of {len(PROMPTS)} greedy answers are no language, such as {answers[0][1]!r} "
            f"to {policy.tokenizer.decode(ids[0])!r}; the weights, the tokenizer or the chat template do not belong together"
        )


def is_language(token_ids: tuple[int, ...], text: str) -> bool:
    """Whether an answer is mostly letters of whole characters and no loop; a short answer such as "7" is language, an empty one not."""
    shown = "".join(text.split())
    if not shown or len(set(token_ids)) < LEAST_DISTINCT * len(token_ids):
        return False
    return sum(c.isalnum() for c in shown) >= 0.6 * len(shown) and shown.count("\N{REPLACEMENT CHARACTER}") * 10 <= len(
        shown
    )
