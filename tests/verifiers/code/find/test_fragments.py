"""Code blocks that cannot be the program by themselves."""

from __future__ import annotations

import pytest

from r1.verifiers.code.find.fragments import is_fragment


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("c", "int add(int a, int b) { return a + b; }"),
        ("rust", "fn add() {}"),
        ("go", "func add() {}"),
        ("bash", "./solution.sh 3 4"),
        ("bash", "$ chmod +x a.sh"),
        ("python", "pip install numpy"),
        ("python", "!pip install numpy\n%time x"),
        ("python", "# nothing but a comment"),
        ("python", "x = add(1, 2)\nassert x == 3"),
        ("python", "print(add(1, 2))"),
    ],
)
def test_a_fragment(language: str, source: str) -> None:
    assert is_fragment(source, language)


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("c", "int main(void) { return 0; }"),
        ("rust", "fn main() {}"),
        ("bash", "read a b; echo $((a + b))"),
        ("python", "print(1 + 2)"),
        ("python", "a = int(input())"),
        ("python", "def f(): ..."),
        ("python", "f = lambda: 3"),
        ("python", "from math import *\nprint(pi)"),
        ("python", "try:\n    print(1)\nexcept ValueError as e:\n    print(e)"),
        ("python", "match 3:\n    case [*a] | a:\n        print(a)"),
        ("python", "add(1, 2"),
        ("javascript", "add(1, 2)"),
    ],
)
def test_what_may_be_a_program(language: str, source: str) -> None:
    assert not is_fragment(source, language)
