"""Tests in a task's own language (MultiPL-E): each assertion becomes two programs that print, and is judged outside.

``assert(candidate(x) == (y))``, ``assert.deepEqual(candidate(x), y)``, ``assert_eq!(candidate(x), y)``, Java's ``.equals``,
Go's ``{ actual: candidate(x), expected: y }`` and bash's ``[[ $(candidate x) = "y" ]]`` are taken apart into call and
expected expression. One box runs the candidate and prints what the calls give; another one, that holds no candidate code,
prints what the expected expressions are. The candidate's box has no expected value, so an exit status or a redefined
``assert`` is worth nothing.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from r1.sandbox.protocol import Outcome, Program, Sandbox
from r1.verifiers.code_compare import same_value
from r1.verifiers.code_foreign_drivers import BASH, CPP, GO, JAVA, RUST, TYPESCRIPT
from r1.verifiers.code_javascript import PRINTER
from r1.verifiers.code_values import Undecodable, decode
from r1.verifiers.verdict import TruthError

_OPENING = {
    "cpp": "assert(", "javascript": "assert.deepEqual(", "typescript": "assert.deepEqual(", "java": "assert(", "rust": "assert_eq!(",
    "go": "{ actual:", "bash": "[[ $(",
}  # fmt: skip
LANGUAGES = tuple(_OPENING)
_FLOAT = {"float": 1e-6}
_CANDIDATE = re.compile(
    r"\bcandidate\s*:?=\s*([A-Za-z_][\w.:]*)\s*(?:;|$)|^candidate\(\)\s*\{\s*([\w-]+) \"\$@\"", re.MULTILINE
)
_IMPORT = re.compile(r"^[ \t]*(?:#[ \t]*include\b|using\b|import\b|use\b).*$", re.MULTILINE)
_ABSENT = re.compile(
    r"^[ \t]*import org\.javatuples\..*$", re.MULTILINE
)  # MultiPL-E imports it even where it uses no tuple


_BASH_EXPECTED = re.compile(r"""\s*==?\s*("(?:[^"\\]|\\.)*"|\$?'[^']*'|\S+)\s*\]\]""", re.DOTALL)
_RUST_RETURNS = re.compile(r"->([^{}\n]{1,300})\{\s*\Z")
_GO_PACKAGE = re.compile(r"^package \w+", re.MULTILINE)
_GO_IMPORTS = re.compile(r"^import\s{0,9}(?:\([^()]{0,4000}\)|(?:[\w.]+[ \t]+)?\"[^\"\n]+\")", re.MULTILINE)
_GO_IMPORT = re.compile(r"(?:\b(?!import\b)(\w+)[ \t]+)?\"([^\"\n]+)\"")


@dataclass(frozen=True, slots=True)
class Native:
    """Assertions: what each calls, and what it expects, both as source text.

    Attributes:
        candidate: the function that the tests call ``candidate``, or "".
    """

    pairs: tuple[tuple[str, str], ...]
    candidate: str


def read_native(source: str, language: str) -> Native:
    """The assertions of a test source. Raises ValueError for a language or an assertion that cannot be taken apart."""
    if language not in LANGUAGES:
        raise ValueError(f"native tests in {language}: there are {', '.join(LANGUAGES)}")
    pairs, at = [], 0
    while (start := source.find(_OPENING[language], at)) >= 0:
        inside, at = _balanced(source, start + len(_OPENING[language]))
        if language == "bash":
            expected = _BASH_EXPECTED.match(source, at)
            if expected is None:
                raise ValueError(f"an assertion that is no comparison: {source[start : at + 40]!r}")
            pairs.append((inside.strip(), expected[1]))
        else:
            pairs.append(_halves(inside, language))
    if not pairs:
        raise ValueError(f"native tests without any {_OPENING[language]}...)")
    found = _CANDIDATE.search(source)
    return Native(tuple(pairs), (found[1] or found[2]) if found else "")


