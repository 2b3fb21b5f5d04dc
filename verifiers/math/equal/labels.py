"""Equality of values with a label: percent, degrees, units, times of day, numerals in a base, ratios."""

from __future__ import annotations

from dataclasses import dataclass

from r1.verifiers.math.equal.expressions import Expressions
from r1.verifiers.math.equal.families import same_progression
from r1.verifiers.math.equal.shapes import degrees_of, is_name_equation, percent_of, value_of
from r1.verifiers.math.tree import (
    TRUTH_BASE,
    BaseNum,
    Mul,
    Node,
    Num,
    Pow,
    Quantity,
    Ratio,
    Sym,
    Text,
    Time,
    div,
    is_expr,
    symbols,
)
from r1.verifiers.math.units import letters_of, same_unit


@dataclass(slots=True)
class Labeled(Expressions):
    """Rules for two answers of which at least one has a label. A rule returns None if it does not apply.

    Attributes:
        families: whether a declared parameter may start elsewhere; not in a point, whose coordinates share it.
    """

    families: bool = True

    def answers(self, gold: Node, pred: Node) -> bool:
        """Whether two answers are equal; `Equality` implements it, and the rules here call it for the values behind labels."""
        raise NotImplementedError

    def _percents_or_degrees(self, a: Node, b: Node) -> bool:
        """Compare two expressions, each of which may be a percentage or an angle in degrees."""
        p, q = percent_of(a), percent_of(b)
        if p is not None and q is not None:
            return self.expressions(p, q)
        if p is not None or q is not None:
            bare, other = (p, b) if p is not None else (q, a)
            assert bare is not None
            return self.expressions(bare, other) or self.expressions(div(bare, Num(100)), other)
        s, t = degrees_of(a), degrees_of(b)
        if (s is None) != (t is None):
            bare, other, whole = (s, b, a) if s is not None else (t, a, b)
            assert bare is not None
            return self.expressions(bare, other) or self.expressions(whole, other)
        return self.expressions(a, b) or (self.families and same_progression(a, b, self.expressions))

    def _quantities(self, gold: Node, pred: Node) -> bool | None:
        """Compare quantities: their units must agree if both answers have one."""
        if isinstance(gold, Quantity) and isinstance(pred, Quantity):
            if not same_unit(gold.unit, pred.unit):
                self.stage = "unit"
                return False
            return self.answers(gold.value, pred.value)
        for quantity, other in ((gold, pred), (pred, gold)):
            if isinstance(quantity, Quantity) and is_name_equation(
                other
            ):  # the value of the equation may have a unit, too
                return self.answers(value_of(gold), value_of(pred))
            if isinstance(quantity, Quantity) and (percent_of(other) is not None or degrees_of(other) is not None):
                self.stage = "unit"
                return quantity.unit == "rad" and percent_of(other) is None and self.expressions(quantity.value, other)
        if isinstance(gold, Quantity) and not isinstance(pred, Text):
            return self.answers(gold.value, pred) or self._product(gold, pred)
        if isinstance(pred, Quantity) and not isinstance(gold, Text):
            return self.answers(gold, pred.value) or self._product(pred, gold)
        return None

    def _product(self, quantity: Quantity, other: Node) -> bool:
        """Whether the other answer equals the quantity read as a product, such as 2 times m times g for "2 mg"."""
        letters = letters_of(quantity.unit) if is_expr(quantity.value) and is_expr(other) and symbols(other) else []
        factors = [Pow(Sym(letter), Num(power)) for letter, power in letters]
        return bool(factors) and self.expressions(Mul((quantity.value, *factors)), other)

    def _numerals(self, gold: Node, pred: Node) -> bool | None:
        if isinstance(gold, BaseNum) or isinstance(pred, BaseNum):
            if is_name_equation(gold) or is_name_equation(pred):
                return None
            self.stage = "base"
            if isinstance(gold, BaseNum) and gold.base == TRUTH_BASE:
                return isinstance(pred, Num) and str(pred.value) == gold.digits
            return _from_base_ten(gold) == _from_base_ten(pred)
        if isinstance(gold, Time) and isinstance(pred, Time):
            self.stage = "time"
            half_day = 12 * 3600
            if gold.half and pred.half or gold.seconds == pred.seconds:
                return gold.seconds == pred.seconds
            # 8:30 without am or pm may be 8:30 pm; 20:30 is not 8:30 am.
            plain = pred if gold.half else gold
            return (
                bool(gold.half or pred.half)
                and plain.seconds < half_day
                and gold.seconds % half_day == pred.seconds % half_day
            )
        if isinstance(gold, Time) or isinstance(pred, Time):
            time, other = (gold, pred) if isinstance(gold, Time) else (pred, gold)
            assert isinstance(time, Time)
            if time.half or time.seconds % 60 or isinstance(other, Text):
                return False if isinstance(other, Text) else None
            ratio = Ratio((Num(time.seconds // 3600), Num(time.seconds // 60 % 60)))
            return self.answers(ratio, other) if time is gold else self.answers(other, ratio)
        return None

    def _ratios(self, gold: Node, pred: Node) -> bool | None:
        if isinstance(gold, Ratio) and isinstance(pred, Ratio):
            if len(gold.parts) != len(pred.parts):
                return False
            first, second = gold.parts[0], pred.parts[0]
            return all(
                self.expressions(Mul((x, second)), Mul((y, first)))
                for x, y in zip(gold.parts[1:], pred.parts[1:], strict=True)
            )
        for ratio, other in ((gold, pred), (pred, gold)):
            if isinstance(ratio, Ratio) and len(ratio.parts) == 2 and is_expr(other):
                return self.expressions(div(*ratio.parts), other)
        return None


def _from_base_ten(node: Node) -> Node:
    return Num(int(node.digits)) if isinstance(node, BaseNum) and node.base == 10 else node
