"""Responses: whether a whole text is written in a language, as an instruction asks for it.

The measure is that of the reward: at least nine tenths of the words that count are the language's own; names and short
quotations do not count. A language is known by its dictionary: a text of made-up words may have the letters and endings of
a language, but it is in none, and so is a text without words. If several languages share the script, three tenths of the
different words, the most frequent ones left out, must be in the word list of the language; one tenth if its list is short
(of the paragraphs of our held-back texts, half or more are in a long list, and a seventh or more in a short one).
"""

from __future__ import annotations

from r1.verifiers.language.claims import CORE
from r1.verifiers.language.labels import label
from r1.verifiers.language.lexicon import GROUPS, lexicon
from r1.verifiers.language.text import clean, mask
from r1.verifiers.language.tokens import Kind, tokens
from r1.verifiers.language.verifier import knows, measure
from r1.verifiers.verdict import TruthError

LEAST_SHARE = 0.9
_LEAST_LISTED, _LEAST_LISTED_OF_FEW = 0.3, 0.1  # with a list of 60,000 words, and with a shorter one
_FREQUENT = -6.3  # ln p of about the 60 most frequent words, which made-up sentences contain, too
_LONG, _SAMPLE = 6000, 2000  # of a longer text, the beginning, the middle and the end are sampled
_ALIASES = {"no": "nb", "nn": "nb", "tl": "fil", "iw": "he", "in": "id", "sh": "hr", "bs": "hr"}


def language_rule(text: str, language: str) -> str:
    """The reason why ``text`` is not written in ``language`` (a code such as "de", "pt-BR", "zh-Hant"), or "".

    Takes time linear in the first characters only: long texts are sampled.

    Raises:
        TruthError: the language is unknown.
    """
    wanted = code_of(language)
    step = max(len(text) - _SAMPLE, 1) // 2
    samples = [text] if len(text) <= _LONG else [text[at : at + _SAMPLE] for at in (0, step, 2 * step)]
    return next((reason for sample in samples if (reason := _reason(sample, wanted))), "")


def code_of(language: str) -> str:
    """Our code of a language, which may be written with a region (pt_BR) or with another code (no for nb).

    Raises:
        TruthError: the language is unknown.
    """
    plain = language.replace("_", "-")
    if knows(plain):
        return plain
    base = plain.casefold().split("-")[0]
    wanted = _ALIASES.get(base, base)
    if not knows(wanted):
        raise TruthError(f"language: {language!r} is unknown")
    return wanted


def _reason(text: str, language: str) -> str:
    if text.isupper():
        text = text.lower()
    found = measure(text, language)
    if found.fraction is None:
        return f"the language is undetectable, not {language}"
    if found.fraction < LEAST_SHARE:
        others = ", ".join(f"{count} {name}" for name, count in found.by_language.items() if name != language)
        return f"{found.n_target} of {found.n_words} words are {language}; the others are {others}"
    if listed_share(text, language) < (_LEAST_LISTED if language in CORE else _LEAST_LISTED_OF_FEW):
        return f"the language is undetectable: most words are in no word list of {language}"
    return ""


def listed_share(text: str, language: str) -> float:
    """The share of the different words of ``language`` in ``text`` that its word list has, the most frequent left out.

    1 if there are none, or if the language has a script of its own and hence no list.
    """
    script = next((script for script in GROUPS if language in lexicon(script).index), None)
    if script is None:
        return 1.0
    table = lexicon(script)
    found = tokens(mask(clean(text))[0])
    pairs = zip(found, label(found, language).languages, strict=True)
    forms = sorted({token.form for token, name in pairs if name == language and token.kind is not Kind.LETTER})
    scores = table.rows(forms)[:, table.index[language]].tolist() if forms else []
    rarer = [form for form, score in zip(forms, scores, strict=True) if score < _FREQUENT]
    return sum(table.lists(form, language) for form in rarer) / len(rarer) if rarer else 1.0
