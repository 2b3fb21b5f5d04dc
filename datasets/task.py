"""Task: one question, what is needed to judge it, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation; ``role`` is system, user or assistant."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Task:
    """One task: frozen, picklable, with plain JSON inside.

    Attributes:
        id: unique and stable: ``gsm8k/test/17``, or for a generated task the key that regenerates it.
        prompt: the question without a template: a text, or the turns of a conversation.
        truth: plain JSON that the verifier needs; never shown to the policy.
        meta: origin (family, level, split, source, license ...); never needed to judge.
    """

    id: str
    prompt: str | tuple[Message, ...]
    truth: Mapping[str, Any]
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def question(self) -> str:
        """The prompt as one text; of a conversation the last user turn, "" if there is none."""
        if isinstance(self.prompt, str):
            return self.prompt
        return next((m.content for m in reversed(self.prompt) if m.role == "user"), "")
