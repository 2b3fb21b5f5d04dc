"""What the reader finds in a Python text."""

from __future__ import annotations

import ast

import pytest

from r1.verifiers.code.box.reader import findings, has_effect


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import os\n", ["line 1: os is imported and never used"]),
        ("import os.path as p\nfrom a import b as c\n", ["line 1: p is imported and never used", "line 2: c is imported and never used"]),
        ("import os\nos.getcwd()\n", []),
        ("from __future__ import annotations\nfrom a import *\n", []),
        ("import os\n__all__ = ['os']\n", []),
        ("from a import T\ndef f(x: 'list[T]'): ...\n", []),
        ("try:\n    f()\nexcept:\n    pass\n", ["line 3: bare except"]),
        ("x = 1\nx == None or x is None\n", ["line 2: comparison with None by == or !="]),
        ("def f(a, b=[], *, c={}): ...\n", ["line 1: mutable default argument", "line 1: mutable default argument"]),
        ("def f(): ...\ndef f(): ...\n", ["line 2: f is defined again"]),
    ],
)  # fmt: skip
def test_findings(source: str, expected: list[str]) -> None:
    assert list(findings(ast.parse(source))) == expected


@pytest.mark.parametrize("source", ["pass", "'text'", "42", "..."])
def test_a_constant_or_pass_has_no_effect(source: str) -> None:
    assert not has_effect(ast.parse(source).body[0])


@pytest.mark.parametrize("source", ["f()", "x = 1", "def f(): ..."])
def test_other_statements_have_an_effect(source: str) -> None:
    assert has_effect(ast.parse(source).body[0])
