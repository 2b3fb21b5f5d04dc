"""YAML: write records as one YAML document, in which a text of digits or the word "no" needs quotes."""

from __future__ import annotations

import json
from typing import Any

import yaml

from r1.datasets.families.format.documents._records import Trees, document, spoiled, tree_prompt
from r1.datasets.family import Instance


class Yaml(Trees):
    """Levels as in `Trees`."""

    name = "yaml"

    def render(self, instance: Instance) -> str:
        return tree_prompt(instance, "YAML")

    def truth(self, instance: Instance) -> dict[str, Any]:
        return {"verifier": "structure", "format": "yaml", "content": document(instance)}

    def solution(self, instance: Instance) -> str:
        return yaml.safe_dump(document(instance), sort_keys=False, allow_unicode=True)

    def check(self, instance: Instance, answer: str) -> bool:
        """Read the answer with PyYAML's loader."""
        try:
            found = yaml.safe_load(answer)
        except yaml.YAMLError:
            return False
        return json.dumps(found, sort_keys=True, default=str) == json.dumps(document(instance), sort_keys=True)

    def mutations(self, instance: Instance, good: str) -> list[str]:
        return [
            *(yaml.safe_dump(other, sort_keys=False, allow_unicode=True) for other in spoiled(instance)),
            "Here is the YAML: a document\n" + good,
            good + "---\nmore: 1\n",
            good.replace("\n", "\n\t", 1),
            good.replace(": ", ": &a ", 1) if ": " in good else "&a " + good,
            good + "name\n",
        ]


FAMILY = Yaml()
