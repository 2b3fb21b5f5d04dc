"""Structure: labelled cases, agreement with the reference libraries, and documents made to stall or to fool."""

from __future__ import annotations

import csv
import io
import json
import pickle
import re

import jsonschema
import pytest
import yaml
from format_cases import cases, verdict_of
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_data import needs_shared
from timing import LIMIT_S, least_seconds

from r1.verifiers.structure import Structure
from r1.verifiers.structure.limits import Malformed
from r1.verifiers.structure.pattern import Pattern
from r1.verifiers.structure.readers.json import read_json
from r1.verifiers.structure.schema import schema_rule
from r1.verifiers.verdict import Status, TruthError

PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string", "minLength": 1}, "age": {"type": "integer", "minimum": 0}},
    "required": ["name", "age"],
    "additionalProperties": False,
}


def judge(completion: str, truth: dict) -> Status:
    return Structure()(completion, truth).status


@needs_shared
@pytest.mark.parametrize(
    "row", cases("json_schema", "yaml", "xml", "csv", "md_table", "regex"), ids=lambda row: row["id"]
)
def test_labelled_cases(row: dict) -> None:
    assert verdict_of(row).reward == row["expected"]


# JSON ----------------------------------------------------------------------------------------------------------------

scalars = (
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, 1.0, 2.5]) | st.text("ab1é", max_size=4)
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
)
TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"]
leaf_schemas = st.one_of(
    st.booleans(),
    st.sampled_from(TYPES).map(lambda name: {"type": name}),
    st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True).map(lambda names: {"type": names}),
    scalars.map(lambda value: {"const": value}),
    st.lists(values, min_size=1, max_size=3).map(lambda options: {"enum": options}),
    st.tuples(st.sampled_from(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]), st.integers(-2, 2)).map(
        lambda pair: dict([pair])
    ),
    st.sampled_from([1, 2, 0.5]).map(lambda step: {"multipleOf": step}),
    st.tuples(
        st.sampled_from(
            ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"],
        ),
        st.integers(0, 3),
    ).map(lambda pair: dict([pair])),
    st.sampled_from(["^a+$", "b", "^(a|b)*1$", "[^a]"]).map(lambda pattern: {"pattern": pattern}),
    st.just({"uniqueItems": True}),
    st.lists(st.sampled_from("abc"), max_size=2, unique=True).map(lambda names: {"required": names}),
    st.just({"dependentRequired": {"a": ["b"]}}),
    st.just({"$ref": "#/$defs/loop"}),
)


def _nested(inner: st.SearchStrategy) -> st.SearchStrategy:
    return st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
            "patternProperties": st.dictionaries(st.sampled_from(["^a", "[bc]$"]), inner, max_size=1),
            "additionalProperties": inner,
            "propertyNames": inner,
            "dependentSchemas": st.dictionaries(st.sampled_from("abc"), inner, max_size=1),
            "prefixItems": st.lists(inner, min_size=1, max_size=2),
            "items": inner,
            "contains": inner,
            "minContains": st.integers(0, 2),
            "maxContains": st.integers(1, 2),
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "oneOf": st.lists(inner, min_size=1, max_size=2),
            "not": inner,
            "if": inner,
            "then": inner,
            "else": inner,
        },
    )


LOOP = {"loop": {"type": ["array", "integer", "string"], "items": {"$ref": "#/$defs/loop"}}}
schemas = st.recursive(leaf_schemas, _nested, max_leaves=6).map(
    lambda schema: {**schema, "$defs": LOOP} if isinstance(schema, dict) else schema
)


@settings(max_examples=400, deadline=None)
@given(schemas, values)
def test_schemas_mean_what_the_reference_validator_says(schema: object, value: object) -> None:
    expected = jsonschema.Draft202012Validator(schema).is_valid(value)
    assert (schema_rule(schema, value) == "") == expected


@given(values)
def test_json_reads_back_what_was_written(value: object) -> None:
    text = json.dumps(value)
    assert read_json(text) == value
    assert judge(f"\n```json\n{text}\n```", {"format": "json", "content": value}) is Status.PASS


