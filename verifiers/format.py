"""Format: one verifier for every format task; the truth names the verifier that judges it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from r1.verifiers.instructions import Instructions
from r1.verifiers.structure import Structure
from r1.verifiers.think import TEMPLATES, Think, special_token, tags
from r1.verifiers.verdict import TruthError, Verdict, unscored


@dataclass(frozen=True)
class Format:
    """``truth["verifier"]`` is ``think``, ``structure`` or ``instructions``; the rest of the truth is for that one.

    A ``think`` truth holds Think's options: ``template`` (a name), or ``tags`` ([think, answer or null]), or
    ``token`` (R1's special token), and ``prefilled``, ``newlines``, ``min_think_words``, ``boxed``, ``fence``; with
    ``inner``, a further truth that the answer part has to satisfy, such as a structure.
    """

    def validate(self, truth: Mapping[str, Any]) -> None:
        """Raises `TruthError` for a truth that cannot be judged, whatever the completion."""
        kind = str(truth.get("verifier")) if isinstance(truth, Mapping) else ""
        if kind == "think":
            _options(truth)
            if "inner" in truth:
                self.validate(truth["inner"])
        elif kind in _OTHERS:
            _OTHERS[kind].validate(truth)
        else:
            raise TruthError(f"verifier {kind!r}: there are think, {', '.join(_OTHERS)}")

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        kind = str(truth.get("verifier"))
        if kind == "think":
            return _think(completion, truth)
        if kind not in _OTHERS:
            return unscored(f"verifier {kind!r}: there are think, {', '.join(_OTHERS)}")
        return _OTHERS[kind](completion, truth)


_OTHERS: Mapping[str, Structure | Instructions] = {"structure": Structure(), "instructions": Instructions()}


def _options(truth: Mapping[str, Any]) -> Think:
    options = {name: value for name, value in truth.items() if name not in ("verifier", "inner")}
    try:
        return _built(json.dumps(options, sort_keys=True))
    except (TypeError, ValueError, AttributeError) as error:
        raise TruthError(f"the truth cannot be judged: {error}") from error


def _think(completion: str, truth: Mapping[str, Any]) -> Verdict:
    try:
        think = _options(truth)
        verdict = think(completion, {})
        if "inner" not in truth:
            return verdict
        if not verdict.reward or not isinstance(truth["inner"], Mapping):
            Format().validate(truth["inner"])
            return verdict
    except TruthError as error:
        return unscored(str(error))
    return Format()(think.read(completion).contents["answer"].strip(), truth["inner"])


@lru_cache(maxsize=1024)
def _built(options: str) -> Think:
    given = json.loads(options)
    if "tags" in given:
        template = tags(*given.pop("tags"))
    elif "token" in given:
        template = special_token(given.pop("token"))
    else:
        template = (
            TEMPLATES[given["template"]] if given.get("template") in TEMPLATES else given.get("template", "r1_zero")
        )
    return Think(**{**given, "template": template})
