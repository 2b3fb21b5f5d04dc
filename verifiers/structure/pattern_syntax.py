"""Pattern syntax: a parser for regular expressions without look-around, back-references, word boundaries and flags.

Those are refused when a task is loaded, because they do not describe regular languages. Character classes are ASCII.
Patterns of JSON Schema follow ECMA-262 (2020-12 core §6.4) with its Unicode flag: there ``\\s`` is any white space, ``.``
stops at all four line terminators, ``[]`` matches nothing and ``[^]`` anything, ``\\p{L}`` is a category.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from r1.verifiers.verdict import TruthError

MAX_REPEAT = 1000


@dataclass(frozen=True, slots=True)
class Chars:
    """A set of characters: the union of ranges of code points (inclusive), a Unicode category and other sets, or its complement."""

    ranges: tuple[tuple[int, int], ...]
    negated: bool = False
    category: str = ""  # "L": all letters, "Lu": capital letters
    inner: tuple[Chars, ...] = ()

    def __contains__(self, char: str) -> bool:
        code = ord(char)
        found = any(low <= code <= high for low, high in self.ranges) or any(char in other for other in self.inner)
        if self.category and not found:
            found = unicodedata.category(char).startswith(self.category)
        return found != self.negated


@dataclass(frozen=True, slots=True)
class Edge:
    """The start (``^``) or the end (``$``) of the text, never of a line."""

    at_start: bool


@dataclass(frozen=True, slots=True)
class Concatenation:
    """Parts that follow each other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alternation:
    """Options, one of which has to match."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """``inner`` repeated ``low`` to ``high`` times; None: without a limit."""

    inner: Node
    low: int
    high: int | None


Node = Chars | Edge | Concatenation | Alternation | Repeat

_DIGIT = ((48, 57),)
_WORD = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE = ((9, 13), (32, 32))
_ECMA_SPACE = (
    *_SPACE, (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F),
    (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
_LINE_ENDS, _ECMA_LINE_ENDS = ((10, 10),), ((10, 10), (13, 13), (0x2028, 0x2029))
_CATEGORIES = frozenset(
    str.split("L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp C Cc Cf")
)
_HEXADECIMAL = frozenset("0123456789abcdefABCDEF")
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0}


def parse(pattern: str, ecma: bool = False) -> Node:
    """The syntax tree of a pattern, with the character classes of ECMA-262 or of ASCII.

    Raises:
        TruthError: the pattern is not in this syntax.
    """
    if not isinstance(pattern, str):
        raise TruthError(f"pattern must be a string, got {pattern!r}")
    reader = _Reader(pattern, ecma)
    tree = reader.choice()
    if reader.at < len(pattern):
        raise reader.error("closing parenthesis without an opening one")
    return tree


class _Reader:
    """Recursive descent; ``at`` is the index of the next character."""

    def __init__(self, pattern: str, ecma: bool) -> None:
        self.pattern = pattern
        self.ecma = ecma
        self.at = 0
        self.classes = {"d": _DIGIT, "w": _WORD, "s": _ECMA_SPACE if ecma else _SPACE}

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
        return options[0] if len(options) == 1 else Alternation(tuple(options))

    def sequence(self) -> Node:
        parts: list[Node] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            parts.append(self.repeated())
        return Concatenation(tuple(parts))

    def repeated(self) -> Node:
        node = self.atom()
        while (bounds := self.quantifier()) is not None:
            if isinstance(node, Edge):
                raise self.error("^ and $ cannot be repeated")
            low, high = bounds
            if low > MAX_REPEAT or (high is not None and not low <= high <= MAX_REPEAT):
                raise self.error(f"repeat bounds must be ordered and at most {MAX_REPEAT}")
            node = Repeat(node, low, high)
            self.take("?")  # laziness does not change the language
            if self.peek("+"):
                raise self.error("possessive quantifiers are not supported")
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
            return None  # the brace is literal
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
            return Chars(_ECMA_LINE_ENDS if self.ecma else _LINE_ENDS, negated=True)
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
            raise self.error("parenthesis is not closed")
        return inner

    def escape(self, char: str) -> Node:
        if char in "AZz" and not self.ecma:
            return Edge(char == "A")
        return self.named_class(char) or _one(self.code(char))

    def named_class(self, char: str) -> Chars | None:
        """The character class of an escaped letter, or None for any other character."""
        if char in "dwsDWS":
            return Chars(self.classes[char.lower()], negated=char.isupper())
        if char not in "pP" or not self.ecma:
            return None
        end = self.pattern.find("}", self.at)
        if not self.peek("{") or end < 0:
            raise self.error(f"\\{char} needs a category in braces")
        name = self.pattern[self.at + 1 : end].removeprefix("gc=").removeprefix("General_Category=")
        if name not in _CATEGORIES:
            raise self.error(f"unknown category {name!r}; expected one of: {', '.join(sorted(_CATEGORIES))}")
        self.at = end + 1
        return Chars((), negated=char == "P", category=name)

    def code(self, char: str) -> int:
        """The code point of an escaped character."""
        if char in _CONTROLS:
            return _CONTROLS[char]
        if self.ecma and char == "c" and self.pattern[self.at : self.at + 1].isascii():
            return ord(self.next()) % 32
        if self.ecma and char == "u" and self.peek("{"):
            end = self.pattern.find("}", self.at)
            digits, self.at = self.pattern[self.at + 1 : end], end + 1
            if end < 0 or not 0 < len(digits) < 7 or not all(digit in _HEXADECIMAL for digit in digits):
                raise self.error("\\u{...} needs up to 6 hexadecimal digits")
            return int(digits, 16)
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
        inner: list[Chars] = []
        first = not self.ecma  # outside ECMA-262 a closing bracket that comes first is a member
        while first or not self.peek("]"):
            first = False
            low = self.member(inner)
            if low is None:
                continue
            high = low
            if self.peek("-") and not self.peek("-]"):
                self.take("-")
                end = self.member(inner)
                if end is None or end < low:
                    raise self.error("character range is in the wrong order")
                high = end
            ranges.append((low, high))
        self.take("]")
        return Chars(tuple(ranges), negated, inner=tuple(inner))

    def member(self, inner: list[Chars]) -> int | None:
        """The next character of a class, or None for a class inside the class (``\\d``), which is added to ``inner``."""
        char = self.next()
        if char != "\\":
            return ord(char)
        char = self.next()
        if found := self.named_class(char):
            inner.append(found)
            return None
        return 8 if char == "b" else self.code(char)


def _one(code: int) -> Chars:
    return Chars(((code, code),))
