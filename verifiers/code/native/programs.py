"""Tests in a task's own language (MultiPL-E): each assertion becomes two programs that print, and is judged outside.

`test_files` takes them apart into calls and expected expressions. One box runs the candidate and prints what the
calls give; another one, that holds no candidate code, prints what the expected expressions are. Types count as the
language's own equality counts them (an ``Integer`` in a list equals no ``Long``): names of types are printed with values.
The candidate's box has no expected value, so an exit status or a redefined ``assert`` is worth nothing.
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
from r1.verifiers.code.native.drivers import BASH, CPP, GO, JAVA, JAVATUPLES, RUST, TYPESCRIPT
from r1.verifiers.code.native.javascript import PRINTER
from r1.verifiers.code.native.test_files import Native, depths
from r1.verifiers.verdict import TruthError

_FLOAT = {"float": 1e-6}
_IMPORT = re.compile(r"^[ \t]*(?:#[ \t]*include\b|using\b|import\b|use\b).*$", re.MULTILINE)
_ABSENT = re.compile(r"^[ \t]*import org\.javatuples\..*$|\borg\.javatuples\.", re.MULTILINE)  # see JAVATUPLES
_NOT_PRINTED = re.compile(r"^\s*union\b|\bstd::any\b", re.MULTILINE)
_RUST_USE = re.compile(r"^[ \t]*(?:pub )?use[ \t]+([^;]{1,2000});", re.MULTILINE)
_RUST_DEFINES = re.compile(r"\b(?:struct|enum|trait|type|fn|mod|const|static) (\w+)")
_JAVA_CLASS = re.compile(r"^(?:(?:public|final|abstract|sealed|strictfp) )*class (\w+)[^{;]{0,400}\{", re.MULTILINE)
_RUST_RETURNS = re.compile(r"->([^{}\n]{1,300})\{\s*\Z")
_GO_PACKAGE = re.compile(r"^package \w+", re.MULTILINE)
_GO_IMPORTS = re.compile(r"^import\s{0,9}(?:\([^()]{0,4000}\)|(?:[\w.]+[ \t]+)?\"[^\"\n]+\")", re.MULTILINE)
_GO_IMPORT = re.compile(r"(?:\b(?!import\b)(\w+)[ \t]+)?\"([^\"\n]+)\"")


def run_native(
    sandbox: Sandbox, program: Program, test: Native, prompt: str, limits: Any
) -> tuple[list[bool], Outcome, list[Any]]:
    """Which assertions hold; the candidate's run; what its calls gave (... for nothing).

    Raises:
        TruthError: the tests do not compile.
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
    """What the compiler says of a program without the tests' calls, which it would quote."""
    source = complete(program.source, prompt, program.language)
    alone = sandbox.run(replace(_program(program.language, source, test, [], prompt, ""), compile_only=True), limits)
    unfit = b"the program compiles, but its functions do not take what the tests give: look at names and types"
    return unfit if alone.ok else alone.stderr


def _same(got: Any, expected: Any, language: str) -> bool:
    """Equality as the language has it; numbers of different kinds compare in C++, Java and JavaScript, NaN equals itself
    where tests compare texts (Go) or by ``deepEqual``."""
    if language in ("javascript", "typescript", "go"):
        got, expected = _nan_named(got), _nan_named(expected)
    loose = language not in ("rust", "go") and same_value(got, expected, "python", tuples_are_lists=False)
    return loose or same_value(got, expected, _FLOAT, tuples_are_lists=False)


def _nan_named(value: Any) -> Any:
    if isinstance(value, list):
        return [_nan_named(item) for item in value]
    if isinstance(value, dict):
        return {key: _nan_named(item) for key, item in value.items()}
    return "r1:nan" if isinstance(value, float) and math.isnan(value) else value


def untagged(value: Any) -> Any:
    """A result without the names of its types."""
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str) and value[0].startswith("r1:"):
        return untagged(value[1])
    if isinstance(value, (list, tuple)):
        return type(value)(untagged(item) for item in value)
    if isinstance(value, dict):
        return {untagged(key): untagged(item) for key, item in value.items()}
    return value


def complete(source: str, prompt: str, language: str) -> str:
    """The program with the prompt's imports, and with the brackets closed that MultiPL-E's tests would have closed."""
    if language == "java" and "class " not in source:
        source = f"class Problem {{\n{_closed(source, language)}}}\n"
    if language == "go":
        return go_file(source, prompt)
    source = _ABSENT.sub("", source)
    if language == "bash":  # brackets mean other things there: only a body that went on from the prompt is open
        body = source.removeprefix(prompt) if prompt and source.startswith(prompt) else "}"
        return source if re.search(r"^\}", body, re.MULTILINE) else f"{source}\n}}\n"
    if language == "rust":
        return "\n".join([*_rust_imports(prompt, source), _without_crates(_closed(source, language))])
    return _with_imports(_closed(source, language), prompt)


