"""Tree: rows that begin alike, with every token that they share there once.

What a causal model makes of a token depends on the tokens before it alone. So completions of one prompt need the prompt
once, and what they go on with in the same words once, too; where they part, the tree branches. A branch sees the path to
the root and nothing beside it. U = distinct rows, N = nodes (tokens) of all trees, K = trees.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Forest:
    """All rows of a batch as trees, one after another; a tree's nodes, and the rows through them, are neighbours."""

    ids_N: Tensor
    depth_N: Tensor  # place of the token in its rows
    node_UT: Tensor  # node of each token of each distinct row; beyond a row's end anything
    row_N: Tensor  # the first distinct row that goes through the node
    distinct_B: Tensor  # which of the distinct rows each row is
    tree_U: Tensor
    first_K: Tensor  # of each tree: its first node,
    size_K: Tensor  # and how many it has

    def nodes(self, which_B: Tensor, mask_BT: Tensor) -> Tensor:
        """Node of every masked token of some rows."""
        return self.node_UT[self.distinct_B[which_B], : mask_BT.shape[1]][mask_BT]

    def side_by_side(self, trees: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Some trees as rows of one width W, padded with anything.

        Returns:
            node_KW: numbers of the nodes; sees_KWW: what each may look at, its path; place_N: of each node in the flat rows.
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


def plant(ids_BT: Tensor, length_B: Tensor, prompt_B: Tensor, most: int) -> Forest:
    """Trees of rows whose prompts are the same, none of more than ``most`` nodes unless a single row is longer.

    Args:
        ids_BT: rows padded on the right; length_B: their lengths; prompt_B: those of their prompts.
    """
    position_T = torch.arange(ids_BT.shape[1], device=ids_BT.device)
    # In the order of their words, rows that begin alike are neighbours, and each shares most with the one before it.
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
    # A shared token is that of the row before, which numbered it or has it from the row before that.
    node_UT = number_UT.masked_fill(~new_UT, 0).cummax(0).values
    return Forest(rows_UT[new_UT], depth_N, node_UT, row_N, distinct_B, tree_U, size_K.cumsum(0) - size_K, size_K)


def _cut(lengths: list[int], shared: list[int], prompts: list[int], most: int) -> tuple[list[int], list[int]]:
    """Tokens that each row has from the row before it in its tree, and the number of that tree."""
    tree, size, kept, trees = -1, 0, [], []
    for length, same, prompt in zip(lengths, shared, prompts, strict=True):
        if tree < 0 or same < prompt or size + length - same > most:
            tree, size, same = tree + 1, 0, 0
        size += length - same
        kept.append(same)
        trees.append(tree)
    return kept, trees
