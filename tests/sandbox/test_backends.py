"""What every backend promises, and what only isolation gives; also as an ordinary user."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiers import sandbox_of

from r1.sandbox import Killed, Limits, Phase, Program, Sandbox, SandboxUnavailable, open_sandbox
from r1.sandbox.languages import LANGUAGES

SQUARE = "print(int(input()) ** 2)"


@pytest.fixture(scope="module", params=["namespaces", "docker", "docker+runsc", "unsafe"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    yield from sandbox_of(request.param, workers=2)


@pytest.fixture(scope="module", params=["namespaces", "docker", "docker+runsc"])
def isolated(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    yield from sandbox_of(request.param, workers=2)


@pytest.mark.parametrize(
    ("source", "limits", "code"),
    [
        (SQUARE, Limits(), "OK"),
        ("raise SystemExit(3)", Limits(), "RE"),
        ("while True: pass", Limits(cpu_s=0.5), "TLE"),
        ("import time; time.sleep(60)", Limits(cpu_s=1, wall_s=1), "TLE"),
        ("x = bytearray(1 << 40)", Limits(), "MLE"),  # the interpreter says MemoryError itself
        ("x = [0] * 10**9", Limits(), "MLE"),
        ("x = []\nwhile True: x.append('x' * 10**6)", Limits(), "MLE"),
        ("while True: print('x' * 1000)", Limits(output_bytes=100_000), "OLE"),
        ("print(", Limits(), "RE"),
    ],
)
def test_letters(sandbox: Sandbox, source: str, limits: Limits, code: str) -> None:
    outcome = sandbox.run(Program(source, stdin=b"12"), limits)
    assert outcome.code in code.split()
    assert outcome.tier == sandbox.tier
    assert len(outcome.stdout) <= limits.output_bytes


def test_a_megabyte_in_and_out_is_exact(sandbox: Sandbox) -> None:
    data = os.urandom(1 << 20)
    copy = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"
    assert sandbox.run(Program(copy, stdin=data)).stdout == data


def test_files_and_arguments_are_there(sandbox: Sandbox) -> None:
    program = Program(
        "import sys; print(open('a.txt').read(), sys.argv[1:])", args=("x", "y z"), files={"a.txt": b"hi"}
    )
    assert sandbox.run(program).stdout == b"hi ['x', 'y z']\n"


@pytest.mark.parametrize("language", ["c", "cpp"])
def test_compiled_programs(sandbox: Sandbox, language: str) -> None:
    if shutil.which({"c": "gcc", "cpp": "g++"}[language]) is None:
        pytest.skip("no compiler")
    source = '#include <stdio.h>\nint main(){int a;scanf("%d",&a);printf("%d",a*a);}'
    assert sandbox.run(Program(source, language, b"7")).stdout == b"49"
    assert sandbox.run(Program("int main( {", language)).code == "CE"


@pytest.mark.parametrize(
    ("language", "source"),
    [
        (
            "python",
            "n = open('/dev/stdin').read()\nopen('/dev/stdout', 'w').write(n)\nopen('/dev/stderr', 'w').write(n)",
        ),
        (
            "python",
            "n = open('/proc/self/fd/0').read()\nopen('/proc/self/fd/1', 'w').write(n)\nopen('/dev/fd/2', 'w').write(n)",
        ),
        ("bash", "read n < /dev/stdin\necho $n > /dev/stdout\necho $n > /dev/stderr"),
        ("bash", "cat /dev/stdin | tee /dev/stderr > /dev/stdout"),
    ],
)
def test_the_standard_streams_have_names(sandbox: Sandbox, language: str, source: str) -> None:
    """JavaScript programs end with writeFileSync('/dev/stdout', ...), shell programs complain to /dev/stderr."""
    outcome = sandbox.run(Program(source, language, b"42\n"))
    assert (outcome.stdout, outcome.stderr) == (b"42\n", b"42\n"), outcome


def test_348_kilobytes_of_output_are_accepted(sandbox: Sandbox) -> None:
    """A peer loses correct output of this size."""
    outcome = sandbox.run(Program("for i in range(60_000): print(i)"))
    assert outcome.code == "OK" and len(outcome.stdout) == 348_890
    assert outcome.stdout == b"".join(b"%d\n" % i for i in range(60_000))


def test_the_phase_tells_the_compiler_from_the_program(sandbox: Sandbox) -> None:
    broken = sandbox.run(Program("int main( {", "c"))
    crashed = sandbox.run(Program("int main() { return 3; }", "c"))
    only = sandbox.run(Program("int main() { for (;;); }", "c", compile_only=True))
    assert [(o.phase, o.ok, o.exit_code) for o in (broken, crashed, only)] == [
        (Phase.COMPILE, False, 1),
        (Phase.RUN, False, 3),
        (Phase.COMPILE, True, 0),
    ]


def test_many_come_back_in_order(sandbox: Sandbox) -> None:
    outcomes = sandbox.run_many([Program(SQUARE, stdin=str(i).encode()) for i in range(40)])
    assert [int(getattr(outcome, "stdout", b"-1")) for outcome in outcomes] == [i * i for i in range(40)]


def test_linked_programs_talk(sandbox: Sandbox) -> None:
    ask = "import socket; s = socket.socket(fileno=3); s.sendall(b'ping'); print(s.recv(9).decode())"
    reply = "import socket; s = socket.socket(fileno=3); s.sendall(s.recv(9).upper())"
    candidate, tester = sandbox.run_linked(Program(ask), Program(reply))
    assert (candidate.stdout, tester.code) == (b"PING\n", "OK")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=2000))
def test_any_bytes_round_trip(isolated: Sandbox, data: bytes) -> None:
    copy = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"
    assert isolated.run(Program(copy, stdin=data)).stdout == data


# --- languages ---------------------------------------------------------------------------------------------------

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


@pytest.mark.parametrize("isolated", ["namespaces", "docker"], indirect=True)
def test_the_great_header_of_cpp_is_read_precompiled(isolated: Sandbox) -> None:
    """-H names each header that is read, with "!" before a precompiled one that fits."""
    program = Program("#include <bits/stdc++.h>\nint main(){}", "cpp", compile_only=True, flags=("-H",))
    outcome = isolated.run(program)
    assert outcome.ok and b"! /opt/r1/pch/bits/stdc++.h.gch/gnu++17" in outcome.stderr


@pytest.mark.parametrize("isolated", ["namespaces", "docker"], indirect=True)
def test_the_same_source_is_compiled_once(isolated: Sandbox) -> None:
    def runs() -> int:
        return sum(slot.runs for slot in isolated._idle)  # type: ignore[attr-defined]

    program = Program('#include <stdio.h>\nint main(){printf("once");}', "c")
    counts = [runs()]
    for _ in range(3):
        assert isolated.run(program).stdout == b"once"
        counts.append(runs())
    assert [later - earlier for earlier, later in itertools.pairwise(counts)] == [2, 1, 1]


# --- isolation ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "import os; print(os.listdir('/home') + os.listdir('/root'))",
        "print(open('/etc/shadow').read())",
        "import socket; socket.create_connection(('127.0.0.1', 22), 1)",
        "import os; os.kill(os.getppid(), 9)",
        "import os; print(os.environ['R1_SECRET'])",
        "import os; os.setuid(1)",
        "import os; os.mknod('/tmp/null', 0o20666, os.makedev(1, 3))",
    ],
)
def test_nothing_of_the_host_is_within_reach(isolated: Sandbox, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R1_SECRET", "canary")
    outcome = isolated.run(Program(source))
    assert b"canary" not in outcome.stdout + outcome.stderr
    assert outcome.code == "RE" or outcome.stdout.strip() in (b"", b"[]")


def test_nothing_stays_for_the_next_program(isolated: Sandbox) -> None:
    write = "open('/tmp/left', 'w').write('x'); import builtins; builtins.print = None"
    look = "import os; print(os.path.exists('/tmp/left'))"
    for _ in range(4):
        isolated.run(Program(write))
        assert isolated.run(Program(look)).stdout == b"False\n"


def test_a_fork_bomb_ends_with_its_run(isolated: Sandbox) -> None:
    before = _processes()
    isolated.run(Program("import os\nwhile True: os.fork()"), Limits(cpu_s=1, wall_s=2))
    assert isolated.run(Program(SQUARE, stdin=b"3")).stdout == b"9\n"
    assert _processes() <= before + 4


def test_closing_leaves_no_process() -> None:
    before = _processes()
    with open_sandbox("namespaces", workers=2) as box:
        box.run_many([Program(SQUARE, stdin=b"3")] * 4)
    until = time.monotonic() + 5
    while _processes() > before and time.monotonic() < until:
        time.sleep(0.05)
    assert _processes() <= before


def _processes() -> int:
    """Our descendants, by walking /proc."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found, edge = set(), {os.getpid()}
    while edge:
        edge = {pid for pid, parent in parents.items() if parent in edge} - found
        found |= edge
    return len(found)


