"""Sets tested by standard input and output or by calls: APPS, LiveCodeBench, CodeContests, DeepCoder and their kin."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from r1.datasets.code.tests import (
    LEETCODE,
    Parts,
    Row,
    call,
    columns,
    compare,
    from_json,
    joined,
    limits,
    lines,
    listed,
    packed,
    sheet,
    text_of,
)

LIVE_CODE_BENCH_S = 6.0
"""CPU seconds of LiveCodeBench's own judge."""


def apps(row: Row) -> Parts:
    """APPS, TACO: ``input_output`` holds inputs, outputs and, for calls, fn_name; starter code is put into the prompt."""
    tests = from_json(row["input_output"] or None)
    if not isinstance(tests, Mapping):
        raise ValueError(f"input_output: expected a mapping of inputs and outputs, got {row['input_output']!r}"[:200])
    truth = {"language": "python", "limits": {"cpu_s": 4.0}, **sheet(tests), **limits(row)}
    solutions = from_json(row.get("solutions") or "[]")
    return _asked(row, "question"), truth, {"solution": str(solutions[0])} if solutions else {}


def verifiable_coding(row: Row) -> Parts:
    """open-r1/verifiable-coding-problems, SYNTHETIC-1: ``verification_info`` holds PrimeIntellect's test cases."""
    info = from_json(row["verification_info"])
    _, truth, _ = deep_coder({"problem": "x", "tests": info["test_cases"]})
    ask = next(str(row[key]) for key in ("problem_statement", "problem", "prompt") if row.get(key))
    return ask, {**truth, "language": str(info.get("language") or "python")}, {}


def verl_code(row: Row) -> Parts:
    """verl's rows (PRIME, Eurus, DeepCoder, Skywork): messages, and tests in one of several forms in ``ground_truth``."""
    gold, messages = from_json(from_json(row["reward_model"])["ground_truth"]), row["prompt"]
    ask = messages if isinstance(messages, str) else str(messages[-1]["content"])
    if isinstance(gold, Mapping) and "assert_case" in gold:
        tests = [{"asserts": f"{line}\n"} for line in gold["assert_case"]]
        return ask, {"language": "python", "context": LEETCODE, "tests": tests}, {}
    if isinstance(gold, Mapping) and "test_code" in gold:  # Skywork's LeetCode tasks
        context = str(gold.get("import_prefix") or LEETCODE)
        tests = [{"asserts": gold["test_code"]}]
        entry = text_of(gold, "entry_point")
        return ask, {"language": "python", "entry_point": entry, "context": context, "tests": tests}, {}
    return ask, deep_coder({"problem": "x", "tests": gold})[1], {}


def live_code_bench(row: Row) -> Parts:
    """LiveCodeBench: public tests as JSON, private ones as JSON or packed (see `packed`)."""
    metadata = from_json(row.get("metadata") or "{}")
    public, private = packed(row["public_test_cases"]), packed(row.get("private_test_cases") or "[]")
    cases = [{**case, "visible": True} for case in public] + list(private)
    if not cases:
        raise ValueError("public_test_cases, private_test_cases: no tests")
    truth = _cases(cases, str(metadata.get("func_name") or ""))
    return _asked(row, "question_content"), truth, {"contest_date": str(row.get("contest_date", ""))}


def code_contests(row: Row) -> Parts:
    """CodeContests: public, private and generated tests, each ``{"input": [...], "output": [...]}``."""
    tests, files = [], {key: row[key] for key in ("input_file", "output_file") if row.get(key)}
    for field, visible in (("public_tests", True), ("private_tests", False), ("generated_tests", False)):
        for stdin, stdout in columns(row.get(field)):
            tests.append({"stdin": stdin, "stdout": stdout, "visible": visible, **compare(stdout), **files})
    if not tests:
        raise ValueError("public_tests, private_tests, generated_tests: no tests")
    return (
        text_of(row, "description"),
        {"language": "python", "tests": tests, **limits(row)},
        {"name": row.get("name", "")},
    )


