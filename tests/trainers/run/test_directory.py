"""The run's directory: best/ is always whole, and which settings a resumed run may change."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from training import Killed, opened

from r1.trainers.command_line import parse
from r1.trainers.config import Placement, UsageError, with_settings
from r1.trainers.run.directory import Run, report_again


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


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"resume": False}, "add --resume to go on to 9, or --overwrite"),
        ({"final_lr": 0.1}, r"over which its learning rate decays \(final_lr 0.1\)"),
        ({"staleness": 1}, r"whose last one sampled nothing ahead \(--staleness 1\)"),
    ],
)
def test_a_run_whose_schedule_depends_on_its_length_is_not_lengthened(
    quick: list[str], changed: dict[str, Any], complaint: str
) -> None:
    config = with_settings(parse(quick), {"resume": True, **changed})
    with closing(Run(config)) as run:
        run.open()
    with pytest.raises(UsageError, match=f"--steps 9: .* holds this run with 4 steps.*{complaint}"):
        Run(with_settings(config, {"steps": 9})).check()


def test_a_longer_run_is_not_finished_when_the_shorter_one_is(quick: list[str]) -> None:
    config = with_settings(parse(quick), {"resume": True})
    with closing(Run(config)) as run:
        run.open()
        run.finish()
    longer = Run(with_settings(config, {"steps": 9}))
    longer.check()
    assert run.finished and not longer.finished


def test_run_json_says_when_where_and_with_what_each_start_was(quick: list[str]) -> None:
    for _ in range(2):
        run = Run(parse(quick))
        run.open()
        run.close()
    held = json.loads((run.out / "run.json").read_text())
    assert len(held["starts"]) == 2
    first = held["starts"][0]
    assert set(first) >= {"date", "command", "host", "versions"}
    assert {"python", "torch", "r1-gym"} <= set(first["versions"])
    assert datetime.datetime.fromisoformat(first["date"]).tzinfo is not None


def test_a_report_can_be_written_again(quick: list[str], tmp_path: Path) -> None:
    with closing(Run(parse(quick))) as run:
        run.open()
        run.describe("a policy of two lines")
    assert "a policy of two lines" in report_again(run.out).read_text()
    with pytest.raises(UsageError, match="not a run directory"):
        report_again(tmp_path / "nothing")
