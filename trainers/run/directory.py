"""Directory: the files of a run, who may write to them, and how a stopped run finds its place again."""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from r1.trainers.config import Config, UsageError, flat, with_settings
from r1.trainers.run.checkpoint import Checkpoints
from r1.trainers.run.disk import write_whole
from r1.trainers.run.machine import this_start
from r1.trainers.run.metrics import MetricsLog
from r1.trainers.run.report import write_report

# Settings that may change when a run is resumed: they do not affect the results.
FREE_TO_CHANGE = {
    *("out", "resume", "overwrite", "config", "workers", "keep", "save_every", "unsafe_sandbox", "device", "tokens"),
    *("learners", "rollouts", "nodes", "tensor_parallel", "track"),
}


class Run:
    """``<out>/``: run.json, metrics.jsonl, samples.jsonl, evals/, checkpoints/step-N/, best/, model/, report.html.

    ``run.json`` holds the settings, whether the run reached its end, and when, where and with what it was started.
    """

    def __init__(self, config: Config) -> None:
        self.config, self.out = config, config.out_dir
        self.metrics = MetricsLog(self.out / "metrics.jsonl")
        self.samples = MetricsLog(self.out / "samples.jsonl")
        self.checkpoints = Checkpoints(self.out, config.operation.keep)
        self.report = self.out / "report.html"
        self._lock: IO[str] | None = None

    @property
    def finished(self) -> bool:
        """Whether the run in the directory reached its end, and that is the end of this configuration, too."""
        held = self._manifest()
        return bool(held.get("finished")) and held["config"]["steps"] >= self.config.steps

    def check(self) -> None:
        """Check that this run may use the directory; nothing is written.

        Raises:
            UsageError: it holds another run, an unfinished one without ``resume``, or other files.
        """
        try:
            held = sorted(p.name for p in self.out.iterdir()) if self.out.exists() else []
        except OSError as error:
            raise UsageError(f"--out {self.out}: {error.strerror}") from error
        if "run.json" in held:
            if not self.config.overwrite:
                self._check_same()
        elif set(held) - {".lock"}:
            raise UsageError(
                f"--out {self.out}: not a run directory and not empty (it holds {held[0]}); name another directory"
            )

    def open(self) -> None:
        """Create the directory, empty it if ``overwrite`` is set, and lock it against other processes.

        Raises:
            UsageError: it cannot be created, or another process is writing to it.
        """
        try:
            self.out.mkdir(parents=True, exist_ok=True)
            self._lock = (self.out / ".lock").open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(f"--out {self.out}: another process is training into it") from None
        except OSError as error:
            raise UsageError(f"--out {self.out}: {error.strerror}") from error
        if self.config.overwrite:
            for held in self.out.iterdir():
                if held.is_dir() and not held.is_symlink():
                    shutil.rmtree(held)
                elif held.name != ".lock":
                    held.unlink()
        self._write_manifest(finished=False, starts=[*self._manifest().get("starts", []), this_start()])

    def describe(self, policy: str) -> None:
        """Note in run.json what is trained, for reports that are written later."""
        self._write_manifest(finished=False, policy=policy)

    def _check_same(self) -> None:
        theirs = _plain(Config()) | self._manifest()["config"]  # settings added since then had their defaults
        ours = _plain(self.config)
        names = [n for n in ours if n not in FREE_TO_CHANGE and theirs[n] != ours[n]]
        if names == ["steps"] and ours["steps"] > theirs["steps"]:
            self._check_lengthened(theirs["steps"])
        elif names:
            n = names[0]
            raise UsageError(
                f"--out {self.out}: holds another run ({n} is {theirs[n]} there and {ours[n]} here); "
                "name another directory, or --overwrite to delete that run"
            )
        elif not self.finished and not self.config.resume and (self.checkpoints.paths() or self.metrics.read()):
            last = self.metrics.read()
            raise UsageError(
                f"--out {self.out}: holds this run, stopped at step {last[-1]['step'] if last else 0} of "
                f"{self.config.steps}; use --resume to continue it or --overwrite to start again"
            )

    def _check_lengthened(self, steps: int) -> None:
        """Check that more steps give what a run of that length would have given.

        Raises:
            UsageError: without ``resume``, or a setting depends on the length of the run.
        """
        c, longer = self.config, f"--steps {self.config.steps}: {self.out} holds this run with {steps} steps"
        if not c.resume:
            raise UsageError(f"{longer}; add --resume to go on to {c.steps}, or --overwrite to start again")
        if c.optim.final_lr != 1:
            raise UsageError(
                f"{longer}, over which its learning rate decays (final_lr {c.optim.final_lr}); start a new run"
            )
        if c.sampling.staleness:
            raise UsageError(f"{longer}, whose last one sampled nothing ahead (--staleness 1); start a new run")

    def restore(self) -> dict[str, Any] | None:
        """Return the state of the newest readable checkpoint and cut the logs back to it; None: start from step 0.

        Raises:
            UsageError: there are checkpoints, but none of them can be read.
        """
        state = self.checkpoints.restore()
        for rows in (self.metrics, self.samples):
            if rows.path.exists():
                rows.rewind(state["step"] if state else -1)
        return state

    def keep_best(self, step: int, export: Callable[[Path], None]) -> None:
        """Make ``best/`` the policy of this step, as a Hugging Face directory. At every moment it is a complete one."""
        name = f"best-{step:08d}"
        for left in (self.out / name, self.out / "best.partial"):
            shutil.rmtree(left, ignore_errors=True)
        export(self.out / "best.partial")
        (self.out / "best.partial").rename(self.out / name)
        (self.out / "best.link").unlink(missing_ok=True)
        (self.out / "best.link").symlink_to(name)
        (self.out / "best.link").rename(self.out / "best")
        for old in self.out.glob("best-*"):
            if old.name != name:
                shutil.rmtree(old)

    def finish(self) -> None:
        self._write_manifest(finished=True)

    def close(self) -> None:
        """Unlock the directory."""
        if self._lock:
            self._lock.close()

    def _manifest(self) -> dict[str, Any]:
        path = self.out / "run.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def _write_manifest(self, finished: bool, **changed: Any) -> None:
        held = {name: value for name, value in self._manifest().items() if name in ("policy", "starts")}
        manifest = {"config": _plain(self.config), "finished": finished, **held, **changed}
        write_whole(self.out / "run.json", json.dumps(manifest, indent=1).encode())


def report_again(out: Path) -> Path:
    """Write the report of a run directory again, from what the run left there, and return its path.

    Raises:
        UsageError: it is not a run directory.
    """
    try:
        held = json.loads((out / "run.json").read_text())
        config = with_settings(Config(), {k: v for k, v in held["config"].items() if k in flat(Config())})
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"{out}: not a run directory (run.json: {' '.join(str(error).split())})") from error
    run = Run(replace(config, out=out))
    write_report(
        run.report, config, held.get("policy", config.model or "tiny policy"), run.metrics.read(), out / "evals"
    )
    return run.report


def _plain(config: Config) -> dict[str, Any]:
    """Settings as JSON types, as run.json returns them."""
    plain: dict[str, Any] = json.loads(json.dumps(flat(config), default=str))
    return plain
