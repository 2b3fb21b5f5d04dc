"""Words of scripts without spaces: the likeliest split of a Chinese, Japanese or Thai run, by word lists."""

from __future__ import annotations

import re
from functools import cache

from r1.verifiers.language.lexicon import WordList, best_split, read_text, read_words

KANA = re.compile("[\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff]")
_PARTS = re.compile("([\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff]+)|([^\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff]+)")

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
def chinese() -> WordList:
    """Words of simplified Chinese."""
    return read_words("han", "zh_words", "zh_costs")


@cache
def _japanese() -> WordList:
    return read_words("han", "ja_words", "ja_costs")


@cache
def to_simplified() -> dict[int, str]:
    """Traditional characters and their simplified forms, as `str.translate` takes them."""
    return {ord(pair[0]): pair[1] for pair in read_text("han", "hant_to_hans")}


def has_kana(run: str) -> bool:
    """Whether the run holds hiragana or katakana, and so is Japanese."""
    return KANA.search(run) is not None


def segment_han(run: str) -> list[str]:
    """The words of a run of Chinese characters and kana, in order; together they are the run."""
    return _segment_japanese(run) if has_kana(run) else _segment_chinese(run)


def _segment_chinese(run: str) -> list[str]:
    simplified = run.translate(to_simplified())
    split = best_split(simplified, chinese(), unknown=160)
    if simplified == run:
        return split
    words, position = [], 0
    for word in split:
        words.append(run[position : position + len(word)])
        position += len(word)
    return words


def _segment_japanese(run: str) -> list[str]:
    """Runs of katakana are words; the rest is split by the list, and endings are joined to their stems."""
    words: list[str] = []
    for katakana, rest in _PARTS.findall(run):
        if katakana:
            words.append(katakana)
        else:
            words += _with_endings(best_split(rest, _japanese(), unknown=150))
    return words


def _with_endings(morphemes: list[str]) -> list[str]:
    words: list[list[str]] = []  # each as a list of its morphemes, because repeated concatenation is quadratic
    for morpheme in morphemes:
        pieces = words[-1] if words else [""]
        last = "".join(pieces[-3:])  # enough to recognize a particle, which has at most two characters
        if (last, morpheme) in _COMPOUND_PARTICLES or (
            last and morpheme in _AUXILIARIES and last not in _PARTICLES and KANA.search(last[-1])
        ):
            pieces.append(morpheme)
        else:
            words.append([morpheme])
    return ["".join(pieces) for pieces in words]


@cache
def _thai() -> WordList:
    return read_words("thai", "words", "costs")


def segment_thai(run: str) -> list[str]:
    """The words of a run of Thai letters and signs; the repetition sign ๆ adds no word."""
    words: list[list[str]] = []  # each as a list of its pieces, because repeated concatenation is quadratic
    for word in best_split(run, _thai(), unknown=120):
        if word == "ๆ" and words:
            continue
        if words and (len(word) == 1 or word[0] in "ะาิีึืุูัำ็่้๊๋์"):
            words[-1].append(word)  # a single letter is a part of a word that the list lacks
        else:
            words.append([word])
    return ["".join(pieces) for pieces in words]
