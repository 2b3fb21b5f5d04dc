"""Cold start: supervised training that makes the tiny policy, the 0.2-million-parameter default when no model is named.

The policy is an ordinary Hugging Face directory (see model.py), trained on generated traces (see traces.py). It can solve
only the easiest tasks of one environment.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import tempfile
from pathlib import Path

import torch

from r1.datasets.families import families_of
from r1.datasets.family import Family
from r1.datasets.source import Procedural
from r1.trainers.config import UsageError
from r1.trainers.policy.policy import Policy, load_policy
from r1.trainers.presets import TINY
from r1.trainers.run.narrator import progress_bar
from r1.trainers.sft import Supervised, fit
from r1.trainers.tiny import turns
from r1.trainers.tiny.model import make_model, make_tokenizer
from r1.trainers.tiny.traces import HABIT_SHARE, WRITERS, write

COLD_START = Supervised(rows=32, lr=1.2e-2, warmup=30, optimizer="muon")
COLD_START_STEPS = 900
COLD_START_STREAM = 1_000_000  # added to the seed, so that RL training sees other tasks


def cache_dir() -> Path:
    """Return ``R1_CACHE`` or ``~/.cache/r1``."""
    return Path(os.environ.get("R1_CACHE") or Path.home() / ".cache" / "r1")


def tiny_policy(domain: str, seed: int) -> Path:
    """Return the directory of the tiny policy for an environment. Making it takes up to a minute; then it is cached.

    Raises:
        UsageError: there is no tiny policy for this environment.
    """
    if domain not in TINY:
        raise UsageError(f"--env {domain}: no tiny policy; name a --model, or use one of: {', '.join(TINY)}")
    home = cache_dir() / "tiny" / f"{domain}-seed{seed}-{_digest()}"
    if (home / "config.json").exists():
        return home
    start = _second_start if domain == "code-repair" else _cold_start
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as partial:
        start(domain, seed).export(Path(partial) / "model")
        # If another process was faster, the rename fails; its copy is the same, because the seed is.
        with contextlib.suppress(OSError):
            (Path(partial) / "model").rename(home)
    return home


def _digest() -> str:
    """Hash of the sources that determine the policy, so that a change of them invalidates the cache."""
    here = Path(__file__).parent
    sources = [*(here / f"{name}.py" for name in ("model", "cold_start", "traces", "turns")), here.parent / "sft.py"]
    return hashlib.blake2b(b"".join(p.read_bytes() for p in sources), digest_size=5).hexdigest()


def _families(domain: str) -> dict[str, Family]:
    return {name: family for name, family in families_of(domain).items() if name in WRITERS}


def _cold_start(domain: str, seed: int) -> Policy:
    how, steps = COLD_START, COLD_START_STEPS
    tokenizer = make_tokenizer()
    policy = Policy(make_model(len(tokenizer), seed), tokenizer)
    source = Procedural(domain, _families(domain), level=0, seed=COLD_START_STREAM + seed)
    rng = random.Random(f"cold start {domain} {seed}")
    tasks = (source.at("train", i) for i in range(how.rows * steps))
    pairs = [(task.question, write(task, rng, HABIT_SHARE)) for task in tasks]
    with progress_bar(f"cold start of the tiny {domain} policy (once, then cached)", steps) as advance:
        fit(policy, pairs, how, lambda step, loss: advance(step, f"loss {loss:.3f}"))
    return policy


def _second_start(domain: str, seed: int) -> Policy:
    """Train the code policy further, on conversations with feedback: half of the examples are second attempts."""
    policy = load_policy(str(tiny_policy("code", seed)), torch.device("cpu"))
    how, steps = turns.SECOND_START, turns.SECOND_START_STEPS
    rng = random.Random(f"second start {domain} {seed}")
    source = Procedural("code", _families("code"), level=0, seed=COLD_START_STREAM + seed)
    first = COLD_START.rows * COLD_START_STEPS  # skip the tasks of the first cold start
    tasks = [source.at("train", first + i) for i in range(how.rows * steps)]
    feedback = turns.environment_feedback(f"r1/{domain}-v0")
    opened = turns.openings(tasks[: turns.CONVERSATIONS], feedback, policy.tokenizer.eos_token, rng)
    pairs = turns.pairs(tasks, opened, rng)
    with progress_bar(f"cold start of the tiny {domain} policy (once, then cached)", steps) as advance:
        fit(policy, pairs, how, lambda step, loss: advance(step, f"loss {loss:.3f}"))
    return policy
