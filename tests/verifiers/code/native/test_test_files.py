"""Assertions of test files in other languages, read as calls and expected values."""

from __future__ import annotations

import pytest
from timing import assert_linear

from r1.verifiers.code.native.test_files import Native, read_native


@pytest.mark.parametrize(
    ("source", "language", "pairs", "setup"),
    [
        pytest.param("assert (f(a, 1)==true);", "cpp", (("f(a, 1)", "true"),), "", id="cpp"),
        pytest.param(
            "int main(){\n    vector<int> a={1, 2};\n    assert (issame(f(a),{2}));\n}",
            "cpp",
            (("f(a)", "{2}"),),
            "vector<int> a={1, 2};",
            id="cpp issame",
        ),
        pytest.param(
            "console.assert(JSON.stringify(f([1])) === JSON.stringify([2]))",
            "javascript",
            (("f([1])", "[2]"),),
            "",
            id="javascript",
        ),
        pytest.param(
            'List<Boolean> correct = Arrays.asList(s.f(1, 2) == 3,\n s.g("a,").equals(List.of(1, 2)));',
            "java",
            (("s.f(1, 2)", "3"), ('s.g("a,")', "List.of(1, 2)")),
            "",
            id="java",
        ),
        pytest.param("assert!(f(1) == 2); assert_eq!(f(2), 3);", "rust", (("f(1)", "2"), ("f(2)", "3")), "", id="rust"),
        pytest.param("assert.Equal([]int{1, 2}, F(3))", "go", (("F(3)", "[]int{1, 2}"),), "", id="go"),
        pytest.param(
            "let arg00 = [1];\nlet x0 = f(arg00);\nlet v0 = [2];\n",
            "javascript",
            (("f(arg00)", "[2]"),),
            "let arg00 = [1];",
            id="javascript of MBXP",
        ),
    ],
)
def test_assertions_of_other_data_sets(source: str, language: str, pairs: object, setup: str) -> None:
    read = read_native(source, language)
    assert (read.pairs, read.setup) == (pairs, setup)


def test_brackets_in_quotes_and_lifetimes_do_not_count() -> None:
    source = 'assert_eq!(candidate("a)\\"(", \')\', f::<\'static>(&x)), vec![(1, "=,")]);'
    assert read_native(source, "rust").pairs == (("candidate(\"a)\\\"(\", ')', f::<'static>(&x))", 'vec![(1, "=,")]'),)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("assert(f(1) == (2)", id="unclosed"),
        pytest.param("assert(f(1));", id="no comparison"),
        pytest.param("int main() {}", id="no assertion"),
        pytest.param('assert(f(")") != "\\"");', id="not an equality"),
    ],
)
def test_an_assertion_that_is_not_a_comparison_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"native tests|assertion"):
        read_native(source, "cpp")


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(ValueError, match=r"unknown language 'perl'; expected one of: cpp, javascript"):
        read_native("ok(f(1) == 2);", "perl")


def test_tests_with_a_loop_are_refused_as_a_whole() -> None:
    with pytest.raises(ValueError, match="loop"):
        read_native("int main() {\n for (int i = 0; i < 9; i++) { int x = i; assert(f(x) == x); }\n}", "cpp")


@pytest.mark.parametrize(
    ("pairs", "candidate", "entry"),
    [
        ((("candidate(1)", "2"),), "keep", "keep"),
        ((("candidate(1)", "2"),), "Problem::keep", "keep"),
        ((("f(g(1))", "2"), ("f(3)", "4")), "", "f"),
        ((("f(g(1))", "2"), ("f(g(3))", "4")), "", ""),
        ((("new Solution().f(1)", "2"), ("s.f(3)", "4")), "", "f"),
    ],
)
def test_the_function_under_test(pairs: tuple[tuple[str, str], ...], candidate: str, entry: str) -> None:
    assert Native(pairs, candidate).entry == entry


@pytest.mark.parametrize("unit", ["assert(", "(", '"', "assert(f(1) == 2);\n", "int a = 1;\n", "candidate = "])
def test_test_files_are_read_in_linear_time(unit: str) -> None:
    def read(text: str) -> None:
        try:
            read_native(text, "cpp")
        except ValueError:
            pass

    assert_linear(read, unit, small=5_000)
