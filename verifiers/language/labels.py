"""Labels: which language each word belongs to, judged in its context; and which words are foreign whatever it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, pairwise

from r1.verifiers.language.chain import claimed
from r1.verifiers.language.claims import NEW_SENTENCE, START, Claims, likeliest
from r1.verifiers.language.han import certain_language, leaning, simplified_only, traditional_only
from r1.verifiers.language.lexicon import GROUPS, lexicon
from r1.verifiers.language.padding import padding
from r1.verifiers.language.tokens import FUNCTIONS, Kind, Token

LANGUAGE_OF_SCRIPT = {
    "Hangul": "ko", "Hebrew": "he", "Greek": "el", "Thai": "th", "Bengali": "bn", "Gurmukhi": "pa", "Gujarati": "gu",
    "Odia": "or",
    "Tamil": "ta", "Telugu": "te", "Kannada": "kn", "Malayalam": "ml", "Sinhala": "si", "Lao": "lo", "Burmese": "my",
    "Georgian": "ka", "Ethiopic": "am", "Khmer": "km", "Armenian": "hy",
}  # fmt: skip
"""Scripts that one language of ours has to itself."""

SINGLE_LETTERS = {
    "en": "ai", "fr": "aàyô", "es": "aeouyáéóú", "pt": "aeoéàóá", "it": "aeioèéàòì", "pl": "aiouwz", "ca": "aeiouyàé",
    "ro": "aoei", "gl": "aeoáéó", "be": "аіуўзёяі",
    "cs": "aiokusvz", "sk": "aioksuvz", "hr": "aiousk", "sl": "aokszh", "nl": "uo", "sv": "åöi", "da": "iåø",
    "nb": "iåø", "hu": "aeés",
    "tr": "o", "lt": "oiį", "is": "áíó", "vi": "àáạảãôơưèéẻẽẹìíỉĩịòóỏõọùúủũụỳýỷỹỵởợờớỡốồổỗộếềểễệứừửữựấầẩẫậắằẳẵặyo",
    "ru": "авиксоуя", "uk": "авзійєуоя", "bg": "авиксуоя", "mk": "аивокс", "sr": "аиоукс", "el": "ηοωήόώ", "ar": "و",
    "fa": "و",
    "ur": "و", "hi": "वनए", "mr": "वनए", "ne": "रमछए",
}  # fmt: skip
"""Letters that are words of the language when they stand alone; any other single letter is a variable or a label."""

_HAVING: dict[str, set[str]] = defaultdict(set)  # the languages that have a letter as a word
for _language, _letters in SINGLE_LETTERS.items():
    for _letter in _letters:
        _HAVING[_letter].add(_language)
_NO_LANGUAGE: frozenset[str] = frozenset()
_PHRASE_LANGUAGES = frozenset(str.split("en fr de es pt it nl pl tr id ca ro sv da nb cs hu"))
_PHRASES = (
    "a priori, a posteriori, a fortiori, ad hoc, ad absurdum, ad infinitum, ad nauseam, ad hominem, ad libitum, et cetera, "
    "et al, vice versa, de facto, "
    "de iure, de jure, per se, ipso facto, in vitro, in vivo, in situ, ceteris paribus, mutatis mutandis, prima "
    "facie, bona fide, pro rata, "
    "quid pro, status quo, alter ego, non grata, sine qua, qua non, nota bene, modus ponens, modus tollens, "
    "modus operandi, tabula rasa, "
    "en route, en passant, déjà vu, deja vu, id est, exempli gratia, inter alia, quod erat, erat demonstrandum, "
    "reductio ad, fait accompli, coup d'état, coup d'etat, raison d'être, raison d'etre, crème brûlée, creme brulee, "
    "café au, au lait, au pair, piña colada, pina colada, carte blanche, laissez faire, faux pas, bon appétit, bon appetit, "
    "bon voyage, hors d'œuvre, hors d'oeuvre, nouveau riche, femme fatale, enfant terrible, art nouveau, art déco, "
    "art deco, avant garde, double entendre, haute couture, haute cuisine, mardi gras, joie de, de vivre, vis à, à vis, "
    "papier mâché, objet d'art, mise en, en scène, al dente, a cappella, prima donna, prima ballerina, dolce vita, "
    "alma mater, magnum opus, persona non, pro bono, habeas corpus, caveat emptor, carpe diem, tempus fugit, cogito ergo, ergo sum"
)
LOAN_PHRASES = frozenset(tuple(phrase.split()) for phrase in _PHRASES.split(", "))
_PHRASE_STARTS = frozenset(first for first, _ in LOAN_PHRASES)
_LOANS = frozenset(word for phrase in LOAN_PHRASES for word in phrase)

_WORD, _ACRONYM, _LETTER, _MIXED = Kind.WORD, Kind.ACRONYM, Kind.LETTER, Kind.MIXED  # looked up for every word
_OWN, _FOREIGN = 1, 2  # roles of a word: the target's if the context agrees; foreign beyond doubt; 0 is neutral
_MOST_SHOUTED = 3


@dataclass(frozen=True, slots=True)
class Labels:
    """What `label` found.

    Attributes:
        languages: of each token; None where it is neutral.
        own: indices of the words that are not foreign beyond doubt, in order; single letters left out.
        padded: those of them that say again what was said.
    """

    languages: list[str | None]
    own: list[int]
    padded: frozenset[int]


def label(tokens: Sequence[Token], target: str) -> Labels:
    """The language of each token. ``target`` may be zh-Hans or zh-Hant.

    A word is foreign beyond doubt by itself, without its context: it is of another script, or in some language so much
    likelier than in the target that no neighbours help (`chain`). Such a word makes no other word the target's:
    it lends no weight to its neighbours' being so, and whether capitals and single letters are words of the target is
    decided by the other words alone.
    """
    labels: list[str | None] = [None] * len(tokens)
    places: dict[str, list[int]] = defaultdict(list)
    doubtful: list[int] = []  # capitals and single letters
    for i, token in enumerate(tokens):
        kind = token.kind
        if kind is _WORD:
            places[token.script].append(i)
        elif kind is _MIXED:
            labels[i] = "mixed"
        elif kind is _ACRONYM or kind is _LETTER:
            places[token.script].append(i)
            doubtful.append(i)
    home = _script_of_language(target)
    at_home = places.pop(home, [])
    loans = _LOANS if target in _PHRASE_LANGUAGES else frozenset()
    claims = Claims(lexicon(home), [tokens[i].form for i in at_home], target, loans) if home in GROUPS else None
    doubtless = _doubtless(tokens, at_home, target, claims)
    roles = _roles(tokens, at_home, doubtless, places, doubtful)
    own = [i for i in at_home if roles[i] == _OWN and tokens[i].kind is not _LETTER]
    padded = frozenset(own[place] for place in padding([tokens[i].form for i in own]))
    if claims is not None:
        _label_by_lexicon(tokens, at_home, claims, roles, padded, target, labels)
    elif home == "Han":
        _label_han(tokens, at_home, target, labels)
    else:
        _label_by_script(tokens, [i for i in at_home if roles[i]], target, labels)
    for script, indices in places.items():
        _label_foreign(tokens, [i for i in indices if roles[i]], script, labels)
    return Labels(labels, own, padded)


@cache
def _script_of_language(language: str) -> str:
    """The script in which a language of ours is written."""
    if language == "ja" or language.startswith("zh"):
        return "Han"
    alone = {name: script for script, name in LANGUAGE_OF_SCRIPT.items()}
    return alone.get(language) or next((script for script in GROUPS if language in lexicon(script).index), "")


def _doubtless(tokens: Sequence[Token], indices: list[int], target: str, claims: Claims | None) -> list[bool]:
    """Whether each word of the target's script is foreign beyond doubt."""
    if claims is not None:
        return claims.doubtless
    if indices and tokens[indices[0]].script == "Han":
        return [certain_variant(tokens[i].form, target) not in (None, target) for i in indices]
    return [False] * len(indices)


