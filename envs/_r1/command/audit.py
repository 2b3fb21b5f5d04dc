"""Audit: what public auditors of reward functions find in our verifiers, as one card for each verifier.

rewardlint (83 graded cases) is asked about ``Math`` and, beside it, about math-verify; bohrin (a battery of submissions that a grader of
code must refuse) about ``Code`` on HumanEval's tasks. Both are their authors' packages, cases and labels.
"""

from __future__ import annotations

import datetime
import gzip
import importlib.metadata
import json
import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from r1.envs.grader import Grader
from r1.verifiers.code import Code
from r1.verifiers.math import Math

PINS = {"rewardlint": "0.1.0", "bohrin": "0.4.2"}


class Card(NamedTuple):
    """What an auditor found: how many wrong answers were paid, how many right ones were not.

    Attributes:
        verifier, auditor: their names, with versions.
        paid, wrong: wrong answers that were paid, of how many.
        refused, right: right answers that were not paid, of how many; 0 of 0 where the auditor offers none.
        cases: what was paid or refused wrongly, by the auditor's names.
    """

    verifier: str
    auditor: str
    paid: int
    wrong: int
    refused: int
    right: int
    cases: tuple[str, ...]

    def line(self) -> str:
        found = [self.verifier, self.auditor, share(self.paid, self.wrong), share(self.refused, self.right)]
        return f"| {' | '.join(found)} | {', '.join(self.cases) or 'none'} |"


def wilson(k: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share of k in n (Wilson, JASA 22, 1927): z = 1.96."""
    if not n:
        return 0.0, 1.0
    z, p = 1.96, k / n
    middle, spread = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, (middle - spread) / (1 + z * z / n)), min(1.0, (middle + spread) / (1 + z * z / n))


def share(k: int, n: int) -> str:
    """A share for people: "1 of 44 (2.3 %, 0.4 to 11.8)"."""
    if not n:
        return "not asked"
    low, high = wilson(k, n)
    return f"{k} of {n} ({k / n:.1%}, {100 * low:.1f} to {100 * high:.1f})"


def audit(humaneval: Path | None) -> int:
    """Print the cards of the auditors that are installed; the exit status is 0 if no wrong answer was paid by ours."""
    missing = [name for name in PINS if not _version(name)]
    if missing:
        wanted = " ".join(f"{name}=={PINS[name]}" for name in missing)
        print(f"r1 audit: error: {', '.join(missing)}: not installed; pip install {wanted}", file=sys.stderr)
        return 2
    date = datetime.datetime.now(datetime.UTC).date()
    print(f"{date}, r1-gym {_version('r1-gym')}; shares with 95 % intervals (Wilson)\n")
    print("| verifier | auditor | wrong answers paid | right answers refused | which |\n|---|---|---|---|---|")
    ours = 0
    for card in cards(humaneval):
        print(card.line(), flush=True)
        ours += card.paid if not card.verifier.startswith("math-verify") else 0
    if humaneval is None:
        print("\nCode was not audited: give --humaneval HumanEval.jsonl.gz")
    return 1 if ours else 0


def cards(humaneval: Path | None) -> Iterator[Card]:
    """One card for each verifier that can be asked here."""
    math_grader = Grader(Math())
    yield by_rewardlint("Math", lambda completion, answer: math_grader.verdict(completion, {"answer": answer}).reward)
    if _version("math-verify"):
        from math_verify import parse, verify

        def peer(completion: str, answer: str) -> float:
            return float(verify(parse(answer), parse(completion)))

        yield by_rewardlint(f"math-verify {_version('math-verify')}", peer)
    if humaneval is not None:
        yield by_bohrin(humaneval)


def by_rewardlint(name: str, judge: Callable[[str, str], float | None]) -> Card:
    """Ask rewardlint's corpus; a case without a reward counts as refused."""
    from rewardlint import audit as ask

    def reward(completion: str, answer: str) -> float:
        return judge(completion, answer) or 0.0

    found = ask(reward, name=name)
    refused = [*found.false_negatives, *(one for one in found.errors if one.case.expect)]
    cases = tuple(one.case.id for one in [*found.false_positives, *refused])
    counts = len(found.false_positives), len(found.should_reject), len(refused), len(found.should_accept)
    return Card(name, f"rewardlint {_version('rewardlint')}", *counts, cases)


def by_bohrin(humaneval: Path) -> Card:
    """Ask bohrin's battery on each task of HumanEval: programs that are known to be wrong."""
    import bohrin.api as auditor

    opener = gzip.open if humaneval.suffix == ".gz" else open
    with opener(humaneval, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    offered, texts, truths = [], [], []
    for row in rows:
        task = auditor.Task(
            id=row["task_id"], prompt=row["prompt"], reference=row["prompt"] + row["canonical_solution"]
        )
        tests = {"asserts": f"{row['test']}\ncheck({row['entry_point']})"}
        for candidate in auditor.battery(task).candidates:
            offered.append((task.id, candidate))
            texts.append(f"```python\n{candidate.payload.text}\n```")
            truths.append({"tests": [tests], "entry_point": row["entry_point"]})
    judged = list(zip(offered, Code().many(texts, truths), strict=True))
    wrong = [(one, verdict) for (one, verdict) in judged if one[1].known_wrong and verdict.reward is not None]
    paid = [f"{task} {candidate.provenance.operator}" for (task, candidate), verdict in wrong if verdict.reward == 1]
    return Card("Code", f"bohrin {_version('bohrin')}, HumanEval", len(paid), len(wrong), 0, 0, tuple(paid))


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return ""
