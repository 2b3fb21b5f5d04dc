"""Think: whether a completion follows its template, `<think>…</think><answer>…</answer>` or another one.

A template is data: marks that must stand in the completion, each exactly as often as written, and what may stand
between them. A strict reading says *which* rule was broken. Everything is `str.count` and `str.find`: linear time on
any input, where a pattern such as open-r1's `^<think>\\n.*?\\n</think>…` grows with up to the fourth power and can be
satisfied by two full rounds, by white space for reasoning, or by text after the answer.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice, pairwise
from typing import Any

from r1.verifiers.text.fences import each_fence
from r1.verifiers.text.visible import ASCII_SPACE, drop_invisible, find_content, has_words
from r1.verifiers.think.box import box_rule
from r1.verifiers.verdict import Status, Verdict


@dataclass(frozen=True, slots=True)
class Template:
    """Marks and the slots around them; there is one slot more than there are marks.

    Attributes:
        marks: literal texts in their order; a text may occur more than once (R1's special token).
        slots: what stands before, between and after the marks: a name (``think``, ``answer``) for contents that
            must hold at least one letter or digit, ``""`` for a place where only ASCII white space may stand.
        placeholders: contents that merely repeat the instruction, such as ``answer here``; they do not count.
    """

    marks: tuple[str, ...]
    slots: tuple[str, ...]
    placeholders: frozenset[str] = frozenset({"reasoning process here", "answer here"})

    def __post_init__(self) -> None:
        if len(self.slots) != len(self.marks) + 1:
            raise ValueError(f"{len(self.marks)} marks need {len(self.marks) + 1} slots, not {len(self.slots)}")
        for mark in self.marks:
            if not mark.strip() or any(mark in other for other in self.marks if other != mark):
                raise ValueError(f"mark {mark!r} is blank or a part of another mark of {self.marks}")

    def write(self, **contents: str) -> str:
        """A completion in this layout, every mark on a line of its own: ``write(think="2+3=5", answer="5")``."""
        inner = [
            piece
            for slot, mark in zip(self.slots, self.marks, strict=False)
            for piece in (slot and contents[slot], mark)
        ]
        return "\n".join(filter(None, [*inner, self.slots[-1] and contents[self.slots[-1]]]))

    def prefilled(self) -> Template:
        """What is left to write when the prompt already ends with the first mark."""
        return replace(self, marks=self.marks[1:], slots=self.slots[1:])


def tags(think: str = "think", answer: str | None = "answer") -> Template:
    """The template `<think>…</think><answer>…</answer>` under other names, or `<think>…</think>` and free text."""
    opening = (f"<{think}>", f"</{think}>")
    if answer is None:
        return Template(opening, ("", "think", "answer"))
    return Template((*opening, f"<{answer}>", f"</{answer}>"), ("", "think", "", "answer", ""))


def special_token(token: str = "|special_token|") -> Template:
    """R1's cold-start layout: `TOKEN reasoning TOKEN summary` (DeepSeek-R1 §2.3.1)."""
    return Template((token, token), ("", "think", "answer"), frozenset({"reasoning_process", "summary"}))


TEMPLATES: Mapping[str, Template] = {
    "r1_zero": tags(),
    "think_only": tags(answer=None),
    "special_token": special_token(),
}


_AROUND = string.punctuation + string.whitespace
_FOLLOWS = Verdict(Status.PASS, 1.0, {}, "follows the template")
_MOST_HOPS = 256  # openers looked at one by one before a pattern takes over


@dataclass(frozen=True, slots=True)
class Reading:
    """What a strict reading found: contents by slot name, or the first rule that was broken (``""``: none)."""

    broken: str
    contents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Think:
    """Format reward: 1.0 if the completion follows the template exactly, else 0.0 and the rule that it breaks.

    Each mark occurs exactly as often as the template says, anywhere in the completion (code blocks and quotes are no
    exception), in order, with only ASCII white space outside the contents. Tags are literal: case, attributes, inner
    spaces and look-alike letters all matter.

    Attributes:
        template: a key of ``TEMPLATES`` or a Template.
        prefilled: the prompt already ends with the first mark; the completion must not write it again.
        newlines: ``"free"``, or ``"required"``: every mark on a line of its own and nothing else outside the contents.
        min_think_words: least number of words in the reasoning (characters in scripts without spaces).
        boxed: the answer must hold exactly one balanced, non-empty ``\\boxed{…}``.
        fence: the answer must hold exactly one closed, non-empty code fence whose info string is this language.
        strip_eos: end-of-sequence texts that may stand at the very end.

    Raises:
        ValueError: unknown template, or an option that the template cannot satisfy.
    """

    template: str | Template = "r1_zero"
    prefilled: bool = False
    newlines: str = "free"
    min_think_words: int = 0
    boxed: bool = False
    fence: str | None = None
    strip_eos: Sequence[str] = ()
    whole: Template = field(init=False, repr=False)
    layout: Template = field(init=False, repr=False)
    opener: str = field(init=False, repr=False)  # the first character of all marks, or ""
    checks: tuple[tuple[int, Callable[[str], str]], ...] = field(init=False, repr=False)
    seams: tuple[int, ...] = field(init=False, repr=False)  # numbers of the marks between two named slots
    borders: tuple[tuple[int, str], ...] = field(init=False, repr=False)  # of marks that overlap themselves: the rest
    sizes: tuple[tuple[str, int], ...] = field(init=False, repr=False)  # the marks with their lengths
    longest: int = field(init=False, repr=False)  # characters of the longest mark
    blanks: tuple[tuple[int, str], ...] = field(init=False, repr=False)  # slots without a name, and their one newline
    named: tuple[tuple[int, str, bool, bool], ...] = field(init=False, repr=False)  # of the others: the name, and
    # whether a mark stands before and after
    tails: tuple[str, ...] = field(init=False, repr=False)  # last words of the placeholders
    plain: tuple[tuple[int, str], ...] = field(init=False, repr=False)  # of these, the ones without a box or fence

    def __post_init__(self) -> None:
        if self.newlines not in ("free", "required"):
            raise ValueError(f"newlines {self.newlines!r}: there are 'free' and 'required'")
        if isinstance(self.template, str) and self.template not in TEMPLATES:
            raise ValueError(f"template {self.template!r}: there are {', '.join(TEMPLATES)}, or give a Template")
        whole = TEMPLATES[self.template] if isinstance(self.template, str) else self.template
        object.__setattr__(self, "whole", whole)
        object.__setattr__(self, "layout", whole.prefilled() if self.prefilled else whole)
        openers = {mark[0] for mark in whole.marks}
        object.__setattr__(self, "opener", openers.pop() if len(openers) == 1 else "")
        slots, last = tuple(enumerate(self.layout.slots)), len(self.layout.marks)
        blanks = tuple((number, "\n" if 0 < number < last else "") for number, slot in slots if not slot)
        object.__setattr__(self, "blanks", blanks)
        named = tuple((number, slot, number > 0, number < last) for number, slot in slots if slot)
        object.__setattr__(self, "named", named)
        holds_more = bool(self.boxed or self.fence)  # than a letter that is no placeholder
        plain = tuple((number, slot) for number, slot in slots if slot and not (holds_more and slot == "answer"))
        object.__setattr__(self, "plain", plain)
        object.__setattr__(self, "tails", tuple(text.split()[-1] for text in self.layout.placeholders if text.strip()))
        object.__setattr__(self, "sizes", tuple((mark, len(mark)) for mark in self.layout.marks))
        seams = (number for number, pair in enumerate(pairwise(self.layout.slots)) if all(pair))
        object.__setattr__(self, "seams", tuple(seams))
        object.__setattr__(self, "checks", tuple(self._checks()))
        marks = enumerate(self.layout.marks)
        borders = ((n, mark[k:]) for n, mark in marks for k in range(1, len(mark)) if mark.endswith(mark[:k]))
        object.__setattr__(self, "borders", tuple(borders))
        object.__setattr__(self, "longest", max(map(len, whole.marks)))
        object.__setattr__(self, "strip_eos", tuple(filter(None, self.strip_eos)))

    def _checks(self) -> Iterator[tuple[int, Callable[[str], str]]]:
        """The further rules for contents, each with the number of its slot."""
        for number, slot in enumerate(self.layout.slots):
            if slot == "think" and self.min_think_words:
                yield number, partial(_words_rule, least=self.min_think_words)
            if slot == "answer" and self.boxed:
                yield number, box_rule
            if slot == "answer" and self.fence:
                yield number, partial(_fence_rule, language=self.fence, head=f"```{self.fence}\n")

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        """Judge the layout; ``truth`` is not looked at."""
        broken, _ = self._judge(completion)
        return Verdict(Status.MALFORMED, 0.0, {}, broken) if broken else _FOLLOWS

    def read(self, completion: str) -> Reading:
        """The contents by slot name (``think``, ``answer``), or the rule that the completion breaks."""
        broken, pieces = self._judge(completion)
        if broken:
            return Reading(broken)
        return Reading("", {slot: piece for slot, piece in zip(self.layout.slots, pieces, strict=True) if slot})

    def _judge(self, completion: str) -> tuple[str, list[str]]:
        """The rule that is broken, or "", and the text around the marks."""
        text = self._without_eos(completion) if self.strip_eos else completion
        pieces = self._cut(text)
        if pieces is None:
            return self._count_rule(text) or f"the tags are not in the order {' '.join(self.layout.marks)}", []
        broken = self._newline_rule(pieces) if self.newlines == "required" else self._outside_rule(pieces)
        if not broken and (self.seams or self.borders):
            broken = self._seam_rule(pieces)
        return broken or self._content_rule(pieces), pieces

    def _without_eos(self, text: str) -> str:
        """Cut the end-of-sequence texts, in any number and with white space between them: padding repeats them."""
        # Read backwards, where the end is a start: one possessive pass. Longest first, so that no text hides another.
        ends = "|".join(re.escape(marker[::-1]) for marker in sorted(self.strip_eos, key=len, reverse=True))
        padding = re.match(f"(?:[{ASCII_SPACE}]*+(?:{ends}))++", text[::-1])
        return text[: len(text) - padding.end()] if padding else text

    def _count_rule(self, text: str) -> str:
        wanted = Counter(self.layout.marks)
        for mark in dict.fromkeys(self.whole.marks):
            found = text.count(mark)
            if found > wanted[mark] == 0:
                return f"{mark} is already in the prompt and was written again"
            if found != wanted[mark]:
                return f"{mark} occurs {found} times, not {'once' if wanted[mark] == 1 else wanted[mark]}"
        return ""

    def _cut(self, text: str) -> list[str] | None:
        """The text around the marks, or None unless the marks in the text are exactly the template's, in its order."""
        opener = self.opener
        if not opener:
            return self._cut_by_pattern(text)
        pieces: list[str] = []
        start = 0
        for mark, size in self.sizes:
            at = text.find(opener, start)
            if not text.startswith(mark, at) or at < 0:
                return self._cut_on(text, pieces, start)
            pieces.append(text[start:at])
            start = at + size
        if text.find(opener, start) >= 0:
            return self._cut_on(text, pieces, start)
        pieces.append(text[start:])
        return pieces

    def _cut_on(self, text: str, pieces: list[str], start: int) -> list[str] | None:
        """The rest of a text that has the marks' first character elsewhere, too: from one to the next while they are few."""
        opener, find, marks = self.opener, text.find, self.whole.marks
        hops = 0
        for mark in (*self.layout.marks[len(pieces) :], ""):
            at = find(opener, start)
            while at >= 0 and not (mark and text.startswith(mark, at)):
                if text.startswith(marks, at):
                    return None
                hops += 1
                if hops > _MOST_HOPS:
                    return self._cut_by_pattern(text)
                at = find(opener, at + 1)
            if at < 0:
                break
            pieces.append(text[start:at])
            start = at + len(mark)
        pieces.append(text[start:])
        return pieces if len(pieces) == len(self.layout.slots) else None

    def _cut_by_pattern(self, text: str) -> list[str] | None:
        wanted = (*self.layout.marks, "")
        pieces: list[str] = []
        start = 0
        for match in re.compile("|".join(map(re.escape, self.whole.marks))).finditer(text):
            if match.group() != wanted[len(pieces)]:
                return None
            pieces.append(text[start : match.start()])
            start = match.end()
        pieces.append(text[start:])
        return pieces if len(pieces) == len(wanted) else None

    def _outside_rule(self, pieces: list[str]) -> str:
        for number, _ in self.blanks:
            if pieces[number] and pieces[number].strip(ASCII_SPACE):
                return f"text {self._place(number)}: {_short(pieces[number])}"
        return ""

    def _seam_rule(self, pieces: list[str]) -> str:
        """A mark that was written inside another one, or over its end, leaves a part of it in the contents."""
        for number, rest in self.borders:
            if pieces[number + 1].startswith(rest):
                return f"{self.layout.marks[number]} occurs twice in one place"
        for number in self.seams:
            tail = pieces[number][-self.longest :]
            if self.opener in tail and any(
                mark in tail + pieces[number + 1][: self.longest] for mark in self.whole.marks
            ):
                return f"{self.layout.marks[number]} stands inside another tag"
        return ""

    def _newline_rule(self, pieces: list[str]) -> str:
        for number, newline in self.blanks:
            if pieces[number] != newline:
                wanted = "exactly one newline" if newline else "nothing"
                return self._outside_rule(pieces) or f"{wanted} may stand {self._place(number)}"
        for number, _, follows, precedes in self.named:
            piece = pieces[number]
            if follows and piece[:1] != "\n":
                return f"a newline is required after {self.layout.marks[number - 1]}"
            if precedes and piece[-1:] != "\n":
                return f"a newline is required before {self.layout.marks[number]}"
        return ""

    def _content_rule(self, pieces: list[str]) -> str:
        for number, slot in self.plain:
            piece = pieces[number]
            if not find_content(piece):
                return f"the {slot} part holds no letter or digit"
            if len(piece) < 60 and _plain(piece, self.tails) in self.layout.placeholders:
                return f"the {slot} part repeats the template's placeholder {_short(piece)}"
        for number, check in self.checks:
            if broken := check(pieces[number]):
                return broken
        return ""

    def _place(self, number: int) -> str:
        marks = self.layout.marks
        if number == 0:
            return f"before {marks[0]}"
        return f"after {marks[-1]}" if number == len(marks) else f"between {marks[number - 1]} and {marks[number]}"


def _words_rule(think: str, least: int) -> str:
    return "" if has_words(think, least) else f"the think part has fewer than {least} words"


def _fence_rule(answer: str, language: str, head: str) -> str:
    plain = answer.strip("\n")
    if plain.startswith(head) and plain.endswith("\n```"):  # most answers: one fence and nothing else
        body = plain[len(head) : -4]
        if "`" not in body and "~" not in body and find_content(body):
            return ""
    blocks = list(islice(each_fence(answer), 2))
    if len(blocks) != 1:
        return "the answer holds more than one code fence" if blocks else "the answer holds no code fence"
    block = blocks[0]
    if not block.closed:
        return "the code fence is not closed"
    if block.info.casefold() != language.casefold():
        return f"the code fence is marked {block.info!r}, not {language!r}"
    return "" if drop_invisible(block.body).strip() else "the code fence is empty"


def _plain(text: str, tails: tuple[str, ...]) -> str:
    """Contents for comparison with a placeholder: visible, one case, single spaces, no punctuation around.

    ``tails`` are the last words of the placeholders: an ASCII text that ends otherwise need not be looked at.
    """
    if text.isascii():
        plain = text.lower().strip(_AROUND)
        return " ".join(plain.split()) if plain.endswith(tails) else ""
    words = " ".join(drop_invisible(text).casefold().split())
    return words if words.isalnum() else words.strip("".join({char for char in words if not char.isalnum()}))


def _short(text: str) -> str:
    text = text.strip(ASCII_SPACE)
    return repr(text if len(text) <= 40 else text[:37] + "…")
