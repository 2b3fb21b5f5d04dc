"""Format: one verifier for all format tasks; the truth names the verifier to use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from r1.verifiers.answer.part import answer_part, inside_template
from r1.verifiers.instructions import Instructions
from r1.verifiers.structure import Structure
from r1.verifiers.text.prose import prose_rule
from r1.verifiers.text.visible import ASCII_SPACE
from r1.verifiers.think import Think, special_token, tags
from r1.verifiers.verdict import BaseVerifier, Status, TruthError, Verdict, unscored


@dataclass(frozen=True)
class Format(BaseVerifier):
    """Judges with `Think`, `Structure` or `Instructions`.

    ``truth["verifier"]`` is ``think``, ``structure`` or ``instructions``; the other keys belong to that verifier's truth.
    A ``think`` truth holds the options of `Think`: ``template`` (a name), ``tags`` ([think, answer or null]) or ``token``
    (R1's special token), and ``prefilled``, ``newlines``, ``min_think_words``, ``boxed``, ``fence``. With ``inner``, another
    truth such as that of a structure, the answer part is judged by it. With ``prose`` true, an ``instructions`` truth also
    asks for English sentences (`verifiers.text.prose`).

    White space around what is judged does not count: models write it between the prompt and the answer.

    Attributes:
        after_thought: the prompt template asks for a thought first, so the rules are about the answer part
            (`verifiers.answer.part`). A layout of thought and answer that the task itself asks for may be the whole
            completion, or follow the template's thought. Otherwise the whole completion is judged, thoughts included.
    """

    after_thought: bool = False

    def validate(self, truth: Mapping[str, Any]) -> None:
        """Raise `TruthError` if no completion can be judged by this truth."""
        kind = str(truth.get("verifier")) if isinstance(truth, Mapping) else ""
        if kind == "think":
            _options(truth)
            if "inner" in truth:
                self.validate(truth["inner"])
        elif kind in _OTHERS:
            _OTHERS[kind].validate(truth)
        else:
            raise TruthError(_unknown(kind))

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        kind = str(truth.get("verifier"))
        if kind == "think":
            whole = _think(completion.strip(ASCII_SPACE), truth)
            inside = inside_template(completion) if self.after_thought and whole.reward == 0 else None
            return whole if inside is None else _think(inside, truth)
        if kind not in _OTHERS:
            return unscored(_unknown(kind))
        text = answer_part(completion) if self.after_thought else completion.strip(ASCII_SPACE)
        verdict = _OTHERS[kind](text, truth)
        if verdict.reward and truth.get("prose") and (broken := prose_rule(text)):
            return Verdict(Status.FAIL, 0.0, {**verdict.parts, "prose": 0.0}, broken)
        return verdict


_OTHERS: Mapping[str, Structure | Instructions] = {"structure": Structure(), "instructions": Instructions()}


def _unknown(kind: str) -> str:
    return f"unknown verifier {kind!r}; expected one of: think, {', '.join(_OTHERS)}"


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
        template = given.get("template", "r1_zero")
    return Think(**{**given, "template": template})
