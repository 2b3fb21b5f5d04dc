"""Instructions for one language only: M-IFEval's French, Spanish and Japanese kinds (arXiv 2502.04688)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from r1.verifiers.instructions.checks.words import existence
from r1.verifiers.instructions.response import Check, Response, argument
from r1.verifiers.instructions.units import MAX_UNITS, TooLong, count_rule, lines, sentences_of, words
from r1.verifiers.verdict import TruthError

_HIRAGANA, _KATAKANA = re.compile("[ぁ-ゖゝゞ]"), re.compile("[ァ-ヺヽヾㇰ-ㇿ]")
_KANJI = re.compile("[々〆\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANJI_RUN = re.compile("[々〆ヶ\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]++")
_READING = re.compile("[(（][ぁ-ゖゝゞァ-ヺーー・ ]++[)）]")
_LATIN = re.compile("[A-Za-z]")
_DIGIT = re.compile(r"\d")
# For lower-case text. `re` finds a literal first letter fastest; the word boundary is checked after it.
_FAMILIAR = re.compile(r"t(?<!\wt)(?:(?:u|e|oi|on|a|es|ien|ienne|iens|iennes)\b|['’]\w)")
_POLITE = re.compile(r"v(?<!\wv)(?:ous|otre|os|ôtres?)\b")
_ACCENTS = frozenset("\u0300\u0301\u0302\u0303\u0308")
_BLOCKS = (range(0xC0, 0x530), range(0x1E00, 0x2000))  # blocks of letters with these accents
_ACCENTED = re.compile(
    f"[{''.join(c for c in map(chr, chain(*_BLOCKS)) if _ACCENTS.intersection(unicodedata.normalize('NFD', c)))}]"
)
_JA_END = "。．.!?！？」』）)*_~`… \n\t"
# Endings of Japanese sentences that are not nouns: kana of verbs, adjectives, copulas and particles.
_PREDICATE_END = re.compile(
    r"(?:です|ます|でした|ました|ません|ましょう|だ|だった|である|であった|ない|なかった|たい|しい|くない|のだ|のです"
    r"|[うくぐすつぬぶむるただいねよかわなぞさとてでがをにへはもばら])$"
)


def informal_address(response: Response, options: Mapping[str, Any]) -> str:
    text = response.seen.lower()
    if polite := _POLITE.search(text):
        return f"the polite form {polite.group()!r} occurs"
    return "" if _FAMILIAR.search(text) else "nobody is addressed with tu"


def accents(response: Response, options: Mapping[str, Any]) -> str:
    pairs = options.get("word_to_accentuate")
    if not isinstance(pairs, Mapping) or not pairs:
        raise TruthError(f"word_to_accentuate: expected a mapping of words, got {pairs!r}")
    missing = existence(response, {"keywords": list(pairs.values())})
    bare = [word for word in pairs if len(word) > 2 and not existence(response, {"keywords": [word]})]
    return missing or (f"{bare[0]!r} stands without its accent" if bare else "")


def ethel_or_cedilla(response: Response, options: Mapping[str, Any]) -> str:
    char = argument(options, "forbidden_char", str)
    return f"the character {char!r} occurs" if char.casefold() in response.seen.casefold() else ""


def no_accents(response: Response, options: Mapping[str, Any]) -> str:
    accented = _ACCENTED.search(response.seen)
    return f"there is a letter with an accent: {accented.group()!r}" if accented else ""


def _without(pattern: re.Pattern[str], what: str) -> Check:
    def check(response: Response, options: Mapping[str, Any]) -> str:
        found = pattern.search(response.seen)
        return f"there is {what}: {found.group()!r}" if found else ""

    return check


def _only(own: re.Pattern[str], others: tuple[re.Pattern[str], ...], what: str) -> Check:
    def check(response: Response, options: Mapping[str, Any]) -> str:
        if not own.search(response.seen):
            return f"there is no {what}"
        found = next(filter(None, (other.search(response.seen) for other in others)), None)
        return f"there is something else than {what}: {found.group()!r}" if found else ""

    return check


def _words_with(letters: str, number: str, relation: str | None = None) -> Check:
    chars = frozenset(letters + letters.upper())
    pattern = re.compile(f"[{''.join(sorted(chars))}]")

    def check(response: Response, options: Mapping[str, Any]) -> str:
        text = response.seen if pattern.search(response.seen) else ""
        found = (word for word in words(text) if not chars.isdisjoint(word))
        return count_rule(found, options.get(number), relation or options.get("relation"), f"words with {letters[0]!r}")

    return check


def _has_pair(opening: str, closing: str) -> Check:
    pattern = re.compile(f"{opening}[^{opening}{closing}]*+{re.escape(closing)}")

    def check(response: Response, options: Mapping[str, Any]) -> str:
        return "" if pattern.search(response.seen) else f"there is no {opening}…{closing}"

    return check


def furigana(response: Response, options: Mapping[str, Any]) -> str:
    """Every run of kanji is followed, after its kana ending, by its reading in brackets."""
    found = False
    for examined, run in enumerate(_KANJI_RUN.finditer(response.seen)):
        if examined > MAX_UNITS:
            raise TooLong(f"more than {MAX_UNITS} runs of kanji")
        found = True
        after = response.seen[run.end() : run.end() + 40].lstrip(
            "ぁあいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもらりるれろわをんっげごじずだでどばびぶべぼ"
        )
        if not _READING.match(after):
            return f"{run.group()} stands without its reading"
    return "" if found else "there is no kanji"


def kanji(response: Response, options: Mapping[str, Any]) -> str:
    return count_rule(_KANJI.finditer(response.seen), options.get("kanji_limit"), options.get("relation"), "kanji")


def number_letters(response: Response, options: Mapping[str, Any]) -> str:
    letters = sum(map(len, response.seen.split()))
    return count_rule(range(letters), options.get("num_letters"), options.get("relation"), "characters")


def sentence_unified_end(response: Response, options: Mapping[str, Any]) -> str:
    ending = argument(options, "ending", str)
    other = next((end for end in _ends(response.seen) if not end.endswith(ending)), None)
    return f"a sentence ends with {other[-8:]!r}, not with {ending!r}" if other else ""


def nominal_ending(response: Response, options: Mapping[str, Any]) -> str:
    """At least ``count`` sentences end with a noun: with kanji, katakana, or kana that end no predicate."""
    found = (end for end in _ends(response.seen) if not _PREDICATE_END.search(end))
    return count_rule(found, options.get("count"), "at least", "sentences that end with a noun")


def _ends(text: str) -> Iterator[str]:
    """The last letters of each sentence; what a colon announces is no sentence."""
    for line in lines(text):
        for sentence in sentences_of(line):
            end = sentence.rstrip(_JA_END)
            if end and end[-1] not in ":：":
                yield end[-20:]


no_digits = _without(re.compile(r"\d"), "a digit")
exclamation_marks, question_marks = _has_pair("¡", "!"), _has_pair("¿", "?")
dieresis = _words_with("ü", "let_frequency", "exactly")
enie = _words_with("ñ", "let_frequency", "exactly")
tildes = _words_with("áéíóú", "num_words")
hiragana_only = _only(_HIRAGANA, (_KANJI, _KATAKANA, _LATIN), "hiragana")
katakana_only = _only(_KATAKANA, (_KANJI, _HIRAGANA, _LATIN), "katakana")
kansuuji = _without(_DIGIT, "an Arabic digit")
no_hiragana = _without(_HIRAGANA, "hiragana")
no_katakana = _without(_KATAKANA, "katakana")
no_period = _without(re.compile("[。｡]"), "a full stop")
