"""Opening: `open_sandbox` chooses the backend and starts a sandbox."""

from __future__ import annotations

import os
from collections.abc import Callable

from r1.sandbox.pool import Pool
from r1.sandbox.protocol import Sandbox, SandboxUnavailable
from r1.sandbox.wall.slot import Box

BACKENDS = ("auto", "docker", "namespaces", "docker+runsc", "fake", "unsafe")


def open_sandbox(backend: str = "auto", workers: int | None = None, allow_weak: bool = False) -> Sandbox:
    """Start a sandbox with ``workers`` warm boxes (default: one per core).

    Args:
        backend: one of BACKENDS, or the URL of a sandbox service. ``auto`` takes docker, else namespaces.
            ``docker+runsc`` adds gVisor's kernel and makes a run about ten times as expensive, so ``auto`` never takes it.
        workers: how many programs run at a time.
        allow_weak: run programs without isolation where no isolation is available.

    Raises:
        ValueError: the backend is unknown.
        SandboxUnavailable: this machine cannot isolate as asked; the message lists each failed probe.
    """
    if backend.startswith(("http://", "https://")):
        from r1.sandbox.backends.remote import RemoteSandbox

        return RemoteSandbox(backend)
    if backend not in BACKENDS:
        raise ValueError(f"unknown backend {backend!r}; expected one of: {', '.join(BACKENDS)}, or http://host:port")
    count = workers or len(os.sched_getaffinity(0))
    if backend == "fake":
        from r1.sandbox.backends.fake import FakeSandbox

        return FakeSandbox()
    if backend == "unsafe":
        from r1.sandbox.backends.unsafe import UnsafeSandbox

        return UnsafeSandbox(count)
    refusals = []
    for tier in ("docker", "namespaces") if backend == "auto" else (backend,):
        try:
            return Pool(launcher(tier), tier, count)
        except SandboxUnavailable as refusal:
            refusals.append(str(refusal))
    if allow_weak:
        return open_sandbox("unsafe", workers)
    raise SandboxUnavailable("this machine offers no isolation. " + " | ".join(refusals))


def launcher(tier: str) -> Callable[[], Box]:
    """The function that starts one box of this tier. Each backend is imported only when its tier is tried."""
    if tier == "namespaces":
        from r1.sandbox.backends.namespaces import start

        return start
    if tier == "docker":
        from r1.sandbox.backends.docker_box import start as start_container

        return start_container
    from r1.sandbox.backends.gvisor_box import start as start_gvisor

    return start_gvisor
