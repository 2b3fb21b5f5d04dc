"""Markdown tables: written tables read back; anything but exactly one table is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from structures import grids, status_of

from r1.verifiers.structure.limits import Malformed
from r1.verifiers.structure.readers.table import read_table
from r1.verifiers.verdict import Status


@given(grids)
def test_tables_read_back_what_was_written(rows: list[list[str]]) -> None:
    cells = [[cell.replace("\n", " ").replace("\\", "/").strip(" ") for cell in row] for row in rows]
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells]
    lines.insert(1, "|" + ":-:|" * len(cells[0]))
    truth = {"format": "md_table", "header": cells[0], "rows": len(cells) - 1, "content": cells[1:]}
    assert status_of("\n".join(lines) + "\n", truth) is Status.PASS


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("n | s\n--|--\n1 | 1", Status.PASS),
        ("| n | s |\r\n|:-|-:|\r\n| 1 | 1 |\r\n", Status.PASS),
        ("| n | s |\n|---|---|\n| 1 |", Status.MALFORMED),
        ("| n | s |\n|---|\n| 1 | 1 |", Status.MALFORMED),
        ("| n | s |\n|---|-x-|\n| 1 | 1 |", Status.MALFORMED),
        ("| n | s |\n|---|---|\n\n| 1 | 1 |", Status.MALFORMED),
        ("Table:\n| n | s |\n|---|---|\n| 1 | 1 |", Status.MALFORMED),
        ("| n | s |\n|---|---|\n| 1 | 1 |\nDone.", Status.MALFORMED),
        ("```\n| n | s |\n|---|---|\n| 1 | 1 |\n```", Status.MALFORMED),
        ("| s | n |\n|---|---|\n| 1 | 1 |", Status.FAIL),
        ("| n | s |\n|---|---|", Status.FAIL),
        ("", Status.MALFORMED),
    ],
)
def test_tables_are_strict(text: str, status: Status) -> None:
    assert status_of(text, {"format": "md_table", "header": ["n", "s"], "rows": 1}) is status


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a|b", "a table has a header and a delimiter row"),
        ("a|b\n-|x", "line 2 is not a delimiter row"),
        ("a|b\n-|-\n1", "line 3 is not a row of a table"),
        ("a|b\n-|-\n1|2|3|4", "line 3 has 3 cells, the header has 2"),
        ("a|b\n-|-\n    1|2", "line 3 is not a row of a table"),
        ("a|b\n-|-\n1|2\n3|4\n5|6", "more than 4 lines"),
    ],
)
def test_the_error_names_the_line(text: str, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        read_table(text, max_cells=4)
