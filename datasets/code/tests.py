"""Tests in the forms of public sets (APPS's sheets, packed lists, columns, limits), as tests of `r1.verifiers.code`."""

from __future__ import annotations

import base64
import binascii
import io
import json
import pickle
import re
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
Parts = tuple[str, dict[str, Any], dict[str, Any]]
"""Prompt, truth and meta of a task."""

MAX_TEST_BYTES = 1 << 28
LEAST_MEMORY_BYTES = 64 << 20  # an interpreter needs about this much
OUTPUT_TOLERANCE = 1e-5
"""Tolerance for decimal fractions in sets whose own judges (APPS, TACO, CodeContests, LeetCode) have one."""

LEETCODE = """from string import *
from re import *
from datetime import *
from collections import *
from heapq import *
from bisect import *
from copy import *
from math import *
from random import *
from itertools import *
from functools import *
from operator import *
from builtins import *
from typing import *
import bisect, collections, copy, datetime, functools, heapq, itertools, json, math, operator, random, re, string, sys
"""
"""Imports that LeetCode and LiveCodeBench's harness put before a solution; answers rely on them."""


def sheet(data: Mapping[str, Any]) -> dict[str, Any]:
    """The tests of an APPS sheet: ``inputs``, ``outputs`` and, for calls, ``fn_name``.

    Raises:
        ValueError: no tests, or not one output for each input.
    """
    inputs, outputs = listed(data["inputs"]), listed(data["outputs"])
    if not inputs or len(inputs) != len(outputs):
        raise ValueError(f"input_output: {len(inputs)} inputs and {len(outputs)} outputs")
    name = data.get("fn_name")
    if not name:
        pairs = zip(inputs, outputs, strict=True)
        return {"tests": [{"stdin": joined(i), "stdout": joined(o), **compare(joined(o))} for i, o in pairs]}
    if all(isinstance(args, str) for args in inputs):  # LiveCodeBench: one JSON value per line
        inputs = [lines(text) for text in inputs]
        outputs = [json.loads(out) if isinstance(out, str) else out for out in outputs]
        wrapped = False
    else:  # outputs are bare or each in a list of one; the set does not tell which
        wrapped = all(isinstance(out, list) and len(out) == 1 for out in outputs)
    calls = [call(args, out, wrapped, name) for args, out in zip(inputs, outputs, strict=True)]
    return {"entry_point": name, "context": LEETCODE, "tests": calls}


def call(args: Any, returns: Any, wrapped: bool = False, name: str = "f") -> dict[str, Any]:
    """The test of one call. ``wrapped``: the result may be in a list of one; both readings are accepted."""
    given, result = _numbered(args), _numbered(returns)
    near = {"compare": {"float": OUTPUT_TOLERANCE}} if _has_float(returns) else {}
    if given != args or result != returns:
        text = f"{name.rpartition('.')[2]}({', '.join(map(repr, given))})"
        return {"call": text, "returns_literal": repr(result[0] if wrapped else result), **near}
    if wrapped:
        return {"args": list(args), "returns_any": [returns[0], returns], **near}
    return {"args": list(args), "returns": returns, **near}


def _has_float(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_float, value.values()))
    return any(map(_has_float, value)) if isinstance(value, list) else isinstance(value, float)


def _numbered(value: Any) -> Any:
    """JSON makes the keys of a dict texts: if all are integers, they become integers again (APPS's own rule)."""
    if isinstance(value, list):
        return [_numbered(item) for item in value]
    if isinstance(value, dict):
        number = bool(value) and all(re.fullmatch(r"-?[0-9]{1,18}", key) for key in value)
        return {int(key) if number else key: _numbered(item) for key, item in value.items()}
    return value


def compare(output: str) -> dict[str, Any]:
    """A tolerance if the expected output holds a decimal fraction, as APPS, TACO and CodeContests judge themselves."""
    return {"compare": {"float": OUTPUT_TOLERANCE}} if re.search(r"\d\.\d", output) else {}


def joined(text: Any) -> str:
    """A test's input or output as one text; a list holds its lines."""
    if isinstance(text, list):
        return "\n".join(map(joined, text))
    return "" if text is None else str(text)


def lines(text: str) -> list[Any]:
    """LiveCodeBench's functional input: one JSON value per line."""
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def columns(tests: Any) -> list[tuple[str, str]]:
    """Pairs of input and output, from CodeContests' ``{"input": [...], "output": [...]}`` or a list of such pairs."""
    tests = from_json(tests or {})
    if isinstance(tests, list):
        return [(case["input"], case["output"]) for case in tests]
    return list(zip(tests.get("input") or [], tests.get("output") or [], strict=True))


class _PlainUnpickler(pickle.Unpickler):
    """Reads plain data only; raises ValueError for a pickle that would import a name."""

    def find_class(self, module: str, name: str) -> Any:
        raise ValueError(f"packed tests are plain data, but this one refers to {module}.{name}")


def packed(text: Any) -> Any:
    """The value of a text that is JSON, or base64 of zlib of a pickle of a JSON text or of plain data.

    Raises:
        ValueError: the text is neither.
    """
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        data = zlib.decompressobj().decompress(base64.b64decode(text), MAX_TEST_BYTES)
        content = _PlainUnpickler(io.BytesIO(data)).load()
    except (binascii.Error, zlib.error, pickle.UnpicklingError, EOFError) as error:
        raise ValueError(f"tests are neither JSON nor packed JSON: {error}") from None
    return json.loads(content) if isinstance(content, str) else content


def from_json(value: Any) -> Any:
    """The value of a JSON text; other values are returned as they are. Raises ValueError for other text."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError as error:
        raise ValueError(f"expected JSON, got {value[:60]!r} ({error})") from None


def listed(value: Any) -> Sequence[Any]:
    """A list, or the list in a JSON text. Raises ValueError for anything else."""
    value = from_json(value)
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValueError(f"expected a list, got {str(value)[:60]!r}")
    return value


def limits(row: Row) -> dict[str, Any]:
    """The limits of a row, in any of the sets' notations; the time is doubled, because Python is slow. {} without limits."""
    found: dict[str, Any] = {}
    time_limit = row.get("time_limit")
    if isinstance(time_limit, Mapping):
        time_limit = float(time_limit.get("seconds") or 0) + float(time_limit.get("nanos") or 0) / 1e9
    number = re.match(r"[0-9]+(?:\.[0-9]+)?", str(time_limit or ""))
    if number and float(number[0]) > 0:
        found["cpu_s"] = 2 * float(number[0])
    if memory_bytes := int(row.get("memory_limit_bytes") or _memory_bytes(str(row.get("memory_limit") or ""))):
        found["memory_bytes"] = max(memory_bytes, LEAST_MEMORY_BYTES)
    return {"limits": found} if found else {}


def _memory_bytes(written: str) -> int:
    """Bytes of "256", "256.0 megabytes", "1 GB" ...; without a unit megabytes (Codeforces, TACO). 0 if no number is found."""
    found = re.match(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([bkmg]?)", written.lower())
    return int(float(found[1]) * {"b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}[found[2] or "m"]) if found else 0


def text_of(row: Row, key: str) -> str:
    """A field that must be a non-empty text. Raises ValueError with its name."""
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{key}: expected a non-empty text, got {value!r}"[:200])
    return value
