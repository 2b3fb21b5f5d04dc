"""Sets whose tasks are functions or classes in a language of the row: HumanEval, MBPP, KodCode, MultiPL-E and their kin."""

from __future__ import annotations

import re
from typing import Any

from r1.datasets.code.tests import Parts, Row, listed, text_of

HEAVY: dict[str, Any] = {"limits": {"cpu_s": 10.0, "memory_bytes": 1 << 30}}
"""Limits for sets that test with hundreds of calls, some of a million items (EvalPlus), or with whole suites (KodCode)."""

_MULTIPL_E = {"js": "javascript", "ts": "typescript", "rs": "rust", "py": "python", "sh": "bash"}
_IN_FUNCTION = "Write a function in Python.\n\n"


def humaneval(row: Row) -> Parts:
    """HumanEval(+), HumanEvalPack, HumanEval-X, BigCodeBench, LeetCodeDataset: a function head, and ``check(candidate)`` or TestCases."""
    prompt, tests = str(row.get("complete_prompt") or text_of(row, "prompt")), text_of(row, "test")
    called = re.findall(r"^check\(([\w.]+)\)", tests, re.MULTILINE)
    entry = str(row.get("entry_point") or (called[-1] if called else ""))
    if not entry or "def " not in prompt + tests:  # HumanEvalPack and HumanEval-X hold other languages, too
        raise ValueError(f"prompt, test, entry_point: no Python function to test (task {row.get('task_id')!r})")
    truth: dict[str, Any] = {"language": "python", "entry_point": entry, "prompt": prompt}
    if "unittest" in tests and "class " in tests:
        truth |= {"tests": [{"unittest": tests}], **HEAVY}
    else:
        truth["tests"] = [{"asserts": tests if called else f"{tests}\ncheck({entry})\n"}]
        truth |= HEAVY if "inputs = " in tests else {}
    solution = str(row.get("canonical_solution") or "")
    if solution:
        truth["reference"] = prompt + solution
    if row.get("buggy_solution"):  # HumanEvalPack's repair task
        broken = prompt + str(row["buggy_solution"])
        ask = f"Fix the bug in this Python function.\n\n```python\n{broken}```"
        return ask, {**truth, "base": broken}, {"solution": solution}
    if row.get("problem_description") and row.get(
        "starter_code"
    ):  # LeetCodeDataset: the prompt holds imports and helpers only
        ask = f"{row['problem_description']}\n\n```python\n{row['starter_code']}\n```"
        return ask, truth, {"solution": str(row.get("completion") or "")}
    return f"Complete this Python function.\n\n```python\n{prompt}```", truth, {"solution": solution}


_EVALPLUS = """import copy

inf, nan = float("inf"), float("nan")
_space = {{}}
exec({program!r}, _space)

def _near(out, exp, atol):
    if isinstance(exp, (list, tuple)) and isinstance(out, (list, tuple)):
        return len(out) == len(exp) and all(_near(a, b, atol) for a, b in zip(out, exp))
    if isinstance(exp, float) and isinstance(out, (int, float)):
        return out == exp or abs(out - exp) <= (atol or 1e-6) + 1e-7 * abs(exp) or (out != out and exp != exp)
    return False

def _same(out, exp):
    if {as_set!r}:
        out, exp = set(out), set(exp)
    return bool(out == exp) or _near(out, exp, {atol!r})

def check(candidate):
    for args in {inputs}:
        exp = _space[{entry!r}](*copy.deepcopy(args))
        assert _same(candidate(*copy.deepcopy(args)), exp), args

check({entry})
"""
_AS_SETS = {
    "similar_elements", "find_char_long", "common_in_nested_lists", "extract_singly", "larg_nnum", "intersection_array",
    "find_dissimilar", "Diff",
}  # fmt: skip
"""Tasks of MBPP+ whose results EvalPlus compares as sets."""


def eval_plus(row: Row) -> Parts:
    """EvalPlus's own files: inputs in ``base_input`` and ``plus_input``; the canonical program gives the expected results."""
    entry, prompt, solution = text_of(row, "entry_point"), text_of(row, "prompt"), text_of(row, "canonical_solution")
    inputs = [*listed(row["base_input"]), *listed(row.get("plus_input") or [])]
    if not inputs:
        raise ValueError("base_input, plus_input: no inputs")
    tests = _EVALPLUS.format(
        program=prompt + solution,
        inputs=repr(inputs),
        entry=entry,
        atol=float(row.get("atol") or 0),
        as_set=entry in _AS_SETS,
    )
    truth = {"language": "python", "entry_point": entry, "prompt": prompt, "tests": [{"asserts": tests}], **HEAVY}
    truth["reference"] = prompt + solution
    return f"Complete this Python function.\n\n```python\n{prompt}```", truth, {"solution": solution}


