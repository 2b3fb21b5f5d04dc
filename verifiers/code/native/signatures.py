"""Signatures: the types of a C or C++ function, and its arguments and results as text of these types.

A driver (`c_drivers`) reads and writes this text: one value per line on stdin, one line per result.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Signature:
    """A C or C++ function: ``int add(int, int)``.

    Attributes:
        returns: the plain type of the result, without const and reference.
        name: the function's name.
        params: the plain types of the parameters.
        prototype: the signature as the truth writes it.
    """

    returns: str
    name: str
    params: tuple[str, ...]
    prototype: str


_INTEGERS = {"short", "int", "long", "long long", "unsigned", "unsigned int", "unsigned long", "unsigned long long"}
_INTEGERS |= {"unsigned short", "size_t", *(f"{u}int{bits}_t" for u in ("", "u") for bits in (8, 16, 32, 64))}
FLOATS = {"float", "double"}
_SCALARS = _INTEGERS | FLOATS | {"bool", "char"}
C_TEXT = "char*"
CPP_TEXT = "string"
_NAME = re.compile(r"[A-Za-z_]\w{0,60}\Z")


def parse_signature(text: str) -> Signature:
    """The signature that ``text`` declares. Raises ValueError for a malformed one or a type without a JSON counterpart."""
    head, bracket, rest = text.strip().rstrip(";").partition("(")
    if not bracket or not rest.rstrip().endswith(")"):
        raise ValueError(f"signature {text!r} is malformed; expected a form like 'int add(int, int)'")
    pieces = head.replace("*", "* ").split()
    name = pieces[-1] if pieces else ""
    if not _NAME.match(name):
        raise ValueError(f"signature {text!r} has no function name; expected a form like 'int add(int, int)'")
    params = [part for part in _split(rest.rstrip()[:-1]) if part.strip() not in ("", "void")]
    return Signature(
        _type(" ".join(pieces[:-1])), name, tuple(_type(part, named=True) for part in params), text.strip().rstrip(";")
    )


def _split(params: str) -> list[str]:
    """The parameters; a comma inside ``<...>`` separates nothing."""
    parts, depth, start = [], 0, 0
    for i, char in enumerate(params):
        depth += (char == "<") - (char == ">")
        if char == "," and depth == 0:
            parts.append(params[start:i])
            start = i + 1
    return [*parts, params[start:]]


def _type(text: str, named: bool = False) -> str:
    """The plain type: without const, ``&`` and ``std::``, and for a parameter (``named``) without its name."""
    words = [w for w in re.sub(r"([*&<>])", r" \1 ", text.replace("std::", "")).split() if w not in ("const", "&")]
    plain = _spell(words)
    if not _known(plain) and named and len(words) > 1:
        plain = _spell(words[:-1])
    if not _known(plain):
        raise ValueError(f"type {text.strip()!r} has no JSON counterpart")
    return plain


def _spell(words: list[str]) -> str:
    text = " ".join(words).replace(" *", "*").replace(" <", "<").replace("< ", "<").replace(" >", ">")
    return (
        text.replace("unsigned long int", "unsigned long")
        .replace("long long int", "long long")
        .replace("long int", "long")
    )


def _known(plain: str) -> bool:
    if plain.startswith("vector<") and plain.endswith(">"):
        return _known(plain[7:-1])
    return plain in _SCALARS or plain in (C_TEXT, CPP_TEXT)


def encode_calls(signature: Signature, nonce: str, calls: list[tuple[Any, ...]]) -> bytes:
    """The driver's stdin: the nonce, the number of calls, and one line per value. A vector is preceded by its length.

    Raises:
        ValueError: a call has the wrong number of arguments.
    """
    lines = [nonce, str(len(calls))]
    for args in calls:
        if len(args) != len(signature.params):
            raise ValueError(f"{signature.name} takes {len(signature.params)} arguments, got {len(args)}")
        for value, kind in zip(args, signature.params, strict=True):
            lines.extend(_tokens(value, kind))
    return ("\n".join(lines) + "\n").encode()


def _tokens(value: Any, kind: str) -> list[str]:
    if kind.startswith("vector<"):
        return [str(len(value)), *(token for item in value for token in _tokens(item, kind[7:-1]))]
    if kind in (C_TEXT, CPP_TEXT):
        data = str(value).encode()
        return [str(len(data)), data.hex() or "-"]
    if kind == "char":
        return [str(ord(value) if isinstance(value, str) else int(value))]
    if kind in FLOATS:
        return [float(value).hex() if math.isfinite(value) else str(float(value))]
    return [str(int(value))]


def decode_result(text: str, kind: str) -> Any:
    """The value of type ``kind`` that the driver printed as ``text``. Raises ValueError if no driver prints such a text."""
    tokens = text.split()
    value, used = _parse(tokens, 0, kind)
    if used != len(tokens):
        raise ValueError("more than one value")
    return value


def _parse(tokens: list[str], at: int, kind: str) -> tuple[Any, int]:
    if at >= len(tokens):
        raise ValueError("too few values")
    if kind.startswith("vector<"):
        count, at, items = int(tokens[at]), at + 1, []
        for _ in range(count):
            item, at = _parse(tokens, at, kind[7:-1])
            items.append(item)
        return items, at
    if kind in (C_TEXT, CPP_TEXT):
        return bytes.fromhex(tokens[at].replace("-", "")).decode(), at + 1
    if kind == "bool":
        return {"0": False, "1": True}[tokens[at]], at + 1
    if kind == "char":
        return chr(int(tokens[at]) % 256), at + 1
    return (float.fromhex(tokens[at]) if kind in FLOATS else int(tokens[at])), at + 1
