"""Plain English text by chance: words, sentences and paragraphs from which the writers build their answers."""

from __future__ import annotations

from random import Random

NOUNS = tuple(
    str.split(
        "garden river window market bridge lamp forest kitchen letter mountain village teacher farmer baker sailor painter ship "
        "cloud stone table basket candle meadow harbor valley wagon blanket pebble lantern orchard barn"
    )
)
VERBS = tuple(
    str.split("holds keeps finds paints moves follows covers guards carries greets likes wants helps watches leaves")
)
ADJECTIVES = tuple(
    str.split("quiet small bright gentle broad green wooden narrow golden heavy simple ancient warm cold tall little")
)
ADVERBS = tuple(str.split("slowly often gladly quickly rarely calmly softly again today nearby"))
FILLERS = NOUNS + VERBS + ADJECTIVES + ADVERBS


def clause(rng: Random, n_words: int) -> list[str]:
    """Words of one sentence, in small letters, all different."""
    start = ["the", rng.choice(ADJECTIVES), rng.choice(NOUNS), rng.choice(VERBS), "a"]
    pool = [word for word in FILLERS if word not in start]
    return (start + rng.sample(pool, max(n_words - len(start), 0)))[:n_words]


def sentence(rng: Random, n_words: int = 7, end: str = ".") -> str:
    found = clause(rng, n_words)
    return " ".join(found).capitalize() + end


def text(rng: Random, n_sentences: int = 3) -> str:
    return " ".join(sentence(rng, rng.randint(6, 9)) for _ in range(n_sentences))


def paragraphs(rng: Random, number: int) -> list[str]:
    return [text(rng, rng.randint(1, 3)) for _ in range(number)]


def scattered(rng: Random, extra: list[str], n_words: int = 12) -> str:
    """Words of a sentence with the extra ones at places in it, none at either end."""
    found = clause(rng, n_words)
    for word in extra:
        found.insert(rng.randint(1, len(found) - 1), word)
    return f"{found[0].capitalize()} {' '.join(found[1:])}."
