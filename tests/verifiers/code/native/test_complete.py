"""Completing a source: the prompt's imports and the brackets that it left open."""

from __future__ import annotations

import pytest
from timing import assert_linear

from r1.verifiers.code.native.complete import complete, go_file

STD = "#[allow(unused_imports, deprecated)] use std::"


@pytest.mark.parametrize(
    ("language", "prompt", "source", "lines"),
    [
        pytest.param(
            "cpp",
            "#include <vector>\nint f() {\n",
            "int f() {\n    return 1;\n",
            ["#include <vector>", "int f() {", "return 1;", "}"],
            id="a missing include and bracket",
        ),
        pytest.param(
            "cpp",
            "#include <vector>\nint f() {\n",
            "#include <vector>\nint f() { return 1; }",
            ["#include <vector>", "int f() { return 1; }"],
            id="nothing missing",
        ),
        pytest.param(
            "cpp",
            "",
            'int f() {\n    puts("{{{");  // {\n',
            ["int f() {", 'puts("{{{");  // {', "}"],
            id="brackets in strings and comments",
        ),
        pytest.param(
            "java", "", "int f() { return 1; }", ["class Problem {", "int f() { return 1; }", "}"], id="a missing class"
        ),
        pytest.param("java", "import org.javatuples.*;\n", "class P {}", ["class P {}"], id="a missing package"),
        pytest.param(
            "rust",
            "use std::{io, fmt::{self, Debug}};\nuse rand::Rng;\n",
            "use std::io;\nfn f() {}",
            [f"{STD}fmt;", f"{STD}fmt::Debug;", "use std::io;", "fn f() {}"],
            id="imports that a Rust source has in part",
        ),
        pytest.param("rust", "", "use rand::Rng;\nfn f() {}", ["fn f() {}"], id="a missing crate"),
        pytest.param("bash", "f() {\n", "f() {\n  echo 1\n", ["f() {", "echo 1", "}"], id="an open bash function"),
        pytest.param("bash", "f() {\n", "f() { echo 1; }", ["f() { echo 1; }"], id="a closed bash function"),
        pytest.param(
            "go",
            'package f_test\nimport ("fmt"; "os")\n',
            "func f() { fmt.Println() }",
            ["package main", 'import "fmt"', "func f() { fmt.Println() }"],
            id="an unused Go import",
        ),
    ],
)
def test_a_source_is_completed(language: str, prompt: str, source: str, lines: list[str]) -> None:
    found = complete(source, prompt, language).replace("import  ", "import ")
    assert [line.strip() for line in found.split("\n") if line.strip()] == lines


@pytest.mark.parametrize("unit", ["import (\n", "import\n", 'import "', "import ( "])
def test_imports_of_a_go_program_are_read_in_linear_time(unit: str) -> None:
    assert_linear(lambda text: go_file(text, ""), unit)


@pytest.mark.parametrize(
    "unit", ["'", '"', "`", "/*", "//", "{", "use ", "use a;\n", "class P {\n", "'a ", "\\", "public "]
)
@pytest.mark.parametrize("language", ["cpp", "java", "rust", "javascript", "go"])
def test_programs_are_completed_in_linear_time(unit: str, language: str) -> None:
    assert_linear(lambda text: complete("  " + text, "use std::io;\nfn f() {\n", language), unit)
