"""Prompt: which code of a prompt a whole program may use."""

from __future__ import annotations

import pytest

from r1.verifiers.code.truth.prompt import helper_sources, prelude

PROMPT = '''"""Shapes."""
from __future__ import annotations
import math
import numpy as np

def helper(x):
    # kept as it is
    return x

def area(r):
    """The area."""
'''


def test_the_prelude_is_the_prompt_without_its_entry_point_and_texts() -> None:
    code = prelude("import os", PROMPT, "area")
    names: dict[str, object] = {}
    exec(code, names)  # numpy may be missing
    assert code.startswith("import os\n")
    assert "math" in names and "helper" in names
    assert "area" not in names and "Shapes" not in code and "__future__" not in code
    assert "except ImportError" in code


@pytest.mark.parametrize("prompt", ["Write a function.", "def f(:", "x = '\0'"])
def test_a_prompt_that_is_not_python_adds_nothing(prompt: str) -> None:
    assert prelude("import os", prompt, "f") == "import os"
    assert helper_sources(prompt, "f") == ()


def test_helpers_are_quoted_character_for_character() -> None:
    assert helper_sources(PROMPT, "area") == ("def helper(x):\n    # kept as it is\n    return x",)


@pytest.mark.parametrize("module", ["math", "os.path", "collections.abc"])
def test_a_standard_import_is_not_guarded(module: str) -> None:
    assert prelude("", f"import {module}\n", "f") == f"import {module}"
