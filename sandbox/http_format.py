"""HTTP format: programs, limits and outcomes as JSON for the service's own API; bytes are base64."""

from __future__ import annotations

import base64
import binascii
from dataclasses import asdict, fields
from typing import Annotated, Any, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from r1.sandbox.languages import LANGUAGES
from r1.sandbox.protocol import Killed, Limits, Outcome, Phase, Program, SandboxError, plain_name, require_same_count


def _decode(value: object) -> bytes:
    """Decode strict base64: a character outside the alphabet is an error and is not skipped."""
    if not isinstance(value, str):
        raise ValueError("must be a base64 string")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"is not base64: {error}") from None


Base64 = Annotated[bytes, BeforeValidator(_decode)]


class ProgramBody(BaseModel):
    """One program. ``source`` and ``stdin`` are text; ``source_base64`` and ``stdin_base64`` carry any bytes (and lone
    surrogates) exactly."""

    model_config = ConfigDict(extra="forbid")

    source: str | None = None
    source_base64: Base64 | None = None
    language: str = "python"
    stdin: str = ""
    stdin_base64: Base64 | None = None
    args: list[str] = []
    files: dict[str, Base64] = {}
    compile_only: bool = False
    flags: list[str] = []
    link_stdio: bool = False

    @field_validator("language")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in LANGUAGES:
            raise ValueError(f"unknown language {name!r}; expected one of: {', '.join(LANGUAGES)}")
        return name

    @field_validator("files")
    @classmethod
    def _plain(cls, files: dict[str, bytes]) -> dict[str, bytes]:
        return {plain_name(name): content for name, content in files.items()}

    @model_validator(mode="after")
    def _one_form(self) -> ProgramBody:
        if (self.source is None) == (self.source_base64 is None):
            raise ValueError("give exactly one of source, source_base64")
        if self.stdin and self.stdin_base64 is not None:
            raise ValueError("give at most one of stdin, stdin_base64")
        return self

    def program(self) -> Program:
        """The Program that this body describes."""
        raw = self.source_base64
        return Program(
            source=raw.decode("utf-8", "surrogatepass") if raw is not None else cast(str, self.source),
            language=self.language,
            stdin=self.stdin.encode() if self.stdin_base64 is None else self.stdin_base64,
            args=tuple(self.args),
            files=dict(self.files),
            compile_only=self.compile_only,
            flags=tuple(self.flags),
            link_stdio=self.link_stdio,
        )

    @field_validator("source_base64")
    @classmethod
    def _text(cls, raw: bytes | None) -> bytes | None:
        if raw is not None:
            raw.decode(
                "utf-8", "surrogatepass"
            )  # UnicodeDecodeError is a ValueError, so the answer is 422 with the position
        return raw


_DEFAULT = Limits()
Positive = Annotated[int, Field(gt=0)]
Natural = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class LimitsBody(BaseModel):
    """Limits of one run; missing fields have the defaults of ``Limits``."""

    model_config = ConfigDict(extra="forbid")

    cpu_s: Seconds = _DEFAULT.cpu_s
    wall_s: Seconds | None = None
    memory_bytes: Positive = _DEFAULT.memory_bytes
    output_bytes: Natural = _DEFAULT.output_bytes
    file_bytes: Natural = _DEFAULT.file_bytes
    processes: Positive = _DEFAULT.processes

    def limits(self) -> Limits:
        """The Limits that this body describes."""
        return Limits(**self.model_dump())


class RunBody(BaseModel):
    """A batch. ``limits``: one for all, or a list with one each. ``id``: any text; the service runs equal bodies once."""

    model_config = ConfigDict(extra="forbid")

    programs: list[ProgramBody] = Field(min_length=1)
    limits: LimitsBody | list[LimitsBody] = LimitsBody()
    id: str = ""

    @model_validator(mode="after")
    def _paired(self) -> RunBody:
        if isinstance(self.limits, list):
            require_same_count(len(self.programs), len(self.limits))
        return self

    def pairs(self) -> list[tuple[Program, Limits]]:
        """Each program with its limits."""
        each = self.limits if isinstance(self.limits, list) else [self.limits] * len(self.programs)
        return [(body.program(), limits.limits()) for body, limits in zip(self.programs, each, strict=True)]


class LinkedBody(BaseModel):
    """Two programs joined by a socket pair, as in ``Sandbox.run_linked``."""

    model_config = ConfigDict(extra="forbid")

    candidate: ProgramBody
    tester: ProgramBody
    limits: LimitsBody = LimitsBody()
    tester_limits: LimitsBody | None = None
    id: str = ""


def program_json(program: Program) -> dict[str, Any]:
    """A Program as JSON that `ProgramBody` reads, without empty fields."""
    full = {
        "source_base64": _encode(program.source.encode("utf-8", "surrogatepass")),
        "language": program.language,
        "stdin_base64": _encode(program.stdin),
        "args": list(program.args),
        "files": {name: _encode(content) for name, content in program.files.items()},
        "compile_only": program.compile_only,
        "flags": list(program.flags),
        "link_stdio": program.link_stdio,
    }
    return {name: value for name, value in full.items() if value or name == "source_base64"}


def limits_json(limits: Limits) -> dict[str, Any]:
    """Limits as JSON that `LimitsBody` reads."""
    return asdict(limits)


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """An Outcome as JSON: every field, its letters as ``code``, and stdout and stderr as base64."""
    row: dict[str, Any] = {f.name: getattr(outcome, f.name) for f in fields(outcome)}
    row["stdout_base64"] = _encode(row.pop("stdout"))
    row["stderr_base64"] = _encode(row.pop("stderr"))
    return row | {"code": outcome.code}


def outcome_from(row: dict[str, Any]) -> Outcome:
    """The Outcome that a service wrote as JSON. Raises SandboxError if it is incomplete or malformed."""
    try:
        facts = {name: value for name, value in row.items() if name in _OUTCOME_FIELDS}
        killed = row["killed"]
        facts |= {
            "phase": Phase(row["phase"]),
            "killed": None if killed is None else Killed(killed),
            "stdout": base64.b64decode(row["stdout_base64"], validate=True),
            "stderr": base64.b64decode(row["stderr_base64"], validate=True),
        }
        return Outcome(**facts)
    except (KeyError, TypeError, ValueError) as error:
        raise SandboxError(f"the service sent a malformed outcome: {error!r}") from None


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


_OUTCOME_FIELDS = {f.name for f in fields(Outcome)}
