"""Prefix trees: each node's path spells its rows, every shared token is one node, and no tree grows beyond its limit."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from r1.trainers.learner.prefix_tree import PrefixTrees, build_prefix_trees

TEXTS = st.lists(st.lists(st.integers(0, 2), min_size=2, max_size=7), min_size=1, max_size=8)


def build(texts: list[list[int]], prompts: list[int], most: int) -> PrefixTrees:
    width = max(map(len, texts))
    ids_BT = torch.tensor([text + [9] * (width - len(text)) for text in texts])
    return build_prefix_trees(ids_BT, torch.tensor([len(t) for t in texts]), torch.tensor(prompts), most)


def path(trees: PrefixTrees, row: int, length: int) -> list[int]:
    return trees.node_UT[trees.distinct_B[row], :length].tolist()


@given(TEXTS, st.integers(1, 30))
def test_the_path_of_a_row_spells_it(texts: list[list[int]], most: int) -> None:
    trees = build(texts, [1] * len(texts), most)
    for row, text in enumerate(texts):
        nodes = path(trees, row, len(text))
        assert trees.ids_N[nodes].tolist() == text
        assert trees.depth_N[nodes].tolist() == list(range(len(text)))


@given(TEXTS, st.integers(1, 30))
def test_no_tree_has_more_nodes_than_allowed_unless_it_is_one_row(texts: list[list[int]], most: int) -> None:
    trees = build(texts, [1] * len(texts), most)
    rows = torch.bincount(trees.tree_U)
    for size, count in zip(trees.size_K.tolist(), rows.tolist(), strict=True):
        assert size <= most or count == 1
    assert int(trees.size_K.sum()) == len(trees.ids_N)


@given(TEXTS)
def test_without_a_limit_nodes_are_the_distinct_prefixes(texts: list[list[int]]) -> None:
    """With prompts of one token, texts with equal first tokens are in one tree."""
    trees = build(texts, [1] * len(texts), 1000)
    assert len(trees.ids_N) == len({tuple(text[:end]) for text in texts for end in range(1, len(text) + 1)})


def test_rows_with_different_prompts_are_in_different_trees() -> None:
    trees = build([[1, 2, 3], [1, 2, 4], [1, 1, 3]], [2, 2, 2], 1000)
    assert trees.size_K.tolist() == [3, 4]
    assert trees.tree_U[trees.distinct_B].tolist() == [1, 1, 0]


@given(TEXTS, st.integers(1, 30))
def test_side_by_side_a_node_sees_its_path_and_nothing_else(texts: list[list[int]], most: int) -> None:
    trees = build(texts, [1] * len(texts), most)
    node_KW, sees_KWW, place_N = trees.side_by_side(torch.arange(len(trees.size_K)))
    flat = node_KW.flatten()
    assert flat[place_N].tolist() == list(range(len(trees.ids_N)))
    width = node_KW.shape[1]
    for row, text in enumerate(texts):
        nodes = path(trees, row, len(text))
        for end, node in enumerate(nodes):
            tree, column = divmod(int(place_N[node]), width)
            seen = node_KW[tree][sees_KWW[tree, column]].tolist()
            assert seen == nodes[: end + 1]
