"""Programs: for each language, a program that prints the values of given expressions, one record per line.

A record is a nonce, the expression's number, and its value in the encoding of `box.values`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from r1.sandbox.protocol import Program
from r1.verifiers.code.native.complete import ABSENT, IMPORT, rust_imports, with_imports
from r1.verifiers.code.native.javascript import PRINTER
from r1.verifiers.code.native.printers import BASH, CPP, GO, JAVA, JAVATUPLES, RUST, TYPESCRIPT
from r1.verifiers.code.native.test_files import Native

_JAVA_CLASS = re.compile(r"^(?:(?:public|final|abstract|sealed|strictfp) )*class (\w+)[^{;]{0,400}\{", re.MULTILINE)
_RUST_RETURNS = re.compile(r"->([^{}\n]{1,300})\{\s*\Z")


def printing_program(
    language: str, source: str, test: Native, values: Sequence[str], prompt: str, nonce: str
) -> Program:
    """A program that prints ``values``, expressions that follow the candidate's ``source``.

    With an empty ``source`` it holds no candidate code; that is how expected values are printed.
    """
    candidate = test.candidate if source else ""
    setup = test.setup if source and values else ""
    if language == "javascript":
        job = {"nonce": nonce, "source": source, "candidate": candidate, "setup": setup, "values": list(values)}
        return Program(PRINTER, language, stdin=json.dumps(job).encode())
    if language == "java":
        return _java(source, test, values, prompt, nonce)
    if language == "go":
        return _go(source, test.kind, candidate, setup, values, nonce)
    if language == "bash":
        alias = f'candidate() {{ {candidate} "$@"; }}' if candidate else ""
        lines = [f'r1_put {n} "$({value})"' if source else f"r1_put {n} {value}" for n, value in enumerate(values)]
        return Program("\n".join(['r1_nonce="$1"', source, BASH, alias, *lines]) + "\n", language, args=(nonce,))
    if language == "typescript":
        alias = f"let candidate = {candidate};" if candidate else ""
        lines = [f"r1_put_value({n}, {value});" for n, value in enumerate(values)]
        text = "\n".join([TYPESCRIPT, source, alias, setup, *lines, "process.exit(0);"])
        return Program(text, language, args=(nonce,))
    if language == "rust":
        return _rust(source, candidate, setup, values, prompt, nonce)
    return _cpp(source, test, candidate, setup, values, prompt, nonce)


def _java(source: str, test: Native, values: Sequence[str], prompt: str, nonce: str) -> Program:
    lines = [f"R1Main.put({n}, {value});" for n, value in enumerate(values)]
    imports = "\n".join(line for line in IMPORT.findall(prompt) if not ABSENT.match(line))
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


def _java_calls(source: str, test: Native, lines: list[str]) -> tuple[str, str, str]:
    """The candidate with the calls inserted in its class, where they may use private methods; that class; the file's name."""
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


def _go(source: str, kind: str, candidate: str, setup: str, values: Sequence[str], nonce: str) -> Program:
    alias = f"candidate := {candidate}; _ = candidate\n" if candidate else ""
    if kind:
        lines = [f"{{ var x {kind} = {value}; r1Put({n}, x) }}" for n, value in enumerate(values)]
    else:
        lines = [f"r1Put({n}, {value})" for n, value in enumerate(values)]
    files = {"candidate.go": source.encode()} if source else {}
    text = f"{GO}\nfunc main() {{\n{alias}{setup}\n{chr(10).join(lines)}\n}}\n"
    return Program(text, "go", args=(nonce,), files=files, flags=tuple(files))


def _rust(source: str, candidate: str, setup: str, values: Sequence[str], prompt: str, nonce: str) -> Program:
    alias = f"let candidate = {candidate};" if candidate else ""
    lines = [f"r1_put_value({n}, {value});" for n, value in enumerate(values)]
    own = re.sub(r"\bfn\s+main\s*\(", "fn r1_candidate_main(", source)
    if not source:  # gives ``None`` and the like the type that the prompt's function returns
        own = "#![allow(unused_imports)]\nuse std::collections::*;\n" + "\n".join(rust_imports(prompt, ""))
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
    else:  # gives ``{1, 2}`` the type that the prompt's function returns
        head = with_imports("", prompt) + "\n"
        kinds = re.findall(rf"^([A-Za-z_][\w:<>, *&]{{0,200}}?)[ \t]+{test.entry}[ \t]*\(", prompt, re.MULTILINE)
        values = [f"{kinds[-1]}{value}" if kinds and value.startswith("{") else value for value in values]
    lines = [f"r1_put_value({n}, {value});" for n, value in enumerate(values)]
    begin = "int main(int, char **argv) {\nr1_begin(argv[1]);"
    text = f"#include <bits/stdc++.h>\n{head}{CPP}\n{begin}\n{alias}\n{setup}\n{chr(10).join(lines)}\n}}\n"
    return Program(text, "cpp", args=(nonce,))
