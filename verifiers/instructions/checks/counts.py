"""Instructions that count words and signs, or ask for a ratio of them (IFBench's `count` and `ratio`, IF-RLVR's `count`)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from itertools import islice
from typing import Any

from r1.verifiers.instructions.checks.lists import CONJUNCTIONS, PERSON_NAMES, PRONOUNS, STOP_WORDS
from r1.verifiers.instructions.checks.words import occurrences
from r1.verifiers.instructions.response import Response
from r1.verifiers.instructions.units import (
    MAX_CHARS,
    MAX_UNITS,
    TooLong,
    count_rule,
    plain,
    plain_words,
    sentences,
    words,
)
from r1.verifiers.verdict import TruthError

_NUMBER = re.compile(r"\d++(?:[.,:/]\d++)*+")  # 1,000.5 and 10:30 are one number; 1-2 are two
_MARKS = re.compile(r"[.,;:!?‽]")
_INTERROBANG = re.compile(r"‽|\?!|!\?")
_CLOSERS = "\"'”’»」』)]*_ \n\t"


def word_count_range(response: Response, options: Mapping[str, Any]) -> str:
    low, high = options["min_words"], options["max_words"]
    if low > high:
        raise TruthError(f"min_words: expected at most max_words ({high}), got {low}")
    return count_rule(words(response.seen), low, "at least", "words") or count_rule(
        words(response.seen), high, "at most", "words"
    )


def unique_word_count(response: Response, options: Mapping[str, Any]) -> str:
    return count_rule(set(plain_words(response.seen)), options["N"], "at least", "different words")


def stop_words(response: Response, options: Mapping[str, Any]) -> str:
    found = plain_words(response.seen)
    share = 100 * sum(word in STOP_WORDS for word in found) / len(found) if found else 100.0
    return "" if share <= options["percentage"] else f"{share:.1f} % are stop words, asked: {options['percentage']} %"


def conjunctions(response: Response, options: Mapping[str, Any]) -> str:
    found = CONJUNCTIONS.intersection(plain_words(response.seen))
    return count_rule(found, options["small_n"], "at least", "different coordinating conjunctions")


def person_names(response: Response, options: Mapping[str, Any]) -> str:
    pieces = re.split(r"[\W\d_]+", response.seen[:MAX_CHARS])
    return count_rule(PERSON_NAMES.intersection(pieces), options["N"], "at least", "names of the list")


def pronouns(response: Response, options: Mapping[str, Any]) -> str:
    found = (word for word in plain_words(response.seen) if word.partition("'")[0] in PRONOUNS)
    return count_rule(found, options["N"], "at least", "pronouns")


def numbers(response: Response, options: Mapping[str, Any]) -> str:
    return count_rule(_NUMBER.finditer(response.seen), options["N"], "exactly", "numbers")


def punctuation(response: Response, options: Mapping[str, Any]) -> str:
    """Every mark once, the interrobang (?! or ‽) besides a question mark and an exclamation mark of their own."""
    rest = _INTERROBANG.sub("", response.seen, count=1)
    if rest == response.seen:
        return "there is no interrobang"
    missing = set(".,;:!?").difference(mark.group() for mark in _MARKS.finditer(rest))
    return f"the mark {min(missing)!r} is missing" if missing else ""


def overlap(response: Response, options: Mapping[str, Any]) -> str:
    """The share of the response's different runs of three words that are in the reference text, within two points."""
    own, reference = (_trigrams(plain_words(text)) for text in (response.seen, options["reference_text"]))
    share = 100 * len(own & reference) / len(own) if own else -100.0
    asked = options["percentage"]
    return "" if abs(share - asked) <= 2 else f"{max(share, 0):.1f} % of the trigrams are in the text, asked: {asked} %"


def _trigrams(found: list[str]) -> set[tuple[str, ...]]:
    return set(zip(found, found[1:], found[2:], strict=False))


def sentence_types(text: str) -> Counter[str]:
    """How many sentences end with each of the marks ``.``, ``?`` and ``!``. Raises TooLong."""
    ends = (sentence.rstrip(_CLOSERS)[-1:] for sentence in sentences(text))
    return Counter({"。": ".", "？": "?", "！": "!", "؟": "?"}.get(end, end) for end in ends)


