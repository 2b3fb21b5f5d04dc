"""Assemble: the trusted Python programs that are sent into boxes, each joined from its parts and compiled once.

A part is a file of this folder. The parts of one program share one namespace, use only the standard library and import
no other part.
"""

from __future__ import annotations

import json
import marshal
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from r1.sandbox.protocol import Program

PARTS = {
    "calls": ("values", "solution", "calls"),
    "candidate": ("values", "wire", "solution", "lent", "candidate"),
    "tester": (
        "values",
        "wire",
        "tester/remote",
        "tester/sameness",
        "tester/lent",
        "tester/bridge",
        "tester/pocket_numpy",
        "tester/pocket_pytest",
        "tester/refusals",
        "tester/names",
        "tester/functions",
        "tester/cases",
        "tester/suite",
        "tester/main",
    ),
    "reader": ("reader",),
    "recorder": ("values", "recorder"),
}
"""The programs, and the files that each of them is made of, in order."""

# Reads its program from the start of stdin: as code for our own Python version, as source text for any other version.
_LOADER = """import marshal, os, sys
def take(count, data=b""):
    while len(data) < count:
        data += os.read(0, count - len(data)) or sys.exit("the job is cut short")
    return data
code, text = take({code}), take({text})
ours = sys.implementation.cache_tag == {tag!r}
exec(marshal.loads(code) if ours else compile(text, "r1_{kind}.py", "exec"), {{"__name__": "__main__"}})
"""


def source_of(kind: str) -> str:
    """The source text of the program ``kind``, a key of `PARTS`."""
    here = Path(__file__).parent
    return "\n".join((here / f"{part}.py").read_text(encoding="utf-8") for part in PARTS[kind])


@lru_cache(maxsize=len(PARTS))
def _loader(kind: str) -> tuple[str, bytes]:
    """The loader's source, and what it reads from stdin. Cached: compiling takes longer than many a candidate runs."""
    text = source_of(kind)
    code = marshal.dumps(compile(text, f"r1_{kind}.py", "exec", dont_inherit=True, optimize=2))
    data = text.encode()
    loader = _LOADER.format(code=len(code), text=len(data), tag=sys.implementation.cache_tag, kind=kind)
    return loader, code + data


def boxed(kind: str, job: Mapping[str, Any]) -> Program:
    """The program ``kind``, a key of `PARTS`, with ``job`` as JSON on its stdin."""
    loader, data = _loader(kind)
    return Program(loader, "python", stdin=data + json.dumps(job).encode())
