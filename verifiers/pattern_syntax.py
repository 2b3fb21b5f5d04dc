"""Pattern syntax: a regular expression read into a tree; only what denotes a regular language, classes in ASCII.

No look-around, back-reference, word boundary or flag: those are refused when the task is loaded, not guessed at.
"""

from __future__ import annotations

from dataclasses import dataclass

from r1.verifiers.verdict import TruthError

MAX_REPEAT = 1000


@dataclass(frozen=True, slots=True)
class Chars:
    """A set of characters: inclusive ranges of code points, or all the others."""

    ranges: tuple[tuple[int, int], ...]
    negated: bool = False

    def __contains__(self, char: str) -> bool:
        code = ord(char)
        return any(low <= code <= high for low, high in self.ranges) != self.negated


@dataclass(frozen=True, slots=True)
class Edge:
    """A position: the start (``^``) or the end (``$``) of the text, never of a line."""

    at_start: bool


@dataclass(frozen=True, slots=True)
class Sequence_:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """``inner`` at least ``low`` times and at most ``high`` (None: any number)."""

    inner: Node
    low: int
    high: int | None


Node = Chars | Edge | Sequence_ | Choice | Repeat

_DIGIT = ((48, 57),)
_WORD = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE = ((9, 13), (32, 32))
_CLASSES = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0}


def parse(pattern: str) -> Node:
    """The tree of a pattern.

    Raises:
        TruthError: not a pattern of this syntax.
    """
    reader = _Reader(pattern)
    tree = reader.choice()
    if reader.at < len(pattern):
        raise reader.error("a closing parenthesis without an opening one")
    return tree


class _Reader:
    """Recursive descent; ``at`` is the next character."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def error(self, what: str) -> TruthError:
        return TruthError(f"pattern {self.pattern!r}, position {self.at}: {what}")

    def peek(self, text: str) -> bool:
        return self.pattern.startswith(text, self.at)

    def take(self, text: str) -> bool:
        if self.peek(text):
            self.at += len(text)
            return True
        return False

    def next(self) -> str:
        if self.at >= len(self.pattern):
            raise self.error("the pattern ends too early")
        self.at += 1
        return self.pattern[self.at - 1]

    def choice(self) -> Node:
        options = [self.sequence()]
        while self.take("|"):
            options.append(self.sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def sequence(self) -> Node:
        parts: list[Node] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            parts.append(self.repeated())
        return Sequence_(tuple(parts))

    def repeated(self) -> Node:
        node = self.atom()
        while (bounds := self.quantifier()) is not None:
            if isinstance(node, Edge):
                raise self.error("a position cannot be repeated")
            low, high = bounds
            if low > MAX_REPEAT or (high is not None and not low <= high <= MAX_REPEAT):
                raise self.error(f"a repeat counts up to {MAX_REPEAT}, upwards")
            node = Repeat(node, low, high)
            self.take("?")  # lazy: the same language
            if self.peek("+"):
                raise self.error("possessive repeats are not supported")
        return node

    def quantifier(self) -> tuple[int, int | None] | None:
        for mark, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.take(mark):
                return bounds
        end = self.pattern.find("}", self.at)
        if not self.peek("{") or end < 0:
            return None
        low, comma, high = self.pattern[self.at + 1 : end].partition(",")
        if not (low.isascii() and low.isdigit() and (high == "" or (high.isascii() and high.isdigit()))):
            return None  # a literal brace
        self.at = end + 1
        return int(low), (int(high) if high else None) if comma else int(low)

    def atom(self) -> Node:
        char = self.next()
        if char in "*+?":
            raise self.error(f"nothing to repeat before {char!r}")
        if char == "(":
            return self.group()
        if char == "[":
            return self.bracket()
        if char == "\\":
            return self.escape(self.next())
        if char == ".":
            return Chars(((10, 10),), negated=True)
        return Edge(char == "^") if char in "^$" else _one(ord(char))

    def group(self) -> Node:
        if self.take("?"):
            named = self.take("P<") or (
                self.peek("<") and not self.peek("<=") and not self.peek("<!") and self.take("<")
            )
            if named:
                end = self.pattern.find(">", self.at)
                self.at = end + 1 if end > 0 else len(self.pattern)
            elif not self.take(":"):
                raise self.error("look-around and flags are not supported")
        inner = self.choice()
        if not self.take(")"):
            raise self.error("a parenthesis is not closed")
        return inner

    def escape(self, char: str) -> Node:
        if char in "AZz":
            return Edge(char == "A")
        if char in "dwsDWS":
            return Chars(_CLASSES[char.lower()], negated=char.isupper())
        return _one(self.code(char))

    def code(self, char: str) -> int:
        """The code point of an escaped character."""
        if char in _CONTROLS:
            return _CONTROLS[char]
        width = {"x": 2, "u": 4}.get(char)
        if width:
            digits = self.pattern[self.at : self.at + width]
            self.at += width
            try:
                return int(digits, 16)
            except ValueError:
                raise self.error(f"\\{char} needs {width} hexadecimal digits") from None
        if char.isalnum():
            raise self.error(f"\\{char} is not supported")
        return ord(char)

    def bracket(self) -> Node:
        negated = self.take("^")
        ranges: list[tuple[int, int]] = []
        first = True
        while first or not self.peek("]"):
            first = False
            low = self.member(ranges)
            if low is None:
                continue
            high = low
            if self.peek("-") and not self.peek("-]"):
                self.take("-")
                end = self.member(ranges)
                if end is None or end < low:
                    raise self.error("a range of characters runs backwards")
                high = end
            ranges.append((low, high))
        self.take("]")
        return Chars(tuple(ranges), negated)

    def member(self, ranges: list[tuple[int, int]]) -> int | None:
        """One character of a class; a class inside the class (``\\d``) goes to ``ranges`` and gives None."""
        char = self.next()
        if char != "\\":
            return ord(char)
        char = self.next()
        if char in "dws":
            ranges.extend(_CLASSES[char])
            return None
        if char in "DWS":
            raise self.error(f"\\{char} inside a class is not supported")
        return 8 if char == "b" else self.code(char)


def _one(code: int) -> Chars:
    return Chars(((code, code),))
