"""Writers for the kinds that count words and signs, or ask for a ratio of them."""

from __future__ import annotations

from random import Random

from r1.verifiers.instructions.checks.lists import CONJUNCTIONS, PERSON_NAMES
from r1.verifiers.instructions.kind import Example
from r1.verifiers.instructions.writers.prose import FILLERS, NOUNS, clause, scattered, sentence, text

_KEYWORDS = ("zebra", "comet", "velvet", "harp", "igloo", "quartz")


def word_count_range(rng: Random) -> Example:
    low = rng.randint(8, 20)
    found = clause(rng, low + rng.randint(0, 3))
    good = " ".join(found) + "."
    bad = (
        " ".join(found[: low - 1]),
        " ".join([*found, *found[: low + 4 - len(found)]]),
        " . ".join(found[: low - 1]) + " ! ?",
    )
    return Example({"min_words": low, "max_words": low + 3}, good, bad)


def unique_word_count(rng: Random) -> Example:
    number = rng.randint(8, 20)
    found = clause(rng, number)
    good = " ".join(found) + "."
    twice = " ".join([*found[:-1], found[0].upper(), f"{found[1]},"])
    return Example({"N": number}, good, (" ".join(found[:-1]), twice))


def stop_words(rng: Random) -> Example:
    number = rng.randint(2, 5)
    good = " ".join(rng.sample(NOUNS, 10 - number) + ["the"] * number) + "."
    return Example(
        {"percentage": 10 * number}, good, (f"{good} The", good.replace(good.split()[0], "and", 1), "the of and")
    )


def conjunctions(rng: Random) -> Example:
    number = rng.randint(2, 5)
    chosen = rng.sample(sorted(CONJUNCTIONS), number)
    good = scattered(rng, chosen)
    one = scattered(rng, [chosen[0], chosen[0].upper(), f"{chosen[0]},", chosen[0].capitalize(), chosen[0]])
    return Example({"small_n": number}, good, (scattered(rng, chosen[1:]), one, good.replace(chosen[0], "though")))


def person_names(rng: Random) -> Example:
    number = rng.randint(2, 8)
    names = rng.sample(sorted(PERSON_NAMES), number)
    good = scattered(rng, names)
    bad = (
        scattered(rng, names[1:] + names[1:2]),
        good.replace(names[0], f"{names[0]}x"),
        scattered(rng, [names[0]] * number),
    )
    return Example({"N": number}, good, bad)


def pronouns(rng: Random) -> Example:
    number = rng.randint(2, 6)
    chosen = [rng.choice(("she", "they", "ours", "everyone", "himself", "it's")) for _ in range(number)]
    good = scattered(rng, chosen)
    return Example({"N": number}, good, (scattered(rng, chosen[1:]), scattered(rng, ["shed", "theyre"] * number)))


def numbers(rng: Random) -> Example:
    number = rng.randint(2, 6)
    chosen = [
        rng.choice((str(rng.randint(1, 99)), f"{rng.randint(1, 9)}.5", f"1,{rng.randint(100, 999)}"))
        for _ in range(number)
    ]
    good = scattered(rng, chosen)
    return Example(
        {"N": number},
        good,
        (scattered(rng, [*chosen, "7"]), scattered(rng, chosen[1:]), scattered(rng, [*chosen[1:], "1-2"])),
    )


def punctuation(rng: Random) -> Example:
    good = f"{sentence(rng)} {sentence(rng, 6, '?!')} Yes, no; maybe: {sentence(rng, 5, '!')} {sentence(rng, 5, '?')}"
    bad = (
        good.replace("?!", "."),
        good.replace(";", ","),
        good.replace(":", ","),
        good.replace("!", "."),
        good.replace(",", ""),
    )
    return Example({}, good, bad)


def overlap(rng: Random) -> Example:
    found = clause(rng, 22)
    other = rng.sample([word for word in FILLERS if word not in found], 10)
    good = " ".join(found[:12] + other[:10])  # 20 trigrams, 10 of them in the reference
    bad = (" ".join(found), " ".join(other), " ".join(found[:8] + other))
    return Example({"reference_text": " ".join(found), "percentage": 50}, good, bad)


def sentence_type(rng: Random) -> Example:
    number = rng.randint(1, 3)
    good = " ".join([sentence(rng, 6, "?") for _ in range(number)] + [sentence(rng) for _ in range(2 * number)])
    bad = (f"{good} {sentence(rng)}", f"{good} {sentence(rng, 5, '?')}", sentence(rng, 5, "!"), text(rng, 2))
    return Example({}, good, bad)


