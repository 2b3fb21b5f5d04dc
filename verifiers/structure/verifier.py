"""Structure: whether a completion is a document of the asked format, of the asked shape, with the asked content."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from r1.verifiers.structure.limits import MAX_VALUES, Malformed
from r1.verifiers.structure.pattern import Pattern, PatternTooCostly
from r1.verifiers.text.fences import unfenced
from r1.verifiers.text.visible import ASCII_SPACE
from r1.verifiers.verdict import Status, TruthError, Verdict, unscored

Judge = Callable[[str, Mapping[str, Any]], str]
"""``(text, truth) -> ""`` or the rule that a well-formed document breaks; raises Malformed for any other text."""


@dataclass(frozen=True)
class Structure:
    """Structured output, judged strictly: ``truth["format"]`` says what the whole completion has to be.

    ``json``, ``yaml``: ``schema`` (JSON Schema 2020-12) and ``content`` (the value itself).
    ``xml``: ``root``, ``children``, ``repeat`` and ``content`` (path -> texts), see ``readers/xml.py``.
    ``csv``, ``md_table``: ``header``, ``rows`` (their number) and ``content`` (the rows below the header, as texts).
    ``regex``: ``pattern`` and ``full`` (default: the whole text has to match), see ``pattern``.

    White space around the document, or one code fence that is all of the text, is allowed where it cannot be part of
    the document: not for ``md_table`` and ``regex``. A text that is no such document is MALFORMED, one with another
    shape or content FAIL.

    Attributes:
        allow_fence: whether one code fence around the document is accepted.
    """

    allow_fence: bool = True

    def validate(self, truth: Mapping[str, Any]) -> None:
        """Raises `TruthError` for a truth that cannot be judged, whatever the completion."""
        kind = truth.get("format")
        if not isinstance(kind, str) or kind not in _JUDGES:
            raise TruthError(f"format {kind!r}: there are {', '.join(_JUDGES)}")
        for name, what, holds in _ARGUMENTS.get(kind, ()):
            if name in truth and not holds(truth[name]):
                raise TruthError(f"{name} of a {kind} task is {what}, not {str(truth[name])[:80]!r}")
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
        text, judge = completion, _JUDGES[truth["format"]]
        if self.allow_fence and judge not in (_table, _pattern):
            body = unfenced(completion)
            text = completion if body is None else body
        try:
            broken = judge(text, truth)
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
    ("rows", "a number of rows", _is_count),
    ("content", "a list of rows of texts", lambda rows: isinstance(rows, list | tuple) and all(map(_is_texts, rows))),
)
_ARGUMENTS: Mapping[str, tuple[tuple[str, str, Callable[[Any], bool]], ...]] = {
    "csv": _TABLE,
    "md_table": _TABLE,
    "xml": (
        ("root", "a name", lambda name: isinstance(name, str)),
        ("children", "a list of names", _is_texts),
        ("repeat", "a path with the least and the most number for each", _is_repeat),
        (
            "content",
            "a text or a list of texts for each path",
            lambda given: (
                isinstance(given, Mapping) and all(isinstance(t, str) or _is_texts(t) for t in given.values())
            ),
        ),
    ),
}
"""What a truth may say beside its format: the argument, what it has to be, and whether it is."""


def _tree(read: Callable[[str], Any]) -> Judge:
    def judge(text: str, truth: Mapping[str, Any]) -> str:
        from r1.verifiers.structure.keywords import canonical
        from r1.verifiers.structure.schema import schema_rule

        value = read(text)
        broken = schema_rule(truth["schema"], value) if "schema" in truth else ""
        if broken:
            return f"the value{broken}"
        if "content" in truth and canonical(value) != canonical(truth["content"]):
            return "the content is not that of the record"
        return ""

    return judge


def _json(text: str) -> Any:
    from r1.verifiers.structure.readers.json import read_json

    return read_json(text)


def _yaml(text: str) -> Any:
    from r1.verifiers.structure.readers.yaml import read_yaml

    return read_yaml(text)


def _xml(text: str, truth: Mapping[str, Any]) -> str:
    from r1.verifiers.structure.readers import xml as structure_xml

    root = structure_xml.read_xml(text.strip(ASCII_SPACE))
    return structure_xml.shape_rule(root, truth) or structure_xml.content_rule(root, truth.get("content") or {})


def _csv(text: str, truth: Mapping[str, Any]) -> str:
    from r1.verifiers.structure.readers.csv import read_csv

    return _rows_rule(read_csv(text, _most_cells(truth)), truth)


def _table(text: str, truth: Mapping[str, Any]) -> str:
    from r1.verifiers.structure.readers.table import read_table

    return _rows_rule(read_table(text, _most_cells(truth)), truth)


def _most_cells(truth: Mapping[str, Any]) -> int:
    """How many cells are worth reading: a little more than the truth asks for."""
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


_JUDGES: dict[str, Judge] = {
    "json": _tree(_json),
    "yaml": _tree(_yaml),
    "xml": _xml,
    "csv": _csv,
    "md_table": _table,
    "regex": _pattern,
}
