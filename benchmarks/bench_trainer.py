"""The trainer compared with TRL's GRPOTrainer and a plain hand-written loop: speed, memory, and CPU time to a reward.

    python benchmarks/bench_trainer.py [--seeds 0 1 2] [--steps 120]

Every run is a separate process; the runs alternate (ours, TRL, hand, ours, ...). All use the same cold-started tiny policy, the
same tasks in the same order, the same verifiers, group size, lengths, AdamW, learning rate and loss (`loss_type="grpo"`), in
float32 on the CPU, with the same thread settings (`r1.trainers.policy.threads`), without a KL term (TRL's default) and without gradient
checkpointing (TRL's default is with it, which is slower). A run ends when the mean accuracy of the last five steps reaches 90 %,
or after ``--steps``. Tokens are those that the policy wrote, including the stop token; all three start from the same policy, so the
lengths are similar (printed). Tokens per second are over the wall time of whole steps, everything included: the median of a run's
steps. CPU time is user and system time of the process and its children from the first step on; imports, loading the model and
creating the trainer are excluded for all three, starting our judge processes is included. Peak memory is that of the largest process.

Our advantage depends on how similar a group's completions are, because each distinct prefix is sampled and trained once; the
completions of a confident tiny policy share long prefixes. So a second table shows a few steps of an untrained policy, whose
completions share nothing but the prompt, with another reward (the fraction of letters): the smallest advantage to expect.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import r1.trainers.policy.threads  # noqa: F401  # before torch

PROMPTS, GROUP, MAX_TOKENS, LEARNING_RATE, GOAL, WINDOW = 16, 16, 64, 4e-4, 0.9, 5
TRAINERS = ("r1", "trl", "hand")
WARM_UP = 2  # steps that the medians leave out
UNLIKE_STEPS = 8


class Done(Exception):
    """The goal is reached, or all steps are done."""


class Stopwatch:
    """Counts steps, tokens and CPU time of one run; raises `Done` at its end."""

    def __init__(self, steps: int) -> None:
        self.steps, self.rows, self.accuracy = steps, [], []  # type: int, list[tuple[float, int]], list[float]
        self.begin()

    def begin(self) -> None:
        """Start the first step now."""
        self.begin_cpu_s, self.last_s = cpu_s(), time.perf_counter()

    def step(self, tokens: int, accuracy: float) -> None:
        now = time.perf_counter()
        self.rows.append((now - self.last_s, tokens))
        self.last_s = now
        self.accuracy.append(accuracy)
        if self.reached() or len(self.rows) >= self.steps:
            raise Done

    def reached(self) -> bool:
        return len(self.accuracy) >= WINDOW and statistics.fmean(self.accuracy[-WINDOW:]) >= GOAL

    def report(self) -> dict[str, Any]:
        own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return {
            "reached": self.reached(),
            "steps": len(self.rows),
            "cpu_s": cpu_s() - self.begin_cpu_s,
            "tokens_per_s": statistics.median(tokens / s for s, tokens in self.rows[WARM_UP:]),
            "peak_mb": max(own.ru_maxrss, children.ru_maxrss) / 1024,
            "length": statistics.fmean(tokens for _, tokens in self.rows) / (PROMPTS * GROUP),
        }


def cpu_s() -> float:
    """Return the CPU seconds of this process and its children, living ones included."""
    import psutil

    me = psutil.Process()
    times = [me.cpu_times(), *(child.cpu_times() for child in me.children(recursive=True))]
    return sum(t.user + t.system for t in times) + times[0].children_user + times[0].children_system


def tasks(seed: int, count: int) -> list[Any]:
    from r1.datasets.families import families_of
    from r1.datasets.source import Procedural

    source = Procedural("math", dict(families_of("math")), level=0, seed=seed)
    return [source.at("train", i) for i in range(count)]


def verdicts(completions: Sequence[str], truths: Sequence[dict[str, Any]]) -> list[tuple[float, float]]:
    """Return accuracy and format of each completion, from the verifiers of r1/math-v0."""
    from r1.verifiers import Math, Think

    math, think = Math(), Think()
    pairs = zip(completions, truths, strict=True)
    return [(float(math(c, t).reward or 0), float(think(c, {}).reward or 0)) for c, t in pairs]


def rewards(completions: Sequence[str], parts: Sequence[tuple[float, float]], unlike: bool) -> list[float]:
    return list(map(letters, completions)) if unlike else [a + f for a, f in parts]


def letters(completion: str) -> float:
    """Return the reward of an untrained policy; it varies among completions, so that every row has a gradient."""
    return sum(map(str.isalpha, completion)) / max(len(completion), 1)


class PaidForLetters:
    """An environment with the same verifier and other rewards."""

    def __init__(self, env: Any) -> None:
        self.env = env

    def __getattr__(self, name: str) -> Any:
        return getattr(self.env, name)

    def step(self, actions: Sequence[str]) -> Any:
        observations, _, *rest = self.env.step(actions)
        return observations, [letters(action) for action in actions], *rest


def run_r1(model: str, seed: int, watch: Callable[[], Stopwatch], unlike: bool) -> Stopwatch:
    from dataclasses import replace

    from r1.trainers.config import Config, with_settings
    from r1.trainers.grpo import train_step
    from r1.trainers.trainer import open_trainer

    config = with_settings(
        replace(Config(), env="math", model=model, template="plain", seed=seed, steps=10**6),
        {"prompts": PROMPTS, "group": GROUP, "max_tokens": MAX_TOKENS, "lr": LEARNING_RATE, "kl_coef": 0.0}
        | {"device": "cpu", "eval_tasks": 0},
    )
    with open_trainer(config) as trainer:
        if unlike:
            trainer.env = PaidForLetters(trainer.env)
        stopwatch = watch()
        for step in range(10**6):
            _, metrics = train_step(trainer, step)
            try:
                stopwatch.step(metrics["tokens"], metrics["reward/accuracy"])
            except Done:
                return stopwatch
    raise AssertionError("no end")


def run_trl(model: str, seed: int, watch: Callable[[], Stopwatch], unlike: bool) -> Stopwatch:
    import datasets
    from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
    from trl import GRPOConfig, GRPOTrainer

    stopwatch = watch()
    seen: dict[str, Any] = {}
    rows = tasks(seed, stopwatch.steps * PROMPTS)

    def reward(completions: list[str], truth: list[str], completion_ids: list[list[int]], **_: Any) -> list[float]:
        parts = verdicts(completions, [json.loads(text) for text in truth])
        seen.update(tokens=sum(map(len, completion_ids)), accuracy=statistics.fmean(a for a, _ in parts))
        return rewards(completions, parts, unlike)

    class Watch(TrainerCallback):
        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            stopwatch.begin()

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            try:
                stopwatch.step(seen["tokens"], seen["accuracy"])
            except Done:
                control.should_training_stop = True

    with tempfile.TemporaryDirectory() as out:
        args = GRPOConfig(
            out, per_device_train_batch_size=PROMPTS * GROUP, num_generations=GROUP, max_completion_length=MAX_TOKENS,
            learning_rate=LEARNING_RATE, lr_scheduler_type="constant", beta=0.0, loss_type="grpo", max_steps=stopwatch.steps,
            gradient_checkpointing=False, bf16=False, use_cpu=True, shuffle_dataset=False, seed=seed, report_to="none",
            save_strategy="no", logging_steps=10**6, disable_tqdm=True, weight_decay=0.0, disable_dropout=True,
        )  # fmt: skip
        trainer = GRPOTrainer(
            model=AutoModelForCausalLM.from_pretrained(model, dtype="float32"),
            processing_class=AutoTokenizer.from_pretrained(model, padding_side="left"),
            reward_funcs=reward,
            args=args,
            train_dataset=datasets.Dataset.from_list(
                [{"prompt": t.question, "truth": json.dumps(dict(t.truth))} for t in rows]
            ),
            callbacks=[Watch()],
        )
        trainer.train()
    return stopwatch


def run_hand(model: str, seed: int, watch: Callable[[], Stopwatch], unlike: bool) -> Stopwatch:
    """A loop that one writes in an afternoon: Hugging Face's generate, all rows in one batch, the clipped loss."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.manual_seed(seed)
    policy: Any = AutoModelForCausalLM.from_pretrained(model, dtype="float32")
    tokenizer = AutoTokenizer.from_pretrained(model, padding_side="left")
    optimizer = torch.optim.AdamW(policy.parameters(), lr=LEARNING_RATE, weight_decay=0.0)
    stopwatch = watch()
    rows = tasks(seed, stopwatch.steps * PROMPTS)
    stopwatch.begin()
    for step in range(stopwatch.steps):
        asked = [t for t in rows[step * PROMPTS : (step + 1) * PROMPTS] for _ in range(GROUP)]
        prompt = tokenizer([t.question for t in asked], return_tensors="pt", padding=True)
        ids = policy.generate(**prompt, do_sample=True, top_k=0, max_new_tokens=MAX_TOKENS)
        written = ids[:, prompt["input_ids"].shape[1] :]
        ended = (written == tokenizer.eos_token_id).cumsum(1)
        own = (ended - (written == tokenizer.eos_token_id).long() == 0) & (written != tokenizer.pad_token_id)
        texts = [tokenizer.decode(row[keep], skip_special_tokens=True) for row, keep in zip(written, own, strict=True)]
        parts = verdicts(texts, [dict(t.truth) for t in asked])
        reward = torch.tensor(rewards(texts, parts, unlike)).view(PROMPTS, GROUP)
        advantage = ((reward - reward.mean(1, keepdim=True)) / (reward.std(1, keepdim=True) + 1e-4)).flatten()
        mask = torch.cat([prompt["attention_mask"], own.long()], 1)
        logits = policy(input_ids=ids, attention_mask=mask, position_ids=(mask.cumsum(1) - 1).clamp(min=0)).logits
        logits = logits[:, -written.shape[1] - 1 : -1]
        logp = torch.log_softmax(logits, -1).gather(2, written[:, :, None]).squeeze(2)
        ratio = (logp - logp.detach()).exp()
        loss_each = -torch.minimum(ratio * advantage[:, None], ratio.clamp(0.8, 1.2) * advantage[:, None])
        loss = ((loss_each * own).sum(1) / own.sum(1).clamp(min=1)).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
        optimizer.step()
        try:
            stopwatch.step(int(own.sum()), statistics.fmean(a for a, _ in parts))
        except Done:
            return stopwatch
    raise AssertionError("no end")


