"""Labels: which language each word belongs to, judged in its context, and which words are neutral after all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np

from r1.verifiers.language_han import certain_language, leaning, simplified_only, traditional_only
from r1.verifiers.language_lexicon import GROUPS, UNKNOWN, Lexicon, is_name, lexicon
from r1.verifiers.language_words import FUNCTIONS, Kind, Token

LANGUAGE_OF_SCRIPT = {
    "Hangul": "ko", "Hebrew": "he", "Greek": "el", "Thai": "th", "Bengali": "bn", "Gurmukhi": "pa", "Gujarati": "gu",
    "Odia": "or",
    "Tamil": "ta", "Telugu": "te", "Kannada": "kn", "Malayalam": "ml", "Sinhala": "si", "Lao": "lo", "Burmese": "my",
    "Georgian": "ka", "Ethiopic": "am", "Khmer": "km", "Armenian": "hy",
}  # fmt: skip
"""Scripts that one language of ours has to itself."""

CORE = frozenset(str.split("en fr de es pt it nl pl tr vi id ru uk ar fa hi"))
SINGLE_LETTERS = {
    "en": "ai", "fr": "aàyô", "es": "aeouyáéóú", "pt": "aeoéàóá", "it": "aeioèéàòì", "pl": "aiouwz", "ca": "aeiouyàé",
    "ro": "aoei",
    "cs": "aiokusvz", "sk": "aioksuvz", "hr": "aiousk", "sl": "aokszh", "nl": "uo", "sv": "åöi", "da": "iåø",
    "nb": "iåø", "hu": "aeés",
    "tr": "o", "lt": "oiį", "is": "áíó", "vi": "àáạảãôơưèéẻẽẹìíỉĩịòóỏõọùúủũụỳýỷỹỵởợờớỡốồổỗộếềểễệứừửữựấầẩẫậắằẳẵặyo",
    "ru": "авиксоуя", "uk": "авзійєуоя", "bg": "авиксуоя", "mk": "аивокс", "sr": "аиоукс", "el": "ηοωήόώ", "ar": "و",
    "fa": "و",
    "ur": "و", "hi": "वनए", "mr": "वनए", "ne": "रमछए",
}  # fmt: skip
"""Letters that are words of the language when they stand alone; any other single letter is a variable or a label."""

_ENTER_CORE, _ENTER_NEAR, _ENTER_UNKNOWN = 3.5, 6.0, 5.5  # nats for a change of language inside a sentence
_NEW_SENTENCE = 0.5  # of these, where a sentence begins
_START = 0.7  # of these, where the text begins in another language than the target
_HANDICAP = 0.7  # nats a word that a neighbour of the core languages must gain on them
_CANDIDATES = 6
_MISSED = 6.0  # nats by which a word must fit another core language better than all candidates to add that one
_RARE = -12.0  # ln p below which a capitalised word is taken for a name
_PHRASE_LANGUAGES = frozenset(str.split("en fr de es pt it nl pl tr id ca ro sv da nb cs hu"))
_PHRASES = (
    "a priori, a posteriori, a fortiori, ad hoc, ad absurdum, ad infinitum, ad nauseam, ad hominem, ad libitum, et cetera, "
    "et al, vice versa, de facto, "
    "de iure, de jure, per se, ipso facto, in vitro, in vivo, in situ, ceteris paribus, mutatis mutandis, prima "
    "facie, bona fide, pro rata, "
    "quid pro, status quo, alter ego, non grata, sine qua, qua non, nota bene, modus ponens, modus tollens, "
    "modus operandi, tabula rasa, "
    "en route, en passant, déjà vu, deja vu, id est, exempli gratia, inter alia, quod erat, erat demonstrandum, "
    "reductio ad"
)
LOAN_PHRASES = frozenset(tuple(phrase.split()) for phrase in _PHRASES.split(", "))
_PHRASE_STARTS = frozenset(first for first, _ in LOAN_PHRASES)
_NAME_LINKS = frozenset(str.split("de da do van von der den di del la le el al bin ibn of af"))


def label(tokens: Sequence[Token], target: str) -> list[str | None]:
    """The language of each token; None where it is neutral. ``target`` may be zh-Hans or zh-Hant."""
    labels: list[str | None] = [None] * len(tokens)
    shouting = _is_shouting(tokens)
    places: dict[str, list[int]] = {}
    for i, token in enumerate(tokens):
        kind = token.kind
        if (
            kind is Kind.WORD
            or (kind is Kind.ACRONYM and shouting)
            or (kind is Kind.LETTER and _may_be_word(tokens, i))
        ):
            places.setdefault(token.script, []).append(i)
        elif kind is Kind.MIXED:
            labels[i] = "mixed"
    for script, indices in places.items():
        if script in GROUPS:
            _label_by_lexicon(tokens, indices, lexicon(script), target, labels)
        elif script == "Han":
            _label_han(tokens, indices, target, labels)
        else:
            _label_by_script(tokens, indices, LANGUAGE_OF_SCRIPT.get(script, script), labels)
    _adopt_phrases(tokens, places.get("Latin", []), target, labels)
    return labels


def _adopt_phrases(tokens: Sequence[Token], indices: list[int], target: str, labels: list[str | None]) -> None:
    """A loan phrase that all European languages use is in the target language where a word beside it is."""
    if target not in _PHRASE_LANGUAGES or _PHRASE_STARTS.isdisjoint(tokens[i].form for i in indices):
        return
    for place, (i, j) in enumerate(pairwise(indices)):
        if (tokens[i].form, tokens[j].form) in LOAN_PHRASES:
            around = indices[max(0, place - 1) : place + 3]
            if labels[j] != target or labels[i] != target:
                beside = {labels[n] for n in around if n not in (i, j)}
                if target in beside:
                    labels[i] = labels[j] = target


def _is_shouting(tokens: Sequence[Token]) -> bool:
    """Whether most of the words are written in capitals."""
    others = shouted = 0
    for token in tokens:
        if token.shouted:
            shouted += token.kind is not Kind.LETTER
        elif token.kind is Kind.WORD:
            others += 1
    return shouted > 3 and shouted > others


def _may_be_word(tokens: Sequence[Token], i: int) -> bool:
    """Whether a single letter stands among words as a word does: 'a priori', but neither 'x = 1' nor 'point A is'."""
    token = tokens[i]
    before = tokens[i - 1] if i else None
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    if token.capital and token.form != "i" and not (before is None or before.end):
        return False
    return any(n is not None and n.kind is Kind.WORD and n.script == token.script for n in (before, after))


def _label_by_script(tokens: Sequence[Token], indices: list[int], language: str, labels: list[str | None]) -> None:
    singles = SINGLE_LETTERS.get(language, "")
    for i in indices:
        if tokens[i].kind is not Kind.LETTER or tokens[i].form in singles:
            labels[i] = language


def _label_by_lexicon(
    tokens: Sequence[Token], indices: list[int], words: Lexicon, target: str, labels: list[str | None]
) -> None:
    forms = [tokens[i].form for i in indices]
    scores_WL = words.rows(forms)
    home = words.index.get(target)
    if home is None:
        home = int(scores_WL.sum(axis=0).argmax())
    sentences = list(accumulate((token.end for token in tokens), initial=0))  # how many ended before each token
    starts = [True, *(sentences[i] != sentences[j] for i, j in pairwise(indices))]
    for i, column in zip(indices, _paths(scores_WL, home, starts, words), strict=True):
        language = words.languages[column]
        token = tokens[i]
        if token.kind is Kind.LETTER and token.form not in SINGLE_LETTERS.get(language, ""):
            continue
        if token.form in FUNCTIONS and language != target:
            continue
        labels[i] = language


def _paths(scores_WL: np.ndarray, home: int, starts: list[bool], words: Lexicon) -> list[int]:
    """The likeliest language of each word. The search is run only where some language could gain on the target's."""
    costs_L = _enter_costs(words, home)
    scores_WL = scores_WL - np.where(costs_L > _ENTER_CORE, _HANDICAP, 0.0).astype(np.float32)
    rest_WL = scores_WL.copy()
    rest_WL[:, home] = -np.inf
    gains = (rest_WL.max(axis=1) - scores_WL[:, home]).tolist()
    labels = [home] * len(gains)
    begin, total, peak = 0, 0.0, 0.0
    least = _ENTER_CORE * _NEW_SENTENCE
    for i, gain in enumerate(gains):
        if total <= 0.0:
            begin, total, peak = i, 0.0, 0.0
        total += gain
        peak = max(peak, total)
        if peak > least and (total <= 0.0 or i + 1 == len(gains)):
            end = i + 1
            labels[begin:end] = _viterbi(
                scores_WL[begin:end], home, starts[begin:end], costs_L, begin == 0, end == len(gains)
            )
            peak = 0.0
    return labels


