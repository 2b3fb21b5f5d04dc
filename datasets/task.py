"""Task: one question, what is needed to judge it, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation, in the chat format's words."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Task:
    """What travels: frozen, plain JSON inside, safe to pickle and to hash by id.

    Attributes:
        id: unique and stable: ``gsm8k/test/17``, or for a generated task the key that regenerates it.
        prompt: the question, without any template; a text, or the turns of a conversation.
        truth: what the verifier needs, as plain JSON; never shown to the policy.
        meta: where it comes from (family, level, split, source, licence ...); never needed to judge.
    """

    id: str
    prompt: str | tuple[Message, ...]
    truth: Mapping[str, Any]
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def question(self) -> str:
        """The prompt as one text: the last user turn of a conversation."""
        if isinstance(self.prompt, str):
            return self.prompt
        return next((m.content for m in reversed(self.prompt) if m.role == "user"), "")
