"""Domain: what makes an environment a math or a code environment: its verifiers, weights and default prompt."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from r1.datasets.task import Task
from r1.envs.prompts import Template
from r1.envs.unknown import unknown
from r1.verifiers.verdict import TruthError, Verifier

Components = Mapping[str, Verifier]


def with_think(accuracy: Verifier, template: Template) -> Components:
    """The two components of R1's rule reward: the answer is right, and the completion follows the template."""
    from r1.verifiers.think import Think

    return {"accuracy": accuracy, "format": Think(template.think)}


@dataclass(frozen=True)
class Domain:
    """The description of a domain; ``envs/domains/<name>.py`` defines one as ``DOMAIN``.

    Attributes:
        name: the middle of the environment's id ``r1/<name>-v0``.
        accuracy: ``(sandbox) -> Verifier`` for the answer; ``sandbox`` is an open sandbox, the name of a backend or None.
        components: ``(accuracy, template) -> {name: verifier}``; the first one is primary.
        template: name of the default prompt template.
        weights: weight of each component; R1 gives accuracy and format the same weight (eq. 4).
        feedback: ``(accuracy verifier, completions, truths) -> texts`` to show after failed attempts, or None if an
            episode has one attempt only.
        batches: the verifier has workers of its own (a sandbox), so a batch is judged in one call.
        boxed: an answer may stand in ``\\boxed{}``; without it, a template may not ask for a box.
    """

    name: str
    accuracy: Callable[..., Verifier]
    components: Callable[[Verifier, Template], Components] = with_think
    template: str = "r1_zero"
    weights: Mapping[str, float] = field(default_factory=lambda: {"accuracy": 1.0, "format": 1.0})
    feedback: Callable[[Any, Sequence[str], Sequence[Mapping[str, Any]]], list[str]] | None = None
    batches: bool = False
    boxed: bool = True

    def validate(self, task: Task) -> None:
        """Raise TruthError if the verifier of this domain cannot judge ``task``."""
        verifier: Any = self.accuracy()
        check = getattr(verifier, "validate", None)
        if check is not None:
            try:
                check(task.truth)
            except TruthError as error:
                raise TruthError(f"task {task.id}: {error}") from None


def domain_names() -> list[str]:
    """The names of all domains: the modules of ``r1.envs.domains``."""
    return sorted(module.name for module in pkgutil.iter_modules(importlib.import_module("r1.envs.domains").__path__))


def domain_of(name: str) -> Domain:
    """A domain by name.

    Raises:
        ValueError: unknown name; the message suggests the nearest one.
    """
    names = domain_names()
    if name not in names:
        raise unknown("domain", name, names)
    domain: Domain = importlib.import_module(f"r1.envs.domains.{name}").DOMAIN
    return domain
