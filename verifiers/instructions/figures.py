"""The four numbers that are published for IFEval: accuracy by prompt and by instruction, strict and loose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from r1.verifiers.instructions.truth import read_truth
from r1.verifiers.instructions.verifier import Instructions
from r1.verifiers.verdict import Status


@dataclass(frozen=True)
class Figures:
    """Accuracies from 0 to 1.

    Attributes:
        prompt_strict, prompt_loose: share of the responses that follow all their instructions.
        instruction_strict, instruction_loose: share of the instructions that are followed.
        n_prompts, n_instructions: how many were judged.
        n_unscored: responses that could not be judged, because their truth is invalid; they are left out.
        by_kind: for each kind the number of followed ones, strict and loose, and of all.
    """

    prompt_strict: float
    instruction_strict: float
    prompt_loose: float
    instruction_loose: float
    n_prompts: int
    n_instructions: int
    n_unscored: int
    by_kind: Mapping[str, tuple[int, int, int]]


def figures(rows: Iterable[tuple[str, Mapping[str, Any]]], mode: Any = "worded") -> Figures:
    """Judge pairs of a completion and its truth (arXiv 2311.07911, section 3).

    "Loose" counts an instruction as followed if the completion follows it, or one of its `loose_forms` does.

    Args:
        rows: completions and truths; see `Instructions` for the forms of a truth.
        mode: as for `Instructions`; "original" reproduces published figures.

    Raises:
        ValueError: unknown mode, or no row that can be judged.
    """
    judge = Instructions(mode=mode)
    prompts: list[tuple[bool, bool]] = []
    by_kind: dict[str, tuple[int, int, int]] = {}
    n_unscored = 0
    for completion, truth in rows:
        verdicts = [judge(form, truth) for form in loose_forms(completion)]
        if verdicts[0].status is Status.UNSCORED:
            n_unscored += 1
            continue
        names = [one.name for one in read_truth(truth)]
        strict = {name: verdicts[0].parts.get(name) == 1.0 for name in names}
        loose = {name: any(verdict.parts.get(name) == 1.0 for verdict in verdicts) for name in names}
        prompts.append((all(strict.values()), all(loose.values())))
        for name in names:
            kind = name.partition("#")[0]
            before = by_kind.get(kind, (0, 0, 0))
            by_kind[kind] = (before[0] + strict[name], before[1] + loose[name], before[2] + 1)
    if not prompts:
        raise ValueError(f"no row could be judged ({n_unscored} have an invalid truth)")
    n_instructions = sum(counts[2] for counts in by_kind.values())
    return Figures(
        sum(strict for strict, _ in prompts) / len(prompts),
        sum(counts[0] for counts in by_kind.values()) / n_instructions,
        sum(loose for _, loose in prompts) / len(prompts),
        sum(counts[1] for counts in by_kind.values()) / n_instructions,
        len(prompts),
        n_instructions,
        n_unscored,
        by_kind,
    )


def loose_forms(completion: str) -> list[str]:
    """The completion, without its first line, its last line, both, and each of these without asterisks."""
    lines = completion.split("\n")
    forms = [completion, *("\n".join(part).strip() for part in (lines[1:], lines[:-1], lines[1:-1]))]
    return forms + [form.replace("*", "") for form in forms]
