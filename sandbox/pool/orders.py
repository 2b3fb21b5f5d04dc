"""Orders: a program, or its compilation, as the order that a slot carries out."""

from __future__ import annotations

from dataclasses import replace

from r1.sandbox.languages import ENVIRONMENT, LANGUAGES, Language, language_for
from r1.sandbox.pool.artifacts import Artifact
from r1.sandbox.pool.precompiled import HEADER, HEADER_COMMAND
from r1.sandbox.protocol import MIB, Limits, Program
from r1.sandbox.wall.packets import Job, Mode, pack_files, pack_payload
from r1.sandbox.wall.slot import Order

_HEADER_FILE = ("main.h", f"#include <{HEADER}>\n".encode())


def language_of(program: Program) -> Language:
    """The row of the language table for this program.

    Raises:
        ValueError: the language is unknown.
    """
    if program.language not in LANGUAGES:
        raise ValueError(f"unknown language {program.language!r}; expected one of: {', '.join(LANGUAGES)}")
    return language_for(program.language, program.source)


def run_order(program: Program, limits: Limits, artifact: Artifact, linked: bool) -> Order:
    """The order that runs a program whose compilation gave ``artifact``."""
    language = language_of(program)
    files = [] if artifact.executable else [(language.file, _text(program))]
    records = pack_files([*files, *program.files.items()]) + artifact.records
    mode = Mode.EXEC if language.run or artifact.executable else Mode.PYTHON
    argv = [*(language.run or ("main" if artifact.executable else language.file,)), *program.args]
    payload = pack_payload(argv, _environment(language), "", records)
    job = replace(_job(mode, limits, language, len(payload)), has_artifact=artifact.executable, has_link=linked)
    job.link_is_stdio = linked and program.link_stdio
    return Order(job, payload, program.stdin, artifact.descriptor)


def compile_order(program: Program, language: Language) -> Order:
    """The order that runs the compiler on a program."""
    files = [(language.file, _text(program)), *language.files.items(), *program.files.items()]
    argv = [*language.compile, *program.flags]
    payload = pack_payload(argv, _environment(language), language.artifact, pack_files(files))
    return Order(_job(Mode.COMPILE, language.compile_limits, language, len(payload)), payload, b"")


def header_order(language: Language) -> Order:
    """The order that precompiles the C++ header that C++ programs include."""
    payload = pack_payload(HEADER_COMMAND, _environment(language), "main", pack_files([_HEADER_FILE]))
    job = _job(Mode.COMPILE, language.compile_limits, language, len(payload))
    return Order(replace(job, output_bytes=256 * MIB), payload, b"")


def _job(mode: Mode, limits: Limits, language: Language, payload_bytes: int) -> Job:
    # RLIMIT_AS only stops programs that allocate faster than the meter looks; the meter enforces memory_bytes.
    address_bytes = 0 if language.reserves else 4 * limits.memory_bytes + 512 * MIB
    room = limits.file_bytes + 2 * payload_bytes + 64 * 1024
    times = (limits.cpu_s, limits.wall_net_s)
    sizes = (limits.memory_bytes, limits.file_bytes, room, address_bytes)
    return Job(mode, *times, *sizes, limits.processes, limits.output_bytes)


def _text(program: Program) -> bytes:
    return program.source.encode("utf-8", "surrogatepass")


def _environment(language: Language) -> dict[str, str]:
    return {**ENVIRONMENT, **language.environment}