# What holds no brackets: comments, texts, characters (in Rust a lone mark is a lifetime).
_TEXTS = r"""//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)|"(?:[^"\\\n]|\\.)*+"?|`(?:[^`\\]|\\.)*+`?"""
_NO_BRACKETS = re.compile(_TEXTS + r"""|'(?:[^'\\\n]|\\.)*+'?""", re.DOTALL)
_NO_BRACKETS_RUST = re.compile(_TEXTS + r"""|'(?:[^'\\\n]|\\[^\n]{1,8}?)'""", re.DOTALL)


def _closed(source: str, language: str) -> str:
    """The source with the brackets behind it that a body left open: its last line is indented, or opens one."""
    last = source.rstrip().rpartition("\n")[2]
    if last and last[0] not in " \t" and last[-1] not in "{([":
        return source + "\n"
    bare = (_NO_BRACKETS_RUST if language == "rust" else _NO_BRACKETS).sub("", source)
    depth = sum(bare.count(char) for char in "([{") - sum(bare.count(char) for char in ")]}")
    return source + "\n" + "}" * max(0, min(depth, 4)) + "\n"


def _with_imports(source: str, prompt: str) -> str:
    missing = [line for line in _IMPORT.findall(prompt) if line.strip() not in source and not _ABSENT.match(line)]
    return "\n".join([*missing, source])


def _rust_imports(prompt: str, source: str) -> list[str]:
    """The prompt's imports out of the standard library, one name each, without those that the source has by itself."""
    leaves = [leaf for path in _RUST_USE.findall(prompt) for leaf in _leaves(path.strip())]
    own = set(re.findall(r"\w+", " ".join(_RUST_USE.findall(source)))) | set(_RUST_DEFINES.findall(source))
    lines = []
    for leaf in dict.fromkeys(leaves):
        name = leaf.rpartition(" as ")[2].rpartition("::")[2].strip()
        if leaf.startswith(("std::", "core::", "alloc::")) and name not in own:
            lines.append(f"#[allow(unused_imports, deprecated)] use {leaf};")
    return lines


def _leaves(path: str) -> list[str]:
    """``a::{b, c::{self, d}}`` as ``a::b``, ``a::c``, ``a::c::d``."""
    head, brace, rest = path.partition("{")
    if not brace:
        return [path.removesuffix("::self")]
    parts, start = [], 0
    inside = rest.rstrip().removesuffix("}")
    for at, depth in depths(inside, 0):
        if depth == 0 and inside[at] == ",":
            parts.append(inside[start:at])
            start = at + 1
    return [leaf for part in [*parts, inside[start:]] if part.strip() for leaf in _leaves(head + part.strip())]


def _without_crates(source: str) -> str:
    """The source without imports of crates that are not there; what would need them still does not compile."""

    defined = set(_RUST_DEFINES.findall(source))

    def kept(line: re.Match[str]) -> str:
        crate = line[1].partition("::")[0].strip()
        own = {"std", "core", "alloc", "crate", "self", "super"}
        here = crate in own or not crate.isidentifier() or not crate.islower()
        return line[0] if here or crate in defined else ""

    return _RUST_USE.sub(kept, source)


def _java_calls(source: str, test: Native, lines: list[str]) -> tuple[str, str, str]:
    """The candidate with the calls inside its class (where they may call what is private), that class, and its file's name."""
    classes = list(_JAVA_CLASS.finditer(source))
    asked = re.search(rf"\b{test.entry}\s*\(", source) if test.entry else None
    before = [found for found in classes if asked is None or found.start() < asked.start()] or classes
    home = next((found for found in classes if found[1] == "Problem"), before[-1] if before else None)
    if home is None:
        return source, "Problem", "Problem.java"
    run = f" static void r1Run() throws Throwable {{ {' '.join([*test.setup.split(chr(10)), *lines])} }} "
    public = re.search(r"^public (?:\w+ ){0,3}(?:class|interface|record|enum) (\w+)", source, re.MULTILINE)
    name = public[1] if public and public[1] not in ("R1Main", "R1Calls") else "Problem"
    return source[: home.end()] + run + source[home.end() :], home[1], f"{name}.java"


def go_file(source: str, prompt: str) -> str:
    """A candidate as a file of package main, with its own and the prompt's imports as far as they are used: Go refuses others."""
    imports = dict.fromkeys(_GO_IMPORT.findall("\n".join(_GO_IMPORTS.findall(prompt) + _GO_IMPORTS.findall(source))))
    body = _GO_PACKAGE.sub("", _GO_IMPORTS.sub("", source)).replace("func main()", "func r1CandidateMain()")
    used = [
        f'{name} "{path}"'
        for name, path in imports
        if f"{name or path.rpartition('/')[2]}." in body or name in ("_", ".")
    ]
    return "\n".join(["package main", *(f"import {line}" for line in used), _closed(body, "go")])


def _print(
    sandbox: Sandbox, language: str, source: str, test: Native, values: Sequence[str], prompt: str, limits: Any
) -> tuple[dict[int, Any], Outcome]:
    """Run a program that prints the value of each expression; the values by number."""
    nonce = secrets.token_hex(8)
    outcome = sandbox.run(_program(language, source, test, values, prompt, nonce), limits)
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