# -- which capitals and letters are words ----------------------------------------------------------


def _roles(
    tokens: Sequence[Token],
    at_home: list[int],
    doubtless: list[bool],
    elsewhere: dict[str, list[int]],
    doubtful: list[int],
) -> bytearray:
    roles = bytearray(len(tokens))
    for i, foreign in zip(at_home, doubtless, strict=True):
        roles[i] = _FOREIGN if foreign else _OWN
    for indices in elsewhere.values():
        for i in indices:
            roles[i] = _FOREIGN
    if doubtful:
        own_shout, foreign_shout = _shouting(tokens, roles)
        for i in doubtful:
            if tokens[i].kind is Kind.LETTER:
                roles[i] = _role_of_letter(tokens, i, roles)
            elif not (own_shout if roles[i] == _OWN else foreign_shout):
                roles[i] = 0
    return roles


def _shouting(tokens: Sequence[Token], roles: bytearray) -> tuple[bool, bool]:
    """Whether the text is written in capitals, so that short words in capitals are no acronyms: the target's, foreign ones.

    Words of the target in small letters speak against it. For the target's capitals only its own words count, for
    foreign capitals all: a further foreign word never makes the former words, nor the latter acronyms.
    """
    shouted = [i for i, token in enumerate(tokens) if token.shouted and token.kind is not _LETTER]
    if len(shouted) <= _MOST_SHOUTED:
        return False, False
    quiet = sum(role == _OWN and token.kind is Kind.WORD for token, role in zip(tokens, roles, strict=True))
    own = [i for i in shouted if roles[i] == _OWN]
    quiet -= sum(tokens[i].kind is Kind.WORD for i in own)
    return len(own) > max(quiet, _MOST_SHOUTED), len(shouted) > quiet


