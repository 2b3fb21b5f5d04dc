"""Schema keywords without subschemas: types, bounds, lengths, sets of allowed values."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from r1.verifiers.structure.pattern import Pattern
from r1.verifiers.verdict import TruthError

Memo = dict[tuple[int, str], str]
Check = Callable[[Any, Memo], str]
"""``(value, memo) -> ""``, or the violation with its path. ``memo`` holds the results of references for one document."""

_TYPES: dict[str, Callable[[Any], bool]] = {
    "null": lambda v: v is None,
    "boolean": lambda v: type(v) is bool,
    "integer": lambda v: type(v) is int or (type(v) is float and v.is_integer()),
    "number": lambda v: type(v) in (int, float),
    "string": lambda v: type(v) is str,
    "array": lambda v: type(v) is list,
    "object": lambda v: type(v) is dict,
}
is_number, is_string, is_array, is_object = (_TYPES[name] for name in ("number", "string", "array", "object"))


def canonical(value: Any) -> Any:
    """A hashable stand-in; two are equal exactly when the JSON values are (1 = 1.0, true is not 1, keys in any order)."""
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, list):
        return ("list", *map(canonical, value))
    if isinstance(value, dict):
        return ("dict", frozenset((key, canonical(item)) for key, item in value.items()))
    return value


def _only(applies: Callable[[Any], bool], holds: Callable[[Any], bool], message: str) -> Check:
    return lambda value, memo: "" if not applies(value) or holds(value) else f" {message}"


def _type(rule: str | list[str]) -> Check:
    names = [rule] if isinstance(rule, str) else list(rule)
    if unknown := [name for name in names if name not in _TYPES]:
        raise TruthError(f"unknown schema type {unknown[0]!r}; expected one of: {', '.join(_TYPES)}")
    tests = [_TYPES[name] for name in names]
    message = f" is not of type {' or '.join(names)}"
    if len(tests) == 1:
        test = tests[0]
        return lambda value, memo: "" if test(value) else message
    return lambda value, memo: "" if any(test(value) for test in tests) else message


def _enum(rule: list[Any]) -> Check:
    allowed = frozenset(map(canonical, rule))
    return lambda value, memo: "" if canonical(value) in allowed else f" is none of {json.dumps(rule)[:80]}"


def _multiple(rule: float) -> Check:
    step = Fraction(str(rule))
    return _only(is_number, lambda v: (Fraction(str(v)) / step).denominator == 1, f"is no multiple of {rule}")


def _pattern(rule: str) -> Check:
    pattern = Pattern(rule, ecma=True)
    return _only(is_string, pattern.search, f"does not match {rule!r}")


def _unique(rule: bool) -> Check:
    return _only(is_array, lambda v: not rule or len(set(map(canonical, v))) == len(v), "has the same item twice")


def _dependent_required(rule: Mapping[str, list[str]]) -> Check:
    return _only(
        is_object,
        lambda v: all(other in v for name, others in rule.items() if name in v for other in others),
        f"lacks a key that another one needs: {json.dumps(rule)[:80]}",
    )


def _required(rule: list[str]) -> Check:
    def run(value: Any, memo: Memo) -> str:
        for name in rule if is_object(value) else ():
            if name not in value:
                return f" lacks the key {name!r}"
        return ""

    return run


def simple(name: str, rule: Any) -> Check:
    """The check for one of the keywords in ``SIMPLE``.

    Raises:
        TruthError: the keyword does not take such a value.
    """
    kind, holds = next(entry[1:] for entry in _RULES if name in entry[0])
    if not holds(rule):
        raise TruthError(f"schema keyword {name!r} takes {kind}, got {json.dumps(rule)[:80]}")
    return SIMPLE[name](rule)


def _is_count(rule: Any) -> bool:
    return _TYPES["integer"](rule) and rule >= 0


def _is_names(rule: Any) -> bool:
    return is_array(rule) and all(map(is_string, rule))


_RULES: tuple[tuple[frozenset[str], str, Callable[[Any], bool]], ...] = (
    (frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}), "a number", is_number),
    (frozenset({"multipleOf"}), "a number above 0", lambda rule: is_number(rule) and rule > 0),
    (
        frozenset(f"{end}{what}" for end in ("min", "max") for what in ("Length", "Items", "Properties")),
        "an integer of at least 0",
        _is_count,
    ),
    (frozenset({"type"}), "a name or a list of names", lambda rule: is_string(rule) or (_is_names(rule) and rule)),
    (frozenset({"required"}), "a list of names", _is_names),
    (frozenset({"uniqueItems"}), "true or false", _TYPES["boolean"]),
    (frozenset({"enum"}), "a list of values", is_array),
    (frozenset({"pattern"}), "a string", is_string),
    (
        frozenset({"dependentRequired"}),
        "an object with a list of names for each name",
        lambda rule: is_object(rule) and all(map(_is_names, rule.values())),
    ),
    (frozenset({"const"}), "any value", lambda rule: True),
)

SIMPLE: dict[str, Callable[[Any], Check]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda rule: _enum([rule]),
    "minimum": lambda rule: _only(is_number, lambda v: v >= rule, f"is below {rule}"),
    "maximum": lambda rule: _only(is_number, lambda v: v <= rule, f"is above {rule}"),
    "exclusiveMinimum": lambda rule: _only(is_number, lambda v: v > rule, f"is not above {rule}"),
    "exclusiveMaximum": lambda rule: _only(is_number, lambda v: v < rule, f"is not below {rule}"),
    "multipleOf": _multiple,
    "minLength": lambda rule: _only(is_string, lambda v: len(v) >= rule, f"is shorter than {rule}"),
    "maxLength": lambda rule: _only(is_string, lambda v: len(v) <= rule, f"is longer than {rule}"),
    "pattern": _pattern,
    "minItems": lambda rule: _only(is_array, lambda v: len(v) >= rule, f"has fewer than {rule} items"),
    "maxItems": lambda rule: _only(is_array, lambda v: len(v) <= rule, f"has more than {rule} items"),
    "uniqueItems": _unique,
    "required": _required,
    "minProperties": lambda rule: _only(is_object, lambda v: len(v) >= rule, f"has fewer than {rule} keys"),
    "maxProperties": lambda rule: _only(is_object, lambda v: len(v) <= rule, f"has more than {rule} keys"),
    "dependentRequired": _dependent_required,
}
