"""Conformance: `check` runs the promises of the Sandbox protocol against any implementation, for example your own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum

from r1.sandbox.protocol import MIB, Killed, Limits, Outcome, Phase, Program, Sandbox, SandboxError

COPY = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"
NAP = "import time; time.sleep(1.5); print('done')"
ROOMY = Limits(cpu_s=5, wall_s=30)  # for programs that are not meant to reach a limit


class Status(StrEnum):
    """How one check ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Result:
    """One check of `check`.

    Attributes:
        name: the promise that was checked.
        status: how it ended.
        reason: why it failed or was skipped; "" if it passed.
    """

    name: str
    status: Status
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.status:8}{self.name}" + (f": {self.reason}" if self.reason else "")


class _Failed(Exception):
    """The sandbox broke a promise."""


class _Skipped(Exception):
    """This sandbox cannot be asked."""


def check(sandbox: Sandbox, executes: bool = True) -> list[Result]:
    """Run every check against an open sandbox, in about half a minute. Nothing is raised; the caller reads the results.

    Args:
        sandbox: the implementation, which must run Python programs. It stays open.
        executes: False for a fake that only copies stdin to stdout: checks that need a real run are skipped.
    """
    return [_result(name, test, sandbox, executes or name in WITHOUT_EXECUTION) for name, test in CHECKS.items()]


def _result(name: str, test: Callable[[Sandbox], None], sandbox: Sandbox, able: bool) -> Result:
    if not able:
        return Result(name, Status.SKIPPED, "needs a sandbox that executes programs")
    try:
        test(sandbox)
    except _Skipped as reason:
        return Result(name, Status.SKIPPED, str(reason))
    except _Failed as reason:
        return Result(name, Status.FAILED, str(reason))
    except Exception as error:
        return Result(name, Status.FAILED, f"raised {type(error).__name__}: {error}")
    return Result(name, Status.PASSED)


def _expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise _Failed(f"{what}: expected {_short(wanted)}, got {_short(found)}")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}… ({len(text)} characters)"


def _refuses(what: str, call: Callable[[], object]) -> None:
    try:
        found = call()
    except ValueError:
        return
    raise _Failed(f"{what}: expected a ValueError, got {_short(found)}")


def _numbered(count: int) -> list[Program]:
    return [Program(COPY, stdin=b"%d" % i) for i in range(count)]


def _outputs(outcomes: list[Outcome | SandboxError]) -> list[object]:
    return [outcome.stdout if isinstance(outcome, Outcome) else outcome for outcome in outcomes]


# -- calls: also true of a fake that copies stdin to stdout ----------------------------------------------------------


def _is_a_sandbox(sandbox: Sandbox) -> None:
    _expect("isinstance(sandbox, Sandbox)", isinstance(sandbox, Sandbox), True)
    _expect("type of sandbox.tier", type(sandbox.tier), str)
    if sandbox.workers < 1:
        raise _Failed(f"sandbox.workers: expected at least 1, got {sandbox.workers}")


def _bytes_are_exact(sandbox: Sandbox) -> None:
    data = bytes(range(256)) * 2048
    outcome = sandbox.run(Program(COPY, stdin=data), ROOMY)
    _expect("stdout", outcome.stdout, data)
    facts = (outcome.phase, outcome.exit_code, outcome.signal, outcome.killed, outcome.code, outcome.stderr)
    _expect("phase, exit_code, signal, killed, code, stderr", facts, (Phase.RUN, 0, None, None, "OK", b""))
    _expect("outcome.tier", outcome.tier, sandbox.tier)


def _limits_have_a_default(sandbox: Sandbox) -> None:
    _expect("run(program).stdout", sandbox.run(Program(COPY, stdin=b"x")).stdout, b"x")
    _expect("run_many([program])", _outputs(sandbox.run_many([Program(COPY, stdin=b"x")])), [b"x"])


def _order_is_kept(sandbox: Sandbox) -> None:
    programs = _numbered(20)
    _expect("run_many(programs, limits)", _outputs(sandbox.run_many(programs, ROOMY)), [p.stdin for p in programs])
    _expect("run_many([])", sandbox.run_many([], ROOMY), [])


def _one_limits_each(sandbox: Sandbox) -> None:
    programs = _numbered(3)
    found = _outputs(sandbox.run_many(programs, [ROOMY] * 3))
    _expect("run_many(programs, a Limits for each)", found, [p.stdin for p in programs])


