"""The forms in which people hand over completions and truths, and what every verifier has besides its rule."""

from __future__ import annotations

import asyncio
import inspect
import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import r1.verifiers
from r1.verifiers import Choice, Code, Instructions, Language, Math, Structure, Think, Weighted
from r1.verifiers.verdict import BaseVerifier, Status, completion_text, truth_mapping

RIGHT = r"so \boxed{5}"
CASES = [
    (Math(), RIGHT, {"answer": "5"}),
    (Choice(), "The answer is (B).", {"answer": "B", "options": ["x", "y"]}),
    (Think(), "<think>a</think><answer>b</answer>", {}),
    (Structure(), '{"a": 1}', {"format": "json", "schema": {"type": "object", "required": ["a"]}}),
    (Language(), "<think>this is a short thought in plain words</think> yes", {"language": "en"}),
    (
        Instructions(),
        "no commas here",
        {"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}], "prompt": "Write."},
    ),
    (Weighted({"accuracy": (1.0, Math())}), RIGHT, {"answer": "5"}),
]
IDS = [type(verifier).__name__ for verifier, _, _ in CASES]


@pytest.mark.parametrize(("verifier", "completion", "truth"), CASES, ids=IDS)
def test_every_form_gets_the_same_verdict(verifier: Any, completion: str, truth: dict[str, Any]) -> None:
    wanted = verifier(completion, truth)
    assert wanted.reward is not None and wanted.reward > 0
    chat = [{"role": "user", "content": "?"}, {"role": "assistant", "content": completion}]
    arrow = truth | {"absent": None} if not isinstance(verifier, Structure | Code) else truth | {"content": None}
    for form in (completion, chat, chat[-1], tuple(chat)):
        for given_truth in (truth, json.dumps(truth), arrow):
            assert verifier(form, given_truth) == wanted
    assert verifier.many([completion, chat], [truth, json.dumps(truth)]) == [wanted, wanted]
    assert asyncio.run(verifier.many_async([completion], [truth])) == [wanted]


@pytest.mark.parametrize("name", sorted(set(r1.verifiers.__all__) - {"Judge", "Status", "Verdict", "Verifier"}))
def test_every_public_verifier_is_built_on_the_base(name: str) -> None:
    kind = getattr(r1.verifiers, name)
    assert issubclass(kind, BaseVerifier)
    needed = {"SoftOverlong": (100, 20), "CosineLength": (100,), "Weighted": ({"accuracy": (1.0, Math())},)}
    verifier = kind(*needed.get(name, ()))
    assert repr(verifier).startswith(name + "(") and "object at 0x" not in repr(verifier)


def test_the_repr_is_the_call_that_makes_the_verifier() -> None:
    assert repr(Math()) == "Math()"
    assert repr(Math(strict=True, tolerance=0.5)) == "Math(strict=True, tolerance=0.5)"
    assert eval(repr(Math(strict=True))).strict is True


@pytest.mark.parametrize(
    ("completion", "truth", "complaint"),
    [
        (None, {"answer": "5"}, "a completion must be a str or a list of chat messages, got NoneType"),
        (7, {"answer": "5"}, "a completion must be"),
        (["a", "b"], {"answer": "5"}, r"to judge a list of completions use many\(\)"),
        ([{"role": "user", "content": "?"}], {"answer": "5"}, "the last message must be the assistant's"),
        ("5", 5, r"a truth must be a mapping such as \{'answer': '42'\}, or its JSON text, got int 5"),
        ("5", "5", "a truth must be a mapping"),
        ("5", '["5"]', "a truth must be a mapping"),
        ("5", None, "a truth must be a mapping"),
    ],
)
def test_a_wrong_type_is_one_line_with_the_remedy(completion: Any, truth: Any, complaint: str) -> None:
    with pytest.raises(TypeError, match=complaint) as caught:
        Math()(completion, truth)
    assert "\n" not in str(caught.value)


def test_many_refuses_lists_of_different_lengths() -> None:
    for verifier in (Math(), Code()):
        with pytest.raises(ValueError, match="2 completions but 1 truths; expected one truth for each completion"):
            verifier.many(["5", "6"], [{"answer": "5"}])


def test_none_is_an_absent_key_but_stays_where_it_is_a_value() -> None:
    arrow = {"a": None, "tests": [{"stdin": "1", "stdout": "2", "args": None, "returns": None}]}
    assert truth_mapping(arrow) == {"tests": [{"stdin": "1", "stdout": "2"}]}
    call = {"tests": [{"args": [None, 1], "returns": None}]}
    assert truth_mapping(call) == call, "a call may return None"
    content = {"content": {"a": None}}
    assert truth_mapping(content) == content, "JSON has null"
    schema = {"schema": {"const": None}}
    assert truth_mapping(schema) == schema
    assert truth_mapping({"schema": {"const": None, "type": "string", "enum": None}}) == {"schema": {"type": "string"}}


@given(
    st.dictionaries(
        st.text(max_size=3), st.recursive(st.integers() | st.text(max_size=3), lambda x: st.lists(x, max_size=3))
    )
)
def test_a_truth_without_nones_is_not_copied(truth: dict[str, Any]) -> None:
    assert truth_mapping(truth) is truth


def test_a_str_subclass_is_text() -> None:
    class Text(str):
        pass

    assert type(completion_text(Text("5"))) is str
    assert Math()(Text(RIGHT), {"answer": "5"}).status is Status.PASS


def test_a_verifier_travels_to_other_processes() -> None:
    for verifier, completion, truth in CASES:
        assert pickle.loads(pickle.dumps(verifier))(completion, truth) == verifier(completion, truth)


def test_the_signature_is_kept_for_readers() -> None:
    assert list(inspect.signature(Math.__call__).parameters) == ["self", "completion", "truth"]
