"""Typed equality of two answers: which stage compares what. Every function gives the verdict or hands on to the next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from r1.verifiers.math.equal.families import same_constant, unified
from r1.verifiers.math.equal.labels import Labelled
from r1.verifiers.math.equal.relations import equal_relations
from r1.verifiers.math.equal.sets import equal_sets, to_set
from r1.verifiers.math.equal.shapes import (  # fmt: skip
    by_coordinate,
    definition,
    flat,
    grouped,
    holds_conditions,
    intervals_beside,
    is_evaluated,
    is_name_equation,
    is_value_of_function,
    labelled_value,
    long_decimal,
    names_of,
    on_a_line,
    other_variables,
    phrases_of,
    roots_of_one,
    value_of,
)
from r1.verifiers.math.read.matrices import components
from r1.verifiers.math.tree import (  # fmt: skip
    Call,
    Interval,
    Matrix,
    NamedSet,
    Node,
    Num,
    Rel,
    Seq,
    SetOp,
    Sym,
    Text,
    contains,
    is_expr,
    is_name,
    substitute,
    symbols,
)
from r1.verifiers.math.values.rational import rational

MAX_MATCH = 40  # items of a multiset that are not plain rationals


@dataclass(slots=True)
class Equality(Labelled):
    """One comparison of two answers; ``stage`` tells afterwards what decided it."""

    def whole_answers(self, gold: Node, pred: Node) -> bool:
        """Whether ``pred`` says what ``gold`` says, where only one of them may declare the parameter of a family."""
        if self.answers(gold, pred):
            return True
        if isinstance(gold, Num | Text) or isinstance(pred, Num | Text) or not (symbols(gold) and symbols(pred)):
            return False
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
                if len(set(names_of(many) or ())) > 1 and isinstance(definition(one)[0], Sym):  # type: ignore[arg-type]
                    return False  # x = 1 says nothing of y
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
            if len(gold.items) != len(pred.items) or "or" in (gold.kind, pred.kind):
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
            if (
                isinstance(relation, Rel)
                and (value := labelled_value(relation))
                and (isinstance(other, Seq) or is_expr(other))
            ):
                return self.answers(value, other) if relation is gold else self.answers(other, value)
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
