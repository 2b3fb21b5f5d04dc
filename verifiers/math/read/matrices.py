"""Evaluates matrices and vectors: sums, products, determinants, transposes, and vectors written with i, j and k."""

from __future__ import annotations

from r1.verifiers.math.tree import (
    Add,
    Call,
    I,
    Matrix,
    Mul,
    Node,
    Num,
    ParseError,
    Pow,
    Seq,
    Sym,
    children,
    contains,
    is_expr,
    rebuild,
    replaced,
)
from r1.verifiers.math.values.canonical import difference_is_zero

TRANSPOSE = (Sym("T"), Sym("t"))
_AXES: tuple[Node, ...] = (I, Sym("j"), Sym("k"))


def components(node: Node) -> tuple[Node, ...] | None:
    r"""The coordinates of a vector such as ``3\mathbf{i} - 2\mathbf{j}``: three if it contains k, else two. None for other trees."""
    if not is_expr(node) or not contains(node, _AXES[1]):
        return None
    nowhere = _at(node, (0, 0, 0))
    axes = [_at(node, unit) for unit in ((1, 0, 0), (0, 1, 0), (0, 0, 1))]
    whole = Add(tuple(Mul((value, axis)) for value, axis in zip(axes, _AXES, strict=True)))
    if not difference_is_zero(nowhere, Num(0)) or not difference_is_zero(node, whole):
        return None
    return tuple(axes if contains(node, _AXES[2]) else axes[:2])


def _at(node: Node, values: tuple[int, int, int]) -> Node:
    for axis, value in zip(_AXES, values, strict=True):
        node = replaced(node, axis, Num(value))
    return node


def _determinant(rows: tuple[tuple[Node, ...], ...]) -> Node:
    """The determinant, expanded along the first row.

    Raises:
        ParseError: the matrix is not square or has more than 5 rows.
    """
    if len(rows) != len(rows[0]) or len(rows) > 5:
        raise ParseError("the determinant is not square or has more than 5 rows")
    if len(rows) == 1:
        return rows[0][0]
    terms = []
    for column, entry in enumerate(rows[0]):
        minor = _determinant(tuple(row[:column] + row[column + 1 :] for row in rows[1:]))
        terms.append(Mul((Num(-1 if column % 2 else 1), entry, minor)))
    return Add(tuple(terms))


def matrices(node: Node) -> Node:
    """The tree with sums, products, determinants and transposes of matrices evaluated entry by entry.

    Raises:
        ParseError: the shapes do not fit, or a product or determinant is too large.
    """
    parts = children(node)
    if isinstance(node, Matrix) or not parts:
        return node
    if not isinstance(node, Add | Mul | Pow | Call):
        return (
            rebuild(node, tuple(map(matrices, parts)))
            if any(isinstance(p, Matrix | Mul | Add | Call) for p in parts)
            else node
        )
    if isinstance(node, Call) and node.name == "det" and isinstance(parts[0], Matrix):
        return _determinant(parts[0].rows)
    if (
        isinstance(node, Mul)
        and len(parts) == 2
        and isinstance(parts[0], Sym)
        and parts[0].name.isupper()
        and isinstance(parts[1], Seq)
    ):
        return parts[1]  # A(1, 2) is a labeled point
    if not any(isinstance(p, Matrix | Mul | Add | Pow | Call) for p in parts):
        return node
    done = tuple(map(matrices, parts))
    if not any(isinstance(part, Matrix) for part in done):
        return rebuild(node, done) if done != parts else node
    if isinstance(node, Add):
        total = done[0]
        for part in done[1:]:
            total = _matrix_sum(total, part)
        return total
    if isinstance(node, Mul):
        result = done[0]
        for part in done[1:]:
            result = _matrix_product(result, part)
        return result
    if isinstance(node, Pow) and isinstance(done[0], Matrix) and done[1] in TRANSPOSE:
        return Matrix(tuple(zip(*done[0].rows, strict=True)))
    return rebuild(node, done)


def _matrix_sum(a: Node, b: Node) -> Node:
    if (
        not isinstance(a, Matrix)
        or not isinstance(b, Matrix)
        or len(a.rows) != len(b.rows)
        or len(a.rows[0]) != len(b.rows[0])
    ):
        raise ParseError("the summands are not matrices of the same shape")
    return Matrix(
        tuple(tuple(Add((x, y)) for x, y in zip(r, s, strict=True)) for r, s in zip(a.rows, b.rows, strict=True))
    )


def _matrix_product(a: Node, b: Node) -> Node:
    if isinstance(a, Matrix) and isinstance(b, Matrix):
        if len(a.rows[0]) != len(b.rows) or len(a.rows) * len(b.rows) * len(b.rows[0]) > 1000:
            raise ParseError("the shapes of the factors do not fit, or the product is too large")
        columns = list(zip(*b.rows, strict=True))
        return Matrix(
            tuple(
                tuple(Add(tuple(Mul((x, y)) for x, y in zip(row, column, strict=True))) for column in columns)
                for row in a.rows
            )
        )
    if isinstance(a, Matrix) or isinstance(b, Matrix):
        matrix, scalar = (a, b) if isinstance(a, Matrix) else (b, a)
        assert isinstance(matrix, Matrix)
        return Matrix(tuple(tuple(Mul((scalar, entry)) for entry in row) for row in matrix.rows))
    return Mul((a, b))