def _counts_must_agree(sandbox: Sandbox) -> None:
    for programs, limits in ((2, 1), (1, 2), (2, 0)):
        call = f"run_many({programs} programs, {limits} limits)"
        _refuses(call, lambda p=programs, n=limits: sandbox.run_many(_numbered(p), [ROOMY] * n))  # type: ignore[misc]


def _threads_may_share_it(sandbox: Sandbox) -> None:
    programs = _numbered(8)
    with ThreadPoolExecutor(len(programs)) as threads:
        found = list(threads.map(lambda program: sandbox.run(program, ROOMY).stdout, programs))
    _expect("run() from 8 threads", found, [p.stdin for p in programs])


# -- outcomes --------------------------------------------------------------------------------------------------------


def _an_exit_status(sandbox: Sandbox) -> None:
    outcome = sandbox.run(Program("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"), ROOMY)
    _expect("exit_code, signal, code", (outcome.exit_code, outcome.signal, outcome.code), (3, None, "RE"))
    _expect("stdout, stderr", (outcome.stdout, outcome.stderr), (b"out\n", b"err\n"))


def _a_signal(sandbox: Sandbox) -> None:
    outcome = sandbox.run(Program("import ctypes; ctypes.string_at(0)"), ROOMY)
    found = (outcome.exit_code, outcome.signal, outcome.killed, outcome.code)
    _expect("exit_code, signal, killed, code", found, (None, 11, None, "RE"))


def _the_compiler_has_a_phase(sandbox: Sandbox) -> None:
    try:
        broken = sandbox.run(Program("int main( {", "c"), ROOMY)
    except SandboxError as error:
        raise _Skipped(f"no C compiler: {error}") from None
    _expect("a broken C program's phase, code", (broken.phase, broken.code), (Phase.COMPILE, "CE"))
    run = sandbox.run(Program("int main() { return 3; }", "c"), ROOMY)
    _expect("a C program's phase, exit_code", (run.phase, run.exit_code), (Phase.RUN, 3))
    only = sandbox.run(Program("int main() { for (;;); }", "c", compile_only=True), ROOMY)
    _expect("compile_only: phase, ok", (only.phase, only.ok), (Phase.COMPILE, True))


def _an_unknown_language_is_refused(sandbox: Sandbox) -> None:
    _refuses("language='no such language'", lambda: sandbox.run(Program("x", "no such language"), ROOMY))


def _files_and_arguments(sandbox: Sandbox) -> None:
    files = {"a.txt": b"one", "b c.bin": b"\0\xff", "é": b"", "-n": b"x"}
    look = (
        "import os, sys; print([open(n, 'rb').read() for n in sys.argv[1:]], sorted(set(os.listdir()) - {'main.py'}))"
    )
    outcome = sandbox.run(Program(look, args=tuple(files), files=files), ROOMY)
    wanted = f"{list(files.values())} {sorted(files)}\n".encode()
    _expect("contents and names of files", (outcome.stdout, outcome.code), (wanted, "OK"))


def _runs_share_nothing(sandbox: Sandbox) -> None:
    program = Program("import os; print(os.path.exists('left')); open('left', 'w').close()")
    found = [sandbox.run(program, ROOMY).stdout for _ in range(2 * sandbox.workers)]
    _expect("a file of an earlier run is there", found, [b"False\n"] * len(found))


# -- limits ----------------------------------------------------------------------------------------------------------


def _cpu_is_limited(sandbox: Sandbox) -> None:
    _is_killed(sandbox, "while True: pass", Limits(cpu_s=0.5, wall_s=30), Killed.CPU)


def _wall_is_limited(sandbox: Sandbox) -> None:
    _is_killed(sandbox, "import time; time.sleep(60)", Limits(cpu_s=5, wall_s=0.5), Killed.WALL)


def _memory_is_limited(sandbox: Sandbox) -> None:
    limits = Limits(cpu_s=20, wall_s=60, memory_bytes=128 * MIB)
    _is_killed(sandbox, "held = []\nwhile True: held.append(b'x' * (1 << 20))", limits, Killed.MEMORY)


def _output_is_limited(sandbox: Sandbox) -> None:
    limits = Limits(cpu_s=5, wall_s=30, output_bytes=5000)
    for stream in ("stdout", "stderr"):
        outcome = _is_killed(sandbox, f"import sys\nwhile True: sys.{stream}.write('x' * 999)", limits, Killed.OUTPUT)
        _expect(f"length of {stream}", len(getattr(outcome, stream)), limits.output_bytes)
    full = sandbox.run(Program("print('x' * 4999)"), limits)
    _expect("code, length of output as long as the limit", (full.code, len(full.stdout)), ("OK", 5000))


