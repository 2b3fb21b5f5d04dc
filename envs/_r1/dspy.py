"""DSPy: a metric for `dspy.Evaluate` and for optimizers; written for DSPy 3.

::

    dspy.Evaluate(devset=rows, metric=r1.dspy.metric(Math()))

DSPy has no mark for an example without a score, so an UNSCORED verdict raises; ``Evaluate`` counts such errors up to its ``max_errors``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from r1.envs.grader import Grader
from r1.verifiers.verdict import Verifier


def metric(verifier: Verifier | str, field: str = "answer") -> Callable[..., Any]:
    """Make ``(example, prediction, trace=None) -> bool | float`` of a verifier, a callable or the id of an environment.

    The truth is the example's ``truth``, if it has one, else all its fields; the completion is the prediction's ``field``. With a
    trace (an optimizer collects demonstrations) the result is whether the completion passed, otherwise the reward.

    Raises:
        ValueError: an unknown environment, a prediction without the field, or an UNSCORED verdict.
    """
    grader = Grader(verifier)

    def score(example: Any, prediction: Any, trace: Any = None, *_: Any) -> bool | float:
        fields = example.toDict()
        if field not in prediction:
            raise ValueError(f"the prediction has no field {field!r}; expected one of: {', '.join(prediction.keys())}")
        completion = str(prediction[field])
        verdict = grader.verdicts([completion], {name: [value] for name, value in fields.items()})[0]
        return float(verdict) if trace is None else bool(verdict)

    return score