def _program(language: str, source: str, test: Native, values: Sequence[str], prompt: str, nonce: str) -> Program:
    """The program that prints the values: below the candidate's source, or, where that is "", without any candidate code."""
    candidate = test.candidate if source else ""
    setup = test.setup if source and values else ""
    if language == "javascript":
        job = {"nonce": nonce, "source": source, "candidate": candidate, "setup": setup, "values": list(values)}
        return Program(PRINTER, language, stdin=json.dumps(job).encode())
    if language == "java":
        return _java(source, test, values, prompt, nonce)
    if language == "go":
        alias = f"candidate := {candidate}; _ = candidate\n" if candidate else ""
        kind = f"var x {test.kind} = " if test.kind else "x := "
        lines = [f"{{ {kind}{value}; r1Put({n}, x) }}" for n, value in enumerate(values)]
        if not test.kind:
            lines = [f"r1Put({n}, {value})" for n, value in enumerate(values)]
        files = {"candidate.go": source.encode()} if source else {}
        text = f"{GO}\nfunc main() {{\n{alias}{setup}\n{chr(10).join(lines)}\n}}\n"
        return Program(text, language, args=(nonce,), files=files, flags=tuple(files))
    if language == "bash":
        alias = f'candidate() {{ {candidate} "$@"; }}' if candidate else ""
        lines = [f'r1_put {n} "$({value})"' if source else f"r1_put {n} {value}" for n, value in enumerate(values)]
        return Program("\n".join(['r1_nonce="$1"', source, BASH, alias, *lines]) + "\n", language, args=(nonce,))
    lines = [f"r1_put_value({n}, {value});" for n, value in enumerate(values)]
    if language == "typescript":
        alias = f"let candidate = {candidate};" if candidate else ""
        text = "\n".join([TYPESCRIPT, source, alias, setup, *lines, "process.exit(0);"])
        return Program(text, language, args=(nonce,))
    if language == "rust":
        return _rust(source, candidate, setup, values, prompt, nonce)
    return _cpp(source, test, candidate, setup, values, prompt, nonce)


def _java(source: str, test: Native, values: Sequence[str], prompt: str, nonce: str) -> Program:
    lines = [f"R1Main.put({n}, {value});" for n, value in enumerate(values)]
    imports = "\n".join(line for line in _IMPORT.findall(prompt) if not _ABSENT.match(line))
    calls, files = f"static void run() throws Throwable {{\n{chr(10).join(lines)}\n}}", {}
    if source:
        source, home, name = _java_calls(source, test, lines)
        calls, files = f"static void run() throws Throwable {{ {home}.r1Run(); }}", {name: source.encode()}
    used = "\n".join([prompt, source, *values])
    tuples = [
        text
        for name, text in JAVATUPLES.items()
        if re.search(rf"\b{name}\b", used) and not re.search(rf"\b(?:class|record) {name}\b", source)
    ]
    text = "\n".join([imports, JAVA, *tuples, f"class R1Calls {{ {calls} }}\n"])
    return Program(text, "java", args=(nonce,), files=files, flags=("-Xlint:none", *files))


def _rust(source: str, candidate: str, setup: str, values: Sequence[str], prompt: str, nonce: str) -> Program:
    alias = f"let candidate = {candidate};" if candidate else ""
    lines = [f"r1_put_value({n}, {value});" for n, value in enumerate(values)]
    own = re.sub(r"\bfn\s+main\s*\(", "fn r1_candidate_main(", source)
    if not source:  # ``None`` and the like are of the type that the prompt's function returns
        own = "#![allow(unused_imports)]\nuse std::collections::*;\n" + "\n".join(_rust_imports(prompt, ""))
        returns = _RUST_RETURNS.search(prompt)
        kind = returns[1].strip() if returns else "_"
        lines = [
            f"{{ let r1_value: {kind} = {value}; r1_put_value({n}, r1_value); }}" for n, value in enumerate(values)
        ]
    text = f"{own}\n{RUST}\nfn main() {{\n{alias}\n{setup}\n{chr(10).join(lines)}\n}}\n"
    return Program(text, "rust", args=(nonce,))


def _cpp(
    source: str, test: Native, candidate: str, setup: str, values: Sequence[str], prompt: str, nonce: str
) -> Program:
    alias = f"auto candidate = {candidate};" if candidate else ""
    if source:
        head = f"#define main r1_candidate_main\n{source}\n#undef main\n"
        values = [f"r1_result({value})" for value in values]
    else:  # ``{1, 2}`` is of the type that the prompt's function returns
        head = _with_imports("", prompt) + "\n"
        kinds = re.findall(rf"^([A-Za-z_][\w:<>, *&]{{0,200}}?)[ \t]+{test.entry}[ \t]*\(", prompt, re.MULTILINE)
        values = [f"{kinds[-1]}{value}" if kinds and value.startswith("{") else value for value in values]
    lines = [f"r1_put_value({n}, {value});" for n, value in enumerate(values)]
    begin = "int main(int, char **argv) {\nr1_begin(argv[1]);"
    text = f"#include <bits/stdc++.h>\n{head}{CPP}\n{begin}\n{alias}\n{setup}\n{chr(10).join(lines)}\n}}\n"
    return Program(text, "cpp", args=(nonce,))
