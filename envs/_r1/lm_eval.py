"""lm-evaluation-harness: `process_results` for a task of type `generate_until`; written for lm-eval 0.4.13.

A file ``utils.py`` beside the task's YAML holds two lines, and the YAML says ``process_results: !function utils.process_results``
with ``- {metric: acc, aggregation: nanmean, higher_is_better: true}``::

    import r1.lm_eval
    process_results = r1.lm_eval.process_results("r1/math-v0")

An UNSCORED verdict becomes NaN, which ``nanmean`` leaves out; ``mean`` would make the whole result NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from r1.envs.grader import Grader
from r1.verifiers.verdict import Verifier


def process_results(verifier: Verifier | str) -> Callable[[Mapping[str, Any], Sequence[str]], dict[str, float]]:
    """Make ``(doc, results) -> {"acc", "reward", "unscored"}`` of a verifier, a callable or the id of an environment.

    The truth is the document's ``truth``, if it has one, else the document.

    Raises:
        ValueError: an unknown environment; at the first document, fields without a truth that the verifier can judge.
    """
    grader = Grader(verifier)

    def judge(doc: Mapping[str, Any], results: Sequence[str]) -> dict[str, float]:
        verdict = grader.verdicts(results[:1], {name: [value] for name, value in doc.items()})[0]
        lost = verdict.reward is None
        return {
            "acc": math.nan if lost else float(bool(verdict)),
            "reward": math.nan if verdict.reward is None else verdict.reward,
            "unscored": float(lost),
        }

    return judge
