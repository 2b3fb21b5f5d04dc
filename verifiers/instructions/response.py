"""Response: a completion in the form that checks of instructions get, and the signature of a check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from r1.verifiers.text.fences import each_fence
from r1.verifiers.text.visible import visible
from r1.verifiers.verdict import TruthError

_MOST_FENCES = 1000
_PLAIN = frozenset({"text", "txt", "plaintext", "plain", "markdown", "md", "letter", "email"})  # fences around prose


@dataclass(frozen=True)
class Response:
    """A completion, and what a check must know about the other instructions of its task.

    Attributes:
        seen: the completion in NFKC, without invisible characters and outer white space.
        home: the language of the instruction: "en", or "fr", "es", "ja" for kinds with this prefix.
        any_case: whether another instruction forces one case, so that literal texts are compared without case.
        repeated: the prompt that another instruction wants repeated at the beginning; "" if there is none.
        indented: ``seen`` with the white space in front of its first line.
    """

    seen: str
    home: str = "en"
    any_case: bool = False
    repeated: str = ""
    indented: str = ""

    def fold(self, text: str) -> str:
        """``text`` in the form in which it is compared with a literal text of the instruction."""
        text = visible(text)
        return text.casefold() if self.any_case else text

    @cached_property
    def prose(self) -> str:
        """The response without the contents of fences whose info string names a programming language."""
        if "```" not in self.seen and "~~~" not in self.seen:
            return self.seen
        pieces, at = [], 0
        text = self.seen.replace("\r\n", "\n")
        for block in islice(each_fence(text), _MOST_FENCES):
            if block.info and block.info.split()[0].casefold() not in _PLAIN:
                pieces.append(text[at : block.start])
                at = block.end
        return "\n".join([*pieces, text[at:]])

    @cached_property
    def own_words(self) -> str:
        """The response without the prompt that it had to repeat."""
        start = " ".join(visible(self.repeated).split())
        text = " ".join(self.seen.split()) if start else self.seen
        return text[len(start) :] if start and text.startswith(start) else self.seen


Check = Callable[[Response, Mapping[str, Any]], str]
"""``(response, kwargs) -> ""``, or the reason why the instruction was not followed; raises TruthError for bad kwargs."""


def argument(options: Mapping[str, Any], name: str, kind: type) -> Any:
    """A required argument of an instruction.

    Raises:
        TruthError: the argument is missing, empty, or of another type.
    """
    found = options.get(name)
    if not isinstance(found, kind) or isinstance(found, bool) or found == "":
        raise TruthError(f"{name}: expected {kind.__name__}, got {found!r}")
    return found
