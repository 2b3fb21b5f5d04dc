"""Running one program against tests of one form, and saying what each test gave. Raises only SandboxError, TruthError."""

from __future__ import annotations

import ast
import json
import math
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from r1.sandbox.protocol import Killed, Limits, Outcome, Phase, Program, Sandbox
from r1.verifiers.code.box.assemble import boxed
from r1.verifiers.code.box.values import decode, encode
from r1.verifiers.code.compare import same_output, same_value
from r1.verifiers.code.native.c_calls import decode_result, driver, encode_calls
from r1.verifiers.code.native.javascript import CALLER as JAVASCRIPT_CALLER
from r1.verifiers.code.native.programs import compiler_alone, run_native, untagged
from r1.verifiers.code.native.test_files import Native
from r1.verifiers.code.opaque import opaque
from r1.verifiers.code.trial.clock import late_calls
from r1.verifiers.code.trial.files import with_input
from r1.verifiers.code.trial.modules import refuse_missing, refuse_missing_in
from r1.verifiers.code.trial.syntax import as_parsed
from r1.verifiers.code.truth.asserts import Call
from r1.verifiers.code.truth.reader import Calls, Helper, Plan, Returns, Source, Stdio, TestResult
from r1.verifiers.verdict import TruthError

_MAX_CALLS_BUDGET = 10  # the calls of one run share at most this many times the CPU limit of one
_TESTER_EXTRA_S = 5.0

Record = dict[str, Any]
"""What a driver said of one call: {"v": encoded result} or {"e": [exception, message, line]}."""


def fate(outcome: Outcome) -> str:
    """Why a run gave no result: "compile", "time", "memory", "output", "error", or "" when it ended well."""
    if outcome.phase is Phase.COMPILE and not outcome.ok:
        return "compile"
    if outcome.killed is not None:
        return {Killed.MEMORY: "memory", Killed.OUTPUT: "output"}.get(outcome.killed, "time")
    return "" if outcome.ok else "error"


# ---------------------------------------------------------------------------------------------- stdin and stdout


def run_stdio(sandbox: Sandbox, plan: Plan, program: Program, test: Stdio) -> TestResult:
    """One run of the program on one input; its output is compared here, or by a checker in a box of its own."""
    if test.interactor is not None:
        return _interact(sandbox, plan, program, test)
    room = max(plan.limits.output_bytes, 2 * max(map(len, test.stdout)))
    outcome = sandbox.run(with_input(program, test), replace(plan.limits, output_bytes=room))
    how, outcome = as_parsed(sandbox, program, outcome, fate(outcome))
    if how:
        refuse_missing_in(sandbox, plan, outcome.stderr)
        return TestResult(False, how, 0.0, _died(outcome), outcome.cpu_s)
    if test.checker is None:
        ok = any(same_output(outcome.stdout, right, test.rule) for right in test.stdout)
    else:
        ok = _checker_accepts(sandbox, plan, test, outcome.stdout)
    detail = {} if ok else {"stdin": test.stdin, "got": outcome.stdout, "expected": test.stdout[0]}
    return TestResult(ok, "ok" if ok else "wrong", float(ok), detail, outcome.cpu_s)


def _died(outcome: Outcome) -> dict[str, Any]:
    return {"stderr": outcome.stderr, "exit": outcome.exit_code, "signal": outcome.signal}


def _checker_accepts(sandbox: Sandbox, plan: Plan, test: Stdio, output: bytes) -> bool:
    """Ask the checker: a trusted program that sees input, output and answer as files (testlib's three arguments)."""
    assert test.checker is not None
    outcome = _asked(sandbox, plan, test, test.checker, output)
    if not _fell(outcome):
        return _reply_is_yes(outcome, test.checker.reply)
    # An output can be made to swamp a checker. It is the checker's own failure only if it cannot even read the answer.
    control = _asked(sandbox, plan, test, test.checker, test.stdout[0])
    if _fell(control):
        raise TruthError(f"the checker itself failed: {control.code}, {control.stderr[:200]!r}")
    return False


def _asked(sandbox: Sandbox, plan: Plan, test: Stdio, checker: Helper, output: bytes) -> Outcome:
    files = {"input.txt": test.stdin, "output.txt": output, "answer.txt": test.stdout[0]}
    args = tuple(f"{name}.txt" for name in checker.files)
    return sandbox.run(Program(checker.source, checker.language, args=args, files=files), _helper_limits(plan.limits))


