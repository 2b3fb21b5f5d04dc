"""Labels: the language of each word in its context, and which words are foreign in any context."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from r1.verifiers.language.chain import steps
from r1.verifiers.language.claims import START, Claims, likeliest
from r1.verifiers.language.lexicon import GROUPS, lexicon
from r1.verifiers.language.padding import padding
from r1.verifiers.language.tokens import FUNCTIONS, Kind, Token
from r1.verifiers.language.zh_ja import certain_variant, label_han

LANGUAGE_OF_SCRIPT = {
    "Hangul": "ko", "Hebrew": "he", "Greek": "el", "Thai": "th", "Bengali": "bn", "Gurmukhi": "pa", "Gujarati": "gu",
    "Odia": "or",
    "Tamil": "ta", "Telugu": "te", "Kannada": "kn", "Malayalam": "ml", "Sinhala": "si", "Lao": "lo", "Burmese": "my",
    "Georgian": "ka", "Ethiopic": "am", "Khmer": "km", "Armenian": "hy",
}  # fmt: skip
"""Scripts in which we know exactly one language, and that language."""

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

_HAVING: dict[str, set[str]] = defaultdict(set)  # the languages in which a letter is a word
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
_OWN, _FOREIGN = 1, 2  # roles of a word: the target's if the context agrees; foreign beyond doubt. 0 is neutral.
_MOST_SHOUTED = 3


@dataclass(frozen=True, slots=True)
class Labels:
    """The result of `label`.

    Attributes:
        languages: the language of each token; None for a neutral token.
        own: indices, in order, of the words that are not foreign beyond doubt, without single letters.
        padded: those of ``own`` that only repeat earlier words.
    """

    languages: list[str | None]
    own: list[int]
    padded: frozenset[int]


def label(tokens: Sequence[Token], target: str) -> Labels:
    """The language of each token. ``target`` may be zh-Hans or zh-Hant.

    A word is *foreign beyond doubt* if it is foreign in any context: it is in another script, or in some language so
    much likelier than in the target that no neighbors help (`chain`). Such a word never makes another word the
    target's: it does not support its neighbors, and only the other words decide whether capitals and single letters
    are words of the target.
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
        label_han(tokens, at_home, target, labels)
    else:
        _label_by_script(tokens, [i for i in at_home if roles[i]], target, labels)
    for script, indices in places.items():
        _label_foreign(tokens, [i for i in indices if roles[i]], script, labels)
    return Labels(labels, own, padded)


@cache
def _script_of_language(language: str) -> str:
    """The script of a language; "" if we do not know the language."""
    if language == "ja" or language.startswith("zh"):
        return "Han"
    alone = {name: script for script, name in LANGUAGE_OF_SCRIPT.items()}
    return alone.get(language) or next((script for script in GROUPS if language in lexicon(script).index), "")


def _doubtless(tokens: Sequence[Token], indices: list[int], target: str, claims: Claims | None) -> list[bool]:
    """Whether each word in the target's script is foreign beyond doubt."""
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
    """The role of each token: `_OWN`, `_FOREIGN` or 0 (neutral)."""
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
    """Whether the target's words, and the foreign words, are written in capitals, so that short ones are no acronyms.

    Lower-case words of the target count against it. The target's capitals are counted among its own words only, foreign
    capitals among all words, so that one more foreign word never turns the target's acronyms into words, nor foreign
    words into acronyms.
    """
    shouted = [i for i, token in enumerate(tokens) if token.shouted and token.kind is not _LETTER]
    if len(shouted) <= _MOST_SHOUTED:
        return False, False
    quiet = sum(role == _OWN and token.kind is Kind.WORD for token, role in zip(tokens, roles, strict=True))
    own = [i for i in shouted if roles[i] == _OWN]
    quiet -= sum(tokens[i].kind is Kind.WORD for i in own)
    return len(own) > max(quiet, _MOST_SHOUTED), len(shouted) > quiet


def _role_of_letter(tokens: Sequence[Token], i: int, roles: bytearray) -> int:
    """The role of a single letter: a word in 'a priori', neutral in 'x = 1' and in 'point A is'."""
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
    """Label the words of a script that several languages share, the target among them."""
    rows = [row for row, i in enumerate(indices) if roles[i]]
    indices = [indices[row] for row in rows]
    foreign = [roles[i] == _FOREIGN for i in indices]
    phrases = _in_phrases([tokens[i].form for i in indices]) if target in _PHRASE_LANGUAGES else set()
    letters = {
        place: _HAVING.get(tokens[i].form, _NO_LANGUAGE)
        for place, i in enumerate(indices)
        if tokens[i].kind is Kind.LETTER
    }
    # A word that leans slightly to another language would gain without end if it counted at every repetition.
    quiet = sorted(phrases.union(place for place, i in enumerate(indices) if i in padded))
    shares = steps([token.end for token in tokens], indices, START)
    found = claims.of(rows, foreign, shares, quiet, letters)
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


def _label_by_script(tokens: Sequence[Token], indices: list[int], language: str, labels: list[str | None]) -> None:
    """Label the words of a script that belongs to one language."""
    singles = SINGLE_LETTERS.get(language, "")
    for i in indices:
        if tokens[i].kind is not Kind.LETTER or tokens[i].form in singles:
            labels[i] = language


def _label_foreign(tokens: Sequence[Token], indices: list[int], script: str, labels: list[str | None]) -> None:
    """Label the words of a script other than the target's; none of them is the target's."""
    if script == "Han":
        label_han(tokens, indices, "", labels)
        return
    if script not in GROUPS:
        _label_by_script(tokens, indices, LANGUAGE_OF_SCRIPT.get(script, script), labels)
        return
    languages, alone = likeliest(lexicon(script), [tokens[i].form for i in indices])
    own = dict(zip(indices, alone, strict=True))
    for i, language in zip(indices, languages, strict=True):
        token = tokens[i]
        if token.kind is Kind.LETTER:  # a word if a neighbor is in a language that has this letter as a word
            beside = {own[n] for n in (i - 1, i + 1) if n in own and tokens[n].kind is Kind.WORD}
            labels[i] = next(iter(sorted(beside & _HAVING.get(token.form, _NO_LANGUAGE))), None)
        elif token.form not in FUNCTIONS:
            labels[i] = language
