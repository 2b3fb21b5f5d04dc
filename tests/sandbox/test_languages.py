"""Each language of the table compiles and runs, or the error names the missing package."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from tiers import sandbox_of

from r1.sandbox import Limits, Program, Sandbox, SandboxUnavailable
from r1.sandbox.languages import LANGUAGES

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
