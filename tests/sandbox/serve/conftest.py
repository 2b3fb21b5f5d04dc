"""Fixtures for the tests of the service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import (
    Held,
)


@pytest.fixture
def held() -> Iterator[Held]:
    """A fake sandbox whose runs wait until the test lets them go."""
    held = Held()
    yield held
    held.let_go.set()