@given(values, values)
def test_other_content_fails(value: object, other: object) -> None:
    same = json.dumps(value, sort_keys=True) == json.dumps(other, sort_keys=True)
    numerically = re.sub(r"(\d)\.0\b", r"\1", json.dumps(value, sort_keys=True)) == re.sub(
        r"(\d)\.0\b", r"\1", json.dumps(other, sort_keys=True)
    )
    status = judge(json.dumps(other), {"format": "json", "content": value})
    assert (status is Status.PASS) == (same or numerically)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": 1, "\\u0061": 2}', "same key twice"),
        ("[NaN]", "NaN is not JSON"),
        ("-Infinity", "not JSON"),
        ("1e400", "beyond the range"),
        ("9" * 401, "more than 400 digits"),
        ("0." + "3" * 400, "more than 400 digits"),
        ('"\\ud800"', "lone surrogate"),
        ('{"\ud800": 1}', "lone surrogate"),
        ("[" * 65 + "]" * 65, "deeper than 64"),
        ("[" * 100_000, "deep"),
        ('"a\tb"', "control character"),
        ("\ufeff{}", "BOM"),
        ("{} {}", "Extra data"),
        ("[1,]", ""),
        ("", "Expecting value"),
        ("\u00a01", "Expecting value"),
    ],
)
def test_json_is_strict(text: str, why: str) -> None:
    verdict = Structure()(text, {"format": "json", "schema": True})
    assert verdict.status is Status.MALFORMED and why in verdict.note


@pytest.mark.parametrize("text", ["9" * 400, "[" * 64 + "]" * 64, '"\\ud83d\\ude00"', f'"{"9" * 500}"', " \n1e2\n"])
def test_json_at_its_limits_is_accepted(text: str) -> None:
    assert judge(text, {"format": "json", "schema": True}) is Status.PASS


def test_a_schema_problem_is_ours_and_never_a_zero() -> None:
    for schema in (
        {"minimun": 1},
        {"$ref": "http://x/y"},
        {"$ref": "#/nowhere"},
        {"type": "int"},
        {"pattern": "(?=a)"},
        3,
    ):
        verdict = Structure()('"a"', {"format": "json", "schema": schema})
        assert verdict.status is Status.UNSCORED and verdict.reward is None
    assert Structure()("{}", {"format": "toml"}).status is Status.UNSCORED
    assert Structure()("1", {"format": "json", "schema": {"$ref": "#"}}).status is Status.UNSCORED


def test_recursion_through_any_of_is_not_exponential() -> None:
    branch = {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["b"]}
    schema = {"anyOf": [branch, {**branch, "required": ["c"]}, {"type": "integer"}]}
    text = '{"a": ' * 60 + "1" + "}" * 60
    assert judge(text, {"format": "json", "schema": schema}) is Status.FAIL
    assert least_seconds(lambda: judge(text, {"format": "json", "schema": schema}), LIMIT_S) <= LIMIT_S


def test_the_note_says_where() -> None:
    verdict = Structure()('{"name": "Ann", "age": -1}', {"format": "json", "schema": PERSON})
    assert verdict.note == "the value.age is below 0"


# Patterns ------------------------------------------------------------------------------------------------------------

atoms = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", r"\d", r"\w", r"\.", "x-", "[a-c1]", r"\x61", "^", "$"])
patterns = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{,2}", "{2,}", "+?"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=500, deadline=None)
@given(patterns, st.lists(st.text("abc1x-.\n{,2}", max_size=7), min_size=1, max_size=8))
def test_patterns_mean_what_re_says(pattern: str, texts: list[str]) -> None:
    ours = Pattern(pattern)
    # `$` is the end of the text here; and `{,2}` is literal in ECMAScript, which JSON Schema follows.
    reference = re.compile(pattern.replace("$", r"\Z").replace("{,2}", r"\{,2\}"), re.ASCII)
    for text in texts:
        assert ours.search(text) == bool(reference.search(text))
        assert ours.fullmatch(text) == bool(reference.fullmatch(text))


