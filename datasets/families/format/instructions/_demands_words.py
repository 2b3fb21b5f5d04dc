"""Demands on words and letters: keywords, letters, commas, case."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from r1.datasets.families.format.instructions import _words
from r1.datasets.families.format.instructions._demands import (
    Demand,
    Options,
    bound,
    draw_relation,
    listed,
    nothing,
    satisfies,
)
from r1.datasets.families.format.instructions._draft import Draft


def _unused(words: Sequence[str], text: str) -> list[str]:
    """The words that the text does not hold, not even as a part."""
    return [word for word in words if word not in text.lower()]


def _plural(words: Sequence[str]) -> str:
    return "words" if len(words) > 1 else "word"


def _say(draft: Draft, words: Sequence[str]) -> None:
    draft.paragraphs[0].append("We also saw a " + " and a ".join(words) + ".")


EXISTENCE = Demand(
    "keywords:existence",
    lambda rng, text: {"keywords": rng.sample(_words.WANTED, rng.randint(1, 3))},
    lambda o: f"Also use the {_plural(o['keywords'])} {listed(o['keywords'])}.",
    lambda draft, o: _say(draft, o["keywords"]),
    lambda text, o: [
        re.sub(o["keywords"][0], "thing", text, flags=re.IGNORECASE),
        re.sub(o["keywords"][-1], o["keywords"][-1] + "ist", text, flags=re.IGNORECASE),
    ],
    lambda text, o: all(word in re.findall("[a-z]+", text.lower()) for word in o["keywords"]),
)
FREQUENCY = Demand(
    "keywords:frequency",
    lambda rng, text: {
        "keyword": rng.choice(_unused(_words.REPEATED, text)),
        "frequency": rng.randint(2, 4),
        "relation": "at least",
    },
    lambda o: f"Use the word {o['keyword']!r} {o['relation']} {o['frequency']} times.",
    lambda draft, o: _say(draft, [o["keyword"]] * o["frequency"]),
    lambda text, o: [
        re.sub(o["keyword"], "thing", text, count=1, flags=re.IGNORECASE),
        re.sub(o["keyword"], o["keyword"] + "s", text, flags=re.IGNORECASE),
    ],
    lambda text, o: re.findall("[a-z]+", text.lower()).count(o["keyword"]) >= o["frequency"],
)
FORBIDDEN = Demand(
    "keywords:forbidden_words",
    lambda rng, text: {"forbidden_words": rng.sample(_unused(_words.FORBIDDEN, text), rng.randint(1, 3))},
    lambda o: f"Do not use the {_plural(o['forbidden_words'])} {listed(o['forbidden_words'], 'or')}.",
    nothing,
    lambda text, o: [
        f"{text} {form}"
        for word in o["forbidden_words"]
        for form in (word, word.upper(), f"{word[0]}\u200b{word[1:]}", f"**{word}**", word.replace("e", "\u0435"))
    ],
    lambda text, o: not set(o["forbidden_words"]) & set(re.findall("[a-z]+", text.lower())),
)


def _choose_letter(rng: random.Random, text: str) -> Options:
    letter, relation = rng.choice("aehinorst"), draw_relation(rng)
    count = text.lower().count(letter)
    return {"letter": letter, "let_frequency": bound(rng, count, relation, 4), "let_relation": relation}


LETTERS = Demand(
    "keywords:letter_frequency",
    _choose_letter,
    lambda o: f"Let the letter {o['letter']!r} appear {o['let_relation']} {o['let_frequency']} times.",
    nothing,
    lambda text, o: (
        [re.sub(o["letter"], "", text, flags=re.IGNORECASE), re.sub(o["letter"], "\u00e7", text, flags=re.IGNORECASE)]
        if o["let_relation"] == "at least"
        else [f"{text} {letter * o['let_frequency']}" for letter in (o["letter"], o["letter"].upper())]
    ),
    lambda text, o: satisfies(text.lower().count(o["letter"]), o["let_frequency"], o["let_relation"]),
    measures=True,
)
NO_COMMA = Demand(
    "punctuation:no_comma",
    lambda rng, text: {},
    lambda o: "Do not use any commas.",
    nothing,
    lambda text, o: [text.replace(" ", f"{comma} ", 1) for comma in (",", "，", "、", "،")],
    lambda text, o: "," not in text,
)


def _capitals(draft: Draft, options: Options) -> None:
    if options["capital_relation"] == "at least":
        draft.paragraphs[0].append(
            "Then " + " and ".join(["NASA", "ESA", "UNESCO", "NATO"][: options["capital_frequency"]]) + " came."
        )


def _spoil_capitals(text: str, options: Options) -> list[str]:
    if options["capital_relation"] == "at least":
        return [text.lower(), re.sub(r"\b[A-Z]{2,}\b", lambda match: match[0].capitalize(), text)]
    return [text.upper(), text + " NO" * options["capital_frequency"]]


def _capitals_hold(text: str, options: Options) -> bool:
    shouted = [word for word in re.findall(r"[A-Za-z.]*[A-Za-z][A-Za-z.]*", text) if word == word.upper()]
    return satisfies(len(shouted), options["capital_frequency"], options["capital_relation"])


CAPITAL_WORDS = Demand(
    "change_case:capital_word_frequency",
    lambda rng, text: {"capital_frequency": rng.randint(1, 4), "capital_relation": draw_relation(rng)},
    lambda o: f"Write {o['capital_relation']} {o['capital_frequency']} words in all capital letters.",
    _capitals,
    _spoil_capitals,
    _capitals_hold,
    rivals=frozenset({"change_case:english_capital", "change_case:english_lowercase"})
    | {"detectable_format:multiple_sections", "detectable_content:postscript"},
)


def _case(case: str) -> Callable[[Draft, Options], None]:
    def shape(draft: Draft, options: Options) -> None:
        draft.case = case

    return shape


UPPER = Demand(
    "change_case:english_capital",
    lambda rng, text: {},
    lambda o: "Write everything in English and in capital letters.",
    _case("upper"),
    lambda text, o: [text.lower(), text[:-3] + text[-3:].lower() + "a", text + " ok"],
    lambda text, o: text == text.upper(),
    rivals=frozenset({"change_case:english_lowercase", "startend:end_checker"}),
)
LOWER = Demand(
    "change_case:english_lowercase",
    lambda rng, text: {},
    lambda o: "Write everything in English and in small letters; no capital letter is allowed.",
    _case("lower"),
    lambda text, o: [text.upper(), text.capitalize() + "A", text + " Ok"],
    lambda text, o: text == text.lower(),
    rivals=frozenset({"startend:end_checker"}),
)

LETTER_DEMANDS = (NO_COMMA, CAPITAL_WORDS, UPPER, LOWER, LETTERS)
WORD_DEMANDS = (EXISTENCE, FREQUENCY, FORBIDDEN, LETTERS)
