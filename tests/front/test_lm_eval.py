"""lm-evaluation-harness: a task whose YAML names our function is scored by its own evaluator, with UNSCORED left out of the mean."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from adapters import check_adapter
from lm_eval import simple_evaluate
from lm_eval.api.model import LM
from lm_eval.tasks import TaskManager

import r1.lm_eval
from r1.verifiers import Math

YAML = """
task: r1_sums
dataset_path: json
dataset_kwargs: {{data_files: {{test: {rows}}}}}
test_split: test
output_type: generate_until
doc_to_text: "{{{{question}}}}"
doc_to_target: "{{{{answer}}}}"
generation_kwargs: {{until: ["END"]}}
process_results: !function utils.process_results
metric_list:
  - {{metric: acc, aggregation: nanmean, higher_is_better: true}}
  - {{metric: unscored, aggregation: mean, higher_is_better: false}}
"""


class Parrot(LM):  # type: ignore[misc]
    """Answers each question with its last number."""

    def generate_until(self, requests: Any, disable_tqdm: bool = False) -> list[str]:
        return [f"\\boxed{{{request.args[0].split()[-1]}}}" for request in requests]

    def loglikelihood(self, requests: Any) -> Any:
        raise NotImplementedError

    def loglikelihood_rolling(self, requests: Any) -> Any:
        raise NotImplementedError


def test_it_keeps_the_promises_of_an_adapter() -> None:
    judge = r1.lm_eval.process_results(Math())

    def all_of_them(texts: Any, truths: Any) -> list[float | None]:
        rewards = [
            judge({"question": "?", **truth}, [text])["reward"] for text, truth in zip(texts, truths, strict=True)
        ]
        return [None if math.isnan(reward) else reward for reward in rewards]

    check_adapter(all_of_them)


def test_a_document_without_an_answer_is_an_error_that_names_its_fields() -> None:
    with pytest.raises(ValueError, match=r"Math cannot judge the columns \['question', 'solution'\]"):
        r1.lm_eval.process_results(Math())({"question": "?", "solution": "5"}, ["\\boxed{5}"])


def test_the_harness_scores_a_task(tmp_path: Path) -> None:
    import json

    rows = [("echo 5", "5"), ("echo 6", "7"), ("echo 8", ""), ("echo 9", "9")]  # right, wrong, UNSCORED, right
    lines = [json.dumps({"question": question, "answer": answer}) for question, answer in rows]
    (tmp_path / "rows.jsonl").write_text("\n".join(lines))
    (tmp_path / "sums.yaml").write_text(YAML.format(rows=tmp_path / "rows.jsonl"))
    code = "import r1.lm_eval\nfrom r1.verifiers import Math\nprocess_results = r1.lm_eval.process_results(Math())\n"
    (tmp_path / "utils.py").write_text(code)
    manager = TaskManager(include_path=str(tmp_path), include_defaults=False)
    found = simple_evaluate(Parrot(), tasks=["r1_sums"], task_manager=manager, bootstrap_iters=0)["results"]["r1_sums"]
    assert found["acc,none"] == pytest.approx(2 / 3) and found["unscored,none"] == 0.25
