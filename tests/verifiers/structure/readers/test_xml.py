"""XML: well-formed texts only; shape and content are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structures import REPORT, status_of

from r1.verifiers.structure.limits import Malformed
from r1.verifiers.structure.readers.xml import read_xml
from r1.verifiers.verdict import Status


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
    assert status_of(text, REPORT) is status


def test_xml_content_is_compared() -> None:
    truth = {"format": "xml", "content": {"t": "A & B", "items/i": ["1", "2"], "items@n": "2"}}
    assert status_of('<r><t> A &amp; B </t><items n="2"><i>1</i><i><![CDATA[2]]></i></items></r>', truth) is Status.PASS
    assert status_of('<r><t>A &amp; B</t><items n="2"><i>2</i><i>1</i></items></r>', truth) is Status.FAIL
    assert status_of('<r><t>A &amp; B</t><items n="3"><i>1</i><i>2</i></items></r>', truth) is Status.FAIL


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<a>", "no element found at line 1, column 4"),
        ("<a></b>", "mismatched tag at line 1"),
        ("<!DOCTYPE a><a/>", "a DTD is refused"),
        ("<a>\ud800</a>", "a lone surrogate"),
        ("<a>" * 65 + "</a>" * 65, "nested deeper than 64"),
        ("<a>" + "<b/>" * 20_000 + "</a>", "more than 20000 tags"),
    ],
)
def test_the_error_names_the_first_violation(text: str, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        read_xml(text)


@given(
    st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=20)
)
def test_text_and_attributes_read_back(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    root = read_xml(f'<r a="{escaped}"><!-- x -->{escaped}<b/></r>')
    assert (root.tag, root.text, root.attributes, [child.tag for child in root.children]) == (
        "r",
        text,
        {"a": text},
        ["b"],
    )
