"""Modules: third-party ones that a program may count on and the box does not have: our lack, never its mistake."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from r1.sandbox.protocol import Limits, Program, Sandbox, SandboxError

if TYPE_CHECKING:
    from r1.verifiers.code.truth.reader import Plan

_PATIENCE = Limits(cpu_s=20)  # of an import that works
_MISSING = re.compile(r"No module named '([A-Za-z_]\w{0,80})")
_LAST_ERROR = re.compile(rb"^ModuleNotFoundError: ([^\n]{1,200})\s*\Z", re.MULTILINE)
_IMPORTS = re.compile(r"^[ \t]*(?:import|from)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)


def refuse_missing(sandbox: Sandbox, plan: Plan, error: Any) -> None:
    """Raise SandboxError where ``error`` ([exception's name, its message, line]) is the lack of a module that we owe.

    A module is owed if the task's own prompt, context or reference imports it, and the box really lacks it: a program that
    only says so is wrong, and so is one that imports what nobody promised. Else any program could choose not to be judged.
    """
    if not isinstance(error, list) or len(error) != 3 or error[0] != "ModuleNotFoundError":
        return
    found = _MISSING.match(str(error[1]))
    if found and found[1] in _promised(plan) and not sandbox.run(Program(f"import {found[1]}"), _PATIENCE).ok:
        raise SandboxError(f"the program imports {found[1]}, which this sandbox does not have")


def refuse_missing_in(sandbox: Sandbox, plan: Plan, stderr: bytes) -> None:
    """The same for a Python program that ended with such a traceback."""
    if plan.language == "python" and (found := _LAST_ERROR.search(stderr[-400:])):
        refuse_missing(sandbox, plan, ["ModuleNotFoundError", found[1].decode(errors="replace"), 0])


def _promised(plan: Plan) -> set[str]:
    return {name for text in (plan.context, plan.prompt, plan.reference, plan.base) for name in _IMPORTS.findall(text)}
