"""XML: write records as one XML document with given elements in a given order."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from r1.datasets.families.format.documents._records import Trees, chosen, text, tree_prompt
from r1.datasets.family import Instance


class Xml(Trees):
    """Levels as in `Trees`; from level 3 on each record has an element, from level 4 on there are several records."""

    name = "xml"

    def render(self, instance: Instance) -> str:
        layout = "Every field is an element of its own without attributes, in the order given; the root is <report>."
        if instance["wrap"]:
            layout += f" It holds {_many(instance)} <{instance['wrap']}>, and that holds the fields of one record."
        first, _, rest = tree_prompt({**instance, "wrap": None}, "XML").partition("\n")
        return f"{first}\n{layout}\n{rest}"

    def truth(self, instance: Instance) -> dict[str, Any]:
        data, wrap = chosen(instance), instance["wrap"]
        fields = list(data[0])
        prefix = f"{wrap}/" if wrap else ""
        return {
            "verifier": "structure",
            "format": "xml",
            "root": "report",
            "children": [wrap] * len(data) if wrap else fields,
            "repeat": {f"{wrap}/{field}": [1, 1] for field in fields} if wrap else {},
            "content": {prefix + field: [text(one[field]) for one in data] for field in fields},
        }

    def solution(self, instance: Instance) -> str:
        wrap = instance["wrap"]
        blocks = ("\n".join(f"<{k}>{escape(text(v))}</{k}>" for k, v in one.items()) for one in chosen(instance))
        return "<report>\n" + "\n".join(f"<{wrap}>\n{b}\n</{wrap}>" if wrap else b for b in blocks) + "\n</report>"

    def check(self, instance: Instance, answer: str) -> bool:
        """Read the answer with the standard library, and compare the leaves."""
        try:
            root = ElementTree.fromstring(answer)
        except ElementTree.ParseError:
            return False
        groups = list(root) if instance["wrap"] else [root]
        names = {group.tag for group in groups}
        found = [[(leaf.tag, leaf.text) for leaf in group] for group in groups]
        wanted = [[(field, text(value)) for field, value in one.items()] for one in chosen(instance)]
        return root.tag == "report" and names == {instance["wrap"] or "report"} and found == wanted

    def mutations(self, instance: Instance, good: str) -> list[str]:
        field = list(chosen(instance)[0])[-1]
        return [
            good.replace("report>", "Report>"),
            good.replace(f"</{field}>", "", 1),
            good.replace(f"</{field}>", f"x</{field}>", 1),
            good.replace(f"</{field}>", f"</{field}><extra/>", 1),
            good.replace(f"<{field}>", f"<{field}></{field}><{field}>", 1),
            "<!DOCTYPE report>" + good,
            "Here it is:\n" + good,
            good + good,
            good.replace("</report>", ""),
            good.replace("<report>", "<report>text", 1),
        ]


def _many(instance: Mapping[str, Any]) -> str:
    count = len(instance["records"])
    return f"{count} elements" if count > 1 else "one element"


FAMILY = Xml()