def _balanced(text: str, at: int) -> tuple[str, int]:
    """What stands between an opening bracket that ends at ``at`` and its partner, and where that is."""
    for position, depth in _depths(text, at):
        if depth < 0:
            return text[at:position], position + 1
    raise ValueError("a bracket in the native tests is not closed")


def _depths(text: str, at: int):  # type: ignore[no-untyped-def]
    """Every position outside of quotes with the depth of brackets behind it."""
    depth, quote = 0, ""
    while at < len(text):
        char = text[at]
        if quote:
            if char == "\\":
                at += 1
            elif char == quote:
                quote = ""
        elif char in "\"'`" and not (char == "'" and re.match(r"'[a-z_]+\b(?!')", text[at:])):  # a Rust lifetime
            quote = char
        else:
            depth += (char in "([{") - (char in ")]}")
            yield at, depth
        at += 1


def _halves(inside: str, language: str) -> tuple[str, str]:
    mark = {"cpp": "==", "java": "==", "go": "expected:"}.get(language, ",")
    for position, depth in _depths(inside, 0):
        if depth == 0 and inside.startswith(mark, position):
            return inside[:position].strip().rstrip(","), inside[position + len(mark) :].strip().rstrip(",")
    for found in re.finditer(r"\.equals\(", inside):
        expected, end = _balanced(inside, found.end())
        if not inside[end:].strip():
            return inside[: found.start()].strip(), expected.strip()
    raise ValueError(f"an assertion that is no comparison: {inside[:80]!r}")


def run_native(
    sandbox: Sandbox, program: Program, test: Native, prompt: str, limits: Any
) -> tuple[list[bool], Outcome, list[Any]]:
    """Which assertions hold; the candidate's run; what its calls gave. Raises TruthError when the tests do not compile."""
    language = program.language
    expected, judged = _print(sandbox, language, "", "", [right for _, right in test.pairs], prompt, limits)
    if len(expected) != len(test.pairs):
        raise TruthError(f"the expected values do not print: {judged.code} {judged.stderr[-300:]!r}")
    source = complete(program.source, prompt, language)
    got, ran = _print(sandbox, language, source, test.candidate, [left for left, _ in test.pairs], prompt, limits)
    right = [n in got and _same(got[n], expected[n]) for n in range(len(test.pairs))]
    return right, ran, [got.get(n) for n in range(len(test.pairs))]


def _same(got: Any, expected: Any) -> bool:
    return same_value(got, expected, "python") or same_value(got, expected, _FLOAT)


def complete(source: str, prompt: str, language: str) -> str:
    """The program with the prompt's imports, and with the brackets closed that MultiPL-E's tests would have closed."""
    if language == "java" and "class " not in source:
        source = f"class Problem {{\n{source}\n"
    if language == "go":
        return go_file(source, prompt)
    source = _ABSENT.sub("", source)
    if language == "bash":  # brackets mean other things there: only a body that went on from the prompt is open
        body = source.removeprefix(prompt) if prompt and source.startswith(prompt) else "}"
        return source if re.search(r"^\}", body, re.MULTILINE) else f"{source}\n}}\n"
    return _with_imports(_closed(source), prompt)


def _closed(source: str) -> str:
    """The source with the brackets behind it that a body left open."""
    depth = 0
    for _, depth in _depths(source, 0):  # noqa: B007 - the last one counts
        pass
    return source + "\n" + "}" * max(0, min(depth, 4)) + "\n"


def _with_imports(source: str, prompt: str) -> str:
    missing = [line for line in _IMPORT.findall(prompt) if line.strip() not in source and not _ABSENT.match(line)]
    return "\n".join([*missing, source])


def go_file(source: str, prompt: str) -> str:
    """A candidate as a file of package main, with its own and the prompt's imports as far as they are used: Go refuses others."""
    imports = dict.fromkeys(_GO_IMPORT.findall("\n".join(_GO_IMPORTS.findall(prompt) + _GO_IMPORTS.findall(source))))
    body = _GO_PACKAGE.sub("", _GO_IMPORTS.sub("", source)).replace("func main()", "func r1CandidateMain()")
    used = [
        f'{name} "{path}"'
        for name, path in imports
        if f"{name or path.rpartition('/')[2]}." in body or name in ("_", ".")
    ]
    return "\n".join(["package main", *(f"import {line}" for line in used), _closed(body)])


