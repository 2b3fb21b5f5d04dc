"""Unicode: the space of all texts.

``gymnasium.spaces.Text`` wants a finite set of characters (full Unicode takes seconds and 100 MB); this one takes any.
"""

from __future__ import annotations

from typing import Any

from gymnasium import spaces


class Unicode(spaces.Space[str]):
    """Every ``str`` is an element. ``sample`` draws short texts over a few scripts from the space's own generator."""

    _ALPHABET = "abcxyz 0123456789+-=(){}<>/\\\n答数éß√∞🙂"

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(shape=(), dtype=None, seed=seed)

    def sample(self, mask: Any = None, probability: Any = None) -> str:
        if mask is not None or probability is not None:
            raise ValueError("Unicode.sample takes no mask and no probability")
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
