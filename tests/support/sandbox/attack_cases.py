"""The rows of cases/attacks.jsonl as truths of our verifiers, and a judge for attack_check.py."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from shared_data import SHARED

from r1.sandbox import Limits, Outcome, Program, Sandbox, SandboxError
from r1.verifiers.code import Code
from r1.verifiers.compiler import Compiler
from r1.verifiers.verdict import Status


class Recording:
    """A sandbox that records outcomes, for the demands on leaked strings and CPU time."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox, self.outcomes = sandbox, list[Outcome]()

    @property
    def tier(self) -> str:
        return self.sandbox.tier

    def run(self, program: Program, limits: Limits = Limits()) -> Outcome:
        outcome = self.sandbox.run(program, limits)
        self.outcomes.append(outcome)
        return outcome

    def run_many(self, programs: Sequence[Program], limits: Any = Limits()) -> list[Outcome | SandboxError]:
        found = self.sandbox.run_many(programs, limits)
        self.outcomes += [outcome for outcome in found if isinstance(outcome, Outcome)]
        return found

    def run_linked(self, *args: Any, **kwargs: Any) -> tuple[Outcome, Outcome]:
        candidate, tester = self.sandbox.run_linked(*args, **kwargs)
        self.outcomes.append(candidate)
        return candidate, tester

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sandbox, name)


def limits_of(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "cpu_s": given["cpu"],
        "wall_s": given["wall"],
        "memory_mb": given["mem_mb"],
        "output_bytes": given["out_kb"] * 1024,
        "file_bytes": given["files_mb"] << 20,
    }


def truth_of(language: str, tests: Mapping[str, Any]) -> dict[str, Any]:
    truth: dict[str, Any] = {"language": language, "limits": limits_of(tests["limits"])}
    kind = tests["type"]
    if kind == "stdio":
        truth["tests"] = [dict(case) for case in tests["cases"]]
        if "checker" in tests:
            truth["compare"] = "lines" if tests["checker"] == "lines" else tests["checker"]
    elif kind in ("func", "cfunc"):
        moved = {"expect": "returns"}
        truth["tests"] = [{moved.get(key, key): value for key, value in case.items()} for case in tests["cases"]]
        truth |= {"entry_point": tests["entry"]} if kind == "func" else {"signature": tests["signature"]}
    elif kind == "assert":
        call = f"\ncheck({tests['entry']})\n" if "def check(" in tests["code"] else ""
        truth |= {"entry_point": tests["entry"], "tests": [{"asserts": tests["code"] + call}]}
    elif kind == "unittest":
        truth |= {"entry_point": tests["entry"], "tests": [{"unittest": tests["code"]}]}
    elif kind == "compile":
        truth["needs"] = tests["needs"]
    return truth


def judge_with(
    sandbox: Sandbox,
) -> Callable[[str, str, Mapping[str, Any]], tuple[str, float | None, list[dict[str, Any]]]]:
    """``judge(language, program, tests)`` as attack_check.py expects it, through `Code` and `Compiler`."""

    def judge(language: str, program: str, tests: Mapping[str, Any]) -> tuple[str, float | None, list[dict[str, Any]]]:
        box = Recording(sandbox)
        completion = f"{'`' * 9}{language}\n{program}\n{'`' * 9}\n"
        verifier = Compiler(box) if tests["type"] == "compile" else Code(box)
        verdict = verifier(completion, truth_of(language, tests))
        runs = [{"out": o.stdout, "err": o.stderr, "cpu": o.cpu_s} for o in box.outcomes]
        letters = verdict.note.split(":")[0].split(" ")[0]
        if verdict.status is Status.PASS:
            letters = "AC"
        if verdict.status is Status.MALFORMED:
            letters = "CE"
        return letters, verdict.reward, runs

    return judge


@cache
def attack_check() -> Any:
    """The shared module that places canaries and checks one row."""
    spec = importlib.util.spec_from_file_location("attack_check", SHARED / "cases/attack_check.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def own_to_gvisor(case: Mapping[str, Any], complaints: Sequence[str]) -> bool:
    """Whether a row complains only about what gVisor shows of its own kernel, which is nothing of the host and earns nothing.

    It has no NoNewPrivs line in /proc/self/status (the program's KeyError quotes its own source), a writable
    oom_score_adj that means nothing, and /dev/fuse and /dev/net/tun that it emulates.
    """
    rows = ("fs-011", "fs-012", "priv-002")
    return case["id"] in rows and all(complaint.startswith("leaked/was allowed") for complaint in complaints)
