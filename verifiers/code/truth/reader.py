"""The truth of a code task, read: which tests there are, of which form, and under which limits they run.

truth = {"language": "python", "tests": [...], "entry_point": "f", "limits": {"cpu_s": 2}, ...}; a test is one of

==============================================  ==================================================================
{"stdin", "stdout", "compare"?}                 a program that reads and writes; "stdout_any": several outputs are right
{"stdin", "stdout"?, "checker": {...}}          ... judged by a checker program in a box of its own
{"stdin", "interactor": {...}}                  ... that talks with an interactor
{"stdin", "stdout", "input_file", "output_file"}  ... that may read and write these files instead (python)
{"args", "kwargs"?, "returns", "compare"?}      a call of ``entry_point``, JSON data; "returns_any": several are right
{"call": "f((1, 2))", "returns_literal": "…"}   the same with Python literals (tuples, sets, ...)
{"asserts": source}                             assert statements, or HumanEval's ``check(candidate)``
{"unittest": source}                            unittest classes, pytest functions; imports from ``solution``
{"native": source}                              assertions in the task's own language (MultiPL-E, see `native/programs.py`)
{"predict": "output", "code", "input", "output"}  CRUXEval: the completion is a value (or, "input", an argument list)
==============================================  ==================================================================

Any test may have ``"visible": true`` (it was shown to the policy) and a ``"weight"``.
"""

from __future__ import annotations

import ast
import difflib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from r1.sandbox.protocol import MIB, Limits
from r1.verifiers.code.compare import Rule, check_rule
from r1.verifiers.code.find.languages import ALIASES
from r1.verifiers.code.native.c_calls import Signature, parse_signature
from r1.verifiers.code.native.test_files import Native, read_native
from r1.verifiers.code.truth.asserts import Assertion, Call, called_function, lift, literal, literal_call
from r1.verifiers.verdict import TruthError

STDIO_RULES = ("tokens", "lines", "exact")
VALUE_RULES = ("exact", "python", "unordered")


@dataclass(frozen=True)
class Helper:
    """A trusted program that judges: a checker or an interactor."""

    language: str
    source: str
    reply: str  # "exit": status 0 is right; "stdout": the first token is a score, 1 is right
    files: tuple[str, ...] = ("input", "output", "answer")  # its arguments; testlib's order


@dataclass(frozen=True, slots=True)
class Stdio:
    stdin: bytes
    stdout: tuple[bytes, ...]  # each of them is right
    rule: Rule
    checker: Helper | None = None
    interactor: Helper | None = None
    files: tuple[str, str] | None = None  # the program may read its input from, and write its output to, these files


@dataclass(frozen=True, slots=True)
class Returns:
    """What one call must return."""

    values: tuple[Any, ...]  # each of them is right
    rule: Rule
    tuples_are_lists: bool


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of the entry point, and what must hold of their results."""

    calls: tuple[Call, ...]
    expect: Returns | Assertion


@dataclass(frozen=True, slots=True)
class Source:
    """Test code that runs in the tester's box."""

    source: str
    framework: str  # "asserts" or "unittest"


@dataclass(frozen=True, slots=True)
class Predict:
    """CRUXEval: the completion is no program but what one gives, or takes."""

    what: str  # "output" or "input"
    code: str
    input: str
    output: str


Form = Stdio | Calls | Source | Native | Predict


@dataclass(frozen=True, slots=True)
class Test:
    form: Form
    visible: bool = False
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """A truth that can be judged.

    Attributes:
        context: trusted code that stands before the program and before test sources (imports, helpers of the prompt).
        prompt: code that a completion may continue (HumanEval).
        prelude: what stands before a whole program: the context, and what the prompt imports and defines.
        base: the program that a diff in the completion applies to (repair).
        reference: a correct program; its CPU time is the yardstick of a time-aware reward.
        signature: of the entry point, for compiled languages.
        remote_operators: a candidate's objects may bring their own ``==``, ``+`` ... into test code (lower assurance).
    """

    language: str
    tests: tuple[Test, ...]
    limits: Limits
    entry: str = ""
    context: str = ""
    prompt: str = ""
    prelude: str = ""
    base: str = ""
    reference: str = ""
    signature: Signature | None = None
    remote_operators: bool = False


