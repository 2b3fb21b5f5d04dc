"""Format: write a text under stated rules (tags, JSON, tables, counts ...); following them is the whole reward."""

from __future__ import annotations

from typing import Any

from r1.envs.domain import Components, Domain
from r1.envs.prompts import Template
from r1.verifiers.verdict import Verifier


def _accuracy(sandbox: Any = None) -> Verifier:
    from r1.verifiers.format import Format

    return Format()


def _components(accuracy: Verifier, template: Template) -> Components:
    """The rules of the task are about the answer; the tags of a template are no part of the reward."""
    from r1.verifiers.format import Format

    return {"accuracy": Format(after_thought=template.after_thought)}


DOMAIN = Domain(
    "format", accuracy=_accuracy, components=_components, template="plain", weights={"accuracy": 1.0}, boxed=False
)
