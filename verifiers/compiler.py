"""Compiler and Lint: whether the program in a completion compiles, or parses without findings. It is never run.

A compile reward alone is easily gamed (an empty file compiles), so `Compiler` requires either a whole program that
links, or the functions that the truth names, which a tool looks up in the object file.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from r1.sandbox.protocol import Outcome, Phase, Program, Sandbox, SandboxError
from r1.verifiers.code.box.assemble import boxed
from r1.verifiers.code.feedback import clean
from r1.verifiers.code.find.program import extract
from r1.verifiers.code.shared_sandbox import shared_sandbox
from r1.verifiers.code.trial.syntax import LIMITS, PARSED, parse_only
from r1.verifiers.code.truth.reader import check_language
from r1.verifiers.verdict import BaseVerifier, Status, TruthError, Verdict, unscored

_COMMANDS = {
    "c": "gcc -std=gnu17 {flags} candidate.c",
    "cpp": "g++ -std=gnu++17 {flags} candidate.cpp || g++ -std=gnu++20 {flags} candidate.cpp",
}
_WARNINGS = "-fsyntax-only -Wall -Wextra"
_SILENCED = re.compile(
    r"^[ \t]*#[ \t]*pragma[ \t]+(?:GCC|clang)[ \t]+(?:diagnostic|system_header)[^\n]{0,80}|\b_Pragma\b", re.MULTILINE
)
_NAME = re.compile(r"[A-Za-z_][\w:]{0,200}\Z")
_COST = 0.1  # of each finding of Lint, down to a reward of one half


class _Boxed(BaseVerifier):
    """A verifier that checks the program of a completion in a sandbox, given open or by the name of its backend."""

    def __init__(self, sandbox: Sandbox | str | None = None) -> None:
        self.sandbox = "auto" if sandbox is None else sandbox

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        """Judge one completion. It never raises for a bad one; a bad truth or a failing sandbox gives UNSCORED."""
        try:
            language = check_language(truth.get("language", "python"))
        except TruthError as error:
            return unscored(str(error))
        needs = truth.get("needs") or ("",)
        found = extract(completion, language, entry=str(needs[0]))
        if found is None:
            return Verdict(Status.MALFORMED, 0.0, {}, "no program in the completion")
        try:
            sandbox = shared_sandbox(self.sandbox) if isinstance(self.sandbox, str) else self.sandbox
            return self._judge(sandbox, found.source, language, truth)
        except (SandboxError, TruthError) as error:
            return unscored(f"{type(error).__name__}: {error}"[:500])

    def _judge(self, sandbox: Sandbox, source: str, language: str, truth: Mapping[str, Any]) -> Verdict:
        raise NotImplementedError

    def __getstate__(self) -> dict[str, Any]:
        backend = self.sandbox if isinstance(self.sandbox, str) else getattr(self.sandbox, "backend", "auto")
        return {"sandbox": backend}


class Compiler(_Boxed):
    """1.0 for a program that compiles, 0.0 for one that does not; truth {"language": "c", "needs": ["add"]}.

    Without ``needs`` the whole program must compile and link. With it (C and C++), each name must be a function that
    the translation unit defines and exports: not only declared, not data, not hidden by ``static`` or ``#if 0``. Python
    "compiles" if it parses, and ``needs`` names functions or classes at its top level. JavaScript and bash "compile" if
    they parse.
    """

    def _judge(self, sandbox: Sandbox, source: str, language: str, truth: Mapping[str, Any]) -> Verdict:
        needs = [str(name) for name in truth.get("needs", ())]
        if bad := [name for name in needs if not _NAME.match(name)]:
            raise TruthError(f"needs {bad[0]!r}: expected the plain name of a function")
        if language == "python":
            report = _parse(sandbox, source)
            return _verdict(report["error"], [name for name in needs if name not in report["defines"]])
        if not needs:
            if language in PARSED:
                outcome = parse_only(sandbox, source, language)
            else:
                outcome = sandbox.run(Program(source, language, compile_only=True), LIMITS)
            return _verdict(_why(outcome), []) if not outcome.ok else _verdict("", [])
        if language not in _COMMANDS:
            raise TruthError(f"needs with language {language!r}; expected one of: c, cpp, python")
        outcome, functions = _object_functions(sandbox, source, language)
        return _verdict("" if outcome.ok else _why(outcome), [name for name in needs if name not in functions])


class Lint(_Boxed):
    """0.0 for a text that does not parse, else 1.0 less 0.1 a finding, at least 0.5; truth {"language": "python"}.

    Findings in Python: unused imports, bare ``except``, comparisons with None by ``==``, mutable default arguments, a
    name defined twice at the top level. In C and C++: the compiler's warnings (-Wall -Wextra).
    """

    def _judge(self, sandbox: Sandbox, source: str, language: str, truth: Mapping[str, Any]) -> Verdict:
        if language == "python":
            report = _parse(sandbox, source)
            error, findings = report["error"], report["findings"]
        elif language in _COMMANDS:
            # The second command prints the text without comments: a text with nothing else has no warnings either.
            outcome = _compile(
                sandbox, source, language, _WARNINGS, f"gcc -fpreprocessed -dD -E -P -w candidate.{language}"
            )
            error = "" if outcome.ok else _why(outcome)
            if not error and all(line.startswith(b"#") for line in outcome.stdout.split(b"\n") if line.strip()):
                error = "no program: there is no declaration in it"
            findings = [line for line in outcome.stderr.decode("utf-8", "replace").split("\n") if ": warning: " in line]
            findings += [f"{found[0].strip()}: warnings are switched off" for found in _SILENCED.finditer(source)]
        else:
            raise TruthError(f"Lint with language {language!r}; expected one of: python, c, cpp")
        if error:
            return Verdict(Status.FAIL, 0.0, {"findings": 0.0}, f"CE: {error}"[:300])
        reward = max(0.5, 1.0 - _COST * len(findings))
        note = f"{len(findings)} findings" + (f": {clean(findings[0])}" if findings else "")
        return Verdict(
            Status.PASS if not findings else Status.FAIL, reward, {"findings": float(len(findings))}, note[:300]
        )


def _verdict(error: str, missing: Sequence[str]) -> Verdict:
    if error:
        return Verdict(Status.FAIL, 0.0, {"compiles": 0.0}, f"CE: {error}"[:300])
    if missing:
        return Verdict(Status.FAIL, 0.0, {"compiles": 1.0}, f"WA: does not define the function {missing[0]}")
    return Verdict(Status.PASS, 1.0, {"compiles": 1.0}, "AC: compiles")


def _why(outcome: Outcome) -> str:
    """The first line of the diagnostics with the word "error", or the limit at which the compiler was killed."""
    if outcome.killed is not None:
        return f"the compiler ran out of its {outcome.killed} limit"
    lines = outcome.stderr[:100_000].decode("utf-8", "replace").split("\n")
    return clean(next((line for line in lines if "error" in line), next(iter(filter(None, lines)), "compiler error")))


def _compile(sandbox: Sandbox, source: str, language: str, flags: str, then: str) -> Outcome:
    """Run the compiler on the candidate's text and, if it succeeds, the command ``then`` in the same box."""
    script = f"{_COMMANDS[language].format(flags=flags)} || exit 1\n{then}\n"
    outcome = sandbox.run(Program(script, "bash", files={f"candidate.{language}": source.encode()}), LIMITS)
    if outcome.phase is not Phase.RUN or outcome.exit_code == 127:
        raise SandboxError(f"no compiler for {language} in the box: {outcome.stderr[:200]!r}")
    return outcome