_LIMIT_KEYS = {"cpu_s", "wall_s", "memory_bytes", "memory_mb", "output_bytes", "file_bytes", "processes"}
_TRUTH_KEYS = {
    "language", "tests", "entry_point", "limits", "context", "prompt", "base", "reference", "signature", "compare",
    "checker", "interactor", "remote_operators",
}  # fmt: skip


def read_truth(truth: Mapping[str, Any]) -> Plan:
    """The plan of a truth. Raises TruthError, naming the test and what is wrong with it."""
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
            prelude=_prelude(context, prompt, entry),
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
    """What a person may have got wrong, without a look into the tests. Raises TruthError."""
    if not isinstance(truth, Mapping):
        raise TruthError(f"code truth {truth!r}: a mapping with 'language' and 'tests'"[:200])
    unknown = sorted(set(map(str, truth)) - _TRUTH_KEYS)
    if unknown:
        raise TruthError(f"code truth: unknown key {unknown[0]!r}: there are {', '.join(sorted(_TRUTH_KEYS))}")
    check_language(truth.get("language", "python"))
    tests = truth.get("tests")
    if isinstance(tests, str) or not isinstance(tests, Sequence) or not all(isinstance(row, Mapping) for row in tests):
        raise TruthError(
            f"code truth: tests {tests!r}: a list of mappings such as {{'stdin': '1', 'stdout': '2'}}"[:300]
        )
    if not tests:
        raise TruthError("code truth: no tests: an empty list would be passed by every program")


