r"""Box rule: exactly one balanced, non-empty `\boxed{…}` in an answer, found in one pass."""

from __future__ import annotations

import re
from itertools import islice

from r1.verifiers.text.visible import drop_invisible

MAX_BOX_CHARS = 20_000  # no answer is longer; a box that is still open by then is as good as never closed
_BOX = re.compile(r"\\boxed(?![A-Za-z])[ \t\n]*(\{?)")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
# What LaTeX prints as nothing: spaces, braces, and text commands around them.
_PRINTS_NOTHING = re.compile(r"\\(?:text|mathrm|mathbf|quad|qquad|hspace|phantom)(?![A-Za-z])|\\[ ,;:!>]|[\s{}~$]")


def box_rule(answer: str) -> str:
    """The rule that the answer's boxes break, or ``""``."""
    boxes = list(islice(_BOX.finditer(answer), 2))
    if len(boxes) != 1:
        return "the answer holds more than one \\boxed" if boxes else "the answer holds no \\boxed"
    if not boxes[0].group(1):
        return "\\boxed has no braces"
    start = boxes[0].end()
    depth = 1
    for brace in _BRACE.finditer(answer, start, start + MAX_BOX_CHARS):
        depth += {"{": 1, "}": -1}.get(brace.group(), 0)
        if depth == 0:
            inside = drop_invisible(answer[start : brace.start()])
            return "" if _PRINTS_NOTHING.sub("", inside) else "\\boxed is empty"
    return f"\\boxed is not closed within {MAX_BOX_CHARS} characters"
