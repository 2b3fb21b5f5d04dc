"""DSPy: its `Evaluate` averages our rewards, and an UNSCORED verdict is an error of that example."""

from __future__ import annotations

from typing import Any

import dspy
import pytest
from adapters import check_adapter

import r1.dspy
from r1.verifiers import Math


def test_it_keeps_the_promises_of_an_adapter() -> None:
    metric = r1.dspy.metric(Math())

    def judge(texts: Any, truths: Any) -> list[float]:
        pairs = zip(texts, truths, strict=True)
        return [metric(dspy.Example(**truth), dspy.Prediction(answer=text)) for text, truth in pairs]

    check_adapter(judge, lost=ValueError)


def test_with_a_trace_it_says_whether_the_completion_passed() -> None:
    metric = r1.dspy.metric(Math())
    assert metric(dspy.Example(answer="5"), dspy.Prediction(answer="\\boxed{5}"), trace=[]) is True


def test_a_prediction_without_the_field_is_an_error() -> None:
    with pytest.raises(ValueError, match="no field 'answer'; expected one of: text"):
        r1.dspy.metric(Math())(dspy.Example(answer="5"), dspy.Prediction(text="5"))


def test_dspys_evaluate_averages_the_rewards() -> None:
    class Echo(dspy.Module):  # type: ignore[misc]
        def forward(self, question: str) -> Any:
            return dspy.Prediction(answer=f"\\boxed{{{question}}}")

    rows = [dspy.Example(question=q, answer=a).with_inputs("question") for q, a in (("5", "5"), ("6", "7"))]
    found = dspy.Evaluate(devset=rows, metric=r1.dspy.metric(Math()), num_threads=2, display_progress=False)(Echo())
    assert found.score == 50.0
