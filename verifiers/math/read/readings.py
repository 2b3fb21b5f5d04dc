r"""Reading an answer: text to the tree that is compared, in one or more readings.

Most answers have one reading. ``1,234`` inside brackets may be one number or two, ``2,5`` a list or a decimal with a comma,
``5 m`` metres or a product: then the second reading is there as well, and equality tries both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from r1.verifiers.answer.options import option_before_value
from r1.verifiers.math.equal.families import declared
from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.read.matrices import TRANSPOSE, matrices
from r1.verifiers.math.read.phrases import all_but, phrase, unwrapped
from r1.verifiers.math.read.preamble import without_event, without_preamble, without_quantifier
from r1.verifiers.math.spelling import MAX_ANSWER, clean, words
from r1.verifiers.math.tree import (  # fmt: skip
    Call,
    Matrix,
    Mul,
    Node,
    Num,
    ParseError,
    Pow,
    Quantity,
    Rel,
    Seq,
    Sym,
    Text,
    children,
    is_expr,
    is_name,
    neg,
    rebuild,
    substitute,
    symbols,
)
from r1.verifiers.math.values.rational import rational

MAX_SIGNS = 4  # of plus-minus in one expression
_INTEGER = re.compile(r"-?[0-9]{1,60}")


def read(text: str) -> list[Node]:
    """The readings of an answer, the most natural one first; text that is no mathematics reads as `Text`.

    Raises:
        ParseError: an answer that says nothing, or is longer than `MAX_ANSWER`.
    """
    if len(text) > MAX_ANSWER:
        raise ParseError(f"an answer of {len(text)} characters")
    if _INTEGER.fullmatch(text):
        return [Num(int(text))]
    if "..." in text or "dots" in text or "epeat" in text or "ecurr" in text:
        text = _REPEATING_WORDS.sub(lambda m: f"{m[1] or m[3]}\\overline{{{m[2] or m[4]}}}", text)
    cleaned = clean(text)
    if cleaned[:1] == "\\":
        cleaned = unwrapped(cleaned)
    if "except" in cleaned or "excluding" in cleaned or "other than" in cleaned or "but not" in cleaned:
        cleaned = all_but(cleaned)
    if said := phrase(cleaned):
        return said
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
    if not _SAYS.search(cleaned):
        raise ParseError("an answer without a letter or digit")
    readings: list[Node] = []
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


_PLAIN_SET = re.compile(
    r"(?<![\\\w^}\]])\{(?!\d{1,3}(?:,\d{3})+\})([^{},|]+(?:,[^{},|]+)+)\}"
)  # {1,2} without backslashes
_SEXAGESIMAL = re.compile(
    r"(\d+)\s*\^\s*\{?\s*\\circ\s*\}?\s*(\d+)\s*(?:'|\^\s*\{?\s*\\prime\s*\}?)(?!\s*')"
    r"(?:\s*(\d+(?:\.\d+)?)\s*(?:''|\"|\^\s*\{?\s*\\prime\s*\\prime\s*\}?))?"
)


def _angle_in_degrees(match: re.Match[str]) -> str:
    return f"({match[1]}+{match[2]}/60+{match[3] or 0}/3600)^\\circ "


_FORMULA_BEGINS = tuple("0123456789([{-+")  # no word that only announces the answer
_SAYS = re.compile(r"[^\W_]|[\\∅]")
_UNION = re.compile(r"(?<=[\])}])\s*U\s*(?=[(\[{\\])")  # (1,2) U (3,4)
_DERIVATIVE = re.compile(r"\bd([a-z])\s*/\s*d([a-z])\b")
_SPOKEN_RATIO = re.compile(r"^(\d+)\s+(to|in|out\s+of)\s+(\d+)$")
_COMBINATION = re.compile(  # C_5^2, A_5^2, {}_5C_2, C(5,2)
    r"(?:\\(?:mathrm|text)\{)?([CAP])\}?(?:_\{?(\w+)\}?\s*\^\s*\{?(\w+)\}?|\^\{?(\w+)\}?\s*_\{?(\w+)\}?|\(\s*(\w+)\s*,\s*(\w+)\s*\))"
    r"|(?:\{\})?[_^]\{?(\w+)\}?\s*(?:\\(?:mathrm|text)\{)?([CP])\}?\s*_\{?(\w+)\}?"
)
_OVER = re.compile(r"\\over(?![a-z])")
_BARE_SET = re.compile(r"\{\s*\(?[a-z](?:\s*,\s*[a-z])*\)?\s*(?:\||\\mid|:)")  # {x | x > 1} without backslashes


# ------------------------------------------------------------------------------------------------------------- readings

_EUROPEAN = re.compile(
    r"(?<![\d,.])(\d{1,3}(?:\.\d{3})+),(\d+)(?![\d,.])|(?<![\d,.])(\d{1,3}(?:\.\d{3}){2,})(?![\d,.])"
)
_DECIMAL_COMMA = re.compile(r"(?<![\d,.])(\d+),(\d+)(?![\d,])")
_BRACKET = re.compile(r"[()\[\]=;]|\\\{")
_GROUPED = re.compile(r"\d[, ][1-9]\d{2}(?!\d)")  # which may be two values; no value is written 000 or 050
_PAIR = re.compile(r"[(\[]\s*-?\d{1,3},[1-9]\d{2}\s*[)\]]")  # nobody puts one number with thousands in brackets
_REPEATING_WORDS = re.compile(
    r"(\d*\.\d*?)(\d)(?:\.\.\.|\\l?dots)?\s*(?:repeating|recurring)|(\d*\.\d*?)(\d)\4\4+\s*(?:\.\.\.|\\[lc]?dots)", re.I
)


def _variants(text: str) -> list[tuple[str, bool, bool]]:
    """``(text, thousands, letter_units)`` for every way to read the text, the likeliest first."""
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


_COUNTED = re.compile(r"[CAP]\}?\s*[_^(]")


def _combination(match: re.Match[str]) -> str:
    kind = match[1] or match[9]
    groups = ((2, 3), (5, 4), (6, 7), (8, 10))
    n, k = next((match[a], match[b]) for a, b in groups if match[a] and match[b])
    return f"\\binom{{{n}}}{{{k}}}" if kind == "C" else f"\\frac{{{n}!}}{{({n}-{k})!}}"


_LETTER_UNIT = re.compile(r"\d\s+[a-zA-Z](?![a-zA-Z_(])")


# --------------------------------------------------------------------------------------------------------- normal form


_MATRICES = re.compile(r"begin|det|[A-Z]\s*\(")


def normal(node: Node, text: str) -> Node:
    """The tree that is compared: plus-minus written out, chains and definitions reduced to what they say, matrices added up.

    The text it was read from tells which of these passes are needed at all.
    """
    if "\\pm" in text or "\\mp" in text:
        node = _expanded(node)
    node = _reduced(node)
    match node:
        case Pow(Seq("tuple" | "bracket", items), power) if power in TRANSPOSE:  # (1, 2)^T is a column
            return Matrix(tuple((item,) for item in items))
    return matrices(node) if _MATRICES.search(text) else node


def _expanded(node: Node) -> Node:
    """Plus-minus as the list of its cases; inside a set or list the cases join the items."""
    if isinstance(node, Seq) and node.kind in ("list", "or", "set", "group"):
        items: list[Node] = []
        for item in node.items:
            cases = _expanded(item)
            spread = isinstance(cases, Seq) and cases.kind == "cases"
            items.extend(cases.items if spread and isinstance(cases, Seq) else [cases])
        return Seq(node.kind, tuple(items))
    count, linked = _signs(node)
    if not count:
        return node
    if count > MAX_SIGNS:
        raise ParseError(f"{count} plus-minus signs")
    choices = [(s,) * count for s in (1, -1)] if linked else list(product((1, -1), repeat=count))
    return Seq("cases", tuple(_with_signs(node, iter(choice)) for choice in choices))


def _signs(node: Node) -> tuple[int, bool]:
    own = isinstance(node, Call) and node.name in ("pm", "mp")
    count, linked = int(own), own and isinstance(node, Call) and node.name == "mp"
    for child in children(node):
        more, link = _signs(child)
        count, linked = count + more, linked or link
    return count, linked


def _with_signs(node: Node, signs: Iterator[int]) -> Node:
    if isinstance(node, Call) and node.name in ("pm", "mp"):
        sign = next(signs) * (1 if node.name == "pm" else -1)
        inner = _with_signs(node.args[0], signs)
        return inner if sign > 0 else neg(inner)
    parts = children(node)
    return rebuild(node, tuple(_with_signs(part, signs) for part in parts)) if parts else node


def _reduced(node: Node) -> Node:
    if isinstance(node, Seq):
        items = tuple(_reduced(item) for item in node.items)
        return Seq("list" if node.kind == "cases" else node.kind, items)
    if isinstance(node, Rel):
        return _reduced_chain(node)
    if isinstance(node, Mul) and isinstance(node.factors[-1], Seq) and node.factors[-1].kind == "tuple":
        *scale, point = node.factors
        if all(is_expr(factor) and not symbols(factor) for factor in scale):
            return Seq("tuple", tuple(Mul((*scale, item)) for item in children(point)))
    return node


def _reduced_chain(rel: Rel) -> Node:
    """``x = 5 + 6 = 11`` says ``x = 11``; ``1/3 ~ 0.33`` says 1/3; ``x ~ 11`` says ``x = 11``."""
    ops, sides = list(rel.ops), list(rel.sides)
    if "~" in ops:
        first = ops.index("~")
        if first == 0 and is_name(sides[0]):
            ops, sides = ["=", *ops[1:]], sides
            first = ops.index("~") if "~" in ops else len(ops)
        ops, sides = ops[:first], sides[: first + 1]
    if not ops:
        return sides[0]
    if set(ops) == {"="} and not any(map(symbols, sides)) and (is_expr(sides[-1]) or isinstance(sides[-1], Quantity)):
        if _contradicts(sides):
            raise ParseError("an equation that is false")
        return sides[-1]
    if set(ops) == {"="} and len(ops) > 1:
        if all(isinstance(side, Sym) for side in sides):  # a = b = c
            return Rel(tuple(ops), tuple(sides))
        if all(isinstance(side, Sym) for side in sides[:-1]):  # a = b = c = 1
            return Seq("list", tuple(Rel(("=",), (side, sides[-1])) for side in sides[:-1]))
        named = next((side for side in sides[:-1] if is_name(side)), None)
        return Rel(("=",), (named, sides[-1])) if named is not None and named is sides[0] else sides[-1]
    return Rel(tuple(ops), tuple(sides))


def _contradicts(sides: list[Node]) -> bool:
    """Whether an equation of numbers is plainly false (``3 = 4``), and not only rounded (``1/3 = 0.33``)."""
    values = [rational(side) if is_expr(side) else None for side in sides]
    known = [Fraction(value) for value in values if value is not None]
    return bool(known) and max(known) - min(known) > max(map(abs, known)) / 20


def _common_logs(node: Node) -> Node:
    """The tree with ``log`` without a base read as the logarithm to base ten."""
    if isinstance(node, Call) and node.name == "log" and len(node.args) == 1:
        return Call("log", (_common_logs(node.args[0]), Num(10)))
    parts = children(node)
    return rebuild(node, tuple(map(_common_logs, parts))) if parts else node