RUNNERS = {"r1": run_r1, "trl": run_trl, "hand": run_hand}


def one_run(trainer: str, seed: int, steps: int, model: str, unlike: bool = False) -> dict[str, Any]:
    """Do a run in a separate process and return its figures."""
    flags = ["--one", trainer, "--seeds", str(seed), "--steps", str(steps), "--model", model]
    done = subprocess.run(
        [sys.executable, __file__, *flags, *(["--unlike"] if unlike else [])],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )
    if done.returncode:
        raise SystemExit(f"{trainer}, seed {seed}: {done.stderr.strip()[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    print(f"seed {seed} {trainer}{' unlike' if unlike else ''}: {json.dumps(found)}", flush=True)
    return found


def table(results: dict[str, list[dict[str, Any]]], unlike: dict[str, dict[str, Any]]) -> list[str]:
    lines = [
        "| trainer | tokens/s | peak MB | CPU s to 90 % (each seed) | median | CPU s a step | steps | tokens a completion |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, runs in results.items():
        times = ", ".join(f"{r['cpu_s']:.1f}" if r["reached"] else f">{r['cpu_s']:.1f}" for r in runs)
        lines.append(
            f"| {name} | {_median(runs, 'tokens_per_s'):.0f} | {_median(runs, 'peak_mb'):.0f} | {times} |"
            f" {_median(runs, 'cpu_s'):.1f} | {statistics.median(r['cpu_s'] / r['steps'] for r in runs):.2f} |"
            f" {', '.join(str(r['steps']) for r in runs)} | {_median(runs, 'length'):.1f} |"
        )
    ours, trl = results["r1"], results["trl"]
    for title, key, goal, more in (
        ("tokens/s, ours over TRL's", "tokens_per_s", 2.0, True),
        ("peak memory, ours over TRL's", "peak_mb", 0.8, False),
        ("CPU seconds to 90 %, ours over TRL's", "cpu_s", 0.45, False),
    ):
        ratio = _median(ours, key) / _median(trl, key)
        each = ", ".join(f"{our[key] / their[key]:.2f}" for our, their in zip(ours, trl, strict=True))
        holds = ratio >= goal if more else ratio <= goal
        lines.append(
            f"\n{title}: {ratio:.2f} (each seed: {each};"
            f" goal {'>=' if more else '<='} {goal}: {'holds' if holds else 'does not hold'})"
        )
    lines += ["\nAn untrained policy, whose completions share nothing but their prompt:\n"]
    lines += ["| trainer | tokens/s | over TRL's | peak MB | CPU s a step | over TRL's |", "|---|---|---|---|---|---|"]
    for name, run in unlike.items():
        speed, cpu = run["tokens_per_s"], run["cpu_s"] / run["steps"]
        their_speed, their_cpu = unlike["trl"]["tokens_per_s"], unlike["trl"]["cpu_s"] / unlike["trl"]["steps"]
        lines.append(
            f"| {name} | {speed:.0f} | {speed / their_speed:.2f} | {run['peak_mb']:.0f} | {cpu:.2f} |"
            f" {cpu / their_cpu:.2f} |"
        )
    return lines


def _median(runs: list[dict[str, Any]], key: str) -> float:
    return statistics.median(float(run[key]) for run in runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--steps", type=int, default=120, help="of a run that does not reach the goal before")
    parser.add_argument("--one", choices=TRAINERS, help=argparse.SUPPRESS)
    parser.add_argument("--model", help=argparse.SUPPRESS)
    parser.add_argument("--unlike", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        watch = RUNNERS[args.one](args.model, args.seeds[0], lambda: Stopwatch(args.steps), args.unlike)
        print(json.dumps(watch.report()))
        return
    from r1.trainers.policy.policy import Policy
    from r1.trainers.tiny.cold_start import tiny_policy
    from r1.trainers.tiny.model import make_model, make_tokenizer

    results: dict[str, list[dict[str, Any]]] = {name: [] for name in TRAINERS}
    for seed in args.seeds:
        model = str(tiny_policy("math", seed))
        for name in TRAINERS:
            results[name].append(one_run(name, seed, args.steps, model))
    with tempfile.TemporaryDirectory() as untrained:
        tokenizer = make_tokenizer()
        Policy(make_model(len(tokenizer), seed=0), tokenizer).export(Path(untrained))
        unlike = {name: one_run(name, 0, UNLIKE_STEPS, untrained, unlike=True) for name in TRAINERS}
    lines = table(results, unlike)
    print("\n".join(lines))
    Path("benchmarks/results").mkdir(exist_ok=True)
    head = "# Trainer compared with TRL\n\n`python benchmarks/bench_trainer.py` on the machine at hand; only the ratios matter.\n\n"
    Path("benchmarks/results/trainer.md").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
