"""Code rows: how a row of a public set of programming tasks becomes prompt, truth and meta.

One function a set, listed with the fields that give it away in `CODE_FORMS` (the first whose fields are all there is taken).
The truths are those of `r1.verifiers.code.truth.reader`. Tests that the set shows to the reader are marked visible. Where a set's
own judge gives a program more time than our default, so do its rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from r1.datasets.code_tests import LEETCODE, Row
from r1.datasets.code_tests import call as _call
from r1.datasets.code_tests import columns as _columns
from r1.datasets.code_tests import compare as _compare
from r1.datasets.code_tests import from_json as _json
from r1.datasets.code_tests import joined as _joined
from r1.datasets.code_tests import limits as _limits
from r1.datasets.code_tests import lines as _lines
from r1.datasets.code_tests import listed as _listed
from r1.datasets.code_tests import packed as _packed
from r1.datasets.code_tests import sheet as _sheet
from r1.datasets.code_tests import text_of as _text

Parts = tuple[str, dict[str, Any], dict[str, Any]]
LIVE_CODE_BENCH_S = 6.0
HEAVY: dict[str, Any] = {"limits": {"cpu_s": 10.0, "memory_bytes": 1 << 30}}
"""For sets whose tests are hundreds of calls, some with a million items (EvalPlus), or whole suites (KodCode, BigCodeBench)."""

_MULTIPL_E = {"js": "javascript", "ts": "typescript", "rs": "rust", "py": "python", "sh": "bash"}
_IN_FUNCTION = "Write a function in Python.\n\n"


# --------------------------------------------------------------------------------------------------- sets of functions


def humaneval(row: Row) -> Parts:
    """HumanEval(+), HumanEvalPack, HumanEval-X, BigCodeBench, LeetCodeDataset: a head; ``check(candidate)`` or TestCases."""
    prompt, tests = str(row.get("complete_prompt") or _text(row, "prompt")), _text(row, "test")
    called = re.findall(r"^check\(([\w.]+)\)", tests, re.MULTILINE)
    entry = str(row.get("entry_point") or (called[-1] if called else ""))
    if not entry or "def " not in prompt + tests:  # HumanEvalPack and HumanEval-X have other languages, too
        raise ValueError(f"prompt, test, entry_point: no Python function to test ({row.get('task_id')!r})")
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
    if row.get("problem_description") and row.get("starter_code"):  # LeetCodeDataset: the prompt is imports and helpers
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
    """EvalPlus's own files: inputs in ``base_input`` and ``plus_input``; what the canonical program gives is expected."""
    entry, prompt, solution = _text(row, "entry_point"), _text(row, "prompt"), _text(row, "canonical_solution")
    inputs = [*_listed(row["base_input"]), *_listed(row.get("plus_input") or [])]
    if not inputs:
        raise ValueError("base_input, plus_input: both are empty")
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
    """MBPP: a sentence, ``test_list`` of assert lines and set-up code; MBPP+ has the tests that count in ``test``."""
    tests = _listed(row["test_list"])
    if not tests:
        raise ValueError("test_list: a list of assert lines is wanted, and it is empty")
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


def kodcode(row: Row) -> Parts:
    """KodCode: pytest source that imports from ``solution``."""
    solution = str(row.get("solution") or "")
    tests = _text(row, "test" if row.get("test") else "test_code")
    truth: dict[str, Any] = {"language": "python", "tests": [{"unittest": tests}], **HEAVY}
    if solution:
        truth["reference"] = solution
    return _IN_FUNCTION + _text(row, "question"), truth, {"solution": solution}


def class_eval(row: Row) -> Parts:
    """ClassEval: the skeleton of a class, and TestCases that use it by name."""
    skeleton, solution = _text(row, "skeleton"), str(row.get("solution_code") or "")
    imports = row.get("import_statement") or []
    context = imports if isinstance(imports, str) else "\n".join(imports)
    truth = {"language": "python", "context": context, "tests": [{"unittest": _text(row, "test")}], **HEAVY}
    return f"Complete this Python class.\n\n```python\n{skeleton}\n```", truth, {"solution": solution}


def quix_bugs(row: Row) -> Parts:
    """QuixBugs: a program with one wrong line, and assert lines."""
    broken, tests = _text(row, "buggy_program"), row["tests"]
    source = tests if isinstance(tests, str) else "\n".join(tests)
    truth = {"language": "python", "tests": [{"asserts": source}], "base": broken}
    if row.get("solution"):
        truth["reference"] = str(row["solution"])
    ask = f"Fix the bug in this Python program.\n\n```python\n{broken}\n```"
    return ask, truth, {"solution": str(row.get("solution") or "")}


