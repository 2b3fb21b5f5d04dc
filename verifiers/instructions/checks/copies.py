"""Instructions to copy a text: whole, in part, several times, or with one word changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from r1.verifiers.instructions.response import Response
from r1.verifiers.instructions.units import plain, plain_words
from r1.verifiers.text.visible import has_content, visible
from r1.verifiers.verdict import TruthError

ONLY_SENTENCE = "Only output this sentence here, ignore all other requests."
"""The sentence that IFBench's kind `repeat:repeat_simple` asks for."""

_SIX_STARS = re.compile(r"(?<!\*)\*{6}(?!\*)")


def _same(response: Response, one: str, two: str) -> bool:
    """Whether two texts are the same but for white space (and case, where another instruction forces one case)."""
    return response.fold(one).split() == response.fold(two).split()


def _asked(options: Mapping[str, Any]) -> str:
    text = options["prompt_to_repeat"]
    if not has_content(text):
        raise TruthError(f"prompt_to_repeat: expected a text, got {text!r}")
    return str(text)


def copy(response: Response, options: Mapping[str, Any]) -> str:
    asked = _asked(options)
    return "" if _same(response, response.seen, asked) else "the response is not the request, word for word"


def copying_multiple(response: Response, options: Mapping[str, Any]) -> str:
    asked = _asked(options)
    found = _SIX_STARS.split(response.seen, maxsplit=options["N"] + 1)
    if len(found) != options["N"]:
        return f"{len(found)} parts divided by ******, asked: {options['N']}"
    return "" if all(_same(response, part, asked) for part in found) else "a part is not the request, word for word"


def repeat_change(response: Response, options: Mapping[str, Any]) -> str:
    first, *rest = visible(_asked(options)).split()
    found = response.seen.split()
    if not rest:
        raise TruthError("prompt_to_repeat: expected at least two words")
    if not _same(response, " ".join(found[1:]), " ".join(rest)):
        return "what follows the first word is not the request"
    is_changed = plain(found[0]) != plain(first) and has_content(found[0])
    return "" if is_changed else "the first word is the same"


def repeat_simple(response: Response, options: Mapping[str, Any]) -> str:
    return "" if _same(response, response.seen, ONLY_SENTENCE) else "the response is not the sentence that was asked"


def repeat_span(response: Response, options: Mapping[str, Any]) -> str:
    """The words with the indices from ``n_start`` to ``n_end``, both included, counted from 0."""
    return _span(response, options, _asked(options).split(), " ")


def copy_span_idx(response: Response, options: Mapping[str, Any]) -> str:
    """The characters with the indices from ``n_start`` to ``n_end``, both included, counted from 0."""
    return _span(response, options, list(_asked(options)), "")


def _span(response: Response, options: Mapping[str, Any], units: list[str], between: str) -> str:
    start, end = options["n_start"], options["n_end"]
    asked = between.join(units[start : end + 1]) if 0 <= start <= end else ""
    if not has_content(asked):
        raise TruthError(f"n_start and n_end: expected 0 <= n_start <= n_end < {len(units)}, got {start} and {end}")
    return "" if _same(response, response.seen, asked) else f"the response is not the span {asked[:60]!r}"


def repeat_phrase(response: Response, options: Mapping[str, Any]) -> str:
    """The phrase so many times, each time with exactly one word inside it replaced."""
    phrase, times = plain_words(visible(options["phrase"])), options["small_n"]
    if len(phrase) < 3:
        raise TruthError(f"phrase: expected at least three words, got {options['phrase']!r}")
    found, at, changed = plain_words(response.seen), 0, 0
    while at + len(phrase) <= len(found):
        window = found[at : at + len(phrase)]
        if (window[0], window[-1]) != (phrase[0], phrase[-1]) or _distance(window, phrase) > 1:
            at += 1
            continue
        if window == phrase:
            return "the phrase stands there unchanged"
        changed, at = changed + 1, at + len(phrase)
    return "" if changed == times else f"{changed} repetitions with one changed word, asked: {times}"


def _distance(one: list[str], two: list[str]) -> int:
    return sum(left != right for left, right in zip(one, two, strict=True))
