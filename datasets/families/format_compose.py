"""Compose: one to five instructions of any kind that go together."""

from __future__ import annotations

from r1.datasets.families.format_demands import ALL, Demanding


class Compose(Demanding):
    """Level n: n + 1 of them at once."""

    name = "compose"
    pool = ALL


FAMILY = Compose()
