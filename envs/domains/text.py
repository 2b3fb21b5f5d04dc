"""Text: the user's own tasks, judged by the user's own verifier and nothing else."""

from __future__ import annotations

from typing import Any

from r1.envs.domain import Components, Domain
from r1.envs.prompts import Template
from r1.verifiers.verdict import Verifier


def _accuracy(sandbox: Any = None) -> Verifier:
    raise ValueError(
        "r1/text-v0 needs a verifier and tasks: gym.make('r1/text-v0', tasks=[{'prompt': ..., 'answer': ...}, ...], verifier=f) "
        "with f(completion, truth) -> Verdict | float | bool | None"
    )


def _components(accuracy: Verifier, template: Template) -> Components:
    return {"accuracy": accuracy}


DOMAIN = Domain("text", accuracy=_accuracy, components=_components, template="plain", weights={"accuracy": 1.0})
