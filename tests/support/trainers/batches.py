"""A batch for tests of learners, and the sums that a backward pass adds to."""

from __future__ import annotations

import torch

from r1.trainers.learner.batch import Batch


def some_batch() -> Batch:
    """13 rows (no multiple of any number of ranks) of unlike lengths, one without a signal."""
    draw = torch.Generator().manual_seed(0)
    ids_BT = torch.randint(3, 100, (13, 20), generator=draw)
    length_B = torch.randint(9, 21, (13,), generator=draw)
    length_B[0] = 20
    place_1T = torch.arange(20)[None]
    own_BT = (place_1T >= 5) & (place_1T < length_B[:, None])
    advantages_B = torch.randn(13, generator=draw)
    advantages_B[3] = 0
    return Batch(ids_BT, own_BT, length_B, -torch.rand(13, 20, generator=draw) * own_BT, advantages_B)


class Sums(dict):
    def __missing__(self, key: str) -> float:
        return 0.0
