"""Code blocks that CommonMark does not know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from timing import assert_linear

from r1.verifiers.text.code_blocks import loose_blocks, tagged_blocks


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("Answer: ```python\nx = 1\n``` done", [("python", "x = 1", True)]),
        ("```\na\n```\n~~~c\nb\n~~~", [("", "a", True), ("c", "b", True)]),
        ("see ```py\nx = 1\n", [("py", "x = 1", False)]),
        ("a `b` c", []),
    ],
)
def test_loose_blocks(text: str, blocks: list[tuple[str, str, bool]]) -> None:
    assert [(block.info, block.body, block.closed) for block in loose_blocks(text)] == blocks


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("<pre>\nx = 1\n</pre>", [("", "x = 1", True)]),
        ('<pre><code class="python">x = 1</code></pre>', [('class="python"', "x = 1", True)]),
        ("<code>\nif a &lt; b: pass\n</code>", [("", "if a < b: pass", True)]),
        ("<code>\nif a < b: s = '&lt;'\n</code>", [("", "if a < b: s = '&lt;'", True)]),
        ("\\begin{lstlisting}[language=C]\nx;\n\\end{lstlisting}", [("[language=C]", "x;", True)]),
        ("<solution>\nx = 1", [("", "x = 1", False)]),
        ("Use <code>x</code> here.", []),
    ],
)
def test_tagged_blocks(text: str, blocks: list[tuple[str, str, bool]]) -> None:
    assert [(block.info, block.body, block.closed) for block in tagged_blocks(text)] == blocks


@given(
    st.lists(st.sampled_from(["```", "~~~", "`", "py", "\n", " ", "<pre>", "</pre>", "<code>", "&lt;"])).map("".join)
)
def test_blocks_lie_in_order(text: str) -> None:
    for found in (loose_blocks(text), tagged_blocks(text)):
        edges = [edge for block in found for edge in (block.start, block.end)]
        assert edges == sorted(edges) and all(0 <= edge <= len(text) for edge in edges)
        assert all(block.closed for block in found[:-1])


@pytest.mark.parametrize(
    "unit", ["```c\n", "a```\n", "~~~", "<pre>\n", "<pre><code>x</code></pre>\n", "\\begin{minted}\n"]
)
def test_blocks_take_linear_time(unit: str) -> None:
    assert_linear(loose_blocks, unit)
    assert_linear(tagged_blocks, unit)
