"""Code rows: how a row of a public set of programming tasks becomes prompt, truth and meta.

One function a set, listed with the fields that give it away in `CODE_FORMS` (the first whose fields are all there is taken).
The truths are those of `r1.verifiers.code_truth`. Tests that the set shows to the reader are marked visible.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import pickle
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
Parts = tuple[str, dict[str, Any], dict[str, Any]]
MAX_TEST_BYTES = 1 << 28
LEAST_MEMORY_BYTES = 64 << 20  # an interpreter needs some

_MULTIPL_E = {"js": "javascript", "ts": "typescript", "rs": "rust", "py": "python", "sh": "bash"}
_LEETCODE = """from string import *
from re import *
from datetime import *
from collections import *
from heapq import *
from bisect import *
from copy import *
from math import *
from random import *
from itertools import *
from functools import *
from operator import *
from builtins import *
from typing import *
import bisect, collections, copy, datetime, functools, heapq, itertools, json, math, operator, random, re, string, sys
"""
"""What LeetCode and LiveCodeBench's harness import before a solution; answers leave it out."""

_IN_FUNCTION = "Write a function in Python.\n\n"


# --------------------------------------------------------------------------------------------------- sets of functions


def humaneval(row: Row) -> Parts:
    """HumanEval(+), HumanEvalPack, BigCodeBench: a function's head; ``test`` defines ``check(candidate)`` or TestCases."""
    entry, prompt = _text(row, "entry_point"), str(row.get("complete_prompt") or _text(row, "prompt"))
    tests = _text(row, "test")
    if "unittest" in tests and "class " in tests:
        test = {"unittest": tests}
    else:
        test = {"asserts": tests if _calls_check(tests) else f"{tests}\ncheck({entry})\n"}
    truth: dict[str, Any] = {"language": "python", "entry_point": entry, "prompt": prompt, "tests": [test]}
    solution = str(row.get("canonical_solution") or "")
    if solution:
        truth["reference"] = prompt + solution
    if row.get("buggy_solution"):  # HumanEvalPack's repair task
        broken = prompt + str(row["buggy_solution"])
        ask = f"Fix the bug in this Python function.\n\n```python\n{broken}```"
        return ask, {**truth, "base": broken}, {"solution": solution}
    return f"Complete this Python function.\n\n```python\n{prompt}```", truth, {"solution": solution}


def _calls_check(tests: str) -> bool:
    return re.search(r"^check\(", tests, re.MULTILINE) is not None


def mbpp(row: Row) -> Parts:
    """MBPP: a sentence, ``test_list`` of assert lines and set-up code; MBPP+ has the tests that count in ``test``."""
    tests = row["test_list"]
    if not isinstance(tests, Sequence) or isinstance(tests, str) or not tests:
        raise ValueError(f"test_list: a list of assert lines is wanted, not {tests!r}")
    setup = str(row.get("test_setup_code") or "\n".join(row.get("test_imports") or []))
    text = str(row.get("text") or row.get("prompt"))
    shown = "\n".join(tests)
    rows: list[dict[str, Any]] = [{"asserts": f"{setup}\n{line}\n"} for line in tests]
    if row.get("test"):
        rows = [{"asserts": str(row["test"])}]
    rows += [{"asserts": f"{setup}\n{line}\n"} for line in row.get("challenge_test_list") or []]
    truth: dict[str, Any] = {"language": "python", "tests": rows}
    solution = str(row.get("code", ""))
    if solution:
        truth["reference"] = solution
    return f"{text}\nYour code must pass these tests:\n\n{shown}", truth, {"solution": solution}


def kodcode(row: Row) -> Parts:
    """KodCode: pytest source that imports from ``solution``."""
    solution = str(row.get("solution", ""))
    truth: dict[str, Any] = {"language": "python", "tests": [{"unittest": _text(row, "test")}]}
    if solution:
        truth["reference"] = solution
    return _IN_FUNCTION + _text(row, "question"), truth, {"solution": solution}


def multipl_e(row: Row) -> Parts:
    """MultiPL-E: prompt and tests in the task's own language."""
    language = _MULTIPL_E.get(str(row["language"]), str(row["language"]))
    prompt = _text(row, "prompt")
    truth = {"language": language, "prompt": prompt, "tests": [{"native": _text(row, "tests")}]}
    return f"Complete this {language} function.\n\n```{language}\n{prompt}```", truth, {"name": row.get("name", "")}


