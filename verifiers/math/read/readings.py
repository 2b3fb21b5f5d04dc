"""Reads an answer: text becomes one or more trees that can be compared.

Most answers have one reading. Some have two, and equality tries both: ``1,234`` may be one number or two, ``2,5`` a list or
a decimal with a comma, ``5 m`` a length or a product.
"""

from __future__ import annotations

import re

from r1.verifiers.answer.options import option_before_value
from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.read.families import declared
from r1.verifiers.math.read.normal import normal
from r1.verifiers.math.read.phrases import all_but, phrase, unwrapped
from r1.verifiers.math.read.preamble import without_event, without_preamble, without_quantifier
from r1.verifiers.math.spelling import MAX_ANSWER, clean, words
from r1.verifiers.math.tree import Call, Node, Num, ParseError, Text, children, rebuild, substitute

_INTEGER = re.compile(r"-?[0-9]{1,60}")
_PLAIN_SET = re.compile(
    r"(?<![\\\w^}\]])\{(?!\d{1,3}(?:,\d{3})+\})([^{},|]+(?:,[^{},|]+)+)\}"
)  # {1,2} without backslashes
_SEXAGESIMAL = re.compile(
    r"(\d+)\s*\^\s*\{?\s*\\circ\s*\}?\s*(\d+)\s*(?:'|\^\s*\{?\s*\\prime\s*\}?)(?!\s*')"
    r"(?:\s*(\d+(?:\.\d+)?)\s*(?:''|\"|\^\s*\{?\s*\\prime\s*\\prime\s*\}?))?"
)
_FORMULA_BEGINS = tuple("0123456789([{-+")  # texts that begin so have no preamble to remove
_CONTENT = re.compile(r"[^\W_]|[\\∅]")
_UNION = re.compile(r"(?<=[\])}])\s*U\s*(?=[(\[{\\])")  # (1,2) U (3,4)
_DERIVATIVE = re.compile(r"\bd([a-z])\s*/\s*d([a-z])\b")
_SPOKEN_RATIO = re.compile(r"^(\d+)\s+(to|in|out\s+of)\s+(\d+)$")
_COMBINATION = re.compile(  # C_5^2, A_5^2, {}_5C_2, C(5,2)
    r"(?:\\(?:mathrm|text)\{)?([CAP])\}?(?:_\{?(\w+)\}?\s*\^\s*\{?(\w+)\}?|\^\{?(\w+)\}?\s*_\{?(\w+)\}?|\(\s*(\w+)\s*,\s*(\w+)\s*\))"
    r"|(?:\{\})?[_^]\{?(\w+)\}?\s*(?:\\(?:mathrm|text)\{)?([CP])\}?\s*_\{?(\w+)\}?"
)
_OVER = re.compile(r"\\over(?![a-z])")
_BARE_SET = re.compile(r"\{\s*\(?[a-z](?:\s*,\s*[a-z])*\)?\s*(?:\||\\mid|:)")  # {x | x > 1} without backslashes
_EUROPEAN = re.compile(
    r"(?<![\d,.])(\d{1,3}(?:\.\d{3})+),(\d+)(?![\d,.])|(?<![\d,.])(\d{1,3}(?:\.\d{3}){2,})(?![\d,.])"
)
_DECIMAL_COMMA = re.compile(r"(?<![\d,.])(\d+),(\d+)(?![\d,])")
_BRACKET = re.compile(r"[()\[\]=;]|\\\{")
_GROUPED = re.compile(r"\d[, ][1-9]\d{2}(?!\d)")  # may be two values; the second one never begins with 0
_PAIR = re.compile(r"[(\[]\s*-?\d{1,3},[1-9]\d{2}\s*[)\]]")  # in brackets the comma never groups thousands
_REPEATING_WORDS = re.compile(
    r"(\d*\.\d*?)(\d)(?:\.\.\.|\\l?dots)?\s*(?:repeating|recurring)|(\d*\.\d*?)(\d)\4\4+\s*(?:\.\.\.|\\[lc]?dots)", re.I
)
_COUNTED = re.compile(r"[CAP]\}?\s*[_^(]")
_LETTER_UNIT = re.compile(r"\d\s+[a-zA-Z](?![a-zA-Z_(])")


