"""Builds the data files of `r1.verifiers.language` from public word lists; needed only to change the lists.

    python -m venv .venv-build
    .venv-build/bin/pip install -e . wordfreq==3.1.1 pypinyin opencc-python-reimplemented faker pythainlp
    git clone --depth 1 https://github.com/tesseract-ocr/langdata ../langdata
    git clone --depth 1 https://github.com/unicode-org/unilex ../unilex
    git clone --depth 1 https://github.com/hermitdave/FrequencyWords ../FrequencyWords
    .venv-build/bin/python -m r1.verifiers.language.data.build --clones ..

README.md lists sources and licenses. For each script that several languages share, one file holds:
    key_steps uint32 (N)    differences between the sorted hashes of the words (see `word_key`)
    counts    uint8 (N)     number of entries of each word
    entries   uint16 (E)    language index * 256 + cost; cost = -log10(probability) * 25, 0..255
    grams3    int64 (G), costs3 uint8 (G, L): letter trigrams and -ln p(third | first two) * 16, for each language
    grams2    the same for letter pairs; used for trigrams that no language has
"""

from __future__ import annotations

import argparse
import hashlib
import math
import unicodedata
from collections import defaultdict
from pathlib import Path

import numpy as np

from r1.verifiers.language.data.extra import FUNCTION_WORDS, LOANWORDS, NOT_NAMES, PLACES_AND_PRODUCTS, ROMANIZED
from r1.verifiers.language.data.romanize import variants

OUT = Path(__file__).parent
SIZES = {"core": 60_000, "near": 15_000, "romanized": 12_000}
RANKED = {"af": "afr", "az": "aze", "mr": "mar", "ne": "nep", "sw": "swa"}
"""Languages with a list in Tesseract's langdata, most frequent word first, and the name of its folder."""
COUNTED = frozenset(("be", "et"))  # languages whose list with counts is taken from Unilex
LISTED_SIZE = 40_000  # words of each of these lists
GROUPS = {
    "latin": {
        "core": str.split("en fr de es pt it nl pl tr vi id"),
        "near": str.split("sv da nb fi cs sk ro hu ca hr ms fil is lt lv sl sw et gl af az la"),
        "romanized": str.split("zh ja hi ru ko el ar"),
    },
    "cyrillic": {"core": ["ru", "uk"], "near": ["bg", "mk", "sr", "be"], "romanized": []},
    "arabic": {"core": ["ar", "fa"], "near": ["ur"], "romanized": []},
    "devanagari": {"core": ["hi"], "near": ["mr", "ne"], "romanized": []},
}
FOLDED_SHARE = 0.15  # probability of a word without its marks, relative to the marked form
FOLDED_SHARE_VI = 0.01  # Vietnamese without tones collides with words of all languages
LOANWORD_SHARE = 1e-6
SERBIAN = str.maketrans(
    {
        "đ": "ђ",
        "ž": "ж",
        "ć": "ћ",
        "č": "ч",
        "š": "ш",
        **dict(zip("abvgdezijklmnoprstufhc", "абвгдезијклмнопрстуфхц", strict=True)),
    }
)


def normal(word: str) -> str:
    """The form under which a word is filed: NFKC, case-folded, without joiners."""
    return unicodedata.normalize("NFKC", word).casefold().replace("\u0307", "").replace("\u200c", "").replace("’", "'")


