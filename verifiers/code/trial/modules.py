"""Modules: third-party modules that a task promises but the box lacks. Their failed import is unscored, not wrong."""

from __future__ import annotations

import re
from typing import Any

from r1.sandbox.protocol import Limits, Program, Sandbox, SandboxError
from r1.verifiers.code.truth.plan import Plan

_IMPORT_LIMITS = Limits(cpu_s=20)  # enough for the slowest import that works
_MISSING = re.compile(r"No module named '([A-Za-z_]\w{0,80})")
_LAST_ERROR = re.compile(rb"^ModuleNotFoundError: ([^\n]{1,200})\s*\Z", re.MULTILINE)
_IMPORTS = re.compile(r"^[ \t]*(?:import|from)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)


def refuse_missing(sandbox: Sandbox, plan: Plan, error: Any) -> None:
    """Raise SandboxError if ``error`` ([exception name, message, line]) says that a promised module is missing.

    A module is promised if the task's own prompt, context, reference or base imports it, and missing if the box cannot
    import it. Any other error counts against the program, which could otherwise choose to be unscored.
    """
    if not isinstance(error, list) or len(error) != 3 or error[0] != "ModuleNotFoundError":
        return
    found = _MISSING.match(str(error[1]))
    if found and found[1] in _promised(plan) and not sandbox.run(Program(f"import {found[1]}"), _IMPORT_LIMITS).ok:
        raise SandboxError(f"the program imports {found[1]}, which this sandbox does not have")


def refuse_missing_in(sandbox: Sandbox, plan: Plan, stderr: bytes) -> None:
    """The same as `refuse_missing` for a Python program whose stderr ends with the traceback."""
    if plan.language == "python" and (found := _LAST_ERROR.search(stderr[-400:])):
        refuse_missing(sandbox, plan, ["ModuleNotFoundError", found[1].decode(errors="replace"), 0])


def _promised(plan: Plan) -> set[str]:
    return {name for text in (plan.context, plan.prompt, plan.reference, plan.base) for name in _IMPORTS.findall(text)}