def read(text: str) -> list[Node]:
    """The readings of an answer, the most natural one first. Text that is not a formula is read as `Text`.

    Raises:
        ParseError: the answer has no letter or digit, or is longer than `MAX_ANSWER` characters.
    """
    if len(text) > MAX_ANSWER:
        raise ParseError(f"the answer has {len(text)} characters; at most {MAX_ANSWER} are read")
    if _INTEGER.fullmatch(text):
        return [Num(int(text))]
    if "..." in text or "dots" in text or "epeat" in text or "ecurr" in text:
        text = _REPEATING_WORDS.sub(lambda m: f"{m[1] or m[3]}\\overline{{{m[2] or m[4]}}}", text)
    cleaned = clean(text)
    if cleaned[:1] == "\\":
        cleaned = unwrapped(cleaned)
    if "except" in cleaned or "excluding" in cleaned or "other than" in cleaned or "but not" in cleaned:
        cleaned = all_but(cleaned)
    if readings := phrase(cleaned):
        return readings
    if cleaned[:1] not in _FORMULA_BEGINS:
        cleaned = without_preamble(cleaned)
    if "circ" in cleaned and ("'" in cleaned or "prime" in cleaned):
        cleaned = _SEXAGESIMAL.sub(_angle_in_degrees, cleaned)
    cleaned, letter, parameter = declared(cleaned)
    if not letter and ("for" in cleaned or "where" in cleaned):
        cleaned = without_quantifier(cleaned)
    cleaned = cleaned[option_before_value(cleaned) :]
    if cleaned[:1] == "{" and _BARE_SET.match(cleaned) and cleaned.endswith("}"):
        cleaned = "\\" + cleaned[:-1] + "\\}"
    if "{" in cleaned and "," in cleaned:
        cleaned = _PLAIN_SET.sub(r"\\{\1\\}", cleaned)
    if cleaned[:1].isdigit() and (" to " in cleaned or " in " in cleaned or " out " in cleaned):
        cleaned = _SPOKEN_RATIO.sub(lambda m: f"{m[1]}{':' if m[2] == 'to' else '/'}{m[3]}", cleaned)
    if "/d" in cleaned:
        cleaned = _DERIVATIVE.sub(r"\\frac{d\1}{d\2}", cleaned)
    if "=" in cleaned:
        cleaned = without_event(cleaned)
    if "U" in cleaned:
        cleaned = _UNION.sub(r"\\cup ", cleaned)
    if "\\over" in cleaned and (over := _OVER.search(cleaned)):
        depth = cleaned.count("{", 0, over.start()) - cleaned.count("}", 0, over.start())
        cleaned = cleaned if depth else f"{{{cleaned}}}"  # 1 \over 2
    if not _CONTENT.search(cleaned):
        raise ParseError("the answer has no letter or digit")
    for variant, thousands, letter_units in _variants(cleaned):
        try:
            node = parse(variant, thousands=thousands, letter_units=letter_units)
            node = normal(substitute(node, letter, parameter) if letter else node, variant)
        except (ParseError, ValueError, RecursionError, ZeroDivisionError):
            continue
        for reading in (node, _common_logs(node)) if "log" in variant else (node,):
            if reading not in readings:
                readings.append(reading)
    return readings or [Text(words(cleaned))]


def _angle_in_degrees(match: re.Match[str]) -> str:
    return f"({match[1]}+{match[2]}/60+{match[3] or 0}/3600)^\\circ "


def _variants(text: str) -> list[tuple[str, bool, bool]]:
    """``(text, thousands, letter_units)``, arguments of `parse`, for every way to read the text, the likeliest first."""
    variants = [(text, True, False)]
    if " " in text and _LETTER_UNIT.search(text):
        variants.insert(0, (text, True, True))
    if "," in text or " " in text:
        if text[0] in "([" and _PAIR.fullmatch(text):
            return [(text, False, False)]
        if _GROUPED.search(text):
            variants.append((text, False, False))
        european = (
            _EUROPEAN.sub(lambda m: (m[1] or m[3]).replace(".", "") + ("." + m[2] if m[2] else ""), text)
            if "." in text
            else text
        )
        commas = _DECIMAL_COMMA.findall(text)
        if european != text:
            variants.insert(0, (european, False, False))
        elif len(commas) == 1 and not _BRACKET.search(text) and (len(commas[0][1]) != 3 or commas[0][0] == "0"):
            variants.append((_DECIMAL_COMMA.sub(r"\1.\2", text), False, False))
    elif text.count(".") > 1:
        european = _EUROPEAN.sub(lambda m: (m[1] or m[3]).replace(".", ""), text)
        if european != text:
            variants.insert(0, (european, False, False))
    if _COUNTED.search(text):
        variants.append((_COMBINATION.sub(_combination, text), False, False))
    return variants


def _combination(match: re.Match[str]) -> str:
    kind = match[1] or match[9]
    groups = ((2, 3), (5, 4), (6, 7), (8, 10))
    n, k = next((match[a], match[b]) for a, b in groups if match[a] and match[b])
    return f"\\binom{{{n}}}{{{k}}}" if kind == "C" else f"\\frac{{{n}!}}{{({n}-{k})!}}"


def _common_logs(node: Node) -> Node:
    """The tree with every ``log`` without a base as a logarithm to base 10."""
    if isinstance(node, Call) and node.name == "log" and len(node.args) == 1:
        return Call("log", (_common_logs(node.args[0]), Num(10)))
    parts = children(node)
    return rebuild(node, tuple(map(_common_logs, parts))) if parts else node
