"""Writers for IFEval's kinds about words and letters."""

from __future__ import annotations

from random import Random

from r1.verifiers.instructions.kind import Example
from r1.verifiers.instructions.writers.prose import clause, paragraphs, scattered, sentence, text

_KEYWORDS = ("zebra", "comet", "velvet", "harp", "igloo", "quartz")
_SPEECHES = {
    "fr": "Le chat dort dans la maison et les enfants jouent dehors avec leurs amis.",
    "de": "Die Katze schläft heute im Haus und die Kinder spielen draußen mit ihren Freunden.",
    "es": "El gato duerme en la casa y los niños juegan fuera con sus amigos todos los días.",
    "it": "Il gatto dorme nella casa e i bambini giocano fuori con i loro amici ogni giorno.",
    "ru": "Кошка спит в доме, а дети играют на улице со своими друзьями каждый день.",
    "ja": "猫は家の中で寝ています。子供たちは外で友達と遊んでいます。",
    "ko": "고양이는 집에서 자고 아이들은 밖에서 친구들과 놀고 있습니다.",
    "ar": "القطة تنام في البيت والأطفال يلعبون في الخارج مع أصدقائهم كل يوم.",
}


def existence(rng: Random) -> Example:
    wanted = rng.sample(_KEYWORDS, 2)
    good = scattered(rng, wanted)
    bad = (good.replace(wanted[0], wanted[0] + "like"), good.replace(wanted[1], "thing"), scattered(rng, []))
    return Example({"keywords": wanted}, good, bad)


def frequency(rng: Random) -> Example:
    word, number = rng.choice(_KEYWORDS), rng.randint(2, 5)
    good = scattered(rng, [word] * number)
    bad = (good.replace(word, f"{word}s"), good.replace(word, "thing", 1), scattered(rng, []))
    return Example({"keyword": word, "frequency": number, "relation": "at least"}, good, bad)


def forbidden_words(rng: Random) -> Example:
    word = rng.choice(_KEYWORDS)
    good = scattered(rng, [word + "like"])
    spelled = f"{word[:1]}**{word[1:2]}**{word[2:]}"
    bad = (scattered(rng, [word]), scattered(rng, [word.upper()]), scattered(rng, [spelled]))
    return Example({"forbidden_words": [word, "xylophone"]}, good, bad)


def letter_frequency(rng: Random) -> Example:
    letter, number = rng.choice("qzx"), rng.randint(3, 6)
    good = scattered(rng, [letter + "o"] * number, 5).replace("quiet", "calm").replace("quickly", "soon")
    bad = (good.replace(letter + "o ", "o "), good.replace(letter, ""))
    return Example({"letter": letter, "let_frequency": number, "let_relation": "at least"}, good, bad)


def response_language(rng: Random) -> Example:
    language = rng.choice(sorted(_SPEECHES))
    own = _SPEECHES[language]
    other = text(rng, 3)
    return Example({"language": language}, own, (other, f"{own} {other}", "123 456"))


def number_words(rng: Random) -> Example:
    number = rng.randint(8, 30)
    good = " ".join(clause(rng, number)) + "."
    bad = (" ".join(good.split()[:-1]), " - ".join(good.split()[1:]))
    return Example({"num_words": number, "relation": "at least"}, good, bad)


def number_sentences(rng: Random) -> Example:
    number = rng.randint(2, 6)
    good = f"**{' '.join(clause(rng, 3))}**\n\n{text(rng, number)}"
    bad = (f"{good} {sentence(rng)}", text(rng, number - 1))
    return Example({"num_sentences": number, "relation": "exactly"}, good, bad)


def nth_paragraph_first_word(rng: Random) -> Example:
    number = rng.randint(2, 5)
    nth, word = rng.randint(1, number), rng.choice(_KEYWORDS)
    found = paragraphs(rng, number)
    found[nth - 1] = f"{word.capitalize()} {found[nth - 1]}"
    good = "\n\n".join(found)
    bad = (good.replace(word.capitalize(), word.capitalize() + "s"), "\n\n".join([*found, "More."]), "\n".join(found))
    return Example({"num_paragraphs": number, "nth_paragraph": nth, "first_word": word}, good, bad)


def capital_word_frequency(rng: Random) -> Example:
    number = rng.randint(2, 5)
    good = scattered(rng, ["NASA"] * number)
    bad = (good.replace("NASA", "Nasa", 1), good.lower())
    return Example({"capital_frequency": number, "capital_relation": "at least"}, good, bad)


def capital(rng: Random) -> Example:
    good = text(rng, 2).upper()
    return Example({}, good, (good.capitalize(), good[:-3] + good[-3:].lower(), _SPEECHES["de"].upper()))


def lowercase(rng: Random) -> Example:
    good = text(rng, 2).lower()
    return Example({}, good, (good.capitalize(), good.upper(), _SPEECHES["fr"].lower()))


def no_comma(rng: Random) -> Example:
    good = text(rng, 2)
    return Example({}, good, (good.replace(" ", ", ", 1), good.replace(" ", "、", 1), good.replace(" ", "，", 1)))
