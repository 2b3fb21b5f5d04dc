"""Artifacts: compiled programs, kept by content so that the same source is compiled once."""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from r1.sandbox.languages import Language
from r1.sandbox.protocol import MIB, Outcome, Program

MOST_BYTES = 256 * MIB
MFD_EXEC = 0x10  # since Linux 6.3, where memory files may be non-executable by default
SEALS = 0x1 | 0x2 | 0x4 | 0x8  # seal, shrink, grow, write


@dataclass(frozen=True, eq=False)
class Artifact:
    """A compiled program: a sealed, executable memory file, or packed files (class files), or nothing."""

    descriptor: int = -1
    records: bytes = b""
    size: int = 0

    @property
    def executable(self) -> bool:
        return self.descriptor >= 0


NOTHING = Artifact()


def key_of(program: Program, language: Language, tier: str) -> str:
    """The cache key of a compilation: a hash of everything that its outcome depends on."""
    digest = hashlib.sha256(repr((tier, language.compile, program.flags, sorted(program.files.items()))).encode())
    digest.update(program.source.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


class Cache:
    """Compilers' outcomes by key, up to a total size; the least recently used are dropped first. Thread-safe."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._entries: OrderedDict[str, tuple[Outcome, Artifact | None]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        self._pending: dict[str, threading.Lock] = {}

    def outcome(self, key: str, compile_it: Callable[[], Outcome]) -> Outcome:
        """The compiler's outcome for this key. Threads that ask for the same key wait for one compilation."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
                return self._entries[key][0]
            pending = self._pending.setdefault(key, threading.Lock())
        with pending:
            with self._lock:
                if key in self._entries:
                    return self._entries[key][0]
            try:
                outcome = compile_it()
            finally:
                with self._lock:
                    self._pending.pop(key, None)
            if outcome.killed is None:  # a timeout may be the machine's fault, so it is not remembered
                self._keep(key, outcome)
            return outcome

    def artifact(self, key: str, outcome: Outcome, language: Language) -> Artifact:
        """The compiled program of a successful outcome."""
        with self._lock:
            known = self._entries.get(key, (outcome, None))[1]
            if known is not None:
                return known
        made = _artifact(outcome.stdout, records="*" in language.artifact)
        with self._lock:
            if key in self._entries:
                self._entries[key] = (outcome, made)
        return made

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self._size = 0

    def _keep(self, key: str, outcome: Outcome) -> None:
        with self._lock:
            self._entries[key] = (outcome, None)
            self._size += len(outcome.stdout) + len(outcome.stderr) + 1024
            while self._size > self._most_bytes and len(self._entries) > 1:
                old, _ = self._entries.popitem(last=False)[1]
                self._size -= len(old.stdout) + len(old.stderr) + 1024


def _artifact(content: bytes, records: bool) -> Artifact:
    if records:
        return Artifact(records=content, size=len(content))
    try:
        writable = os.memfd_create("artifact", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING | MFD_EXEC)
    except OSError:
        writable = os.memfd_create("artifact", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        os.fchmod(writable, 0o555)
        view = memoryview(content)
        while view:
            view = view[os.write(writable, view) :]
        with suppress(OSError):
            fcntl.fcntl(writable, fcntl.F_ADD_SEALS, SEALS)
        readable = os.open(f"/proc/self/fd/{writable}", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(writable)  # a file that is open for writing cannot be executed (ETXTBSY)
    artifact = Artifact(readable, size=len(content))
    weakref.finalize(artifact, os.close, readable)
    return artifact