def check_language(name: Any) -> str:
    """The name of a language that programs are judged in. Raises TruthError, with the name that was meant."""
    known = [language for language in ALIASES if language != "diff"]
    if name in known:
        return str(name)
    word = str(name).strip().lower()
    near = [language for language in known if word in ALIASES[language]] or difflib.get_close_matches(word, known, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise TruthError(f"language {name!r}: there are {', '.join(known)}{hint}")


@lru_cache(maxsize=4096)
def _prelude(context: str, prompt: str, entry: str) -> str:
    """Context and prompt without the entry point: a whole program may use what the prompt that it answers imports."""
    for end in ("", "\n    pass\n"):  # it may end within the entry point
        try:
            tree = ast.parse(prompt + end)
            break
        except (SyntaxError, ValueError):
            continue
    else:
        return context
    own = [node for node in tree.body if getattr(node, "name", "") != entry]
    if not entry:  # then any function of the prompt may be the one that is asked for
        own = [node for node in own if isinstance(node, (ast.Import, ast.ImportFrom))]
    future = [node for node in own if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    tree.body = [_bearable(node) for node in own if node not in future and not _is_text(node)]
    return "\n".join(filter(None, [context, ast.unparse(tree)]))


def _bearable(node: ast.stmt) -> ast.stmt:
    """An import that may fail in the box, if it is not of the standard library: a program may do without."""
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    if all(name.partition(".")[0] in sys.stdlib_module_names for name in names):
        return node
    caught = ast.ExceptHandler(ast.Name("ImportError", ast.Load()), None, [ast.Pass()])
    return ast.fix_missing_locations(ast.Try([node], [caught], [], []))


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


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
            raise ValueError(f"test {number}: {_said(error)}"[:300]) from error
    if not sum(test.weight for test in found.values()) > 0 or any(test.weight < 0 for test in found.values()):
        raise ValueError("weights must not be negative, and one must be positive")
    return tuple(found.values())


def _said(error: Exception) -> str:
    return str(error) if type(error) in (ValueError, TruthError) else repr(error)


def _read_forms(row: Mapping[str, Any], truth: Mapping[str, Any], entry: str) -> list[tuple[Form, str]]:
    """The tests that one row stands for (a list of assert statements is several), each with a key of its content."""
    content = json.dumps({key: value for key, value in row.items() if key not in ("visible", "weight")}, sort_keys=True)
    if "asserts" in row or "unittest" in row:
        framework = "asserts" if "asserts" in row else "unittest"
        source = str(row[framework])
        lifted = lift(source, entry) if framework == "asserts" and entry and not truth.get("remote_operators") else None
        # Of a class's objects among each other the program's own operators are asked, which takes the tester's box.
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
            raise ValueError(f"predict {row['predict']!r}: 'output' or 'input'")
        return [(Predict(row["predict"], row["code"], row.get("input", ""), row["output"]), content)]
    if "returns" in row or "returns_literal" in row or "returns_any" in row:
        return [(_read_call(row, truth, entry), content)]
    if "stdin" in row or "stdout" in row or "stdout_any" in row:
        return [(_read_stdio(row, truth), content)]
    raise ValueError(f"no form of test has the keys {sorted(row)}")


def _read_call(row: Mapping[str, Any], truth: Mapping[str, Any], entry: str) -> Calls:
    if not entry:
        raise ValueError("a call needs the truth's entry_point (or signature)")
    if "call" in row:
        name, call = literal_call(row["call"])
        if name not in (entry, entry.rpartition(".")[2]):
            raise ValueError(f"call of {name!r}, but the entry_point is {entry!r}")
    else:
        call = Call(tuple(row.get("args", ())), dict(row.get("kwargs") or {}))
    rule = check_rule(row.get("compare", truth.get("compare", "exact")), VALUE_RULES)
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
        rule=check_rule(row.get("compare", truth.get("compare", "tokens")), STDIO_RULES),
        checker=_helper(checker) if checker is not None else None,
        interactor=_helper(interactor) if interactor is not None else None,
        files=_files(row),
    )


def _files(row: Mapping[str, Any]) -> tuple[str, str] | None:
    names = str(row.get("input_file") or ""), str(row.get("output_file") or "")
    if any("/" in name or name == "solution.py" for name in names):
        raise ValueError(f"input_file, output_file {names!r}: a file's name without a folder")
    return names if any(names) else None


def _any_of(row: Mapping[str, Any], key: str) -> tuple[Any, ...]:
    """The one right value, or the several under ``<key>_any``."""
    values = row[f"{key}_any"] if f"{key}_any" in row else [row[key]]
    if not isinstance(values, list) or not values:
        raise ValueError(f"{key}_any {values!r}: a list of at least one")
    return tuple(values)


def _helper(row: Mapping[str, Any]) -> Helper:
    reply = row.get("reply", "exit")
    if reply not in ("exit", "stdout"):
        raise ValueError(f"reply {reply!r}: 'exit' or 'stdout'")
    files = tuple(row.get("files", Helper.files))
    if sorted(files) != ["answer", "input", "output"]:
        raise ValueError(f"files {files!r}: 'input', 'output' and 'answer' in the order that the program wants")
    return Helper(check_language(row.get("language", "python")), row["source"], reply, files)


def _limits(row: Mapping[str, Any]) -> Limits:
    unknown = sorted(set(row) - _LIMIT_KEYS)
    if unknown:
        raise ValueError(f"unknown limit {unknown[0]!r}: there are {', '.join(sorted(_LIMIT_KEYS))}")
    values = dict(row)
    if "memory_mb" in values:
        values["memory_bytes"] = int(values.pop("memory_mb") * MIB)
    if any(value is not None and not value > 0 for value in values.values()):
        raise ValueError(f"limits must be positive: {dict(row)}")
    return Limits(**values)


@dataclass(frozen=True, slots=True)
class TestResult:
    """What one test said.

    Attributes:
        ok: passed.
        share: of its parts that passed (a test source holds many tests); 1.0 exactly when ok.
        how: one of "ok", "wrong", "error", "time", "memory", "output", "compile", "missing", "skipped".
        detail: for the policy's eyes if the test is visible: got, expected, the exception; never for hidden tests.
        cpu_s: CPU seconds of the run that it was part of.
    """

    ok: bool
    how: str
    share: float = 0.0
    detail: Mapping[str, Any] = field(default_factory=dict)
    cpu_s: float = 0.0
