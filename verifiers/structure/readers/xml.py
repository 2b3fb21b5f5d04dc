"""Strict XML: well-formed and without a DTD, hence without custom entities; expat parses it into a small tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from xml.parsers import expat

from r1.verifiers.structure.limits import MAX_DEPTH, MAX_TAGS, Malformed


@dataclass(slots=True)
class Element:
    """One element; ``chunks`` are the pieces of text directly inside it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    chunks: list[str] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.chunks)


def read_xml(text: str) -> Element:
    """The root element.

    Raises:
        Malformed: the text is not well-formed, has a DTD or exceeds the limits.
    """
    if text.count("<") > MAX_TAGS:
        raise Malformed(f"more than {MAX_TAGS} tags")
    builder = _Builder()
    # The text is already decoded, so the bytes given to expat are UTF-8 whatever encoding the declaration names.
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = builder.doctype
    try:
        parser.Parse(text.encode("utf-8"), True)
    except expat.ExpatError as error:
        raise Malformed(f"{expat.ErrorString(error.code)} at line {error.lineno}, column {error.offset + 1}") from None
    except UnicodeEncodeError:
        raise Malformed("a lone surrogate") from None
    assert builder.root is not None, "expat accepts no document without a root"
    return builder.root


class _Builder:
    """The handlers for expat; they build the tree."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self.open: list[Element] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        element = Element(tag, attributes)
        if len(self.open) >= MAX_DEPTH:
            raise Malformed(f"nested deeper than {MAX_DEPTH}")
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, tag: str) -> None:
        self.open.pop()

    def data(self, text: str) -> None:
        self.open[-1].chunks.append(text)  # a comment splits the text

    def doctype(self, *args: Any) -> NoReturn:
        raise Malformed("a DTD is refused")


def shape_rule(root: Element, truth: Mapping[str, Any]) -> str:
    """The first violation of the truth's ``root``, ``children`` and ``repeat``, or ``""``.

    ``children``: the names of the root's children, in order. ``repeat``: path below the root -> [least, most] number of
    such elements; their parent must hold no other elements. An element with children must not hold text as well.
    """
    if "root" in truth and root.tag != truth["root"]:
        return f"the root is <{root.tag}>, not <{truth['root']}>"
    if "children" in truth and [child.tag for child in root.children] != list(truth["children"]):
        return f"the children of <{root.tag}> are not {', '.join(truth['children'])}"
    repeat: Mapping[str, Any] = truth.get("repeat") or {}
    for path, (low, high) in repeat.items():
        *above, tag = path.split("/")
        allowed = {other.rpartition("/")[2] for other in repeat if other.split("/")[:-1] == above}
        for parent in _at(root, above):
            tags = [child.tag for child in parent.children]
            if above and not allowed.issuperset(tags):
                return f"<{parent.tag}> holds other elements than {', '.join(sorted(allowed))}"
            if not low <= tags.count(tag) <= high:
                return f"<{parent.tag}> holds {tags.count(tag)} <{tag}>, not {low} to {high}"
        if not _at(root, above):
            return f"there is no {'/'.join(above)}"
    return _mixed_rule(root) if "children" in truth or repeat else ""


def content_rule(root: Element, content: Mapping[str, Any]) -> str:
    """The first path whose texts differ from ``content`` (path below the root -> its text, or a list of all texts there)."""
    for path, expected in content.items():
        wanted = [expected] if isinstance(expected, str) else list(expected)
        above, _, attribute = path.partition("@")
        found = _at(root, [part for part in above.split("/") if part])
        texts = [element.attributes.get(attribute, "") if attribute else element.text.strip() for element in found]
        if texts != wanted:
            return f"{path} is not {', '.join(map(repr, wanted))[:120]}"
    return ""


def _at(root: Element, path: list[str]) -> list[Element]:
    level = [root]
    for tag in path:
        level = [child for element in level for child in element.children if child.tag == tag]
    return level


def _mixed_rule(root: Element) -> str:
    stack = [root]
    while stack:
        element = stack.pop()
        if element.children and element.text.strip():
            return f"<{element.tag}> holds text beside its elements"
        stack.extend(element.children)
    return ""
