"""Texts for tests of language consistency: honest ones in many languages, and words to insert into them."""

from __future__ import annotations

import re

from golden import golden

HONEST = {
    "en": "First we write down what we know, then we check every case and find that only three numbers are possible.",
    "de": "Zuerst schreiben wir auf, was wir wissen, dann prüfen wir jeden Fall und finden nur drei mögliche Zahlen.",
    "es": "Primero escribimos lo que sabemos, luego comprobamos cada caso y vemos que solo hay tres números posibles.",
    "ru": "Сначала запишем то, что мы знаем, затем проверим каждый случай и найдём только три возможных числа.",
    "zh": "我们先写下已知的条件，然后检查每一种情况，最后发现只有三个数是可能的。",
    "ja": "まず分かっていることを書き出し、次に場合を一つずつ調べると、三つの数だけが可能だと分かります。",
    "ar": "نكتب أولا ما نعرفه ثم نتحقق من كل حالة ونجد أن ثلاثة أعداد فقط ممكنة.",
}
LABELED = golden("language_cases")
HONEST_TEXTS = {
    **{row["target"]: row["text"] for row in reversed(LABELED) if row["category"] == "paragraph"},
    "zh": HONEST["zh"],
    "zh-Hans": HONEST["zh"],
    "zh-Hant": "我們先寫下已知的條件，然後檢查每一種情況，最後發現只有三個數是可能的。",
    "ja": HONEST["ja"],
    "th": "ก่อนอื่นเราเขียนสิ่งที่เรารู้ แล้วตรวจสอบแต่ละกรณี และพบว่ามีเพียงสามจำนวนเท่านั้นที่เป็นไปได้",
}
"""One paragraph for each language in which the golden rows hold paragraphs, and for zh-Hans, zh-Hant, ja and th."""
PLAIN_TEXTS = sorted(
    {row["text"] for row in LABELED if not set(row["text"]) & set("`$\\<{[~")}
    | {
        "ICH BIN EIN BERLINER UND DAS IST GUT SO.",
        "WE NEED TO FIND THE VALUE OF X AND THEN STOP.",
        'He said "guten Tag mein Freund" and "adios amigo" and left the 5" pipe there.',
        "a priori y o e così a b c, i think a dog",
        "Anna von Schmidt de Silva Kowalski met Ivan Petrov, Juan de la Cruz and Li Wei in Paris.",
        "Москва, Berlin, 東京, 北京 and Αθήνα",
    }
)
"""Texts without markup, and texts that are hard for the rules on capitals, letters, names and quotations."""
FOREIGN_WORDS = sorted(
    {
        word
        for text in HONEST_TEXTS.values()
        for word in re.findall(r"[^\W\d_]{2,}", text)
        if word == word.casefold() and len(word) < 20
    }
    | set("jednakże aujourd'hui đồng nichtsdestotrotz ಸಂಖ್ಯೆ αριθμός ещё ხომ שלום".split())
)


def pieces(text: str) -> list[str]:
    """The text cut at each place where a word may be inserted: after a word, and in Chinese and Japanese after a mark."""
    return re.findall(r"[^\s，。、！？]*[\s，。、！？]*", text)
