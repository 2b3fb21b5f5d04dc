"""What a program gets in every backend that executes programs, beyond the conformance suite."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tiers import sandbox_of

from r1.sandbox import Limits, Phase, Program, Sandbox

SQUARE = "print(int(input()) ** 2)"


@pytest.fixture(scope="module", params=["namespaces", "docker", "docker+runsc", "unsafe"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    yield from sandbox_of(request.param, workers=2)


@pytest.mark.parametrize(
    ("source", "limits", "code"),
    [
        (SQUARE, Limits(), "OK"),
        ("raise SystemExit(3)", Limits(), "RE"),
        ("while True: pass", Limits(cpu_s=0.5), "TLE"),
        ("import time; time.sleep(60)", Limits(cpu_s=1, wall_s=1), "TLE"),
        ("x = bytearray(1 << 40)", Limits(), "MLE"),  # the interpreter itself raises MemoryError
        ("x = [0] * 10**9", Limits(), "MLE"),
        ("x = []\nwhile True: x.append('x' * 10**6)", Limits(), "MLE"),
        ("while True: print('x' * 1000)", Limits(output_bytes=100_000), "OLE"),
        ("print(", Limits(), "RE"),
    ],
)
def test_each_ending_has_its_letters(sandbox: Sandbox, source: str, limits: Limits, code: str) -> None:
    outcome = sandbox.run(Program(source, stdin=b"12"), limits)
    assert outcome.code in code.split()
    assert outcome.tier == sandbox.tier
    assert len(outcome.stdout) <= limits.output_bytes


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (
            lambda box: box.run("print(1)"),
            r"a sandbox runs a Program, got str 'print\(1\)'; write Program\('print\(1\)'\)",
        ),
        (lambda box: box.run_many("print(1)"), "run_many takes a list of programs, got one str"),
        (lambda box: box.run_many(["print(1)"]), "a sandbox runs a Program, got str"),
        (
            lambda box: box.run(Program("1"), {"cpu_s": 1}),
            r"limits must be a Limits, got dict .*; write Limits\(cpu_s=2\)",
        ),
        (lambda box: box.run_linked(Program("1"), "print(1)"), "a sandbox runs a Program, got str"),
    ],
)
def test_wrong_types_are_one_line_with_the_remedy(
    sandbox: Sandbox, wrong: Callable[[Any], Any], complaint: str
) -> None:
    with pytest.raises(TypeError, match=complaint):
        wrong(sandbox)


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
def test_c_and_cpp_compile_run_and_fail_to_compile(sandbox: Sandbox, language: str) -> None:
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
def test_the_standard_streams_can_be_opened_by_name(sandbox: Sandbox, language: str, source: str) -> None:
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


def test_run_many_keeps_the_order(sandbox: Sandbox) -> None:
    outcomes = sandbox.run_many([Program(SQUARE, stdin=str(i).encode()) for i in range(40)])
    assert [int(getattr(outcome, "stdout", b"-1")) for outcome in outcomes] == [i * i for i in range(40)]


def test_linked_programs_talk(sandbox: Sandbox) -> None:
    ask = "import socket; s = socket.socket(fileno=3); s.sendall(b'ping'); print(s.recv(9).decode())"
    reply = "import socket; s = socket.socket(fileno=3); s.sendall(s.recv(9).upper())"
    candidate, tester = sandbox.run_linked(Program(ask), Program(reply))
    assert (candidate.stdout, tester.code) == (b"PING\n", "OK")


def test_linked_programs_may_talk_over_their_stdin_and_stdout(sandbox: Sandbox) -> None:
    asks = "for n in (1, 2, 3):\n    print(n, flush=True)\n    assert int(input()) == n * n\nprint('bye')"
    answers = "while (line := input()) != 'bye': print(int(line) ** 2, flush=True)"
    limits = Limits(cpu_s=2, wall_s=20)
    pair = sandbox.run_linked(Program(asks, link_stdio=True), Program(answers, link_stdio=True), limits, limits)
    assert [outcome.ok for outcome in pair] == [True, True], pair
    assert [outcome.stdout for outcome in pair] == [b"", b""]
