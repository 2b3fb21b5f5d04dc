"""The report: one self-contained page that shows the run and escapes every text of the policy."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from r1.trainers.config import Config
from r1.trainers.run.report import write_report


class Loaded(HTMLParser):
    """The tags of a page, and the addresses that it would load."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]


def sample(task: str, completion: str, reward: float | None) -> dict[str, Any]:
    components = None if reward is None else {"accuracy": reward}
    return {
        "task": task,
        "prompt": "1+1=",
        "completion": completion,
        "reward": reward,
        "components": components,
        "note": "n",
    }


def write(tmp_path: Path, metrics: list[dict[str, Any]], samples: dict[int, list[dict[str, Any]]]) -> str:
    evals = tmp_path / "evals"
    evals.mkdir()
    for step, rows in samples.items():
        (evals / f"step-{step:08d}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    write_report(tmp_path / "report.html", Config(env="math"), "a <policy>", metrics, evals)
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_page_shows_first_and_last_evaluation_curves_and_samples(tmp_path: Path) -> None:
    metrics = [
        {"step": 0, "eval/reward": 0.25, "seconds/step": 1.0},
        {"step": 1, "reward": 0.5, "tokens": 30, "seconds/step": 2.0, "seconds/train": 1.5},
        {"step": 2, "reward": 0.75, "tokens": 30, "seconds/step": 3.0, "seconds/train": 1.5, "eval/reward": 0.875},
    ]
    page = write(tmp_path, metrics, {0: [sample("a", "three", 0.0)], 2: [sample("a", "two", 1.0)]})
    assert "<td class=n>0.25</td><td class=n>0.875</td>" in page
    assert page.count("<figure>") == 1, "only the reward has points"
    assert re.search(r"train</td><td class=n>3.0 s</td><td class=n>50%", page)
    assert "60 tokens sampled, 10 a second overall" in page
    assert page.index("three") < page.index("two")
    assert "<td>kl_coef</td>" in page


def test_texts_are_escaped_and_nothing_is_loaded(tmp_path: Path) -> None:
    evil = "<script src='http://x'></script>"
    page = write(
        tmp_path, [{"step": 0, "eval/reward": 0.0, "kl": 0.5}], {0: [sample("a", evil, 0.0), sample("b", "lost", None)]}
    )
    assert evil not in page and "&lt;script" in page and "a &lt;policy&gt;" in page
    loaded = Loaded()
    loaded.feed(page)
    assert "script" not in loaded.tags and loaded.addresses and all(a.startswith("data:") for a in loaded.addresses)
    assert "unscored" in page


def test_a_run_without_an_evaluation_says_so(tmp_path: Path) -> None:
    assert "No evaluation was made." in write(tmp_path, [], {})
