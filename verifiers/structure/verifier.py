"""Structure: whether a completion is a document in the requested format, with the requested shape and content."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from r1.verifiers.structure.limits import MAX_VALUES, Malformed
from r1.verifiers.structure.pattern import Pattern, PatternTooCostly
from r1.verifiers.text.fences import unfenced
from r1.verifiers.text.visible import ASCII_SPACE
from r1.verifiers.verdict import BaseVerifier, Status, TruthError, Verdict, unscored

Rule = Callable[[str, Mapping[str, Any]], str]
"""``(text, truth) -> ""``, or the violation in a well-formed document; raises Malformed for any other text."""


@dataclass(frozen=True)
class Structure(BaseVerifier):
    """Strict check of structured output: the whole completion must be a document in the format ``truth["format"]``.

    ``json``, ``yaml``: ``schema`` (JSON Schema 2020-12) and ``content`` (the value itself).
    ``xml``: ``root``, ``children``, ``repeat`` and ``content`` (path -> texts), see ``readers/xml.py``.
    ``csv``, ``md_table``: ``header``, ``rows`` (their number) and ``content`` (the rows below the header, as strings).
    ``regex``: ``pattern`` and ``full`` (default true: the whole text has to match), see ``pattern_syntax.py``.

    White space or one code fence around the document is allowed except for ``md_table`` and ``regex``, where it could be
    part of the document. A text that is not a document in the format is MALFORMED; another shape or content is FAIL.

    Attributes:
        allow_fence: whether one code fence around the document is accepted.
    """

    allow_fence: bool = True

    def validate(self, truth: Mapping[str, Any]) -> None:
        """Raise `TruthError` if no completion can be judged by this truth."""
        kind = truth.get("format")
        if not isinstance(kind, str) or kind not in _RULES:
            raise TruthError(f"unknown format {kind!r}; expected one of: {', '.join(_RULES)}")
        for name, what, holds in _ARGUMENTS.get(kind, ()):
            if name in truth and not holds(truth[name]):
                raise TruthError(f"{name} of a {kind} truth must be {what}, got {str(truth[name])[:80]!r}")
        if kind == "regex":
            Pattern(truth.get("pattern"))  # type: ignore[arg-type]
        elif "schema" in truth and kind in ("json", "yaml"):
            from r1.verifiers.structure.schema import compiled

            compiled(truth["schema"])

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        try:
            self.validate(truth)
        except (TruthError, TypeError, KeyError, ValueError, AttributeError) as error:
            return unscored(f"the truth cannot be judged: {error}")
        text, rule = completion, _RULES[truth["format"]]
        if self.allow_fence and rule not in (_table, _pattern):
            body = unfenced(completion)
            text = completion if body is None else body
        try:
            broken = rule(text, truth)
        except Malformed as error:
            return Verdict(Status.MALFORMED, 0.0, {}, f"not {truth['format']}: {error}")
        except PatternTooCostly:
            return Verdict(Status.TIMEOUT, 0.0, {}, "the pattern needs more work for this text than it is allowed")
        except (TruthError, TypeError, KeyError, AttributeError) as error:
            return unscored(f"the truth cannot be judged: {error}")
        return Verdict(Status.FAIL, 0.0, {}, broken) if broken else Verdict(Status.PASS, 1.0, {}, "as asked")


def _is_texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_repeat(value: Any) -> bool:
    bounds = value.values() if isinstance(value, Mapping) else [()]
    return all(isinstance(pair, list | tuple) and len(pair) == 2 and all(map(_is_count, pair)) for pair in bounds)


_TABLE: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    ("header", "a list of column names", _is_texts),
    ("rows", "an integer of at least 0", _is_count),
    ("content", "a list of rows of strings", lambda rows: isinstance(rows, list | tuple) and all(map(_is_texts, rows))),
)
_ARGUMENTS: Mapping[str, tuple[tuple[str, str, Callable[[Any], bool]], ...]] = {
    "csv": _TABLE,
    "md_table": _TABLE,
    "xml": (
        ("root", "a string", lambda name: isinstance(name, str)),
        ("children", "a list of names", _is_texts),
        ("repeat", "an object from path to [least, most]", _is_repeat),
        (
            "content",
            "an object from path to a string or a list of strings",
            lambda given: (
                isinstance(given, Mapping) and all(isinstance(t, str) or _is_texts(t) for t in given.values())
            ),
        ),
    ),
}
"""For each format the optional keys of the truth: name, description of a valid value, and the test for it."""


def _tree(read: Callable[[str], Any]) -> Rule:
    """The rule of a format whose documents are JSON values: ``schema`` and ``content``."""

    def rule(text: str, truth: Mapping[str, Any]) -> str:
        from r1.verifiers.structure.keywords import canonical
        from r1.verifiers.structure.schema import schema_rule

        value = read(text)
        broken = schema_rule(truth["schema"], value) if "schema" in truth else ""
        if broken:
            return f"the value{broken}"
        if "content" in truth and canonical(value) != canonical(truth["content"]):
            return "the content is not that of the record"
        return ""

    return rule


def _json(text: str) -> Any:
    from r1.verifiers.structure.readers.json import read_json

    return read_json(text)


def _yaml(text: str) -> Any:
    from r1.verifiers.structure.readers.yaml import read_yaml

    return read_yaml(text)


def _xml(text: str, truth: Mapping[str, Any]) -> str:
    from r1.verifiers.structure.readers.xml import content_rule, read_xml, shape_rule

    root = read_xml(text.strip(ASCII_SPACE))
    return shape_rule(root, truth) or content_rule(root, truth.get("content") or {})


def _csv(text: str, truth: Mapping[str, Any]) -> str:
    from r1.verifiers.structure.readers.csv import read_csv

    return _rows_rule(read_csv(text, _most_cells(truth)), truth)


def _table(text: str, truth: Mapping[str, Any]) -> str:
    from r1.verifiers.structure.readers.table import read_table

    return _rows_rule(read_table(text, _most_cells(truth)), truth)


def _most_cells(truth: Mapping[str, Any]) -> int:
    """The number of cells after which reading stops: a little more than the truth asks for."""
    if "header" in truth and "rows" in truth:
        return (len(truth["header"]) + 1) * (int(truth["rows"]) + 4)
    return MAX_VALUES


def _rows_rule(rows: list[list[str]], truth: Mapping[str, Any]) -> str:
    if "header" in truth and rows[0] != list(truth["header"]):
        return f"the columns are {', '.join(rows[0])[:80]}, not {', '.join(truth['header'])}"
    if "rows" in truth and len(rows) - 1 != truth["rows"]:
        return f"there are {len(rows) - 1} rows, not {truth['rows']}"
    if "content" in truth and rows[1:] != [list(row) for row in truth["content"]]:
        return "the cells are not those of the record"
    return ""


def _pattern(text: str, truth: Mapping[str, Any]) -> str:
    pattern = Pattern(truth["pattern"])
    matches = pattern.fullmatch(text) if truth.get("full", True) else pattern.search(text)
    return "" if matches else f"the text does not match {truth['pattern']!r}"


_RULES: dict[str, Rule] = {
    "json": _tree(_json),
    "yaml": _tree(_yaml),
    "xml": _xml,
    "csv": _csv,
    "md_table": _table,
    "regex": _pattern,
}