def codeforces(row: Row) -> Parts:
    """open-r1/codeforces: official tests, examples for the prompt, and a checker program that prints 1 for a right output."""
    if row.get("interaction_format"):
        raise ValueError(
            "interaction_format: interactive task, which cannot be judged because the set has no interactor"
        )
    official, examples = listed(row.get("official_tests") or []), listed(row.get("examples") or [])
    shown = {(case["input"], case["output"]) for case in examples}
    files = {"input_file": "input.txt", "output_file": "output.txt"} if row.get("input_mode") == "file" else {}
    tests = [
        {"stdin": c["input"], "stdout": c["output"], "visible": (c["input"], c["output"]) in shown, **files}
        for c in official or examples
    ]
    if not tests:
        raise ValueError("official_tests, examples: no tests")
    truth: dict[str, Any] = {"language": "python", "tests": tests, **limits(row)}
    if row.get("generated_checker"):
        order = ["input", "answer", "output"]
        truth["checker"] = {"source": row["generated_checker"], "reply": "stdout", "files": order}
    parts = [row.get(key) for key in ("description", "input_format", "output_format")]
    ask = "\n\n".join(str(part) for part in parts if part)
    return ask + "".join(f"\n\nInput:\n{i}\nOutput:\n{o}" for i, o in sorted(shown)), truth, {}


def deep_coder(row: Row) -> Parts:
    """DeepCoder: ``tests`` is APPS's sheet, LiveCodeBench's list or PrimeIntellect's list, depending on the source."""
    tests = from_json(row["tests"])
    if isinstance(tests, Mapping):
        return _asked(row, "problem"), {"language": "python", **sheet(tests)}, {}
    metadata = from_json(row.get("metadata") or "{}")
    name = str(metadata.get("func_name") or "") if isinstance(metadata, Mapping) else ""
    return _asked(row, "problem"), _cases(listed(tests), name), {}


def _cases(cases: Sequence[Row], name: str) -> dict[str, Any]:
    """The truth of LiveCodeBench's tests (``testtype``) or PrimeIntellect's (``type``): calls of ``name``, or stdin and stdout."""
    found = []
    for case in cases:
        visible = {"visible": True} if case.get("visible") else {}
        kind = case.get("type") or case.get("testtype") or ("functional" if name else "stdin")
        if kind in ("function_call", "functional"):
            name = str(case.get("fn_name") or (case.get("metadata") or {}).get("func_name") or name)
            args = case["input"] if isinstance(case["input"], list) else lines(case["input"])
            bare = kind == "functional"
            returns = json.loads(case["output"]) if bare and isinstance(case["output"], str) else case["output"]
            wrapped = not bare and isinstance(returns, list) and len(returns) == 1
            found.append({**call(args, returns, wrapped, name), **visible})
        else:
            stdout = joined(case["output"])
            found.append({"stdin": joined(case["input"]), "stdout": stdout, **compare(stdout), **visible})
    named = {"entry_point": name, "context": LEETCODE} if name else {}
    return {"language": "python", "tests": found, "limits": {"cpu_s": LIVE_CODE_BENCH_S}, **named}


def rstar_coder(row: Row) -> Parts:
    """rStar-Coder: ``inputs`` and ``outputs`` of a function ``func_name`` or of a program."""
    tests = {"inputs": row["inputs"], "outputs": row["outputs"], "fn_name": row.get("func_name")}
    return _asked(row, "question"), {"language": "python", **sheet(tests), **limits(row)}, {}


def sandbox_fusion(row: Row) -> Parts:
    """SandboxFusion's data sets: ``test`` is a JSON list of {input: {stdin}, output: {stdout}}, or packed (see `packed`)."""
    tests = packed(row["test"])
    if isinstance(tests, Mapping):
        return text_of(row, "content"), {"language": "python", **sheet(from_json(tests["input_output"]))}, {}
    rows = [{"stdin": case["input"]["stdin"], "stdout": case["output"]["stdout"]} for case in tests]
    return text_of(row, "content"), {"language": "python", "tests": rows}, {}


def _asked(row: Row, key: str) -> str:
    starter = str(row.get("starter_code") or "")
    return text_of(row, key) + (f"\n\nUse this starter code:\n\n```python\n{starter}\n```" if starter else "")
