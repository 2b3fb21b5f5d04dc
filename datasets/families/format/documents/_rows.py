"""Rows: the tables that CSV and Markdown tasks ask for, with chosen columns and sorted and filtered rows."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from r1.datasets.families.format.documents._records import FIELDS, records, shown, text


class Rows:
    """Base of the CSV and table families.

    Levels add demands: 0 columns in order, 1 rows sorted, 2 active records only, 3 header in capitals, 4 rows numbered.
    """

    version = 1
    levels = range(5)

    def generate(self, level: int, rng: random.Random) -> Mapping[str, Any]:
        data = records(rng, FIELDS, 3 + level)
        for one in data[:2]:
            one["active"] = True
        rng.shuffle(data)
        columns = rng.sample(["name", "city", "age", "price", "code", "item"], rng.randint(2, 4))
        sort = rng.choice(["age", "price"]) if level >= 1 else None
        return {"level": level, "records": data, "columns": columns, "sort": sort}

    def canonical(self, instance: Mapping[str, Any]) -> Any:
        return [instance["records"], instance["columns"], instance["sort"], instance["level"]]

    def bounds(self, level: int) -> float:
        return 80.0


def header(instance: Mapping[str, Any]) -> list[str]:
    """The cells of the header."""
    names = [*(["nr"] if instance["level"] >= 4 else []), *instance["columns"]]
    return [name.upper() for name in names] if instance["level"] >= 3 else names


def rows(instance: Mapping[str, Any]) -> list[list[str]]:
    """The cells of the rows below the header."""
    data = list(instance["records"])
    if instance["sort"]:
        data.sort(key=lambda one: one[instance["sort"]])  # stable: equal records stay in the order of the prompt
    if instance["level"] >= 2:
        data = [one for one in data if one["active"]]
    numbered = instance["level"] >= 4
    return [
        [*([str(i)] if numbered else []), *(text(one[column]) for column in instance["columns"])]
        for i, one in enumerate(data, 1)
    ]


def rows_prompt(instance: Mapping[str, Any], name: str) -> str:
    """The prompt: the demands, and the records."""
    columns = ", ".join(instance["columns"])
    asked = [f"Write {name} and nothing else, with a header and these columns in this order: {columns}."]
    if instance["sort"]:
        asked.append(f"Sort the rows by {instance['sort']}, smallest first; keep the order of equal ones.")
    if instance["level"] >= 2:
        asked.append("Leave out the records that are not active.")
    if instance["level"] >= 3:
        asked.append("Write the header in capital letters.")
    if instance["level"] >= 4:
        asked.append("Put a first column nr (in the header's case) before the others: the number of the row, from 1.")
    return "\n".join(asked) + "\n\n" + shown(instance["records"])


def spoiled_rows(instance: Mapping[str, Any]) -> list[list[list[str]]]:
    """Tables, header first, that each break one demand."""
    good = [header(instance), *rows(instance)]
    changed = [*good[:-1], [*good[-1][:-1], good[-1][-1] + "x"]]
    return [
        changed,
        good[:-1],
        [*good, good[-1]],
        [row[::-1] for row in good],
        [row[:-1] for row in good],
        [[*row, "1"] for row in good],
        good[1:],
        [[name.swapcase() for name in good[0]], *good[1:]],
        *([[good[0], *good[:0:-1]]] if good[1:] != good[:0:-1] else []),
    ]