def _print(
    sandbox: Sandbox, language: str, source: str, candidate: str, values: Sequence[str], prompt: str, limits: Any
) -> tuple[dict[int, Any], Outcome]:
    """Run a program that prints the value of each expression; the values by number."""
    nonce = secrets.token_hex(8)
    outcome = sandbox.run(_program(language, source, candidate, values, prompt, nonce), limits)
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


def _program(language: str, source: str, candidate: str, values: Sequence[str], prompt: str, nonce: str) -> Program:
    if language == "javascript":
        job = {"nonce": nonce, "source": source, "candidate": candidate, "values": list(values)}
        return Program(PRINTER, language, stdin=json.dumps(job).encode())
    if language == "java":
        lines = [f"R1Main.put({n}, {value});" for n, value in enumerate(values)]
        imports = "\n".join(line for line in _IMPORT.findall(prompt) if not _ABSENT.match(line))
        calls = f"static void run() throws Throwable {{\n{chr(10).join(lines)}\n}}"
        extra = {"Problem.java": source.replace("public class Problem", "class Problem").encode()} if source else {}
        parent = " extends Problem" if source else ""
        text = f"{imports}\n{JAVA}\nclass R1Calls{parent} {{ {calls} }}\n"
        return Program(text, language, args=(nonce,), files=extra, flags=("-Xlint:none", *extra))
    if language == "go":
        alias = f"candidate := {candidate}; _ = candidate\n" if candidate else ""
        lines = [f"r1Put({n}, {value})" for n, value in enumerate(values)]
        files = {"candidate.go": source.encode()} if source else {}
        text = f"{GO}\nfunc main() {{\n{alias}{chr(10).join(lines)}\n}}\n"
        return Program(text, language, args=(nonce,), files=files, flags=tuple(files))
    if language == "bash":
        alias = f'candidate() {{ {candidate} "$@"; }}' if candidate else ""
        lines = [f'r1_put {n} "$({value})"' if source else f"r1_put {n} {value}" for n, value in enumerate(values)]
        return Program("\n".join(['r1_nonce="$1"', source, BASH, alias, *lines]) + "\n", language, args=(nonce,))
    lines = [f"r1_put_value({n}, {value});" for n, value in enumerate(values)]
    if language == "typescript":
        alias = f"let candidate = {candidate};" if candidate else ""
        return Program("\n".join([TYPESCRIPT, source, alias, *lines, "process.exit(0);"]), language, args=(nonce,))
    if language == "rust":
        alias = f"let candidate = {candidate};" if candidate else ""
        own = re.sub(r"\bfn\s+main\s*\(", "fn r1_candidate_main(", source)
        if not source:  # ``None`` and the like are of the type that the prompt's function returns
            own = "#![allow(unused_imports)]\nuse std::collections::*;\n" + "\n".join(
                dict.fromkeys(_IMPORT.findall(prompt))
            )
            returns = _RUST_RETURNS.search(prompt)
            kind = returns[1].strip() if returns else "_"
            lines = [
                f"{{ let r1_value: {kind} = {value}; r1_put_value({n}, r1_value); }}" for n, value in enumerate(values)
            ]
        return Program(f"{own}\n{RUST}\nfn main() {{\n{alias}\n{chr(10).join(lines)}\n}}\n", language, args=(nonce,))
    alias = f"auto candidate = {candidate};" if candidate else ""
    head = f"#define main r1_candidate_main\n{source}\n#undef main\n" if source else ""
    text = f"#include <bits/stdc++.h>\n{head}{CPP}\nint main(int, char **argv) {{\nr1_begin(argv[1]);\n{alias}\n{chr(10).join(lines)}\n}}\n"
    return replace(Program(text, language), args=(nonce,))
