"""Language consistency: the share of a thought's words that are in the target language (R1, eq. 7)."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from r1.verifiers.answer.region import thought
from r1.verifiers.language.hidden import prose_of, texts_of
from r1.verifiers.language.labels import LANGUAGE_OF_SCRIPT, Labels, label
from r1.verifiers.language.lexicon import GROUPS, UNKNOWN, lexicon
from r1.verifiers.language.names import names
from r1.verifiers.language.padding import at_most_thrice
from r1.verifiers.language.text import OPEN_QUOTE, clean, mask
from r1.verifiers.language.tokens import Kind, Token, tokens
from r1.verifiers.verdict import BaseVerifier, Status, TruthError, Verdict, unscored

_QUOTED_WORDS, _QUOTED_SHARE = 5, 0.20
_FREE_NAMES, _NAMES_SHARE = 4, 0.5


NOT_OFFERED = frozenset(("la", "ms"))
"""Languages that we tell from others, but less than 95 % of whose own words we know: Latin, and Malay beside Indonesian."""


def languages() -> list[str]:
    """The language codes that `Language` can judge: at least 95 % of the words of a text in each are known as its own."""
    known = {name for script in GROUPS for name in lexicon(script).languages if name != UNKNOWN and "-" not in name}
    listed = known - NOT_OFFERED
    return sorted({*listed, *LANGUAGE_OF_SCRIPT.values(), "zh", "zh-Hans", "zh-Hant", "ja"})


@dataclass(frozen=True, slots=True)
class Measure:
    """The counts of one text. A word is a run of letters; zh, ja and th are split by word lists.

    Attributes:
        language: the target.
        n_words, n_target: words that count, and those in the target language, both without padding (`padding`).
        n_raw_words: words that count, with padding.
        by_language: words per language, most frequent first; "unknown" is gibberish, "mixed" a word of several scripts,
            "hi-Latn" romanized Hindi, "names" neutral words beyond the number that a text may hold.
        n_neutral: names, identifiers and words of short quotations, which do not count.
        hidden_share: share of the letters that are in code, math, tags or JSON, prose among them.
        judged_share: share of the letters that belong to words that count.
    """

    language: str
    n_words: int
    n_target: int
    n_raw_words: int
    by_language: Mapping[str, int] = field(default_factory=dict)
    n_neutral: int = 0
    hidden_share: float = 0.0
    judged_share: float = 0.0

    @property
    def fraction(self) -> float | None:
        """n_target / n_words; None if there is no word to judge."""
        return self.n_target / self.n_words if self.n_words else None


def measure(text: str, language: str) -> Measure:
    r"""Count the words of ``text`` and those that are in ``language``.

    Prose inside code, math, tags or JSON counts like all other words (`hidden`). If nothing else counts, the texts in
    them are judged: strings, comments and ``\text{}``.

    Raises:
        TruthError: the language is unknown.
    """
    target = _checked(language)
    masked, hidden = mask(clean(text))
    found = _counted(f"{masked}\n{prose_of(hidden)}" if hidden else masked, target)
    if hidden and not found.counts:
        found = _counted(f"{masked}\n{texts_of(hidden)}", target)
    letters = sum(map(str.isalpha, hidden))
    in_all = max(letters + found.letters_outside, 1)
    return Measure(
        language,
        found.counts.total(),
        found.counts[target],
        found.n_raw_words,
        dict(found.counts.most_common()),
        found.n_neutral,
        round(letters / in_all, 4),
        round(min(found.letters_judged / in_all, 1.0), 4),
    )


@dataclass(frozen=True, slots=True)
class _Counted:
    """Words of each language in a masked text, and letters of its tokens."""

    counts: Counter[str]
    n_raw_words: int
    n_neutral: int
    letters_outside: int
    letters_judged: int


def _counted(masked: str, target: str) -> _Counted:
    found = tokens(masked)
    judged = label(found, target)
    labels = judged.languages
    neutral = _drop_quotations(found, labels, target) if OPEN_QUOTE in masked else 0
    neutral += _drop_names(found, labels, target)
    n_raw_words = len(labels) - labels.count(None)
    letters = sum([len(token.form) for token in found])
    neutral_letters = sum([len(found[i].form) for i, name in enumerate(labels) if name is None])
    return _Counted(_without_padding(found, judged, target), n_raw_words, neutral, letters, letters - neutral_letters)


def _checked(language: Any) -> str:
    if not isinstance(language, str) or language not in _known():
        raise TruthError(f"unknown language {language!r}; expected one of: {', '.join(languages())}")
    return language


_KNOWN: frozenset[str] | None = None


def _known() -> frozenset[str]:
    global _KNOWN
    if _KNOWN is None:
        _KNOWN = frozenset(languages())
    return _KNOWN


def _drop_quotations(found: Sequence[Token], labels: list[str | None], target: str) -> int:
    """Make quoted foreign words neutral: at most five in a quotation, at most a fifth of the words in all. Returns how many."""
    spans: list[list[int]] = []
    inside: list[int] | None = None
    for i, token in enumerate(found):
        if token.kind is Kind.OPEN:
            inside = []
        elif token.kind is Kind.CLOSE and inside is not None:
            if len(inside) <= _QUOTED_WORDS:
                spans.append([j for j in inside if labels[j] != target])
            inside = None
        elif inside is not None and labels[i] is not None:
            inside.append(i)
    mentioned = [i for span in spans for i in span]
    # Unquoted foreign words are not counted here, so that they make no room for more quoted ones.
    if not mentioned or len(mentioned) > _QUOTED_SHARE * (labels.count(target) + len(mentioned)):
        return 0
    for i in mentioned:
        labels[i] = None
    return len(mentioned)


def _drop_names(found: Sequence[Token], labels: list[str | None], target: str) -> int:
    """Make names and identifiers neutral up to a limit; those beyond it count as foreign. Returns how many are neutral."""
    neutral = [i for i, token in enumerate(found) if token.kind is Kind.IDENTIFIER]
    if any(name is not None and name != target for name in labels):
        named = names(found, labels, target)
        for i in named:
            labels[i] = None
        neutral = sorted(neutral + named)
    allowed = max(_FREE_NAMES, int(_NAMES_SHARE * labels.count(target)))
    kept = n_names = 0
    last = -2
    for i in neutral:
        if not (last == i - 1 and found[i].script == found[last].script == "Han"):  # 王 and 芳 are one name
            n_names += 1
        last = i
        if n_names > allowed:
            labels[i] = "names"
        else:
            kept += 1
    return kept


def _without_padding(found: Sequence[Token], judged: Labels, target: str) -> Counter[str]:
    """Words of each language without repetitions."""
    labels, padded = judged.languages, set(judged.padded)
    if padded:  # a single letter is padding if the next own word is, wherever that stands
        own = judged.own
        letters = [i for i, token in enumerate(found) if token.kind is Kind.LETTER]
        padded.update(i for i in letters if own[min(bisect_right(own, i), len(own) - 1)] in padded)
    counted = Counter({target: sum(name == target and i not in padded for i, name in enumerate(labels))})
    foreign = [(i, name) for i, name in enumerate(labels) if name is not None and name != target]
    # A word right before a name always counts: without it, the name would begin its sentence and not be neutral.
    words = [
        i if labels[i + 1 : i + 2] == [None] and found[i + 1].capital else (found[i].form, name) for i, name in foreign
    ]
    counted.update(foreign[place][1] for place in at_most_thrice(words))
    return +counted


class Language(BaseVerifier):
    """Reward: the fraction of the words of the chain of thought in ``truth["language"]``; 0 if there is no word to judge.

    Args:
        scope: "thought" judges what stands before the answer region (`region.thought`): the thoughts in the marks of any
            model, also one that the prompt opened or that is never closed, and the whole completion if it has no such
            mark; "all" always judges the whole.
        pass_fraction: the smallest fraction with status PASS; it does not change the reward.

    Raises:
        ValueError: unknown scope.
    """

    def __init__(
        self,
        scope: Literal["thought", "all"] = "thought",
        pass_fraction: float = 0.9,
    ) -> None:
        if scope not in ("thought", "all"):
            raise ValueError(f"unknown scope {scope!r}; expected one of: all, thought")
        self.scope, self.pass_fraction = scope, pass_fraction

    def validate(self, truth: Mapping[str, Any]) -> None:
        """Raises `TruthError` if the truth names no known language."""
        _checked(truth.get("language"))

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        try:
            text = thought(completion) if self.scope == "thought" else completion
            found = measure(text, truth.get("language"))  # type: ignore[arg-type]
        except TruthError as error:
            return unscored(str(error))
        parts = {
            "words": float(found.n_words),
            "target_words": float(found.n_target),
            "neutral_words": float(found.n_neutral),
            "collapsed_words": float(found.n_raw_words - found.n_words),
            "hidden_share": found.hidden_share,
            "judged_share": found.judged_share,
            **{f"words_{name}": float(count) for name, count in found.by_language.items()},
        }
        if found.fraction is None:
            return Verdict(
                Status.MALFORMED, 0.0, parts, f"no word to judge (target {found.language}): no language reward"
            )
        status = Status.PASS if found.fraction >= self.pass_fraction else Status.FAIL
        note = f"{found.n_target} of {found.n_words} words are {found.language}"
        others = [f"{count} {name}" for name, count in found.by_language.items() if name != found.language]
        return Verdict(status, found.fraction, {"fraction": found.fraction, **parts}, "; ".join([note, *others[:3]]))


def knows(language: str) -> bool:
    """Whether `Language` can judge, and `detect` find, the language with this code."""
    return language in _known()


def detect(text: str) -> str | None:
    """The language of most words of ``text``; None if the text has no word of a known language.

    Deterministic. Both variants of Chinese are "zh".
    """
    found = [token for token in tokens(mask(clean(text))[0]) if token.kind in (Kind.WORD, Kind.ACRONYM)]
    by_script = Counter(token.script for token in found)
    if not by_script:
        return None
    script = by_script.most_common(1)[0][0]
    chosen = [token for token in found if token.script == script]
    if script not in GROUPS:
        winner = Counter(name for name in label(chosen, "").languages if name).most_common(1)
        name = winner[0][0] if winner else None
        return name if name in _known() else None
    words = lexicon(script)
    scores_WL = words.rows([token.form for token in chosen])
    scores_L = np.maximum(scores_WL, scores_WL[:, -1:] - 2.0).sum(axis=0)
    name = words.languages[int(scores_L.argmax())]
    return name if name in _known() else None
