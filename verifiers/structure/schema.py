"""JSON Schema (Draft 2020-12), compiled into closures. A check takes linear time in the value and uses no network.

Supported are all assertions of the draft except `unevaluated*`, `$dynamicRef` and references to other documents. A keyword
that is neither supported nor an annotation is refused, because a misspelled one would accept everything. Older forms of
drafts 6 and 7 are read as those drafts mean them: a list of `items` with `additionalItems`, `dependencies`, and, if `$schema`
names one of these drafts, a `$ref` that disables its sibling keywords.
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
    {"$schema", "$id", "$anchor", "$comment", "$defs", "definitions", "title", "description", "default", "examples"}
    | {"deprecated", "readOnly", "writeOnly", "format", "contentEncoding", "contentMediaType", "contentSchema"}
)
_NESTING = frozenset(
    {"$ref", "properties", "patternProperties", "additionalProperties", "propertyNames", "dependentSchemas", "items"}
    | {"prefixItems", "contains", "allOf", "anyOf", "oneOf", "not", "if", "dependencies"}
)
_WITH_OTHERS = frozenset(
    {"then", "else", "minContains", "maxContains", "additionalItems"}
)  # evaluated by another keyword


def schema_rule(schema: Any, value: Any) -> str:
    """The first violation of ``schema`` in ``value``, with its path, or ``""``.

    Raises:
        TruthError: the schema is invalid or not supported.
    """
    try:
        return compiled(schema)(value, {})
    except RecursionError:
        raise TruthError("the schema refers to itself endlessly") from None


def compiled(schema: Any) -> Check:
    """Compile a schema to a check; equal schemas are compiled once.

    Raises:
        TruthError: the schema is invalid or not supported.
    """
    try:
        return _compiled(json.dumps(schema))
    except RecursionError:
        raise TruthError("the schema is nested too deep") from None


@lru_cache(maxsize=1024)
def _compiled(schema: str) -> Check:
    return _Compiler(json.loads(schema)).check(None)


class _Compiler:
    """Turns one schema document into checks; ``check(None)`` gives the check of the whole document.

    A keyword ``$name`` or ``name`` that nests schemas is compiled by the method ``_name(rule, schema)``.
    """

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
            raise TruthError(f"schema must be an object, true or false, got {schema!r}")
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
            raise TruthError(
                f"$ref {pointer!r} refers to another document; only references within the schema are supported"
            )
        if pointer not in self.refs:
            self.refs[pointer] = _accept  # ends the recursion if the schema refers to itself
            self.refs[pointer] = self.check(self._resolve(pointer))

        def run(value: Any, memo: Memo) -> str:
            # Without the memo, recursion through `anyOf` would double the work at every level.
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
                raise TruthError(f"$ref {pointer!r} does not exist in the schema") from None
        return target

    def _anchored(self, pointer: str) -> Any:
        """The one subschema with this ``$anchor``, or with this ``$id`` in drafts before 2019."""
        found, waiting = [], [self.root]
        while waiting:
            part = waiting.pop()
            if isinstance(part, Mapping) and (part.get("$anchor") == pointer[1:] or part.get("$id") == pointer):
                found.append(part)
            if isinstance(part, Mapping | list):
                waiting.extend(part.values() if isinstance(part, Mapping) else part)
        if len(found) != 1:
            raise TruthError(f"$ref {pointer!r} must match exactly one subschema, found {len(found)}")
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
