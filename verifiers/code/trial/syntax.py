"""Syntax: whether JavaScript or bash text parses, by the language's own parser in a box that does not run it."""

from __future__ import annotations

from r1.sandbox.protocol import MIB, Limits, Outcome, Phase, Program, Sandbox, SandboxError
from r1.verifiers.code.fate import Fate

LIMITS = Limits(cpu_s=12, wall_s=40, memory_bytes=1024 * MIB, file_bytes=256 * MIB, output_bytes=4 * MIB)
_PARSERS = {
    "javascript": ("node", "node --check candidate.cjs 2>first || node --check candidate.mjs 2>second || { cat first; exit 1; }"),
    "bash": ("bash", "bash -n candidate.sh"),
}  # fmt: skip
PARSED = tuple(_PARSERS)


def parse_only(sandbox: Sandbox, source: str, language: str) -> Outcome:
    """The run of the parser on a text; its messages are on stderr. Raises SandboxError if the box has no parser."""
    tool, script = _PARSERS[language]
    names = ("candidate.cjs", "candidate.mjs") if language == "javascript" else ("candidate.sh",)
    script = f"command -v {tool} >/dev/null || exit 127\nexec 1>&2\n{script}\n"
    outcome = sandbox.run(Program(script, "bash", files=dict.fromkeys(names, source.encode())), LIMITS)
    if outcome.phase is not Phase.RUN or outcome.exit_code == 127:
        raise SandboxError(f"no parser for {language} in the box: {tool} is missing")
    return outcome


def as_parsed(sandbox: Sandbox, program: Program, outcome: Outcome, how: Fate | None) -> tuple[Fate | None, Outcome]:
    """``how`` and ``outcome``, or COMPILE and the parser's run if a program that ended in an error does not parse.

    The program's own stderr is only a hint to ask the parser: the program may have written anything there.
    """
    if how is not Fate.ERROR or program.language not in _PARSERS or b"syntax" not in outcome.stderr.lower():
        return how, outcome
    parsed = parse_only(sandbox, program.source, program.language)
    return (how, outcome) if parsed.ok else (Fate.COMPILE, parsed)
