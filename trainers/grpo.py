"""GRPO: improve a policy on verified tasks by comparing its answers to each task with one another.

    python trainers/grpo.py --env math
    python trainers/grpo.py --env math --model Qwen/Qwen2.5-0.5B --dataset openai/gsm8k

Each step takes P tasks and samples G completions of each; the environment's verifier judges them; the rewards of a group
become advantages (how much better than the rest of the group?); and better completions become more likely
[arXiv 2501.12948].
"""

from __future__ import annotations

if __name__ == "__main__":
    from r1.trainers.command_line import begin

    begin()

import math
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import closing, nullcontext
from dataclasses import replace
from functools import partial

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.command_line import parse
from r1.trainers.config import Config, UsageError
from r1.trainers.evaluate import held_out
from r1.trainers.learner.batch import collate, with_advantages
from r1.trainers.learner.protocol import LearnerDied
from r1.trainers.logbook import Logbook
from r1.trainers.meters import OutOfMemoryError
from r1.trainers.rollout.engine import EngineError
from r1.trainers.rollout.episodes import Episode, play
from r1.trainers.run.directory import Run
from r1.trainers.run.disk import disk_refusals
from r1.trainers.run.interrupt import Interrupt, Stopped
from r1.trainers.run.metrics import Metrics, episode_metrics, has_signal
from r1.trainers.run.narrator import Narrator
from r1.trainers.run.trackers import open_tracker
from r1.trainers.trainer import Trainer, open_trainer, policy_line, prompt_line


def train_step(t: Trainer, step: int) -> tuple[list[Episode], Metrics]:
    """Do one step of the algorithm and return its episodes and metrics; ``step`` counts from 0."""
    c = t.config
    episodes = t.overlap.take(step, partial(draw, t))
    if all(math.isnan(e.reward) for e in episodes):  # a few unscored episodes are dropped, but not all of them
        raise UsageError(f"step {step + 1}: none of {len(episodes)} completions could be judged: {episodes[0].note}")
    with t.clock("train"):
        batch = collate(episodes, t.policy.pad_id, t.policy.device, c.objective.mask_truncated)
        batch = t.learner.score(batch)
        batch = with_advantages(batch, episodes, c.sampling.group, c.objective, c.sampling.max_tokens)
        metrics = t.learner.update(batch, step)
    with t.clock("wait"):
        t.overlap.wait()
    with t.clock("sync"):
        t.engine.load(t.policy.weights(), version=step + 1)
    parity = getattr(t.engine, "parity", {})  # of an engine with its own weights, after this update
    age = sum(step - e.version for e in episodes) / len(episodes)
    return episodes, episode_metrics(episodes, c.sampling.group) | metrics | parity | {"staleness": age}


def draw(t: Trainer, step: int) -> list[Episode]:
    """Sample and judge P·G episodes. Dynamic sampling replaces groups without a signal, a few times [DAPO 3.2]."""
    c, group = t.config, t.config.sampling.group
    kept: list[Episode] = []
    for attempt in range(c.objective.dynamic_sampling + 1):
        tasks = t.tasks.take(c.sampling.prompts - len(kept) // group)
        drawn = play(t.env, t.policy, t.engine, tasks, group, t.sampling, (c.seed, step, attempt), t.clock)
        groups = [drawn[i : i + group] for i in range(0, len(drawn), group)]
        last = attempt == c.objective.dynamic_sampling
        kept += [e for g in groups if last or has_signal(g) for e in g]
        if len(kept) == c.sampling.prompts * group:
            break
    return kept


def train(config: Config) -> Run:
    """Train from the start or, after a resume, from the newest checkpoint to the end."""
    run = Run(config)
    run.check()
    if run.finished and not config.overwrite:
        return run
    with disk_refusals(run.out), open_trainer(config) as t, closing(run):
        run.open()
        run.describe(policy_line(config, t.policy))
        tracker = open_tracker(config)
        narrator = Narrator(config.steps)
        with closing(tracker) if tracker else nullcontext(), narrator, Interrupt(narrator.say) as interrupt:
            book = Logbook(t, run, narrator, interrupt, tracker)
            done = book.restore()
            narrator.begin(done, describe_run(t, run, done))
            if done < 0:
                done = book.after(0, [], {})
            while not book.over:
                episodes, metrics = train_step(t, done)
                done = book.after(done + 1, episodes, metrics)
        t.policy.export(run.out / "model")
    run.finish()
    return run


def train_on(config: Config) -> Run:
    """Train; if a learner rank of a cluster dies, restart from the last checkpoint, up to three times."""
    for _ in range(3):
        try:
            return train(config)
        except LearnerDied as error:
            print(f"{error}; continuing from the last checkpoint", file=sys.stderr)
            config = replace(config, resume=True, overwrite=False)
    return train(config)


def describe_run(t: Trainer, run: Run, done: int) -> str:
    """Return what is trained and how in two lines, and for a user's own model a prompt as it reads it."""
    s = t.config.sampling
    start = f"continuing from step {done}" if done > 0 else f"{t.config.steps} steps"
    where = f"on {t.policy.device}; into {run.out}"
    lines = [policy_line(t.config, t.policy), f"{start} of {s.prompts} tasks x {s.group} completions, {where}"]
    if t.config.model and t.tasks.held_out:
        lines.append(prompt_line(t))
    return "\n".join(lines)


def describe_result(run: Run) -> str:
    """Return held-out accuracy before and after, the best in between, and the path of the report."""
    found = [(figure, m["step"]) for m in run.metrics.read() if (figure := held_out(m)) is not None]
    lines = []
    if found:
        (before, _), (after, last), best = found[0], found[-1], max(found, key=lambda pair: pair[0])
        lines.append(f"held-out accuracy: {before:.1%} before, {after:.1%} after {last} steps")
        if best[0] > after:
            lines.append(f"best: {best[0]:.1%} after {best[1]} steps, in {os.path.relpath(run.out / 'best')}")
    return "\n".join([*lines, f"report: {os.path.relpath(run.report)}"])


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status; every failure is one line on standard error."""
    try:
        config = parse(argv)
        run = train_on(config)
    except UsageError as error:
        print(f"grpo.py: error: {error}", file=sys.stderr)
        return 2
    except (EngineError, LearnerDied, FloatingPointError) as error:
        print(f"grpo.py: stopped: {error}", file=sys.stderr)
        return 1
    except OutOfMemoryError as error:
        what = str(error).partition(". ")[0]
        print(f"grpo.py: stopped: {what}; try smaller micro-batches (fewer --tokens)", file=sys.stderr)
        return 1
    except Stopped as stop:
        print(f"grpo.py: {stop}", file=sys.stderr)
        return stop.exit_status
    except KeyboardInterrupt:
        print("grpo.py: stopped; to continue, run the same command with --resume", file=sys.stderr)
        return 130
    print(describe_result(run))
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # from here on a run can be stopped and resumed
    raise SystemExit(main())
