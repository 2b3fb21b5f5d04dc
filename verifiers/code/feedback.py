"""Feedback: a message to the policy about its program. Bounded, deterministic, without details of hidden tests."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from r1.verifiers.code.fate import Fate, Result
from r1.verifiers.code.truth.plan import Plan, Test

MAX_CHARS = 1500
_VALUE_CHARS = 300

_FILE = re.compile(r'File "[^"\n]{0,500}"')
_PATH = re.compile(r"(?<![\w.])/(?:[\w.+-]+/)*([\w.+-]+)")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,16}")


def no_program_message(plan: Plan) -> str:
    """Feedback on a completion without a program."""
    return f"No program was found in the answer. Write it in one fenced block: ```{plan.language}"


def passed_message(tests: Sequence[Test]) -> str:
    """Feedback on a program that passes all tests."""
    return "All tests pass." if len(tests) > 1 else "The test passes."


def failed_message(tests: Sequence[Test], results: Sequence[Result]) -> str:
    """Feedback on a program that fails: details of the first failing visible test, or how a hidden test fails."""
    general = next(
        (
            result
            for result in results
            if result.how is Fate.COMPILE or "stderr" in result.detail and not any(r.ok for r in results)
        ),
        None,
    )
    if general is not None and general.how is Fate.COMPILE:
        return _cut(f"The program does not compile.\n{_message(general.detail)}")
    visible = [(n, r) for n, (t, r) in enumerate(zip(tests, results, strict=True)) if t.visible]
    for number, result in visible:
        if not result.ok and result.how is not Fate.SKIPPED:
            return _cut(f"Test {number + 1} {result.how.sentence}.\n{_details(result.detail)}")
    how = next((result.how for result in results if not result.ok and result.how is not Fate.SKIPPED), Fate.WRONG)
    lead = "All visible tests pass. " if visible else ""
    return f"{lead}On a hidden test the program {how.sentence}."


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
        error = detail["error"]  # as a driver records it, unless the program has forged the record
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
    """The text without paths and addresses, which reveal our machine and differ from run to run; valid as UTF-8."""
    text = text.encode("utf-8", "backslashreplace").decode()  # lone surrogates
    text = _FILE.sub('File "program"', text)
    return _ADDRESS.sub("0x…", _PATH.sub(r"\1", text)).strip()


def _cut(text: str) -> str:
    text = text.rstrip()
    return text if len(text) <= MAX_CHARS else text[: MAX_CHARS - 1] + "…"
