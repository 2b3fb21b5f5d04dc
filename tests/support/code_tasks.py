"""Small code tasks and completions for tests."""

from __future__ import annotations

from typing import Any

LIMITS = {"cpu_s": 1, "wall_s": 3, "memory_mb": 256}
CHECK = """
def check(candidate):
    for i in range(5):
        for j in range(3):
            assert candidate(i, j) == i + j

check(add)
"""


def task(tests: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """The truth of a Python task with these tests."""
    return {"language": "python", "limits": LIMITS, "tests": tests, **more}


def fenced(program: str, language: str = "python") -> str:
    """A completion that proposes ``program``."""
    return f"```{language}\n{program}\n```"