def _fell(outcome: Outcome) -> bool:
    return outcome.killed is not None or outcome.phase is Phase.COMPILE or outcome.signal is not None


def _reply_is_yes(outcome: Outcome, reply: str) -> bool:
    """Exit status 0, or a first token of 1 on stdout: a checker's word, for no candidate runs in its box."""
    if reply == "exit":
        return outcome.exit_code == 0
    first = outcome.stdout.split()[:1]
    return outcome.exit_code == 0 and bool(first) and first[0] in (b"1", b"1.0", b"true", b"True", b"ok", b"AC")


def _interact(sandbox: Sandbox, plan: Plan, program: Program, test: Stdio) -> TestResult:
    assert test.interactor is not None
    interactor = Program(
        test.interactor.source,
        test.interactor.language,
        args=("input.txt", "verdict.txt", "answer.txt"),
        files={"input.txt": test.stdin, "answer.txt": test.stdout[0]},
        link_stdio=test.interactor.reply == "exit",
    )
    ran, judged = sandbox.run_linked(
        replace(program, link_stdio=True), interactor, plan.limits, _helper_limits(plan.limits)
    )
    how = fate(ran)
    if how in ("compile", "time", "memory", "output"):
        return TestResult(False, how, 0.0, _died(ran), ran.cpu_s)
    ok = judged.killed is None and _reply_is_yes(judged, test.interactor.reply) and not how
    return TestResult(ok, "ok" if ok else how or "wrong", float(ok), {}, ran.cpu_s)


def _helper_limits(limits: Limits) -> Limits:
    return replace(limits, cpu_s=limits.cpu_s + _TESTER_EXTRA_S, wall_s=limits.wall_net_s + 2 * _TESTER_EXTRA_S)


# ------------------------------------------------------------------------------------------------- function calls


def run_calls(sandbox: Sandbox, plan: Plan, program: Program, tests: Sequence[Calls], stop: bool) -> list[TestResult]:
    """All calls of the tests in one run of the candidate's box; results are decoded and compared here.

    The box holds arguments only. Each call may use the CPU limit; a call that overruns it ends the run.
    """
    records, outcome = call_records(sandbox, plan, program, [call for test in tests for call in test.calls], stop)
    late = (
        late_calls(plan, records, outcome, sum(len(test.calls) for test in tests))
        if program.language == "python"
        else ()
    )
    results, at = [], 0
    for test in tests:
        numbers = range(at, at + len(test.calls))
        at += len(test.calls)
        mine = [records.get(str(number)) for number in numbers]
        if any(number in late for number in numbers):
            results.append(TestResult(False, "time", 0.0, {}, outcome.cpu_s))
        else:
            results.append(_judge_calls(sandbox, plan, test, mine, records, outcome))
    return results


def call_records(
    sandbox: Sandbox, plan: Plan, program: Program, calls: Sequence[Call], stop: bool
) -> tuple[dict[str, Any], Outcome]:
    """What the driver in the program's box said of each call, by its number; and of loading it."""
    nonce = secrets.token_hex(8)
    times = min(len(calls), _MAX_CALLS_BUDGET)
    limits = replace(plan.limits, cpu_s=plan.limits.cpu_s * times, wall_s=plan.limits.wall_net_s * times)
    if program.language in ("c", "cpp"):
        outcome = sandbox.run(_native_program(plan, program, nonce, [call.args for call in calls]), plan.limits)
        return records_in(outcome.stdout, nonce, lambda text: {"native": text}), outcome
    job = {
        "nonce": nonce,
        "source": program.source,
        "context": plan.prelude,
        "entry": plan.entry,
        "calls": [[as_data(call.args), as_data(dict(call.kwargs))] for call in calls],
        "cpu_s": plan.limits.cpu_s,
        "wall_s": plan.limits.wall_net_s,
        "stop": stop,
    }
    outcome = sandbox.run(_caller(program, job), limits)
    return records_in(outcome.stdout, nonce, json.loads), outcome


def _caller(program: Program, job: dict[str, Any]) -> Program:
    if program.language == "python":
        return boxed("calls", job)
    if program.language == "javascript":
        return replace(program, source=JAVASCRIPT_CALLER, stdin=json.dumps(job).encode())
    raise TruthError(
        f"function tests in {program.language}: write them as stdin/stdout tests (python, javascript, c, cpp have drivers)"
    )


