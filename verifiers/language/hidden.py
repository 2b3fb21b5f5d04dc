r"""Hidden prose: sentences inside code, math, tags, JSON or addresses, which count like all other words.

A neutral span may hold prose (a comment, a string, ``\text{}``, English between ``\[`` and ``\]``), and a policy may hide
its whole thought in one. Names in code are words, too, so that a word list alone does not tell the two apart; but code
has no function words. Each word of a span speaks for prose or against it:

* a frequent word of a language that is no keyword of programming or markup ("the", "we", "nicht") speaks for it, as does
  each word of a script other than Latin; a rarer listed word speaks for it a little;
* a keyword, a name in parts (``max_len``), a word that the language does not list, and a sign that prose does not have
  between its words speak against it.

The prose is what the best path through two states claims (`chain`), for each language that has enough frequent words
in the span; a stretch counts if it has eight words or more. So a stretch is prose wherever it stands and whatever
surrounds it, and a sign between every two words does not hide it. Takes linear time.
"""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np

from r1.verifiers.language.chain import claimed
from r1.verifiers.language.lexicon import UNKNOWN, lexicon
from r1.verifiers.language.tokens import Kind, tokens

LEAST_WORDS = 8
_KEYS = ("key", "name")
_KEYWORDS = frozenset(
    (
        "if else elif then for in while do and or not is as import from return def class with try except finally pass break "
        "continue lambda yield global assert del raise case switch default function var let const new this self int char "
        "float double long short void bool boolean string static public private protected null none true false nil end begin "
        "print echo select where order by group having join on inner outer left right insert into values set update delete "
        "create table distinct union limit all any max min sum len range list dict map filter mod of text math frac over "
        "times cdot quad sin cos tan log exp lim alpha beta gamma delta epsilon theta lambda mu pi sigma phi omega infty "
        "am"
    ).split()
)
"""Words that programs and formulas contain for their own purposes; they tell nothing about prose."""
_FREQUENT, _LISTED = -6.3, -14.0  # ln p of a word among about the 60 most frequent ones, and of a common word
_GAIN_FREQUENT, _GAIN_WORD, _GAIN_KEYWORD, _GAIN_OTHER, _GAIN_SIGN = 1.0, 0.25, -0.1, -0.6, -0.25
_CHANGE = 1.6  # the cost of going over to prose, and of going back
_LEAST_FREQUENT, _LEAST_VARIED = 2, 3
_MOST_LANGUAGES = 3  # the languages with the most frequent words in a span are tried

_WORD = re.compile(r"[^\W\d_](?:['’]?[^\W\d_]|[\u0300-\u036f\u0590-\u05c7\u0610-\u065f\u0900-\u0dff\u0e31-\u0e4e])*")
_SIGN = re.compile(r"[=+*/<>(){}\[\]|&%^~@#$_\d]")
_JOINT = re.compile(r"[.\d_]\d*\Z")  # a.b, a_b, a1b
_LONG_NAME = re.compile(r"[^\W_]{1,40}(?:_[^\W_]{1,40}){7,}")  # a sentence written as one name
_EDGE = re.compile(r"[=+*/<>(){}\[\]|&%^~@#$_\d\\]")
_STOP = re.compile(r"[.!?。！？;\n]")
_TEXTS = re.compile(
    r'"(?P<double>[^"\\\n]{0,2000})"(?P<key>\s{0,9}:)?'
    r"|'(?P<single>[^'\\\n]{0,2000})'(?P<name>\s{0,9}:)?"
    r"|(?:\#|//|--)[ \t](?P<line>[^\n]{1,2000})"
    r"|/\*(?P<block>[^*]{1,5000})\*/"
    r"|\\(?:text|textbf|textit|textrm|mbox)\{(?P<text>[^{}]{1,2000})\}"
    r"|>(?P<element>[^<>]{1,2000})(?=<)"
)
_ENOUGH = re.compile(r"(?:[^\W\d_]{2,}[\W\d_]+){6}[^\W\d_]{2,}|[^\x00-\u02ff]{8}")


def texts_of(span: str) -> str:
    r"""The texts that a program or a document shows to people: strings (not keys), comments, ``\text{}``; as lines.

    "" if they have fewer than eight words together.
    """
    found = [
        match[match.lastgroup] for match in _TEXTS.finditer(span) if match.lastgroup and match.lastgroup not in _KEYS
    ]
    text = "\n".join(found)
    return text if sum(_size(word[0]) for word in _WORD.finditer(text)) >= LEAST_WORDS else ""


