"""A sentence as clauses: which part of it states something, and which only adds to it.

A *side clause* adds a remark and states no answer: a relative clause ("which is 3 more than"), a remark in parentheses, a
circumstance with a number of its own ("after 3 days", "of the 20 boxes", "in step 2"), a comparison ("比小明多 3 本"), the
condition of an equality (当且仅当), a number that is a name ("#12"). Side clauses are blanked, so that every other character
keeps its index. Each rule is a row of one table and runs only if one of its hints is in the text; all are linear.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple


class SideClause(NamedTuple):
    """A kind of side clause.

    Attributes:
        name: what the clause adds.
        hints: substrings, one of which is in every such clause.
        pattern: the clause, as a regular expression; compiled when the first text has a hint.
        example: a sentence that states 7, with such a clause.
    """

    name: str
    hints: tuple[str, ...]
    pattern: str
    example: str


_UNIT_OF_TIME = r"(?:second|minute|hour|day|week|month|year|night|step|round|turn|game|trip|lap|case|line|move|trial|hop|visit|stage)s?"
_COUNT = r"\$?(?:\d{1,9}(?:\.\d{1,9})?|one|two|three|four|five|six|seven|eight|nine|ten)\$?"
SIDE_CLAUSES = (
    SideClause(
        "contrast",
        ("not ", "nicht ", "no ", "pas "),
        (
            r"\bnot\s{1,4}[^\s,;]{1,40},?\s{1,4}but\s{1,4}(?:rather\s{1,4}|actually\s{1,4})?(?=\S)"
            r"|\bnicht\s{1,4}[^\s,;]{1,40},?\s{1,4}sondern\s{1,4}(?=\S)|\bno\s{1,4}(?:es\s{1,4})?[^\s,;]{1,40},?\s{1,4}sino\s{1,4}(?=\S)"
            r"|\bpas\s{1,4}[^\s,;]{1,40},?\s{1,4}mais\s{1,4}(?=\S)"
        ),
        "The answer is not 9 but 7.",
    ),
    SideClause(
        "relative",
        ("which", "who"),
        (
            r"(?i)"
            r",\s{0,4}(?:which|who|where)\s{1,4}(?:is|are|was|were|has|have|makes|means|exceeds)\s[^,.;\n]*(?:\.\d+[^,.;\n]*)*"
        ),
        "So she needs 7 eggs, which is 2 more than last week.",
    ),
    SideClause(
        "remark",
        ("(",),
        (
            r"(?<=[\w$%*])\s\((?=[^()\n]{0,60}[A-Za-z]{2})(?![^()\n]{0,80}\bor\b)(?:in|see|from|as|since|because|by|for|after|cf|rounded|the|using|with|step|i\.e|e\.g|\d+)\b"
            r"[^()\n]{0,80}\)"
        ),
        "The result is 7 (in 2 lines).",
    ),
    SideClause(
        "part of a whole",
        ("of ", "out "),
        (
            r"(?i)"
            rf"\s{{1,4}}(?:out\s{{1,4}})?of\s{{1,4}}(?:the|all|these|those|her|his|its|their|our|my|a\s{{1,4}}total\s{{1,4}}of)\s{{1,4}}{_COUNT}(?=\s{{1,4}}[A-Za-z])"
        ),
        "So 7 of the 20 seats are taken.",
    ),
    SideClause(
        "circumstance",
        ("fter ", "n ", "rom ", "ithin ", "uring ", "ver ", "efore ", "y "),
        (
            r"(?i)"
            rf"(?:(?<=\n)|(?<=^)|(?<=\.\s)|(?<=[\w*)],)|(?<=[\w*)]))\s{{0,4}}\b(?:after|in|from|within|during|over|before|by)\s{{1,4}}(?:the\s{{1,4}}(?:first|last|next)\s{{1,4}})?"
            rf"(?:{_COUNT}\s{{1,4}}{_UNIT_OF_TIME}\b|(?:step|case|line|part|day|week|equation|question|problem)\s{{1,4}}\(?\d{{1,4}}\)?)"
            r"(?:\s{1,4}of\s{1,4}[a-z]+)?,?"
        ),
        "After 3 days, 7 boxes are left.",
    ),
    SideClause(
        "source",
        (", from", ", found", ", see", ", as in", ", by"),
        (
            r"(?m)"
            r",\s{0,4}(?:from|found\s{1,4}in|see|as\s{1,4}in|by)\s{1,4}[^,.;\n]{1,60}(?=\.?\s{0,4}$)"
        ),
        "Result = 7, found in 2 lines",
    ),
    SideClause(
        "reason or contrast",
        ("because", "while", "whereas", "since", "as ", "rather", "instead", "not "),
        (
            r"(?i)"
            r"(?<=[\w$)%*]),?\s{1,4}(?:because|while|whereas|as\s{1,4}(?:shown|seen|required|expected|claimed))\b[^;\n]{1,200}"
            r"|(?<=[\d$)%*]),?\s{1,4}since\b[^;\n]{1,200}"
            r"|(?<=[\d$)%*]),?\s{1,4}(?:rather\s{1,4}than|instead\s{1,4}of|not)\s{1,4}\$?-?\d[^\s,;]*"
        ),
        "Therefore, x = 7 because 7 + 3 = 10.",
    ),
    SideClause(
        "difference",
        ("than",),
        r",\s{0,4}\$?\d[\d.,]*\$?\s{1,4}(?:\w+\s{1,4})?(?:more|less|fewer|higher|lower|larger|smaller)\s{1,4}than\b[^.;\n]*",
        "So he needs 7 eggs, 2 more than last week.",
    ),
    SideClause(
        "place",
        (" in ", " among ", " across ", " the ", "out of", " cover "),
        (
            rf"(?<!result)(?<!results)(?<!resulting)\s{{1,4}}(?:(?:in|among|across|out\s{{1,4}}of|to\s{{1,4}}cover)(?:\s{{1,4}}the)?|(?:for|with|by)\s{{1,4}}the)"
            rf"\s{{1,4}}{_COUNT}(?:\s{{1,4}}[a-z]{{3,}}s\b|(?=\s{{1,4}}(?:passed|are|is|were|was|have)\b)|\s{{1,4}}(?:km|cm|m|kg|miles)\b)"
        ),
        "There are 7 apples in 3 baskets.",
    ),
    SideClause(
        "description",
        (" that ",),
        r"(?<=\d)\s{1,4}(?:is|was)\s{1,4}the\s{1,4}(?:\w+\s{1,4}){1,4}that\b[^.;\n]*",
        "Thus, 7 is the smallest number that is not divisible by 2, 3 and 5.",
    ),
    SideClause(
        "sum",
        ("(",),
        r"(?<=\d)\s\((?=[^()\n]{0,40}[+×*/=÷·-])[\d +×*/=÷·.,-]{3,40}\)",
        "So the total is 7 (4 + 3).",
    ),
    SideClause("name", ("#",), r"(?<=\s)#\d{1,6}\b", "7 people bet on horse #12."),
    SideClause(
        "condition of equality",
        ("当", "等号", "其中", "时"),
        r"[，,（(]\s{0,4}(?:当且仅当|等号|其中|此时|这时)[^。；;\n]*",
        "即最小值为 $7$，当且仅当 $x=1$ 时取等号。",
    ),
    SideClause(
        "comparison",
        ("比",),
        r"[，,]\s{0,4}(?:它|他|她)?比[^，。；;\n]{0,40}?[多少大小高低长短快慢][^，。；;\n]{0,20}",
        "所以小红有 7 本书，比小明多 3 本。",
    ),
)
_SENTENCE_END = re.compile(r"(?<=[.!?])[\s*\"”)]*\s|[。！？；]|\n")
_STATES = re.compile(r"[A-Za-z]{3}|[\u4e00-\u9fff]")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def stated_part(text: str) -> str:
    """The text with its side clauses blanked, of the same length."""
    for _, hints, pattern, _ in SIDE_CLAUSES:
        if any(hint in text for hint in hints):
            text = _compiled(pattern).sub(lambda match: " " * len(match[0]), text)
    return text


def sentence_around(text: str, at: int) -> tuple[int, int]:
    """``(start, end)`` of the sentence of the text that holds the index."""
    low, high = max(0, at - 400), min(len(text), at + 400)
    start = low
    for match in _SENTENCE_END.finditer(text, low, at):
        start = match.end()
    stop = _SENTENCE_END.search(text, at, high)
    return start, stop.end() if stop else high