def sentence_balance(rng: Random) -> Example:
    number = rng.randint(1, 3)
    good = " ".join(sentence(rng, 6, end) for end in ".?!" for _ in range(number))
    bad = (f"{good} {sentence(rng)}", good.replace("!", "."), " ".join(clause(rng, 6)))
    return Example({}, good, bad)


def keywords_multiple(rng: Random) -> Example:
    chosen = rng.sample(_KEYWORDS, 5)
    listed = [word for word, times in zip(chosen, (1, 2, 3, 5, 7), strict=True) for _ in range(times)]
    good = scattered(rng, listed)
    bad = (
        scattered(rng, [*listed, chosen[0]]),
        scattered(rng, listed[1:]),
        scattered(rng, [f"{chosen[0]}s", *listed[1:]]),
    )
    return Example({f"keyword{at}": word for at, word in enumerate(chosen, 1)}, good, bad)


def count_increment_word(rng: Random) -> Example:
    one, two = rng.sample(_KEYWORDS, 2)
    good = scattered(rng, [one, two, two])
    bad = (scattered(rng, [one, two]), scattered(rng, [one, one, two, two]), scattered(rng, [f"{one}like", two, two]))
    return Example({"keyword1": one, "keyword2": two}, good, bad)


def word_once(rng: Random) -> Example:
    word = rng.choice(_KEYWORDS)
    bad = (scattered(rng, [word, word.upper()]), scattered(rng, [f"{word}s"]), scattered(rng, []))
    return Example({"keyword": word}, scattered(rng, [word, f"{word}like"]), bad)


def word_count_different_numbers(rng: Random) -> Example:
    word, number = rng.choice(_KEYWORDS), rng.randint(2, 5)
    bad = (
        scattered(rng, [word] * (number + 1)),
        scattered(rng, [word] * (number - 1)),
        scattered(rng, [f"{word}s"] * number),
    )
    return Example({"keyword": word, "frequency": number, "relation": "at least"}, scattered(rng, [word] * number), bad)


def lowercase_counting(rng: Random) -> Example:
    number = rng.randint(2, 6)
    good = " ".join([*clause(rng, number), *("HELLO WORLD Again".split())])
    return Example({"N": number}, good, (good.replace("Again", "again"), text(rng, 3)))


def letter_counting(rng: Random) -> Example:
    good = " ".join(clause(rng, 8))
    letters = sum(map(str.isalpha, good))
    return Example({"N": letters, "relation": "at least"}, good, (good[:-1], f"{good[:-1]} 123 !!", "7"))


def letter_counting2(rng: Random) -> Example:
    number = rng.randint(2, 5)
    good = " ".join(["zoo"] * number)
    return Example(
        {"letter": "z", "let_frequency": number, "let_relation": "at least"}, good, (good[1:], good.replace("z", "s"))
    )


def repeats(rng: Random) -> Example:
    number = rng.randint(2, 4)
    found = clause(rng, 9)
    good = " ".join(found + [found[2]] * (number - 1))
    return Example({"small_n": number}, good, (f"{good} {found[2]}", f"{good}, {found[2].upper()}!"))


def count_unique(rng: Random) -> Example:
    good = ", ".join(clause(rng, 9)) + ", so."
    return Example({}, good, (f"{good} The", f"{good} So!", f"{good} “so”"))


def counting_composition(rng: Random) -> Example:
    n_sent, n_words = rng.randint(1, 3), rng.randint(5, 8)
    parts = [" ".join(sentence(rng, n_words) for _ in range(n_sent)) for _ in range(3)]
    good = rng.choice(("\n\n* * *\n\n", "\n***\n")).join(parts)
    bad = ("\n\n".join(parts), f"{good} {sentence(rng, n_words)}", good[:-1] + " more.", "\n***\n".join(parts[:2]))
    return Example({"n_sent": n_sent, "n_words": n_words}, good, bad)


def japanese_words(rng: Random) -> Example:
    every = rng.randint(2, 6)
    found = [
        rng.choice(("猫", "とても", "テレビ")) if at % every == 0 else rng.choice(NOUNS)
        for at in range(1, 3 * every + 2)
    ]
    broken = list(found)
    broken[every - 1] = rng.choice(("cat", "12", "neko猫"))
    return Example({"N": every}, " ".join(found), (" ".join(broken), " ".join(found[1:]), " ".join(found[: every - 1])))
