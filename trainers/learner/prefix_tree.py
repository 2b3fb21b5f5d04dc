"""Prefix trees: rows that share a prefix, with each shared token stored once.

In a causal model the hidden state of a token depends only on the tokens before it. So the completions of one prompt need
the prompt only once, and their common first tokens only once. Where rows diverge, the tree branches; a branch attends to
the path to its root and to nothing else. U = distinct rows, N = nodes (tokens) of all trees, K = trees.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class PrefixTrees:
    """All rows of a batch as trees, one after another. The nodes of a tree, and the rows through them, are contiguous."""

    ids_N: Tensor
    depth_N: Tensor  # position of the token in its rows
    node_UT: Tensor  # node of each token of each distinct row; arbitrary beyond a row's end
    row_N: Tensor  # the first distinct row that goes through the node
    distinct_B: Tensor  # index of each row among the distinct rows
    tree_U: Tensor
    first_K: Tensor  # first node of each tree
    size_K: Tensor  # number of nodes of each tree

    def nodes(self, which_B: Tensor, mask_BT: Tensor) -> Tensor:
        """Return the node of every masked token of some rows."""
        return self.node_UT[self.distinct_B[which_B], : mask_BT.shape[1]][mask_BT]

    def side_by_side(self, trees: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return some trees as rows of one width W; padding is arbitrary.

        Returns:
            node_KW: the nodes. sees_KWW: True where a node may attend, its path. place_N: index of each node in the
            flattened rows.
        """
        first_K1, size_K1 = self.first_K[trees][:, None], self.size_K[trees][:, None]
        position_W = torch.arange(int(size_K1.max()), device=trees.device)
        node_KW = first_K1 + torch.minimum(position_W, size_K1 - 1)
        path_KWT = self.node_UT[self.row_N[node_KW]] - first_K1[:, :, None]
        depth_T = torch.arange(path_KWT.shape[2], device=trees.device)
        path_KWT = torch.where(depth_T <= self.depth_N[node_KW][:, :, None], path_KWT, position_W[:, None])
        sees_KWW = torch.zeros(*node_KW.shape, len(position_W), dtype=torch.bool, device=trees.device)
        place_N = torch.zeros_like(self.ids_N)
        real_KW = position_W < size_K1
        place_N[node_KW[real_KW]] = real_KW.flatten().nonzero().squeeze(1)
        return node_KW, sees_KWW.scatter_(2, path_KWT, True), place_N


def build_prefix_trees(ids_BT: Tensor, length_B: Tensor, prompt_B: Tensor, most: int) -> PrefixTrees:
    """Build trees of rows with equal prompts. None has more than ``most`` nodes, unless a single row is longer.

    Args:
        ids_BT: rows padded on the right. length_B: their lengths. prompt_B: the lengths of their prompts.
    """
    position_T = torch.arange(ids_BT.shape[1], device=ids_BT.device)
    # In lexical order, rows with a common prefix are neighbors, and each shares most with the row before it.
    texts = [tuple(row[:length]) for row, length in zip(ids_BT.tolist(), length_B.tolist(), strict=True)]
    place = {text: row for row, text in enumerate(texts)}
    distinct = {text: i for i, text in enumerate(sorted(place))}
    distinct_B = torch.tensor([distinct[text] for text in texts], device=ids_BT.device)
    rows_UT = ids_BT.masked_fill(position_T >= length_B[:, None], -1)[[place[text] for text in distinct]]
    length_U = (rows_UT >= 0).sum(1)
    prompt_U = torch.zeros_like(length_U).scatter_reduce(0, distinct_B, prompt_B, "amax")
    same_UT = torch.zeros_like(rows_UT, dtype=torch.bool)
    same_UT[1:] = (rows_UT[1:] == rows_UT[:-1]).cumprod(1).bool()
    shared, tree = _cut(length_U.tolist(), same_UT.sum(1).tolist(), prompt_U.tolist(), most)
    tree_U = torch.tensor(tree, device=ids_BT.device)
    new_UT = (position_T >= torch.tensor(shared, device=ids_BT.device)[:, None]) & (position_T < length_U[:, None])
    number_UT = new_UT.flatten().cumsum(0).view_as(rows_UT) - 1
    row_N, depth_N = new_UT.nonzero(as_tuple=True)
    size_K = torch.bincount(tree_U[row_N])
    # A shared token has the number that it has in the previous row, which may in turn come from the row before.
    node_UT = number_UT.masked_fill(~new_UT, 0).cummax(0).values
    first_K = size_K.cumsum(0) - size_K
    return PrefixTrees(rows_UT[new_UT], depth_N, node_UT, row_N, distinct_B, tree_U, first_K, size_K)


def _cut(lengths: list[int], shared: list[int], prompts: list[int], most: int) -> tuple[list[int], list[int]]:
    """For each row, the number of tokens that it shares with the previous row of its tree, and the index of that tree."""
    tree, size, kept, trees = -1, 0, [], []
    for length, same, prompt in zip(lengths, shared, prompts, strict=True):
        if tree < 0 or same < prompt or size + length - same > most:
            tree, size, same = tree + 1, 0, 0
        size += length - same
        kept.append(same)
        trees.append(tree)
    return kept, trees
