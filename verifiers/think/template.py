"""Think template: the marks that a completion has to contain, and the parts around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class ThinkTemplate:
    """Marks and the slots before, between and after them; there is one slot more than there are marks.

    Attributes:
        marks: literal texts in their order. The same text may occur more than once (R1's special token).
        slots: for each slot a name (``think``, ``answer``) if it needs contents with at least one letter or digit, or
            ``""`` if only ASCII white space is allowed there.
        placeholders: contents that merely repeat the instruction, such as ``answer here``; `Think` rejects them.

    Raises:
        ValueError: the numbers of marks and slots do not fit, or a mark is blank or part of another mark.
    """

    marks: tuple[str, ...]
    slots: tuple[str, ...]
    placeholders: frozenset[str] = frozenset({"reasoning process here", "answer here"})

    def __post_init__(self) -> None:
        if len(self.slots) != len(self.marks) + 1:
            raise ValueError(f"{len(self.marks)} marks need {len(self.marks) + 1} slots, got {len(self.slots)}")
        for mark in self.marks:
            if not mark.strip() or any(mark in other for other in self.marks if other != mark):
                raise ValueError(f"mark {mark!r} is blank or part of another mark of {self.marks}")

    def write(self, **contents: str) -> str:
        """A completion in this layout, with each mark on its own line: ``write(think="2+3=5", answer="5")``."""
        inner = [
            piece
            for slot, mark in zip(self.slots, self.marks, strict=False)
            for piece in (slot and contents[slot], mark)
        ]
        return "\n".join(filter(None, [*inner, self.slots[-1] and contents[self.slots[-1]]]))

    def prefilled(self) -> ThinkTemplate:
        """The template of what remains to be written when the prompt already ends with the first mark."""
        return replace(self, marks=self.marks[1:], slots=self.slots[1:])


def tags(think: str = "think", answer: str | None = "answer") -> ThinkTemplate:
    """The template `<think>…</think><answer>…</answer>` with these tag names; ``answer=None``: `<think>…</think>` and text."""
    opening = (f"<{think}>", f"</{think}>")
    if answer is None:
        return ThinkTemplate(opening, ("", "think", "answer"))
    return ThinkTemplate((*opening, f"<{answer}>", f"</{answer}>"), ("", "think", "", "answer", ""))


def special_token(token: str = "|special_token|") -> ThinkTemplate:
    """R1's cold-start layout: `TOKEN reasoning TOKEN summary` (DeepSeek-R1 §2.3.1)."""
    return ThinkTemplate((token, token), ("", "think", "answer"), frozenset({"reasoning_process", "summary"}))


TEMPLATES: Mapping[str, ThinkTemplate] = {
    "r1_zero": tags(),
    "think_only": tags(answer=None),
    "special_token": special_token(),
}