def _native_program(plan: Plan, program: Program, nonce: str, calls: list[tuple[Any, ...]]) -> Program:
    """The driver with the candidate as a translation unit of its own."""
    if plan.signature is None:
        raise TruthError(f"function tests in {program.language} need a signature such as 'int add(int, int)'")
    try:
        source, stdin = driver(plan.signature, program.language), encode_calls(plan.signature, nonce, calls)
    except (ValueError, TypeError) as error:
        raise TruthError(f"code truth: {error}") from error
    unit = f"candidate.{program.language}"
    # A program with a main of its own, to show what it does, is no second program.
    text = f'{plan.context}\n#define main r1_candidate_main\n#line 1 "{unit}"\n{program.source}'
    files = {unit: text.encode("utf-8", "surrogatepass")}
    return replace(program, source=source, stdin=stdin, files=files, flags=(*program.flags, unit))


def as_data(value: Any) -> Any:
    def refuse(x: Any) -> Any:
        raise TruthError(f"an argument that is no data: {x!r}"[:200])

    return encode(value, refuse)


def records_in(stdout: bytes, nonce: str, read: Callable[[str], Any]) -> dict[str, Any]:
    """The records in a driver's output by number; the last one counts, and whatever else stands there does not."""
    found: dict[str, Any] = {}
    mark = nonce.encode() + b" "
    for line in stdout.split(b"\n"):
        if line.startswith(mark):
            _, _, rest = line.partition(b" ")
            number, _, body = rest.partition(b" ")
            try:
                found[number.decode("ascii", "replace")] = read(body.decode())
            except (ValueError, RecursionError):
                continue
    return found


def _judge_calls(
    sandbox: Sandbox, plan: Plan, test: Calls, mine: list[Any], records: dict[str, Any], outcome: Outcome
) -> TestResult:
    if any(record is None for record in mine):
        return _missing(sandbox, plan, records, outcome)
    raised = next((record["e"] for record in mine if isinstance(record, dict) and "e" in record), None)
    if raised is not None:
        refuse_missing(sandbox, plan, raised)
        return TestResult(False, "error", 0.0, {"call": _call_text(plan, test), "error": raised}, outcome.cpu_s)
    got: Any = None
    try:
        values = [value_of(plan, record) for record in mine]
        got = values[0]
        ok = _holds(test, values)
    except Exception as error:  # what is no data, or cannot be compared, is no result that anyone asked for
        ok, got = False, str(error)[:100] if got is None else got
    detail = {} if ok else {"call": _call_text(plan, test), "got": got, "expected": _expected(test)}
    return TestResult(ok, "ok" if ok else "wrong", float(ok), detail, outcome.cpu_s)


def _holds(test: Calls, values: list[Any]) -> bool:
    if not isinstance(test.expect, Returns):
        return test.expect.holds(values)
    form = test.expect
    return any(same_value(values[0], right, form.rule, form.tuples_are_lists) for right in form.values)


def value_of(plan: Plan, record: Record) -> Any:
    """The result that a record holds. Raises Undecodable, KeyError or ValueError when it holds none."""
    if "native" in record:
        assert plan.signature is not None
        return decode_result(record["native"], plan.signature.returns)
    return decode(record["v"], opaque)


def _missing(sandbox: Sandbox, plan: Plan, records: dict[str, Any], outcome: Outcome) -> TestResult:
    """There is no result: because the program did not load, ran out of something, or ended before it answered."""
    load = records.get("load")
    refuse_missing(sandbox, plan, load)
    if isinstance(load, list) and len(load) == 3:
        how = "compile" if load[0] in ("SyntaxError", "IndentationError", "TabError") else "error"
        return TestResult(False, how, 0.0, {"error": load}, outcome.cpu_s)
    if "time" in records:
        return TestResult(False, "time", 0.0, {}, outcome.cpu_s)
    how = fate(outcome) or ("skipped" if records else "missing")
    return TestResult(False, how, 0.0, _died(outcome), outcome.cpu_s)


def _call_text(plan: Plan, test: Calls) -> str:
    call = test.calls[0]
    try:
        words = [*map(repr, call.args), *(f"{key}={value!r}" for key, value in call.kwargs.items())]
    except ValueError:  # an int too long to print
        words = ["..."]
    return f"{plan.entry}({', '.join(words)})"


def _expected(test: Calls) -> Any:
    return test.expect.values[0] if isinstance(test.expect, Returns) else test.expect.text


