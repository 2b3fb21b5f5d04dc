"""JSON Schema (Draft 2020-12), compiled into closures: linear in the value, own linear-time `pattern`, no network.

The assertions of the draft but for `unevaluated*`, `$dynamicRef` and references out of the document; a keyword that is
neither known nor an annotation is refused, because a misspelt one would accept everything. What drafts 6 and 7 wrote
otherwise is read as they meant it: a list of `items` with `additionalItems`, `dependencies`, and, where `$schema` names
one of them, a `$ref` that makes its neighbours void.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from r1.verifiers.structure.keywords import SIMPLE, Check, Memo, is_array, is_object, simple
from r1.verifiers.structure.pattern import Pattern
from r1.verifiers.verdict import TruthError

_ANNOTATIONS = frozenset(
    {
        "$schema",
        "$id",
        "$anchor",
        "$comment",
        "$defs",
        "definitions",
        "title",
        "description",
        "default",
        "examples",
        "deprecated",
    }
    | {"readOnly", "writeOnly", "format", "contentEncoding", "contentMediaType", "contentSchema"}
)
_NESTING = frozenset(
    {"$ref", "properties", "patternProperties", "additionalProperties", "propertyNames", "dependentSchemas", "items"}
    | {"prefixItems", "contains", "allOf", "anyOf", "oneOf", "not", "if", "dependencies"}
)
_WITH_OTHERS = frozenset({"then", "else", "minContains", "maxContains", "additionalItems"})  # read by another keyword


def schema_rule(schema: Any, value: Any) -> str:
    """What ``value`` breaks of ``schema``, with its path, or ``""``.

    Raises:
        TruthError: the schema is none that can be judged.
    """
    try:
        return compiled(schema)(value, {})
    except RecursionError:
        raise TruthError("the schema refers to itself without end") from None


def compiled(schema: Any) -> Check:
    """The check that a schema stands for; made once for equal schemas.

    Raises:
        TruthError: the schema is none that can be judged.
    """
    try:
        return _compiled(json.dumps(schema))
    except RecursionError:
        raise TruthError("the schema is nested without end") from None


@lru_cache(maxsize=1024)
def _compiled(schema: str) -> Check:
    return _Compiler(json.loads(schema)).check(None)


class _Compiler:
    """Turns one schema document into checks; ``check(None)`` is that of the whole document."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.refs: dict[str, Check] = {}
        named = root if isinstance(root, Mapping) else {}
        self.uri = str(named.get("$id", "")).rstrip("#")
        self.is_old = "/draft-0" in str(named.get("$schema", ""))

    def check(self, schema: Any) -> Check:
        schema = self.root if schema is None else schema
        if schema is True:
            return _accept
        if schema is False:
            return lambda value, memo: "nothing is allowed here"
        if not isinstance(schema, Mapping):
            raise TruthError(f"a schema is an object, true or false, not {schema!r}")
        if self.is_old and "$ref" in schema:
            schema = {"$ref": schema["$ref"]}
        checks = [
            self._keyword(name, rule, schema)
            for name, rule in schema.items()
            if name not in _ANNOTATIONS | _WITH_OTHERS
        ]
        return checks[0] if len(checks) == 1 else _all(checks)

    def _keyword(self, name: str, rule: Any, schema: Mapping[str, Any]) -> Check:
        if name in SIMPLE:
            return simple(name, rule)
        make = getattr(self, f"_{name.lstrip('$')}", None) if name in _NESTING else None
        if make is None:
            raise TruthError(f"schema keyword {name!r} is not supported")
        return make(rule, schema)

    def _ref(self, pointer: str, schema: Mapping[str, Any]) -> Check:
        if self.uri:
            pointer = pointer.removeprefix(self.uri) or "#"
        if not pointer.startswith("#"):
            raise TruthError(f"$ref {pointer!r} leads out of the schema")
        if pointer not in self.refs:
            self.refs[pointer] = _accept  # a place for the loop to close on
            self.refs[pointer] = self.check(self._resolve(pointer))

        def run(value: Any, memo: Memo) -> str:
            # Remembered, since recursion through `anyOf` would otherwise double at every level.
            key = (id(value), pointer)
            if key not in memo:
                memo[key] = self.refs[pointer](value, memo)
            return memo[key]

        return run

    def _resolve(self, pointer: str) -> Any:
        target = self.root
        if pointer[1:2] not in ("", "/"):
            return self._anchored(pointer)
        for part in unquote(pointer[1:]).split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            try:
                target = target[int(key)] if isinstance(target, list) else target[key]
            except (KeyError, IndexError, ValueError, TypeError):
                raise TruthError(f"$ref {pointer!r} leads nowhere") from None
        return target

    def _anchored(self, pointer: str) -> Any:
        """The one subschema of this name: ``$anchor``, or ``$id`` with a number sign before 2019."""
        found, waiting = [], [self.root]
        while waiting:
            part = waiting.pop()
            if isinstance(part, Mapping) and (part.get("$anchor") == pointer[1:] or part.get("$id") == pointer):
                found.append(part)
            if isinstance(part, Mapping | list):
                waiting.extend(part.values() if isinstance(part, Mapping) else part)
        if len(found) != 1:
            raise TruthError(f"$ref {pointer!r} names {len(found)} places of the schema, not one")
        return found[0]

    def _properties(self, rule: Mapping[str, Any], schema: Mapping[str, Any]) -> Check:
        checks = {name: self.check(inner) for name, inner in rule.items()}

        def run(value: Any, memo: Memo) -> str:
            if is_object(value):
                for name, check in checks.items():
                    if name in value and (broken := check(value[name], memo)):
                        return f".{name}{_joined(broken)}"
            return ""

        return run

    def _patternProperties(self, rule: Mapping[str, Any], schema: Mapping[str, Any]) -> Check:
        checks = [(Pattern(pattern, ecma=True), self.check(inner)) for pattern, inner in rule.items()]

        def run(value: Any, memo: Memo) -> str:
            for name, item in value.items() if is_object(value) else ():
                for pattern, check in checks:
                    if pattern.search(name) and (broken := check(item, memo)):
                        return f".{name}{_joined(broken)}"
            return ""

        return run

    def _additionalProperties(self, rule: Any, schema: Mapping[str, Any]) -> Check:
        known = frozenset(schema.get("properties", ()))
        patterns = [Pattern(pattern, ecma=True) for pattern in schema.get("patternProperties", ())]
        check = self.check(rule)

        def run(value: Any, memo: Memo) -> str:
            for name in value if is_object(value) else ():
                if name not in known and not any(pattern.search(name) for pattern in patterns):
                    if rule is False:
                        return f" has a key {name[:40]!r} that is not allowed"
                    if broken := check(value[name], memo):
                        return f".{name}{_joined(broken)}"
            return ""

        return run

    def _propertyNames(self, rule: Any, schema: Mapping[str, Any]) -> Check:
        return _each(self.check(rule), is_object, lambda value: ((f" key {name[:40]!r}", name) for name in value))

    def _dependentSchemas(self, rule: Mapping[str, Any], schema: Mapping[str, Any]) -> Check:
        checks = {name: self.check(inner) for name, inner in rule.items()}
        return lambda value, memo: next(
            (b for name, check in checks.items() if is_object(value) and name in value and (b := check(value, memo))),
            "",
        )

    def _dependencies(self, rule: Mapping[str, Any], schema: Mapping[str, Any]) -> Check:
        names = {name: needed for name, needed in rule.items() if isinstance(needed, list)}
        schemas = {name: needed for name, needed in rule.items() if name not in names}
        return _all([simple("dependentRequired", names), self._dependentSchemas(schemas, schema)])

    def _items(self, rule: Any, schema: Mapping[str, Any]) -> Check:
        if isinstance(rule, list):
            modern = {"prefixItems": rule, "items": schema.get("additionalItems", True)}
            return _all([self._prefixItems(rule, modern), self._items(modern["items"], modern)])
        start = len(schema.get("prefixItems", ()))
        check = self.check(rule)

        def run(value: Any, memo: Memo) -> str:
            if is_array(value):
                for item in value[start:] if start else value:
                    if broken := check(item, memo):
                        return f"[{next(i for i, other in enumerate(value) if other is item)}]{_joined(broken)}"
            return ""

        return run

    def _prefixItems(self, rule: list[Any], schema: Mapping[str, Any]) -> Check:
        checks = [self.check(inner) for inner in rule]

        def run(value: Any, memo: Memo) -> str:
            for i, (item, check) in enumerate(zip(value, checks, strict=False)) if is_array(value) else ():
                if broken := check(item, memo):
                    return f"[{i}]{_joined(broken)}"
            return ""

        return run

    def _contains(self, rule: Any, schema: Mapping[str, Any]) -> Check:
        low, high = schema.get("minContains", 1), schema.get("maxContains")
        check = self.check(rule)

        def run(value: Any, memo: Memo) -> str:
            if not is_array(value):
                return ""
            found = sum(1 for item in value if not check(item, memo))
            return "" if low <= found and (high is None or found <= high) else f" contains {found} matching items"

        return run

    def _allOf(self, rule: list[Any], schema: Mapping[str, Any]) -> Check:
        return _all([self.check(inner) for inner in rule])

    def _anyOf(self, rule: list[Any], schema: Mapping[str, Any]) -> Check:
        checks = [self.check(inner) for inner in rule]
        return lambda value, memo: (
            "" if any(not check(value, memo) for check in checks) else " matches no schema of anyOf"
        )

    def _oneOf(self, rule: list[Any], schema: Mapping[str, Any]) -> Check:
        checks = [self.check(inner) for inner in rule]

        def run(value: Any, memo: Memo) -> str:
            matching = sum(1 for check in checks if not check(value, memo))
            return "" if matching == 1 else f" matches {matching} schemas of oneOf"

        return run

    def _not(self, rule: Any, schema: Mapping[str, Any]) -> Check:
        check = self.check(rule)
        return lambda value, memo: "" if check(value, memo) else " is what `not` excludes"

    def _if(self, rule: Any, schema: Mapping[str, Any]) -> Check:
        condition = self.check(rule)
        yes, no = self.check(schema.get("then", True)), self.check(schema.get("else", True))
        return lambda value, memo: (no if condition(value, memo) else yes)(value, memo)


def _accept(value: Any, memo: Memo) -> str:
    return ""


def _all(checks: list[Check]) -> Check:
    def run(value: Any, memo: Memo) -> str:
        for check in checks:
            if broken := check(value, memo):
                return broken
        return ""

    return run


def _each(check: Check, applies: Callable[[Any], bool], parts: Callable[[Any], Any]) -> Check:
    def run(value: Any, memo: Memo) -> str:
        for where, part in parts(value) if applies(value) else ():
            if broken := check(part, memo):
                return f"{where}{_joined(broken)}"
        return ""

    return run


def _joined(broken: str) -> str:
    return broken if broken[:1] in ".[ " else f" {broken}"
