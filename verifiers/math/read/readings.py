"""Reads an answer: text becomes one or more trees that can be compared.

Most answers have one reading. Some have two: ``1,234`` may be one number or two, ``2,5`` a list or a decimal with a comma, ``5 m``
a length or a product. `pair.pairs` decides which of them are compared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from r1.verifiers.answer.options import option_before_value
from r1.verifiers.math.grammar.names import CONSTANTS, FUNCTION_LETTERS, FUNCTIONS, GREEK
from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.read.families import declared
from r1.verifiers.math.read.normal import normal
from r1.verifiers.math.read.phrases import all_but, phrase, unwrapped
from r1.verifiers.math.read.preamble import without_event, without_preamble, without_quantifier, without_remark
from r1.verifiers.math.spelling import MAX_ANSWER, clean, words
from r1.verifiers.math.tree import Call, Node, Num, ParseError, Sym, Text, children, rebuild, substitute

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
_LABEL_NOISE = re.compile(r"\\(?:mathbb|mathrm|text|operatorname|mathbf)(?![a-z])|\\(?=[{}])|[\s=]")
_ROUND = str.maketrans("[{]}", "(())")
_COUNTED = re.compile(r"[CAP]\}?\s*[_^(]")
_NAME = re.compile(
    r"\\(?:text|textbf|mathrm|mbox|begin|end|operatorname)\s*\{[^{}]*\}|(?:\\(?P<command>[A-Za-z]+)|(?P<word>[A-Za-z]+))"
    r"(?P<script>(?:\s*_\s*(?:\{[^{}]*\}|[A-Za-z0-9])|')*)\s*(?P<bracket>\()?(?P<equals>\s*=(?!=))?"
)
_SUBSCRIPT = re.compile(r"[{}\s]")
_ARGUMENT = re.compile(r"\(\s*[-+]?\s*(?:\d[\d.]*|[A-Za-z]|\\[a-z]+)\s*\)")
_ITEM_BEGINS = ("", ",", ";")
_LETTER_UNIT = re.compile(r"\d\s+[a-zA-Z](?![a-zA-Z_(])")


class Readings(list[Node]):
    """The trees that an answer may mean, the most natural one first.

    Attributes:
        text: the answer as written.
        choices: what each tree takes for granted where the text is ambiguous: question -> choice.
        applied: names before a bracket that may hold an argument, as the v of ``v(0)``.
        label: what the answer is called where that is left out of the trees, as ``P(A)`` of ``P(A) = 1/2``; "" for most answers.
        alone: names that stand without a bracket. Labels such as the y of ``y = ...`` do not count.
    """

    __slots__ = ("alone", "applied", "choices", "label", "text")

    def __init__(
        self,
        text: str,
        nodes: Sequence[Node] = (),
        choices: Sequence[dict[str, str]] = (),
        names: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset()),
        label: str = "",
    ) -> None:
        super().__init__(nodes)
        self.text, self.choices = text, [*choices] or [{} for _ in nodes]
        self.applied, self.alone = names
        self.label = label


def read(text: str, *, factors: frozenset[str] | None = None) -> Readings:
    """The readings of an answer. Text that is not a formula is read as `Text`.

    Args:
        text: the answer.
        factors: names whose bracket is a factor rather than an argument; by default those that stand alone in the text as well.

    Raises:
        ParseError: the answer has no letter or digit, or is longer than `MAX_ANSWER` characters.
    """
    if len(text) > MAX_ANSWER:
        raise ParseError(f"the answer has {len(text)} characters; at most {MAX_ANSWER} are read")
    if _INTEGER.fullmatch(text):
        return Readings(text, [Num(int(text))])
    written = text
    if "..." in text or "dots" in text or "epeat" in text or "ecurr" in text:
        text = _REPEATING_WORDS.sub(lambda m: f"{m[1] or m[3]}\\overline{{{m[2] or m[4]}}}", text)
    cleaned = clean(text)
    if cleaned[:1] == "\\":
        cleaned = unwrapped(cleaned)
    if "except" in cleaned or "excluding" in cleaned or "other than" in cleaned or "but not" in cleaned:
        cleaned = all_but(cleaned)
    if readings := phrase(cleaned):
        return Readings(written, readings)
    if cleaned[:1] not in _FORMULA_BEGINS:
        cleaned = without_preamble(cleaned)
    if "circ" in cleaned and ("'" in cleaned or "prime" in cleaned):
        cleaned = _SEXAGESIMAL.sub(_angle_in_degrees, cleaned)
    cleaned, letter, parameter = declared(cleaned)
    if not letter and ("for" in cleaned or "where" in cleaned):
        cleaned = without_quantifier(cleaned)
    cleaned = cleaned[option_before_value(cleaned) :]
    cleaned = _formula(without_remark(cleaned) if cleaned[-1:] in ")}" else cleaned)
    label = ""
    if "=" in cleaned:
        value = without_event(cleaned)
        label, cleaned = _LABEL_NOISE.sub("", cleaned[: len(cleaned) - len(value)]).translate(_ROUND), value
    if not _CONTENT.search(cleaned):
        raise ParseError("the answer has no letter or digit")
    names = used_names(cleaned)
    if factors is None:
        factors = names[0] & names[1]
    trees, choices = _trees(cleaned, factors, (letter, parameter))
    return Readings(written, trees or [Text(words(cleaned))], choices, names, label if trees else "")


def _trees(
    cleaned: str, factors: frozenset[str], declaration: tuple[str, Sym]
) -> tuple[list[Node], list[dict[str, str]]]:
    """The trees of a formula and the choices that each of them makes; none if it is not a formula."""
    letter, parameter = declaration
    trees: list[Node] = []
    choices: list[dict[str, str]] = []
    for variant, thousands, letter_units, choice in _variants(cleaned):
        try:
            node = parse(variant, thousands=thousands, letter_units=letter_units, factors=factors)
            node = normal(substitute(node, letter, parameter) if letter else node, variant)
        except (ParseError, ValueError, RecursionError, ZeroDivisionError):
            continue
        logs = _common_logs(node) if "log" in variant else node
        for tree, more in ((node, {"log": "natural"}), (logs, {"log": "common"})) if logs != node else ((node, {}),):
            made = choice | more
            if tree in trees:  # a choice that makes no difference is none
                at = trees.index(tree)
                choices[at] = dict(choices[at].items() & made.items())
            else:
                trees.append(tree)
                choices.append(made)
    return trees, choices


def _formula(cleaned: str) -> str:
    """The formula in the spelling of the grammar: sets, ratios, derivatives and unions that are written in other ways."""
    if cleaned[:1] == "{" and _BARE_SET.match(cleaned) and cleaned.endswith("}"):
        cleaned = "\\" + cleaned[:-1] + "\\}"
    if "{" in cleaned and "," in cleaned:
        cleaned = _PLAIN_SET.sub(r"\\{\1\\}", cleaned)
    if cleaned[:1].isdigit() and (" to " in cleaned or " in " in cleaned or " out " in cleaned):
        cleaned = _SPOKEN_RATIO.sub(lambda m: f"{m[1]}{':' if m[2] == 'to' else '/'}{m[3]}", cleaned)
    if "/d" in cleaned:
        cleaned = _DERIVATIVE.sub(r"\\frac{d\1}{d\2}", cleaned)
    if "U" in cleaned:
        cleaned = _UNION.sub(r"\\cup ", cleaned)
    if "\\over" in cleaned and (over := _OVER.search(cleaned)):
        depth = cleaned.count("{", 0, over.start()) - cleaned.count("}", 0, over.start())
        cleaned = cleaned if depth else f"{{{cleaned}}}"  # 1 \over 2
    return cleaned


def _angle_in_degrees(match: re.Match[str]) -> str:
    return f"({match[1]}+{match[2]}/60+{match[3] or 0}/3600)^\\circ "


def used_names(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """``(applied, alone)``, the attributes of `Readings`, of a cleaned text."""
    applied: set[str] = set()
    alone: set[str] = set()
    for match in _NAME.finditer(text):
        word = match["command"] or match["word"]
        if word is None or (word not in GREEK if match["command"] else word in FUNCTIONS or word in CONSTANTS):
            continue
        *others, last = [word] if match["command"] else list(word)
        alone.update(others)
        name = last + "".join(_SUBSCRIPT.sub("", match["script"]))
        if not match["bracket"]:
            if not (match["equals"] and text[: match.start()].rstrip(" (")[-1:] in _ITEM_BEGINS):
                alone.add(name)
        elif last in FUNCTION_LETTERS or _ARGUMENT.match(text, match.end("bracket") - 1):
            applied.add(name)
        else:
            alone.add(name)
    return frozenset(applied), frozenset(alone)


def _variants(text: str) -> list[tuple[str, bool, bool, dict[str, str]]]:
    """``(text, thousands, letter_units, choices)``, arguments of `parse`, for every way to read the text, the likeliest first."""
    variants: list[tuple[str, bool, bool, dict[str, str]]] = [(text, True, False, {})]
    if "," in text or " " in text:
        if text[0] in "([" and _PAIR.fullmatch(text):
            return [(text, False, False, {})]
        commas = _DECIMAL_COMMA.findall(text)
        european = (
            _EUROPEAN.sub(lambda m: (m[1] or m[3]).replace(".", "") + ("." + m[2] if m[2] else ""), text)
            if "." in text
            else text
        )
        if european != text:
            variants = [(european, False, False, {"comma": "decimal"}), (text, True, False, {"comma": "list"})]
        elif len(commas) == 1 and not _BRACKET.search(text) and (len(commas[0][1]) != 3 or commas[0][0] == "0"):
            variants = [
                (text, True, False, {"comma": "list"}),
                (_DECIMAL_COMMA.sub(r"\1.\2", text), False, False, {"comma": "decimal"}),
            ]
        if _GROUPED.search(text):
            variants = [(v, t, u, {"comma": "thousands"} if v is text else c) for v, t, u, c in variants]
            variants.append((text, False, False, {"comma": "list"}))
    elif text.count(".") > 1:
        european = _EUROPEAN.sub(lambda m: (m[1] or m[3]).replace(".", ""), text)
        if european != text:
            variants.insert(0, (european, False, False, {}))
    if " " in text and _LETTER_UNIT.search(text):
        variants = [(v, t, True, c | {"letters": "unit"}) for v, t, _, c in variants] + [
            (v, t, False, c | {"letters": "variable"}) for v, t, _, c in variants
        ]
    if _COUNTED.search(text):
        variants.append((_COMBINATION.sub(_combination, text), False, False, {}))
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
