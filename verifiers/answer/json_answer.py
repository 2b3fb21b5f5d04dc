"""Finds the answer in a JSON object: the value of its key "answer" or "final_answer", also in a fence."""

from __future__ import annotations

import json
import re

from r1.verifiers.answer.region import Found

_KEY = re.compile(r'"(?:final[_ ]?)?answer"\s*:', re.I)
_LONE_BACKSLASH = re.compile(r"\\\\|\\(?=[A-Za-z]{2})(?!u[0-9a-fA-F]{4}|n[A-Z])")
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
_MAX_OBJECT = 20_000  # characters before the key
_MAX_OPENINGS = 8


def json_answer(text: str, start: int, end: int) -> Found | None:
    """The answer in the last JSON object of ``text[start:end]`` that has one; None without such an object.

    Numbers come back as written, lists as "1, 2". LaTeX commands may have one backslash or two.
    """
    if text.find('answer"', start, end) < 0 and text.find('Answer"', start, end) < 0:
        return None
    keys = [match.start() for match in _KEY.finditer(text, max(start, end - _MAX_OBJECT), end)]
    for key in reversed(keys[-_MAX_OPENINGS:]):
        opened = key
        for _ in range(_MAX_OPENINGS):
            opened = text.rfind("{", max(start, key - _MAX_OBJECT), opened)
            if opened < 0:
                break
            answer, length = _decoded(text[opened:end])
            if opened + length > key and answer is not None:
                return Found(answer, opened, opened + length, "json")
    return None


def _decoded(text: str) -> tuple[str | None, int]:
    """The answer of the object that begins a text, or None, and the length of the object."""
    try:
        value, length = _DECODER.raw_decode(text)
        if "\\" in text[:length]:  # "\frac" of a careless writer is a form feed and "rac"
            value, _ = _DECODER.raw_decode(_LONE_BACKSLASH.sub(r"\\\\", text[:length]))
    except (ValueError, RecursionError):
        try:
            value, length = _DECODER.raw_decode(_LONE_BACKSLASH.sub(r"\\\\", text))
            length = min(length, len(text))
        except (ValueError, RecursionError):
            return None, 0
    named = {re.sub(r"\W|_", "", key).lower(): item for key, item in value.items()} if isinstance(value, dict) else {}
    answer = named.get("finalanswer", named.get("answer"))
    if isinstance(answer, list) and all(isinstance(item, str) for item in answer):
        answer = ", ".join(answer)
    elif isinstance(answer, bool):
        answer = str(answer).lower()
    if not isinstance(answer, str):
        answer = "" if named.keys() & {"finalanswer", "answer"} else None
    return answer if answer is None else answer.strip(), length
