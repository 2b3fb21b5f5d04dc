"""Writers for the kinds about the place of a word."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from r1.verifiers.instructions.kind import Example
from r1.verifiers.instructions.writers.prose import ADJECTIVES, NOUNS, clause, sentence, text

_KEYWORDS = ("zebra", "comet", "velvet", "harp", "igloo", "quartz")
_STORY = tuple(
    str.split(
        "An Big Cold Dawn Each Fresh Great High In Just Kind Long My No Old Poor Quite Rain Snow The Up Very We Xenia You Zoe"
    )
)


def _sentences(rng: Random, number: int, n_words: int = 7) -> list[list[str]]:
    return [clause(rng, n_words) for _ in range(number)]


def _text(found: list[list[str]]) -> str:
    return " ".join(" ".join(words).capitalize() + "." for words in found)


def sentence_keyword(rng: Random) -> Example:
    word, number = rng.choice(_KEYWORDS), rng.randint(1, 5)
    found = [sentence(rng) for _ in range(number + 1)]
    good = [*found]
    good[number - 1] = f"Here a {word} appears."
    late = [*found[:-1], found[-1].replace(".", f" {word}.")]
    bad = (
        " ".join(found),
        " ".join(late),
        " ".join(good).replace(word, f"{word}s"),
        " ".join(good[: number - 1]) or sentence(rng),
    )
    return Example({"word": word, "N": number}, " ".join(good), bad)


def keyword_specific_position(rng: Random) -> Example:
    word, number, place = rng.choice(_KEYWORDS), rng.randint(1, 4), rng.randint(2, 6)
    found = _sentences(rng, number + 1)
    plain = _text(found)
    found[number - 1][place - 1] = word
    good = _text(found)
    bad = (plain, f"{sentence(rng)} {good}", good.replace(word, f"more {word}"), good.replace(word, f"{word}s"))
    return Example({"keyword": word, "n": number, "m": place}, good, bad)


def words_position(rng: Random) -> Example:
    word = rng.choice(_KEYWORDS)
    found = clause(rng, rng.randint(8, 14))
    good = " ".join([found[0], word, *found[1:-1], word, found[-1]]) + "."
    bad = (good.replace(word, "thing", 1), f"So {good}", good[:-1] + " more.", " ".join([word, *found, word]))
    return Example({"keyword": word}, good, bad)


def start_verb(rng: Random) -> Example:
    verb = rng.choice(("Write", "Consider", "Building", "Tries", "Planned", "Make", "Running", "Explored"))
    good = f"{verb} {text(rng, 2)}"
    return Example({}, good, (text(rng, 2), f"Please {good}", f"{rng.choice(NOUNS).capitalize()} {good}"))


def last_first(rng: Random) -> Example:
    found = _sentences(rng, 4)
    for one, two in pairwise(found):
        two[0] = one[-1]
    good = _text(found)
    return Example({}, good, (f"{good} So it goes.", _text([["so", *words] for words in found]), _text(found[:1])))


def paragraph_last_first(rng: Random) -> Example:
    found = [[(word := rng.choice(NOUNS)), *clause(rng, 6), word] for _ in range(rng.randint(1, 4))]
    good = "\n".join(" ".join(words).capitalize() + "." for words in found)
    return Example({}, good, (f"{good}\nThe end is near.", good[:-1] + " now.", f"So {good}", rng.choice(NOUNS)))


def increment(rng: Random) -> Example:
    more, first = rng.randint(1, 3), rng.randint(3, 5)
    found = [clause(rng, first + more * at) for at in range(4)]
    good = _text(found)
    return Example(
        {"small_n": more},
        good,
        (f"{good} {_text(found[-1:])}", _text(found[::-1]), _text(found[:1]), good[:-1] + " now."),
    )


def alliteration_increment(rng: Random) -> Example:
    pools = (
        ("big", "bold", "brave", "bright"),
        ("silent", "silver", "simple", "smooth"),
        ("calm", "clever", "cold", "curious"),
    )
    found = [["then", *rng.sample(rng.choice(pools), number), "appears"] for number in (1, 2, 3, 4)]
    good = _text(found)
    return Example(
        {}, good, (_text(found[::-1]), _text(found[:1]), f"{good} {_text(found[:1])}", _text([found[1], found[1]]))
    )


def sentence_alphabet(rng: Random) -> Example:
    found = [" ".join([word, *clause(rng, 5)[1:]]) + "." for word in _STORY]
    good = " ".join(found)
    return Example(
        {},
        good,
        (" ".join(found[:-1]), " ".join(found[::-1]), f"{good} {found[0]}", " ".join([found[1], found[0], *found[2:]])),
    )


def sentence_words(rng: Random) -> Example:
    names = rng.sample([word for word in NOUNS if len(word) == 6], 3)
    kinds = rng.sample([word for word in ADJECTIVES if len(word) == 5], 3)
    found = [f"{one} {kind} {name}." for one, kind, name in zip(("One", "Our", "Any"), kinds, names, strict=True)]
    good = " ".join(found)
    bad = (
        " ".join(found[:2]),
        good[:-1] + "s.",
        " ".join([found[0], found[1], found[0]]),
        " ".join([*found, found[0]]),
    )
    return Example({}, good, bad)


def first_word_sent(rng: Random) -> Example:
    word = rng.choice(_KEYWORDS)
    good = _text([[word, *words] for words in _sentences(rng, 3)])
    return Example(
        {"first_word": word},
        good,
        (f"{good} {sentence(rng)}", good.replace(word.capitalize(), f"{word}s", 1), f"The {good}"),
    )


def first_word_answer(rng: Random) -> Example:
    word = rng.choice(_KEYWORDS)
    good = f"{rng.choice((word, word.capitalize()))}{rng.choice((' ', ', '))}{text(rng, 2)}"
    return Example({"first_word": word}, good, (f"The {good}", text(rng, 2), f"{word}s {text(rng, 2)}"))


def last_word_sent(rng: Random) -> Example:
    word = rng.choice(_KEYWORDS)
    good = _text([[*words, word] for words in _sentences(rng, 3)])
    return Example(
        {"last_word": word}, good, (f"{good} {sentence(rng)}", good[:-1] + "s.", good.replace(f" {word}.", " more.", 1))
    )


def last_word_answer(rng: Random) -> Example:
    word = rng.choice(_KEYWORDS)
    good = f"{text(rng, 2)} {word}{rng.choice(('', '.', '!'))}"
    return Example({"last_word": word}, good, (f"{good} Bye", text(rng, 2), f"{text(rng, 2)} {word}s"))


def start_end(rng: Random) -> Example:
    word = rng.choice(_KEYWORDS)
    good = f"{word.capitalize()} {text(rng, 2)} {word}"
    return Example({}, good, (f"{good}.", f"So {good}", f"{good}s", word))
