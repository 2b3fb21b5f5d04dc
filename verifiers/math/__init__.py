"""Math: whether a final answer is the same as the gold answer."""

from r1.verifiers.math.verifier import Math

__all__ = ["Math"]
