"""Schema: agreement with the reference validator, unsupported schemas, cheap recursion."""

from __future__ import annotations

import re

import jsonschema
import pytest
from hypothesis import given, settings
from structures import PERSON, schemas, status_of, values
from timing import LIMIT_S, least_seconds

from r1.verifiers.structure import Structure
from r1.verifiers.structure.schema import compiled, schema_rule
from r1.verifiers.verdict import Status, TruthError


@settings(max_examples=400, deadline=None)
@given(schemas, values)
def test_schemas_accept_the_same_values_as_the_reference_validator(schema: object, value: object) -> None:
    expected = jsonschema.Draft202012Validator(schema).is_valid(value)
    assert (schema_rule(schema, value) == "") == expected


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"minimun": 1}, "keyword 'minimun' is not supported"),
        ({"$ref": "http://x/y"}, "refers to another document"),
        ({"$ref": "#/nowhere"}, "does not exist"),
        ({"$ref": "#a", "$defs": {"x": {"$anchor": "a"}, "y": {"$anchor": "a"}}}, "exactly one subschema, found 2"),
        ({"type": "int"}, "unknown schema type 'int'; expected one of: null, boolean"),
        ({"pattern": "(?=a)"}, "look-around"),
        (3, "must be an object"),
    ],
)
def test_a_bad_schema_is_refused_and_never_scores_zero(schema: object, why: str) -> None:
    verdict = Structure()('"a"', {"format": "json", "schema": schema})
    assert verdict.status is Status.UNSCORED and verdict.reward is None
    with pytest.raises(TruthError, match=re.escape(why)):
        compiled(schema)


def test_a_schema_that_refers_to_itself_endlessly_is_unscored() -> None:
    assert Structure()("1", {"format": "json", "schema": {"$ref": "#"}}).status is Status.UNSCORED


@pytest.mark.parametrize(
    ("schema", "value", "holds"),
    [
        ({"items": [{"type": "string"}], "additionalItems": False}, ["a"], True),
        ({"items": [{"type": "string"}], "additionalItems": False}, ["a", 1], False),
        ({"dependencies": {"a": ["b"], "b": {"required": ["c"]}}}, {"a": 1, "b": 2}, False),
        ({"dependencies": {"a": ["b"]}}, {"b": 2}, True),
        (
            {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "$ref": "#/$defs/n",
                "type": "string",
                "$defs": {"n": {"type": "null"}},
            },
            None,
            True,
        ),
        ({"$ref": "#/$defs/n", "type": "string", "$defs": {"n": {"type": "null"}}}, None, False),
        ({"$ref": "#here", "$defs": {"n": {"$anchor": "here", "type": "null"}}}, None, True),
        ({"$id": "http://x/s", "$ref": "http://x/s#/$defs/n", "$defs": {"n": {"type": "null"}}}, 0, False),
    ],
)
def test_older_drafts_and_references_keep_their_meaning(schema: dict, value: object, holds: bool) -> None:
    assert (schema_rule(schema, value) == "") is holds


def test_recursion_through_any_of_stays_cheap() -> None:
    branch = {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["b"]}
    schema = {"anyOf": [branch, {**branch, "required": ["c"]}, {"type": "integer"}]}
    text = '{"a": ' * 60 + "1" + "}" * 60
    assert status_of(text, {"format": "json", "schema": schema}) is Status.FAIL
    assert least_seconds(lambda: status_of(text, {"format": "json", "schema": schema}), LIMIT_S) <= LIMIT_S


def test_the_note_gives_the_path_of_the_violation() -> None:
    verdict = Structure()('{"name": "Ann", "age": -1}', {"format": "json", "schema": PERSON})
    assert verdict.note == "the value.age is below 0"