def _is_killed(sandbox: Sandbox, source: str, limits: Limits, why: Killed) -> Outcome:
    outcome = sandbox.run(Program(source), limits)
    _expect("killed", outcome.killed, why)
    after = sandbox.run(Program(COPY, stdin=b"x"), ROOMY)
    _expect("stdout of the next run", after.stdout, b"x")
    return outcome


def _files_are_limited(sandbox: Sandbox) -> None:
    write = "f = open('big', 'wb', buffering=0)\nfor i in range(64): f.write(bytes(1 << 20))\nprint('all 64 MiB')"
    outcome = sandbox.run(Program(write), Limits(cpu_s=5, wall_s=30, output_bytes=5000, file_bytes=4 * MIB))
    _expect("code, stdout", (outcome.code in ("RE", "OLE"), outcome.stdout), (True, b""))


def _processes_are_limited(sandbox: Sandbox) -> None:
    fork = (
        "import os, time\n"
        "for i in range(40):\n"
        "    if os.fork() == 0: time.sleep(3); os._exit(0)\n"
        "time.sleep(1); print('all 40 processes')\n"
    )
    for processes, wanted in ((64, b"all 40 processes\n"), (8, b"")):
        outcome = sandbox.run(Program(fork), Limits(cpu_s=5, wall_s=30, processes=processes))
        _expect(f"stdout under processes={processes}", outcome.stdout, wanted)


def _each_has_its_own_limits(sandbox: Sandbox) -> None:
    outcomes = sandbox.run_many([Program(NAP)] * 2, [Limits(wall_s=0.3), ROOMY])
    _expect("codes under wall_s=0.3 and wall_s=30", [getattr(o, "code", o) for o in outcomes], ["TLE", "OK"])


# -- linked programs -------------------------------------------------------------------------------------------------


def _linked_programs_talk(sandbox: Sandbox) -> None:
    ask = "import socket; s = socket.socket(fileno=3); s.sendall(b'ping'); print(s.recv(9), s.recv(9))"
    answer = "import socket; s = socket.socket(fileno=3); s.sendall(s.recv(9).upper()); print('over')"
    candidate, tester = sandbox.run_linked(Program(ask), Program(answer), ROOMY)
    _expect("stdout of both: the answer, then EOF", (candidate.stdout, tester.stdout), (b"b'PING' b''\n", b"over\n"))


def _a_link_may_be_stdio(sandbox: Sandbox) -> None:
    ask = "import sys\nprint(5, flush=True)\nassert input() == '25'\nsys.exit(7)"
    answer = "print(int(input()) ** 2, flush=True)"
    pair = sandbox.run_linked(Program(ask, link_stdio=True), Program(answer, link_stdio=True), ROOMY, ROOMY)
    _expect("exit codes of both", [outcome.exit_code for outcome in pair], [7, 0])


def _linked_programs_have_their_own_limits(sandbox: Sandbox) -> None:
    pair = sandbox.run_linked(Program(NAP), Program(NAP), Limits(wall_s=0.3), ROOMY)
    _expect("codes of candidate (wall_s=0.3) and tester", [outcome.code for outcome in pair], ["TLE", "OK"])


CHECKS: dict[str, Callable[[Sandbox], None]] = {
    "it has the protocol's attributes and methods": _is_a_sandbox,
    "any bytes go in and come out exactly": _bytes_are_exact,
    "limits may be left out": _limits_have_a_default,
    "run_many keeps the order": _order_is_kept,
    "run_many takes one Limits for each program": _one_limits_each,
    "run_many refuses a wrong number of limits": _counts_must_agree,
    "threads may share it": _threads_may_share_it,
    "an exit status is reported": _an_exit_status,
    "a signal is reported": _a_signal,
    "the compiler and the program are told apart": _the_compiler_has_a_phase,
    "an unknown language is refused": _an_unknown_language_is_refused,
    "files and arguments are there": _files_and_arguments,
    "runs share no files": _runs_share_nothing,
    "CPU time is limited": _cpu_is_limited,
    "wall time is limited": _wall_is_limited,
    "memory is limited": _memory_is_limited,
    "output is limited": _output_is_limited,
    "files are limited": _files_are_limited,
    "processes are limited": _processes_are_limited,
    "each program has its own limits": _each_has_its_own_limits,
    "linked programs talk, and see each other's end": _linked_programs_talk,
    "a link may be stdin and stdout": _a_link_may_be_stdio,
    "linked programs have their own limits": _linked_programs_have_their_own_limits,
}
WITHOUT_EXECUTION = frozenset(list(CHECKS)[:7])
"""The checks that a fake can pass if it copies stdin to stdout."""
