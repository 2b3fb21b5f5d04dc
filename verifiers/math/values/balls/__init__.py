"""Balls: values with proved error bounds, which decide whether two expressions are equal."""

from r1.verifiers.math.values.balls.compare import approximate, equal, within
from r1.verifiers.math.values.balls.points import point

__all__ = ["approximate", "equal", "point", "within"]