@pytest.mark.parametrize(
    "pattern", ["(?=a)", r"(a)\1", r"\bа", "a++", "(", ")", "[a", "*", "a{2000}", "[b-a]", "(?i)a", "a**b(("]
)
def test_what_is_no_regular_language_is_refused(pattern: str) -> None:
    with pytest.raises(TruthError, match="pattern"):
        Pattern(pattern)


@pytest.mark.parametrize(
    "pattern", ["^(a+)+$", "^(a|aa)+$", "(.*a){12}$", "^(([a-z])+.)+[A-Z]([a-z])+$", "a*a*a*a*a*b"]
)
def test_patterns_that_stall_re_do_not_stall_ours(pattern: str) -> None:
    text = "a" * 100_000 + "!"
    truth = {"format": "regex", "pattern": pattern, "full": False}
    assert least_seconds(lambda: Structure()(text, truth), LIMIT_S) <= LIMIT_S
    assert judge(json.dumps("a" * 28 + "b"), {"format": "json", "schema": {"pattern": "^(a+)+$"}}) is Status.FAIL


# YAML ----------------------------------------------------------------------------------------------------------------

yaml_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from([0.5, -2.25]) | st.text("ab:#- 'é\n", max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b c", "on", "1"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(yaml_values, st.booleans())
def test_yaml_reads_back_what_was_written(value: object, flow: bool) -> None:
    text = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True)
    assert judge(f"```yaml\n{text}```", {"format": "yaml", "content": value}) is Status.PASS


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: 1\na: 2", "occurs twice"),
        ("a: 1\n---\nb: 2", "more than one document"),
        ("a: &x 1", "anchors"),
        ("a: *x", "anchors"),
        ("a: {<<: {b: 1}}", "refused"),
        ("!!python/object/apply:os.system ['true']", "refused"),
        ("a: !!binary aGk=", "refused"),
        ("a: .nan", "not finite"),
        ("a: .inf", "not finite"),
        ("1: a", "not text"),
        ("? [a]\n: b", ""),
        ("a:\n\tb: 1", ""),
        ("", "no document"),
        ("a: " + "9" * 401, "digits"),
        ("[" * 70 + "]" * 70, "deeper"),
        ("a: " + "x" * 30_000, "more than"),
        ("%TAG ! tag:x,2000:\n--- !y a", "refused"),
        ("a: 2001-99-99", "none"),
    ],
)
def test_yaml_is_strict(text: str, why: str) -> None:
    verdict = Structure()(text, {"format": "yaml", "schema": True})
    assert verdict.status is Status.MALFORMED and why in verdict.note


def test_yaml_scalars_are_those_of_yaml_1_1() -> None:
    text = "a: yes\nb: 0o7\nc: 1_000\nd: 12:30\ne: 2020-01-01\nf: !!str 30\ng: ~\n"
    value = {"a": True, "b": "0o7", "c": 1000, "d": 750, "f": "30", "g": None}
    schema = {"properties": {key: {"const": item} for key, item in value.items()} | {"e": {"type": "string"}}}
    verdict = Structure()(text, {"format": "yaml", "schema": schema})
    assert verdict.status is Status.FAIL and verdict.note == "the value.e is not of type string"


# XML -----------------------------------------------------------------------------------------------------------------

