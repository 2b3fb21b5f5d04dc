"""Units of text that instructions count: words, sentences, paragraphs, lines. They are found lazily, to stop early."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import filterfalse, islice
from typing import Any

from r1.verifiers.text.visible import ASCII_SPACE, UNSPACED, has_content, is_unspaced
from r1.verifiers.verdict import TruthError

# A word is a run without spaces (in scripts without spaces, a character). Apostrophes and hyphens belong to it; other
# punctuation between two letters splits it, so that words cannot be glued together to stay below a limit.
_GLUE = re.compile(r"(?<=[^\W\d_])[,;:!?/…—–|]+(?=[^\W\d_])|(?<=[^\W\d_]{2})\.+(?=[^\W\d_]{2})|[—–]")
_UNIT = re.compile(f"[{UNSPACED}]|[^\\s{UNSPACED}]+")
_BLANK_LINES = re.compile(r"\n[ \t\r\f\v]*+\n\s*+")
# A line that is a heading: after number signs, or all bold or all in title marks without the end of a sentence.
_HEADING = re.compile(
    r" {0,3}#{1,6}[ #]|[ \t]*+(?:(\*{1,2}|_{1,2})(?!\s)[^*_\n]++(?<![.!?…。])\1:?|<<[^<>\n]++>>|『[^『』\n]++』)[ \t]*+$"
)
_UNDERLINE = re.compile(r" {0,3}(?:={2,}+|-{2,}+)[ \t]*+$")  # it makes a heading of the one line above
_ITEM = re.compile(r"[ \t]*+(?:[-*+•・]|\d{1,3}[.)])[ \t]")
_SENTENCE_END = tuple(".!?…。｡:;,")
_AROUND = ".,;:!?…\"'“”‘’„«»()[]{}<>*_`~"
_CLOSERS = "\"'”’»」』)\\]*_"
_TERMINATOR = re.compile(rf"([.!?؟]++)([{_CLOSERS}]*+)(?=\s|\Z)|([。｡।॥]|[!?](?=[{UNSPACED}]))+[{_CLOSERS}]*+")
# A full stop after one of these does not end a sentence.
_ABBREVIATIONS = frozenset(
    str.split(
        "mr mrs ms dr prof st mt vs fig gen sen rep rev hon capt col lt e.g i.e cf al approx no vol pp m mme mlle sr sra srta "
        "p.ej ej sgt"
    )
)
_MAY_END = frozenset({"no"})  # abbreviations that are also words: they end a sentence unless a number follows

_LONGEST_KEPT = 40  # characters of a piece whose words are cached
MAX_CHARS = 200_000  # read for one count (about 50,000 tokens), unless it is decided earlier
MAX_LINES = 5_000
MAX_SENTENCES = 2_000
MAX_UNITS = 20_000  # examined for one instruction; an answer of 25,000 tokens has fewer

_RELATIONS = {
    "at least": (0, None), "au moins": (0, None), "al menos": (0, None), "以上": (0, None), ">=": (0, None),
    "less than": (None, -1), "moins de": (None, -1), "menos de": (None, -1), "未満": (None, -1), "<": (None, -1),
    "at most": (None, 0), "au plus": (None, 0), "como máximo": (None, 0), "以下": (None, 0), "<=": (None, 0),
    "more than": (1, None), "plus de": (1, None), "más de": (1, None), ">": (1, None),
    "exactly": (0, 0), "exactement": (0, 0), "exactamente": (0, 0), "ちょうど": (0, 0), "==": (0, 0),
    "equal to": (0, 0),
}  # fmt: skip


def count_rule(items: Iterable[Any], number: Any, relation: str | None, what: str, tolerance: int | None = None) -> str:
    """The reason why the number of ``items`` is not in ``relation`` to ``number``, or ``""``; stops counting early.

    The relation "around" allows ``tolerance`` more or less; by default a tenth of ``number``, and at least 1 (RLVR-IFeval).

    Raises:
        TruthError: unknown relation, or ``number`` is not a non-negative integer.
    """
    if relation not in _RELATIONS and relation != "around":
        raise TruthError(f"unknown relation {relation!r}; expected one of: {', '.join(_RELATIONS)}, around")
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise TruthError(f"number of {what}: expected a non-negative integer, got {number!r}")
    slack = max(round(number / 10), 1) if tolerance is None else tolerance
    below, above = (-slack, slack) if relation == "around" else _RELATIONS[relation]
    low = 0 if below is None else number + below
    high = None if above is None else number + above
    found = sum(1 for _ in islice(items, (low if high is None else high + 1)))
    if found < low:
        return f"{found} {what}, asked: {relation} {number}"
    return f"more than {high} {what}, asked: {relation} {number}" if high is not None and found > high else ""


class TooLong(Exception):
    """The completion has more units than any honest one; the check stopped at its budget."""


def _must_end(text: str) -> None:
    """Raise TooLong if a part of the text was not read; called when a count is still undecided at the end."""
    if len(text) > MAX_CHARS:
        raise TooLong(f"more than {MAX_CHARS} characters")


def showing(matches: Iterable[re.Match[str]], group: int = 1) -> Iterator[re.Match[str]]:
    """The matches whose group contains a letter or digit. Raises TooLong."""
    for examined, match in enumerate(matches):
        if examined > MAX_UNITS:
            raise TooLong(f"more than {MAX_UNITS} candidates")
        if has_content(match[group]):
            yield match


def words(text: str) -> Iterator[str]:
    """The words of a text without invisible characters. Raises TooLong."""
    yield from _words_of(unit.group() for unit in _UNIT.finditer(text, 0, MAX_CHARS))
    _must_end(text)


def capital_words(text: str) -> Iterator[str]:
    """The words in capitals. Lower-case pieces, most of a text, are skipped cheaply. Raises TooLong."""
    if text == text.lower():
        return
    if is_unspaced(text):
        yield from filter(str.isupper, words(text))
    else:
        yield from filter(str.isupper, _words_of(filterfalse(str.islower, text.split())))


def _words_of(units: Iterable[str]) -> Iterator[str]:
    """The words in pieces of text without spaces."""
    examined = 0
    known: dict[str, list[str]] = {}  # texts repeat words, hostile texts most of all
    for unit in units:
        found = known.get(unit)
        if found is None:
            if unit.isalnum() or unit.strip(_AROUND).isalnum():
                found = [unit]
            elif len(unit) > _LONGEST_KEPT or _GLUE.search(unit):
                pieces = list(islice(_unglued(unit), MAX_UNITS + 1))
                examined += len(pieces) if len(pieces) > MAX_UNITS else 0
                found = [word for word in pieces if has_content(word)]
            else:
                found = [unit] if has_content(unit) else []
            if len(unit) <= _LONGEST_KEPT:
                known[unit] = found
        examined += len(found) or 1
        if examined > MAX_UNITS:
            raise TooLong(f"more than {MAX_UNITS} words")
        yield from found


def _unglued(word: str) -> Iterator[str]:
    """The pieces of a word between punctuation that splits it."""
    start = 0
    for glue in _GLUE.finditer(word):
        yield word[start : glue.start()]
        start = glue.end()
    yield word[start:]


def paragraphs(text: str) -> list[str]:
    """The non-empty blocks between blank lines."""
    return [block for block in _BLANK_LINES.split(text) if block.strip()]


def lines(text: str) -> Iterator[str]:
    """The non-empty lines, without white space around them. Raises TooLong."""
    for examined, line in enumerate(text[:MAX_CHARS].split("\n")):
        if examined > MAX_LINES:
            raise TooLong(f"more than {MAX_LINES} lines")
        if stripped := line.strip(ASCII_SPACE):
            yield stripped
    _must_end(text)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text in NFKC. Blank lines and list items also end a sentence; headings do not count. Raises TooLong."""
    for examined, sentence in enumerate(sentence for block in _blocks(text) for sentence in sentences_of(block)):
        if examined > MAX_SENTENCES:
            raise TooLong(f"more than {MAX_SENTENCES} sentences")
        yield sentence
    _must_end(text)