def _enter_costs(words: Lexicon, home: int) -> np.ndarray:
    kinds = [
        _ENTER_UNKNOWN if name == UNKNOWN else _ENTER_CORE if name in CORE else _ENTER_NEAR for name in words.languages
    ]
    kinds[home] = _ENTER_CORE
    return np.array(kinds)


def _viterbi(
    scores_WL: np.ndarray, home: int, starts: list[bool], costs_L: np.ndarray, is_first: bool, is_last: bool
) -> list[int]:
    """The best path through a stretch of words that begins and ends in the target's language, unless the text does."""
    gains_L = np.maximum(scores_WL - scores_WL[:, home : home + 1], 0.0).sum(axis=0)
    best = {
        home,
        len(costs_L) - 1,
        int(scores_WL.sum(axis=0).argmax()),
        *np.argsort(-gains_L, kind="stable")[:_CANDIDATES].tolist(),
    }
    # A word that none of these has, but a core language has, is of that language: one word in a stretch of another.
    core_L = np.flatnonzero(costs_L == _ENTER_CORE)
    missed_W = scores_WL[:, core_L].max(axis=1) > scores_WL[:, sorted(best)].max(axis=1) + _MISSED
    best |= {int(core_L[k]) for k in scores_WL[missed_W][:, core_L].argmax(axis=1).tolist()}
    columns = sorted(best)
    costs = costs_L[columns].tolist()
    at_home = columns.index(home)
    rows = scores_WL[:, columns].tolist()
    factor = _START if is_first else _NEW_SENTENCE if starts[0] else 1.0
    values = [
        score - (0.0 if k == at_home else factor * cost)
        for k, (score, cost) in enumerate(zip(rows[0], costs, strict=True))
    ]
    backs: list[list[int]] = []
    states = range(len(columns))
    for row, start in zip(rows[1:], starts[1:], strict=True):
        top = max(values)
        source = values.index(top)
        factor = _NEW_SENTENCE if start else 1.0
        back, following = [], []
        for k in states:
            hop = top - factor * costs[k]
            if values[k] >= hop:
                back.append(k)
                following.append(values[k] + row[k])
            else:
                back.append(source)
                following.append(hop + row[k])
        backs.append(back)
        values = following
    if not is_last:
        values = [value - (0.0 if k == at_home else costs[at_home]) for k, value in enumerate(values)]
    state = values.index(max(values))
    path = [columns[state]]
    for back in reversed(backs):
        state = back[state]
        path.append(columns[state])
    return path[::-1]


