"""Lines that are code, and lines that define a name."""

from __future__ import annotations

import pytest

from r1.verifiers.code.find.code_lines import LOOKS_LIKE, defines


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("python", "def f(x):"),
        ("python", "x, y = 1, 2"),
        ("python", "print(3)"),
        ("c", "#include <stdio.h>"),
        ("c", "static int add(int a, int b) {"),
        ("cpp", "using namespace std;"),
        ("typescript", "interface A {"),
        ("go", "package main"),
        ("rust", "#[derive(Debug)]"),
    ],
)
def test_a_line_of_code_is_recognized(language: str, line: str) -> None:
    assert LOOKS_LIKE[language].search(f"The program:\n  {line}\n")


@pytest.mark.parametrize("language", [name for name in LOOKS_LIKE if name != "bash"])
def test_prose_is_not_code(language: str) -> None:
    assert not LOOKS_LIKE[language].search("The sum of both numbers.\nIt takes linear time, and 1 == 1.\n")


@pytest.mark.parametrize(
    ("language", "entry", "line"),
    [
        ("python", "add", "async def add(a, b):"),
        ("python", "add", "add = lambda a, b: a + b"),
        ("python", "Solution().add", "    def add(self, a, b):"),
        ("python", "Solution().add", "class Solution:"),
        ("javascript", "add", "const add = (a, b) => a + b"),
        ("javascript", "add", "exports.add = f"),
        ("rust", "add", "pub fn add(a: i32) {"),
        ("bash", "add", "function add {"),
        ("java", "add", "    public static List<Integer> add(int a) {"),
        ("c", "add", "static const int *add(int a)"),
    ],
)
def test_a_definition_is_recognized(language: str, entry: str, line: str) -> None:
    assert defines(entry, language).search(f"\n{line}\n")


@pytest.mark.parametrize(
    ("language", "line"),
    [("python", "print(add(1, 2))"), ("javascript", "add(1, 2)"), ("c", "return add(1, 2);"), ("java", "int x = add(1);")],
)  # fmt: skip
def test_a_use_is_not_a_definition(language: str, line: str) -> None:
    assert not defines("add", language).search(f"\n{line}\n")
