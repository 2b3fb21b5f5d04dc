"""Writers for M-IFEval's French, Spanish and Japanese kinds."""

from __future__ import annotations

from random import Random

from r1.verifiers.instructions.kind import Example

_FRENCH = (
    "le chat dort dans la maison",
    "nous mangeons du pain avec du beurre",
    "la pluie tombe sur le jardin",
    "il lit un bon livre",
)
_SPANISH = (
    "el gato duerme en la casa",
    "comemos pan con queso",
    "la lluvia cae sobre la calle",
    "ella lee un buen libro",
)
_JAPANESE = ("今日は雨が降ります", "猫が静かに寝ています", "本を読むのが好きです", "明日は学校に行きます")
_NOMINAL = ("静かな朝", "遠い山", "青い空と海", "小さな猫")


def _join(rng: Random, bank: tuple[str, ...], number: int = 3) -> str:
    return " ".join(f"{rng.choice(bank)}.".capitalize() for _ in range(number))


def french_capital(rng: Random) -> Example:
    good = _join(rng, _FRENCH).upper()
    return Example({}, good, (good.capitalize(), _join(rng, _SPANISH).upper(), good[:-4] + good[-4:].lower()))


def french_lowercase(rng: Random) -> Example:
    good = _join(rng, _FRENCH).lower()
    return Example({}, good, (good.capitalize(), _join(rng, _SPANISH).lower(), good.upper()))


def informal_address(rng: Random) -> Example:
    good = f"{_join(rng, _FRENCH)} {rng.choice(('Tu viens avec moi ?', 'Je te remercie.', 'Prends ton livre.'))}"
    return Example({}, good, (f"{good} Et vous ?", _join(rng, _FRENCH), f"{good} Voici votre livre."))


def no_digits(rng: Random) -> Example:
    good = f"{_join(rng, _FRENCH)} Il a trois livres."
    return Example({}, good, (good.replace("trois", "3"), f"{good} {rng.randint(10, 99)}", good.replace("trois", "３")))


def accents(rng: Random) -> Example:
    bare, accented = rng.choice((("eleve", "élève"), ("ecole", "école"), ("foret", "forêt")))
    good = f"Une {accented} est ici. {_join(rng, _FRENCH)}"
    return Example(
        {"word_to_accentuate": {bare: accented}}, good, (good.replace(accented, bare), f"{good} Une {bare}.")
    )


def ethel_or_cedilla(rng: Random) -> Example:
    char, word = rng.choice((("ç", "leçon"), ("œ", "cœur")))
    good = _join(rng, _FRENCH)
    return Example({"forbidden_char": char}, good, (f"{good} Un {word}.", f"{good} Un {word.upper()}."))


def no_accents(rng: Random) -> Example:
    good = _join(rng, _FRENCH)
    return Example({}, good, (f"{good} Un élève.", f"À {good}", f"{good} FORÊT"))


def spanish_capital(rng: Random) -> Example:
    good = _join(rng, _SPANISH).upper()
    return Example({}, good, (good.capitalize(), _join(rng, _FRENCH).upper()))


def spanish_lowercase(rng: Random) -> Example:
    good = _join(rng, _SPANISH).lower()
    return Example({}, good, (good.capitalize(), _join(rng, _FRENCH).lower()))


def exclamation_marks(rng: Random) -> Example:
    good = f"{_join(rng, _SPANISH)} ¡Vamos!"
    return Example({}, good, (good.replace("¡", ""), good.replace("!", "."), good.replace("¡Vamos!", "!Vamos¡")))


def question_marks(rng: Random) -> Example:
    good = f"{_join(rng, _SPANISH)} ¿Vamos?"
    return Example({}, good, (good.replace("¿", ""), good.replace("?", "."), good.replace("¿Vamos?", "?Vamos¿")))


