"""Instructions about the place of a word: in a sentence, at its ends, from one sentence to the next."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice, pairwise
from typing import Any

from r1.verifiers.instructions.checks.lists import VERBS
from r1.verifiers.instructions.checks.words import occurrences
from r1.verifiers.instructions.response import Response
from r1.verifiers.instructions.units import letters_of, lines, plain, plain_words, sentences, words
from r1.verifiers.verdict import TruthError


def sentence_keyword(response: Response, options: Mapping[str, Any]) -> str:
    word, number = options["word"], _ordinal(options, "N")
    sentence = next(islice(sentences(response.seen), number - 1, None), None)
    if sentence is None:
        return f"there is no sentence {number}"
    found = next(occurrences(sentence.casefold(), word.strip()), None)
    return f"{word!r} is missing in sentence {number}" if found is None else ""


def keyword_specific_position(response: Response, options: Mapping[str, Any]) -> str:
    keyword, number, place = _keyword(options, "keyword"), _ordinal(options, "n"), _ordinal(options, "m")
    sentence = next(islice(sentences(response.seen), number - 1, None), None)
    word = next(islice(words(sentence or ""), place - 1, None), None)
    if word is None:
        return f"there is no word {place} in a sentence {number}"
    return "" if plain(word) == keyword else f"word {place} of sentence {number} is {word[:40]!r}, not {keyword!r}"


def words_position(response: Response, options: Mapping[str, Any]) -> str:
    keyword, found = _keyword(options, "keyword"), plain_words(response.seen)
    if len(found) < 3:
        return f"{len(found)} words have no second and second to last word apart from their ends"
    return "" if found[1] == found[-2] == keyword else f"the words there are {found[1][:40]!r} and {found[-2][:40]!r}"


def start_verb(response: Response, options: Mapping[str, Any]) -> str:
    """The first word is a form of a listed English verb."""
    word = next(map(plain, words(response.seen)), "").partition("'")[0]
    return "" if is_verb(word) else f"{word[:40]!r} is no verb that we know"


def is_verb(word: str) -> bool:
    """Whether a case-folded word is a listed verb, or its form in -s, -ed or -ing."""
    stems = {word}
    for ending in ("s", "es", "ed", "d", "ing"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 1:
            stems |= {stem, f"{stem}e" if ending == "ing" else stem}
            stems |= {stem[:-1]} if stem[-1:] == stem[-2:-1] else set()
            stems |= {f"{stem[:-1]}y"} if stem[-1:] == "i" else set()
    return not VERBS.isdisjoint(stems)


def last_first(response: Response, options: Mapping[str, Any]) -> str:
    ends = _ends(response)
    if len(ends) < 2:
        return "there is only one sentence"
    wrong = next(((last, first) for (_, last), (first, _) in pairwise(ends) if last != first), None)
    return f"a sentence ends with {wrong[0]!r} and the next begins with {wrong[1]!r}" if wrong else ""


def paragraph_last_first(response: Response, options: Mapping[str, Any]) -> str:
    found = [plain_words(line) for line in lines(response.seen)]
    wrong = next((line for line in found if line and (len(line) < 2 or line[0] != line[-1])), None)
    if wrong:
        return f"a paragraph begins with {wrong[0]!r} and ends with {wrong[-1]!r}"
    return "" if any(found) else "there is no paragraph"


def increment(response: Response, options: Mapping[str, Any]) -> str:
    more = options["small_n"]
    found = [len(plain_words(sentence)) for sentence in sentences(response.seen)]
    if len(found) < 2:
        return "there is only one sentence"
    wrong = next(((one, two) for one, two in pairwise(found) if two - one != more), None)
    return f"{wrong[1]} words follow a sentence of {wrong[0]}, asked: {more} more" if wrong else ""


def alliteration_increment(response: Response, options: Mapping[str, Any]) -> str:
    """The longest run of words with one first letter grows from sentence to sentence."""
    found = [_longest_run([word[0] for word in plain_words(sentence)]) for sentence in sentences(response.seen)]
    if len(found) < 2:
        return "there is only one sentence"
    wrong = next(((one, two) for one, two in pairwise(found) if two <= one), None)
    return f"a run of {wrong[1]} words follows one of {wrong[0]}" if wrong else ""


def _longest_run(initials: list[str]) -> int:
    longest = run = min(len(initials), 1)
    for one, two in pairwise(initials):
        run = run + 1 if one == two else 1
        longest = max(longest, run)
    return longest


def sentence_alphabet(response: Response, options: Mapping[str, Any]) -> str:
    initials = [letters_of(sentence)[:1] for sentence in islice(sentences(response.seen), 27)]
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    return "" if initials == list(alphabet) else f"the sentences begin with {''.join(initials)}, not with a to z"


def sentence_words(response: Response, options: Mapping[str, Any]) -> str:
    """Three sentences of the same number of characters; no word occurs twice."""
    found = [" ".join(sentence.split()) for sentence in islice(sentences(response.seen), 4)]
    if len(found) != 3 or len(set(map(len, found))) != 1:
        return f"the sentences have {', '.join(str(len(sentence)) for sentence in found)} characters, asked: three equal ones"
    used = plain_words(response.seen)
    twice = next((word for word in used if used.count(word) > 1), None) if len(set(used)) < len(used) else None
    return f"the word {twice!r} occurs twice" if twice else ""


def first_word_sent(response: Response, options: Mapping[str, Any]) -> str:
    return _each_end(response, 0, _keyword(options, "first_word"))


def last_word_sent(response: Response, options: Mapping[str, Any]) -> str:
    return _each_end(response, 1, _keyword(options, "last_word"))


def first_word_answer(response: Response, options: Mapping[str, Any]) -> str:
    word = next(map(plain, words(response.seen)), "")
    asked = _keyword(options, "first_word")
    return "" if word == asked else f"the first word is {word[:40]!r}, not {asked!r}"


def last_word_answer(response: Response, options: Mapping[str, Any]) -> str:
    found = plain_words(response.seen)
    asked = _keyword(options, "last_word")
    return "" if found and found[-1] == asked else f"the last word is {(found or [''])[-1][:40]!r}, not {asked!r}"


def start_end(response: Response, options: Mapping[str, Any]) -> str:
    found = plain_words(response.seen)
    if len(found) < 2 or found[0] != found[-1]:
        return "the first and the last word differ"
    return "" if response.seen[-1].isalnum() else f"{response.seen[-1]!r} stands after the last word"


def _each_end(response: Response, end: int, asked: str) -> str:
    ends = _ends(response)
    wrong = next((found[end] for found in ends if found[end] != asked), None)
    if not ends:
        return "there is no sentence"
    return f"a sentence {('begins', 'ends')[end]} with {wrong!r}, not with {asked!r}" if wrong is not None else ""


def _ends(response: Response) -> list[tuple[str, str]]:
    """The first and the last word of each sentence. Raises TooLong."""
    found = (plain_words(sentence) for sentence in sentences(response.seen))
    return [(own[0], own[-1]) for own in found if own]


def _keyword(options: Mapping[str, Any], name: str) -> str:
    """A word among the arguments, as it is compared; some sets write it as a list of one word. Raises TruthError."""
    given = options[name]
    word = given[0] if isinstance(given, list | tuple) and len(given) == 1 else given
    if not isinstance(word, str) or not plain(word):
        raise TruthError(f"{name}: expected a word, got {given!r}")
    return plain(word.strip())


def _ordinal(options: Mapping[str, Any], name: str) -> int:
    if options[name] < 1:
        raise TruthError(f"{name}: expected a number from 1, got {options[name]}")
    return int(options[name])
