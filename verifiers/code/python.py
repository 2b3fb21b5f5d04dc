"""Python: its parser, for one thread at a time.

CPython 3.11 counts the depth of all parses of a process in one place, so parses that overlap in two threads can end with
``SystemError: AST constructor recursion depth mismatch``.
"""

from __future__ import annotations

import ast
import threading
from typing import Literal, overload

_one_at_a_time = threading.Lock()


@overload
def parse(source: str, mode: Literal["exec"] = "exec") -> ast.Module: ...
@overload
def parse(source: str, mode: Literal["eval"]) -> ast.Expression: ...
def parse(source: str, mode: str = "exec") -> ast.AST:
    """The syntax tree of a text.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: as `ast.parse`.
    """
    with _one_at_a_time:
        return ast.parse(source, mode=mode)
