"""Think: whether a completion follows its template, `<think>…</think><answer>…</answer>` or another one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from r1.verifiers.text.fences import each_fence
from r1.verifiers.text.visible import ASCII_SPACE
from r1.verifiers.think.contents import Contents, box_rule, fence_rule, words_rule
from r1.verifiers.think.layout import Layout, layout_of
from r1.verifiers.think.prints import LANGUAGES, prints_rule
from r1.verifiers.think.template import TEMPLATES, ThinkTemplate
from r1.verifiers.verdict import BaseVerifier, Status, Verdict

_FOLLOWS = Verdict(Status.PASS, 1.0, {}, "follows the template")


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of `Think.read`.

    Attributes:
        broken: the first rule that the completion breaks, or ``""``.
        contents: the contents by slot name; empty if a rule is broken.
    """

    broken: str
    contents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Think(BaseVerifier):
    """Format reward: 1.0 if the completion follows the template exactly, else 0.0 and the rule that it breaks.

    Each mark has to occur exactly as often as in the template, anywhere in the completion (code blocks and quotes are no
    exception), in order, with only ASCII white space outside the contents. Tags are literal: case, attributes, inner
    spaces and look-alike letters all matter.

    Attributes:
        template: a key of ``TEMPLATES`` or a ThinkTemplate.
        prefilled: the prompt already ends with the first mark; the completion must not write it again.
        newlines: ``"free"``, or ``"required"``: each mark on its own line and nothing else outside the contents.
        min_think_words: least number of words in the reasoning (characters in scripts without spaces).
        boxed: the answer must hold exactly one balanced, non-empty ``\\boxed{…}``.
        fence: the answer must hold exactly one closed, non-empty code fence whose info string is this language.
        prints: the program in that fence must print this text, as far as `prints` can tell without running it.
        strip_eos: end-of-sequence texts that are allowed at the very end.

    Raises:
        ValueError: unknown template or value of ``newlines``, or ``prints`` without a fence of a language that it knows.
    """

    template: str | ThinkTemplate = "r1_zero"
    prefilled: bool = False
    newlines: str = "free"
    min_think_words: int = 0
    boxed: bool = False
    fence: str | None = None
    prints: str | None = None
    strip_eos: Sequence[str] = ()
    _layout: Layout = field(init=False, repr=False, compare=False)
    _contents: Contents = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.newlines not in ("free", "required"):
            raise ValueError(f"unknown newlines {self.newlines!r}; expected one of: free, required")
        if isinstance(self.template, str) and self.template not in TEMPLATES:
            raise ValueError(
                f"unknown template {self.template!r}; expected one of: {', '.join(TEMPLATES)}, or a ThinkTemplate"
            )
        if self.prints is not None and self.fence not in LANGUAGES:
            raise ValueError(f"prints needs a fence of one of: {', '.join(LANGUAGES)}; got {self.fence!r}")
        template = TEMPLATES[self.template] if isinstance(self.template, str) else self.template
        object.__setattr__(self, "strip_eos", tuple(filter(None, self.strip_eos)))
        object.__setattr__(self, "_layout", layout_of(template, bool(self.prefilled)))
        object.__setattr__(self, "_contents", self._compiled_contents(template.placeholders))

    def _compiled_contents(self, placeholders: frozenset[str]) -> Contents:
        named = [(number, slot) for number, slot in enumerate(self._layout.slots) if slot]
        own_rule = bool(self.boxed or self.fence)  # the answer's box or fence rule then also rejects an empty answer
        return Contents(
            filled=tuple((number, slot) for number, slot in named if not (own_rule and slot == "answer")),
            placeholders=placeholders,
            tails=tuple(text.split()[-1] for text in placeholders if text.strip()),
            checks=tuple(self._checks(named)),
        )

    def _checks(self, named: list[tuple[int, str]]) -> Iterator[tuple[int, Callable[[str], str]]]:
        for number, slot in named:
            if slot == "think" and self.min_think_words:
                yield number, partial(words_rule, least=self.min_think_words)
            if slot == "answer" and self.boxed:
                yield number, box_rule
            if slot == "answer" and self.fence:
                yield number, partial(fence_rule, language=self.fence, head=f"```{self.fence}\n")
                if self.prints is not None:
                    yield number, partial(_fence_prints, language=self.fence, text=self.prints)

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        """Judge the layout; ``truth`` is ignored."""
        broken, _ = self._judge(completion)
        return Verdict(Status.MALFORMED, 0.0, {}, broken) if broken else _FOLLOWS

    def read(self, completion: str) -> Reading:
        """The contents by slot name (``think``, ``answer``), or the rule that the completion breaks."""
        broken, pieces = self._judge(completion)
        if broken:
            return Reading(broken)
        return Reading("", {slot: piece for slot, piece in zip(self._layout.slots, pieces, strict=True) if slot})

    def _judge(self, completion: str) -> tuple[str, list[str]]:
        """The first broken rule or "", and the texts around the marks."""
        layout = self._layout
        text = _without_eos(completion, self.strip_eos) if self.strip_eos else completion
        pieces = layout.cut(text)
        if pieces is None:
            return layout.marks_rule(text), []
        broken = layout.newline_rule(pieces) if self.newlines == "required" else layout.outside_rule(pieces)
        if not broken and (layout.seams or layout.borders):
            broken = layout.seam_rule(pieces)
        return broken or self._contents.rule(pieces), pieces


def _fence_prints(answer: str, language: str, text: str) -> str:
    """The program in the only fence of the answer prints the text."""
    return prints_rule(next(each_fence(answer)).body, language, text)


def _without_eos(text: str, strip_eos: Sequence[str]) -> str:
    """``text`` without any number of end-of-sequence texts at its end (padding repeats them), and the space between."""
    padding = _padding(strip_eos).match(text[::-1])
    return text[: len(text) - padding.end()] if padding else text


@lru_cache(maxsize=256)
def _padding(strip_eos: Sequence[str]) -> re.Pattern[str]:
    """The padding of a reversed text, where it comes first: one possessive pass, the longest marker first."""
    ends = "|".join(re.escape(marker[::-1]) for marker in sorted(strip_eos, key=len, reverse=True))
    return re.compile(f"(?:[{ASCII_SPACE}]*+(?:{ends}))++")
