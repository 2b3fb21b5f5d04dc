"""Code: whether the program in a completion passes its task's tests. It runs in a sandbox and is judged outside of it.

The rule: reward comes from data that the candidate returned, compared in a process that never ran candidate code, with
values that the candidate's process never held. An exit code, a marker on stdout or a test framework's report from the
candidate's own process is never evidence. See `truth/reader.py` for the forms of tests and docs/code.md for the modes.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from r1.sandbox.protocol import Program, Sandbox, SandboxError
from r1.verifiers.code.batch import Unit, Workload, run_workloads
from r1.verifiers.code.fate import Fate, Result
from r1.verifiers.code.feedback import failed_message, no_program_message, passed_message
from r1.verifiers.code.find.patch import apply_patch, find_patch
from r1.verifiers.code.find.program import extract
from r1.verifiers.code.native.test_files import Native
from r1.verifiers.code.reward import MODES, reward, shares
from r1.verifiers.code.shared_sandbox import shared_sandbox
from r1.verifiers.code.speed import time_score
from r1.verifiers.code.stronger_tests import strengthen
from r1.verifiers.code.trial.calls import run_calls
from r1.verifiers.code.trial.linked import run_source
from r1.verifiers.code.trial.native_tests import run_native_tests
from r1.verifiers.code.trial.predict import judge_prediction, predicted_text
from r1.verifiers.code.trial.stdio import run_stdio
from r1.verifiers.code.truth.plan import Calls, Plan, Predict, Source, Stdio, Test
from r1.verifiers.code.truth.reader import read_truth
from r1.verifiers.verdict import BaseVerifier, Status, TruthError, Verdict, unscored

_PACKAGE = re.compile(r"^[ \t]*package[ \t]+[\w.]{1,200}[ \t]*;", re.MULTILINE)


@dataclass
class _Case:
    """One program to judge, and the rows of the batch that get its verdict."""

    plan: Plan
    program: Program
    workload: Workload
    rows: list[int] = field(default_factory=list)


class Code(BaseVerifier):
    """Verifier of programs.

    Args:
        sandbox: an open `Sandbox`, or the name of a backend (``"auto"``, ``"docker"``, ``"namespaces"``). For a name, each
            process opens one sandbox at first use and shares it among all verifiers. None means ``"auto"``.
        mode: ``"all"`` (1 for all tests, else 0), ``"fraction"``, ``"weighted"``, ``"gated"`` or ``"ladder"``.
        time_weight: share of the reward of a *correct* program that depends on its CPU time relative to the truth's
            ``reference`` program, at least 0 and below 1.
        time_runs: how often each program runs for that measurement; the median counts.
        generated_tests: how many hidden tests to add to each task that has a ``reference`` in Python and an entry point
            (see `stronger_tests`). 100 is a good number.
        max_timeouts: after this many tests that ran out of time the remaining ones count as not passed (matters only if
            mode is not ``"all"``, where the first failure ends the run).

    Raises:
        ValueError: an unknown mode, or a time_weight out of range.
    """

    def __init__(
        self,
        sandbox: Sandbox | str | None = None,
        mode: str = "all",
        *,
        time_weight: float = 0.0,
        time_runs: int = 5,
        max_timeouts: int = 1,
        generated_tests: int = 0,
    ) -> None:
        if mode not in MODES:
            raise ValueError(f"unknown mode {mode!r}; expected one of: {', '.join(MODES)}")
        if not 0 <= time_weight < 1:
            raise ValueError(f"time_weight must be at least 0 and below 1, got {time_weight}")
        self.sandbox = "auto" if sandbox is None else sandbox
        self.mode = mode
        self.time_weight = time_weight
        self.time_runs = time_runs
        self.max_timeouts = max_timeouts
        self.generated_tests = generated_tests
        self._generated: dict[str, Plan] = {}

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        """Judge one completion. It never raises for a bad one; a bad truth or a failing sandbox gives UNSCORED."""
        return self.many([completion], [truth])[0]

    def validate(self, truth: Mapping[str, Any]) -> None:
        """Check a truth when its task is loaded.

        Raises:
            TruthError: an unknown key or language, no tests, or tests that cannot be run, such as calls without an entry point.
        """
        read_truth(truth)

    def many(self, completions: Sequence[str], truths: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """Judge a batch in parallel. Equal programs for a task run once, and none waits for an unrelated slow one."""
        return [verdict for verdict, _ in self.with_feedback(completions, truths)]

    def with_feedback(
        self, completions: Sequence[str], truths: Sequence[Mapping[str, Any]]
    ) -> list[tuple[Verdict, str]]:
        """Each completion's verdict and feedback: bounded, deterministic, without details of hidden tests."""
        answers: list[tuple[Verdict, str] | None] = [None] * len(completions)
        cases: dict[tuple[int, str], _Case] = {}
        truths = _equal_as_one(truths)
        plans = self._plans(truths)
        for row, (completion, truth) in enumerate(zip(completions, truths, strict=True)):
            plan = plans[id(truth)]
            if isinstance(plan, Exception):
                answers[row] = (_unscored(plan), "")
                continue
            text = self._proposal(completion, plan)
            if isinstance(text, tuple):
                answers[row] = text
                continue
            key = (id(plan), text)
            if key not in cases:
                cases[key] = self._case(plan, text)
            cases[key].rows.append(row)
        self._judge(list(cases.values()))
        for case in cases.values():
            verdict, said = self._answer(case)
            for row in case.rows:
                answers[row] = replace(verdict, answer=case.program.source), said
        return [answer for answer in answers if answer is not None]

    def feedback(self, completion: str, truth: Mapping[str, Any]) -> str:
        """The feedback on one completion, which may be shown to the policy."""
        return self.with_feedback([completion], [truth])[0][1]

    def _plans(self, truths: Sequence[Mapping[str, Any]]) -> dict[int, Plan | Exception]:
        """The plan of each truth by the truth's `id`, or the error in it."""
        distinct = {id(truth): truth for truth in truths}
        plans = {key: _plan_of(truth) for key, truth in distinct.items()}
        if not self.generated_tests:
            return plans
        keys = [key for key, plan in plans.items() if isinstance(plan, Plan)]
        with ThreadPoolExecutor(self._slots()) as pool:
            made = pool.map(self._strengthened, [distinct[key] for key in keys], [plans[key] for key in keys])
            return plans | dict(zip(keys, made, strict=True))

    def _strengthened(self, truth: Mapping[str, Any], plan: Any) -> Plan | Exception:
        """The plan with generated tests, made once for every task."""
        key = json.dumps(truth, sort_keys=True)
        if key not in self._generated:
            try:
                self._generated[key] = strengthen(self._open(), plan, self.generated_tests)
            except (SandboxError, TruthError) as error:
                return error
        return self._generated[key]

    def _slots(self) -> int:
        return getattr(self._open(), "workers", None) or os.cpu_count() or 1

    def _open(self) -> Sandbox:
        return shared_sandbox(self.sandbox) if isinstance(self.sandbox, str) else self.sandbox

    def _proposal(self, completion: str, plan: Plan) -> str | tuple[Verdict, str]:
        """The text to judge (a program, or a prediction), or verdict and feedback if there is none."""
        nothing = Verdict(Status.MALFORMED, 0.0, {}, "no program in the completion"), no_program_message(plan)
        if any(isinstance(test.form, Predict) for test in plan.tests):
            return completion if predicted_text(completion) is not None else nothing
        if plan.base and (patch := find_patch(completion, plan.base)) is not None:
            try:
                return apply_patch(plan.base, patch)
            except ValueError as error:
                return Verdict(Status.FAIL, 0.0, {}, f"CE: {error}"), str(error)
        found = extract(completion, plan.language, plan.prompt, plan.entry)
        return nothing if found is None else found.source

    def _case(self, plan: Plan, text: str) -> _Case:
        if plan.language == "java":  # the file is not in the folder that a package needs
            text = _PACKAGE.sub("", text, count=1)
        program = Program(text, plan.language)
        stop = self.mode == "all"
        units: list[Unit] = []
        # Visible and hidden calls run separately: a program can find all arguments of its run, and could leak hidden
        # ones through the feedback on a visible test.
        for visible in (True, False):
            mine = [(n, test.form) for n, test in enumerate(plan.tests) if test.visible is visible]
            if calls := [(number, form) for number, form in mine if isinstance(form, Calls)]:
                units.append(partial(self._run_calls, plan, program, calls, stop))
        for number, test in sorted(enumerate(plan.tests), key=lambda pair: not pair[1].visible):
            if not isinstance(test.form, Calls):
                units.append(partial(self._run_one, plan, program, number, test, stop, text))
        return _Case(plan, program, Workload(units, stop, self.max_timeouts))

    def _run_calls(
        self, plan: Plan, program: Program, calls: Sequence[tuple[int, Calls]], stop: bool
    ) -> dict[int, Result]:
        results = run_calls(self._open(), plan, program, [form for _, form in calls], stop)
        return {number: result for (number, _), result in zip(calls, results, strict=True)}

    def _run_one(
        self, plan: Plan, program: Program, number: int, test: Test, stop: bool, text: str
    ) -> dict[int, Result]:
        match test.form:
            case Stdio() as form:
                return {number: run_stdio(self._open(), plan, program, form)}
            case Source() as form:
                return {number: run_source(self._open(), plan, program, form, stop)}
            case Native() as form:
                return {number: run_native_tests(self._open(), plan, program, form, test.visible)}
            case Predict() as form:
                result = judge_prediction(self._open(), plan, form, text)
                return {number: result or Result(Fate.MISSING)}
        raise AssertionError(test.form)

    def _judge(self, cases: list[_Case]) -> None:
        if not cases:
            return
        try:
            slots = self._slots()
        except Exception as error:  # such as SandboxUnavailable
            for case in cases:
                case.workload.error = error
            return
        run_workloads([case.workload for case in cases], slots)

    def _answer(self, case: _Case) -> tuple[Verdict, str]:
        workload, tests = case.workload, case.plan.tests
        if workload.error is not None:
            return _unscored(workload.error), ""
        results = [workload.results.get(number, Result(Fate.SKIPPED)) for number in range(len(tests))]
        parts = shares(tests, results)
        failed = [number for number, result in enumerate(results) if not result.ok]
        if not failed:
            return self._passed(case, parts), passed_message(tests)
        first = next((n for n in failed if results[n].how is not Fate.SKIPPED), failed[0])
        how = results[first].how
        kind = "visible" if tests[first].visible else "hidden"
        note = f"{how.letters}: test {first + 1} of {len(tests)} ({kind})"
        status = Status.TIMEOUT if how is Fate.TIME else Status.FAIL
        value = reward(self.mode, tests, results)
        return Verdict(status, value, parts, note), failed_message(tests, results)

    def _passed(self, case: _Case, parts: dict[str, float]) -> Verdict:
        note = f"AC: all {len(case.plan.tests)} tests"
        if not self.time_weight or not case.plan.reference:
            return Verdict(Status.PASS, 1.0, parts, note)
        try:
            speed = time_score(self._open(), case.plan, case.program, self.time_runs)
        except Exception as error:
            return _unscored(error)
        return Verdict(Status.PASS, 1.0 - self.time_weight * (1.0 - speed), {**parts, "speed": speed}, note)

    def __getstate__(self) -> dict[str, Any]:
        """The state for pickling: the name of the backend replaces an open sandbox."""
        state = {**self.__dict__, "_generated": {}}
        if not isinstance(self.sandbox, str):
            state["sandbox"] = getattr(self.sandbox, "backend", "auto")
        return state


def _equal_as_one(truths: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The truths, with equal ones replaced by one object: a data loader may copy the truth for each row of a group."""
    if len({id(truth) for truth in truths}) < 2:
        return list(truths)  # no need to serialize tests of megabytes
    first: dict[str | int, Mapping[str, Any]] = {}
    known: dict[int, Mapping[str, Any]] = {}
    for truth in truths:
        if id(truth) in known:
            continue
        try:
            key: str | int = json.dumps(truth, sort_keys=True)
        except (TypeError, ValueError, RecursionError):
            key = id(truth)
        same = first.setdefault(key, truth)
        # JSON distinguishes 1, 1.0 and true, == distinguishes tuples from lists: truths are equal if both say so.
        known[id(truth)] = same if same is truth or same == truth else truth
    return [known[id(truth)] for truth in truths]


def _plan_of(truth: Mapping[str, Any]) -> Plan | Exception:
    try:
        return read_truth(truth)
    except TruthError as error:
        return error


def _unscored(error: Exception) -> Verdict:
    return unscored(str(error) if isinstance(error, TruthError) else f"{type(error).__name__}: {error}"[:500])
