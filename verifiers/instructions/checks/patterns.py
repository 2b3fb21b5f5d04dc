"""Instructions about the form of each word: its letters, length, syllables, first letter, case and brackets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from r1.verifiers.instructions.checks.syllables import parities
from r1.verifiers.instructions.response import Response
from r1.verifiers.instructions.units import (
    MAX_CHARS,
    MAX_UNITS,
    TooLong,
    letters_of,
    lines,
    paragraphs,
    plain,
    plain_words,
    sentences,
    words,
)
from r1.verifiers.text.visible import has_content

_CLUSTER = re.compile("[bcdfghjklmnpqrstvwxyz]{2}")
_IN_BRACKETS = re.compile(r"[^\w\[\]]*\[[^\[\]\s]+\][^\w\[\]]*")
_PAIRS = re.compile(r"(?:<<\s?+[^\s<>]++\s++[^\s<>]++\s?+>>[.,;:!?]*+\s*+)*+(?:<<\s?+[^\s<>]++\s?+>>[.,;:!?]*+)?+")
# Articles, conjunctions and prepositions, which title case leaves small.
_MINOR = frozenset(
    str.split(
        "a an the and but for nor or so yet as at by in of off on per to up via vs from into onto over with than if is upon "
        "down near past that till when once about after among below under until within without between through"
    )
)


def _each(initials: list[str], wrong: Callable[[str, str], bool], what: str) -> str:
    found = next(((one, two) for one, two in pairwise(initials) if wrong(one, two)), None)
    return f"two words in a row begin with {found[0]} and {found[1]}: {what}" if found else ""


def _initials(response: Response) -> list[str]:
    """The first letters of the words, without accents. Raises TooLong."""
    return [letters[0] for letters in map(letters_of, words(response.seen)) if letters]


def alphabet(response: Response, options: Mapping[str, Any]) -> str:
    initials = _initials(response)
    if not initials or not all("a" <= letter <= "z" for letter in initials):
        return "a word does not begin with a letter from A to Z"
    return _each(initials, lambda one, two: (ord(two) - ord(one)) % 26 != 1, "not the next letter")


def no_consecutive(response: Response, options: Mapping[str, Any]) -> str:
    return _each(_initials(response), lambda one, two: one == two, "the same letter")


def no_adjacent_consecutive(response: Response, options: Mapping[str, Any]) -> str:
    return _each(_initials(response), lambda one, two: two.isalpha() and ord(two) - ord(one) == 1, "the next letter")


def vowel(response: Response, options: Mapping[str, Any]) -> str:
    if len(paragraphs(response.seen[:MAX_CHARS])) != 1:
        return "there is more than one paragraph"
    if len(response.seen) > MAX_CHARS:
        raise TooLong(f"more than {MAX_CHARS} characters")
    text = response.seen.casefold()
    found = {letter for letter in "aeiou" if letter in text}
    if not text.isascii():
        found |= {unicodedata.normalize("NFD", char)[0] for char in set(text)} & set("aeiou")
    return "" if 0 < len(found) <= 3 else f"{len(found)} vowels are used: {', '.join(sorted(found))}"


def consonants(response: Response, options: Mapping[str, Any]) -> str:
    found = plain_words(response.seen)
    wrong = next((word for word in found if not _CLUSTER.search(_without_accents(word))), None)
    return f"{wrong!r} has no two consonants together" if wrong is not None or not found else ""


def _without_accents(word: str) -> str:
    return word if word.isascii() else letters_of(word)


def palindrome_words(response: Response, options: Mapping[str, Any]) -> str:
    """Ten different palindromes of five letters or more."""
    found = {word for word in plain_words(response.seen) if _is_palindrome(word, 5)}
    return "" if len(found) >= 10 else f"{len(found)} different palindromes of at least 5 letters, asked: 10"


def palindrome(response: Response, options: Mapping[str, Any]) -> str:
    """A word of three letters or more, or a sentence of seven or more, that reads the same from its end."""
    if any(_is_palindrome(word, 3) for word in plain_words(response.seen)):
        return ""
    found = any(_is_palindrome(letters_of(sentence), 7) for sentence in sentences(response.seen))
    return "" if found else "there is no palindrome"


def _is_palindrome(word: str, least: int) -> bool:
    return len(word) >= least and word == word[::-1] and word.isalpha() and len(set(word)) > 1


def prime_lengths(response: Response, options: Mapping[str, Any]) -> str:
    found = plain_words(response.seen)
    wrong = next((word for word in found if not _is_prime(sum(map(str.isalnum, word)))), None)
    return f"the length of {wrong!r} is not prime" if wrong is not None or not found else ""


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))


def odd_even_syllables(response: Response, options: Mapping[str, Any]) -> str:
    """Odd and even numbers of syllables alternate; a word that is said in two ways may count as either."""
    possible = [parities(word) for word in plain_words(response.seen)]
    starts = [start for start in (0, 1) if all((start + at) % 2 in found for at, found in enumerate(possible))]
    return "" if possible and starts else "odd and even numbers of syllables do not alternate"


def newline(response: Response, options: Mapping[str, Any]) -> str:
    wrong = next((line for line in lines(response.seen) if sum(1 for _ in words(line)) > 1), None)
    return f"a line has more than one word: {wrong[:40]!r}" if wrong else ""


def title_case(response: Response, options: Mapping[str, Any]) -> str:
    """Every word begins with a capital; articles, conjunctions and prepositions inside a line may begin with a small letter."""
    if response.seen.isupper() and len(plain_words(response.seen)) > 2:
        return "everything is in capitals"
    for line in lines(response.seen):
        found = [word.strip("_*#>\"'“‘(") for word in words(line)]
        for at, word in enumerate(found):
            is_minor = 0 < at < len(found) - 1 and plain(word) in _MINOR
            if word[:1].isalpha() and word == word.lower() != word.upper() and not is_minor:
                return f"{word[:40]!r} begins with a small letter"
    return ""


def square_brackets(response: Response, options: Mapping[str, Any]) -> str:
    pieces = response.seen[:MAX_CHARS].split(None, MAX_UNITS)
    if len(pieces) > MAX_UNITS or len(response.seen) > MAX_CHARS:
        raise TooLong(f"more than {MAX_UNITS} words")
    wrong = next((piece for piece in pieces if not _IN_BRACKETS.fullmatch(piece) and has_content(piece)), None)
    return f"{wrong[:40]!r} is not a word in square brackets" if wrong else ""


def bigram_wrapping(response: Response, options: Mapping[str, Any]) -> str:
    if len(response.seen) > MAX_CHARS:
        raise TooLong(f"more than {MAX_CHARS} characters")
    return "" if _PAIRS.fullmatch(response.seen.strip()) else "the text is not made of two words each in << >>"


def no_whitespace(response: Response, options: Mapping[str, Any]) -> str:
    return "there is white space" if len(response.seen.split(None, 1)) != 1 else ""
