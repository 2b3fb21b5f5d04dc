"""Gold answers, read once and cached. A gold is a bare answer, a text with a box, a labeled option, or prose with a final answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from r1.verifiers.answer.find import find_answer
from r1.verifiers.answer.options import LABEL_AND_TEXT, labeled_option, labels, option_before_value
from r1.verifiers.math.equal.shapes import degrees_of, percent_of, value_of
from r1.verifiers.math.prose import candidate, stated
from r1.verifiers.math.read.normal import rounds
from r1.verifiers.math.read.readings import read
from r1.verifiers.math.spelling import MAX_ANSWER, key
from r1.verifiers.math.tree import TRUTH_BASE, BaseNum, Node, Num, ParseError, Quantity, Seq, Text
from r1.verifiers.verdict import TruthError

_PLAIN_NUMBER = re.compile(r"-?\d{1,60}(?:\.\d{1,14})?")
_PLAIN_FRACTION = re.compile(r"(-?)\\frac\{(\d{1,60})\}\{(\d{1,60})\}|(-?)(\d{1,60})/(\d{1,60})")
_APPROXIMATELY = re.compile(r"\\(?:approx|simeq|doteq|thickapprox)(?![a-zA-Z])|[≈≃≅≒]")
_SUBSCRIPT = re.compile(r"_\s*\{?\s*\d+\s*\}?$")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_SHORT_LIST = re.compile(r"-?[1-9]\d*,\d")
_LISTED_LETTERS = re.compile(r"[,、;，]|\band\b|和")
_LABELED = re.compile(r"(?:.*\n)?\s*(?:\(([A-Z])\)|([A-Z])[.:)])\s*\S.*|(?:.*\n)?([A-Z])\s+[A-Z][a-z].*", re.S)
_FORMULA = re.compile(
    r"\\(?:frac|sqrt|sum|prod|int|lim|begin|binom|left|overline|cdot|times|pi|log|ln|sin|cos|tan)\b|[\^=]|_\{"
)


class Gold:
    """An accepted answer. Its trees are parsed when they are first needed.

    Attributes:
        text: the answer as written.
        key: the spelling that the string stage compares.
        number: the value of a plain numeral or fraction; None for other answers.
    """

    def __init__(self, text: str) -> None:
        self.text, self.key, self.number = text, key(text), plain_number(key(text))

    @cached_property
    def readings(self) -> Sequence[Node]:
        """The trees that the answer may mean, the most natural one first.

        Raises:
            TruthError: the answer cannot be read.
        """
        try:
            readings = read(self.text)
        except ParseError as error:
            raise TruthError(f"the gold answer {self.text[:200]!r} cannot be read: {error}") from None
        if (rounded := self._rounded()) is not None:
            return (*readings, rounded)
        if _SHORT_LIST.fullmatch(self.text.strip(" $")):
            return readings[:1]  # "1,5" in a gold is always a list; in an answer it may be a decimal
        if isinstance(readings[0], Text) and (labeled := LABEL_AND_TEXT.fullmatch(self.text.strip())):
            return (*readings, *read(labeled[3]))  # B. 25
        if isinstance(readings[0], Text):
            found = find_answer(self.text)
            wordy = len(self.text) > 60 and "\\begin" not in self.text
            if found is not None and (found.kind == "anchor" or wordy):
                return stated(found, candidate(found)) or readings
        return readings

    def _rounded(self) -> Node | None:
        r"""The decimal of a gold that states its rounding, as ``\frac{50}{3} \approx 16.67``; None for other golds."""
        exact, *others = _APPROXIMATELY.split(self.text)
        decimal = others[0] if len(others) == 1 else ""
        if not exact.strip(" $") or not decimal or "=" in decimal:
            return None
        try:
            value, rounded = (read(part.strip(" $"))[0] for part in (exact, decimal))
        except ParseError:
            return None
        return rounded if isinstance(rounded, Num) and rounds(value_of(value), rounded) else None

    @cached_property
    def choice(self) -> str:
        """The option letters if the answer is a choice, else ""."""
        choice = labels(self.text)
        if len(choice) > 1 and not self.lists_options:
            return choice if choice == self.text and choice <= "H" and len(choice) < 6 else ""
        if not choice and self.is_text:
            labeled = _LABELED.fullmatch(self.text)
            choice = next(filter(None, labeled.groups()), "") if labeled else ""
        return choice or (labeled_option(self.text) if option_before_value(self.text) else "")

    @property
    def lists_options(self) -> bool:
        """Whether the letters are separated ("A, C"); a plain "AC" may also be a line segment."""
        return _LISTED_LETTERS.search(self.text) is not None

    @cached_property
    def lists_values(self) -> bool:
        """Whether the answer may be a list, a set or a tuple."""
        return any(isinstance(reading, Seq) for reading in self.readings)

    @property
    def is_text(self) -> bool:
        """Whether the answer consists of words."""
        return self.number is None and isinstance(self.readings[0], Text)

    @cached_property
    def has_unit(self) -> bool:
        """Whether the gold is a quantity, an angle in degrees or a percentage, so that the unit of an answer matters."""
        return any(
            isinstance(reading, Quantity) or degrees_of(reading) or percent_of(reading) for reading in self.readings
        )

    @property
    def opaque(self) -> bool:
        """Whether the answer is a formula that cannot be read: the same text is right, any other answer cannot be judged."""
        return self.is_text and _FORMULA.search(self.text) is not None


def plain_number(text: str) -> Fraction | int | None:
    """The value of a plain numeral or fraction, or None. A decimal of 15 places or more, which may be rounded, is not plain."""
    if not _PLAIN_NUMBER.fullmatch(text):
        match = _PLAIN_FRACTION.fullmatch(text)
        sign, top, bottom = (
            (match[1] or match[4] or "", match[2] or match[5], match[3] or match[6]) if match else ("", "", "0")
        )
        return Fraction(int(sign + top), int(bottom)) if int(bottom) else None
    return int(text) if "." not in text else Fraction(text)


def golds(truth: Mapping[str, Any]) -> list[Gold]:
    """The accepted answers of a truth ``{"answer": str | number | list of them}``.

    With ``"base": 9`` the answers are numerals in base 9, and an answer matches with its subscript or without.

    Raises:
        TruthError: the truth has no answer, its base is not a whole number from 2 to 36, or an answer cannot be read.
    """
    answer = truth.get("answer")
    base = truth.get("base")
    if base is not None:
        return [
            gold for text in (answer if isinstance(answer, list | tuple) else [answer]) for gold in _based(text, base)
        ]
    if type(answer) is str:
        return [read_gold(answer)]
    answers = answer if isinstance(answer, list | tuple) else [answer]
    if not answers or any(not isinstance(item, str | int | float) or isinstance(item, bool) for item in answers):
        raise TruthError(f"the truth has answer={answer!r}; expected a string, a number or a non-empty list of them")
    return [read_gold(str(item)) for item in answers]


def _based(answer: object, base: object) -> list[Gold]:
    """The numeral with its base and without.

    Raises:
        TruthError: the base is not a whole number from 2 to 36, or the answer is not a numeral in this base.
    """
    if not isinstance(base, int) or isinstance(base, bool) or not 2 <= base <= 36:
        raise TruthError(f"the truth has base={base!r}; expected a whole number from 2 to 36")
    written = _SUBSCRIPT.sub("", boxed_gold(str(answer)).strip(" $"))
    fits = written.isalnum() and written.isascii() and all(int(digit, 36) < base for digit in written)
    gold = read_gold(f"{written}_{{{base}}}")
    if not fits or not isinstance(gold.readings[0], BaseNum):
        raise TruthError(f"the gold answer {answer!r} is not a numeral in base {base}")
    bare = Gold(written)
    bare.number, bare.readings = None, [BaseNum(gold.readings[0].digits, TRUTH_BASE)]
    return [gold, bare]


@lru_cache(maxsize=8192)
def read_gold(text: str) -> Gold:
    """The gold answer in a text; cached, because many completions are compared with the same gold.

    Raises:
        TruthError: the answer is empty, is too long, or has unbalanced braces.
    """
    answer = boxed_gold(text)
    fault = ""
    if not any(c.isalnum() or c in "\\∅∞" for c in answer):
        fault = "it is empty"
    elif len(answer) > MAX_ANSWER:
        fault = f"it has {len(answer)} characters, at most {MAX_ANSWER} are allowed"
    elif (
        "\\" in answer
        and answer.count("{") - answer.count("\\{") != answer.count("}") - answer.count("\\}")
        and answer is text
    ):
        fault = "its braces do not match"
    if fault:
        raise TruthError(f"the gold answer {text[:200]!r} cannot be read: {fault}")
    gold = Gold(answer)
    if not any(map(str.isalnum, _COMMAND.sub("", answer))):
        gold.readings  # noqa: B018  (an answer of commands alone may have no value: parse it now)
    return gold


def boxed_gold(text: str) -> str:
    """The content of the last box, even of one that was cut off; the whole text if it has no box."""
    if "boxed" not in text and "fbox" not in text:
        return text
    text = text.replace("\\\\boxed", "\\boxed")
    found = find_answer(text, strict=True)
    if found and found.text:
        return found.text
    _, opened, cut_off = text.rpartition("boxed{")
    if opened and not cut_off.strip().startswith("}"):
        return cut_off
    return "" if found else text
