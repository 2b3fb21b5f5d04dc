"""Which program a completion proposes."""

from __future__ import annotations

from typing import Any

import pytest
from golden import complaints, each, golden
from hypothesis import given
from hypothesis import strategies as st
from timing import assert_linear

from r1.verifiers.code.find.program import answer_region, extract

ADD = "def add(a, b):\n    return a + b\n"
OTHER = "def add(a, b):\n    return 0\n"


def fenced(source: str, info: str = "python", mark: str = "```") -> str:
    return f"{mark}{info}\n{source}{mark}"


@pytest.mark.parametrize(
    "completion",
    [
        fenced(ADD),
        *(fenced(ADD, info) for info in ("", "py", "Python3", "python title=a.py", "{.python}")),
        fenced(ADD, mark="~~~"),
        fenced(ADD, mark="`````"),
        fenced(ADD).replace("\n", "\r\n"),
        fenced(ADD).removesuffix("```"),
        ADD,
        f"Here:\n\n{fenced(OTHER)}\n\nBetter:\n\n{fenced(ADD)}\n",
        f"{fenced(ADD)}\nOutput:\n{fenced('3' + chr(10), '')}",
        f"{fenced(ADD)}\nRun it:\n{fenced('python a.py' + chr(10), 'bash')}",
        f"{fenced(ADD)}\nUse it so:\n{fenced('print(add(1, 2))' + chr(10))}",
        f"<think>{fenced(OTHER)}</think>{fenced(ADD)}",
        f"<think>x</think><answer>{fenced(ADD)}</answer> as {fenced(OTHER)} was wrong",
        "1. Do this:\n\n   " + fenced(ADD).replace("\n", "\n   "),
        "10. Do this:\n\n      " + fenced(ADD).replace("\n", "\n      "),
        "- Do this:\n\n\t" + fenced(ADD).replace("\n", "\n\t"),
    ],
)
def test_the_program_is_found(completion: str) -> None:
    found = extract(completion, entry="add")
    assert found is not None and found.source.strip() == ADD.strip()


@pytest.mark.parametrize(
    "completion",
    [
        "I do not know.",
        f"<think>{fenced(ADD)}</think> That is it.",
        f"<think>{fenced(ADD)}",
        fenced(ADD, "text"),
        fenced("\n"),
        "",
    ],
)
def test_no_program_is_found(completion: str) -> None:
    assert extract(completion, entry="add") is None


@pytest.mark.parametrize("row", each(golden("code_extract")))
def test_golden(row: dict[str, Any]) -> None:
    found = extract(row["completion"], row["language"], row["prompt"], row["entry"])
    right = (found and found.source.strip("\n")) == (row["expected"] and row["expected"].strip("\n"))
    assert right, complaints([(row, found)])


def test_a_body_continues_the_prompt() -> None:
    found = extract("    return a + b\n", prompt="def add(a, b):\n")
    assert found is not None and (found.source, found.place) == (ADD, "continuation")


def test_without_an_entry_point_the_last_block_counts() -> None:
    found = extract(f"{fenced(ADD)}\n{fenced('print(3)' + chr(10))}")
    assert found is not None and found.source == "print(3)\n"


@pytest.mark.parametrize(
    ("completion", "place", "language"),
    [
        (fenced(ADD), "fence", "python"),
        (fenced(ADD).removesuffix("```"), "unfinished fence", "python"),
        (ADD, "text", "python"),
        (fenced("fn main() {}\n", "rs"), "fence", "rust"),
    ],
)
def test_place_and_language_of_a_program(completion: str, place: str, language: str) -> None:
    found = extract(completion, "any" if language == "rust" else language)
    assert found is not None and (found.place, found.language) == (place, language)


@pytest.mark.parametrize(
    ("completion", "region"),
    [
        ("a", "a"),
        ("<think>a</think>b", "b"),
        ("<think>a</think>b</think>c", "c"),
        ("<think>a", None),
        ("a<answer>b</answer>c", "b"),
        ("<answer>a</answer><answer>b</answer>c", "b"),
        ("a<answer>b", "b"),
        ("<think><answer>a</answer></think>b", "b"),
    ],
)
def test_the_region_that_counts_as_the_answer(completion: str, region: str | None) -> None:
    assert answer_region(completion) == region


@given(st.text(alphabet=st.characters(exclude_characters="`~<"), max_size=200))
def test_prose_before_a_fence_changes_nothing(prose: str) -> None:
    found = extract(f"{prose}\n{fenced(ADD)}", entry="add")
    assert found is not None and found.source.strip() == ADD.strip()


@pytest.mark.parametrize(
    "unit",
    [
        "```python\n",
        "    ```\n",
        "~~~",
        "`",
        "def add(",
        "\n",
        " ",
        "\t```x\n",
        "x ```python\n",
        "> ```\n",
        ">>> a\n",
        "a\n\n",
    ],
)
@pytest.mark.parametrize("language", ["python", "cpp"])
def test_programs_are_found_in_linear_time(unit: str, language: str) -> None:
    assert_linear(lambda text: extract(text, language, entry="add"), unit)
