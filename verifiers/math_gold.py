"""The gold answer, read once and kept: a bare answer, a text with a box, a labelled option, or prose with a final answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from r1.verifiers.answer import Found, find_answer
from r1.verifiers.answer_values import last_number, last_value, negated, value_in_sentence, value_of_clause
from r1.verifiers.choice_letters import labelled as labelled_option
from r1.verifiers.choice_letters import labels, option_before_value
from r1.verifiers.math_read import read
from r1.verifiers.math_text import MAX_ANSWER, key, words
from r1.verifiers.math_tree import Node, ParseError, Text
from r1.verifiers.verdict import TruthError


class Gold:
    """An accepted answer. Its key is made at once, its trees when they are first needed.

    Attributes:
        text: the answer as written.
        key: what the string stage compares.
        number: its value, where it is a plain numeral or fraction.
    """

    def __init__(self, text: str) -> None:
        self.text, self.key, self.number = text, key(text), plain_number(key(text))

    @cached_property
    def readings(self) -> tuple[Node, ...]:
        """The trees, the most natural one first."""
        try:
            readings = tuple(read(self.text))
        except ParseError as error:
            raise TruthError(f"the gold answer {self.text[:200]!r} cannot be read: {error}") from None
        if _SHORT_LIST.fullmatch(self.text.strip(" $")):
            return readings[:1]  # a gold "1,5" is a list, whatever it may be in an answer
        if isinstance(readings[0], Text):
            found = find_answer(self.text)
            wordy = len(self.text) > 60 and "\\begin" not in self.text
            stated = found is not None and (found.kind == "anchor" or wordy)
            inner = stated_value(found, self.text) if found and stated else None
            if inner:
                return tuple(inner[1])
        return readings

    @cached_property
    def choice(self) -> str:
        """The option letters, where the answer is a choice; "" otherwise."""
        choice = labels(self.text)
        if len(choice) > 1 and not self.lists_options:
            return choice if choice == self.text and choice <= "H" and len(choice) < 6 else ""
        if not choice and self.is_text:
            labelled = _LABELLED.fullmatch(self.text)
            choice = next(filter(None, labelled.groups()), "") if labelled else ""
        return choice or (labelled_option(self.text) if option_before_value(self.text) else "")

    @property
    def lists_options(self) -> bool:
        """Whether letters are set apart ("A, C"): a plain "AC" may be a segment as well."""
        return _LISTED_LETTERS.search(self.text) is not None

    @property
    def is_text(self) -> bool:
        """Whether the answer consists of words."""
        return isinstance(self.readings[0], Text)

    @property
    def opaque(self) -> bool:
        """A formula that we cannot read: only the same text is equal, and nothing else can be called wrong."""
        return self.is_text and _FORMULA.search(self.text) is not None


_PLAIN_NUMBER = re.compile(r"-?\d{1,60}(?:\.\d{1,14})?")
_PLAIN_FRACTION = re.compile(r"(-?)\\frac\{(\d{1,60})\}\{(\d{1,60})\}|(-?)(\d{1,60})/(\d{1,60})")


def plain_number(text: str) -> Fraction | int | None:
    """The value of a plain numeral or fraction (too short to stand for a rounded value), or None."""
    if not _PLAIN_NUMBER.fullmatch(text):
        match = _PLAIN_FRACTION.fullmatch(text)
        sign, top, bottom = (
            (match[1] or match[4] or "", match[2] or match[5], match[3] or match[6]) if match else ("", "", "0")
        )
        return Fraction(int(sign + top), int(bottom)) if int(bottom) else None
    return int(text) if "." not in text else Fraction(text)


_COMMAND = re.compile(r"\\[A-Za-z]+")
_SHORT_LIST = re.compile(r"-?[1-9]\d*,\d")
_LISTED_LETTERS = re.compile(r"[,、;，]|\band\b|和")
_LABELLED = re.compile(r"(?:.*\n)?\s*(?:\(([A-Z])\)|([A-Z])[.:)])\s*\S.*|(?:.*\n)?([A-Z])\s+[A-Z][a-z].*", re.S)
_FORMULA = re.compile(
    r"\\(?:frac|sqrt|sum|prod|int|lim|begin|binom|left|overline|cdot|times|pi|log|ln|sin|cos|tan)\b|[\^=]|_\{"
)


def golds(truth: Mapping[str, Any]) -> list[Gold]:
    """Every accepted answer of a truth ``{"answer": str | number | list of them}``.

    Raises:
        TruthError: there is none, or one of them cannot be read.
    """
    answer = truth.get("answer")
    if type(answer) is str:
        return [read_gold(answer)]
    answers = answer if isinstance(answer, list | tuple) else [answer]
    if not answers or any(not isinstance(item, str | int | float) or isinstance(item, bool) for item in answers):
        raise TruthError(f"a math task needs 'answer': a string or a list of strings, not {answer!r}")
    return [read_gold(str(item)) for item in answers]


@lru_cache(maxsize=8192)
def read_gold(text: str) -> Gold:
    """A gold answer.

    Raises:
        TruthError: it is empty, its braces do not match, or it is too long to be an answer.
    """
    answer = boxed_gold(text)
    fault = ""
    if not any(c.isalnum() or c in "\\∅∞" for c in answer):
        fault = "it is empty"
    elif len(answer) > MAX_ANSWER:
        fault = f"it has {len(answer)} characters"
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
        gold.readings  # noqa: B018  (nothing but commands: it may say nothing)
    return gold


def boxed_gold(text: str) -> str:
    """The content of a gold's last box (also of one that was cut off), or the text."""
    if "boxed" not in text and "fbox" not in text:
        return text
    text = text.replace("\\\\boxed", "\\boxed")
    found = find_answer(text, strict=True)
    if found and found.text:
        return found.text
    opened = text.rfind("boxed{")
    return (
        text[opened + 6 :] if opened >= 0 and not text[opened + 6 :].strip().startswith("}") else "" if found else text
    )


