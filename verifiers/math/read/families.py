r"""Finds the declared parameter of a family of solutions: the ``k \in \mathbb{Z}`` in ``\frac{\pi}{4} + k\pi, k \in \mathbb{Z}``."""

from __future__ import annotations

import re

from r1.verifiers.math.tree import INTEGER, NATURAL, Sym

_DOMAIN = r"(?:\\math(?:bb|bf|rm)\s*\{?[ZN]\}?|\\?[ZN]\b|整数)(?:\s*[_^]\s*\{?[+*]\}?)?"
_IN_DOMAIN = r"(?P<letter>[a-z])\s*\\in\s*(?P<domain>" + _DOMAIN + r")\s*"
_DECLARED = re.compile(
    r"(?<=[\w})])\s*[,;]?\s*\(?\s*(?:\\text\s*\{[^{}]*\}\s*|where\s+|for\s+|with\s+)?" + _IN_DOMAIN + r"\)?$"
)
_IN_WORDS = re.compile(
    r"(?<=[\w})])(?:\s*[,;(]\s*\(?|\s+\(?)(?:(?:where|for|with)\s+)?(?:(?:some|any|all|every|each|an?)\s+)?"
    r"(?:integers?\s+\$?(?P<a>[a-z])(?![a-z])|\$?(?P<b>[a-z])(?![a-z])\$?\s*(?:(?:is|are|being)\s+)?(?:(?:an|any|some|arbitrary)\s+)?integers?\b"
    r"|(?P<c>[a-z])\s*为整数)\s*\)?$"
)
_IN_TEXT = re.compile(r"\\(?:text|mathrm|mbox)\s*\{([^{}]*)\}")
_SET = re.compile(
    r"(?:[a-z]\s*\\in\s*)?\\\{\s*(?:[a-z]\s*(?:\||\\mid|:)\s*)?(?P<body>.*?)(?:\||\\mid|:|,)\s*" + _IN_DOMAIN + r"\\\}"
)
_TAIL = 150  # a declaration begins within this many characters of the end


def declared(text: str) -> tuple[str, str, Sym]:
    r"""``(answer, letter, parameter)``: the answer without its declaration, and the letter that the symbol ``parameter`` replaces.

    The text must be cleaned. The letter is "" if the answer declares no parameter.
    """
    if "integer" in text or "为整数" in text:
        plain = _IN_TEXT.sub(r" \1 ", text)
        if match := _IN_WORDS.search(plain, max(0, len(plain) - _TAIL)):
            return plain[: match.start()], match["a"] or match["b"] or match["c"], INTEGER
    if "\\in" not in text:
        return text, "", INTEGER
    whole = _SET.fullmatch(text)
    match = whole or _DECLARED.search(text, max(0, len(text) - _TAIL))
    if match is None:
        return text, "", INTEGER
    parameter = NATURAL if "N" in match["domain"] or match["domain"].rstrip("} ")[-1] in "+*" else INTEGER
    return (whole["body"] if whole else text[: match.start()]).rstrip(" ,;"), match["letter"], parameter