def dieresis(rng: Random) -> Example:
    number = rng.randint(1, 3)
    good = " ".join([_join(rng, _SPANISH), *["pingüino"] * number])
    return Example({"let_frequency": number}, good, (good.replace("ü", "u", 1), f"{good} vergüenza"))


def enie(rng: Random) -> Example:
    number = rng.randint(1, 3)
    good = " ".join([_join(rng, _SPANISH), *["niño"] * number])
    return Example({"let_frequency": number}, good, (good.replace("ñ", "n", 1), f"{good} año"))


def tildes(rng: Random) -> Example:
    number = rng.randint(1, 3)
    good = " ".join([_join(rng, _SPANISH), *["está"] * number])
    return Example(
        {"num_words": number, "relation": "al menos"}, good, (good.replace("á", "a", 1), _join(rng, _SPANISH))
    )


def _japanese(rng: Random, number: int = 3) -> str:
    return "".join(f"{rng.choice(_JAPANESE)}。" for _ in range(number))


def nominal_ending(rng: Random) -> Example:
    number = rng.randint(1, 3)
    nouns = [f"{name}。" for name in rng.sample(_NOMINAL, number)]
    good = _japanese(rng) + "".join(nouns)
    bad = (good.removesuffix(nouns[-1]), good.replace("。", "だ。"), _japanese(rng) + "**もう行こう**。次の通りです：")
    return Example({"count": number}, good, bad)


def number_numbered_lists(rng: Random) -> Example:
    number = rng.randint(2, 5)
    good = "\n".join(f"{at}. {rng.choice(_JAPANESE)}" for at in range(1, number + 1))
    return Example(
        {"num_items": number},
        good,
        (f"{good}\n{number + 1}. 終わり", good.replace("1. ", "- "), good.replace("\n", "")),
    )


def number_letters(rng: Random) -> Example:
    good = _japanese(rng)
    bad = (good[:-1], " ".join(good[1:]))
    return Example({"num_letters": len(good), "relation": "以上"}, good, bad)


def furigana(rng: Random) -> Example:
    good = rng.choice(("漢字（かんじ）です。", "水（みず）を飲（の）む。", "山（やま）と川（かわ）。"))
    at = good.index("（")
    return Example({}, good, (good[:at] + good[good.index("）") + 1 :], f"{good}猫がいる。", "かなだけです。"))


def hiragana_only(rng: Random) -> Example:
    good = rng.choice(("おはようございます。", "ねこがないています。", "あしたはあめです。"))
    return Example({}, good, (good + "雨", good + "アメ", good + "ame"))


def katakana_only(rng: Random) -> Example:
    good = rng.choice(("オハヨウ。", "ネコガナク。", "アシタハアメ。"))
    return Example({}, good, (good + "雨", good + "あめ", good + "ame"))


def kanji(rng: Random) -> Example:
    number = rng.randint(2, 5)
    good = "です".join("山川海空水"[:number])
    return Example({"kanji_limit": number, "relation": "以上"}, good, (good[1:], "やま"))


def kansuuji(rng: Random) -> Example:
    good = f"{_japanese(rng)}三つあります。"
    return Example({}, good, (good.replace("三", "3"), good.replace("三", "３")))


def no_hiragana(rng: Random) -> Example:
    good = rng.choice(("東京タワー。", "オハヨウ。", "本日晴天。"))
    return Example({}, good, (good + "です", good.replace("。", "の。")))


def no_katakana(rng: Random) -> Example:
    good = _japanese(rng)
    return Example({}, good, (good + "ネコ。", good + "ﾈｺ。"))


def no_period(rng: Random) -> Example:
    good = _japanese(rng).replace("。", "！")
    return Example({}, good, (good + "はい。", good.replace("！", "。", 1), good + "はい｡"))


def sentence_unified_end(rng: Random) -> Example:
    good = "".join(f"{name}です。" for name in rng.sample(_NOMINAL, 3))
    return Example({"ending": "です"}, good, (good + "猫だ。", good.replace("です。", "ます。", 1)))
