"""Stories: a right answer thought out in the requested language earns everything, and each way to cheat fails."""

from __future__ import annotations

from typing import Any

import pytest
from family_checks import assert_solutions_pass_the_check, each_family, each_level

from r1.datasets.families.language import journey, ledger, order, shopping
from r1.datasets.families.language._phrases import LANGUAGES, THINK, prompt
from r1.datasets.family import Family, draw
from r1.envs.domain import domain_of
from r1.envs.prompts import TEMPLATES
from r1.verifiers.verdict import Status
from r1.verifiers.weighted import Weighted

FAMILIES: list[Family] = [journey.FAMILY, ledger.FAMILY, order.FAMILY, shopping.FAMILY]
DOMAIN = domain_of("language")
_PARTS = DOMAIN.components(DOMAIN.accuracy(), TEMPLATES[DOMAIN.template])
JUDGE = Weighted({name: (DOMAIN.weights[name], verifier) for name, verifier in _PARTS.items()})
LOOK_ALIKES = str.maketrans("aeocp", "аеоср")


def written(thought: str, answer: str) -> str:
    return f"<think>\n{thought}\n</think>\n<answer>\n{answer}\n</answer>"


def story(family: Family, instance: Any, language: str) -> str:
    """The task retold in ``language``, as a policy that thinks in this language begins."""
    return family.render({**instance, "language": language})


def mutations(family: Family, instance: Any, thought: str, answer: str) -> dict[str, str]:
    language = instance["language"]
    other = LANGUAGES[(LANGUAGES.index(language) + 1 + int(answer) % (len(LANGUAGES) - 1)) % len(LANGUAGES)]
    foreign = story(family, instance, other)
    found = {
        "wrong answer": written(thought, str(int(answer) + 1)),
        "two answers": written(thought, f"{answer} or {int(answer) + 1}"),
        "no answer": written(thought, " "),
        "another language": written(foreign, answer),
        "half in another language": written(f"{thought} {foreign}", answer),
        "padded with one sentence": written(foreign + f" {THINK[language]}" * 60, answer),
        "nothing thought": written("...", answer),
        "only numbers": written(f"{answer} = {answer}", answer),
        "code for a thought": written("```python\nfor i in range(3):\n    total += i\n```", answer),
        "another language in a fence": written(f"```\n{foreign}\n```", answer),
        "thought after the answer": f"<answer>{answer}</answer><think>{thought}</think>",
        "thought outside": f"{thought}<think>{answer}</think><answer>{answer}</answer>",
        "two thoughts": f"<think>{foreign}</think>" + written(thought, answer),
    }
    if thought.translate(LOOK_ALIKES) != thought:
        found["look-alike letters"] = written(thought.translate(LOOK_ALIKES), answer)
    return found


def judge_one(family: Family, level: int, seed: int) -> None:
    instance = draw(family, "train", level, seed, 0)
    truth, answer = family.truth(instance), family.solution(instance)
    thought = story(family, instance, instance["language"])
    good = JUDGE(written(thought, answer), truth)
    assert good.status is Status.PASS and good.reward == pytest.approx(3.0), (seed, good, thought)
    for name, bad in mutations(family, instance, thought, answer).items():
        verdict = JUDGE(bad, truth)
        assert verdict.reward is not None and verdict.status is not Status.PASS, (seed, name, verdict, bad)
        assert verdict.reward < 2.9, (seed, name, verdict, bad)


@pytest.mark.parametrize(("family", "level"), each_level(FAMILIES))
def test_good_answers_pass_and_mutations_fail(family: Family, level: int) -> None:
    for seed in range(20):
        judge_one(family, level, seed)


@pytest.mark.slow
@pytest.mark.parametrize(("family", "level"), each_level(FAMILIES))
def test_good_answers_pass_and_mutations_fail_over_1000_seeds(family: Family, level: int) -> None:
    for seed in range(1000):
        judge_one(family, level, seed)


@pytest.mark.parametrize("family", each_family(FAMILIES))
def test_every_language_is_requested(family: Family) -> None:
    asked = {draw(family, "train", 0, seed, 0)["language"] for seed in range(200)}
    assert asked == set(LANGUAGES)


@pytest.mark.parametrize(("family", "level"), each_level(FAMILIES))
def test_solutions_pass_the_independent_check_and_wrong_answers_do_not(family: Family, level: int) -> None:
    assert_solutions_pass_the_check(family, level, 60)


def test_sentences_are_joined_as_the_language_joins_them() -> None:
    assert prompt("en", ["One.", "Two."]) == f"One. Two. {THINK['en']}"
    assert prompt("zh", ["一。", "二。"]) == f"一。二。{THINK['zh']}"


def test_known_stories_have_known_answers() -> None:
    assert journey.FAMILY.solution({"legs": [[2, 50], [1, 30]]}) == "130"
    assert "Then the same train travels" in journey.FAMILY.render({"language": "en", "legs": [[2, 50], [3, 30]]})
    assert ledger.FAMILY.solution({"start": 5, "moves": [3, -4]}) == "4"
    people = {
        "pairs": [["A", "B"], ["B", "C"]],
        "coins": [["A", 7], ["C", 5], ["B", 20]],
        "asked": "A",
        "language": "en",
    }
    assert order.FAMILY.solution(people) == "25" and order.FAMILY.render(people).startswith(
        "A is taller than B. B is taller than C. A has 7 coins."
    )
    assert shopping.FAMILY.solution({"basket": [[0, 5, 2], [1, 6, 3]], "paid": 40}) == "12"