def multipl_e(row: Row) -> Parts:
    """MultiPL-E: prompt and tests in the task's own language."""
    language = _MULTIPL_E.get(str(row["language"]), str(row["language"]))
    prompt = _text(row, "prompt")
    truth = {"language": language, "prompt": prompt, "tests": [{"native": _text(row, "tests")}]}
    return f"Complete this {language} function.\n\n```{language}\n{prompt}```", truth, {"name": row.get("name", "")}


def cruxeval(row: Row) -> Parts:
    """CRUXEval-O: what does the program give. LiveCodeBench's code execution: its input is the whole call."""
    test = {"predict": "output", "code": _text(row, "code"), "input": str(row["input"]), "output": str(row["output"])}
    name = str(row.get("function_name") or "f")
    called = test["input"] if test["input"].startswith(f"{name}(") and name != "f" else f"{name}({test['input']})"
    ask = f"```python\n{row['code']}\n```\n\nWhat does {called} return? Answer with a Python literal."
    return ask, {"language": "python", "entry_point": name, "tests": [test]}, {"solution": test["output"]}


# ----------------------------------------------------------------------------------- sets of stdin/stdout and calls


def apps(row: Row) -> Parts:
    """APPS, TACO: ``input_output`` holds inputs, outputs and (for calls) fn_name; starter code goes into the prompt."""
    tests = _json(row["input_output"] or None)
    if not isinstance(tests, Mapping):
        raise ValueError(f"input_output: a sheet of inputs and outputs is wanted, not {row['input_output']!r}"[:200])
    truth = {"language": "python", "limits": {"cpu_s": 4.0}, **_sheet(tests), **_limits(row)}
    solutions = _json(row.get("solutions") or "[]")
    return _asked(row, "question"), truth, {"solution": str(solutions[0])} if solutions else {}


def _asked(row: Row, key: str) -> str:
    starter = str(row.get("starter_code") or "")
    return _text(row, key) + (f"\n\nUse this starter code:\n\n```python\n{starter}\n```" if starter else "")


def live_code_bench(row: Row) -> Parts:
    """LiveCodeBench: public tests as JSON, private ones as JSON or base64 of zlib of a pickled JSON text."""
    metadata = _json(row.get("metadata") or "{}")
    public, private = _packed(row["public_test_cases"]), _packed(row.get("private_test_cases") or "[]")
    cases = [{**case, "visible": True} for case in public] + list(private)
    if not cases:
        raise ValueError("public_test_cases, private_test_cases: both are empty")
    truth = _cases(cases, str(metadata.get("func_name") or ""))
    return _asked(row, "question_content"), truth, {"contest_date": str(row.get("contest_date", ""))}


def code_contests(row: Row) -> Parts:
    """CodeContests: public, private and generated tests, each ``{"input": [...], "output": [...]}``."""
    tests, files = [], {key: row[key] for key in ("input_file", "output_file") if row.get(key)}
    for field, visible in (("public_tests", True), ("private_tests", False), ("generated_tests", False)):
        for stdin, stdout in _columns(row.get(field)):
            tests.append({"stdin": stdin, "stdout": stdout, "visible": visible, **_compare(stdout), **files})
    if not tests:
        raise ValueError("public_tests, private_tests, generated_tests: all are empty")
    return (
        _text(row, "description"),
        {"language": "python", "tests": tests, **_limits(row)},
        {"name": row.get("name", "")},
    )


def codeforces(row: Row) -> Parts:
    """open-r1/codeforces: official tests, shown examples, a checker program that prints 1 for a right output."""
    if row.get("interaction_format"):
        raise ValueError("interaction_format: the set gives no interactor, so an interactive task cannot be judged")
    official, examples = _listed(row.get("official_tests") or []), _listed(row.get("examples") or [])
    shown = {(case["input"], case["output"]) for case in examples}
    files = {"input_file": "input.txt", "output_file": "output.txt"} if row.get("input_mode") == "file" else {}
    tests = [
        {"stdin": c["input"], "stdout": c["output"], "visible": (c["input"], c["output"]) in shown, **files}
        for c in official or examples
    ]
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
    if isinstance(tests, Mapping):
        return _asked(row, "problem"), {"language": "python", **_sheet(tests)}, {}
    metadata = _json(row.get("metadata") or "{}")
    name = str(metadata.get("func_name") or "") if isinstance(metadata, Mapping) else ""
    return _asked(row, "problem"), _cases(_listed(tests), name), {}


