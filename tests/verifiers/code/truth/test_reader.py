"""Reader: every form of test becomes a plan, and an error in a truth says what is wrong and what was expected."""

from __future__ import annotations

from typing import Any

import pytest

from r1.verifiers.code.native.test_files import Native
from r1.verifiers.code.truth.plan import Calls, Predict, Returns, Source, Stdio
from r1.verifiers.code.truth.reader import check_language, check_shape, read_truth
from r1.verifiers.verdict import TruthError

TEST = {"stdin": "1", "stdout": "2"}


@pytest.mark.parametrize(
    ("truth", "form"),
    [
        ({"tests": [TEST]}, Stdio),
        ({"tests": [{"stdin": "1", "stdout_any": ["2", "3"]}]}, Stdio),
        ({"tests": [{"args": [1], "returns": 2}], "entry_point": "f"}, Calls),
        ({"tests": [{"call": "f((1,))", "returns_literal": "{2}"}], "entry_point": "f"}, Calls),
        ({"tests": [{"asserts": "assert f(1) == 2"}]}, Calls),
        ({"tests": [{"asserts": "assert f(1) == 2"}], "entry_point": "f", "remote_operators": True}, Source),
        ({"tests": [{"asserts": "for i in range(2): assert f(i)"}]}, Source),
        ({"tests": [{"asserts": "assert Box(1) == Box(1)"}]}, Source),
        ({"tests": [{"unittest": "def test(): assert f(1)"}]}, Source),
        ({"tests": [{"native": "assert f(1) == 2"}]}, Calls),
        ({"tests": [{"native": "console.assert(f(1) === 2)"}], "language": "javascript"}, Native),
        ({"tests": [{"predict": "output", "code": "", "output": "1"}]}, Predict),
    ],
)
def test_each_form_of_test_is_read(truth: dict[str, Any], form: type) -> None:
    (test,) = read_truth(truth).tests
    assert type(test.form) is form


def test_a_source_of_several_asserts_is_several_tests() -> None:
    plan = read_truth({"tests": [{"asserts": "assert f(1) == 2\nassert f(2) == 3", "visible": True, "weight": 2}]})
    assert [test.form.calls[0].args for test in plan.tests if isinstance(test.form, Calls)] == [(1,), (2,)]
    assert [(test.visible, test.weight) for test in plan.tests] == [(True, 2.0)] * 2
    assert plan.entry == "f"


def test_a_test_given_twice_counts_once_and_is_visible_if_either_is() -> None:
    (test,) = read_truth({"tests": [{**TEST, "visible": True}, TEST]}).tests
    assert test.visible


def test_json_data_matches_tuples_and_a_python_literal_does_not() -> None:
    rows = [{"args": [], "returns": [1]}, {"call": "f()", "returns_literal": "[1]"}]
    forms = [test.form for test in read_truth({"tests": rows, "entry_point": "f"}).tests]
    expected = [form.expect for form in forms if isinstance(form, Calls)]
    assert [one.tuples_are_lists for one in expected if isinstance(one, Returns)] == [True, False]


def test_limits_may_be_given_in_megabytes() -> None:
    plan = read_truth({"tests": [TEST], "limits": {"cpu_s": 3, "memory_mb": 64}})
    assert (plan.limits.cpu_s, plan.limits.memory_bytes) == (3, 64 << 20)


@pytest.mark.parametrize(
    ("truth", "message"),
    [
        ({"tests": [TEST], "test": []}, r"unknown key 'test'; expected one of: base, .*signature, tests$"),
        ({"tests": []}, "the list of tests is empty"),
        ({"tests": "1"}, "expected a list of mappings"),
        ({"tests": [TEST], "language": "pyton"}, r"unknown language 'pyton'; expected one of: python, .*'python'\?"),
        ({"tests": [TEST], "limits": {"cpu": 3}}, r"unknown limit 'cpu'; expected one of: cpu_s, "),
        ({"tests": [TEST], "limits": {"cpu_s": 0}}, "expected positive numbers"),
        ({"tests": [TEST, {"stdin": "1"}]}, "test 1: stdin without stdout"),
        ({"tests": [{"stdin": "1", "stdout_any": []}]}, r"test 0: stdout_any \[\]: expected a list"),
        ({"tests": [{"input": "1"}]}, "test 0: no form of test has the keys"),
        ({"tests": [{"args": [1], "returns": 2}]}, "test 0: a call needs the truth's entry_point"),
        ({"tests": [{"call": "g(1)", "returns": 2}], "entry_point": "f"}, "call of 'g', but the entry_point is 'f'"),
        ({"tests": [{"call": "f(", "returns": 2}], "entry_point": "f"}, "test 0: not a call"),
        ({"tests": [{**TEST, "compare": "loose"}]}, r"compare 'loose': expected one of: tokens, lines, exact"),
        ({"tests": [{**TEST, "weight": -1}]}, "weights must not be negative"),
        ({"tests": [{**TEST, "weight": 0}]}, "at least one must be positive"),
        ({"tests": [{**TEST, "checker": {"source": "", "reply": "word"}}]}, "expected one of: exit, stdout"),
        ({"tests": [{**TEST, "checker": {"source": "", "files": ["input"]}}]}, "in the order of the program's arguments"),
        ({"tests": [{**TEST, "input_file": "a/b"}]}, "without a folder"),
        ({"tests": [{"predict": "both", "code": "", "output": ""}]}, "expected one of: output, input"),
    ],
)  # fmt: skip
def test_an_error_names_what_is_wrong_and_what_was_expected(truth: dict[str, Any], message: str) -> None:
    with pytest.raises(TruthError, match=message) as error:
        read_truth(truth)
    assert "\n" not in str(error.value)


def test_the_shape_is_checked_without_reading_the_tests() -> None:
    check_shape({"tests": [{"asserts": "assert f("}]})
    with pytest.raises(TruthError, match="expected a mapping"):
        check_shape([])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "meant"), [("C++", "cpp"), ("js", "javascript"), ("pyton", "python"), ("Rust ", "rust")]
)
def test_an_unknown_language_suggests_the_nearest(name: str, meant: str) -> None:
    with pytest.raises(TruthError, match=rf"did you mean '{meant}'\?"):
        check_language(name)
