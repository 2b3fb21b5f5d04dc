"""Structure: whether a completion is a document of the asked format, of the asked shape, with the asked content."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from r1.verifiers.fences import unfenced
from r1.verifiers.structure_limits import MAX_VALUES, Malformed
from r1.verifiers.structure_pattern import Pattern, PatternTooCostly
from r1.verifiers.verdict import Status, TruthError, Verdict, unscored
from r1.verifiers.visible import ASCII_SPACE

Judge = Callable[[str, Mapping[str, Any]], str]
"""``(text, truth) -> ""`` or the rule that a well-formed document breaks; raises Malformed for any other text."""


@dataclass(frozen=True)
class Structure:
    """Structured output, judged strictly: ``truth["format"]`` says what the whole completion has to be.

    ``json``, ``yaml``: ``schema`` (JSON Schema 2020-12) and ``content`` (the value itself).
    ``xml``: ``root``, ``children``, ``repeat`` and ``content`` (path -> texts), see ``structure_xml``.
    ``csv``, ``md_table``: ``header``, ``rows`` (their number) and ``content`` (the rows below the header, as texts).
    ``regex``: ``pattern`` and ``full`` (default: the whole text has to match), see ``structure_pattern``.

    White space around the document, or one code fence that is all of the text, is allowed where it cannot be part of
    the document: not for ``md_table`` and ``regex``. A text that is no such document is MALFORMED, one with another
    shape or content FAIL.

    Attributes:
        allow_fence: whether one code fence around the document is accepted.
    """

    allow_fence: bool = True

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        judge = _JUDGES.get(truth.get("format", ""))
        if judge is None:
            return unscored(f"format {truth.get('format')!r}: there are {', '.join(_JUDGES)}")
        text = completion
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


def _tree(read: Callable[[str], Any]) -> Judge:
    def judge(text: str, truth: Mapping[str, Any]) -> str:
        from r1.verifiers.structure_keywords import canonical
        from r1.verifiers.structure_schema import schema_rule

        value = read(text)
        broken = schema_rule(truth["schema"], value) if "schema" in truth else ""
        if broken:
            return f"the value{broken}"
        if "content" in truth and canonical(value) != canonical(truth["content"]):
            return "the content is not that of the record"
        return ""

    return judge


def _json(text: str) -> Any:
    from r1.verifiers.structure_json import read_json

    return read_json(text)


def _yaml(text: str) -> Any:
    from r1.verifiers.structure_yaml import read_yaml

    return read_yaml(text)


def _xml(text: str, truth: Mapping[str, Any]) -> str:
    from r1.verifiers import structure_xml

    root = structure_xml.read_xml(text.strip(ASCII_SPACE))
    return structure_xml.shape_rule(root, truth) or structure_xml.content_rule(root, truth.get("content") or {})


def _csv(text: str, truth: Mapping[str, Any]) -> str:
    from r1.verifiers.structure_csv import read_csv

    return _rows_rule(read_csv(text, _most_cells(truth)), truth)


def _table(text: str, truth: Mapping[str, Any]) -> str:
    from r1.verifiers.structure_table import read_table

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
