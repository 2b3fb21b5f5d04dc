"""Strict Markdown table (GitHub Flavored Markdown 0.29 §4.10): every row has as many cells as the header."""

from __future__ import annotations

import re
from itertools import islice

from r1.verifiers.structure.limits import MAX_VALUES, Malformed
from r1.verifiers.text.visible import ASCII_SPACE

_DELIMITER = re.compile(r":?-+:?")
_CELL = re.compile(r"((?:[^|\\]++|\\.?+)*+)(\||\Z)", re.DOTALL)


def read_table(text: str, max_cells: int = MAX_VALUES) -> list[list[str]]:
    """The rows, including the header but not the delimiter row; cells are trimmed, ``\\|`` is read as ``|``.

    Raises:
        Malformed: the text is not exactly one table, a row has another width, or there are more than ``max_cells`` cells.
    """
    lines = text.strip("\r\n").rstrip(ASCII_SPACE).replace("\r\n", "\n").split("\n", max_cells + 1)
    if len(lines) < 2:
        raise Malformed("a table has a header and a delimiter row")
    if len(lines) > max_cells:
        raise Malformed(f"more than {max_cells} lines")
    header = _cells(lines[0], 1, max_cells)
    delimiter = _cells(lines[1], 2, len(header))
    if len(delimiter) != len(header) or not all(map(_DELIMITER.fullmatch, delimiter)):
        raise Malformed("line 2 is not a delimiter row of the header's width")
    rows = [header]
    for number, line in enumerate(lines[2:], 3):
        rows.append(_cells(line, number, len(header)))
        if len(rows[-1]) != len(header):
            raise Malformed(f"line {number} has {len(rows[-1])} cells, the header has {len(header)}")
    return rows


def _cells(line: str, number: int, most: int) -> list[str]:
    """The cells of one row, at most ``most + 1``: the caller only needs to see that there are too many."""
    bare = line.strip(" \t")
    indent = len(line) - len(line.lstrip(" "))
    if bare.count("|") < 1 or bare == "|" or indent > 3 or line.startswith("\t"):
        raise Malformed(f"line {number} is not a row of a table")
    matches = _CELL.finditer(bare, 1 if bare.startswith("|") else 0)
    cells = [match[1] for match in islice(matches, most + 1) if match.start() < len(bare)]
    return [cell.strip(" \t").replace("\\|", "|") for cell in cells]
