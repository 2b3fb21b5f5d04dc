"""Domain: what makes an environment a math or a code environment: its verifiers and how its tasks are checked."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from r1.datasets.task import Task
from r1.envs.prompts import Template
from r1.verifiers.verdict import TruthError, Verifier

Components = Mapping[str, Verifier]


def with_think(accuracy: Verifier, template: Template) -> Components:
    """The two components of R1's rule reward: is the answer right, and does the text follow the template."""
    from r1.verifiers.think import Think

    return {"accuracy": accuracy, "format": Think(template.think, prefilled=template.prefilled)}


@dataclass(frozen=True)
class Domain:
    """One builder a domain, in ``envs/domains/<name>.py`` as ``DOMAIN``.

    Attributes:
        name: the middle of the environment's id ``r1/<name>-v0``.
        accuracy: ``(sandbox) -> Verifier`` of the answer; ``sandbox`` is an open sandbox, a backend's name or None.
        components: ``(accuracy, template) -> {name: verifier}``; the first is the primary one.
        template: name of the default prompt template.
        weights: weight of each component; R1 weighs accuracy and format the same (eq. 4).
        feedback: ``(accuracy verifier, completions, truths) -> texts`` shown after failed attempts where several turns
            are allowed, or None: one attempt is all.
        batches: the verifier keeps its own workers busy (a sandbox), so that a batch is judged in one call.
    """

    name: str
    accuracy: Callable[..., Verifier]
    components: Callable[[Verifier, Template], Components] = with_think
    template: str = "r1_zero"
    weights: Mapping[str, float] = field(default_factory=lambda: {"accuracy": 1.0, "format": 1.0})
    feedback: Callable[[Any, Sequence[str], Sequence[Mapping[str, Any]]], list[str]] | None = None
    batches: bool = False

    def validate(self, task: Task) -> None:
        """Raise TruthError for a task that this domain's verifier could not judge."""
        verifier: Any = self.accuracy()
        check = getattr(verifier, "validate", None)
        if check is not None:
            try:
                check(task.truth)
            except TruthError as error:
                raise TruthError(f"task {task.id}: {error}") from None


def domain_names() -> list[str]:
    """The domains of this package: the modules of ``r1.envs.domains``."""
    return sorted(module.name for module in pkgutil.iter_modules(importlib.import_module("r1.envs.domains").__path__))


def domain_of(name: str) -> Domain:
    """A domain by name.

    Raises:
        ValueError: unknown name; the text offers the nearest one.
    """
    names = domain_names()
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"domain {name!r}: there are {', '.join(names)}{hint}")
    domain: Domain = importlib.import_module(f"r1.envs.domains.{name}").DOMAIN
    return domain
