"""Prompt templates."""

from __future__ import annotations

import pytest
from family_checks import each_family

from r1.datasets.families import families_of
from r1.datasets.family import Family, task
from r1.datasets.task import Task
from r1.envs.judging import judging
from r1.envs.prompts import TEMPLATES, Template


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_hold_the_question_and_do_not_reformat_it(name: str) -> None:
    question = "What is {x} in {question} \\boxed{}?"
    task = Task("t", question, {"answer": "1"})
    assert question in TEMPLATES[name].render(question)
    assert question in TEMPLATES[name].messages(task)[-1]["content"]


def written(template: Template, answer: str) -> str:
    """What a policy writes under a template: a thought and the answer, or the answer alone."""
    layouts = {
        "r1_zero": "<think>\nI see.\n</think>\n<answer>\n{}\n</answer>",
        "think_only": "<think>\nI see.\n</think>\n\n{}",
    }
    layout = layouts[template.think] if template.after_thought else "\n{}"
    return layout.format(answer).removeprefix(template.opening)


@pytest.mark.parametrize("family", each_family(families_of("format").values()))
@pytest.mark.parametrize("name", TEMPLATES)
def test_a_right_answer_is_paid_after_a_thought_and_a_broken_one_is_not(name: str, family: Family) -> None:
    judge = judging("format", template=name)
    for level in family.levels:
        for index in range(3):
            asked = task(family, "format", "train", level, 5, index)
            good = family.solution(asked.meta["instance"])
            verdict = judge.verify(written(judge.template, good), asked)
            assert verdict.reward == 1.0, (asked.id, verdict.note)
            spoiled = family.mutations(asked.meta["instance"], good)  # type: ignore[attr-defined]
            bad = spoiled[index % len(spoiled)]
            assert judge.verify(written(judge.template, bad), asked).reward == 0.0, (asked.id, bad)


@pytest.mark.parametrize("domain", ["code", "format"])
def test_no_template_asks_for_a_box_where_the_task_asks_for_nothing_else(
    domain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in TEMPLATES:
        judge = judging(domain, template=name)
        assert "boxed" not in judge.template.text + judge.template.user + judge.template.system
        assert (name.startswith("r1") and name != "r1_zero") == (
            "boxed" in judging("math", template=name).template.text
        )
    monkeypatch.setitem(TEMPLATES, "box", Template("box", "{question} \\boxed{}", "", "{question}", "think_only"))
    with pytest.raises(ValueError, match=rf"^template 'box' asks for .* the tasks of r1/{domain}-v0 .*r1_zero, r1, "):
        judging(domain, template="box")


def test_an_unclosed_thought_of_a_prefilled_prompt_has_no_answer() -> None:
    judge = judging("math", template="r1_prefilled")
    asked = Task("t", "2+3=?", {"answer": "5"})
    assert judge.verify("It is 5, so \\boxed{5}", asked).parts["accuracy"] == 0.0
    right = judge.verify("It is 5.\n</think>\n\\boxed{5}", asked)
    assert right.parts == {"accuracy": 1.0, "format": 1.0}
    assert judge.verify("<think>It is 5.\n</think>\n\\boxed{5}", asked).parts["format"] == 0.0