REPORT = {"format": "xml", "root": "r", "children": ["t", "items"], "repeat": {"items/i": [1, 3]}}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("<r><t>A</t><items><i>1</i></items></r>", Status.PASS),
        ('<?xml version="1.0" encoding="latin-1"?>\n<r><t>é</t><items><i/><i/></items></r>\n', Status.PASS),
        ("<r><!-- x --><t>A</t><items><i>1</i></items></r>", Status.PASS),
        ("<r><t>A</t><items></items></r>", Status.FAIL),
        ("<r><items><i/></items><t/></r>", Status.FAIL),
        ("<r><t/><items><i/></items><t/></r>", Status.FAIL),
        ("<r>text<t/><items><i/></items></r>", Status.FAIL),
        ("<r><t/><items><i/><j/></items></r>", Status.FAIL),
        ("<!DOCTYPE r><r><t/><items><i/></items></r>", Status.MALFORMED),
        ('<!DOCTYPE r [<!ENTITY a "b">]><r><t>&a;</t><items><i/></items></r>', Status.MALFORMED),
        ("<r><t>&a;</t><items><i/></items></r>", Status.MALFORMED),
        ("<r><t/><items><i/></items></r><r/>", Status.MALFORMED),
        ("Here: <r><t/><items><i/></items></r>", Status.MALFORMED),
        ("<r><t>\ud800</t><items><i/></items></r>", Status.MALFORMED),
        ("", Status.MALFORMED),
        ("<a>" * 65 + "</a>" * 65, Status.MALFORMED),
    ],
)
def test_xml(text: str, status: Status) -> None:
    assert judge(text, REPORT) is status


def test_xml_content_is_compared() -> None:
    truth = {"format": "xml", "content": {"t": "A & B", "items/i": ["1", "2"], "items@n": "2"}}
    assert judge('<r><t> A &amp; B </t><items n="2"><i>1</i><i><![CDATA[2]]></i></items></r>', truth) is Status.PASS
    assert judge('<r><t>A &amp; B</t><items n="2"><i>2</i><i>1</i></items></r>', truth) is Status.FAIL
    assert judge('<r><t>A &amp; B</t><items n="3"><i>1</i><i>2</i></items></r>', truth) is Status.FAIL


# CSV and tables ------------------------------------------------------------------------------------------------------

grids = st.integers(2, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.text('ab,"\n |\\é', max_size=5), min_size=width, max_size=width), min_size=1, max_size=4
    )
)


@given(grids, st.sampled_from(["\n", "\r\n"]))
def test_csv_reads_back_what_was_written(rows: list[list[str]], end: str) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator=end).writerows(rows)
    truth = {"format": "csv", "header": rows[0], "rows": len(rows) - 1, "content": rows[1:]}
    assert Structure(allow_fence=False)(out.getvalue(), truth).status is Status.PASS


@pytest.mark.parametrize(
    "text",
    [
        'a,b\n1,"2',
        'a,b\n1,2"',
        'a,b\n1,"2"x',
        "a,b\r1,2",
        "a,b\n1,2\n\n",
        "a,b\n\n1,2",
        "a,b\n1,2,3",
        "a,b\n1",
        "a;b\n1;2",
        "",
        "a,b",
    ],
)
def test_csv_is_strict(text: str) -> None:
    assert judge(text, {"format": "csv", "header": ["a", "b"], "rows": 1}) in (Status.MALFORMED, Status.FAIL)


@given(grids)
def test_tables_read_back_what_was_written(rows: list[list[str]]) -> None:
    cells = [[cell.replace("\n", " ").replace("\\", "/").strip(" ") for cell in row] for row in rows]
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells]
    lines.insert(1, "|" + ":-:|" * len(cells[0]))
    truth = {"format": "md_table", "header": cells[0], "rows": len(cells) - 1, "content": cells[1:]}
    assert judge("\n".join(lines) + "\n", truth) is Status.PASS


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("n | s\n--|--\n1 | 1", Status.PASS),
        ("| n | s |\r\n|:-|-:|\r\n| 1 | 1 |\r\n", Status.PASS),
        ("| n | s |\n|---|---|\n| 1 |", Status.MALFORMED),
        ("| n | s |\n|---|\n| 1 | 1 |", Status.MALFORMED),
        ("| n | s |\n|---|-x-|\n| 1 | 1 |", Status.MALFORMED),
        ("| n | s |\n|---|---|\n\n| 1 | 1 |", Status.MALFORMED),
        ("Table:\n| n | s |\n|---|---|\n| 1 | 1 |", Status.MALFORMED),
        ("| n | s |\n|---|---|\n| 1 | 1 |\nDone.", Status.MALFORMED),
        ("```\n| n | s |\n|---|---|\n| 1 | 1 |\n```", Status.MALFORMED),
        ("| s | n |\n|---|---|\n| 1 | 1 |", Status.FAIL),
        ("| n | s |\n|---|---|", Status.FAIL),
        ("", Status.MALFORMED),
    ],
)
def test_tables_are_strict(text: str, status: Status) -> None:
    assert judge(text, {"format": "md_table", "header": ["n", "s"], "rows": 1}) is status


