"""Judging: the tasks, prompts, verifier and info dict of an environment, resolved from the arguments of ``gym.make``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from r1.datasets.families import families_of
from r1.datasets.load import load_tasks, tasks_of_rows
from r1.datasets.source import Listed, Procedural, Source
from r1.datasets.task import Task
from r1.envs.domain import Domain, domain_of
from r1.envs.own import Own
from r1.envs.prompts import Template, template_of
from r1.envs.unknown import unknown
from r1.verifiers.verdict import Status, Verdict, Verifier
from r1.verifiers.weighted import Weighted

FAILURES = {
    Status.PASS: "",
    Status.FAIL: "wrong",
    Status.MALFORMED: "no_answer",
    Status.TIMEOUT: "timeout",
    Status.UNSCORED: "infrastructure",
}
"""The closed vocabulary of ``info["failure"]``."""


@dataclass(frozen=True)
class Judging:
    """A domain with its settings resolved.

    Attributes:
        domain: what is asked and how it is judged.
        source: where the tasks come from.
        split: the split that ``reset`` draws from.
        template: the prompt around a question.
        verifier: the weighted verifier; its components are the same in every episode.
    """

    domain: Domain
    source: Source
    split: str
    template: Template
    verifier: Weighted

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the reward components; the first is the primary one."""
        return tuple(self.verifier.components)

    def observation(self, task: Task) -> str:
        """The prompt as text. Of a task that is a conversation it shows the last user turn; ``messages`` holds all turns."""
        return self.template.render(task.question)

    def judged(self, completion: str) -> str:
        """The text to judge: the completion, behind the opening tag if the prompt already holds it."""
        return self.template.opening + completion

    def verify(self, completion: str, task: Task) -> Verdict:
        """Judge a completion of ``task``; needs no episode."""
        return self.verifier(self.judged(completion), task.truth)

    def feedback(self, completions: Sequence[str], tasks: Sequence[Task]) -> list[str]:
        """The next observations after failed attempts, one for each completion."""
        assert self.domain.feedback is not None
        accuracy = next(iter(self.verifier.components.values()))[1]
        return self.domain.feedback(accuracy, [*map(self.judged, completions)], [task.truth for task in tasks])

    def info(self, task: Task, messages: list[dict[str, str]], verdict: Verdict | None) -> dict[str, Any]:
        """A new info dict, with the same keys after ``reset`` (``verdict`` None) and after ``step``."""
        parts = verdict.parts if verdict is not None else {}
        return {
            "task_id": task.id,
            "messages": messages,
            "reward_components": {
                name: parts.get(name, 0.0 if verdict is None else float("nan")) for name in self.names
            },
            "verdict": verdict.note if verdict is not None else "",
            "failure": FAILURES[verdict.status] if verdict is not None else "",
            "mask": verdict is not None and verdict.reward is None,
        }


def judging(
    domain: str,
    tasks: Any = None,
    split: str | None = None,
    level: int | None = 0,
    template: str | None = None,
    verifier: Callable[[str, Mapping[str, Any]], Any] | None = None,
    sandbox: Any = None,
    weights: Mapping[str, float] | None = None,
    families: Sequence[str] | None = None,
    task_seed: int = 0,
) -> Judging:
    """Resolve the keyword arguments of ``gym.make``.

    Args:
        domain: ``math``, ``code``, ``format`` ... (the environment's id sets it).
        tasks: a task file, folder or hub id (see :func:`r1.datasets.load.load_tasks`), a sequence of Task, rows of a public
            data set (a list of mappings, a Hugging Face Dataset, or a mapping of split names to either), or None for procedural
            tasks.
        split: the split that ``reset`` draws from; None means ``train`` if it exists, else the first split.
        level: difficulty of procedural tasks; None means all levels in turn.
        template: name of a prompt template; None means the default of the domain.
        verifier: judges the answer in place of the domain's own verifier; see :class:`r1.envs.own.Own`.
        sandbox: an open sandbox or the name of a backend, for domains that run programs.
        weights: component name to weight, replacing the domain's weights.
        families: names of the procedural families to use; None means all families of the domain.
        task_seed: selects another stream of procedural tasks.

    Raises:
        ValueError: unknown setting, malformed task row, or a truth that cannot be judged.
        FileNotFoundError: the task file does not exist.
    """
    found = domain_of(domain)
    if verifier is not None:
        found = replace(found, accuracy=partial(_given, Own(verifier)), feedback=None, batches=False)
    form = template_of(template or found.template).fitting(domain, found.boxed)
    if isinstance(sandbox, str):
        _check_backend(sandbox)
    source = _source(found, tasks, level, families, task_seed)
    splits = source.splits()
    chosen = split or ("train" if "train" in splits else splits[0])
    if chosen not in splits:
        raise unknown("split", chosen, splits)
    components = found.components(found.accuracy(sandbox=sandbox), form)
    weighing = {**found.weights, **(weights or {})}
    for name in sorted(set(weighing) - set(components)):
        raise unknown(f"{domain} reward component in weights:", name, components)
    weighted = Weighted({name: (float(weighing.get(name, 1.0)), v) for name, v in components.items()})
    return Judging(found, source, chosen, form, weighted)


def _given(verifier: Verifier, sandbox: Any = None) -> Verifier:
    return verifier


def _check_backend(name: str) -> None:
    """Raise ValueError for an unknown backend now, before the first episode needs it."""
    from r1.sandbox.opening import BACKENDS

    if name not in BACKENDS and not name.startswith(("http://", "https://")):
        raise unknown("sandbox", name, [*BACKENDS, "http://… (a sandbox server)"])


def _source(
    domain: Domain,
    tasks: Any,
    level: int | None,
    families: Sequence[str] | None,
    seed: int,
) -> Source:
    if isinstance(tasks, str | Path):
        return Listed(load_tasks(tasks, domain.name, domain.validate), str(tasks))
    if tasks is not None:
        return Listed(tasks_of_rows(tasks, domain.name, domain.validate))
    known = families_of(domain.name)
    if not known:
        raise ValueError(
            f"r1/{domain.name}-v0 generates no tasks of its own; expected tasks=..., such as a list of rows or a .jsonl file"
        )
    for name in families or ():
        if name not in known:
            raise unknown(f"{domain.name} family", name, known)
    return Procedural(domain.name, {name: known[name] for name in families or known}, level, seed)
