"""Signatures of C and C++ functions, and values as the text that drivers read and write."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.code.native.signatures import Signature, decode_result, encode_calls, parse_signature


@pytest.mark.parametrize(
    ("text", "returns", "params"),
    [
        ("int add(int a, int b);", "int", ("int", "int")),
        ("unsigned long long f(void)", "unsigned long long", ()),
        ("const char *f(const char* s, size_t)", "char*", ("char*", "size_t")),
        (
            "std::vector<std::vector<int>> f(const std::vector<double> &xs, std::string s)",
            "vector<vector<int>>",
            ("vector<double>", "string"),
        ),
        ("long int f(long long int x)", "long", ("long long",)),
        ("vector<int> f(vector<int>& xs, bool up)", "vector<int>", ("vector<int>", "bool")),
    ],
)
def test_types_of_a_signature(text: str, returns: str, params: tuple[str, ...]) -> None:
    found = parse_signature(text)
    assert (found.returns, found.params, found.prototype) == (returns, params, text.rstrip(";"))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("add", "malformed"),
        ("int add(int a", "malformed"),
        ("(int a)", "no function name"),
        ("int 3(int a)", "no function name"),
        ("FILE* f(int a)", "no JSON counterpart"),
        ("int f(int* xs)", "no JSON counterpart"),
        ("int f(map<int, int> m)", "no JSON counterpart"),
    ],
)
def test_a_signature_that_cannot_be_called_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_signature(text)


INTS = st.integers(-(2**63), 2**63 - 1)
TYPED = st.one_of(
    st.tuples(st.just("long"), INTS),
    st.tuples(st.just("double"), st.floats(allow_nan=False)),
    st.tuples(st.just("bool"), st.booleans()),
    st.tuples(st.just("vector<vector<long>>"), st.lists(st.lists(INTS, max_size=3), max_size=3)),
)


@given(TYPED)
def test_results_are_read_as_arguments_are_written(typed: tuple[str, Any]) -> None:
    kind, value = typed
    signature = Signature(kind, "f", (kind,), f"{kind} f({kind})")
    nonce, count, *lines = encode_calls(signature, "N", [(value,)]).decode().splitlines()
    assert (nonce, count) == ("N", "1")
    assert decode_result(" ".join(lines), kind) == value


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_strings_are_read_from_hexadecimal(text: str) -> None:
    *_, length, digits = encode_calls(parse_signature("int f(string s)"), "N", [(text,)]).decode().splitlines()
    assert int(length) == len(text.encode())
    assert decode_result(digits, "string") == decode_result(digits, "char*") == text


@pytest.mark.parametrize(("text", "expected"), [("nan", math.nan), ("inf", math.inf), ("-inf", -math.inf)])
def test_floats_that_are_not_finite(text: str, expected: float) -> None:
    found = decode_result(text, "double")
    assert found == expected or math.isnan(found) and math.isnan(expected)


@pytest.mark.parametrize(
    ("text", "kind"), [("", "int"), ("1 2", "int"), ("2 1", "vector<int>"), ("x", "int"), ("1.5", "long")]
)
def test_text_that_no_driver_prints_is_refused(text: str, kind: str) -> None:
    with pytest.raises(ValueError):
        decode_result(text, kind)


def test_a_call_with_the_wrong_number_of_arguments_is_refused() -> None:
    with pytest.raises(ValueError, match="add takes 2 arguments, got 1"):
        encode_calls(parse_signature("int add(int, int)"), "N", [(1,)])
