"""CSV: write records as comma-separated values with the quotes of RFC 4180."""

from __future__ import annotations

import csv
import io
from typing import Any

from r1.datasets.families.format.documents._rows import Rows, header, rows, rows_prompt, spoiled_rows
from r1.datasets.family import Instance


class Csv(Rows):
    """Levels as in `Rows`."""

    name = "csv"

    def render(self, instance: Instance) -> str:
        return rows_prompt(instance, "CSV (RFC 4180)")

    def truth(self, instance: Instance) -> dict[str, Any]:
        content = rows(instance)
        shape = {"header": header(instance), "rows": len(content), "content": content}
        return {"verifier": "structure", "format": "csv", **shape}

    def solution(self, instance: Instance) -> str:
        return _written([header(instance), *rows(instance)])

    def check(self, instance: Instance, answer: str) -> bool:
        """Read the answer with the standard library, and write it back."""
        found = list(csv.reader(io.StringIO(answer)))
        return found == [header(instance), *rows(instance)] and _written(found) == answer

    def mutations(self, instance: Instance, good: str) -> list[str]:
        return [
            *map(_written, spoiled_rows(instance)),
            good.replace(",", ";"),
            good.replace(",", ", ", 1),
            "Here is the file:\n" + good,
            good + "\nDone.\n",
            good.replace("\n", "\n\n", 1),
            good.rstrip("\n") + '"',
        ]


def _written(table: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    return out.getvalue()


FAMILY = Csv()
