"""Feedback: what a policy is told about its program. Bounded, deterministic, without paths, silent about hidden tests."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from r1.verifiers.code.truth.reader import Plan, Test, TestResult

MAX_CHARS = 1500
_VALUE_CHARS = 300

_FILE = re.compile(r'File "[^"\n]{0,500}"')
_PATH = re.compile(r"(?<![\w.])/(?:[\w.+-]+/)*([\w.+-]+)")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,16}")

_SAID = {
    "wrong": "gives a wrong result",
    "error": "raises an error",
    "time": "runs out of time",
    "memory": "runs out of memory",
    "output": "writes too much",
    "compile": "does not compile",
    "missing": "ends before it answers",
    "skipped": "was not run",
}


def nothing(plan: Plan) -> str:
    return f"No program was found in the answer. Write it in one fenced block: ```{plan.language}"


def passed(tests: Sequence[Test]) -> str:
    return "All tests pass." if len(tests) > 1 else "The test passes."


def failed(plan: Plan, tests: Sequence[Test], results: Sequence[TestResult]) -> str:
    """The first failing visible test with its details; of hidden tests only that one fails, and how."""
    general = next(
        (
            result
            for result in results
            if result.how == "compile" or "stderr" in result.detail and not any(r.ok for r in results)
        ),
        None,
    )
    if general is not None and general.how == "compile":
        return _cut(f"The program does not compile.\n{_message(general.detail)}")
    visible = [(n, r) for n, (t, r) in enumerate(zip(tests, results, strict=True)) if t.visible]
    for number, result in visible:
        if not result.ok and result.how != "skipped":
            return _cut(f"Test {number + 1} {_SAID[result.how]}.\n{_details(result.detail)}")
    how = next((result.how for result in results if not result.ok and result.how != "skipped"), "wrong")
    lead = "All visible tests pass. " if visible else ""
    return f"{lead}On a hidden test the program {_SAID[how]}."


def _details(detail: Mapping[str, Any]) -> str:
    lines = []
    if "call" in detail:
        lines.append(f"Call: {_value(detail['call'])}")
    if "stdin" in detail:
        lines.append(f"Input:\n{_value(detail['stdin'])}")
    if "expected" in detail:
        lines.append(f"Expected: {_value(detail['expected'])}")
    if "got" in detail:
        lines.append(f"Got: {_value(detail['got'])}")
    message = _message(detail)
    return "\n".join([*lines, message] if message else lines)


def _message(detail: Mapping[str, Any]) -> str:
    if "error" in detail:
        error = detail["error"]  # as a driver tells of it; the program may have written something else in its place
        kind, text, line = error if isinstance(error, list) and len(error) == 3 else ("", "", 0)
        where = f" (line {line})" if type(line) is int and line else ""
        return clean(f"{str(kind)[:80]}: {str(text)[:MAX_CHARS]}{where}" if kind else str(text)[:MAX_CHARS])
    stderr = detail.get("stderr", b"")
    return clean(stderr[-4000:].decode("utf-8", "replace")) if stderr else ""


def _value(value: Any) -> str:
    if isinstance(value, bytes):
        text = value[: 2 * _VALUE_CHARS].decode("utf-8", "replace")
    elif isinstance(value, str):
        text = value
    else:
        try:
            text = repr(value)
        except ValueError:  # an int too long to print
            text = "a number of thousands of digits"
    text = clean(text)
    return text if len(text) <= _VALUE_CHARS else text[:_VALUE_CHARS] + "…"


def clean(text: str) -> str:
    """Without paths and addresses, which tell of our machine and differ from run to run; text that any tokenizer takes."""
    text = text.encode("utf-8", "backslashreplace").decode()  # half a surrogate pair is no text
    text = _FILE.sub('File "program"', text)
    return _ADDRESS.sub("0x…", _PATH.sub(r"\1", text)).strip()


def _cut(text: str) -> str:
    text = text.rstrip()
    return text if len(text) <= MAX_CHARS else text[: MAX_CHARS - 1] + "…"
