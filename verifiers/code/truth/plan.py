"""Plan: a code truth in the form in which it is judged. The forms of tests, and what belongs to all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from r1.sandbox.protocol import Limits
from r1.verifiers.code.compare import Rule
from r1.verifiers.code.native.signatures import Signature
from r1.verifiers.code.native.test_files import Native
from r1.verifiers.code.truth.asserts import Assertion
from r1.verifiers.code.truth.literals import Call


@dataclass(frozen=True)
class Helper:
    """A trusted program that judges: a checker or an interactor."""

    language: str
    source: str
    reply: str  # "exit": status 0 accepts; "stdout": the first token is a score, 1 accepts
    files: tuple[str, ...] = ("input", "output", "answer")  # its arguments, by default in testlib's order


@dataclass(frozen=True, slots=True)
class Stdio:
    """A program that reads an input and writes an output."""

    stdin: bytes
    stdout: tuple[bytes, ...]  # the outputs that are right
    rule: Rule
    checker: Helper | None = None
    interactor: Helper | None = None
    files: tuple[str, str] | None = None  # the files from which the program may read, and to which it may write


@dataclass(frozen=True, slots=True)
class Returns:
    """What one call must return."""

    values: tuple[Any, ...]  # the values that are right
    rule: Rule
    tuples_are_lists: bool


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of the entry point, and what must hold for their results."""

    calls: tuple[Call, ...]
    expect: Returns | Assertion


@dataclass(frozen=True, slots=True)
class Source:
    """Test code that runs in the tester's box."""

    source: str
    framework: str  # "asserts" or "unittest"


@dataclass(frozen=True, slots=True)
class Predict:
    """CRUXEval: the completion is the output (or the input) of a given program, not a program."""

    what: str  # "output" or "input"
    code: str
    input: str
    output: str


Form = Stdio | Calls | Source | Native | Predict


@dataclass(frozen=True, slots=True)
class Test:
    """One test of a truth."""

    form: Form
    visible: bool = False
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """A truth that can be judged.

    Attributes:
        context: trusted code that comes before the program and before test sources (imports, helpers of the prompt).
        prompt: code that a completion may continue (HumanEval).
        prelude: code that comes before a whole program: the context, and what the prompt imports and defines.
        base: the program to which a diff in the completion applies (repair).
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
