"""Typed equality of two answers: which stage compares what. Every function gives the verdict or hands on to the next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from r1.verifiers.math_exact import rational
from r1.verifiers.math_expressions import Expressions
from r1.verifiers.math_families import same_constant, same_progression, unified
from r1.verifiers.math_kinds import (
    by_coordinate,
    definition,
    degrees_of,
    flat,
    grouped,
    holds_conditions,
    intervals_beside,
    is_evaluated,
    is_name_equation,
    is_value_of_function,
    long_decimal,
    names_of,
    other_variable,
    percent_of,
    phrases_of,
    roots_of_one,
    value_of,
)  # fmt: skip
from r1.verifiers.math_matrices import components
from r1.verifiers.math_read import is_name
from r1.verifiers.math_relation import equal_relations
from r1.verifiers.math_sets import equal_sets, substitute, to_set
from r1.verifiers.math_tree import (
    BaseNum,
    Call,
    Interval,
    Matrix,
    Mul,
    NamedSet,
    Node,
    Num,
    Pow,
    Quantity,
    Ratio,
    Rel,
    Seq,
    SetOp,
    Sym,
    Text,
    Time,
    contains,
    div,
    is_expr,
    symbols,
)  # fmt: skip
from r1.verifiers.math_units import letters_of

MAX_MATCH = 40  # items of a multiset that are not plain rationals


@dataclass(slots=True)
class Equality(Expressions):
    """One comparison of two answers; ``stage`` tells afterwards what decided it."""

    def whole_answers(self, gold: Node, pred: Node) -> bool:
        """Whether ``pred`` says what ``gold`` says, where only one of them may declare the parameter of a family."""
        if self.answers(gold, pred):
            return True
        families = unified(gold, pred) or same_constant(gold, pred)
        return families is not None and self.answers(*families)

    def answers(self, gold: Node, pred: Node) -> bool:
        """Whether ``pred`` says what ``gold`` says."""
        if gold == pred:
            self.stage = "structure"
            return True
        if is_expr(gold) and is_expr(pred):
            return self._labelled(gold, pred)
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

    def _labelled(self, a: Node, b: Node) -> bool:
        """Expressions that may be percentages or degrees."""
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
        return self.expressions(a, b) or same_progression(a, b, self.expressions)

    def _quantities(self, gold: Node, pred: Node) -> bool | None:
        """A unit counts only against another unit."""
        if isinstance(gold, Quantity) and isinstance(pred, Quantity):
            if gold.unit != pred.unit:
                self.stage = "unit"
                return False
            return self.answers(gold.value, pred.value)
        for quantity, other in ((gold, pred), (pred, gold)):
            if isinstance(quantity, Quantity) and (percent_of(other) is not None or degrees_of(other) is not None):
                self.stage = "unit"
                return quantity.unit == "rad" and percent_of(other) is None and self.expressions(quantity.value, other)
        if isinstance(gold, Quantity) and not isinstance(pred, Text):
            return self.answers(gold.value, pred) or self._product(gold, pred)
        if isinstance(pred, Quantity) and not isinstance(gold, Text):
            return self.answers(gold, pred.value) or self._product(pred, gold)
        return None

    def _product(self, quantity: Quantity, other: Node) -> bool:
        """Whether the other answer is the quantity, read as a product: 5m for 5 metres, 2mg for twice the weight."""
        letters = letters_of(quantity.unit) if is_expr(quantity.value) and is_expr(other) and symbols(other) else []
        factors = [Pow(Sym(letter), Num(power)) for letter, power in letters]
        return bool(factors) and self.expressions(Mul((quantity.value, *factors)), other)

    def _numerals(self, gold: Node, pred: Node) -> bool | None:
        if isinstance(gold, BaseNum) or isinstance(pred, BaseNum):
            if is_name_equation(gold) or is_name_equation(pred):
                return None
            self.stage = "base"
            return _from_base_ten(gold) == _from_base_ten(pred)
        if isinstance(gold, Time) and isinstance(pred, Time):
            self.stage = "time"
            half_day = 12 * 3600
            if gold.half and pred.half or gold.seconds == pred.seconds:
                return gold.seconds == pred.seconds
            # 8:30 without a half of the day is also 8:30 pm; 20:30 is not 8:30 am.
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

    def _matrices(self, gold: Node, pred: Node) -> bool | None:
        if isinstance(gold, Matrix) and isinstance(pred, Matrix):
            if len(gold.rows) != len(pred.rows) or len(gold.rows[0]) != len(pred.rows[0]):
                return False
            return all(
                self.answers(x, y) for r, s in zip(gold.rows, pred.rows, strict=True) for x, y in zip(r, s, strict=True)
            )
        for vector, other in ((gold, pred), (pred, gold)):
            if isinstance(vector, Matrix | Seq) and (parts := components(other)):
                return self.answers(vector, Seq("tuple", parts))
        for matrix, other in ((gold, pred), (pred, gold)):
            if (
                not isinstance(matrix, Matrix)
                or not isinstance(other, Seq)
                or other.kind not in ("tuple", "bracket", "list", "group")
            ):
                continue
            rows = [item.items if isinstance(item, Seq) else (item,) for item in other.items]
            if len(matrix.rows) == 1:
                rows = [tuple(other.items)]
            if [len(row) for row in rows] != [len(row) for row in matrix.rows]:
                return False
            return all(
                self.answers(x, y) for r, s in zip(matrix.rows, rows, strict=True) for x, y in zip(r, s, strict=True)
            )
        return None

    # -- several values

    def _sequences(self, gold: Node, pred: Node) -> bool | None:
        if isinstance(gold, Seq) and isinstance(pred, Seq):
            if gold.kind == pred.kind == "piece":
                return all(self.answers(x, y) for x, y in zip(gold.items, pred.items, strict=True))
            if holds_conditions(gold) or holds_conditions(pred):
                return None
            return self._two_sequences(gold, pred)
        for many, one in ((gold, pred), (pred, gold)):
            if not isinstance(many, Seq) or holds_conditions(many):
                continue
            if is_name_equation(one):
                return self.answers(gold.sides[1], pred) if one is gold else self.answers(gold, pred.sides[1])  # type: ignore[union-attr]
            if isinstance(one, Text):
                if many.kind in ("list", "or"):
                    return self._texts(gold, pred)
                return False
            if many.kind in ("set", "list", "or", "group") and not isinstance(
                one, Interval | SetOp | NamedSet | Rel | Matrix
            ):
                # One value written several times is that value; more values than asked for are wrong.
                items = [value_of(item) for item in many.items]
                return all((self.answers(one, item) if one is gold else self.answers(item, one)) for item in items)
        return None

    def _two_sequences(self, gold: Seq, pred: Seq) -> bool:
        gold, pred = grouped(gold), grouped(pred)
        for many, one in ((gold, pred), (pred, gold)):  # the set of one point is that point
            if (
                many.kind in ("set", "list")
                and len(many.items) == 1
                and isinstance(many.items[0], Seq)
                and one.kind in ("tuple", "bracket")
            ):
                return self.answers(many.items[0], one)
        ordered = {"tuple", "bracket"}
        if {gold.kind, pred.kind} == {"tuple", "bracket"} and len(gold.items) == 2:
            return False  # an open interval or a point is not a closed interval
        names, other_names = names_of(gold), names_of(pred)
        if (
            names
            and other_names
            and len(set(names)) == len(names) == len(gold.items)
            and Counter(names) == Counter(other_names)
        ):
            by_name = dict(zip(other_names, pred.items, strict=True))
            return all(
                self.answers(value_of(item), value_of(by_name[name]))
                for name, item in zip(names, gold.items, strict=True)
            )
        distinct = any(listed and len(set(listed)) == len(listed) > 1 for listed in (names, other_names))
        if distinct and roots_of_one(names) and roots_of_one(other_names):
            distinct = False
        if gold.kind in ordered or pred.kind in ordered or distinct:
            if "set" in (gold.kind, pred.kind):
                return False
            if len(gold.items) != len(pred.items):
                return False
            first, second = by_coordinate(gold, names, other_names), by_coordinate(pred, other_names, names)
            return all(self.answers(value_of(x), value_of(y)) for x, y in zip(first, second, strict=True))
        # A point listed twice is still one point.
        as_set = "set" in (gold.kind, pred.kind) or all(isinstance(item, Seq) for item in (*gold.items, *pred.items))
        return self._multisets([value_of(item) for item in gold.items], [value_of(item) for item in pred.items], as_set)

    def _multisets(self, gold: list[Node], pred: list[Node], as_set: bool) -> bool:
        """Whether the items pair up; in a set repeats do not count."""
        if not as_set and len(gold) != len(pred):
            return False
        plain = [(rational(x) if is_expr(x) and not long_decimal(x)[0] else None) for x in (*gold, *pred)]
        if self.tolerance == 0 and all(value is not None for value in plain):
            self.stage = "exact"
            left, right = plain[: len(gold)], plain[len(gold) :]
            return set(left) == set(right) if as_set else Counter(left) == Counter(right)
        if max(len(gold), len(pred)) > MAX_MATCH:
            return False
        if [isinstance(x, Seq) for x in gold].count(True) != [isinstance(y, Seq) for y in pred].count(
            True
        ) and not as_set:
            return False
        if as_set and any(isinstance(x, Seq) for x in gold) != any(isinstance(y, Seq) for y in pred):
            return False  # {2, 3} is not {{2}, {3}}
        if as_set:
            return all(any(self.answers(x, y) for y in pred) for x in gold) and all(
                any(self.answers(x, y) for x in gold) for y in pred
            )
        left_over = list(pred)
        for x in gold:
            match = next((i for i, y in enumerate(left_over) if self.answers(x, y)), None)
            if match is None:
                return False
            del left_over[match]
        return True

    # -- relations and sets

    def _relations(self, gold: Node, pred: Node) -> bool | None:
        if isinstance(gold, Rel) and isinstance(pred, Rel):
            if is_name_equation(gold) and is_name_equation(pred):
                return self._two_definitions(gold, pred)
            if is_name_equation(gold) and not symbols(value_of(gold)) and pred.ops == ("=",):
                self.stage = "unsolved"
                return False  # 2x = 10 is the question, x = 5 the answer
            sets = self._sets(gold, pred)
            if sets:
                return True
            self.stage = "relation"
            return equal_relations(gold, pred, self.expressions)
        for relation, other in ((gold, pred), (pred, gold)):
            if not isinstance(relation, Rel) or relation.ops != ("=",):
                continue
            left, right = relation.sides
            if is_name(right) and not is_name(left):
                left, right = right, left
            if is_name(left):
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
        both_variables = isinstance(a, Sym) and isinstance(b, Sym)
        if both_variables and a != b and not symbols(x) and not symbols(y):
            self.stage = "names"
            return False  # x = 5 is not y = 5
        match a, b:
            case Call(_, (Sym(s),)), Call(_, (Sym(t),)) if s != t:
                return self.answers(x, substitute(y, t, Sym(s)))  # the name of the argument says nothing
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
        if isinstance(gold, Rel) and gold.ops == ("in",):
            gold = gold.sides[1]
        if isinstance(pred, Rel) and pred.ops == ("in",):
            pred = pred.sides[1]
        gold, pred = intervals_beside(gold, pred), intervals_beside(pred, gold)
        if gold == pred:
            return True
        if other_variable(gold, pred):
            self.stage = "names"
            return False
        left, right = to_set(gold, self.expressions), to_set(pred, self.expressions)
        if left is not None and right is not None:
            equal = equal_sets(left, right, self.expressions)
            self.stage = "set"
            return equal
        return self._symbolic_sets(gold, pred)

    def _symbolic_sets(self, gold: Node, pred: Node) -> bool | None:
        """Sets whose ends are not numbers: piece by piece."""
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

    def _texts(self, gold: Node, pred: Node) -> bool | None:
        words, other = phrases_of(gold), phrases_of(pred)
        if words is None or other is None:
            return None
        self.stage = "text"
        if (
            isinstance(gold, Text)
            and isinstance(pred, Text)
            and gold.words.replace(" ,", "") == pred.words.replace(" ,", "")
        ):
            return True
        return words == other


def _from_base_ten(node: Node) -> Node:
    return Num(int(node.digits)) if isinstance(node, BaseNum) and node.base == 10 else node
