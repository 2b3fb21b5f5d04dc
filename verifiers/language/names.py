"""Names: foreign words that name people, places or products, by lists and capitals; they are neutral."""

from __future__ import annotations

from collections.abc import Sequence

from r1.verifiers.language.lexicon import GROUPS, is_name, lexicon
from r1.verifiers.language.tokens import Kind, Token
from r1.verifiers.language.unspaced import KANA, chinese, to_simplified

_RARE = -12.0  # ln p below which a capitalized word counts as a name
_LINKS = frozenset(str.split("de da do van von der den di del la le el al bin ibn of af"))
_BEFORE = frozenset(
    str.split("new los las san santa sankt saint são north south east west")
)  # first words of names of places
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
    "汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
"""The hundred most frequent Chinese surnames."""
_LONG_SURNAMES = frozenset(("欧阳", "司马", "上官", "诸葛", "司徒", "夏侯"))
_RARE_COST = 125  # -25 log10 p from which a Chinese word is rare enough to be a name: one in 100,000
_CASED = frozenset(("Latin", "Cyrillic", "Greek", "Armenian", "Georgian"))
_MOST_WORDS, _MOST_HAN, _MOST_UNCASED = 4, 3, 2  # a longer stretch is foreign text, even if it names something


def names(tokens: Sequence[Token], labels: Sequence[str | None], target: str) -> list[int]:
    """Indices of the foreign words that are names.

    Whether a word looks like a name does not depend on its label, and a longer stretch of foreign words holds no more
    names than a shorter one. So one more foreign word makes no other word neutral, except a name at the start of a
    sentence if it is put before it; then it counts in place of that name.
    """
    found: list[int] = []
    stretch: list[int] = []
    for i, token in enumerate(tokens):
        if labels[i] is not None and labels[i] != target:
            stretch.append(i)
        elif stretch and token.kind is not Kind.ACRONYM:
            found += _names_in(tokens, stretch)
            stretch = []
    return found + _names_in(tokens, stretch) if stretch else found


def _names_in(tokens: Sequence[Token], stretch: list[int]) -> list[int]:
    cased = [i for i in stretch if tokens[i].script in _CASED]
    if len(stretch) == len(cased) <= _MOST_WORDS and all(_looks_like_name(tokens, i) for i in stretch):
        return stretch
    found = [i for i in cased if tokens[i].capital and i and not tokens[i - 1].end and is_name(tokens[i].form)]
    if len(cased) == len(stretch) or len(stretch) > _MOST_HAN:
        return found
    han = [i for i in stretch if tokens[i].script == "Han"]
    if han and _is_han_name("".join(tokens[i].form for i in han)):
        found += han
    if len(stretch) <= _MOST_UNCASED:
        found += [i for i in stretch if tokens[i].script not in _CASED and i not in han and is_name(tokens[i].form)]
    return sorted(found)


def _is_han_name(run: str) -> bool:
    """Whether Chinese characters between words of another script are a name: listed, or a surname and one or two more.

    A common word (高兴, "glad") is no name, though 高 is a surname.
    """
    if is_name(run):
        return True
    plain = run.translate(to_simplified())
    return (
        len(run) in (2, 3)
        and (plain[0] in _SURNAMES or plain[:2] in _LONG_SURNAMES)
        and KANA.search(run) is None
        and chinese().costs.get(plain, _RARE_COST) >= _RARE_COST
    )


def _looks_like_name(tokens: Sequence[Token], i: int) -> bool:
    """Whether a word has a capital and is listed, rare or next to a listed name (*Mary Brown*, *New* York), or links names
    (Ursula *von der* Leyen)."""
    token = tokens[i]
    if token.capital:
        return (
            is_name(token.form)
            or (token.script in GROUPS and float(lexicon(token.script).rows([token.form])[0, :-1].max()) < _RARE)
            or bool(i and tokens[i - 1].capital and not tokens[i - 1].end and is_name(tokens[i - 1].form))
            or (token.form in _BEFORE and i + 1 < len(tokens) and tokens[i + 1].capital and is_name(tokens[i + 1].form))
        )
    return token.form in _LINKS and _reaches_name(tokens, i, -1) and _reaches_name(tokens, i, 1)


def _reaches_name(tokens: Sequence[Token], i: int, way: int) -> bool:
    """Whether a name follows (``way`` 1) or precedes (-1) a link, with at most one more link in between."""
    for _ in range(2):
        i += way
        if not 0 <= i < len(tokens):
            return False
        if tokens[i].form not in _LINKS:
            return tokens[i].capital and _looks_like_name(tokens, i)
    return False
