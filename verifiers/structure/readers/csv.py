"""Strict CSV (RFC 4180): records of equal width, quotes around whole fields only and doubled inside, no blank lines.

Lines may end in LF or CRLF; the last one may lack its line end. White space belongs to the field.
"""

from __future__ import annotations

import re

from r1.verifiers.structure.limits import MAX_VALUES, Malformed

# One field and its end; possessive, so that an unclosed quote is scanned once.
_FIELD = re.compile(r'(?:"((?:[^"]++|"")*+)"|([^",\r\n]*+))(,|\r?\n|\Z)')


def read_csv(text: str, max_fields: int = MAX_VALUES) -> list[list[str]]:
    """The records, including the header.

    Raises:
        Malformed: the text is not RFC 4180 or has more than ``max_fields`` fields.
    """
    records: list[list[str]] = [[]]
    at, count = 0, 0
    while True:
        match = _FIELD.match(text, at)
        if match is None:
            raise Malformed(f"record {len(records)}: a stray quote or line break in field {len(records[-1]) + 1}")
        quoted, plain, end = match.groups()
        records[-1].append(plain if quoted is None else quoted.replace('""', '"'))
        at = match.end()
        count += 1
        if count > max_fields:
            raise Malformed(f"more than {max_fields} fields")
        if end == "":
            break
        if end != ",":
            if at == len(text):
                break
            records.append([])
    width = len(records[0])
    for number, record in enumerate(records, 1):
        if len(record) != width:
            raise Malformed(f"record {number} has {len(record)} fields, the first has {width}")
    return records
