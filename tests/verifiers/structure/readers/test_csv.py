"""CSV: written records read back; texts outside RFC 4180 are refused."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structures import grids, status_of

from r1.verifiers.structure import Structure
from r1.verifiers.structure.limits import Malformed
from r1.verifiers.structure.readers.csv import read_csv
from r1.verifiers.verdict import Status


@given(grids, st.sampled_from(["\n", "\r\n"]))
def test_csv_reads_back_what_was_written(rows: list[list[str]], end: str) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator=end).writerows(rows)
    truth = {"format": "csv", "header": rows[0], "rows": len(rows) - 1, "content": rows[1:]}
    assert Structure(allow_fence=False)(out.getvalue(), truth).status is Status.PASS


@pytest.mark.parametrize(
    "text",
    [
        'a,b\n1,"2',
        'a,b\n1,2"',
        'a,b\n1,"2"x',
        "a,b\r1,2",
        "a,b\n1,2\n\n",
        "a,b\n\n1,2",
        "a,b\n1,2,3",
        "a,b\n1",
        "a;b\n1;2",
        "",
        "a,b",
    ],
)
def test_csv_is_strict(text: str) -> None:
    assert status_of(text, {"format": "csv", "header": ["a", "b"], "rows": 1}) in (Status.MALFORMED, Status.FAIL)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('a,b\n1,"2', "record 2: a stray quote or line break in field 2"),
        ("a,b\n1,2,3", "record 2 has 3 fields, the first has 2"),
        ("a,b\n\n1,2", "record 2 has 1 fields, the first has 2"),
        ("1,2,3,4,5,6", "more than 5 fields"),
    ],
)
def test_the_error_names_the_record(text: str, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        read_csv(text, max_fields=5)
