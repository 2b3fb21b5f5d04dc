"""Equality of answers that consist of several values: lists, points, sets of values, matrices and texts of several phrases."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from r1.verifiers.math.equal.labels import Labeled
from r1.verifiers.math.equal.shapes import (
    by_coordinate,
    definition,
    grouped,
    holds_conditions,
    is_name_equation,
    label,
    long_decimal,
    names_of,
    phrases_of,
    roots_of_one,
    value_of,
)
from r1.verifiers.math.read.matrices import components
from r1.verifiers.math.tree import Interval, Matrix, NamedSet, Node, Rel, Seq, SetOp, Sym, Text, is_expr
from r1.verifiers.math.values.rational import rational

MAX_MATCH = 40
"""Multisets of more items are compared only if every item is a plain rational."""


@dataclass(slots=True)
class Sequences(Labeled):
    """Rules for two answers of which at least one has several values. A rule returns None if it does not apply."""

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
                    return False  # x = 1 leaves y open
                return self.answers(gold.sides[1], pred) if one is gold else self.answers(gold, pred.sides[1])  # type: ignore[union-attr]
            if isinstance(one, Text):
                if many.kind in ("list", "or"):
                    return self._texts(gold, pred)
                return False
            if many.kind in ("set", "list", "or", "group") and not isinstance(
                one, Interval | SetOp | NamedSet | Rel | Matrix
            ):
                # A list of one repeated value is that value; a list of several values is not.
                items = [value_of(item) for item in many.items]
                return all((self.answers(one, item) if one is gold else self.answers(item, one)) for item in items)
        return None

    def _two_sequences(self, gold: Seq, pred: Seq) -> bool:
        if _unknowns(gold) and _unknowns(pred) and _unknowns(gold) != _unknowns(pred):
            self.stage = "names"
            return False  # a = 1, b = 2 is not a = 1, c = 2
        gold, pred = grouped(gold), grouped(pred)
        for many, one in ((gold, pred), (pred, gold)):  # the set of one point equals that point
            if (
                many.kind in ("set", "list")
                and len(many.items) == 1
                and isinstance(many.items[0], Seq)
                and one.kind in ("tuple", "bracket")
            ):
                return self.answers(many.items[0], one)
        ordered = {"tuple", "bracket"}
        if {gold.kind, pred.kind} == {"tuple", "bracket"} and len(gold.items) == 2:
            return False  # neither an open interval nor a point is a closed interval
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
        leading, other_leading = _leading_name(gold), _leading_name(pred)
        if (names and other_names and not _same_names(names, other_names)) or (
            leading and other_leading and leading != other_leading
        ):
            self.stage = "names"
            return False  # a = 1, b = 2 is not a = 1, c = 2
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
        # Repeated points count once.
        as_set = "set" in (gold.kind, pred.kind) or all(isinstance(item, Seq) for item in (*gold.items, *pred.items))
        return self._multisets([value_of(item) for item in gold.items], [value_of(item) for item in pred.items], as_set)

    def _multisets(self, gold: list[Node], pred: list[Node], as_set: bool) -> bool:
        """Whether the items pair up; repeats count unless ``as_set``."""
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


def _same_names(names: list[Node], others: list[Node]) -> bool:
    """Whether two lists name the same unknowns; roots may be numbered (x_1, x_2) or not (x, x)."""
    first, second = Counter(map(label, names)), Counter(map(label, others))
    if first == second:
        return True
    numbered = [any("_" in name for name in side) for side in (first, second)]
    return numbered[0] != numbered[1] and {n.partition("_")[0] for n in first} == {n.partition("_")[0] for n in second}


def _leading_name(seq: Seq) -> str:
    """The n of ``n = 1, 2, 3``, where only the first item is named, or ""."""
    first = seq.items[0]
    alone = isinstance(first, Rel) and is_name_equation(first) and not any(map(is_name_equation, seq.items[1:]))
    return label(definition(first)[0]) if alone and isinstance(first, Rel) else ""


def _unknowns(seq: Seq) -> set[str]:
    """The letters of the unknowns, without their numbers, in a list of definitions; none in other lists."""
    return {label(name).partition("_")[0] for name in names_of(seq) or ()}
