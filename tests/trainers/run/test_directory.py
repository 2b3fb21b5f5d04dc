"""The run's directory: best/ is always whole, and which settings a resumed run may change."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from training import Killed, opened

from r1.trainers.config import Placement


def test_best_is_a_whole_directory_at_every_moment(quick: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    made = opened(quick)

    def export(text: str) -> Callable[[Path], None]:
        def write(where: Path) -> None:
            where.mkdir()
            (where / "a").write_text(text)
            (where / "b").write_text(text)

        return write

    made.keep_best(0, export("0"))
    for point in range(1, 4):
        calls = [0]

        def dies(
            self: Path, target: Any, calls: list[int] = calls, point: int = point, plain: Any = Path.rename
        ) -> Any:
            calls[0] += 1
            if calls[0] == point:
                raise Killed
            return plain(self, target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "rename", dies)
            try:
                made.keep_best(point, export(str(point)))
            except Killed:
                assert point < 3
        files = [(made.out / "best" / name).read_text() for name in "ab"]
        assert files[0] == files[1] and files[0] == ("3" if point == 3 else "0")
    assert sorted(p.name for p in made.out.glob("best*")) == ["best", "best-00000003"]
    made.close()


def test_a_resumed_run_may_change_its_placement() -> None:
    from r1.trainers.run.directory import FREE_TO_CHANGE

    assert {f.name for f in dataclasses.fields(Placement)} - FREE_TO_CHANGE == {
        "rollout"
    }  # another engine gives other samples
