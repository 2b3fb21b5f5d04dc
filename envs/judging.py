"""Judging: what the single and the vector environment share: settings, tasks, the verifier and what info says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from r1.datasets.families import families_of
from r1.datasets.load import load_tasks
from r1.datasets.source import Listed, Procedural, Source
from r1.datasets.task import Task
from r1.envs.domain import Domain, domain_of
from r1.envs.prompts import Template, template_of
from r1.verifiers.verdict import Status, Verdict
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
        source: where tasks come from. split: the split that ``reset`` draws from.
        verifier: the weighted verifier; ``names`` are its components, the same in every episode.
    """

    domain: Domain
    source: Source
    split: str
    template: Template
    verifier: Weighted

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.verifier.components)

    def observation(self, task: Task) -> str:
        """The prompt's text. A task that is a conversation is told by its last user turn; ``messages`` has it all."""
        return self.template.render(task.question)

    def verify(self, completion: str, task: Task) -> Verdict:
        """Judge one completion of one task: pure, no episode needed."""
        return self.verifier(completion, task.truth)

    def feedback(self, completions: Sequence[str], tasks: Sequence[Task]) -> list[str]:
        """What the policy is told after failed attempts."""
        assert self.domain.feedback is not None
        accuracy = next(iter(self.verifier.components.values()))[1]
        return self.domain.feedback(accuracy, completions, [task.truth for task in tasks])

    def info(self, task: Task, messages: list[dict[str, str]], verdict: Verdict | None) -> dict[str, Any]:
        """A fresh info: the same keys on reset (no verdict yet) and on step."""
        parts = verdict.parts if verdict is not None else {}
        return {
            "task_id": task.id,
            "messages": messages,
            "reward_components": {name: parts.get(name, float("nan") if verdict else 0.0) for name in self.names},
            "verdict": verdict.note if verdict is not None else "",
            "failure": FAILURES[verdict.status] if verdict is not None else "",
            "mask": verdict is not None and verdict.reward is None,
        }


def judging(
    domain: str,
    tasks: str | Path | Sequence[Task] | None = None,
    split: str | None = None,
    level: int | None = 0,
    template: str | None = None,
    sandbox: Any = None,
    weights: Mapping[str, float] | None = None,
    families: Sequence[str] | None = None,
    task_seed: int = 0,
) -> Judging:
    """Resolve the keyword arguments of ``gym.make``.

    Args:
        domain: ``math``, ``code``, ``format`` ... (fixed by the environment's id).
        tasks: a task file, folder or hub id (see :func:`r1.datasets.load.load_tasks`), tasks, or None: procedural ones.
        split: which split ``reset`` draws from; None means ``train`` where there is one, else the first.
        level: difficulty of procedural tasks, None for all levels in turn.
        template: name of a prompt template; None means the domain's own.
        sandbox: an open sandbox or a backend's name, for domains that run programs.
        weights: weight per component, in place of the domain's.
        families: names of procedural families to use; None means all of the domain.
        task_seed: another stream of procedural tasks.

    Raises:
        ValueError: a setting that does not exist, a broken task row, a truth that cannot be judged.
        FileNotFoundError: no such task file.
    """
    found = domain_of(domain)
    form = template_of(template or found.template)
    if isinstance(sandbox, str):
        _check_backend(sandbox)
    source = _source(found, tasks, level, families, task_seed)
    splits = source.splits()
    chosen = split or ("train" if "train" in splits else splits[0])
    if chosen not in splits:
        raise ValueError(f"split {chosen!r}: there are {', '.join(splits)}")
    components = found.components(found.accuracy(sandbox=sandbox), form)
    weighing = {**found.weights, **(weights or {})}
    unknown = sorted(set(weighing) - set(components))
    if unknown:
        raise ValueError(f"weights: no component {unknown[0]!r}; {domain} has {', '.join(components)}")
    verifier = Weighted({name: (float(weighing.get(name, 1.0)), v) for name, v in components.items()})
    return Judging(found, source, chosen, form, verifier)


def _check_backend(name: str) -> None:
    """Raise ValueError for a sandbox that there is not, before the first episode asks for it."""
    from r1.sandbox.pool.pool import BACKENDS

    if name not in BACKENDS and not name.startswith(("http://", "https://")):
        raise ValueError(f"sandbox {name!r}: one of {', '.join(BACKENDS)}, or the address of a sandbox server")


def _source(
    domain: Domain,
    tasks: str | Path | Sequence[Task] | None,
    level: int | None,
    families: Sequence[str] | None,
    seed: int,
) -> Source:
    if isinstance(tasks, str | Path):
        return Listed(load_tasks(tasks, domain.name, domain.validate), str(tasks))
    if tasks is not None:
        if not _are_tasks(tasks):
            raise ValueError(
                f"tasks {str(tasks)[:80]}: a path, a hub id or a list of Task is wanted (rows go into a .jsonl file)"
            )
        for task in tasks:
            domain.validate(task)
        return Listed(tasks)
    known = families_of(domain.name)
    unknown = [name for name in families or () if name not in known]
    if unknown:
        raise ValueError(f"family {unknown[0]!r}: {domain.name} has {', '.join(known)}")
    return Procedural(domain.name, {name: known[name] for name in families or known}, level, seed)


def _are_tasks(tasks: object) -> bool:
    return isinstance(tasks, Sequence) and all(isinstance(task, Task) for task in tasks)