# -------------------------------------------------------------------------------------------------- values in sentences

_HEDGE_AFTER = re.compile(
    r"\s*[$\\)\]]*\s*\(?(?:\w+\s+)?(?:(?:or|and|或者?|和|还是|、|,)\s*(?:\w+\s*=?\s*)?[$\\(\[]*\s*-?[\d\\√π]"
    r"|(?:or|and)\s+(?:more|less|fewer|greater|higher|lower|above|below|over)\b)",
    re.I,
)
_BOUND_BEFORE = re.compile(r"(?:(?<![=<-])>|<(?![=-])|[<>]=|[≤≥]|\\(?:leq?|geq?|lt|gt)(?:q|slant)?)\s*[$({\[]*\s*$")
_DENIED_AFTER = re.compile(
    r"\s*[$\\)\]*]*\s*(?:(?:is|are|was|were|would\s+be)\s+(?:not|wrong|incorrect|false|impossible|invalid|a\s+mistake)\b"
    r"|(?:isn|aren|wasn)'t\b|(?:是错|不对|不正确|错误)|\?)",
    re.I,
)
_HTML_TAG = re.compile(r"</?\w+>\s*$")
_IN_TEXT = re.compile(r"\\(?:text|textbf|mathrm|mbox)\s*\{([^{}]*)\}")
_OPERATORS = frozenset("<>=+^'/\\≤≥≠")
_DELIMITERS = re.compile(r"\\[()\[\]\\]|\$|</?\w+>")
_DOUBTFUL = re.compile(
    r"\b(?:maybe|perhaps|possibly|might|either|guess|(?:less|more|greater|fewer|smaller|larger)\s+than)\b|或许|也许|大于|小于|超过|少于|多于",
    re.I,
)
_HEDGE_BEFORE = re.compile(r"\d\s+$|[\d})$\]]\s*(?:\w+\s+)?(?:\bor|\band|或者?|和|还是|、|,)\s*[$\\(\[]*\s*$", re.I)
_NAME_BEFORE = re.compile(r"(?<![A-Za-z])[A-Za-z](?:_\{?\w{1,3}\}?)?\s*=\s*$")  # "1 or x = 2"
# What the two patterns above cannot match without: looked for first, since a pattern that finds nothing is slow.
_DOUBT_HINTS = ("maybe", "perhaps", "possibl", "might", "either", "guess", "than", "许", "于", "过")
_JOINERS = ("or", "and", "或", "者", "和", "是", "、", ",")
_PROSE = re.compile(r"[^\W\d_]{2,}|[\u4e00-\u9fff]")


_WORDS = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}")


def is_prose(text: str) -> bool:
    """Whether a text is too wordy to be an answer: it is not parsed as a whole."""
    if not 100 < len(text) <= 400:
        return len(text) > 400
    other_scripts = 0 if text.isascii() else len(text) - len(text.encode("ascii", "ignore"))
    return other_scripts > 50 or sum(1 for _ in _WORDS.finditer(text)) > 12


