"""Logbook: what happens after each step (evaluate, log, keep the best, save, report), and how a run is restored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from r1.trainers.evaluate import best_of, evaluate, sample_row, save_samples, stalled
from r1.trainers.meters import peak_memory
from r1.trainers.rollout.episodes import Episode
from r1.trainers.run.directory import Run
from r1.trainers.run.interrupt import Interrupt, Stopped
from r1.trainers.run.metrics import Metrics
from r1.trainers.run.narrator import Narrator
from r1.trainers.run.report import write_report
from r1.trainers.run.trackers import Tracker
from r1.trainers.trainer import Trainer, policy_line


class Logbook:
    """Keeps the records of a run.

    Attributes:
        over: True after the last step, or after too many evaluations without an improvement.
    """

    def __init__(
        self, t: Trainer, run: Run, narrator: Narrator, interrupt: Interrupt, tracker: Tracker | None = None
    ) -> None:
        self.t, self.run, self.narrator, self.interrupt, self.tracker = t, run, narrator, interrupt, tracker
        self.over = False

    def after(self, done: int, episodes: Sequence[Episode], metrics: Metrics) -> int:
        """Finish a step and return ``done``, the number of steps completed (0: before the first).

        Raises:
            Stopped: a signal asked the run to stop; a checkpoint holds this step.
        """
        t, c = self.t, self.t.config.operation
        metrics |= t.clock.lap() | peak_memory()
        if episodes:
            metrics["tokens_per_s"] = round(metrics["tokens"] / metrics["seconds/step"], 1)
            self.run.samples.write(done, {"samples": [sample_row(e) for e in episodes[:: t.config.sampling.group][:4]]})
        evaluated = done % c.eval_every == 0 or done == t.config.steps
        if evaluated:
            metrics |= self._evaluate(done)
            metrics["seconds/step"] += metrics["seconds/evaluate"]
        self.run.metrics.write(done, metrics)
        if self.tracker:
            self.tracker.write(done, metrics)
        rows = self.run.metrics.read() if evaluated else []
        self.over = done == t.config.steps or stalled(rows, c.patience)
        best = evaluated and best_of(rows) == done
        asked = self.interrupt.asked  # read once: a signal that arrives after the save waits for the next step
        if best or self.over or asked or done % c.save_every == 0:
            self._save(done, best)
        if evaluated or asked:
            self.report()
        self.narrator.step(done, metrics)
        if asked and not self.over:
            raise Stopped(done, asked)
        return done

    def _evaluate(self, done: int) -> Metrics:
        t, c = self.t, self.t.config.operation
        if not done:  # the longest wait of a run with a large model, so explain it
            self.narrator.say(
                f"first, {len(t.tasks.held_out)} held-out tasks (--eval-tasks) x {c.eval_samples + 1} completions "
                f"(--eval-samples and a greedy one) of up to {t.sampling.max_tokens} tokens (--max-tokens)"
            )
        t.overlap.wait()
        found, sampled = evaluate(t.env, t.policy, t.engine, t.tasks.held_out, t.config, t.sampling)
        save_samples(self.run.out / "evals" / f"step-{done:08d}.jsonl", t.tasks.held_out, sampled, c.eval_samples)
        return found | {"seconds/evaluate": t.clock.lap()["seconds/step"]}

    def _save(self, done: int, best: bool) -> None:
        t = self.t
        t.overlap.wait()
        state: dict[str, Any] = {"learner": t.learner.state(), "cursor": t.tasks.cursor, "drawn": t.overlap.state()}
        if best:  # before the checkpoint, so that a run killed between the two repeats this step
            self.run.keep_best(done, t.policy.export)
        self.run.checkpoints.save(done, state)

    def report(self) -> None:
        """Write the report of what has happened so far."""
        t, run = self.t, self.run
        write_report(run.report, t.config, policy_line(t.config, t.policy), run.metrics.read(), run.out / "evals")

    def restore(self) -> int:
        """Restore everything from the newest checkpoint.

        Returns:
            Steps completed; -1 if there is no checkpoint, so that not even the first evaluation is done.
        """
        state = self.run.restore()
        if state is None:
            return -1
        t = self.t
        t.learner.load_state(state["learner"])
        t.tasks.cursor = state["cursor"]
        t.overlap.load_state(state.get("drawn", ()))
        t.engine.load(t.policy.weights(), version=state["step"])
        self.over = state["step"] >= t.config.steps or stalled(self.run.metrics.read(), t.config.operation.patience)
        return int(state["step"])
