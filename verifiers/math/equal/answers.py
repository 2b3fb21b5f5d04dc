"""Equality of two answers: picks the rule for their kinds and compares relations and sets.

A rule returns its verdict, or None to leave the decision to the next rule.
"""

from __future__ import annotations

from dataclasses import dataclass

from r1.verifiers.math.equal.families import same_constant, same_residues, unified
from r1.verifiers.math.equal.relations import equal_relations
from r1.verifiers.math.equal.sequences import Sequences
from r1.verifiers.math.equal.sets import equal_sets, to_set
from r1.verifiers.math.equal.shapes import (  # fmt: skip
    chain_end,
    definition,
    described,
    flat,
    has_coordinates,
    intervals_beside,
    is_evaluated,
    is_name_equation,
    is_value_of_function,
    labeled_value,
    lists_sets,
    members_differ,
    on_a_line,
    other_variables,
    same_label,
    value_of,
)
from r1.verifiers.math.tree import (  # fmt: skip
    Call,
    Interval,
    NamedSet,
    Node,
    Num,
    Rel,
    Seq,
    SetOp,
    Sym,
    Text,
    children,
    contains,
    is_expr,
    substitute,
    symbols,
)


@dataclass(slots=True)
class Equality(Sequences):
    """One comparison of two answers; ``stage`` then names the stage that decided."""

    def whole_answers(self, gold: Node, pred: Node) -> bool:
        """Whether two answers are equal; only one of them needs to declare the parameter of a family of solutions."""
        self.families = not isinstance(gold, Num) and not (has_coordinates(gold) or has_coordinates(pred))
        if self.answers(gold, pred):
            return True
        if isinstance(gold, Num | Text) or isinstance(pred, Num | Text) or not (symbols(gold) and symbols(pred)):
            return False
        families = unified(gold, pred) or same_constant(gold, pred)
        return families is not None and self.answers(*families)

    def answers(self, gold: Node, pred: Node) -> bool:
        """Whether two answers, or two items of answers, are equal."""
        if gold == pred:
            self.stage = "structure"
            return True
        if is_expr(gold) and is_expr(pred):
            return self._percents_or_degrees(gold, pred)
        for rule in (
            self._quantities,
            self._numerals,
            self._matrices,
            self._sequences,
            self._relations,
            self._sets,
            self._ratios,
            self._texts,
        ):
            verdict = rule(gold, pred)
            if verdict is not None:
                return verdict
        self.stage = "types"
        return False

    def _relations(self, gold: Node, pred: Node) -> bool | None:
        if (end := chain_end(gold)) is not None:
            return self.answers(end, value_of(pred))
        if (end := chain_end(pred)) is not None and isinstance(pred, Rel):  # no answer, but for a gold of the same name
            named = isinstance(gold, Rel) and is_name_equation(gold) and same_label(definition(gold)[0], pred.sides[0])
            return named and self.answers(value_of(gold), end)
        if isinstance(gold, Rel) and isinstance(pred, Rel):
            if any(same_residues(a, b, self.expressions) for a, b in ((gold, pred), (pred, gold))):
                return True
            if is_name_equation(gold) and is_name_equation(pred):
                return self._two_definitions(gold, pred)
            if is_name_equation(gold) and not symbols(value_of(gold)) and pred.ops == ("=",):
                self.stage = "unsolved"
                return False  # 2x = 10 is the equation to solve, x = 5 its solution
            sets = self._sets(gold, pred)
            if sets:
                return True
            self.stage = "relation"
            return equal_relations(gold, pred, self.expressions)
        for relation, other in ((gold, pred), (pred, gold)):
            if (
                isinstance(relation, Rel)
                and (value := labeled_value(relation))
                and (isinstance(other, Seq) or is_expr(other))
            ):
                return self.answers(value, other) if relation is gold else self.answers(other, value)
            if not isinstance(relation, Rel) or relation.ops != ("=",):
                continue
            left, right = definition(relation) if is_name_equation(relation) else relation.sides
            if is_name_equation(relation):
                return self.answers(right, other) if relation is gold else self.answers(other, right)
            if (relation is pred and is_evaluated(left, right)) or (is_value_of_function(left) and not symbols(right)):
                if relation is gold:
                    return self.answers(right, other)
                return self.answers(gold, right)
            if isinstance(other, Seq | Interval | SetOp):
                return None
            return False
        return None

    def _two_definitions(self, gold: Rel, pred: Rel) -> bool:
        (a, x), (b, y) = definition(gold), definition(pred)
        if not same_label(a, b):  # x = 5 is not y = 5, but x = y is y = x
            self.stage = "names"
            return bool(symbols(x) and symbols(y)) and equal_relations(gold, pred, self.expressions)
        match a, b:
            case Call(_, (Sym(s),)), Call(_, (Sym(t),)) if s != t:
                return self.answers(x, substitute(y, t, Sym(s)))  # the name of the argument does not matter
        if not contains(x, b) and not contains(y, a):
            return self.answers(x, y)
        self.stage = "relation"
        return equal_relations(gold, pred, self.expressions)

    def _sets(self, gold: Node, pred: Node) -> bool | None:
        kinds = (Interval, SetOp, NamedSet, Rel)
        for named, letter in ((gold, pred), (pred, gold)):
            if isinstance(named, NamedSet) and isinstance(letter, Sym):
                return named.name == letter.name
        if not isinstance(gold, (*kinds, Seq)) or not isinstance(pred, (*kinds, Seq)):
            return None
        if members_differ(gold, pred) or members_differ(pred, gold):
            self.stage = "names"
            return False
        if isinstance(gold, Rel) and gold.ops == ("in",):
            gold = gold.sides[1]
        if isinstance(pred, Rel) and pred.ops == ("in",):
            pred = pred.sides[1]
        gold, pred = intervals_beside(gold, pred), intervals_beside(pred, gold)
        if lists_sets(gold) and lists_sets(pred):  # each set is an item: (5,9), (2,9) is not (6,9), (2,9)
            return self._multisets(list(children(gold)), list(children(pred)), as_set=False)
        gold, pred = described(gold), described(pred)
        if gold == pred:
            return True
        if other_variables(gold, pred):
            self.stage = "names"
            return False
        line = on_a_line(gold) and on_a_line(pred)
        left, right = (to_set(gold, self.expressions), to_set(pred, self.expressions)) if line else (None, None)
        if left is not None and right is not None:
            equal = equal_sets(left, right, self.expressions)
            self.stage = "set"
            return equal
        return self._symbolic_sets(gold, pred)

    def _symbolic_sets(self, gold: Node, pred: Node) -> bool | None:
        """Compare sets with symbolic ends part by part."""
        match gold, pred:
            case Interval(), Interval():
                return (
                    (gold.low_closed, gold.high_closed) == (pred.low_closed, pred.high_closed)
                    and self.expressions(gold.low, pred.low)
                    and self.expressions(gold.high, pred.high)
                )
            case SetOp("union" | "inter"), SetOp(_) if gold.op == pred.op:
                return self._multisets(flat(gold), flat(pred), as_set=True)
            case SetOp("minus"), SetOp("minus"):
                return all(self.answers(x, y) for x, y in zip(gold.args, pred.args, strict=True))
            case Seq(), Seq() if gold.kind in ("list", "or") and pred.kind in ("list", "or"):
                return self._multisets(list(gold.items), list(pred.items), as_set=False)
        return None