def test_as_an_ordinary_user() -> None:
    """The namespaces need no root: the same letters as nobody. (The interpreter is found through a readable copy.)"""
    if os.getuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs hardware: root, to become somebody else")
    code = (
        "import sys, os\n"
        "from r1.sandbox import open_sandbox, Program, Limits\n"
        "box = open_sandbox('namespaces', workers=1)\n"
        "print(os.getuid(), box.run(Program('print(6 * 7)')).stdout, box.run(Program('while 1: pass'), Limits(cpu_s=0.5)).code)\n"
        "box.close()"
    )
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    if subprocess.run([*user, sys.executable, "-c", "import r1.sandbox"], cwd="/", capture_output=True).returncode:
        pytest.skip("needs hardware: an interpreter and checkout that other users may read")
    run = subprocess.run([*user, sys.executable, "-c", code], cwd="/", capture_output=True, text=True, timeout=60)
    assert run.stdout.split(maxsplit=1) == ["65534", "b'42\\n' TLE\n"], run.stderr


def test_a_machine_that_refuses_is_named_with_its_reasons(monkeypatch: pytest.MonkeyPatch) -> None:
    from r1.sandbox import opening

    def refuses(tier: str) -> object:
        raise SandboxUnavailable(f"{tier}: unshare(CLONE_NEWUSER): EPERM")

    monkeypatch.setattr(opening, "launcher", refuses)
    with pytest.raises(SandboxUnavailable, match=r"namespaces: unshare\(CLONE_NEWUSER\): EPERM"):
        open_sandbox("auto")
    with open_sandbox("auto", allow_weak=True) as box:
        assert box.tier == "unsafe"


def test_an_unknown_backend_or_language_is_said(isolated: Sandbox) -> None:
    with pytest.raises(ValueError, match="expected one of"):
        open_sandbox("dokcer")
    with pytest.raises(ValueError, match="expected one of"):
        isolated.run(Program("x", "cobol"))
    assert isolated.run(Program("import time; time.sleep(9)"), Limits(wall_s=0.3)).killed is Killed.WALL


def test_linked_programs_may_talk_over_their_stdin_and_stdout(sandbox: Sandbox) -> None:
    asks = "for n in (1, 2, 3):\n    print(n, flush=True)\n    assert int(input()) == n * n\nprint('bye')"
    answers = "while (line := input()) != 'bye': print(int(line) ** 2, flush=True)"
    limits = Limits(cpu_s=2, wall_s=20)
    pair = sandbox.run_linked(Program(asks, link_stdio=True), Program(answers, link_stdio=True), limits, limits)
    assert [outcome.ok for outcome in pair] == [True, True], pair
    assert [outcome.stdout for outcome in pair] == [b"", b""]
