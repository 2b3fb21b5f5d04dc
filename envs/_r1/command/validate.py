"""Validate: check the tasks of a file, a folder or a hub data set before a run depends on them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

from r1.datasets.load import TaskFileError, load_tasks
from r1.datasets.task import Task
from r1.envs.domain import Domain, domain_of
from r1.verifiers.verdict import Verifier

SHOWN = 20


def validate(where: str, env: str) -> int:
    """Print what is wrong with the tasks, one line each, and a summary.

    Each row has to be readable, and its truth one that the verifier can judge (the first row that is not ends the check, with
    its file and line). Then no empty completion may be paid; of math tasks the gold answer in a box has to be paid; and no two
    tasks may ask the same question with different truths.

    Returns:
        The exit status: 0 if nothing is wrong, 1 if a task is, 2 if the tasks cannot be loaded.
    """
    try:
        domain = domain_of(env.removeprefix("r1/").removesuffix("-v0"))
        tasks = load_tasks(where, domain.name, domain.validate)
    except (TaskFileError, ValueError, OSError, ImportError) as error:
        print(f"r1 validate: error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    wrong = 0
    for complaint in complaints(domain, tasks):
        wrong += 1
        if wrong <= SHOWN:
            print(complaint)
    if wrong > SHOWN:
        print(f"... and {wrong - SHOWN} more")
    splits = Counter(str(task.meta.get("split", "train")) for task in tasks)
    listed = ", ".join(f"{count} {split}" for split, count in sorted(splits.items()))
    print(f"{len(tasks)} tasks ({listed}): {wrong} wrong")
    return 1 if wrong else 0


def complaints(domain: Domain, tasks: list[Task]) -> Iterator[str]:
    """What is wrong with each task, in order."""
    verifier = domain.accuracy()
    asked: dict[object, Task] = {}
    for task in tasks:
        if verifier("", task.truth).reward:
            yield f"{task.id}: an empty completion is paid"
        if domain.name == "math" and (refused := _refused(verifier, task)):
            yield f"{task.id}: the gold answer is not paid: {refused}"
        first = asked.setdefault(task.prompt, task)
        if first.truth != task.truth:
            yield f"{task.id}: asks the same as {first.id}, with another truth"


def _refused(verifier: Verifier, task: Task) -> str:
    """Why the gold answer in a box is not paid; "" if it is."""
    gold = task.truth.get("answer")
    verdict = verifier(f"\\boxed{{{gold[0] if isinstance(gold, list) and gold else gold}}}", task.truth)
    return "" if verdict.reward == 1 else f"{verdict.status}, {verdict.note}"