def _object_functions(sandbox: Sandbox, source: str, language: str) -> tuple[Outcome, set[str]]:
    """The functions that the object file exports, by their plain names (readelf: FUNC, not undefined)."""
    nonce = secrets.token_hex(8)  # the candidate does not know it, so its text cannot fake a section
    table = f"echo {nonce}; readelf -sWC candidate.o; echo {nonce}; cat candidate.su; true"
    outcome = _compile(sandbox, source, language, "-w -c -fstack-usage -o candidate.o", table)
    _, symbols, compiled = (outcome.stdout.decode("utf-8", "replace") + 2 * nonce).split(nonce)[:3]
    # Only a function for which the compiler generated code has a line there, unlike a label in assembler or an alias.
    bodies = {line.split("\t")[0] for line in compiled.split("\n")}
    names = set()
    for line in symbols.split("\n"):
        fields = line.split(None, 7)
        if len(fields) == 8 and fields[3] == "FUNC" and fields[4] in ("GLOBAL", "WEAK") and fields[6] != "UND":
            name = fields[7].partition("(")[0].partition(" [")[0].rpartition(" ")[2].partition("<")[0]
            if any(re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", body.split(":", 3)[-1]) for body in bodies):
                names.add(name)
    return outcome, names


def _parse(sandbox: Sandbox, source: str) -> dict[str, Any]:
    """The report of `box/reader.py` on a Python text: its syntax error, its findings, and the names that it defines."""
    nonce = secrets.token_hex(8)
    outcome = sandbox.run(boxed("reader", {"nonce": nonce, "source": source}), LIMITS)
    line = next((x for x in outcome.stdout.split(b"\n") if x.startswith(nonce.encode())), b"")
    try:
        report: dict[str, Any] = json.loads(line.partition(b" ")[2])
    except ValueError:  # no report: the text is nested too deeply for CPython's parser
        return {"error": "the text is too much for the parser", "findings": [], "defines": []}
    return report
