"""Which program a completion stands for when it repairs a given one: by a patch, or by a whole program."""

from __future__ import annotations

from typing import Any

import pytest
from golden import complaints, each, golden
from hypothesis import given
from hypothesis import strategies as st
from timing import assert_linear

from r1.verifiers.code.find.patch import apply_patch, find_patch
from r1.verifiers.code.find.program import extract


def repaired(completion: str, base: str) -> str | None:
    patch = find_patch(completion, base)
    if patch is None:
        found = extract(completion)
        return found and found.source
    try:
        return apply_patch(base, patch)
    except ValueError:
        return None


@pytest.mark.parametrize("row", each(golden("code_patch")))
def test_golden(row: dict[str, Any]) -> None:
    found = repaired(row["completion"], row["base"])
    assert (found and found.strip()) == (row["expected"] and row["expected"].strip()), complaints([(row, found)])


LINES = st.lists(st.sampled_from(["a", "b", "    c", "", "- d", "@ e"]), min_size=1, max_size=12)


@given(LINES, LINES, st.integers(0, 12), st.integers(-3, 3))
def test_a_hunk_replaces_its_lines_even_if_its_number_is_off(
    base: list[str], new: list[str], at: int, off: int
) -> None:
    at = at % len(base)
    base = [*base[:at], "the only one", *base[at:]]
    patch = f"@@ -{max(at + 1 + off, 1)},1 +{at + 1},{len(new)} @@\n-the only one\n" + "".join(f"+{x}\n" for x in new)
    assert apply_patch("\n".join(base), patch) == "\n".join([*base[:at], *new, *base[at + 1 :]])


@pytest.mark.parametrize(
    ("patch", "complaint"),
    [
        ("", "no hunk"),
        ("@@ -1 +1 @@\n-x\n+y\n", "the patch does not apply: 'x'"),
        ("<<<<<<< SEARCH\n=======\ny\n>>>>>>> REPLACE", "no edit"),
        ("<<<<<<< SEARCH\nx\n=======\ny\n", "no edit"),
    ],
)
def test_a_patch_that_does_not_apply_is_refused(patch: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        apply_patch("a\nb\n", patch)


@pytest.mark.parametrize(
    "unit",
    [
        "<<<<<<< SEARCH\n",
        "<<<<<<< SEARCH\n=======\n",
        "=======\n",
        "@@ -1 +1 @@\n",
        "--- a\n",
        "-a\n",
        "```diff\n",
        "*** ",
    ],
)
def test_hostile_patches_are_read_in_linear_time(unit: str) -> None:
    assert_linear(lambda text: repaired(text, "a\nb\n"), unit)