def cruxeval(row: Row) -> Parts:
    """CRUXEval-O: what does the program give."""
    test = {"predict": "output", "code": _text(row, "code"), "input": str(row["input"]), "output": str(row["output"])}
    ask = f"```python\n{row['code']}\n```\n\nWhat does f({row['input']}) return? Answer with a Python literal."
    return ask, {"language": "python", "entry_point": "f", "tests": [test]}, {"solution": str(row["output"])}


# ----------------------------------------------------------------------------------- sets of stdin/stdout and calls


def apps(row: Row) -> Parts:
    """APPS, TACO: ``input_output`` holds inputs, outputs and (for calls) fn_name; starter code goes into the prompt."""
    sheet = _json(row["input_output"])
    truth = {"language": "python", **_sheet(sheet), **_limits(row)}
    solutions = _json(row.get("solutions") or "[]")
    starter = str(row.get("starter_code") or "")
    ask = _text(row, "question") + (f"\n\nUse this starter code:\n\n```python\n{starter}\n```" if starter else "")
    return ask, truth, {"solution": str(solutions[0])} if solutions else {}


def live_code_bench(row: Row) -> Parts:
    """LiveCodeBench: public tests as JSON, private ones as JSON or base64 of zlib of a pickled JSON text."""
    metadata = _json(row.get("metadata") or "{}")
    name = str(metadata.get("func_name") or "")
    public, private = _packed(row["public_test_cases"]), _packed(row.get("private_test_cases") or "[]")
    cases = [(case, True) for case in public] + [(case, False) for case in private]
    if not cases:
        raise ValueError("public_test_cases, private_test_cases: both are empty")
    tests = []
    for case, visible in cases:
        if case.get("testtype") == "functional" or (name and "testtype" not in case):
            tests.append({**_call(_lines(case["input"]), json.loads(case["output"])), "visible": visible})
        else:
            tests.append({"stdin": case["input"], "stdout": case["output"], "visible": visible})
    truth: dict[str, Any] = {"language": "python", "tests": tests}
    if name:
        truth |= {"entry_point": name, "context": _LEETCODE}
    starter = str(row.get("starter_code") or "")
    ask = _text(row, "question_content") + (f"\n\n```python\n{starter}\n```" if starter else "")
    return ask, truth, {"contest_date": str(row.get("contest_date", ""))}


def code_contests(row: Row) -> Parts:
    """CodeContests: public, private and generated tests, each ``{"input": [...], "output": [...]}``."""
    tests = []
    for field, visible in (("public_tests", True), ("private_tests", False), ("generated_tests", False)):
        tests += [{"stdin": i, "stdout": o, "visible": visible, **_compare(o)} for i, o in _columns(row.get(field))]
    if not tests:
        raise ValueError("public_tests, private_tests, generated_tests: all are empty")
    return (
        _text(row, "description"),
        {"language": "python", "tests": tests, **_limits(row)},
        {"name": row.get("name", "")},
    )


def codeforces(row: Row) -> Parts:
    """open-r1/codeforces: official tests, shown examples, a checker program that prints 1 for a right output."""
    official = row.get("official_tests") or []
    examples = row.get("examples") or []
    shown = {(case["input"], case["output"]) for case in examples}
    tests = [
        {"stdin": c["input"], "stdout": c["output"], "visible": (c["input"], c["output"]) in shown} for c in official
    ]
    tests = tests or [{"stdin": c["input"], "stdout": c["output"], "visible": True} for c in examples]
    if not tests:
        raise ValueError("official_tests, examples: both are empty")
    truth: dict[str, Any] = {"language": "python", "tests": tests, **_limits(row)}
    if row.get("generated_checker"):
        order = ["input", "answer", "output"]
        truth["checker"] = {"source": row["generated_checker"], "reply": "stdout", "files": order}
    parts = [row.get(key) for key in ("description", "input_format", "output_format")]
    ask = "\n\n".join(str(part) for part in parts if part)
    return ask + "".join(f"\n\nInput:\n{i}\nOutput:\n{o}" for i, o in sorted(shown)), truth, {}


