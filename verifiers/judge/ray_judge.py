"""Judge on Ray: one actor on every node, each with its own worker processes or sandbox; called like a `Judge`.

    judge = RayJudge(Math())                               # in a process that is part of a Ray cluster
    verdicts = judge(completions, truths)                  # a verdict for every text, in order

An actor that dies, alone or with its node, is replaced, and its answers are judged once more. An answer on which two actors
died is UNSCORED, as with `Judge`. Losing a machine never makes a reward 0.
"""

from __future__ import annotations

import importlib
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from r1.verifiers.judge.pool import Judge
from r1.verifiers.verdict import Verdict, Verifier, unscored
from r1.verifiers.weighted import judge_many

_CHUNK = 64  # most answers in one call
_AT_ONCE = 2  # calls per actor at a time: one runs, the next one waits at the actor


class JudgeActor:
    """The judge of one node."""

    def __init__(self, verifier: Verifier, workers: int | None, timeout_s: float) -> None:
        self._verifier = verifier
        self._judge = None if workers == 0 else Judge(verifier, workers=workers, timeout_s=timeout_s)

    def judge(self, texts: list[str], truths: list[Mapping[str, Any]]) -> list[Verdict]:
        return self._judge(texts, truths) if self._judge else judge_many(self._verifier, texts, truths)


class RayJudge:
    """Judges texts on all nodes that are alive when it is made. Not thread-safe.

    Args:
        verifier: any picklable `Verifier` that is defined in an importable module.
        workers: processes on each node; None: one per core; 0: call the verifier in the actor, for a verifier that has its
            own processes (a sandbox).
        timeout_s: limit on the wall time for one answer, as in `Judge`.
    """

    def __init__(self, verifier: Verifier, *, workers: int | None = None, timeout_s: float = 5.0) -> None:
        self._ray: Any = importlib.import_module("ray")
        self._strategies: Any = importlib.import_module("ray.util.scheduling_strategies")
        self._actor, self._settings = self._ray.remote(JudgeActor), (verifier, workers, timeout_s)
        self._nodes = [node["NodeID"] for node in self._ray.nodes() if node["Alive"]]
        self.actors = [self._start(node) for node in self._nodes]

    def _start(self, node: str) -> Any:
        # num_cpus=0: judges share the node with the learner or rollout engine there. soft: run elsewhere if the node is gone.
        where = self._strategies.NodeAffinitySchedulingStrategy(node, soft=True)
        options = self._actor.options(num_cpus=0, max_concurrency=_AT_ONCE, scheduling_strategy=where)
        return options.remote(*self._settings)

    def __call__(self, texts: Sequence[str], truths: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """One verdict for each text, in order.

        Raises:
            ValueError: the numbers of texts and truths differ.
            Exception: any exception of the verifier, unchanged.
        """
        if len(texts) != len(truths):
            raise ValueError(f"{len(texts)} texts but {len(truths)} truths")
        verdicts: dict[int, Verdict] = {}
        size = max(1, min(_CHUNK, -(-len(texts) // (len(self.actors) * _AT_ONCE))))
        chunks = [range(i, min(i + size, len(texts))) for i in range(0, len(texts), size)]
        lost = self._round(chunks, _AT_ONCE, texts, truths, verdicts)
        # The second time one by one, so that an answer that kills its actor takes no other one with it.
        for chunk in self._round([range(k, k + 1) for part in lost for k in part], 1, texts, truths, verdicts):
            verdicts[chunk[0]] = unscored("two Ray judge actors crashed on this answer")
        return [verdicts[k] for k in range(len(texts))]

    def _round(
        self,
        chunks: Sequence[range],
        at_once: int,
        texts: Sequence[str],
        truths: Sequence[Mapping[str, Any]],
        verdicts: dict[int, Verdict],
    ) -> list[range]:
        """Judge chunks, ``at_once`` per actor; returns those whose actor died."""
        waiting, lost = deque(chunks), []
        free = deque(list(range(len(self.actors))) * at_once)
        in_flight: dict[Any, tuple[range, int, Any]] = {}
        while waiting or in_flight:
            while waiting and free:
                chunk, i = waiting.popleft(), free.popleft()
                actor = self.actors[i]
                ref = actor.judge.remote([texts[k] for k in chunk], [truths[k] for k in chunk])
                in_flight[ref] = chunk, i, actor
            (ref, *_), _ = self._ray.wait(list(in_flight))
            chunk, i, actor = in_flight.pop(ref)
            free.append(i)
            try:
                verdicts.update(zip(chunk, self._ray.get(ref), strict=True))
            except self._ray.exceptions.RayTaskError as error:
                raise error.as_instanceof_cause() from None
            except self._ray.exceptions.RayError:
                self._replace(i, actor)
                lost.append(chunk)
        return lost

    def _replace(self, i: int, actor: Any) -> None:
        if self.actors[i] is actor:  # unless another of its calls has replaced it already
            self._kill(actor)
            self.actors[i] = self._start(self._nodes[i])

    def _kill(self, actor: Any) -> None:
        with suppress(Exception):  # the actor or Ray itself may be gone
            self._ray.kill(actor)

    def close(self) -> None:
        for actor in self.actors:
            self._kill(actor)
        self.actors = []
