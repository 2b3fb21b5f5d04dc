"""Episodes and batches for tests of learners, and the sums that a backward pass adds to."""

from __future__ import annotations

import torch

from r1.trainers.learner.batch import Batch
from r1.trainers.rollout.episodes import Episode


def some_batch() -> Batch:
    """13 rows (not a multiple of any number of ranks) of different lengths, one without a signal."""
    draw = torch.Generator().manual_seed(0)
    ids_BT = torch.randint(3, 100, (13, 20), generator=draw)
    length_B = torch.randint(9, 21, (13,), generator=draw)
    length_B[0] = 20
    place_1T = torch.arange(20)[None]
    own_BT = (place_1T >= 5) & (place_1T < length_B[:, None])
    advantages_B = torch.randn(13, generator=draw)
    advantages_B[3] = 0
    return Batch(ids_BT, own_BT, length_B, -torch.rand(13, 20, generator=draw) * own_BT, advantages_B)


def some_episodes() -> list[Episode]:
    """Three groups of four with prompts of different lengths, completions of 1 to 9 tokens, one with an environment's turn."""
    draw = torch.Generator().manual_seed(1)

    def tokens(count: int) -> list[int]:
        return torch.randint(3, 100, (count,), generator=draw).tolist()

    made = []
    for i, length in enumerate([3, 7, 1]):
        prompt = tuple(tokens(length))
        for k, written in enumerate([1, 9, 4, 6]):
            own = [not (k == 1 and 3 <= t < 5) for t in range(written)]
            made.append(Episode(str(i), "?", prompt, tokens(written), own, [-1.0] * written, reward=float((i + k) % 3)))
    return made


class Sums(dict[str, float]):
    """Sums that start at 0."""

    def __missing__(self, key: str) -> float:
        return 0.0
