"""Sandbox: runs an untrusted program under limits and returns what happened."""

from __future__ import annotations

from r1.sandbox.protocol import Killed, Limits, Outcome, Phase, Program, Sandbox, SandboxError, SandboxUnavailable

__all__ = [
    "Killed",
    "Limits",
    "Outcome",
    "Phase",
    "Program",
    "Sandbox",
    "SandboxError",
    "SandboxUnavailable",
    "open_sandbox",
]


def __getattr__(name: str) -> object:
    if name == "open_sandbox":  # imported on first use: verifiers need the protocol alone, which must load fast
        from r1.sandbox.opening import open_sandbox

        return open_sandbox
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