def deep_coder(row: Row) -> Parts:
    """DeepCoder's three sources: ``tests`` is an APPS sheet, LiveCodeBench's list, or PrimeIntellect's list."""
    tests = _json(row["tests"])
    if isinstance(tests, dict):
        return _text(row, "problem"), {"language": "python", **_sheet(tests)}, {}
    found, name = [], ""
    for case in tests:
        if case.get("type") == "function_call" or case.get("testtype") == "functional":
            name = str(case.get("fn_name") or (case.get("metadata") or {}).get("func_name") or name)
            args = case["input"] if isinstance(case["input"], list) else _lines(case["input"])
            returns = json.loads(case["output"]) if case.get("testtype") else case["output"]
            wrapped = not case.get("testtype") and isinstance(returns, list) and len(returns) == 1
            found.append(_call(args, returns, wrapped, name))
        else:
            found.append({"stdin": _joined(case["input"]), "stdout": _joined(case["output"])})
    named = {"entry_point": name, "context": _LEETCODE} if name else {}
    return _text(row, "problem"), {"language": "python", "tests": found, **named}, {}


def verifiable_coding(row: Row) -> Parts:
    """open-r1/verifiable-coding-problems, SYNTHETIC-1: ``verification_info`` holds test cases of PrimeIntellect's form."""
    sheet = _json(row["verification_info"])
    _, truth, _ = deep_coder({"problem": "x", "tests": sheet["test_cases"]})
    ask = next(str(row[key]) for key in ("problem_statement", "problem", "prompt") if row.get(key))
    return ask, {**truth, "language": str(sheet.get("language") or "python")}, {}


def ace_code(row: Row) -> Parts:
    """AceCode-87K: assert lines in ``test_cases``."""
    return mbpp({"text": _text(row, "question"), "test_list": _json(row["test_cases"])})


def verl_code(row: Row) -> Parts:
    """verl's and PRIME's rows: messages, and in ``reward_model.ground_truth`` an APPS sheet, assert lines or a list of cases."""
    gold, messages = _json(row["reward_model"]["ground_truth"]), row["prompt"]
    ask = messages if isinstance(messages, str) else str(messages[-1]["content"])
    if isinstance(gold, Mapping) and "assert_case" in gold:
        return ask, {"language": "python", "tests": [{"asserts": f"{line}\n"} for line in gold["assert_case"]]}, {}
    return deep_coder({"problem": ask, "tests": gold})


def sandbox_fusion(row: Row) -> Parts:
    """SandboxFusion's datasets: ``test`` is a JSON list of {input: {stdin}, output: {stdout}}, or LiveCodeBench's packing."""
    tests = _packed(row["test"])
    if isinstance(tests, Mapping):
        sheet = _json(tests["input_output"])
        if sheet.get("fn_name"):
            sheet = {**sheet, "inputs": [_lines(text) if isinstance(text, str) else text for text in sheet["inputs"]]}
            sheet["outputs"] = [json.loads(text) if isinstance(text, str) else text for text in sheet["outputs"]]
            calls = [_call(args, out) for args, out in zip(sheet["inputs"], sheet["outputs"], strict=True)]
            truth = {"language": "python", "entry_point": sheet["fn_name"], "context": _LEETCODE, "tests": calls}
            return _text(row, "content"), truth, {}
        return _text(row, "content"), {"language": "python", **_sheet(sheet)}, {}
    rows = [{"stdin": case["input"]["stdin"], "stdout": case["output"]["stdout"]} for case in tests]
    return _text(row, "content"), {"language": "python", "tests": rows}, {}


# ------------------------------------------------------------------------------------------------------------- pieces


def _sheet(sheet: Mapping[str, Any]) -> dict[str, Any]:
    """An APPS sheet as tests. Calls: each output stands bare or in a list of one, for which the set has no mark."""
    inputs, outputs = sheet["inputs"], sheet["outputs"]
    if not inputs or len(inputs) != len(outputs):
        raise ValueError(f"input_output: {len(inputs)} inputs and {len(outputs)} outputs")
    name = sheet.get("fn_name")
    if not name:
        pairs = zip(inputs, outputs, strict=True)
        return {"tests": [{"stdin": _joined(i), "stdout": _joined(o), **_compare(_joined(o))} for i, o in pairs]}
    wrapped = all(isinstance(out, list) and len(out) == 1 for out in outputs)
    return {
        "entry_point": name,
        "context": _LEETCODE,
        "tests": [_call(a, o, wrapped, name) for a, o in zip(inputs, outputs, strict=True)],
    }


def _call(args: Any, returns: Any, wrapped: bool = False, name: str = "f") -> dict[str, Any]:
    """One call. ``wrapped``: the result may stand in a list of one; both readings are accepted, for nobody can tell."""
    given, result = _numbered(args), _numbered(returns)
    if given != args or result != returns:
        call = f"{name.rpartition('.')[2]}({', '.join(map(repr, given))})"
        return {"call": call, "returns_literal": repr(result[0] if wrapped else result)}
    if wrapped:
        return {"args": list(args), "returns_any": [returns[0], returns]}
    return {"args": list(args), "returns": returns}


