"""Reader: a code truth becomes a plan, which says what is tested, how, and under which limits.

truth = {"language": "python", "tests": [...], "entry_point": "f", "limits": {"cpu_s": 2}, ...}; a test is one of

==============================================  ==================================================================
{"stdin", "stdout", "compare"?}                 a program that reads and writes; "stdout_any": several outputs are right
{"stdin", "stdout"?, "checker": {...}}          ... judged by a checker program in a second box
{"stdin", "interactor": {...}}                  ... that talks with an interactor
{"stdin", "stdout", "input_file", "output_file"}  ... that may read and write these files instead (python)
{"args", "kwargs"?, "returns", "compare"?}      a call of ``entry_point``, JSON data; "returns_any": several are right
{"call": "f((1, 2))", "returns_literal": "…"}   the same with Python literals (tuples, sets, ...)
{"asserts": source}                             assert statements, or HumanEval's ``check(candidate)``
{"unittest": source}                            unittest classes, pytest functions; imports from ``solution``
{"native": source}                              assertions in the task's own language (MultiPL-E, see `native/test_files.py`)
{"predict": "output", "code", "input", "output"}  CRUXEval: the completion is a value (or, "input", an argument list)
==============================================  ==================================================================

Any test may have ``"visible": true`` (it was shown to the policy) and a ``"weight"``.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from r1.sandbox.protocol import MIB, Limits
from r1.verifiers.code.compare import check_rule
from r1.verifiers.code.find.languages import ALIASES
from r1.verifiers.code.native.signatures import parse_signature
from r1.verifiers.code.native.test_files import Native, read_native
from r1.verifiers.code.python import parse
from r1.verifiers.code.truth.asserts import called_function, lift
from r1.verifiers.code.truth.literals import Call, literal, literal_call
from r1.verifiers.code.truth.plan import Calls, Form, Helper, Plan, Predict, Returns, Source, Stdio, Test
from r1.verifiers.code.truth.prompt import prelude
from r1.verifiers.verdict import TruthError

_STDIO_RULES = ("tokens", "lines", "exact")
_VALUE_RULES = ("exact", "python", "unordered")
_LIMIT_KEYS = {"cpu_s", "wall_s", "memory_bytes", "memory_mb", "output_bytes", "file_bytes", "processes"}
_TRUTH_KEYS = {
    "language", "tests", "entry_point", "limits", "context", "prompt", "base", "reference", "signature", "compare",
    "checker", "interactor", "remote_operators",
}  # fmt: skip


def read_truth(truth: Mapping[str, Any]) -> Plan:
    """The plan for a truth. Raises TruthError, which names the test and what is wrong with it."""
    try:
        check_shape(truth)
        signature = parse_signature(truth["signature"]) if truth.get("signature") else None
        asserts = [str(row[key]) for row in truth["tests"] for key in ("asserts", "native") if key in row]
        entry = str(truth.get("entry_point") or (signature.name if signature else called_function(asserts)))
        tests = _read_tests(truth, entry)
        entry = entry or next((test.form.entry for test in tests if isinstance(test.form, Native)), "")
        return Plan(
            language=str(truth.get("language", "python")),
            tests=tests,
            limits=_limits(truth.get("limits") or {}),
            entry=entry,
            context=(context := str(truth.get("context", ""))),
            prompt=(prompt := str(truth.get("prompt", ""))),
            prelude=prelude(context, prompt, entry),
            base=str(truth.get("base", "")),
            reference=str(truth.get("reference", "")),
            signature=signature,
            remote_operators=bool(truth.get("remote_operators", False)),
        )
    except TruthError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TruthError(f"code truth: {error}") from error


def check_shape(truth: Mapping[str, Any]) -> None:
    """Check the keys, the language and the type of the tests, but not what the tests say. Raises TruthError."""
    if not isinstance(truth, Mapping):
        raise TruthError(f"code truth {truth!r}: expected a mapping with 'language' and 'tests'"[:200])
    unknown = sorted(set(map(str, truth)) - _TRUTH_KEYS)
    if unknown:
        raise TruthError(f"code truth: unknown key {unknown[0]!r}; expected one of: {', '.join(sorted(_TRUTH_KEYS))}")
    check_language(truth.get("language", "python"))
    tests = truth.get("tests")
    if isinstance(tests, str) or not isinstance(tests, Sequence) or not all(isinstance(row, Mapping) for row in tests):
        raise TruthError(
            f"code truth: tests {tests!r}: expected a list of mappings such as {{'stdin': '1', 'stdout': '2'}}"[:300]
        )
    if not tests:
        raise TruthError("code truth: the list of tests is empty, so every program would pass; give at least one test")


def check_language(name: Any) -> str:
    """The name itself, if programs in this language can be judged. Raises TruthError with the nearest name."""
    known = [language for language in ALIASES if language != "diff"]
    if name in known:
        return str(name)
    word = str(name).strip().lower()
    near = [language for language in known if word in ALIASES[language]] or difflib.get_close_matches(word, known, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise TruthError(f"unknown language {name!r}; expected one of: {', '.join(known)}{hint}")


def _read_tests(truth: Mapping[str, Any], entry: str) -> tuple[Test, ...]:
    rows: Sequence[Mapping[str, Any]] = truth["tests"]
    found: dict[str, Test] = {}
    for number, row in enumerate(rows):
        try:
            for form, key in _read_forms(row, truth, entry):
                old = found.get(key)  # a test given twice counts once
                visible = bool(row.get("visible", False)) or (old is not None and old.visible)
                found[key] = Test(form, visible, float(row.get("weight", 1.0)))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            text = str(error) if type(error) in (ValueError, TruthError) else repr(error)
            raise ValueError(f"test {number}: {text}"[:300]) from error
    if not sum(test.weight for test in found.values()) > 0 or any(test.weight < 0 for test in found.values()):
        raise ValueError("weights must not be negative, and at least one must be positive")
    return tuple(found.values())


def _read_forms(row: Mapping[str, Any], truth: Mapping[str, Any], entry: str) -> list[tuple[Form, str]]:
    """The tests in one row (a list of assert statements holds several), each with a key made of its content."""
    content = json.dumps({key: value for key, value in row.items() if key not in ("visible", "weight")}, sort_keys=True)
    if "asserts" in row or "unittest" in row:
        framework = "asserts" if "asserts" in row else "unittest"
        source = str(row[framework])
        _check_syntax(source)
        lifted = lift(source, entry) if framework == "asserts" and entry and not truth.get("remote_operators") else None
        # Comparing two objects of a class asks the program's own operators, which takes the tester's box.
        if lifted is None or (entry[:1].isupper() and any(len(one.calls) > 1 for one in lifted)):
            return [(Source(source, framework), content)]
        return [(Calls(one.calls, one), f"{one.text}#{number}") for number, one in enumerate(lifted)]
    if "native" in row:
        language = str(truth.get("language", "python"))
        if language == "python":
            return _read_forms({"asserts": row["native"]}, truth, entry)
        return [(read_native(str(row["native"]), language), content)]
    if "predict" in row:
        if row["predict"] not in ("output", "input"):
            raise ValueError(f"predict {row['predict']!r}: expected one of: output, input")
        return [(Predict(row["predict"], row["code"], row.get("input", ""), row["output"]), content)]
    if "returns" in row or "returns_literal" in row or "returns_any" in row:
        return [(_read_call(row, truth, entry), content)]
    if "stdin" in row or "stdout" in row or "stdout_any" in row:
        return [(_read_stdio(row, truth), content)]
    raise ValueError(f"no form of test has the keys {sorted(row)}")


def _check_syntax(source: str) -> None:
    try:
        parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"the tests are no Python: {error}") from None


def _read_call(row: Mapping[str, Any], truth: Mapping[str, Any], entry: str) -> Calls:
    if not entry:
        raise ValueError("a call needs the truth's entry_point (or signature)")
    if "call" in row:
        name, call = literal_call(row["call"])
        if name not in (entry, entry.rpartition(".")[2]):
            raise ValueError(f"call of {name!r}, but the entry_point is {entry!r}")
    else:
        call = Call(tuple(row.get("args", ())), dict(row.get("kwargs") or {}))
    rule = check_rule(row.get("compare", truth.get("compare", "exact")), _VALUE_RULES)
    if "returns_literal" in row:
        return Calls((call,), Returns((literal(row["returns_literal"]),), rule, tuples_are_lists=False))
    return Calls((call,), Returns(_any_of(row, "returns"), rule, tuples_are_lists=True))


def _read_stdio(row: Mapping[str, Any], truth: Mapping[str, Any]) -> Stdio:
    checker = row.get("checker", truth.get("checker"))
    interactor = row.get("interactor", truth.get("interactor"))
    if checker is None and interactor is None and not {"stdout", "stdout_any"} & set(row):
        raise ValueError("stdin without stdout, checker or interactor")
    return Stdio(
        stdin=str(row.get("stdin", "")).encode(),
        stdout=tuple(str(text).encode() for text in _any_of({"stdout": "", **row}, "stdout")),
        rule=check_rule(row.get("compare", truth.get("compare", "tokens")), _STDIO_RULES),
        checker=_helper(checker) if checker is not None else None,
        interactor=_helper(interactor) if interactor is not None else None,
        files=_files(row),
    )


def _files(row: Mapping[str, Any]) -> tuple[str, str] | None:
    names = str(row.get("input_file") or ""), str(row.get("output_file") or "")
    if any("/" in name or name == "solution.py" for name in names):
        raise ValueError(
            f"input_file, output_file {names!r}: expected file names without a folder, and not solution.py"
        )
    return names if any(names) else None


def _any_of(row: Mapping[str, Any], key: str) -> tuple[Any, ...]:
    """The one right value, or the several under ``<key>_any``."""
    values = row[f"{key}_any"] if f"{key}_any" in row else [row[key]]
    if not isinstance(values, list) or not values:
        raise ValueError(f"{key}_any {values!r}: expected a list with at least one item")
    return tuple(values)


def _helper(row: Mapping[str, Any]) -> Helper:
    reply = row.get("reply", "exit")
    if reply not in ("exit", "stdout"):
        raise ValueError(f"reply {reply!r}: expected one of: exit, stdout")
    files = tuple(row.get("files", Helper.files))
    if sorted(files) != ["answer", "input", "output"]:
        raise ValueError(
            f"files {files!r}: expected 'input', 'output' and 'answer', in the order of the program's arguments"
        )
    return Helper(check_language(row.get("language", "python")), row["source"], reply, files)


def _limits(row: Mapping[str, Any]) -> Limits:
    unknown = sorted(set(row) - _LIMIT_KEYS)
    if unknown:
        raise ValueError(f"unknown limit {unknown[0]!r}; expected one of: {', '.join(sorted(_LIMIT_KEYS))}")
    values = dict(row)
    if "memory_mb" in values:
        values["memory_bytes"] = int(values.pop("memory_mb") * MIB)
    if any(value is not None and not value > 0 for value in values.values()):
        raise ValueError(f"limits {dict(row)}: expected positive numbers")
    return Limits(**values)
