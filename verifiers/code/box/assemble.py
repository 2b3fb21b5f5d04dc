"""What is sent into boxes: the trusted Python programs that make calls and run tests, compiled once on our side."""

from __future__ import annotations

import json
import marshal
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from r1.sandbox.protocol import Program

_PARTS = {
    "calls": ("values", "calls"),
    "candidate": ("values", "wire", "candidate"),
    "tester": ("values", "wire", "pocket_numpy", "pocket_pytest", "remote", "refusals", "suite", "tester"),
    "reader": ("reader",),
    "recorder": ("values", "recorder"),
}
_TAIL = {"tester": '\nif __name__ == "__main__":\n    main()\n'}

# Takes its program off the front of stdin: as code for our Python version, as text behind it for a box with another one.
_LOADER = """import marshal, os, sys
def take(count, data=b""):
    while len(data) < count:
        data += os.read(0, count - len(data)) or sys.exit("the job is cut short")
    return data
code, text = take({code}), take({text})
ours = sys.implementation.cache_tag == {tag!r}
exec(marshal.loads(code) if ours else compile(text, "r1_{kind}.py", "exec"), {{"__name__": "__main__"}})
"""


@lru_cache(maxsize=len(_PARTS))
def _parts(kind: str) -> tuple[str, bytes]:
    """The loader, and what it takes off stdin. Compiling that text takes longer than many a candidate runs."""
    here = Path(__file__).parent
    text = "\n".join((here / f"{part}.py").read_text(encoding="utf-8") for part in _PARTS[kind]) + _TAIL.get(kind, "")
    code = marshal.dumps(compile(text, f"r1_{kind}.py", "exec", dont_inherit=True, optimize=2))
    data = text.encode()
    loader = _LOADER.format(code=len(code), text=len(data), tag=sys.implementation.cache_tag, kind=kind)
    return loader, code + data


def boxed(kind: str, job: Mapping[str, Any]) -> Program:
    """The program ``kind`` (one of `_PARTS`) with its job on stdin."""
    loader, data = _parts(kind)
    return Program(loader, "python", stdin=data + json.dumps(job).encode())
