"""The documents name files that exist, and the drawing of the floors is the one that the tests check."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from shared_data import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "benchmarks/results").glob("*.md")])
FOLDERS = "datasets|envs|sandbox|trainers|verifiers|tests|benchmarks|docs|examples|scripts"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_every_path_of_ours_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [
        link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link and link[0] != "#"
    ]
    assert not [link for link in links if not (page.parent / link).exists()]
    paths = re.findall(rf"(?<![\w/.-])((?:{FOLDERS})/[\w./-]*\w\.(?:py|md|sh|txt|jsonl|c|toml))(?![\w/])", text)
    assert not [path for path in paths if not (ROOT / path).exists()]


def test_the_tour_walks_from_a_task_to_a_gradient() -> None:
    tour = (ROOT / "README.md").read_text(encoding="utf-8").partition("A tour that follows one task")[2]
    stops = re.findall(r"^\d\. \[([\w/.]+)\]", tour, re.MULTILINE)
    assert len(stops) == 8
    assert (stops[0], stops[-1]) == ("datasets/task.py", "trainers/grpo.py")
    for stop in stops:
        first = (ROOT / stop).read_text(encoding="utf-8").lstrip("r").splitlines()[0]
        assert first.startswith('"""') and len(first) > 30, f"{stop} does not say what it is in its first line"


def test_the_drawn_floors_are_those_that_are_checked() -> None:
    drawn = re.findall(r"^([\w.]+): +(.* -> .*)$", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), re.MULTILINE)
    checked = dict(line.split(": ") for line in (ROOT / "tests/floors.txt").read_text().splitlines() if line[0] != "#")
    rooms = {room: " ".join(floors.split()) for room, floors in drawn if room != "house"}
    assert {"verifiers", "sandbox", "trainers", "envs", "datasets"} <= set(rooms)
    assert rooms == {room: checked[room] for room in rooms}