def run_foreign(sandbox: Sandbox, plan: Plan, program: Program, test: Native, visible: bool = False) -> TestResult:
    """Assertions in the program's own language; they are one test, of which a share may hold."""
    right, ran, got = run_native(sandbox, program, test, plan.prompt, plan.limits)
    if all(right):
        return TestResult(True, "ok", 1.0, {}, ran.cpu_s)
    first = right.index(False)
    how = fate(ran) if got[first] is ... else "wrong"
    if how == "compile" and not visible:
        ran = replace(ran, stderr=compiler_alone(sandbox, program, test, plan.prompt, plan.limits))
    how, ran = as_parsed(sandbox, program, ran, how)
    shown = {"call": test.pairs[first][0], "got": untagged(got[first]), "expected": test.pairs[first][1]}
    share = sum(right) / len(right)
    return TestResult(False, how or "missing", share, shown if how == "wrong" else _died(ran), ran.cpu_s)


# ----------------------------------------------------------------------------------------------------- test sources


def run_source(sandbox: Sandbox, plan: Plan, program: Program, test: Source, stop: bool) -> TestResult:
    """Test code in the tester's box, the program in the candidate's, one socket between them.

    The report comes from the tester's box, under a nonce that the candidate's box never held.
    """
    if program.language != "python":
        raise TruthError(f"test source for {program.language}: only python programs can be called from another box")
    nonce = secrets.token_hex(8)
    candidate = {"source": program.source, "context": plan.prelude}
    tester = {
        "nonce": nonce,
        "source": test.source,
        "framework": test.framework,
        "entry": plan.entry,
        "context": plan.context,
        "prompt": plan.prompt,
        "own_helpers": any(text not in program.source for text in _helper_texts(plan.prompt, plan.entry)),
        "remote_operators": plan.remote_operators,
        "stop": stop,
    }
    ran, judged = sandbox.run_linked(
        boxed("candidate", candidate),
        boxed("tester", tester),
        plan.limits,
        replace(_helper_limits(plan.limits), memory_bytes=max(plan.limits.memory_bytes, 256 << 20)),
    )
    report = records_in(judged.stdout, nonce, json.loads).get("report")
    return _read_report(sandbox, plan, report, ran, judged)


@lru_cache(maxsize=4096)
def _helper_texts(prompt: str, entry: str) -> tuple[str, ...]:
    """The functions and classes beside the entry point in a prompt, word for word."""
    for end in ("", "\n    pass\n"):  # it may end within the entry point
        try:
            body = ast.parse(prompt + end).body
        except (SyntaxError, ValueError):
            continue
        own = [node for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name != entry]
        return tuple(ast.get_source_segment(prompt + end, node) or "" for node in own)
    return ()


def _read_report(sandbox: Sandbox, plan: Plan, report: Any, ran: Outcome, judged: Outcome) -> TestResult:
    if report is None:
        # The tester runs our code and the task's: it can only have been swamped by what the candidate sent.
        how = "time" if judged.killed in (Killed.CPU, Killed.WALL) else fate(ran) or "missing"
        return TestResult(False, how, 0.0, _died(ran), ran.cpu_s)
    if "broken" in report:
        raise TruthError(f"the tests could not be run: {report['broken']}")
    if "load" in report:
        refuse_missing(sandbox, plan, report["load"])
        how = "compile" if report["load"][0] in ("SyntaxError", "IndentationError", "TabError") else "error"
        return TestResult(False, how, 0.0, {"error": report["load"]}, ran.cpu_s)
    tests = report["tests"]
    passed = sum(entry[1] is True for entry in tests)
    if "gone" in report:
        # Tests that were still to come did not run: the share of those that did says nothing.
        return TestResult(False, fate(ran) or "missing", 0.0, _died(ran), ran.cpu_s)
    if not tests:
        return TestResult(False, "missing", 0.0, {"error": ["", "no test ran", 0]}, ran.cpu_s)
    first = next((entry for entry in tests if entry[1] is not True), None)
    if first is None:
        return TestResult(True, "ok", 1.0, {}, ran.cpu_s)
    refuse_missing(sandbox, plan, first[3:6])
    share = math.nextafter(1.0, 0.0) if passed == len(tests) else passed / len(tests)
    detail = {"call": first[0], "error": first[3:6]}
    return TestResult(False, first[2], share, detail, ran.cpu_s)
