"""Documents for tests of `Structure`: JSON values, schemas that the reference validator understands, tables, two truths."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from r1.verifiers.structure import Structure
from r1.verifiers.verdict import Status

PERSON: dict[str, Any] = {
    "type": "object",
    "properties": {"name": {"type": "string", "minLength": 1}, "age": {"type": "integer", "minimum": 0}},
    "required": ["name", "age"],
    "additionalProperties": False,
}
REPORT: dict[str, Any] = {"format": "xml", "root": "r", "children": ["t", "items"], "repeat": {"items/i": [1, 3]}}

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

grids = st.integers(2, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.text('ab,"\n |\\é', max_size=5), min_size=width, max_size=width), min_size=1, max_size=4
    )
)


def status_of(completion: str, truth: dict[str, Any]) -> Status:
    return Structure()(completion, truth).status
