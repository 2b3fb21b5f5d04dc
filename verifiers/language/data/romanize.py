"""Romanization for build.py: how words of other scripts are typed in Latin letters."""

from __future__ import annotations

import itertools
import unicodedata

RUSSIAN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        str.split("a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch * y * e yu ya"),
        strict=True,
    )
)
GREEK = dict(
    zip("αβγδεζηθικλμνξοπρστυφχψω", str.split("a b g d e z i th i k l m n x o p r s t y f x ps o"), strict=True)
)
ARABIC = dict(
    zip(
        "ابتثجحخدذرزسشصضطظعغفقكلمنهوي" + "ةىءأإآؤئ",
        str.split("a b t th j h kh d dh r z s sh s d t z 3 gh f q k l m n h w y") + str.split("a a * a i a o e"),
        strict=True,
    )
)
HINDI_CONSONANTS = dict(
    zip(
        "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसह",
        str.split("k kh g gh n ch chh j jh n t th d dh n t th d dh n p ph b bh m y r l v sh sh s h"),
        strict=True,
    )
)
HINDI_VOWELS = dict(zip("अआइईउऊऋएऐओऔ", str.split("a aa i ee u oo ri e ai o au"), strict=True))
HINDI_SIGNS = dict(zip("ािीुूृेैोौ", str.split("a i i u u ri e ai o au"), strict=True))
KANA = dict(
    zip(
        "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをんがぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽ",
        str.split(
            "a i u e o ka ki ku ke ko sa shi su se so ta chi tsu te to na ni nu ne no ha hi fu he ho ma mi mu me mo ya "
            "yu yo ra ri ru re ro wa o n ga gi gu ge go za ji zu ze zo da ji zu de do ba bi bu be bo pa pi pu pe po"
        ),
        strict=True,
    )
)
_SMALL_Y = {"ゃ": "a", "ゅ": "u", "ょ": "o"}
_INITIALS = str.split("g kk n d tt r m b pp s ss * j jj ch k t p h")
_MEDIALS = str.split("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i")
_FINALS = str.split("* k k k n n n t l k m l l l p l m p p t t ng t t k t p t")


def by_table(word: str, table: dict[str, str]) -> str:
    """Letter by letter; '' if the table lacks a letter of the word."""
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c) or c in table)
    plain = unicodedata.normalize("NFC", plain)
    return "" if any(c not in table for c in plain) else "".join(table[c] for c in plain).replace("*", "")


def hindi(word: str) -> str:
    """Devanagari as Hinglish: the inherent vowel is written, except at the end of the word; '' for other letters."""
    out: list[str] = []
    for i, char in enumerate(word):
        following = word[i + 1 : i + 2]
        if char in HINDI_CONSONANTS:
            out.append(HINDI_CONSONANTS[char])
            if following and following not in HINDI_SIGNS and following not in "़्":
                out.append("a")
        elif char in HINDI_SIGNS:
            out.append(HINDI_SIGNS[char])
        elif char in HINDI_VOWELS:
            out.append(HINDI_VOWELS[char])
        elif char in "ंँ":
            out.append("n")
        elif char not in "़्ः":
            return ""
    return "".join(out)


def japanese(word: str) -> str:
    """Kana in Hepburn romanization without long marks; '' for a word with kanji."""
    word = "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in word)
    out = ""
    double = False
    for char in word:
        if char == "っ":
            double = True
            continue
        if char in _SMALL_Y and out.endswith("i"):
            out = out[:-1] + ("" if out.endswith(("shi", "chi", "ji")) else "y") + _SMALL_Y[char]
            continue
        if char == "ー":
            continue
        if char not in KANA:
            return ""
        sound = KANA[char]
        out += (sound[0] if double and sound[0] not in "aiueon" else "") + sound
        double = False
    return out


def korean(word: str) -> str:
    """Revised Romanization, syllable by syllable; sound changes between syllables are left out."""
    out = ""
    for char in word:
        code = ord(char) - 0xAC00
        if not 0 <= code < 11172:
            return ""
        initial, medial, final = _INITIALS[code // 588], _MEDIALS[code % 588 // 28], _FINALS[code % 28]
        out += (initial + medial + final).replace("*", "")
    return out


def greek(word: str) -> str:
    """Greeklish, with digraphs as they sound; '' if a letter is left over."""
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    for digraph, sound in {"ου": "ou", "μπ": "b", "ντ": "d", "γκ": "g", "ευ": "ef", "αυ": "af"}.items():
        plain = plain.replace(digraph, sound)
    plain = "".join(GREEK.get(c, c) for c in plain)
    return plain if plain.isascii() else ""


def variants(word: str, language: str) -> list[str]:
    """The Latin spellings of ``word`` that people use (aa or a, ee or i, kh or h ...); none if it cannot be spelled."""
    if language == "ru":
        base = by_table(word, RUSSIAN)
        return sorted({base, base.replace("kh", "h")} - {""})
    if language == "ar":
        base = by_table(word, ARABIC)
        return sorted({base, base.replace("3", "a")} - {""})
    if language == "el":
        base = greek(word)
        return sorted({base, base.replace("x", "h"), base.replace("th", "8")} - {""})
    if language == "hi":
        base = hindi(word)
        swaps = itertools.product([("aa", "a"), ("aa", "aa")], [("ee", "i"), ("ee", "ee")], [("oo", "u"), ("oo", "oo")])
        found = set()
        for swap in swaps:
            spelling = base
            for old, new in swap:
                spelling = spelling.replace(old, new)
            found.add(spelling)
        return sorted(found - {""})
    return [spelling for spelling in ({"ja": japanese, "ko": korean}[language](word),) if spelling]