# -- Chinese and Japanese --------------------------------------------------------------------------

_HAN_SWITCH, _HAN_BIAS = (
    4.0,
    0.3,
)  # in marks of `leaning`: for a change inside a run; towards the target, for each unmarked word


def _label_han(tokens: Sequence[Token], indices: list[int], target: str, labels: list[str | None]) -> None:
    """Chinese or Japanese for each word: two states over the words, with the marks of both as evidence."""
    marks = [leaning(tokens[i].form) for i in indices]
    if target != "ja" and min(marks) >= 0:  # nothing Japanese anywhere
        for i in indices:
            labels[i] = "zh"
        if target.startswith("zh-"):
            _label_variants(tokens, indices, target, labels)
        return
    bias = -_HAN_BIAS if target == "ja" else _HAN_BIAS
    chinese, japanese = 0.0, 0.0
    backs: list[tuple[bool, bool]] = []
    previous = -1
    for i, found in zip(indices, marks, strict=True):
        switch = _HAN_SWITCH if i == previous + 1 else _HAN_SWITCH / 2
        if previous < 0:
            switch = 0.0
        stay_chinese, stay_japanese = chinese >= japanese - switch, japanese >= chinese - switch
        backs.append((stay_chinese, stay_japanese))
        mark = found or bias
        chinese, japanese = max(chinese, japanese - switch) + mark, max(japanese, chinese - switch) - mark
        previous = i
    is_chinese = chinese >= japanese if target != "ja" else chinese > japanese
    for i, (stay_chinese, stay_japanese) in zip(reversed(indices), reversed(backs), strict=True):
        labels[i] = certain_language(tokens[i].form) or ("zh" if is_chinese else "ja")
        is_chinese = is_chinese if (stay_chinese if is_chinese else stay_japanese) else not is_chinese
    if target.startswith("zh-"):
        _label_variants(tokens, indices, target, labels)


