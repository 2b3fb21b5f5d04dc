"""Unicode: the Gymnasium space of all texts.

``gymnasium.spaces.Text`` needs a finite character set, and all of Unicode costs it seconds and 100 MB.
"""

from __future__ import annotations

from typing import Any

from gymnasium import spaces


class Unicode(spaces.Space[str]):
    """The space that contains every ``str``. ``sample`` draws texts of at most 32 characters from a few scripts."""

    _ALPHABET = "abcxyz 0123456789+-=(){}<>/\\\n答数éß√∞🙂"

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(shape=(), dtype=None, seed=seed)

    def sample(self, mask: Any = None, probability: Any = None) -> str:
        if mask is not None or probability is not None:
            raise ValueError("Unicode.sample() does not support mask or probability")
        length = int(self.np_random.integers(0, 33))
        return "".join(self._ALPHABET[int(i)] for i in self.np_random.integers(len(self._ALPHABET), size=length))

    def contains(self, x: Any) -> bool:
        return isinstance(x, str)

    @property
    def is_np_flattenable(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unicode)

    def __repr__(self) -> str:
        return "Unicode()"