def stated_value(found: Found, completion: str) -> tuple[str, list[Node]] | None:
    """The one value that prose states, with its readings; None where there is none, it is denied, or there are several.

    Raises:
        ParseError: it is too long to be an answer.
    """
    whole = found.kind == "whole"
    text = completion if whole else found.text
    value = value_of_clause(text) or (last_value(text) if whole else value_in_sentence(text))
    if value is None or negated(text, value.start):
        return None
    if (whole and not _PROSE.search(_COMMAND.sub("", text))) or _inside_formula(text, value):
        return None
    after = _IN_TEXT.sub(r" \1 ", text[value.end : value.end + 80])
    if (
        _HEDGE_AFTER.match(after)
        or _DENIED_AFTER.match(after)
        or _hedged_before(text[max(0, value.start - 60) : value.start])
    ):
        return None
    readings = read(value.text)
    if isinstance(readings[0], Text) and value.kind == "maths":
        number = last_number(value.text)
        if number is None or negated(value.text, number.start) or _inside_formula(value.text, number):
            return value.text, readings
        return number.text, read(number.text)
    return value.text, readings


def _inside_formula(text: str, value: Found) -> bool:
    """Whether a value is a piece of a formula (one that cannot be read), and not of a sentence."""
    if _PROSE.search(_COMMAND.sub("", text)):
        return False
    around = _DELIMITERS.sub("", text[: value.start] + text[value.end :])
    return not _OPERATORS.isdisjoint(around) or any(map(str.isdigit, around))


def _hedged_before(before: str) -> bool:
    """Whether the words before a value make it one of several, a bound, or doubtful ("3 or", "x >", "maybe", "less than")."""
    before = _NAME_BEFORE.sub("", before)
    if _BOUND_BEFORE.search(_HTML_TAG.sub("", before[-30:])):
        return True
    lower = before.lower()
    if any(hint in lower for hint in _DOUBT_HINTS) and _DOUBTFUL.search(before):
        return True
    bare = lower.rstrip()
    joined = bare.rstrip("$\\([").rstrip().endswith(_JOINERS) or (bare != lower and bare[-1:].isdigit())
    return joined and _HEDGE_BEFORE.search(before[-40:]) is not None


_LEADING_WORDS = {
    "therefore",
    "thus",
    "so",
    "hence",
    "it",
    "is",
    "was",
    "that",
    "then",
    "finally",
    "overall",
    "in",
    "conclusion",
}
_SENTENCES = re.compile(r"[.!?]\s+|\n")
_UNSURE = re.compile(r"\b(?:if|whether|unless|maybe|perhaps|possibly|might|may|could|cannot|never|who|what|which)\b")
_DOUBT = re.compile(r"\b(?:not|or|nor|neither|and)\b|n't")


_ANSWERS_FIRST = re.compile(r"\W*(yes|no|true|false)\s*(?:[,.:;!—–]|$)", re.I)
_COPULAS = ("is", "are", "was", "were", "be", "called", "named")


def concludes(text: str, gold: Gold) -> bool:
    """Whether the last sentence ends with the gold's words behind "is" ("The winner is Alice."), or has them for its subject
    ("Therefore, Marc Bulger had more yards."); a yes or no may open the text ("No, it is not possible.").
    """
    wanted = words(gold.text).replace(" ,", "")
    opening = _ANSWERS_FIRST.match(text)
    if opening and wanted in ("yes", "no", "true", "false"):
        others = {match[1].lower() for match in map(_ANSWERS_FIRST.match, _SENTENCES.split(text)) if match}
        return others == {wanted}
    sentence = words(_SENTENCES.split(text[-2000:].rstrip(" .!\n"))[-1]).replace(" ,", "").split()
    while sentence and sentence[0] in _LEADING_WORDS:
        sentence = sentence[1:]
    said = " ".join(sentence)
    before, behind, after = f" {said}".rpartition(f" {wanted}")
    if behind and not after and before.split()[-1:] and before.split()[-1] in _COPULAS:
        return bool(wanted) and not _DOUBT.search(before) and not _UNSURE.search(before)
    return bool(wanted) and said.startswith(wanted + " ") and not _DOUBT.search(said[: len(wanted) + 20])
