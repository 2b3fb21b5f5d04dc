"""Python's parser: the same trees from many threads at once, and the parser's own errors."""

from __future__ import annotations

import ast
from concurrent.futures import ThreadPoolExecutor

import pytest

from r1.verifiers.code.python import parse


def test_many_threads_parse_the_same_tree() -> None:
    source = "def f(x):\n" + "    y = [x for x in range(10) if (x + 1) * 2 > 3]\n" * 200
    wanted = ast.dump(ast.parse(source))
    with ThreadPoolExecutor(8) as pool:
        assert {ast.dump(tree) for tree in pool.map(parse, [source] * 40)} == {wanted}


def test_an_expression_and_an_error() -> None:
    assert isinstance(parse("1 + 1", mode="eval"), ast.Expression)
    with pytest.raises(SyntaxError):
        parse("def f(:")
