"""What is sent into boxes: the trusted Python programs that make calls and run tests, compiled once on our side."""

from __future__ import annotations

import binascii
import marshal
import sys
from functools import lru_cache
from pathlib import Path

_PARTS = {
    "calls": ("code_values", "code_box_calls"),
    "candidate": ("code_values", "code_wire", "code_box_candidate"),
    "tester": ("code_values", "code_wire", "code_box_suite", "code_box_tester"),
    "reader": ("code_box_reader",),
}
_TAIL = {"tester": '\nif __name__ == "__main__":\n    main()\n'}


@lru_cache(maxsize=len(_PARTS))
def box_program(kind: str) -> str:
    """The source of the program ``kind`` ("calls", "candidate" or "tester").

    Compiling it takes longer than many a candidate runs, so it travels as code of our Python version, with its text for
    a box that has another one. Both are ours: nothing of this comes from a candidate.
    """
    here = Path(__file__).parent
    text = "\n".join((here / f"{part}.py").read_text(encoding="utf-8") for part in _PARTS[kind]) + _TAIL.get(kind, "")
    code = binascii.b2a_base64(marshal.dumps(compile(text, f"r1_{kind}.py", "exec")), newline=False).decode()
    return (
        "import binascii, marshal, sys\n"
        f"if sys.implementation.cache_tag == {sys.implementation.cache_tag!r}:\n"
        f"    code = marshal.loads(binascii.a2b_base64({code!r}))\n"
        "else:\n"
        f"    code = compile({text!r}, 'r1_{kind}.py', 'exec')\n"
        "exec(code)\n"
    )