def _numbered(value: Any) -> Any:
    """JSON writes the keys of a dict as text: keys that are all integers are taken back (APPS's own rule)."""
    if isinstance(value, list):
        return [_numbered(item) for item in value]
    if isinstance(value, dict):
        number = bool(value) and all(re.fullmatch(r"-?[0-9]{1,18}", key) for key in value)
        return {int(key) if number else key: _numbered(item) for key, item in value.items()}
    return value


def _compare(output: str) -> dict[str, Any]:
    """As APPS, TACO and CodeContests judge themselves: where a decimal fraction is expected, numbers may be off by 1e-5."""
    return {"compare": {"float": 1e-5}} if re.search(r"\d\.\d", output) else {}


def _joined(text: Any) -> str:
    """A test's input or output: one text, or a list of lines."""
    return (
        text
        if isinstance(text, str)
        else "\n".join(_joined(line) for line in text)
        if isinstance(text, list)
        else str(text)
    )


def _lines(text: str) -> list[Any]:
    """LiveCodeBench's functional input: one JSON value a line."""
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def _columns(tests: Any) -> list[tuple[str, str]]:
    tests = _json(tests or {})
    if isinstance(tests, list):
        return [(case["input"], case["output"]) for case in tests]
    return list(zip(tests.get("input") or [], tests.get("output") or [], strict=True))


class _PlainUnpickler(pickle.Unpickler):
    """Reads what is plain data and nothing else: a name that would be imported ends it."""

    def find_class(self, module: str, name: str) -> Any:
        raise ValueError(f"a packed test that wants {module}.{name}")


def _packed(text: Any) -> Any:
    """JSON, or base64 of zlib of a pickle of a JSON text or of plain data."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        data = zlib.decompressobj().decompress(base64.b64decode(text), MAX_TEST_BYTES)
        content = _PlainUnpickler(io.BytesIO(data)).load()
    except (binascii.Error, zlib.error, pickle.UnpicklingError, EOFError) as error:
        raise ValueError(f"tests that are neither JSON nor packed JSON: {error}") from None
    return json.loads(content) if isinstance(content, str) else content


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _limits(row: Row) -> dict[str, Any]:
    """Time and memory limits, as far as the row says them in one of the ways that there are; twice the time, for Python."""
    limits: dict[str, Any] = {}
    time_limit = row.get("time_limit")
    if isinstance(time_limit, Mapping):
        time_limit = float(time_limit.get("seconds") or 0) + float(time_limit.get("nanos") or 0) / 1e9
    found = re.match(r"[0-9]+(?:\.[0-9]+)?", str(time_limit or ""))
    if found and float(found[0]) > 0:
        limits["cpu_s"] = 2 * float(found[0])
    if memory_bytes := int(row.get("memory_limit_bytes") or _memory_bytes(str(row.get("memory_limit") or ""))):
        limits["memory_bytes"] = max(memory_bytes, LEAST_MEMORY_BYTES)
    return {"limits": limits} if limits else {}


def _memory_bytes(written: str) -> int:
    """Bytes of "256", "256.0 megabytes", "1 GB" ...: megabytes where no unit is written (Codeforces, TACO). 0 for nothing."""
    found = re.match(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([bkmg]?)", written.lower())
    return int(float(found[1]) * {"b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}[found[2] or "m"]) if found else 0


def _text(row: Row, key: str) -> str:
    value = row[key]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{key}: a non-empty text is wanted, not {value!r}")
    return value


CODE_FORMS: list[tuple[set[str], Callable[[Row], Parts]]] = [
    ({"prompt", "test", "entry_point"}, humaneval),
    ({"complete_prompt", "test", "entry_point"}, humaneval),
    ({"test_list"}, mbpp),
    ({"input_output", "question"}, apps),
    ({"verification_info"}, verifiable_coding),
    ({"question", "test_cases"}, ace_code),
    ({"reward_model", "prompt"}, verl_code),
    ({"question_content", "public_test_cases"}, live_code_bench),
    ({"description", "public_tests"}, code_contests),
    ({"description", "official_tests"}, codeforces),
    ({"problem", "tests"}, deep_coder),
    ({"prompt", "tests", "language"}, multipl_e),
    ({"question", "test"}, kodcode),
    ({"code", "input", "output"}, cruxeval),
    ({"content", "test"}, sandbox_fusion),
]