def prose_of(span: str) -> str:
    """The prose inside neutral spans, as plain text; "" if there is none.

    The result holds letters, spaces, commas and full stops only, so that nothing in it is markup.
    """
    if len(span) < 16 or not _ENOUGH.search(span):
        return ""
    span = _LONG_NAME.sub(lambda name: name[0].replace("_", " "), span)
    words = list(_WORD.finditer(span))
    between = [span[a.end() : b.start()] for a, b in pairwise(words)]
    gains_NL = _gains([word[0] for word in words], between, span)
    if gains_NL.size == 0:
        return ""
    kept = np.zeros(len(words), dtype=bool)
    steps = [1.0] * len(words)
    for column in range(gains_NL.shape[1]):
        kept |= claimed(gains_NL[:, column].tolist(), steps, _CHANGE, _CHANGE)
    sizes = np.array([_size(word[0]) for word in words])
    signs = [bool(_EDGE.search(gap)) for gap in between]
    weak = [
        word[0].casefold() in _KEYWORDS or best <= _GAIN_WORD
        for word, best in zip(words, gains_NL.max(axis=1), strict=True)
    ]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], kept, [False]]).astype(np.int8))).reshape(-1, 2)
    found = []
    for start, stop in edges.tolist():
        while (
            start < stop and weak[start] and start < len(signs) and signs[start]
        ):  # align}We: a name, not the first word
            start += 1
        while start < stop and weak[stop - 1] and stop > 1 and signs[stop - 2]:
            stop -= 1
        if int(sizes[start:stop].sum()) >= LEAST_WORDS and _is_varied([word[0] for word in words[start:stop]]):
            for i in range(start, stop):
                gap = between[i] if i + 1 < stop else "."
                found.append(words[i][0] + (". " if _STOP.search(gap) else ", " if "," in gap else " "))
    return "".join(found)


def _is_varied(words: list[str]) -> bool:
    """Whether a stretch is no list of a few names: it has several frequent words of one language, or of another script."""
    forms = sorted({word.casefold() for word in words})
    if sum(_size(form) for form in forms if not _is_latin(form)) >= LEAST_WORDS:
        return True
    table = lexicon("Latin")
    forms = [form for form in forms if len(form) > 1 and _is_latin(form)]
    frequent_WL = table.rows(forms)[:, : table.index[UNKNOWN]] >= _FREQUENT
    telling_W = np.array([form not in _KEYWORDS for form in forms], dtype=bool)
    telling_L = (frequent_WL & telling_W[:, None]).sum(axis=0)
    return bool(((telling_L > 1) & (frequent_WL.sum(axis=0) >= _LEAST_VARIED)).any())


def _is_latin(form: str) -> bool:
    return form[0] < "\u0370"


def _size(word: str) -> int:
    """The number of words in a run of letters, which is more than one in a script without spaces."""
    if word.isascii() or word[0] < "\u0e00":
        return 1
    return sum(token.kind is Kind.WORD for token in tokens(word)) or 1


def _gains(words: list[str], between: list[str], span: str) -> np.ndarray:
    """How much each word, with the signs before it, speaks for prose in each language that is tried; (words, languages)."""
    forms = [word.casefold() for word in words]
    latin = np.array([_is_latin(form) for form in forms], dtype=bool)
    table = lexicon("Latin")
    scores_WL = table.rows([form if is_latin else "" for form, is_latin in zip(forms, latin.tolist(), strict=True)])
    scores_WL = np.where(latin[:, None], scores_WL, -99.0)[:, : table.index[UNKNOWN]]
    keyword_W = np.array([form in _KEYWORDS or len(form) == 1 for form in forms], dtype=bool)
    frequent_WL = (scores_WL >= _FREQUENT) & ~keyword_W[:, None]
    counts_L = frequent_WL.sum(axis=0)
    others = int((~latin).sum())
    best = [int(c) for c in np.argsort(-counts_L, kind="stable")[:_MOST_LANGUAGES] if counts_L[c] >= _LEAST_FREQUENT]
    if not best and not others:
        return np.empty((0, 0))
    columns = best or [0]
    gains_WK = np.where(scores_WL[:, columns] >= _LISTED, _GAIN_WORD, _GAIN_OTHER)
    gains_WK[keyword_W] = _GAIN_KEYWORD
    gains_WK[frequent_WL[:, columns]] = _GAIN_FREQUENT
    gains_WK[~latin] = np.array([_size(form) for form in forms])[~latin, None] * _GAIN_FREQUENT
    capitals_W = np.array([len(word) > 1 and word.isupper() for word in words])
    if 2 * int(capitals_W.sum()) < len(words):
        gains_WK[capitals_W & latin] = _GAIN_OTHER
    signs_W = np.array([0, *(min(2 * bool(_JOINT.match(gap)) + len(_SIGN.findall(gap)), 3) for gap in between)])
    return gains_WK + _GAIN_SIGN * signs_W[:, None]
