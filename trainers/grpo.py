"""GRPO: improve a policy on verified tasks by comparing its own answers with each other.

    python trainers/grpo.py --env math
    python trainers/grpo.py --env math --model Qwen/Qwen2.5-0.5B --dataset openai/gsm8k

Each step asks P tasks, draws G completions of each, lets the environment's verifier judge them, turns the rewards of a
group into advantages (how much better than its siblings?), and makes the better ones more likely [arXiv 2501.12948].
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import r1.trainers.threads  # noqa: F401  # before torch
from r1.trainers.batch import collate, with_advantages
from r1.trainers.canary import EngineError, LearnerDied
from r1.trainers.checkpoint import Run
from r1.trainers.clock import Clock
from r1.trainers.config import Config, UsageError, parse
from r1.trainers.engines import LearnerLike, engine_and_learner
from r1.trainers.episodes import Episode, TaskEnv, TaskStream, closing, open_env, play
from r1.trainers.evaluate import evaluate, sample_row, save_samples
from r1.trainers.metrics import Metrics, Narrator, episode_metrics, has_signal
from r1.trainers.policy import Policy, load_policy, pick_device
from r1.trainers.report import write_report
from r1.trainers.rollout import RolloutEngine, Sampling
from r1.trainers.tiny import tiny_policy


@dataclass(frozen=True)
class Trainer:
    """What a step needs, each made once."""

    config: Config
    env: TaskEnv
    tasks: TaskStream
    policy: Policy
    engine: RolloutEngine
    learner: LearnerLike
    clock: Clock

    @property
    def sampling(self) -> Sampling:
        s = self.config.sampling
        return Sampling(s.max_tokens, s.temperature, self.policy.stop_ids)


def train_step(t: Trainer, step: int) -> tuple[list[Episode], Metrics]:
    """One step of the algorithm; ``step`` counts from 0."""
    c = t.config
    episodes = draw(t, step)
    if all(
        math.isnan(e.reward) for e in episodes
    ):  # lost verdicts are dropped, but with none left nothing can be learnt
        raise UsageError(f"step {step + 1}: none of {len(episodes)} completions could be judged: {episodes[0].note}")
    with t.clock("train"):
        batch = collate(episodes, t.policy.pad_id, t.policy.device, c.objective.mask_truncated)
        batch = t.learner.score(batch)
        batch = with_advantages(batch, episodes, c.sampling.group, c.objective, c.sampling.max_tokens)
        metrics = t.learner.update(batch, step)
    with t.clock("sync"):
        t.engine.load(t.policy.weights(), version=step + 1)
    parity = getattr(t.engine, "parity", {})  # of an engine with weights of its own, after this update
    return episodes, episode_metrics(episodes, c.sampling.group) | metrics | parity


def draw(t: Trainer, step: int) -> list[Episode]:
    """P·G judged episodes. With dynamic sampling, groups without a signal are drawn anew, a few times [DAPO 3.2]."""
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
    """A whole run, or the rest of one."""
    run = Run(config)
    run.check()
    if run.finished and not config.overwrite:
        return run
    device = pick_device(config.placement.device)
    env = open_env(config)
    with closing(env):
        policy = load_policy(config.model or str(tiny_policy(config.domain, config.seed)), device, config.optim.dtype)
        run.open()
        tasks = TaskStream(env, config.seed, config.operation.eval_tasks)
        engine, learner = engine_and_learner(config, policy)
        t = Trainer(config, env, tasks, policy, engine, learner, Clock())
        done = restore(t, run)
        with closing(engine), Narrator(config.steps, done) as narrator:
            narrator.say(describe_run(config, policy, run, done))
            if done < 0:
                done = finish_step(t, run, narrator, 0, [], {})
            for step in range(done, config.steps):
                episodes, metrics = train_step(t, step)
                finish_step(t, run, narrator, step + 1, episodes, metrics)
        policy.export(run.out / "model")
    write_report(run.report, config, policy_line(config, policy), run.metrics.read(), run.out / "evals")
    run.finish()
    return run


def train_on(config: Config) -> Run:
    """Train; where a learner rank of a cluster dies, go on from the last checkpoint, a few times."""
    for _ in range(3):
        try:
            return train(config)
        except LearnerDied as error:
            print(f"{error}; going on from the last checkpoint", file=sys.stderr)
            config = replace(config, resume=True, overwrite=False)
    return train(config)


def finish_step(
    t: Trainer, run: Run, narrator: Narrator, done: int, episodes: Sequence[Episode], metrics: Metrics
) -> int:
    """After ``done`` steps: evaluate and save where it is time, write down, tell."""
    c = t.config.operation
    times = t.clock.lap()
    metrics |= times
    if episodes:
        metrics["tokens_per_s"] = round(metrics["tokens"] / times["seconds/step"], 1)
    if done % c.eval_every == 0 or done == t.config.steps:
        found, sampled = evaluate(t.env, t.policy, t.engine, t.tasks.held_out, t.config, t.sampling)
        save_samples(run.out / "evals" / f"step-{done:08d}.jsonl", t.tasks.held_out, sampled, c.eval_samples)
        metrics |= found | {"seconds/evaluate": t.clock.lap()["seconds/step"]}
        metrics["seconds/step"] += metrics["seconds/evaluate"]
    run.metrics.write(done, metrics)
    if episodes:
        run.samples.write(done, {"samples": [sample_row(e) for e in episodes[:: t.config.sampling.group][:4]]})
    if done % c.save_every == 0 or done == t.config.steps:
        run.save(done, {"learner": t.learner.state(), "cursor": t.tasks.cursor})
    narrator.step(done, metrics)
    return done


def restore(t: Trainer, run: Run) -> int:
    """Steps already done; -1 when not even the first evaluation is."""
    state = run.restore()
    if state is None:
        return -1
    t.learner.load_state(state["learner"])
    t.tasks.cursor = state["cursor"]
    t.engine.load(t.policy.weights(), version=state["step"])
    return int(state["step"])


def policy_line(config: Config, policy: Policy) -> str:
    count = sum(p.numel() for p in policy.model.parameters())
    size = f"{count / 1e6:.1f} million parameters"
    if config.model:
        return f"{config.model}, {size}"
    return (
        f"the tiny policy: made from nothing for the easiest {config.domain} tasks, with bad habits to unlearn; {size}"
    )


def describe_run(config: Config, policy: Policy, run: Run, done: int) -> str:
    s = config.sampling
    start = f"going on from step {done}" if done > 0 else f"{config.steps} steps"
    return f"{policy_line(config, policy)}\n{start} of {s.prompts} tasks x {s.group} completions, on {policy.device}; into {run.out}"


def main(argv: Sequence[str] | None = None) -> int:
    try:
        config = parse(argv)
        run = train_on(config)
    except UsageError as error:
        print(f"grpo.py: error: {error}", file=sys.stderr)
        return 2
    except (EngineError, LearnerDied) as error:
        print(f"grpo.py: stopped: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("grpo.py: stopped; the same command with --resume goes on from the last checkpoint", file=sys.stderr)
        return 130
    last: dict[str, Any] = next((m for m in reversed(run.metrics.read()) if "eval/accuracy" in m), {})
    first: dict[str, Any] = next((m for m in run.metrics.read() if "eval/accuracy" in m), {})
    if last:
        print(
            f"held-out accuracy: {first['eval/accuracy']:.1%} before, {last['eval/accuracy']:.1%} after {last['step']} steps"
        )
    print(f"report: {os.path.relpath(run.report)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
