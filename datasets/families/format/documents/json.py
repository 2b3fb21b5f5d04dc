"""JSON: write records as one JSON document with fields renamed, left out or nested."""

from __future__ import annotations

import json
from typing import Any

from r1.datasets.families.format.documents._records import Trees, document, spoiled, tree_prompt
from r1.datasets.family import Instance


class Json(Trees):
    """Levels as in `Trees`."""

    name = "json"

    def render(self, instance: Instance) -> str:
        return tree_prompt(instance, "JSON")

    def truth(self, instance: Instance) -> dict[str, Any]:
        return {"verifier": "structure", "format": "json", "content": document(instance)}

    def solution(self, instance: Instance) -> str:
        return json.dumps(document(instance), indent=2, ensure_ascii=False)

    def check(self, instance: Instance, answer: str) -> bool:
        """Compare the texts with sorted keys, which differ for 1, "1" and true."""
        try:
            found = json.loads(answer)
        except ValueError:
            return False
        return json.dumps(found, sort_keys=True) == json.dumps(document(instance), sort_keys=True)

    def mutations(self, instance: Instance, good: str) -> list[str]:
        return [
            *(json.dumps(other, ensure_ascii=False) for other in spoiled(instance)),
            "Here you are:\n" + good,
            good + "\nHope this helps!",
            good[:-1],
            repr(document(instance)),
            good.replace("\n}", ",\n}"),
            good.replace("{", '{"name": "", ', 1)
            if '"name"' in good.split("}")[0] and not instance["wrap"]
            else good + good,
            good.replace('"', "“"),
        ]


FAMILY = Json()
