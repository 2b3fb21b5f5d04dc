"""Response: one completion as instructions look at it, and the signature of a check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from r1.verifiers.text.visible import visible
from r1.verifiers.verdict import TruthError


@dataclass(frozen=True)
class Response:
    """What the checks share.

    Attributes:
        seen: the completion in NFKC without invisible characters, white space around it removed.
        home: the language of the instruction ("en"; "fr", "es", "ja" for their prefixed kinds).
        any_case: another instruction of the task forces one case, so literal texts are compared without case.
        repeated: the prompt that another instruction asks to repeat at the beginning, or "".
    """

    seen: str
    home: str = "en"
    any_case: bool = False
    repeated: str = ""

    def fold(self, text: str) -> str:
        """``text`` as it is compared with a literal one of the instruction."""
        text = visible(text)
        return text.casefold() if self.any_case else text

    @cached_property
    def own_words(self) -> str:
        """The response without the prompt that it was asked to repeat."""
        start = " ".join(visible(self.repeated).split())
        text = " ".join(self.seen.split()) if start else self.seen
        return text[len(start) :] if start and text.startswith(start) else self.seen


Check = Callable[[Response, Mapping[str, Any]], str]
"""``(response, kwargs) -> ""`` or the reason why the instruction was not followed; raises TruthError for bad kwargs."""


def argument(options: Mapping[str, Any], name: str, kind: type) -> Any:
    """A required argument of an instruction.

    Raises:
        TruthError: it is missing or of another type.
    """
    found = options.get(name)
    if not isinstance(found, kind) or isinstance(found, bool) or found == "":
        raise TruthError(f"{name} is {found!r}, not a {kind.__name__}")
    return found