def _role_of_letter(tokens: Sequence[Token], i: int, roles: bytearray) -> int:
    """Whether a single letter stands among words as a word does: 'a priori', but neither 'x = 1' nor 'point A is'."""
    token = tokens[i]
    if token.capital and token.form != "i" and not (i == 0 or tokens[i - 1].end):
        return 0
    beside = [n for n in (i - 1, i + 1) if 0 <= n < len(tokens) and tokens[n].kind is Kind.WORD]
    if roles[i] == _OWN and any(roles[n] == _OWN for n in beside):
        return _OWN
    return _FOREIGN if any(tokens[n].script == token.script for n in beside) else 0


# -- labels by script ------------------------------------------------------------------------------


def _label_by_lexicon(
    tokens: Sequence[Token],
    indices: list[int],
    claims: Claims,
    roles: bytearray,
    padded: frozenset[int],
    target: str,
    labels: list[str | None],
) -> None:
    rows = [row for row, i in enumerate(indices) if roles[i]]
    indices = [indices[row] for row in rows]
    foreign = [roles[i] == _FOREIGN for i in indices]
    phrases = _in_phrases([tokens[i].form for i in indices]) if target in _PHRASE_LANGUAGES else set()
    letters = {
        place: _HAVING.get(tokens[i].form, _NO_LANGUAGE)
        for place, i in enumerate(indices)
        if tokens[i].kind is Kind.LETTER
    }
    # Said again and again, a slight leaning to another language would grow without end.
    quiet = sorted(phrases.union(place for place, i in enumerate(indices) if i in padded))
    found = claims.of(rows, foreign, _steps(tokens, indices, START), quiet, letters)
    for place, (i, language) in enumerate(zip(indices, found, strict=True)):
        if language is not None:
            labels[i] = None if tokens[i].form in FUNCTIONS else language or None
        elif place not in letters or place in phrases or (not foreign[place] and target in letters[place]):
            labels[i] = target


def _in_phrases(forms: list[str]) -> set[int]:
    """Places of the words of loan phrases that all European languages use."""
    if _PHRASE_STARTS.isdisjoint(forms):
        return set()
    starts = [place for place, pair in enumerate(pairwise(forms)) if pair in LOAN_PHRASES]
    return {*starts, *(place + 1 for place in starts)}


def _steps(tokens: Sequence[Token], indices: list[int], start: float) -> list[float]:
    """The share of the costs of a change of language that is due before each word: less where a sentence begins."""
    sentences = list(accumulate((token.end for token in tokens), initial=0))  # how many ended before each token
    return [start, *(NEW_SENTENCE if sentences[i] != sentences[j] else 1.0 for i, j in pairwise(indices))][
        : len(indices)
    ]


def _label_by_script(tokens: Sequence[Token], indices: list[int], language: str, labels: list[str | None]) -> None:
    singles = SINGLE_LETTERS.get(language, "")
    for i in indices:
        if tokens[i].kind is not Kind.LETTER or tokens[i].form in singles:
            labels[i] = language