def fold(word: str) -> str:
    """The word without its marks; for the words listed here the same as `lexicon.fold`."""
    if "\u0400" <= word[:1] <= "\u04ff":
        return word.replace("ё", "е")
    if "\u0900" <= word[:1] <= "\u097f":
        return word
    if "\u0600" <= word[:1] <= "\u06ff":
        word = word.translate(str.maketrans("أإآٱ", "اااا"))
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return plain.translate(str.maketrans({"đ": "d", "ł": "l", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe"}))


def word_key(word: str) -> int:
    """40 bits of BLAKE2b: an unlisted word collides with one of half a million listed words once in two million times."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=5).digest(), "little")


def key_steps(keys: list[int]) -> np.ndarray:
    """The differences between sorted keys, which take half the space."""
    return np.diff(np.array([0, *keys], dtype=np.int64)).astype(np.uint32)


def wordfreq_list(language: str, size: int) -> dict[str, float]:
    """The ``size`` most frequent words made of letters, with their probabilities."""
    import wordfreq

    name = {"hr": "sh", "sr": "sh"}.get(language, language)
    best = "large" if name in wordfreq.available_languages("large") else "small"
    found: dict[str, float] = {}
    buckets = wordfreq.get_frequency_list(name, best)
    for word, p in ((word, 10 ** (-centibels / 100)) for centibels, bucket in enumerate(buckets) for word in bucket):
        form = normal(word)
        if language == "sr":
            form = form.replace("lj", "љ").replace("nj", "њ").replace("dž", "џ").translate(SERBIAN)
        if is_word(form):
            found[form] = found.get(form, 0.0) + p
        if len(found) >= size:
            break
    return found


def hand_list(words: str) -> dict[str, float]:
    """Probabilities by Zipf's law for a hand-written list, most frequent word first."""
    forms = [normal(w) for w in words.split()]
    return {form: 0.06 / (rank + 2) for rank, form in enumerate(dict.fromkeys(forms))}


def is_word(form: str) -> bool:
    """Whether a form is made of letters, with marks and apostrophes."""
    return bool(form) and all(c.isalpha() or c == "'" or unicodedata.category(c) in ("Mn", "Mc") for c in form)


def ranked_list(lines: list[str], size: int) -> dict[str, float]:
    """Probabilities by Zipf's law for a list of tokens as they stand in texts, most frequent first; their marks are cut off."""
    found: dict[str, float] = defaultdict(float)
    for rank, token in enumerate(lines):
        form = normal(token).strip("'.,;:!?|।()[]{}\"«»„“”‚‘*-–—")
        if is_word(form) and (form in found or len(found) < size):
            found[form] += 0.08 / (rank + 2)
    return dict(found)


def counted_list(lines: list[str], size: int) -> dict[str, float]:
    """Probabilities of the ``size`` most frequent words in lines of a word, a tab and its count."""
    found: dict[str, float] = defaultdict(float)
    total = 0
    for word, tab, count in (line.partition("\t") for line in lines):
        if tab and count.strip().isdigit():
            total += int(count)
            if is_word(normal(word)):
                found[normal(word)] += int(count)
    best = sorted(found, key=lambda form: -found[form])[:size]
    return {form: found[form] / total for form in best}


def romanized_list(language: str, size: int) -> dict[str, float]:
    """Latin spellings of the most frequent words of ``language``."""
    found: dict[str, float] = defaultdict(float)
    if language == "zh":
        from pypinyin import lazy_pinyin

        for word, p in wordfreq_list("zh", size).items():
            syllables = [s.replace("ü", "v") for s in lazy_pinyin(word)]
            if all(s.isascii() and s.isalpha() for s in syllables):
                found["".join(syllables)] += p * 0.7
                for syllable in syllables:
                    found[syllable] += p * 0.3 / len(syllables)
        return dict(found)
    for word, p in wordfreq_list(language, size).items():
        spellings = variants(word, language)
        for spelling in spellings:
            found[spelling] += p / len(spellings)
    return dict(found)


def without_leaks(lists: dict[str, dict[str, float]]) -> None:
    """Lower, in place, the probability of English words that leaked into other languages' web text: they are far rarer there."""
    english = lists["en"]
    for language, words in lists.items():
        if language == "en":
            continue
        for word in words:
            ratio = words[word] / english[word] * 25 if word in english else 1.0
            if ratio < 1:
                words[word] *= ratio**2


def letter_costs(lists: dict[str, dict[str, float]], order: int) -> tuple[np.ndarray, np.ndarray]:
    """-ln p(last letter | the letters before) * 16, interpolated with the shorter context: grams int64 (G), costs uint8 (G, L)."""
    languages = list(lists)
    counts = [[defaultdict(float) for _ in range(order + 1)] for _ in languages]
    for tables, words in zip(counts, lists.values(), strict=True):
        for word, p in words.items():
            text = "\x02\x02" + word + "\x03"
            weight = math.sqrt(p * 1e8)
            for i in range(2, len(text)):
                for n in range(1, order + 1):
                    tables[n][text[i - n + 1 : i + 1]] += weight
                    tables[n - 1]["context" + text[i - n + 1 : i]] += weight
    grams = sorted(
        {g for tables in counts for g in tables[order] if tables[order][g] > 0 and not g.startswith("context")}
    )
    costs = np.empty((len(grams), len(languages)), dtype=np.uint8)
    for column, tables in enumerate(counts):

        def probability(gram: str, tables: list = tables) -> float:
            if not gram:
                return 1 / 400
            below = probability(gram[1:])
            total = tables[len(gram) - 1].get("context" + gram[:-1], 0.0)
            strength = 2000.0 if len(gram) > 1 else 200.0
            return (tables[len(gram)].get(gram, 0.0) + strength * below) / (total + strength)

        for row, gram in enumerate(grams):
            costs[row, column] = min(255, round(-math.log(probability(gram)) * 16))
    return np.array([gram_key(g) for g in grams], dtype=np.int64), costs


def gram_key(gram: str) -> int:
    """Up to three letters as one integer, 21 bits each."""
    key = 0
    for char in gram:
        key = key << 21 | ord(char)
    return key


def word_list(language: str, size: int, clones: Path) -> dict[str, float]:
    """The words of a language with their probabilities, from the best source that we may pass on."""
    langdata, unilex, subtitles = clones / "langdata", clones / "unilex", clones / "FrequencyWords"
    if language in RANKED:
        name = RANKED[language]
        return ranked_list((langdata / name / f"{name}.wordlist").read_text(encoding="utf-8").splitlines(), LISTED_SIZE)
    if language == "gl":  # an encyclopedia and subtitles together; one alone lacks too many verb forms
        written = ranked_list((langdata / "glg" / "glg.wordlist").read_text(encoding="utf-8").splitlines(), LISTED_SIZE)
        counts = (subtitles / "content" / "2018" / "gl" / "gl_50k.txt").read_text(encoding="utf-8")
        spoken = counted_list(counts.replace(" ", chr(9)).splitlines(), LISTED_SIZE)
        return {word: (written.get(word, 0.0) + spoken.get(word, 0.0)) / 2 for word in {**written, **spoken}}
    if language in COUNTED:
        text = (unilex / "data" / "frequency" / f"{language}.txt").read_text(encoding="utf-8")
        return counted_list(text.splitlines(), LISTED_SIZE)
    return wordfreq_list(language, size)


def build_group(group: str, kinds: dict[str, list[str]], clones: Path) -> None:
    """Write the file of one script: ``kinds`` lists its languages as core, near or romanized ones."""
    lists: dict[str, dict[str, float]] = {}
    for kind, languages in kinds.items():
        for language in languages:
            if kind == "romanized":
                romanized = romanized_list(language, SIZES[kind])
                for word, p in hand_list(ROMANIZED.get(language, "")).items():
                    romanized[word] = max(romanized.get(word, 0.0), 0.3 * p)
                lists[f"{language}-Latn"] = romanized
            elif language in FUNCTION_WORDS:
                lists[language] = hand_list(FUNCTION_WORDS[language])
            else:
                lists[language] = word_list(language, SIZES[kind], clones)
    if group == "latin":
        without_leaks(lists)
        for languages, loanwords in LOANWORDS.items():
            for language in languages.split():
                for word in map(normal, loanwords.split()):
                    lists[language][word] = max(lists[language].get(word, 0.0), LOANWORD_SHARE)
    grams3, costs3 = letter_costs(lists, 3)
    grams2, costs2 = letter_costs(lists, 2)
    table: dict[int, dict[int, float]] = defaultdict(dict)
    for index, (language, words) in enumerate(lists.items()):
        share = FOLDED_SHARE_VI if language == "vi" else FOLDED_SHARE
        spellings = dict(words)
        for word, p in words.items():
            plain = fold(word)
            if plain != word:
                spellings[plain] = max(spellings.get(plain, 0.0), p * share)
        for word, p in spellings.items():
            table[word_key(word)][index] = p
    keys = sorted(table)
    starts, entries = [0], []
    for key in keys:
        entries += [
            index * 256 + min(255, round(-math.log10(p) * 25)) for index, p in sorted(table[key].items()) if p > 0
        ]
        starts.append(len(entries))
    np.savez_compressed(
        OUT / f"{group}.npz",
        languages=np.array(list(lists)),
        key_steps=key_steps(keys),
        counts=np.diff(np.array(starts)).astype(np.uint8),
        entries=np.array(entries, dtype=np.uint16),
        **_ordered("3", grams3, costs3),
        **_ordered("2", grams2, costs2),
    )
    print(group, len(keys), "words", len(entries), "entries", len(grams3), "trigrams")


def _ordered(name: str, grams: np.ndarray, costs: np.ndarray) -> dict[str, np.ndarray]:
    """The two arrays sorted by gram, under their names in the file."""
    order = np.argsort(grams)
    return {f"grams{name}": grams[order], f"costs{name}": costs[order]}


def text_array(words: list[str]) -> np.ndarray:
    """A word list as UTF-8 bytes, one word per line."""
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def cost_array(probabilities: list[float]) -> np.ndarray:
    """-log10(probability) * 25 of each word, 0..255."""
    return np.array([min(255, round(-math.log10(p) * 25)) for p in probabilities], dtype=np.uint8)


def build_han() -> None:
    """Chinese and Japanese words for segmentation, and the characters that only one variant of Chinese has."""
    import opencc

    arrays = {}
    for language, size in (("zh", 60_000), ("ja", 45_000)):
        words = {
            w: p
            for w, p in wordfreq_list(language, size * 2).items()
            if all("\u3040" <= c <= "\u9fff" for c in w) and len(w) <= 6
        }
        words = dict(list(words.items())[:size])
        arrays[f"{language}_words"] = text_array(list(words))
        arrays[f"{language}_costs"] = cost_array(list(words.values()))
    folder = Path(opencc.__file__).parent / "dictionary"

    def pairs(name: str) -> dict[str, list[str]]:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        return {line.split("\t")[0]: line.split("\t")[1].split() for line in lines if "\t" in line}

    to_hant, to_hans = pairs("STCharacters.txt"), pairs("TSCharacters.txt")
    hans = sorted(s for s, ts in to_hant.items() if len(s) == 1 and s not in ts and s not in to_hans)
    hant = sorted(t for t, ss in to_hans.items() if len(t) == 1 and t not in ss and t not in to_hant)
    mapped = [(t, ss[0]) for t, ss in to_hans.items() if len(t) == 1 and len(ss[0]) == 1 and t != ss[0]]
    japanese = {c for w in wordfreq_list("ja", 60_000) for c in w if "\u4e00" <= c <= "\u9fff"}
    arrays["hans"] = text_array(hans)
    arrays["hant"] = text_array(hant)
    arrays["hant_to_hans"] = text_array([t + s for t, s in mapped])
    arrays["japanese"] = text_array(sorted(japanese))
    np.savez_compressed(OUT / "han.npz", **arrays)
    print("han", {k: len(v) for k, v in arrays.items()})


def build_thai() -> None:
    """Thai words with their frequencies, and the rest of the dictionary as rare words."""
    import importlib.util

    spec = importlib.util.find_spec("pythainlp")
    corpus = Path(spec.origin).parent / "corpus" if spec and spec.origin else None
    if corpus is None:
        raise SystemExit("pythainlp is not installed; install it with: pip install --no-deps pythainlp")
    counted = [line.split("\t") for line in (corpus / "tnc_freq.txt").read_text(encoding="utf-8").splitlines()]
    listed = (corpus / "words_th.txt").read_text(encoding="utf-8").split()
    thai = {w: int(n) for w, n in counted if all("\u0e01" <= c <= "\u0e4e" for c in w) and len(w) > 1}
    known = set(listed)
    words = {w: n for w, n in thai.items() if n >= 20 and (w in known or n >= 2000)}
    for word in listed:
        if all("\u0e01" <= c <= "\u0e4e" for c in word) and 1 < len(word) <= 12:
            words.setdefault(word, 5)
    words = {normal(w): n for w, n in words.items()}
    total = sum(words.values())
    np.savez_compressed(
        OUT / "thai.npz", words=text_array(list(words)), costs=cost_array([n / total for n in words.values()])
    )
    print("thai", len(words))


def build_names() -> None:
    """Hashes of names of people, places and products. Capitalized, or alone in another script, such a word is neutral."""
    import faker

    names = {normal(n) for n in PLACES_AND_PRODUCTS.split()}
    english = wordfreq_list("en", 12_000)
    for folder, fields in (
        ("person", ("first_names", "last_names")),
        ("address", ("cities", "countries", "city_names", "states")),
    ):
        for path in sorted((Path(faker.__file__).parent / "providers" / folder).glob("*/__init__.py")):
            module = __import__(f"faker.providers.{folder}.{path.parent.name}", fromlist=["Provider"])
            for attribute in dir(module.Provider):
                if not attribute.startswith(fields):
                    continue
                value = getattr(module.Provider, attribute)
                for name in () if isinstance(value, property) or callable(value) else value:
                    form = normal(str(name))
                    common = english.get(form, 0.0) > (1e-5 if attribute.startswith("last") else 1e-4)
                    if (
                        len(form) + (ord(form[:1] or "a") > 0x370) > 2
                        and form.replace("-", "").isalpha()
                        and not common
                    ):
                        names.add(form)
    names -= set(NOT_NAMES)
    np.savez_compressed(OUT / "names.npz", key_steps=key_steps(sorted(word_key(n) for n in names)))
    print("names", len(names))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clones", type=Path, required=True, help="the folder of langdata, unilex and FrequencyWords")
    options = parser.parse_args()
    for name, kinds in GROUPS.items():
        build_group(name, kinds, options.clones)
    build_han()
    build_thai()
    build_names()
