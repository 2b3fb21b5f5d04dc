"""Chinese and Japanese: words of unspaced runs, and the marks by which one is told from the other."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from r1.verifiers.language.lexicon import WordList, best_split, read_text, read_words

KANA = re.compile("[\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff]")
_PARTS = re.compile("([\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff]+)|([^\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff]+)")

# Words that Chinese prose has and Japanese has not as words of their own.
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
_AUXILIARIES = frozenset(
    str.split(
        "た て で だ ない なかっ なく なけれ ます まし ませ ん う よう れ られ れる られる せ させ せる させる ば "
        "たら たり たい たく てる ちゃ でき し しょ ましょ ず ぬ なさい ながら "
        "そう"
    )
)
_PARTICLES = frozenset(
    str.split(
        "は が を に の と も へ や か から まで より で な ね よ けど ので のに だけ など って しか でも には では "
        "とは"
    )
)
_COMPOUND_PARTICLES = {
    ("の", "で"): "ので",
    ("の", "に"): "のに",
    ("に", "は"): "には",
    ("で", "は"): "では",
    ("と", "は"): "とは",
}


@cache
def _chinese() -> WordList:
    return read_words("han", "zh_words", "zh_costs")


@cache
def _japanese() -> WordList:
    return read_words("han", "ja_words", "ja_costs")


@cache
def _to_simplified() -> dict[int, str]:
    return {ord(pair[0]): pair[1] for pair in read_text("han", "hant_to_hans")}


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
    """Japanese characters that no Chinese text has (気, 帰, 変 ...)."""
    chinese = {char for word in _chinese().costs for char in word} | traditional_only() | simplified_only()
    chinese |= {chr(code) for code in _to_simplified()}
    return frozenset(char for char in read_text("han", "japanese") if char not in chinese)


def has_kana(run: str) -> bool:
    return KANA.search(run) is not None


def segment_han(run: str) -> list[str]:
    """The words of a run of Chinese characters and kana."""
    return _segment_japanese(run) if has_kana(run) else _segment_chinese(run)


def _segment_chinese(run: str) -> list[str]:
    simplified = run.translate(_to_simplified())
    split = best_split(simplified, _chinese(), unknown=160)
    if simplified == run:
        return split
    words, position = [], 0
    for word in split:
        words.append(run[position : position + len(word)])
        position += len(word)
    return words


def _segment_japanese(run: str) -> list[str]:
    """Katakana runs are words; the rest is split by the list, and endings are joined to their stems."""
    words: list[str] = []
    for katakana, rest in _PARTS.findall(run):
        if katakana:
            words.append(katakana)
        else:
            words += _with_endings(best_split(rest, _japanese(), unknown=150))
    return words


def _with_endings(morphemes: list[str]) -> list[str]:
    words: list[list[str]] = []  # each as its morphemes: adding to a string again and again is quadratic
    for morpheme in morphemes:
        pieces = words[-1] if words else [""]
        last = "".join(pieces[-3:])  # enough to know a particle by: they have at most two characters
        if (last, morpheme) in _COMPOUND_PARTICLES or (
            last and morpheme in _AUXILIARIES and last not in _PARTICLES and KANA.search(last[-1])
        ):
            pieces.append(morpheme)
        else:
            words.append([morpheme])
    return ["".join(pieces) for pieces in words]


@lru_cache(maxsize=1 << 16)
def leaning(word: str) -> int:
    """Marks of Chinese less marks of Japanese in a word: positive is Chinese, negative Japanese, 0 could be either."""
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
def certain_language(word: str) -> str | None:
    """Kana and Japanese characters are Japanese, simplified characters Chinese, whatever stands around them."""
    if has_kana(word):
        return None if word == "の" else "ja"
    if any(char in chinese_only() for char in word):
        return "zh"
    return "ja" if any(char in japanese_only() for char in word) else None