def mbpp(row: Row) -> Parts:
    """MBPP: a sentence, assert lines in ``test_list`` and set-up code; MBPP+ judges by ``test`` instead."""
    tests = listed(row["test_list"])
    if not tests:
        raise ValueError("test_list: the list of assert lines is empty")
    setup = str(row.get("test_setup_code") or "\n".join(row.get("test_imports") or []))
    text = next((str(row[key]) for key in ("text", "prompt") if row.get(key)), "Write a function.")
    shown = "\n".join(tests)
    rows: list[dict[str, Any]] = [{"asserts": f"{setup}\n{line}\n"} for line in tests]
    if row.get("test"):
        rows = [{"asserts": str(row["test"])}]
    rows += [{"asserts": f"{setup}\n{line}\n"} for line in row.get("challenge_test_list") or []]
    truth: dict[str, Any] = {"language": "python", "tests": rows, **(HEAVY if row.get("test") else {})}
    solution = str(row.get("code") or "")
    if solution:
        truth["reference"] = solution
    return f"{text}\nYour code must pass these tests:\n\n{shown}", truth, {"solution": solution}


def ace_code(row: Row) -> Parts:
    """AceCode-87K: assert lines in ``test_cases``."""
    return mbpp({"text": text_of(row, "question"), "test_list": row["test_cases"]})


def kodcode(row: Row) -> Parts:
    """KodCode: pytest source that imports from ``solution``."""
    solution = str(row.get("solution") or "")
    tests = text_of(row, "test" if row.get("test") else "test_code")
    truth: dict[str, Any] = {"language": "python", "tests": [{"unittest": tests}], **HEAVY}
    if solution:
        truth["reference"] = solution
    return _IN_FUNCTION + text_of(row, "question"), truth, {"solution": solution}


def class_eval(row: Row) -> Parts:
    """ClassEval: the skeleton of a class, and TestCases for it."""
    skeleton, solution = text_of(row, "skeleton"), str(row.get("solution_code") or "")
    imports = row.get("import_statement") or []
    context = imports if isinstance(imports, str) else "\n".join(imports)
    truth = {"language": "python", "context": context, "tests": [{"unittest": text_of(row, "test")}], **HEAVY}
    return f"Complete this Python class.\n\n```python\n{skeleton}\n```", truth, {"solution": solution}


def quix_bugs(row: Row) -> Parts:
    """QuixBugs: a program with one wrong line, and assert lines."""
    broken, tests = text_of(row, "buggy_program"), row["tests"]
    source = tests if isinstance(tests, str) else "\n".join(tests)
    truth = {"language": "python", "tests": [{"asserts": source}], "base": broken}
    if row.get("solution"):
        truth["reference"] = str(row["solution"])
    ask = f"Fix the bug in this Python program.\n\n```python\n{broken}\n```"
    return ask, truth, {"solution": str(row.get("solution") or "")}


def multipl_e(row: Row) -> Parts:
    """MultiPL-E: prompt and tests in the language of the task."""
    language = _MULTIPL_E.get(str(row["language"]), str(row["language"]))
    prompt = text_of(row, "prompt")
    truth = {"language": language, "prompt": prompt, "tests": [{"native": text_of(row, "tests")}]}
    return f"Complete this {language} function.\n\n```{language}\n{prompt}```", truth, {"name": row.get("name", "")}


def cruxeval(row: Row) -> Parts:
    """CRUXEval-O: predict what a call returns. In LiveCodeBench's code execution, ``input`` is the whole call."""
    test = {"predict": "output", "code": text_of(row, "code"), "input": str(row["input"]), "output": str(row["output"])}
    name = str(row.get("function_name") or "f")
    called = test["input"] if test["input"].startswith(f"{name}(") and name != "f" else f"{name}({test['input']})"
    ask = f"```python\n{row['code']}\n```\n\nWhat does {called} return? Answer with a Python literal."
    return ask, {"language": "python", "entry_point": name, "tests": [test]}, {"solution": test["output"]}
