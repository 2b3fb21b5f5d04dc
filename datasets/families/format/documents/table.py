"""Table: write records as a Markdown table."""

from __future__ import annotations

import re
from typing import Any

from r1.datasets.families.format.documents._rows import Rows, header, rows, rows_prompt, spoiled_rows
from r1.datasets.family import Instance


class Table(Rows):
    """Levels as in `Rows`."""

    name = "table"

    def render(self, instance: Instance) -> str:
        return rows_prompt(instance, "a Markdown table (a | inside a cell is written \\|)")

    def truth(self, instance: Instance) -> dict[str, Any]:
        content = rows(instance)
        shape = {"header": header(instance), "rows": len(content), "content": content}
        return {"verifier": "structure", "format": "md_table", **shape}

    def solution(self, instance: Instance) -> str:
        return _written([header(instance), *rows(instance)])

    def check(self, instance: Instance, answer: str) -> bool:
        """Split the lines at bars without a backslash before them; the outer bars may be missing, as in GFM."""
        lines = [re.sub(r"^\s*\||(?<!\\)\|\s*$", "", line) for line in answer.strip().split("\n")]
        cells = [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)] for line in lines]
        is_rule = len(cells) > 1 and len(cells[1]) == len(cells[0]) and all(set(cell) == {"-"} for cell in cells[1])
        return is_rule and [cells[0], *cells[2:]] == [header(instance), *rows(instance)]

    def mutations(self, instance: Instance, good: str) -> list[str]:
        lines = good.split("\n")
        return [
            *map(_written, spoiled_rows(instance)),
            "\n".join([lines[0], *lines[2:]]),
            "\n".join([lines[0], lines[1][:-4], *lines[2:]]),
            "Here is the table:\n" + good,
            good + "\n\nDone.",
            good.replace("\n", "\n\n", 1),
            f"{good} 9 |",
        ]


def _written(table: list[list[str]]) -> str:
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in table]
    return "\n".join([lines[0], "|" + "---|" * len(table[0]), *lines[1:]])


FAMILY = Table()