def _label_foreign(tokens: Sequence[Token], indices: list[int], script: str, labels: list[str | None]) -> None:
    """Words of another script than the target's: whatever they are, they are not the target's."""
    if script == "Han":
        _label_han(tokens, indices, "", labels)
        return
    if script not in GROUPS:
        _label_by_script(tokens, indices, LANGUAGE_OF_SCRIPT.get(script, script), labels)
        return
    languages, alone = likeliest(lexicon(script), [tokens[i].form for i in indices])
    own = dict(zip(indices, alone, strict=True))
    for i, language in zip(indices, languages, strict=True):
        token = tokens[i]
        if token.kind is Kind.LETTER:  # a word where one beside it is of a language that has it
            beside = {own[n] for n in (i - 1, i + 1) if n in own and tokens[n].kind is Kind.WORD}
            labels[i] = next(iter(sorted(beside & _HAVING.get(token.form, _NO_LANGUAGE))), None)
        elif token.form not in FUNCTIONS:
            labels[i] = language


# -- Chinese and Japanese --------------------------------------------------------------------------

_HAN_CHANGE, _HAN_BIAS = 4.0, 0.3  # in marks of `leaning`: a change of language; for the target, each unmarked word


def _label_han(tokens: Sequence[Token], indices: list[int], target: str, labels: list[str | None]) -> None:
    """Chinese or Japanese for each word, by the marks of both in the words around it."""
    away = 1 if target == "ja" else -1
    gains = [_gain(tokens[i].form, away) for i in indices]
    own, other = ("ja", "zh") if target == "ja" else ("zh", "ja")
    if max(gains, default=-1.0) <= 0:
        found = [False] * len(gains)
    else:
        found = claimed(gains, _steps(tokens, indices, 0.0), _HAN_CHANGE, _HAN_CHANGE)
    for i, foreign in zip(indices, found, strict=True):
        labels[i] = certain_language(tokens[i].form) or (other if foreign else own)
    if target.startswith("zh-"):
        _label_variants(tokens, indices, target, labels)


@lru_cache(maxsize=1 << 16)
def _gain(form: str, away: int) -> float:
    """The marks of the other language in a word; never below zero for a word that is the other one's for certain."""
    marks = away * leaning(form) or -_HAN_BIAS
    return max(marks, 0.0) if certain_language(form) == ("zh" if away > 0 else "ja") else marks


@lru_cache(maxsize=1 << 16)
def certain_variant(form: str, target: str) -> str | None:
    """The language that a word is of beyond doubt, as ``target`` calls it: zh-Hans and zh-Hant are two languages there."""
    language = certain_language(form)
    if language == "ja" or not target.startswith("zh-"):
        return language
    return _variant(form) or language and target


def _label_variants(tokens: Sequence[Token], indices: list[int], target: str, labels: list[str | None]) -> None:
    """zh becomes zh-Hans or zh-Hant: by the word's own characters, else as its sentence, its text, or the target.

    Marks of the target's variant count in Chinese words only, those of the other anywhere.
    """
    sentences: list[list[int]] = [[]]
    for i, step in zip(indices, _steps(tokens, indices, 1.0), strict=True):
        if step < 1.0:
            sentences.append([])
        sentences[-1].append(i)
    own = {i: _variant(tokens[i].form) for i in indices}
    marks = {i: mark for i, mark in own.items() if mark != target or labels[i] == "zh"}
    whole = _majority([marks.get(i) for i in indices]) or target
    for sentence in sentences:
        common = _majority([marks.get(i) for i in sentence]) or whole
        for i in sentence:
            if labels[i] == "zh":
                labels[i] = own[i] or common


def _variant(word: str) -> str | None:
    simplified = any(char in simplified_only() for char in word)
    traditional = any(char in traditional_only() for char in word)
    if simplified and traditional:
        return "zh-mixed"
    return "zh-Hans" if simplified else "zh-Hant" if traditional else None


def _majority(marks: list[str | None]) -> str | None:
    hans, hant = marks.count("zh-Hans"), marks.count("zh-Hant")
    return None if hans == hant else "zh-Hans" if hans > hant else "zh-Hant"
