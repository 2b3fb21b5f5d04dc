"""Strict YAML 1.1: one document, standard tags, no anchors, aliases or merge keys, no duplicate or non-string keys."""

from __future__ import annotations

import math
from typing import Any

import yaml

from r1.verifiers.structure.limits import MAX_DEPTH, MAX_DIGITS, MAX_YAML_CHARS, Malformed, check_size

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_SCALARS = frozenset(_TAG + name for name in ("null", "bool", "int", "float", "str", "timestamp"))


def read_yaml(text: str) -> Any:
    """The value of a YAML text; a timestamp becomes a ``Date``.

    Raises:
        Malformed: the text is not one such document or exceeds the limits.
    """
    if len(text) > MAX_YAML_CHARS:
        raise Malformed(f"more than {MAX_YAML_CHARS} characters of YAML")
    try:
        value = _Builder().read(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise Malformed(f"{getattr(error, 'problem', None) or 'not YAML'}{where}") from None
    except (ValueError, OverflowError, AttributeError, KeyError) as error:  # PyYAML raises these for odd scalars
        raise error if isinstance(error, Malformed) else Malformed(f"a scalar that is none: {error}") from None
    check_size(value)
    return value


class Date(str):
    """A YAML timestamp as ISO text. It equals no JSON value, not even the string with the same text."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Date) and str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


class _Builder:
    """Builds the value from the parser's events, so that anchors and duplicate keys are refused before anything is copied."""

    def __init__(self) -> None:
        self.scalars = yaml.constructor.SafeConstructor()
        self.resolver = yaml.resolver.Resolver()
        self.documents = 0
        self.root: Any = None
        self.stack: list[tuple[Any, list[str]]] = []  # open containers, each with the key that waits for its value

    def read(self, text: str) -> Any:
        for event in yaml.parse(text, Loader=_Loader):
            if getattr(event, "anchor", None) is not None:
                raise Malformed("anchors and aliases are refused")
            self._take(event)
        if not self.documents:
            raise Malformed("no document")
        return self.root

    def _take(self, event: Any) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise Malformed("more than one document")
        elif isinstance(event, yaml.ScalarEvent):
            self._put(self._scalar(event))
        elif isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            is_list = isinstance(event, yaml.SequenceStartEvent)
            if event.tag not in (None, "!", _TAG + ("seq" if is_list else "map")):
                raise Malformed(f"tag {event.tag!r} is refused")
            self._open([] if is_list else {})
        elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            self.stack.pop()

    def _open(self, container: Any) -> None:
        self._put(container)
        self.stack.append((container, []))
        if len(self.stack) > MAX_DEPTH:
            raise Malformed(f"nested deeper than {MAX_DEPTH}")

    def _put(self, value: Any) -> None:
        if not self.stack:
            self.root = value
            return
        container, waiting = self.stack[-1]
        if isinstance(container, list):
            container.append(value)
        elif waiting:
            container[waiting.pop()] = value
        else:
            if type(value) is not str:
                raise Malformed(f"the key {value!r} is not text")
            if value in container:
                raise Malformed(f"the key {value!r} occurs twice")
            waiting.append(value)

    def _scalar(self, event: Any) -> Any:
        if event.tag is None or event.tag == "!":
            plain = event.implicit if event.tag is None else (False, True)
            tag = self.resolver.resolve(yaml.ScalarNode, event.value, plain)
        else:
            tag = event.tag
        if tag not in _SCALARS:
            raise Malformed(f"tag {tag!r} is refused")
        if tag.endswith((":int", ":float")) and len(event.value) > MAX_DIGITS:
            raise Malformed(f"a number of more than {MAX_DIGITS} digits")
        value = self.scalars.yaml_constructors[tag](self.scalars, yaml.ScalarNode(tag, event.value))
        if isinstance(value, float) and not math.isfinite(value):
            raise Malformed("a number that is not finite")
        return Date(value.isoformat()) if tag.endswith(":timestamp") else value
