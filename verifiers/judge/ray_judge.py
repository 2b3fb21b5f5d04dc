"""Judge on Ray: one actor on every node, each with worker processes or a sandbox of its own; called like a `Judge`.

    judge = RayJudge(Math())                               # in a process that is part of a Ray cluster
    verdicts = judge(completions, truths)                  # a verdict for every text, in order

An actor that dies, or whose node does, is replaced and costs no verdict: what it held is judged once more. Answers over
which two actors died are UNSCORED, as with `Judge`; nothing is worth 0 because a machine went away.
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

_CHUNK = 64  # answers in one call at most
_AT_ONCE = 2  # calls that one actor has at a time: one is judged, one is there when it ends


class Seat:
    """The actor: one node's judge."""

    def __init__(self, verifier: Verifier, workers: int | None, timeout_s: float) -> None:
        self._verifier = verifier
        self._judge = None if workers == 0 else Judge(verifier, workers=workers, timeout_s=timeout_s)

    def judge(self, texts: list[str], truths: list[Mapping[str, Any]]) -> list[Verdict]:
        return self._judge(texts, truths) if self._judge else judge_many(self._verifier, texts, truths)


class RayJudge:
    """Judges texts on every node that is alive when it is made. One thread at a time.

    Args:
        verifier: any picklable `Verifier` of an importable module.
        workers: processes on each node; None for one a core there, 0 for a verifier that has its own (a sandbox).
        timeout_s: wall time for one answer, as `Judge` counts it.
    """

    def __init__(self, verifier: Verifier, *, workers: int | None = None, timeout_s: float = 5.0) -> None:
        self._ray: Any = importlib.import_module("ray")
        self._places: Any = importlib.import_module("ray.util.scheduling_strategies")
        self._seat, self._settings = self._ray.remote(Seat), (verifier, workers, timeout_s)
        self._nodes = [node["NodeID"] for node in self._ray.nodes() if node["Alive"]]
        self.actors = [self._start(node) for node in self._nodes]

    def _start(self, node: str) -> Any:
        # No CPU of Ray's count: judges share the node with whoever trains or draws there. Soft: elsewhere if it is gone.
        where = self._places.NodeAffinitySchedulingStrategy(node, soft=True)
        options = self._seat.options(num_cpus=0, max_concurrency=_AT_ONCE, scheduling_strategy=where)
        return options.remote(*self._settings)

    def __call__(self, texts: Sequence[str], truths: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """One verdict for each text, in order.

        Raises:
            ValueError: not as many truths as texts. Whatever the verifier raises, which is a bug of it.
        """
        if len(texts) != len(truths):
            raise ValueError(f"{len(texts)} texts but {len(truths)} truths")
        verdicts: dict[int, Verdict] = {}
        size = max(1, min(_CHUNK, -(-len(texts) // (len(self.actors) * _AT_ONCE))))
        chunks = [range(i, min(i + size, len(texts))) for i in range(0, len(texts), size)]
        lost = self._round(chunks, _AT_ONCE, texts, truths, verdicts)
        # Once more, each by itself: so an answer that kills its judge takes no other one with it.
        for chunk in self._round([range(k, k + 1) for part in lost for k in part], 1, texts, truths, verdicts):
            verdicts[chunk[0]] = unscored("two judges on Ray died over this answer")
        return [verdicts[k] for k in range(len(texts))]

    def _round(
        self,
        chunks: Sequence[range],
        at_once: int,
        texts: Sequence[str],
        truths: Sequence[Mapping[str, Any]],
        verdicts: dict[int, Verdict],
    ) -> list[range]:
        """Have chunks judged, ``at_once`` at an actor; those whose actor died are returned."""
        waiting, lost = deque(chunks), []
        free = deque(list(range(len(self.actors))) * at_once)
        flying: dict[Any, tuple[range, int, Any]] = {}
        while waiting or flying:
            while waiting and free:
                chunk, i = waiting.popleft(), free.popleft()
                actor = self.actors[i]
                ref = actor.judge.remote([texts[k] for k in chunk], [truths[k] for k in chunk])
                flying[ref] = chunk, i, actor
            (ref, *_), _ = self._ray.wait(list(flying))
            chunk, i, actor = flying.pop(ref)
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
        if self.actors[i] is actor:  # not yet replaced for another call that it had
            self._kill(actor)
            self.actors[i] = self._start(self._nodes[i])

    def _kill(self, actor: Any) -> None:
        with suppress(Exception):  # it, or Ray itself, may be gone
            self._ray.kill(actor)

    def close(self) -> None:
        for actor in self.actors:
            self._kill(actor)
        self.actors = []
