"""Chinese or Japanese, simplified or traditional: the label of each word in Chinese characters and kana."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from r1.verifiers.language.chain import claimed, steps
from r1.verifiers.language.lexicon import read_text
from r1.verifiers.language.tokens import Token
from r1.verifiers.language.unspaced import chinese, has_kana, to_simplified

# Words of Chinese prose that Japanese does not have as words.
CHINESE_WORDS = frozenset(
    str.split(
        "我 你 您 他 她 它 们 我们 我們 你们 你們 他们 他們 它们 它們 这 這 那 这个 這個 那个 那個 这些 這些 是 不是 "
        "在 了 着 和 也 都 就 把 被 让 讓 给 給 从 從 对 對 吗 嗎 "
        "呢 吧 啊 哪 很 不 没 沒 没有 沒有 什么 什麼 怎么 怎麼 还 還 还是 還是 所以 因为 因為 如果 但是 但 可以 需要 "
        "一个 一個 首先 然后 然後 现在 現在 等于 等於 得到 得出 找到 的话 "
        "的話 已经 已經 最后 最後 其中 其 则 則 设 設 令 由 由此 可得 即 此 与 與 或 会 會 能 要 有 得 地 再 又 而 "
        "并 並 并且 並且 嗯 好的 等等 答案 计算 計算一下 检查 檢查 两 "
        "兩 每 个 個 哦 喔 啦 嘛 呀"
    )
)
_WEAK = frozenset(
    str.split(
        "個 会 會 能 要 有 得 地 再 又 而 由 其 此 与 並 并 不 対 令 即 和 在 着 或 現在 首先 両 每 但 了 最後 設 "
        "計算 答案 是"
    )
)

_CHANGE, _BIAS = (
    4.0,
    0.3,
)  # in marks of `leaning`: the cost of a change of language; the target's gain from an unmarked word


def label_han(tokens: Sequence[Token], indices: list[int], target: str, labels: list[str | None]) -> None:
    """Label each word at ``indices`` as Chinese or Japanese, by the marks of both in the words around it."""
    away = 1 if target == "ja" else -1
    gains = [_gain(tokens[i].form, away) for i in indices]
    own, other = ("ja", "zh") if target == "ja" else ("zh", "ja")
    if max(gains, default=-1.0) <= 0:
        found = [False] * len(gains)
    else:
        found = claimed(gains, steps([token.end for token in tokens], indices, 0.0), _CHANGE, _CHANGE)
    for i, foreign in zip(indices, found, strict=True):
        labels[i] = certain_language(tokens[i].form) or (other if foreign else own)
    if target.startswith("zh-"):
        _label_variants(tokens, indices, target, labels)


@lru_cache(maxsize=1 << 16)
def certain_variant(form: str, target: str) -> str | None:
    """The language that the word belongs to in any context, or None; zh-Hans or zh-Hant if ``target`` is one of them."""
    language = certain_language(form)
    if language == "ja" or not target.startswith("zh-"):
        return language
    return _variant(form) or language and target


@lru_cache(maxsize=1 << 16)
def certain_language(word: str) -> str | None:
    """ "ja" for kana and Japanese characters, "zh" for simplified characters, whatever the context; else None."""
    if has_kana(word):
        return None if word == "の" else "ja"
    if any(char in chinese_only() for char in word):
        return "zh"
    return "ja" if any(char in japanese_only() for char in word) else None


@lru_cache(maxsize=1 << 16)
def leaning(word: str) -> int:
    """Marks of Chinese minus marks of Japanese in a word: above 0 is Chinese, below 0 Japanese, 0 could be either."""
    score = -3 if has_kana(word) else 0
    if word in CHINESE_WORDS:
        score += 1 if word in _WEAK else 3
    elif word == "的":
        score += 1
    for char in word:
        if char in chinese_only():
            score += 3
        elif char in japanese_only() or char == "々":
            score -= 3
    return score


@lru_cache(maxsize=1 << 16)
def _gain(form: str, away: int) -> float:
    """The other language's marks in a word; at least 0 for a word that is certainly in the other language."""
    marks = away * leaning(form) or -_BIAS
    return max(marks, 0.0) if certain_language(form) == ("zh" if away > 0 else "ja") else marks


def _label_variants(tokens: Sequence[Token], indices: list[int], target: str, labels: list[str | None]) -> None:
    """Turn zh into zh-Hans or zh-Hant: by the word's own characters, else by its sentence, its text, or the target.

    Marks of the target's variant count in Chinese words only, marks of the other variant in all words.
    """
    sentences: list[list[int]] = [[]]
    for i, step in zip(indices, steps([token.end for token in tokens], indices, 1.0), strict=True):
        if step < 1.0:
            sentences.append([])
        sentences[-1].append(i)
    own = {i: _variant(tokens[i].form) for i in indices}
    marks = {i: mark for i, mark in own.items() if mark != target or labels[i] == "zh"}
    whole = _majority([marks.get(i) for i in indices]) or target
    for sentence in sentences:
        common = _majority([marks.get(i) for i in sentence]) or whole
        for i in sentence:
            if labels[i] == "zh":
                labels[i] = own[i] or common


def _variant(word: str) -> str | None:
    """zh-Hans, zh-Hant, or "zh-mixed" for a word with characters of both; None if its characters do not tell."""
    simplified = any(char in simplified_only() for char in word)
    traditional = any(char in traditional_only() for char in word)
    if simplified and traditional:
        return "zh-mixed"
    return "zh-Hans" if simplified else "zh-Hant" if traditional else None


def _majority(marks: list[str | None]) -> str | None:
    hans, hant = marks.count("zh-Hans"), marks.count("zh-Hant")
    return None if hans == hant else "zh-Hans" if hans > hant else "zh-Hant"


@cache
def simplified_only() -> frozenset[str]:
    """Characters of simplified Chinese that traditional Chinese does not use."""
    return frozenset(read_text("han", "hans"))


@cache
def traditional_only() -> frozenset[str]:
    """Characters of traditional Chinese that simplified Chinese does not use."""
    return frozenset(read_text("han", "hant"))


@cache
def chinese_only() -> frozenset[str]:
    """Simplified characters that Japanese does not use."""
    return simplified_only() - frozenset(read_text("han", "japanese"))


@cache
def japanese_only() -> frozenset[str]:
    """Japanese characters that Chinese does not use (帰, 図, 売 ...)."""
    known = {char for word in chinese().costs for char in word} | traditional_only() | simplified_only()
    known |= {chr(code) for code in to_simplified()}
    return frozenset(char for char in read_text("han", "japanese") if char not in known)
