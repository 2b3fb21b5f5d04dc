"""Errors about names that do not exist."""

from __future__ import annotations

import pytest

from r1.envs.unknown import unknown


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("r1_zer", "unknown template 'r1_zer'; expected one of: r1, r1_zero; did you mean 'r1_zero'?"),
        ("something", "unknown template 'something'; expected one of: r1, r1_zero"),
        (3, "unknown template 3; expected one of: r1, r1_zero"),
    ],
)
def test_the_error_names_the_value_the_choices_and_the_nearest_one(name: object, text: str) -> None:
    assert str(unknown("template", name, ("r1", "r1_zero"))) == text
