"""Tag count: partial credit for each tag that occurs exactly once (open-r1's `tag_count_reward`).

reward = 1/4 · Σ [count(piece) = 1] over `<think>\\n`, `\\n</think>\\n`, `\\n<answer>\\n`, `\\n</answer>`.
Use it for shaping only: it ignores the order (all four tags reversed earn 1.0), so it never replaces `Think`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from r1.verifiers.verdict import BaseVerifier, Status, Verdict


@dataclass(frozen=True)
class TagCount(BaseVerifier):
    """The mean over ``pieces`` of "occurs exactly once"; ``truth`` is ignored."""

    pieces: Sequence[str] = ("<think>\n", "\n</think>\n", "\n<answer>\n", "\n</answer>")

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        hits = {piece.strip(): float(completion.count(piece) == 1) for piece in self.pieces}
        reward = sum(hits.values()) / len(self.pieces)
        return Verdict(
            Status.PASS if reward == 1 else Status.FAIL, reward, hits, f"{sum(hits.values()):.0f} of {len(hits)} tags"
        )
