"""Each language of the table compiles and runs, or the error names the missing package."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from tiers import sandbox_of

from r1.sandbox import Limits, Program, Sandbox, SandboxUnavailable
from r1.sandbox.languages import LANGUAGES, language_for

SQUARES = {
    "python": "print(int(input()) ** 2)",
    "c": '#include <stdio.h>\nint main(){int a;scanf("%d",&a);printf("%d",a*a);}',
    "cpp": "#include <bits/stdc++.h>\nint main(){int a;std::cin>>a;std::cout<<a*a;}",
    "rust": "use std::io;fn main(){let mut s=String::new();io::stdin().read_line(&mut s).unwrap();"
    'let a:i64=s.trim().parse().unwrap();print!("{}",a*a);}',
    "go": 'package main\nimport "fmt"\nfunc main(){var a int;fmt.Scan(&a);fmt.Print(a*a)}',
    "java": "import java.util.*;public class Square{public static void main(String[] x){"
    "int a=new Scanner(System.in).nextInt();System.out.print(a*a);}}",
    "javascript": 'const a=Number(require("fs").readFileSync(0,"utf8"));console.log(a*a)',
    "typescript": 'import * as fs from "fs";const a:number=Number(fs.readFileSync(0,"utf8"));console.log(a*a)',
    "bash": "read a; echo $((a*a))",
}


@pytest.fixture(scope="module", params=["namespaces", "docker", "docker+runsc"])
def isolated(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    yield from sandbox_of(request.param, workers=2)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("isolated", ["namespaces", "docker"], indirect=True)
def test_each_language_runs_or_names_what_it_needs(isolated: Sandbox, language: str) -> None:
    """The full image has them all; a box of this machine's own directories has what the machine has."""
    tools = LANGUAGES[language].tools
    if isolated.tier == "namespaces" and any(shutil.which(tool) is None for tool in tools):
        with pytest.raises(
            SandboxUnavailable, match=f"{language} needs .* \\(Debian package {LANGUAGES[language].package}"
        ):
            isolated.run(Program(SQUARES[language], language, b"12"))
        return
    outcome = isolated.run(Program(SQUARES[language], language, b"12"), Limits(cpu_s=5, wall_s=30))
    assert outcome.stdout.strip() == b"144", outcome


@pytest.mark.parametrize("isolated", ["docker"], indirect=True)
@pytest.mark.parametrize(
    "source",
    [
        "declare var require: any;\nconst process = require('process');\nconsole.log(require('fs').readFileSync(0, 'utf8'));",
        "import fs from 'node:fs';\nconst lines: string[] = fs.readFileSync(0).toString().split('\\n');\nconsole.log(lines[0]);",
        "import { createInterface } from 'readline';\ncreateInterface({ input: process.stdin }).on('line', (l: string) => console.log(l));",
    ],
)
def test_typescript_reads_its_input_without_nodes_types(isolated: Sandbox, source: str) -> None:
    outcome = isolated.run(Program(source, "typescript", b"12"), Limits(cpu_s=5, wall_s=30))
    assert outcome.stdout.strip() == b"12", outcome


@pytest.mark.parametrize("isolated", ["docker"], indirect=True)
def test_typescript_with_a_type_error_does_not_compile(isolated: Sandbox) -> None:
    outcome = isolated.run(Program("const a: number = 'x'; console.log(5)", "typescript"))
    assert (outcome.code, outcome.stdout) == ("CE", b"")


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("public class Square { }", "Square"),
        ("class A {} public final class B { }", "B"),
        ("class Helper {} class Task { static void main(String[] a) {} }", "Task"),
        ("/* public class No */ // public class Nor\npublic class Yes {}", "Yes"),
        ("class Main { public static void main(String[] a) {} }", "Main"),
        ("interface X {}", "Main"),
        ("public class Größe {}", "Main"),  # javac's file names are ASCII in the box
    ],
)
def test_java_compiles_the_file_of_its_public_or_main_class(source: str, name: str) -> None:
    language = language_for("java", source)
    assert language.file == language.compile[-1] == f"{name}.java" and language.run[-1] == name


@pytest.mark.parametrize(
    ("source", "file"),
    [
        ("const x = require('fs');", "main.js"),
        ("import fs from 'fs';", "main.mjs"),
        ("import { a } from 'b'", "main.mjs"),
        ("const x = 1;\nawait x;", "main.mjs"),
        ("const x = await y;", "main.mjs"),
        ("let imported = 1;", "main.js"),
        ("// import x\nlet await_ = 1;", "main.js"),
    ],
)
def test_javascript_is_a_script_or_a_module(source: str, file: str) -> None:
    language = language_for("javascript", source)
    assert (language.file, language.run[-1]) == (file, file)


@pytest.mark.parametrize(
    ("source", "standard"),
    [
        ("int main(){}", "gnu++17"),
        ("#include <ranges>", "gnu++20"),
        ("if (set.contains(3)) ;", "gnu++20"),
        ("template<class T> requires (true) void f();", "gnu++20"),
        ("auto x = a <=> b;", "gnu++20"),
        ("int requires_more = 1;", "gnu++17"),
    ],
)
def test_cpp_takes_the_newer_standard_where_a_source_needs_it(source: str, standard: str) -> None:
    assert f"-std={standard}" in language_for("cpp", source).compile


def test_every_compiled_language_says_what_its_compiler_leaves() -> None:
    for name, language in LANGUAGES.items():
        assert bool(language.compile) == bool(language.artifact), name
        assert set(language.tools) >= {command[0] for command in (language.compile, language.run) if command}, name