def sentence_type(response: Response, options: Mapping[str, Any]) -> str:
    found = sentence_types(response.seen)
    if found["."] == 2 * found["?"] > 0:
        return ""
    return f"{found['.']} declarative and {found['?']} interrogative sentences, asked: 2 to 1"


def sentence_balance(response: Response, options: Mapping[str, Any]) -> str:
    found = sentence_types(response.seen)
    if found["."] == found["?"] == found["!"] > 0:
        return ""
    return f"{found['.']} declarative, {found['?']} interrogative, {found['!']} exclamatory sentences"


def keywords_multiple(response: Response, options: Mapping[str, Any]) -> str:
    asked = zip((options[f"keyword{number}"] for number in range(1, 6)), (1, 2, 3, 5, 7), strict=True)
    return _exact_counts(response, dict(asked))


def count_increment_word(response: Response, options: Mapping[str, Any]) -> str:
    return _exact_counts(response, {options["keyword1"]: 1, options["keyword2"]: 2})


def word_once(response: Response, options: Mapping[str, Any]) -> str:
    return _exact_counts(response, {options["keyword"]: 1})


def word_count_different_numbers(response: Response, options: Mapping[str, Any]) -> str:
    """Exactly so often, as the prompt says; the relation among the arguments is not in the prompt."""
    return _exact_counts(response, {options["keyword"]: options["frequency"]})


def _exact_counts(response: Response, asked: Mapping[str, int]) -> str:
    text = response.seen.casefold()
    for word, number in asked.items():
        found = sum(1 for _ in islice(occurrences(text, word.strip()), number + 1))
        if found != number:
            return (
                f"{word!r} occurs {'more than ' if found > number else ''}{min(found, number)} times, asked: {number}"
            )
    return ""


def lowercase_counting(response: Response, options: Mapping[str, Any]) -> str:
    found = (word for word in words(response.seen) if word.islower())
    return count_rule(found, options["N"], "at most", "words in small letters")


def letter_counting(response: Response, options: Mapping[str, Any]) -> str:
    found = sum(map(str.isalpha, response.seen))
    return count_rule(range(found), options["N"], options["relation"], "letters")


def repeats(response: Response, options: Mapping[str, Any]) -> str:
    return _most_repeats(response, options["small_n"])


def count_unique(response: Response, options: Mapping[str, Any]) -> str:
    return _most_repeats(response, 1)


def _most_repeats(response: Response, most: int) -> str:
    (word, found), *_ = Counter(plain_words(response.seen)).most_common(1) or [("", 0)]
    return f"{word!r} occurs {found} times, asked: at most {most}" if found > most else ""


def counting_composition(response: Response, options: Mapping[str, Any]) -> str:
    """Three paragraphs between dividers, each with so many sentences of so many words."""
    paragraphs = [block for block in DIVIDER.split(response.seen[:MAX_CHARS]) if block.strip()]
    if len(paragraphs) != 3 or len(response.seen) > MAX_CHARS:
        return f"{len(paragraphs)} paragraphs divided by ***, asked: 3"
    for paragraph in paragraphs:
        found = list(sentences(paragraph))
        if len(found) != options["n_sent"]:
            return f"a paragraph has {len(found)} sentences, asked: {options['n_sent']}"
        for sentence in found:
            if reason := count_rule(words(sentence), options["n_words"], "exactly", "words in a sentence"):
                return reason
    return ""


DIVIDER = re.compile(r"^[ \t]*+\*[ \t]?\*[ \t]?\*[ \t]*+$", re.MULTILINE)


def japanese_words(response: Response, options: Mapping[str, Any]) -> str:
    """Every N-th of the pieces between white space is Japanese, with kana or kanji and no Latin letter."""
    every = options["N"]
    pieces = [piece for piece in response.seen[:MAX_CHARS].split(None, MAX_UNITS) if plain(piece)]
    if len(pieces) > MAX_UNITS or len(response.seen) > MAX_CHARS:
        raise TooLong(f"more than {MAX_UNITS} words")
    asked = pieces[every - 1 :: every]
    wrong = next((piece for piece in asked if not _JAPANESE.search(piece) or _LATIN.search(piece)), None)
    if not asked:
        return f"there are only {len(pieces)} words, none of them number {every}"
    return f"{wrong[:40]!r} stands where a Japanese word is asked" if wrong is not None else ""


_JAPANESE = re.compile("[ぁ-ゖァ-ヺー々\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile("[A-Za-z]")
