"""Instructions about words and letters: keywords, counts, case, commas, the language (named as in IFEval)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from r1.verifiers.instructions.response import Response, argument
from r1.verifiers.instructions.units import MAX_UNITS, TooLong, capital_words, count_rule, paragraphs, sentences, words
from r1.verifiers.text.fences import unfenced
from r1.verifiers.text.visible import is_unspaced, visible
from r1.verifiers.verdict import TruthError

_COMMAS = re.compile("[,、،՝߸᠂᠈⸲⸴⸵⹁⹌⹎⹏꓾꘍꛵‚]")
_EMPHASIS = re.compile(r"[*_`~]+")
_MARKUP = "#>*_`~-+•\"'“”‘’«»「『([ \t"
# Letters of other scripts that look like Latin ones: a forbidden word written with them still counts as that word.
_TWINS = str.maketrans(
    "аеорсухіјѕԁһԛԝьɡαοιυκνρτгпмтвнк" + "ӏıοｏ", "aeopcyxijsdhqwbgaoiuknptrnmtbhk" + "iioo"
)  # fmt: skip
_TWIN = re.compile(f"[{''.join(map(chr, _TWINS))}]")
_LOOSE_MARK = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)  # combining marks that are not part of a letter in NFKC
_CASE_SHARE = 0.8
_SAMPLE, _SAMPLES = 1500, 8
_APOSTROPHES = str.maketrans("’‘ʼ", "'''")


def existence(response: Response, options: Mapping[str, Any]) -> str:
    text = response.seen.casefold()
    missing = [word for word in _strings(options, "keywords") if next(occurrences(text, word), None) is None]
    return f"the keyword {missing[0]!r} is missing" if missing else ""


def forbidden_words(response: Response, options: Mapping[str, Any]) -> str:
    text = response.seen.casefold()
    texts = [text]
    if _EMPHASIS.search(text):
        texts.append(_EMPHASIS.sub("", text))  # c**a**t is read as cat
    if not text.isascii() and (_TWIN.search(text) or _LOOSE_MARK.search(text)):
        texts.append(_LOOSE_MARK.sub("", text).translate(_TWINS))
    for word in _strings(options, "forbidden_words"):
        if any(next(occurrences(text, word), None) is not None for text in texts):
            return f"the forbidden word {word!r} occurs"
    return ""


def frequency(response: Response, options: Mapping[str, Any]) -> str:
    word = argument(options, "keyword", str)
    found = occurrences(response.seen.casefold(), word)
    return count_rule(found, options.get("frequency"), options.get("relation"), f"times {word!r}")


def letter_frequency(response: Response, options: Mapping[str, Any]) -> str:
    letter = visible(argument(options, "letter", str))
    fold = str.casefold if len(letter.casefold()) == 1 else str.lower  # case-folding turns ß into two letters
    letter = fold(letter)
    if len(letter) != 1:
        raise TruthError(f"letter: expected one character, got {options.get('letter')!r}")
    found = range(fold(response.seen).count(letter))
    return count_rule(found, options.get("let_frequency"), options.get("let_relation"), f"times {letter!r}")


def number_words(response: Response, options: Mapping[str, Any]) -> str:
    return count_rule(words(response.seen), options.get("num_words"), options.get("relation"), "words")


def number_sentences(response: Response, options: Mapping[str, Any]) -> str:
    found, tolerance = sentences(response.seen), options.get("tolerance")
    return count_rule(found, options.get("num_sentences"), options.get("relation"), "sentences", tolerance)


def nth_paragraph_first_word(response: Response, options: Mapping[str, Any]) -> str:
    number, nth = argument(options, "num_paragraphs", int), argument(options, "nth_paragraph", int)
    first = visible(argument(options, "first_word", str)).casefold()
    if not 1 <= nth <= number:
        raise TruthError(f"nth_paragraph: expected 1 to {number} (num_paragraphs), got {nth}")
    found = paragraphs(response.seen)
    if len(found) != number:
        return f"{len(found)} paragraphs, asked: {number}"
    start = found[nth - 1].strip().lstrip(_MARKUP)[: len(first) + 50].casefold()
    if not re.match(re.escape(first) + _boundary_after(first) + r"(?!['’\-][^\W_])", start):
        return f"paragraph {nth} begins with {start.split(None, 1)[:1]}, not with {first!r}"
    return ""


def capital_word_frequency(response: Response, options: Mapping[str, Any]) -> str:
    found = capital_words(response.seen)
    return count_rule(found, options.get("capital_frequency"), options.get("capital_relation"), "words in capitals")


def capital(response: Response, options: Mapping[str, Any]) -> str:
    if not response.seen.isupper():
        return "there is a small letter" if response.seen.upper() != response.seen else "there is no letter"
    return _case_language_rule(response)


def lowercase(response: Response, options: Mapping[str, Any]) -> str:
    if not response.seen.islower():
        return "there is a capital letter" if response.seen.lower() != response.seen else "there is no letter"
    return _case_language_rule(response)


def no_comma(response: Response, options: Mapping[str, Any]) -> str:
    comma = _COMMAS.search(response.seen)
    return f"there is a comma {comma.group()!r}" if comma else ""


def response_language(response: Response, options: Mapping[str, Any]) -> str:
    """Nine tenths of the own words are in the language, names and short quotations aside (`verifiers.language`)."""
    from r1.verifiers.language import language_rule

    return language_rule(_content(response.own_words), argument(options, "language", str))


def _case_language_rule(response: Response) -> str:
    """The same for instructions about case, but for four fifths: without capitals, names cannot be told from words."""
    from r1.verifiers.language.verifier import measure

    text = _content(response.seen)
    step = max((len(text) - _SAMPLE) // (_SAMPLES - 1), 1)  # long texts are sampled at regular distances
    is_long = len(text) > _SAMPLE * _SAMPLES
    samples = [text[at * step : at * step + _SAMPLE] for at in range(_SAMPLES)] if is_long else [text]
    found = [measure(sample.lower(), response.home) for sample in samples]
    n_words, n_own = sum(part.n_words for part in found), sum(part.n_target for part in found)
    if not n_words:
        return "no word of a known language is found"
    return "" if n_own >= _CASE_SHARE * n_words else f"{n_own} of {n_words} words are {response.home}"


def _content(text: str) -> str:
    """The text inside a fence that is around all of it, where a reader sees it."""
    body = unfenced(text) if text[:3] in ("```", "~~~") else None
    return text if body is None else body


def _strings(options: Mapping[str, Any], name: str) -> Sequence[str]:
    """A required argument that is a list of words. Raises TruthError."""
    found = options.get(name)
    if (
        not isinstance(found, list | tuple)
        or not found
        or not all(isinstance(word, str) and word.strip() for word in found)
    ):
        raise TruthError(f"{name}: expected a list of words, got {found!r}")
    return found


def occurrences(text: str, keyword: str) -> Iterator[int]:
    """Where ``keyword`` occurs as whole words in a case-folded text; a space of it matches any white space. Raises TooLong."""
    plain = " ".join(visible(keyword).translate(_APOSTROPHES).casefold().split())
    if "'" in plain and not text.isascii():
        text = text.translate(_APOSTROPHES)
    if " " in plain:
        text = " ".join(text.split())
    examined, at = 0, text.find(plain)
    while at >= 0:
        end = at + len(plain)
        if not (_joins(plain[0], text[at - 1 : at]) or _joins(plain[-1], text[end : end + 1])):
            yield at
        examined += 1
        if examined > MAX_UNITS:
            raise TooLong(f"{keyword!r} is a part of more than {MAX_UNITS} words")
        at = text.find(plain, at + 1)


def _joins(edge: str, neighbor: str) -> bool:
    """Whether the neighboring character makes the keyword a part of a longer word."""
    return _is_wordly(edge) and not is_unspaced(edge) and neighbor.isalnum()


def _boundary_after(keyword: str) -> str:
    """A pattern for the end of a word after ``keyword``, where its script has such ends."""
    return "" if is_unspaced(keyword[-1:]) or not _is_wordly(keyword[-1]) else r"(?![^\W_])"


def _is_wordly(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char)[0] == "M"