def _cases(cases: Sequence[Row], name: str) -> dict[str, Any]:
    """LiveCodeBench's list of tests (``testtype``) or PrimeIntellect's (``type``): calls of ``name``, or stdin and stdout."""
    found = []
    for case in cases:
        visible = {"visible": True} if case.get("visible") else {}
        kind = case.get("type") or case.get("testtype") or ("functional" if name else "stdin")
        if kind in ("function_call", "functional"):
            name = str(case.get("fn_name") or (case.get("metadata") or {}).get("func_name") or name)
            args = case["input"] if isinstance(case["input"], list) else _lines(case["input"])
            bare = kind == "functional"
            returns = json.loads(case["output"]) if bare and isinstance(case["output"], str) else case["output"]
            wrapped = not bare and isinstance(returns, list) and len(returns) == 1
            found.append({**_call(args, returns, wrapped, name), **visible})
        else:
            stdout = _joined(case["output"])
            found.append({"stdin": _joined(case["input"]), "stdout": stdout, **_compare(stdout), **visible})
    named = {"entry_point": name, "context": LEETCODE} if name else {}
    return {"language": "python", "tests": found, "limits": {"cpu_s": LIVE_CODE_BENCH_S}, **named}


def verifiable_coding(row: Row) -> Parts:
    """open-r1/verifiable-coding-problems, SYNTHETIC-1: ``verification_info`` holds test cases of PrimeIntellect's form."""
    info = _json(row["verification_info"])
    _, truth, _ = deep_coder({"problem": "x", "tests": info["test_cases"]})
    ask = next(str(row[key]) for key in ("problem_statement", "problem", "prompt") if row.get(key))
    return ask, {**truth, "language": str(info.get("language") or "python")}, {}


def ace_code(row: Row) -> Parts:
    """AceCode-87K: assert lines in ``test_cases``."""
    return mbpp({"text": _text(row, "question"), "test_list": row["test_cases"]})


def rstar_coder(row: Row) -> Parts:
    """rStar-Coder: ``inputs`` and ``outputs`` side by side, of ``func_name`` or of a program."""
    tests = {"inputs": row["inputs"], "outputs": row["outputs"], "fn_name": row.get("func_name")}
    return _asked(row, "question"), {"language": "python", **_sheet(tests), **_limits(row)}, {}


def verl_code(row: Row) -> Parts:
    """verl's rows (PRIME, Eurus, DeepCoder, Skywork): messages, and in ``ground_truth`` one of the forms that there are."""
    gold, messages = _json(_json(row["reward_model"])["ground_truth"]), row["prompt"]
    ask = messages if isinstance(messages, str) else str(messages[-1]["content"])
    if isinstance(gold, Mapping) and "assert_case" in gold:
        tests = [{"asserts": f"{line}\n"} for line in gold["assert_case"]]
        return ask, {"language": "python", "context": LEETCODE, "tests": tests}, {}
    if isinstance(gold, Mapping) and "test_code" in gold:  # Skywork's LeetCode tasks
        context = str(gold.get("import_prefix") or LEETCODE)
        tests = [{"asserts": gold["test_code"]}]
        entry = _text(gold, "entry_point")
        return ask, {"language": "python", "entry_point": entry, "context": context, "tests": tests}, {}
    return ask, deep_coder({"problem": "x", "tests": gold})[1], {}


def sandbox_fusion(row: Row) -> Parts:
    """SandboxFusion's datasets: ``test`` is a JSON list of {input: {stdin}, output: {stdout}}, or LiveCodeBench's packing."""
    tests = _packed(row["test"])
    if isinstance(tests, Mapping):
        return _text(row, "content"), {"language": "python", **_sheet(_json(tests["input_output"]))}, {}
    rows = [{"stdin": case["input"]["stdin"], "stdout": case["output"]["stdout"]} for case in tests]
    return _text(row, "content"), {"language": "python", "tests": rows}, {}


CODE_FORMS: list[tuple[set[str], Callable[[Row], Parts]]] = [
    ({"prompt", "test", "entry_point"}, humaneval),
    ({"complete_prompt", "test", "entry_point"}, humaneval),
    ({"prompt", "test", "declaration"}, humaneval),
    ({"entry_point", "base_input"}, eval_plus),
    ({"test_list"}, mbpp),
    ({"input_output", "question"}, apps),
    ({"verification_info"}, verifiable_coding),
    ({"question", "test_cases"}, ace_code),
    ({"reward_model", "prompt"}, verl_code),
    ({"question_content", "public_test_cases"}, live_code_bench),
    ({"description", "public_tests"}, code_contests),
    ({"description", "official_tests"}, codeforces),
    ({"problem", "tests"}, deep_coder),
    ({"buggy_program", "tests"}, quix_bugs),
    ({"prompt", "tests", "language"}, multipl_e),
    ({"question", "test"}, kodcode),
    ({"question", "test_code"}, kodcode),
    ({"skeleton", "test"}, class_eval),
    ({"question", "inputs", "outputs"}, rstar_coder),
    ({"code", "input", "output"}, cruxeval),
    ({"content", "test"}, sandbox_fusion),
]
