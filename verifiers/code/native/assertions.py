"""Assertions: decides which assertions of a native test file hold, by printing both sides in two boxes.

One box runs the candidate and prints the results of the calls; another box, without candidate code, prints the expected
values. They are compared here. So an exit status or a redefined ``assert`` proves nothing, and no expected value enters
the candidate's box. Names of types are printed with the values where the language's own equality depends on them: in
Java, an ``Integer`` in a list never equals a ``Long``.
"""

from __future__ import annotations

import json
import math
import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from r1.sandbox.protocol import Outcome, Program, Sandbox
from r1.verifiers.code.box.values import Undecodable, decode
from r1.verifiers.code.compare import same_value
from r1.verifiers.code.native.complete import complete
from r1.verifiers.code.native.programs import printing_program
from r1.verifiers.code.native.test_files import Native
from r1.verifiers.verdict import TruthError

_FLOAT = {"float": 1e-6}
_NOT_PRINTED = re.compile(r"^\s*union\b|\bstd::any\b", re.MULTILINE)


def run_native(
    sandbox: Sandbox, program: Program, test: Native, prompt: str, limits: Any
) -> tuple[list[bool], Outcome, list[Any]]:
    """Run the assertions of ``test`` against the candidate ``program``.

    Returns:
        For each assertion whether it holds; the outcome of the candidate's run; for each call its result, or ``...`` if it
        gave none.

    Raises:
        TruthError: the expected values cannot be printed, for instance because they do not compile.
    """
    language = program.language
    if language == "cpp" and _NOT_PRINTED.search(prompt):
        raise TruthError("results of a union type or std::any cannot be compared")
    expected, judged = _print(sandbox, language, "", test, [right for _, right in test.pairs], prompt, limits)
    if len(expected) != len(test.pairs):
        raise TruthError(f"the expected values do not print: {judged.code} {judged.stderr[-300:]!r}")
    source = complete(program.source, prompt, language)
    got, ran = _print(sandbox, language, source, test, [left for left, _ in test.pairs], prompt, limits)
    right = [n in got and _same(got[n], expected[n], language) for n in range(len(test.pairs))]
    return right, ran, [got.get(n, ...) for n in range(len(test.pairs))]


def compiler_alone(sandbox: Sandbox, program: Program, test: Native, prompt: str, limits: Any) -> bytes:
    """The compiler's message about the candidate without the tests' calls, because it would quote these."""
    source = complete(program.source, prompt, program.language)
    alone = printing_program(program.language, source, test, [], prompt, "")
    outcome = sandbox.run(replace(alone, compile_only=True), limits)
    unfit = b"the program compiles, but its functions do not take what the tests give: look at names and types"
    return unfit if outcome.ok else outcome.stderr


def untagged(value: Any) -> Any:
    """A decoded result without the names of its types."""
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str) and value[0].startswith("r1:"):
        return untagged(value[1])
    if isinstance(value, (list, tuple)):
        return type(value)(untagged(item) for item in value)
    if isinstance(value, dict):
        return {untagged(key): untagged(item) for key, item in value.items()}
    return value


def _same(got: Any, expected: Any, language: str) -> bool:
    """Equality as in the language: C++, Java and JavaScript compare numbers of different kinds; NaN equals itself where
    tests compare texts (Go) or use ``deepEqual``."""
    if language in ("javascript", "typescript", "go"):
        got, expected = _nan_named(got), _nan_named(expected)
    loose = language not in ("rust", "go") and same_value(got, expected, "python", tuples_are_lists=False)
    return loose or same_value(got, expected, _FLOAT, tuples_are_lists=False)


def _nan_named(value: Any) -> Any:
    """The value with every NaN replaced by a string."""
    if isinstance(value, list):
        return [_nan_named(item) for item in value]
    if isinstance(value, dict):
        return {key: _nan_named(item) for key, item in value.items()}
    return "r1:nan" if isinstance(value, float) and math.isnan(value) else value


def _print(
    sandbox: Sandbox, language: str, source: str, test: Native, values: Sequence[str], prompt: str, limits: Any
) -> tuple[dict[int, Any], Outcome]:
    """Run the program that prints ``values``. Returns the values that it printed by their numbers, and the outcome."""
    nonce = secrets.token_hex(8)
    outcome = sandbox.run(printing_program(language, source, test, values, prompt, nonce), limits)
    found: dict[int, Any] = {}
    for line in outcome.stdout.split(b"\n"):
        head, _, body = line.partition(b" ")
        number, _, text = body.partition(b" ")
        if head == nonce.encode() and number.isdigit():
            try:
                found[int(number)] = decode(json.loads(text))
            except (ValueError, RecursionError, Undecodable):
                continue
    return found, outcome
