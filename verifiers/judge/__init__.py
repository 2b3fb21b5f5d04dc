"""Judge: many verdicts at once, in processes that are killed when an answer overruns its time."""

from r1.verifiers.judge.pool import Judge

__all__ = ["Judge"]
