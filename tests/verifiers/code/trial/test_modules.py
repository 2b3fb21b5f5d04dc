"""Modules: a missing module excuses a program only if its task promised the module and the box lacks it."""

from __future__ import annotations

import pytest
from outcomes import ended

from r1.sandbox.backends.fake import FakeSandbox
from r1.sandbox.protocol import Limits, Program, SandboxError
from r1.verifiers.code.trial.modules import refuse_missing, refuse_missing_in
from r1.verifiers.code.truth.plan import Plan

TRACEBACK = b"Traceback (most recent call last):\nModuleNotFoundError: No module named 'torch'\n"
ERROR = ["ModuleNotFoundError", "No module named 'torch'", 1]


def plan(prompt: str = "", context: str = "") -> Plan:
    return Plan("python", (), Limits(), prompt=prompt, context=context)


def box(has_it: bool) -> FakeSandbox:
    return FakeSandbox(lambda program: ended(exit_code=0 if has_it else 1))


@pytest.mark.parametrize("promise", [plan("import torch.nn as nn\n"), plan(context="    from torch import nn\n")])
def test_a_promised_module_that_the_box_lacks_is_an_error_of_the_sandbox(promise: Plan) -> None:
    sandbox = box(has_it=False)
    with pytest.raises(SandboxError, match="torch, which this sandbox does not have"):
        refuse_missing(sandbox, promise, ERROR)
    with pytest.raises(SandboxError, match="torch"):
        refuse_missing_in(sandbox, promise, TRACEBACK)
    assert sandbox.asked == [Program("import torch")] * 2


@pytest.mark.parametrize(
    ("promise", "error", "has_it"),
    [
        (plan("import torch\n"), ERROR, True),  # the program only claims that it is missing
        (plan("# import torch\nimport math\n"), ERROR, False),
        (plan("import torchvision\n"), ERROR, False),
        (plan("import torch\n"), ["ImportError", "No module named 'torch'", 1], False),
        (plan("import torch\n"), ["ModuleNotFoundError", "torch", 1], False),
        (plan("import torch\n"), "ModuleNotFoundError", False),
        (plan("import torch\n"), None, False),
    ],
)
def test_any_other_error_counts_against_the_program(promise: Plan, error: object, has_it: bool) -> None:
    refuse_missing(box(has_it), promise, error)


@pytest.mark.parametrize("stderr", [b"", b"ValueError: 3\n", TRACEBACK + b"and more\n"])
def test_a_traceback_counts_only_at_the_end_of_stderr(stderr: bytes) -> None:
    refuse_missing_in(box(has_it=False), plan("import torch\n"), stderr)