# Whatever comes ------------------------------------------------------------------------------------------------------

TRUTHS = [
    {"format": "json", "schema": PERSON, "content": {"name": "Ann", "age": 3}},
    {"format": "yaml", "schema": PERSON},
    {**REPORT, "content": {"t": "A"}},
    {"format": "csv", "header": ["a", "b"], "rows": 2, "content": [["1", "2"], ["3", "4"]]},
    {"format": "md_table", "header": ["a", "b"], "rows": 2},
    {"format": "regex", "pattern": r"([a-c]+\d)*x"},
]
PIECES = [
    "{",
    "}",
    "[",
    "]",
    '"',
    ":",
    ",",
    "name",
    "age",
    "1",
    "- ",
    "\n",
    "<r>",
    "</r>",
    "<t/>",
    "|",
    "---",
    "```",
    "&",
    "!",
    "\\",
    " ",
    "\ud800",
    "é",
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(st.characters()), st.sampled_from(TRUTHS))
def test_no_text_makes_a_judge_stumble(text: str, truth: dict) -> None:
    verdict = Structure()(text, truth)
    assert verdict.status is not Status.UNSCORED and "\n" not in verdict.note


HOSTILE = [
    "[" * 1_000_000,
    "[" + "1," * 500_000 + "1]",
    "[" + "{}," * 300_000 + "{}]",
    '{"name": "' + "a" * 1_000_000 + '", "age": 1}',
    "[" + "1.5," * 250_000 + "1]",
    "9" * 1_000_000,
    "<r>" * 300_000,
    "<r>" + "<t/>" * 250_000 + "</r>",
    "<r><t>" + "a<!---->" * 120_000 + "</t></r>",
    "<r><t>" + "a<!---->" * 19_000 + "a" * 800_000 + "</t></r>",
    "<!--" + "é" * 1_000_000,
    "<r " + "a='1' " * 150_000 + "/>",
    "|" * 1_000_000,
    "a|b\n-|-\n" + "1|2\n" * 250_000,
    "a|b\n-|-\n" + "|" * 1_000_000,
    "a|b\n-|-\n" + "\\" * 1_000_000,
    "a,b\n" + "1,2\n" * 250_000,
    "," * 1_000_000,
    'a,b\n"' + '""' * 500_000,
    'a,b\n"' + "x\n" * 500_000,
    "- " * 500_000,
    "a: " * 300_000,
    "{" * 500_000,
    "```json\n" * 120_000,
    "abc1" * 250_000,
    "\n" * 1_000_000,
    "é" * 1_000_000,
]


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth["format"])
@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_megabyte_is_judged_at_once(number: int, truth: dict) -> None:
    assert Structure()(HOSTILE[number], truth).reward == 0.0
    assert least_seconds(lambda: Structure()(HOSTILE[number], truth), LIMIT_S) <= LIMIT_S


def test_a_document_as_large_as_allowed_is_judged_quickly() -> None:
    rows = [{"name": "Ann", "age": i} for i in range(12_000)]
    text = json.dumps(rows)
    truth = {"format": "json", "schema": {"type": "array", "items": PERSON, "uniqueItems": True}}
    assert judge(text, truth) is Status.PASS
    assert least_seconds(lambda: judge(text, truth), 2.0) <= 2.0
    with pytest.raises(Malformed, match="values"):
        read_json(json.dumps(rows * 2))


def test_it_travels_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(Structure()))("1", {"format": "json", "schema": {"type": "integer"}}).reward == 1.0
