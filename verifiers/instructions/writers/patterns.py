"""Writers for the kinds about the form of each word."""

from __future__ import annotations

from random import Random
from string import ascii_lowercase

from r1.verifiers.instructions.kind import Example
from r1.verifiers.instructions.writers.prose import NOUNS, clause, text

_BY_LETTER = dict(
    zip(
        ascii_lowercase,
        str.split("ants bees cats dogs eels frogs geese hens ibis jays kites lions mice newts owls pigs quails rats seals toads urchins "
                  "voles wolves xerus yaks zebras"),
        strict=True,
    )
)  # fmt: skip
_PALINDROMES = str.split(
    "level radar kayak refer rotor civic madam tenet solos stats sagas rotator racecar reviver deified"
)
_CLUSTERED = str.split("the black stone stands still from north and south with strong winds and bright light")
_PRIME = str.split("we see the big river again and our seventy small birds fly to the old stone house")
_ODD, _EVEN = (
    str.split("cat stone bright light bird old tree red"),
    str.split("river garden window little yellow summer"),
)


def alphabet(rng: Random) -> Example:
    start = rng.randrange(26)
    found = [_BY_LETTER[ascii_lowercase[(start + at) % 26]] for at in range(rng.randint(5, 40))]
    good = " ".join(found).capitalize() + "."
    bad = (f"{good} {found[-1]}", " ".join(found[::-1]), " ".join([*found[:2], *found[3:]]), f"7 {good}")
    return Example({}, good, bad)


def vowel(rng: Random) -> Example:
    good = " ".join(
        rng.sample(str.split("the green tree see art stars at sea sat ease tea teams near eager reads a eats"), 10)
    )
    return Example({}, good, (f"{good} in our hut", f"{good}\n\n{good}", f"{good} ìò ùé"))


def consonants(rng: Random) -> Example:
    good = " ".join(rng.sample(_CLUSTERED, 8))
    return Example({}, good, (f"{good} a", f"{good} on", f"see {good}", f"{good} 42"))


def palindrome_words(rng: Random) -> Example:
    chosen = rng.sample(_PALINDROMES, 10)
    good = ", ".join(chosen) + "."
    return Example(
        {},
        good,
        (
            ", ".join(chosen[:9]),
            ", ".join(chosen[:5] * 2),
            good.replace(chosen[0], "aaaaa"),
            good.replace(chosen[0], "noon"),
        ),
    )


def palindrome(rng: Random) -> Example:
    word = rng.choice(("level", "noon", "radar", "wow"))
    rest = " ".join(rng.sample(NOUNS, 6))
    return Example({}, f"{rest} {word}.", (f"{rest} {word}s.", rest, f"{rest} a I 11 zzz"))


def prime_lengths(rng: Random) -> Example:
    good = " ".join(rng.sample(_PRIME, 9))
    return Example({}, good, (f"{good} word", f"a {good}", f"{good} castle"))


def odd_even_syllables(rng: Random) -> Example:
    pairs = [rng.sample((rng.choice(_ODD), rng.choice(_EVEN)), 2) for _ in range(1)]
    order = (_ODD, _EVEN) if pairs[0][0] in _ODD else (_EVEN, _ODD)
    good = " ".join(rng.choice(order[at % 2]) for at in range(rng.randint(5, 12)))
    return Example({}, good, (f"{good} {good.split()[-1]}", f"cat stone {good}", f"river garden {good}"))


def no_consecutive(rng: Random) -> Example:
    letters = [letter for letter in ascii_lowercase for _ in range(1)]
    rng.shuffle(letters)
    found = [_BY_LETTER[letter] for letter in letters[:12]]
    return Example(
        {},
        " ".join(found),
        (" ".join([*found, found[-1]]), " ".join([found[0].upper(), *found]), " ".join(found[:3] + found[2:])),
    )


def no_adjacent_consecutive(rng: Random) -> Example:
    found = [_BY_LETTER[letter] for letter in ("z", *rng.sample("acegikmoqsuwy", 8))]
    return Example(
        {},
        " ".join(found),
        (" ".join([*found, "ants", "bees"]), f"Cats dogs {' '.join(found)}", " ".join([*found, "mice", "Newts"])),
    )


def newline(rng: Random) -> Example:
    found = clause(rng, rng.randint(4, 9))
    good = "\n".join(found)
    return Example({}, good, (" ".join(found), good.replace("\n", " ", 1), good.replace("\n", ",", 1), f"{good} end"))


def title_case(rng: Random) -> Example:
    found = [word.capitalize() for word in clause(rng, 8)]
    found.insert(3, rng.choice(("of", "and", "the", "The")))
    good = " ".join(found) + "."
    bad = (good.replace(found[1], found[1].lower()), good.lower(), good.upper(), good[:1].lower() + good[1:])
    return Example({}, good, bad)


def square_brackets(rng: Random) -> Example:
    good = " ".join(f"[{word}]" for word in clause(rng, 8))
    return Example(
        {}, good, (good.replace("[", "", 1), f"{good} end", good.replace("] [", " "), f"[{' '.join(clause(rng, 5))}]")
    )


def bigram_wrapping(rng: Random) -> Example:
    found = clause(rng, 8)
    good = " ".join(f"<<{one} {two}>>" for one, two in zip(found[::2], found[1::2], strict=True)) + rng.choice(
        ("", " <<so>>")
    )
    return Example(
        {},
        good,
        (" ".join(found), good.replace("<<", "", 1), f"{good} and more", f"<<{' '.join(found)}>>", f"<<so>> {good}"),
    )


def no_whitespace(rng: Random) -> Example:
    good = "".join(word.capitalize() for word in clause(rng, 6))
    return Example({}, good, (f"{good} {good}", f"{good}\n{good}", f"{good}\u00a0{good}", text(rng, 1)))
