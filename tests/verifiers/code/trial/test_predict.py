"""Predict: which text of a completion is the prediction, and that only values are ever judged or run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from shared_data import needs_shared, rows

from r1.sandbox import Sandbox, open_sandbox
from r1.sandbox.backends.fake import FakeSandbox
from r1.verifiers.code import Code
from r1.verifiers.code.trial.predict import predicted_text


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox("auto", workers=2) as box:
        yield box


@pytest.mark.parametrize(
    ("completion", "text"),
    [
        ("[1, 2]", "[1, 2]"),
        ("It adds.\n\n[ANSWER]f(1, 2)[/ANSWER] as said", "f(1, 2)"),
        ("[ANSWER]1[/ANSWER] no, [ANSWER]2[/ANSWER]", "2"),
        ("So:\n```python\nassert f(1) == [2]\n```", "f(1) == [2]"),
        ("The output is `'abc'`.", "'abc'"),
        ("Therefore \\boxed{[3]}.", "[3]"),
        ("<answer>\n[1,\n 2]\n</answer>", "[1, 2]"),
        ("", None),
        (" \n\n", None),
    ],
)
def test_the_prediction_is_tagged_fenced_marked_or_last(completion: str, text: str | None) -> None:
    assert predicted_text(completion) == text


@pytest.mark.parametrize(
    ("prediction", "reward"),
    [("[1, 2]", 1.0), ("f(3) == [1, 2]", 1.0), ("[1, 2.5]", 0.0), ("f(3)", 0.0), ("list(range(1, 3))", 0.0), ("(1, 2)", 0.0)],
)  # fmt: skip
def test_a_predicted_output_is_compared_without_running_anything(prediction: str, reward: float) -> None:
    sandbox = FakeSandbox()
    test = {"predict": "output", "code": "def f(x):\n    return [1, 2]", "input": "3", "output": "[1, 2]"}
    assert Code(sandbox)(f"<answer>{prediction}</answer>", {"entry_point": "f", "tests": [test]}).reward == reward
    assert sandbox.asked == []


@pytest.mark.parametrize(
    "argument",
    [
        "(lambda: f.__code__)()",
        "globals()",
        "[].__class__",
        "(x := 1)",
        "f",
        "'{0.real}'.format(1)",
        "open('/etc/passwd')",
    ],
)
def test_a_predicted_argument_may_only_build_a_value(sandbox: Sandbox, argument: str) -> None:
    test = {"predict": "input", "code": "def f(x):\n    return 1", "input": "1", "output": "1"}
    assert Code(sandbox)(f"<answer>f({argument})</answer>", {"entry_point": "f", "tests": [test]}).reward == 0.0


@pytest.mark.parametrize("argument", ["dict(a=1)", "list(range(1))", "[x for x in (1,)]", "[None]"])
def test_a_predicted_argument_may_be_built_by_an_expression(sandbox: Sandbox, argument: str) -> None:
    test = {"predict": "input", "code": "def f(x):\n    return len(x)", "input": "'a'", "output": "1"}
    assert Code(sandbox)(f"<answer>f({argument})</answer>", {"entry_point": "f", "tests": [test]}).reward == 1.0


@needs_shared
def test_gold_outputs_of_cruxeval_earn_full_reward_and_other_outputs_none(sandbox: Sandbox) -> None:
    data = rows("data/cruxeval/cruxeval.jsonl")
    tests = [{"predict": "output", "code": r["code"], "input": r["input"], "output": r["output"]} for r in data]
    truths = [{"language": "python", "entry_point": "f", "tests": [test]} for test in tests]
    verdicts = Code(sandbox).many([f"<answer>{r['output']}</answer>" for r in data], truths)
    assert [(r["id"], v.note) for r, v in zip(data, verdicts, strict=True) if v.reward != 1.0] == []
    others = [data[(i + 1) % len(data)]["output"] for i in range(len(data))]
    wrong = [i for i, r in enumerate(data) if ast.literal_eval(r["output"]) != ast.literal_eval(others[i])]
    refused = Code(sandbox).many([f"<answer>{others[i]}</answer>" for i in wrong], [truths[i] for i in wrong])
    assert not [data[i]["id"] for i, v in zip(wrong, refused, strict=True) if v.reward != 0.0]


@needs_shared
def test_gold_inputs_of_cruxeval_earn_full_reward(sandbox: Sandbox) -> None:
    data = rows("data/cruxeval/cruxeval.jsonl")
    tests = [{"predict": "input", "code": r["code"], "input": r["input"], "output": r["output"]} for r in data]
    truths = [{"language": "python", "entry_point": "f", "tests": [test]} for test in tests]
    verdicts = Code(sandbox).many([f"<answer>f({r['input']})</answer>" for r in data], truths)
    assert [(r["id"], v.note) for r, v in zip(data, verdicts, strict=True) if v.reward != 1.0] == []
