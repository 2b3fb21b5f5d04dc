"""Value form: whether an answer is a value, or an expression that is still to be evaluated.

Unsimplified but equal is right in general. Where the task is to evaluate an expression, that rule would pay a copy of the
question; such a truth says ``"form": "value"``. Then the answer has to show the value itself: a numeral, or a fraction of two,
that equals the gold and is not joined to others by an operator. "3+4 = 7" shows 7, "3+4" and "7+0" show nothing; an answer
without digits ("seven") is left to the other rules.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from fractions import Fraction

from r1.verifiers.math.gold import plain_number

_FRACTION = re.compile(r"\\[dt]?frac\s*\{?(\d+)\}?\s*\{?(\d+)\}?")
_OPERATOR = re.compile(r"\\(?:times|cdot|div)(?![A-Za-z])")
_DROPPED = re.compile(r"\\(?:left|right)(?![A-Za-z])|(?<=\d),(?=\d{3})|(?<=\d)\{,\}(?=\d)")
# A maximal run of numerals, operators and parentheses.
_RUN = re.compile(r"[-−–+(]*+\d[\d.]*+(?:[ \t]*+[-−–+*/×·⋅∙÷:^!()]++[ \t]*+(?:\d[\d.]*+)?)*+")
MAX_CHARS = 4000


def is_value(answer: str, golds: Collection[Fraction | int]) -> bool:
    """Whether ``answer`` shows one of the numbers ``golds`` as a numeral of its own. Takes linear time."""
    text = _OPERATOR.sub("*", _FRACTION.sub(r"\1/\2", _DROPPED.sub("", answer[-MAX_CHARS:])))
    runs = [match[0].strip(" \t.").replace("−", "-").replace("–", "-") for match in _RUN.finditer(text)]
    return not runs or any(plain_number(run) in golds for run in runs)
