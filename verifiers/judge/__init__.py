"""Judge: many verdicts at once, in processes that are killed when an answer exceeds its time limit."""

from r1.verifiers.judge.pool import Judge

__all__ = ["Judge"]
