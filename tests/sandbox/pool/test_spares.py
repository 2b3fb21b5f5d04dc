"""Spares: boxes are started ahead of need, once each."""

from __future__ import annotations

import itertools

from r1.sandbox import SandboxError
from r1.sandbox.pool.spares import Spares
from r1.sandbox.wall.slot import Slot


class Counting:
    """Starts slots that are only numbers, and records them."""

    def __init__(self) -> None:
        self.started: list[int] = []
        self.closed: list[int] = []

    def __call__(self) -> Slot:
        self.started.append(len(self.started))
        number, closed = self.started[-1], self.closed

        class Numbered:
            alive = True

            def close(self) -> None:
                closed.append(number)

        return Numbered()  # type: ignore[return-value]


def test_a_spare_is_started_once_and_handed_out_once() -> None:
    start = Counting()
    spares = Spares(start)
    for _ in range(3):
        spares.prepare()
    spares.take()
    assert start.started == [0]
    spares.take()
    assert start.started == [0, 1]
    spares.prepare()
    spares.close()
    spares.prepare()
    assert start.closed == [2] and len(start.started) == 3


def test_as_many_spares_are_started_as_were_asked_for() -> None:
    start = Counting()
    spares = Spares(start)
    spares.prepare(3)
    spares.prepare(2)
    for _ in range(3):
        spares.take()
    assert sorted(start.started) == [0, 1, 2]


def test_a_spare_that_could_not_be_started_is_tried_again() -> None:
    attempts = itertools.count()
    good = Counting()

    def start() -> Slot:
        if next(attempts) == 0:
            raise SandboxError("no")
        return good()

    spares = Spares(start)
    spares.prepare()
    assert spares.take() is not None and next(attempts) == 2
