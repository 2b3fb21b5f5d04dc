"""Names of languages, in info strings and in truths."""

from __future__ import annotations

import pytest

from r1.verifiers.code import Code
from r1.verifiers.code.find.languages import ALIASES, KIN, language_of
from r1.verifiers.compiler import Compiler
from r1.verifiers.verdict import Status, TruthError


@pytest.mark.parametrize(
    ("info", "language"),
    [
        ("python", "python"),
        ("Python3.11", "python"),
        ("python title=x", "python"),
        ("{.python .numberLines}", "python"),
        ("main.py", "python"),
        ("lang-js", "javascript"),
        ("language-c++", "cpp"),
        ("gnu++17", "cpp"),
        ("gnu11", "c"),
        ("C#", "c#"),
        ("F#", "f#"),
        ("", ""),
        ("{code}", ""),
        ("haskell", "haskell"),
    ],
)
def test_the_language_of_an_info_string(info: str, language: str) -> None:
    assert language_of(info) == language


def test_every_alias_names_exactly_one_language() -> None:
    for language, aliases in ALIASES.items():
        assert {language_of(alias) for alias in aliases} == {language}
    assert set(KIN) | set(KIN.values()) <= set(ALIASES)


@pytest.mark.parametrize("name", ["pyton", "C++", "js", 3])
def test_an_unknown_language_in_a_truth_is_named(name: object) -> None:
    truth = {"language": name, "tests": [{"stdin": "", "stdout": "1"}]}
    with pytest.raises(TruthError, match=r"unknown language .*; expected one of: python, c, cpp"):
        Code("fake").validate(truth)
    assert Code("fake")("```python\nprint(1)\n```", truth).status is Status.UNSCORED
    assert Compiler("fake")("```python\nprint(1)\n```", truth).status is Status.UNSCORED