def _blocks(text: str) -> Iterator[str]:
    """Runs of lines in which a sentence may continue on the next line."""
    block: list[str] = []
    for examined, line in enumerate(text[:MAX_CHARS].split("\n")):
        if examined > MAX_LINES:
            raise TooLong(f"more than {MAX_LINES} lines")
        is_blank = not line or line.isspace()
        if is_blank or _HEADING.match(line) or _ITEM.match(line):
            yield "\n".join(block)
            block = [line] if not is_blank and not _HEADING.match(line) else []
        elif len(block) == 1 and _UNDERLINE.match(line) and not block[0].rstrip().endswith(_SENTENCE_END):
            block = []
        else:
            block.append(line)
    yield "\n".join(block)


def sentences_of(block: str) -> Iterator[str]:
    """The sentences of one block of lines. Raises TooLong."""
    start = 0
    for examined, match in enumerate(_TERMINATOR.finditer(block)):
        if examined > MAX_SENTENCES:
            raise TooLong(f"more than {MAX_SENTENCES} sentences")
        if match[1] and not _ends(block, start, match):
            continue
        if has_content(block[start : match.end()]):
            yield block[start : match.end()]
        start = match.end()
    if has_content(block[start:]):
        yield block[start:]


def _ends(block: str, start: int, match: re.Match[str]) -> bool:
    """Whether a run of full stops, question or exclamation marks ends the sentence."""
    after = block[match.end() : match.end() + 20].lstrip()
    if not after:
        return True
    follows_small = after[0].islower()
    if follows_small and (match[2] or match[1].strip(".") == "" != match[1][1:]):
        return False  # "Stop!" he said; wait... what
    if match[1] != ".":
        return True
    before = block[max(start, match.start() - 12) : match.start()].rsplit(None, 1)
    word = before[-1].lstrip("([\"'“‘*_") if before else ""
    if word.casefold() in _ABBREVIATIONS:
        return word.casefold() in _MAY_END and not after[0].isdigit()
    if follows_small and "." in word.strip("."):
        return False  # at 3 p.m. today
    is_initial = len(word) == 1 and word.isupper() and word != "I" and after[0].isupper()
    is_item_number = word.isdigit() and not block[start : match.start()].strip(ASCII_SPACE + "0123456789")
    return not is_initial and not is_item_number


def plain(word: str) -> str:
    """A word as it is compared with others: case-folded, without punctuation around it."""
    return word.casefold() if word.isalnum() else _PUNCTUATION_AROUND.sub("", word.casefold().replace("’", "'"))


def plain_words(text: str) -> list[str]:
    """The words of a text as they are compared. Raises TooLong."""
    return [word for word in map(plain, words(text)) if word]


def letters_of(text: str) -> str:
    """The letters and digits of a text, case-folded and without accents."""
    folded = text.casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFD", folded)
    return "".join(filter(str.isalnum, folded))


_PUNCTUATION_AROUND = re.compile(r"^[\W_]+|[\W_]+$")
