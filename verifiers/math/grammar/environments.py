r"""``\begin{...}``: matrices, determinants, systems of equations and piecewise functions."""

from __future__ import annotations

from r1.verifiers.math.grammar.cursor import Cursor
from r1.verifiers.math.grammar.lists import parse_nested
from r1.verifiers.math.grammar.names import RELATIONS
from r1.verifiers.math.spelling import words
from r1.verifiers.math.tree import Call, Matrix, NamedSet, Node, ParseError, Rel, Seq, SetOp, Text, is_expr

_MATRICES = frozenset(
    "pmatrix bmatrix matrix Bmatrix smallmatrix psmallmatrix bsmallmatrix array vmatrix Vmatrix".split()
)
_ROWS_AS_LIST = frozenset(
    "cases dcases rcases aligned align align* gathered split gather gather* equation equation* displaymath center".split()
)
_CONDITION_WORDS = {"if", "for", "when", "where", "in", "若", "当", "si", "falls"}
_OTHERWISE = {"otherwise", "else", "elsewhere", "其他", "其它", "否则"}
_CELL_ENDS = ("&", "\\\\", "end")
_MAX_CELLS = 400


def parse_environment(p: Cursor) -> Node:
    r"""The environment whose ``\begin`` has been taken: a matrix, a determinant, or the list of its rows.

    Raises:
        ParseError: an unknown, unclosed or empty environment, one of more than `_MAX_CELLS` cells, or rows of unequal length.
    """
    name = _environment_name(p)
    if name == "array" and p.peek.bracket == "{":
        p.take()
        while p.take().text != "}":
            if p.peek.kind == "end":
                raise p.fail("open column list")
    if name not in _MATRICES and name not in _ROWS_AS_LIST:
        raise ParseError(f"unknown environment {name!r}")
    rows = _rows(p, system=name in _ROWS_AS_LIST)
    if name in _ROWS_AS_LIST:
        items = _pieces(rows)
        return items[0] if len(items) == 1 else Seq("list", tuple(items))
    if len({len(row) for row in rows}) != 1:
        raise ParseError("matrix rows of different lengths")
    if len(rows) == len(rows[0]) == 1 and name == "array":
        return rows[0][0]
    matrix = Matrix(tuple(tuple(row) for row in rows))
    return Call("det", (matrix,)) if name in ("vmatrix", "Vmatrix") else matrix


def _environment_name(p: Cursor) -> str:
    p.expect("{")
    name = ""
    while p.peek.bracket != "}":
        if p.peek.kind == "end":
            raise p.fail("open environment")
        name += p.take().text
    p.take()
    return name


def _rows(p: Cursor, *, system: bool) -> list[list[Node]]:
    """The cells, row by row. In a system an ``&`` next to a relation only aligns and does not separate cells."""
    rows: list[list[Node]] = [[]]
    cells = 0
    if system:
        _without_alignment(p)
    while True:
        bracket = p.peek.bracket
        if bracket == "\\\\":
            p.take()
            rows.append([])
        elif p.peek.kind == "cmd" and p.peek.text == "hline":
            p.take()
        elif p.peek.kind == "cmd" and p.peek.text == "end":
            break
        elif bracket == "&":
            p.take()
        elif bracket == "end":
            raise p.fail("open environment")
        else:
            rows[-1].append(_cell(p) if system and rows[-1] else parse_nested(p, "list"))
            cells += 1
            if cells > _MAX_CELLS:
                raise ParseError(f"more than {_MAX_CELLS} cells")
    p.take()
    _environment_name(p)
    rows = [row for row in rows if row]
    if not rows:
        raise ParseError("an empty matrix")
    return rows


def _without_alignment(p: Cursor) -> None:
    r"""Delete the punctuation at the end of cells, and each ``&`` next to a relation or first in a row (``x &= 2`` is one cell)."""
    tokens, at = p.tokens, p.at
    while tokens[at].kind != "end" and tokens[at].text != "end":
        begins_row = at == p.at or tokens[at - 1].bracket == "\\\\"
        if tokens[at].bracket == "&" and (
            begins_row or tokens[at + 1].text in RELATIONS or tokens[at - 1].text in RELATIONS
        ):
            del tokens[at]
        elif tokens[at].text in (",", ";", ".") and (
            tokens[at + 1].bracket in _CELL_ENDS or tokens[at + 1].text == "end"
        ):
            del tokens[at]
        else:
            at += 1
    p.skip(0)


def _cell(p: Cursor) -> Node:
    """The condition of a piece, without its "if"; as `Text` if it is not a formula ("n is odd")."""
    if p.peek.text.strip(" ,.").lower() in _CONDITION_WORDS:
        p.take()
    elif p.peek.text.strip(" ,.").lower() in _OTHERWISE:
        p.take()
        return Text("otherwise")
    start, state = p.at, (p.depth, p.bars, p.in_set)
    try:
        condition = parse_nested(p, "list")
        if p.peek.bracket in _CELL_ENDS or p.peek.text == "end":
            return condition
    except ValueError:  # a ParseError, or words that `canonical_unit` takes for a remark
        pass
    p.skip(start - p.at)
    p.depth, p.bars, p.in_set = state
    written = []
    while p.peek.bracket not in _CELL_ENDS and p.peek.text != "end":
        written.append(p.take().text)
    return Text(words(" ".join(written)))


def _pieces(rows: list[list[Node]]) -> list[Node]:
    """The rows, those with a condition as pieces ``(value, condition)``; "otherwise" means the rest of the real numbers."""
    pieces: list[Node] = []
    conditions: list[Node] = []
    for row in rows:
        value, *rest = row
        if not rest and isinstance(value, Seq) and value.kind == "list" and len(value.items) == 2 and _bounds(value):
            value, *rest = value.items
        if len(rest) > 1:
            raise ParseError("a piece with two conditions")
        if not rest:
            pieces.append(value)
            continue
        condition = SetOp("minus", (NamedSet("R"), *conditions)) if rest[0] == Text("otherwise") else rest[0]
        conditions.append(condition)
        pieces.append(Seq("piece", (value, condition)))
    return pieces


def _bounds(row: Seq) -> bool:
    """Whether a row is ``value, inequality``."""
    value, condition = row.items
    return is_expr(value) and isinstance(condition, Rel) and condition.ops != ("=",)
