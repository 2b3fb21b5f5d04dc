"""Layout: a template compiled for matching. It cuts a completion at its marks and checks everything but the contents.

Matching uses `str.find` and `str.count` only, so it takes linear time on any input. A pattern such as open-r1's
`^<think>\\n.*?\\n</think>…` takes up to the fourth power of the length, and accepts two full rounds or text after the answer.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from r1.verifiers.text.visible import ASCII_SPACE
from r1.verifiers.think.template import ThinkTemplate

_MOST_HOPS = 256  # occurrences of the opener that are visited one by one; beyond that one regular expression is faster


@dataclass(frozen=True, slots=True)
class Layout:
    """A compiled template; `layout_of` makes it. ``pieces`` are the texts around the marks, as `cut` returns them.

    The ``…_rule`` methods return the rule that the completion breaks, as a note for the verdict, or ``""``.
    """

    marks: tuple[str, ...]  # to be written by the completion
    slots: tuple[str, ...]
    all_marks: tuple[str, ...]  # including a first one that the prompt already holds
    opener: str  # the first character of all marks, or "" if they differ
    sizes: tuple[tuple[str, int], ...]  # the marks with their lengths
    longest: int  # characters of the longest mark
    blanks: tuple[tuple[int, str], ...]  # numbers of the unnamed slots, with the one newline allowed between two marks
    named: tuple[
        tuple[int, str, bool, bool], ...
    ]  # number and name of the others; is there a mark before it, after it?
    seams: tuple[int, ...]  # numbers of the marks between two named slots
    borders: tuple[tuple[int, str], ...]  # for marks whose end is also their start: number, and the rest of the mark

    def cut(self, text: str) -> list[str] | None:
        """The texts around the marks, or None unless ``text`` holds exactly the template's marks in their order."""
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
        """Go on cutting at ``start``, for a text in which the opener also occurs outside the marks."""
        opener, find, marks = self.opener, text.find, self.all_marks
        hops = 0
        for mark in (*self.marks[len(pieces) :], ""):
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
        return pieces if len(pieces) == len(self.slots) else None

    def _cut_by_pattern(self, text: str) -> list[str] | None:
        wanted = (*self.marks, "")
        pieces: list[str] = []
        start = 0
        for match in re.compile("|".join(map(re.escape, self.all_marks))).finditer(text):
            if match.group() != wanted[len(pieces)]:
                return None
            pieces.append(text[start : match.start()])
            start = match.end()
        pieces.append(text[start:])
        return pieces if len(pieces) == len(wanted) else None

    def marks_rule(self, text: str) -> str:
        """The reason why `cut` returned None: the first mark with a wrong count, else the order."""
        wanted = Counter(self.marks)
        for mark in dict.fromkeys(self.all_marks):
            found = text.count(mark)
            if found > wanted[mark] == 0:
                return f"{mark} is already in the prompt and was written again"
            if found != wanted[mark]:
                return f"{mark} occurs {found} times, not {'once' if wanted[mark] == 1 else wanted[mark]}"
        return f"the tags are not in the order {' '.join(self.marks)}"

    def outside_rule(self, pieces: list[str]) -> str:
        """Only ASCII white space outside the contents."""
        for number, _ in self.blanks:
            if pieces[number] and pieces[number].strip(ASCII_SPACE):
                return f"text {self._place(number)}: {excerpt(pieces[number])}"
        return ""

    def newline_rule(self, pieces: list[str]) -> str:
        """Each mark on its own line, and nothing else outside the contents."""
        for number, newline in self.blanks:
            if pieces[number] != newline:
                wanted = "exactly one newline" if newline else "nothing"
                return self.outside_rule(pieces) or f"{wanted} may stand {self._place(number)}"
        for number, _, follows, precedes in self.named:
            piece = pieces[number]
            if follows and piece[:1] != "\n":
                return f"a newline is required after {self.marks[number - 1]}"
            if precedes and piece[-1:] != "\n":
                return f"a newline is required before {self.marks[number]}"
        return ""

    def seam_rule(self, pieces: list[str]) -> str:
        """No mark inside another one or overlapping its end: that leaves a part of the mark in the contents."""
        for number, rest in self.borders:
            if pieces[number + 1].startswith(rest):
                return f"{self.marks[number]} occurs twice in one place"
        for number in self.seams:
            tail = pieces[number][-self.longest :]
            if self.opener in tail and any(
                mark in tail + pieces[number + 1][: self.longest] for mark in self.all_marks
            ):
                return f"{self.marks[number]} stands inside another tag"
        return ""

    def _place(self, number: int) -> str:
        marks = self.marks
        if number == 0:
            return f"before {marks[0]}"
        return f"after {marks[-1]}" if number == len(marks) else f"between {marks[number - 1]} and {marks[number]}"


@lru_cache(maxsize=1024)
def layout_of(template: ThinkTemplate, prefilled: bool) -> Layout:
    """Compile a template; with ``prefilled`` the prompt already ends with the first mark."""
    written = template.prefilled() if prefilled else template
    marks, slots, last = written.marks, written.slots, len(written.marks)
    openers = {mark[0] for mark in template.marks}
    return Layout(
        marks=marks,
        slots=slots,
        all_marks=template.marks,
        opener=openers.pop() if len(openers) == 1 else "",
        sizes=tuple((mark, len(mark)) for mark in marks),
        longest=max(map(len, template.marks)),
        blanks=tuple((n, "\n" if 0 < n < last else "") for n, slot in enumerate(slots) if not slot),
        named=tuple((n, slot, n > 0, n < last) for n, slot in enumerate(slots) if slot),
        seams=tuple(n for n, pair in enumerate(pairwise(slots)) if all(pair)),
        borders=tuple(
            (n, mark[k:]) for n, mark in enumerate(marks) for k in range(1, len(mark)) if mark.endswith(mark[:k])
        ),
    )


def excerpt(text: str) -> str:
    """The start of ``text``, quoted for a note: at most 40 characters."""
    text = text.strip(ASCII_SPACE)
    return repr(text if len(text) <= 40 else text[:37] + "…")