def _label_variants(tokens: Sequence[Token], indices: list[int], target: str, labels: list[str | None]) -> None:
    """zh becomes zh-Hans or zh-Hant: by the word's own characters, else as its sentence, its text, or the target."""
    sentences: list[list[int]] = [[]]
    previous = -1
    for i in indices:
        if any(token.end for token in tokens[previous + 1 : i]):
            sentences.append([])
        sentences[-1].append(i)
        previous = i
    marks = {i: _variant(tokens[i].form) for i in indices}
    whole = _majority([marks[i] for i in indices]) or target
    for sentence in sentences:
        common = _majority([marks[i] for i in sentence]) or whole
        for i in sentence:
            if labels[i] == "zh":
                labels[i] = marks[i] or common


def _variant(word: str) -> str | None:
    simplified = any(char in simplified_only() for char in word)
    traditional = any(char in traditional_only() for char in word)
    if simplified and traditional:
        return "zh-mixed"
    return "zh-Hans" if simplified else "zh-Hant" if traditional else None


def _majority(marks: list[str | None]) -> str | None:
    hans, hant = marks.count("zh-Hans"), marks.count("zh-Hant")
    return None if hans == hant else "zh-Hans" if hans > hant else "zh-Hant"


# -- names -----------------------------------------------------------------------------------------


def names(tokens: Sequence[Token], labels: Sequence[str | None], target: str) -> list[int]:
    """Indices of foreign words that are names of people, places or products, as far as lists and capitals tell."""
    found: list[int] = []
    run: list[int] = []
    for i, token in enumerate(tokens):
        if labels[i] is not None and labels[i] != target:
            if run and tokens[run[-1]].script != token.script:
                found += _names_in_run(tokens, run)
                run = []
            run.append(i)
        elif token.kind is not Kind.ACRONYM and run:
            found += _names_in_run(tokens, run)
            run = []
    return found + _names_in_run(tokens, run) if run else found


def _names_in_run(tokens: Sequence[Token], run: list[int]) -> list[int]:
    script = tokens[run[0]].script
    if script == "Han":
        return run if len(run) <= 3 and is_name("".join(tokens[i].form for i in run)) else []
    cased = script in ("Latin", "Cyrillic", "Greek", "Armenian", "Georgian")
    if not cased:
        return [i for i in run if is_name(tokens[i].form)] if len(run) <= 2 else []
    if len(run) <= 4 and all(_looks_like_name(tokens[i], i == run[0]) for i in run) and tokens[run[0]].capital:
        return run
    return [i for i in run if tokens[i].capital and is_name(tokens[i].form) and i and not (tokens[i - 1].end)]


def _looks_like_name(token: Token, is_first: bool) -> bool:
    if token.form in _NAME_LINKS and not is_first:
        return True
    if not token.capital:
        return False
    if is_name(token.form):
        return True
    return token.script in GROUPS and float(lexicon(token.script).rows([token.form])[0, :-1].max()) < _RARE
