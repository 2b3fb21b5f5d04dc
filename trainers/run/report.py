"""Report: one HTML file about a run, with curves, settings, samples before and after, and a breakdown of time."""

from __future__ import annotations

import base64
import html
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from r1.trainers.config import Config, flat
from r1.trainers.run.metrics import Metrics

SAMPLES = 10

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:1000px;margin:2rem auto;padding:0 1rem;color:#1c2430}
h1{font-size:1.5rem;margin-bottom:0}h2{font-size:1.1rem;margin-top:2rem}p.sub{color:#667;margin-top:.2rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #e3e6ea}
.n{text-align:right;font-variant-numeric:tabular-nums}code,pre{font:13px/1.4 ui-monospace,monospace;white-space:pre-wrap;
overflow-wrap:anywhere;margin:0}.good{color:#176b37}.bad{color:#a12622}.note{color:#667;font-size:13px}
img{max-width:100%}figure{display:inline-block;width:48%;margin:0}details{margin:.5rem 0}
@media(max-width:700px){figure{width:100%}}
"""


def write_report(path: Path, config: Config, policy: str, metrics: Sequence[Metrics], evals: Path) -> None:
    """Write a self-contained page, with styles and pictures inline.

    Args:
        policy: one line about what was trained.
        metrics: the rows of metrics.jsonl. evals: directory with ``step-N.jsonl`` of held-out samples.
    """
    files = sorted(evals.glob("step-*.jsonl"))
    body = [
        f"<h1>{_text(config.env)}: {config.objective.objective.upper()}, {config.steps} steps</h1>",
        f'<p class="sub">{_text(policy)}</p>',
        _summary(metrics),
        "<h2>Curves</h2>",
        *_curves(metrics),
        "<h2>Where the time went</h2>",
        _time(metrics),
    ]
    if files:
        body.append(f"<h2>{SAMPLES} held-out tasks, before and after</h2>")
        body.append(_samples(_rows(files[0]), _rows(files[-1])))
    settings = "".join(f"<tr><td>{_text(k)}</td><td><code>{_text(v)}</code></td></tr>" for k, v in flat(config).items())
    body.append(f"<h2>Settings</h2><details><summary>all of them</summary><table>{settings}</table></details>")
    title = f"r1 run: {config.env}"
    path.write_text(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{_text(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        + "\n".join(body)
        + "</body></html>\n",
        encoding="utf-8",
    )


def _text(value: object) -> str:
    return html.escape(str(value))


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _summary(metrics: Sequence[Metrics]) -> str:
    """Table of the held-out metrics of the first and last evaluations."""
    evals = [m for m in metrics if "eval/reward" in m]
    if not evals:
        return "<p>No evaluation was made.</p>"
    first, last = evals[0], evals[-1]
    names = [k for k in last if k.startswith("eval/")]
    rows = "".join(
        f"<tr><td>{_text(k.removeprefix('eval/'))}</td><td class=n>{_number(first.get(k))}</td>"
        f"<td class=n>{_number(last[k])}</td></tr>"
        for k in names
    )
    return f"<table><tr><th>held-out tasks</th><th class=n>step {first['step']}</th><th class=n>step {last['step']}</th></tr>{rows}</table>"


def _number(value: object) -> str:
    return "–" if value is None else f"{value:.4g}" if isinstance(value, float) else _text(value)


def _curves(metrics: Sequence[Metrics]) -> list[str]:
    plots: list[tuple[str, dict[str, str]]] = [
        ("Reward", {"reward/accuracy": "accuracy", "reward/format": "format", "eval/accuracy": "accuracy, held-out"}),
        ("Length (tokens)", {"length": "mean", "length/right": "right", "length/wrong": "wrong"}),
        ("KL to the reference (nats a token)", {"kl": "KL"}),
        ("Entropy (nats a token)", {"entropy": "entropy"}),
        ("Groups without signal", {"groups_without_signal": "share"}),
        ("Gradient norm", {"grad_norm": "norm"}),
    ]
    if not any("reward/accuracy" in m for m in metrics):
        plots[0] = ("Reward", {"reward": "training", "eval/reward": "held-out"})
    return [
        _plot(title, metrics, keys) for title, keys in plots if any(m.get(k) is not None for m in metrics for k in keys)
    ]


def _plot(title: str, metrics: Sequence[Metrics], keys: Mapping[str, str]) -> str:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.6, 3.2), layout="constrained")
    axes = figure.subplots()
    for key, label in keys.items():
        points = [(m["step"], m[key]) for m in metrics if m.get(key) is not None]
        if points:
            steps, values = zip(*points, strict=True)
            axes.plot(steps, values, "o-" if key.startswith("eval/") else "-", label=label, linewidth=1.5, markersize=4)
    axes.set_title(title, fontsize=11, loc="left")
    axes.set_xlabel("step")
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    if len(axes.lines) > 1:
        axes.legend(frameon=False, fontsize=9)
    picture = io.BytesIO()
    FigureCanvasAgg(figure).print_png(picture)
    data = base64.b64encode(picture.getvalue()).decode()
    return f'<figure><img alt="{_text(title)}" src="data:image/png;base64,{data}"></figure>'


def _time(metrics: Sequence[Metrics]) -> str:
    totals: dict[str, float] = {}
    for row in metrics:
        for key, value in row.items():
            if key.startswith("seconds/"):
                totals[key.removeprefix("seconds/")] = totals.get(key.removeprefix("seconds/"), 0.0) + value
    whole = max(totals.pop("step", 0.0), 1e-9)
    overlapping = sum(totals.values()) > 1.01 * whole  # sampling ran while the previous step trained
    totals["other"] = max(whole - sum(totals.values()), 0.0)
    rows = "".join(
        f"<tr><td>{_text(k)}</td><td class=n>{s:.1f} s</td><td class=n>{s / whole:.0%}</td></tr>"
        for k, s in totals.items()
    )
    tokens = sum(m.get("tokens", 0) for m in metrics)
    return (
        f"<table>{rows}<tr><th>all</th><th class=n>{whole:.1f} s</th><th></th></tr></table>"
        f"<p>{tokens} tokens sampled, {tokens / whole:.0f} a second overall."
        f"{' Sampling and judging ran during training, so the parts exceed the whole.' if overlapping else ''}</p>"
    )


def _samples(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> str:
    later = {row["task"]: row for row in after}
    cells = [
        f"<tr><td><code>{_text(row['prompt'])}</code></td><td>{_sample(row)}</td><td>{_sample(later[row['task']])}</td></tr>"
        for row in before[:SAMPLES]
        if row["task"] in later
    ]
    return f"<table><tr><th>task</th><th>before</th><th>after</th></tr>{''.join(cells)}</table>"


def _sample(row: Mapping[str, Any]) -> str:
    right = (row["components"] or {"accuracy": row["reward"]}).get("accuracy")
    mark = "good" if right is not None and right >= 1 else "bad"
    reward = "unscored" if row["reward"] is None else f"reward {row['reward']:.4g}"
    return (
        f"<pre>{_text(row['completion'])}</pre><span class={mark}>{_text(reward)}</span>"
        f' <span class="note">{_text(row["note"])}</span>'
    )
