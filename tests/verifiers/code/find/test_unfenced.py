"""Programs in texts without fences."""

from __future__ import annotations

import pytest

from r1.verifiers.code.find import unfenced
from r1.verifiers.code.find.code_lines import LOOKS_LIKE

ADD = "def add(a, b):\n    return a + b"


def bare(text: str, language: str = "python") -> str | None:
    found = unfenced.bare_program(text, language, LOOKS_LIKE[language])
    return found and found.strip("\n")


@pytest.mark.parametrize(
    "text",
    [
        ADD,
        f"Here it is:\n\n{ADD}\n\nIt adds two numbers.",
        f"Here it is:\n{ADD}\nIt adds two numbers.",
        f"First try:\n\ndef add(a, b):\n    return 0\n\nThat is wrong. Better:\n\n{ADD}\n",
        f"[PYTHON]\n{ADD}\n[/PYTHON]\nDone.",
        ">>> def add(a, b):\n...     return a + b",
    ],
)
def test_prose_around_a_python_program_is_removed(text: str) -> None:
    assert bare(text) == ADD


def test_prose_around_a_c_program_is_removed() -> None:
    program = "#include <stdio.h>\nint main(void) {\n    return 0;\n}"
    assert bare(f"The program:\n{program}\nIt does nothing.", "c") == program


def test_prose_without_code_has_no_program() -> None:
    assert bare("I could not solve it, sorry.") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("`f(x)`", "f(x)"), ("`python f(x)`", "f(x)"), ("``f(x)``", "f(x)"), ("`a` and `b`", "`a` and `b`"), ("f(x)", "f(x)")],
)  # fmt: skip
def test_an_inline_code_span(text: str, expected: str) -> None:
    assert unfenced.inline_span(text, {"python"}) == expected


def test_a_transcript_gives_its_input_lines() -> None:
    text = "In [1]: x = 1\nIn [2]: for i in y:\n   ...:     print(i)\n3\n"
    assert unfenced.is_transcript(text)
    assert unfenced.typed(text) == "x = 1\nfor i in y:\n    print(i)\n"


def test_magic_lines_are_removed_only_if_that_makes_python() -> None:
    assert unfenced.without_magics("!pip install x\nprint(1)") == "print(1)"
    assert unfenced.without_magics("!pip install x\nprint(1") == "!pip install x\nprint(1"
    assert unfenced.without_magics("print(5 % 3)") == "print(5 % 3)"


@pytest.mark.parametrize("body", ["return a + b", "c = a + b\n    return c", "c = a + b\nreturn c"])
def test_lost_indentation_is_restored(body: str) -> None:
    whole = unfenced.continued("def add(a, b):\n", body)
    assert whole is not None and whole.startswith("def add(a, b):\n    ") and unfenced.parses(whole)


def test_a_body_that_is_not_python_is_no_continuation() -> None:
    assert unfenced.continued("def add(a, b):\n", "It returns the sum.") is None


def test_text_after_a_continued_body_is_removed() -> None:
    found = unfenced.continuation("def add(a, b):\n", "    return a + b\n\nIt adds.\n", "python")
    assert found == f"{ADD}\n"


@pytest.mark.parametrize("text", ["(" * 10_000, "\0", "x = (", "x = 1\n" * 20_000], ids=["deep", "nul", "open", "long"])
def test_text_that_the_parser_cannot_take_is_not_python(text: str) -> None:
    assert not unfenced.parses(text)
