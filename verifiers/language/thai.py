"""Thai words: the likeliest split of a run of Thai letters, by a frequency list."""

from __future__ import annotations

from functools import cache

from r1.verifiers.language.lexicon import WordList, best_split, read_words


@cache
def _costs() -> WordList:
    return read_words("thai", "words", "costs")


def segment_thai(run: str) -> list[str]:
    """The words of a run of Thai letters and signs; the repetition sign ๆ adds no word."""
    words: list[list[str]] = []  # each as a list of its pieces, because repeated concatenation is quadratic
    for word in best_split(run, _costs(), unknown=120):
        if word == "ๆ" and words:
            continue
        if words and (len(word) == 1 or word[0] in "ะาิีึืุูัำ็่้๊๋์"):
            words[-1].append(word)  # a single letter is a part of a word that the list lacks
        else:
            words.append([word])
    return ["".join(pieces) for pieces in words]
