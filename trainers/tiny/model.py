"""Tiny policy: a from-scratch transformer of 0.2 million parameters that stands in when no model is named.

It is an ordinary Hugging Face directory (Qwen3 architecture, character tokenizer with the tags as single tokens), made
here: random weights, then supervised training on generated traces (tiny_traces.py). It knows the easiest level of one
environment and nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import tempfile
from pathlib import Path
from typing import Any

from r1.datasets.families import families_of
from r1.datasets.family import Family
from r1.datasets.source import Procedural
from r1.trainers.config import UsageError
from r1.trainers.presets import TINY
from r1.trainers.sft import Supervised
from r1.trainers.tiny.traces import HABIT_SHARE, WRITERS, write

COLD_START = Supervised(rows=32, lr=1.2e-2, warmup=30, optimizer="muon")
COLD_START_STEPS = 900
COLD_START_STREAM = 1_000_000  # added to the seed: other tasks than those of the training that follows

TAGS = ("<think>", "</think>", "<answer>", "</answer>")
CHARACTERS = [chr(c) for c in range(32, 127)] + ["\n"]


def make_tokenizer() -> Any:
    """One token a character; the four tags are one token each; anything else is <unk>."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    specials = ["<pad>", "<eos>", "<unk>"]
    vocabulary = {token: i for i, token in enumerate([*specials, *TAGS, *CHARACTERS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    tokenizer.decoder = decoders.Fuse()
    tokenizer.add_tokens([AddedToken(tag, normalized=False, special=False) for tag in TAGS])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        eos_token="<eos>",
        unk_token="<unk>",
        clean_up_tokenization_spaces=False,
    )


def make_model(vocabulary: int, seed: int, hidden: int = 96, layers: int = 2, heads: int = 3) -> Any:
    """Random weights, the same for the same seed; torch's global generator is left as it was.

    Qwen3 normalises queries and keys, with which copying is learnt in half the steps; and transformers reads its
    tokenizer back as it was saved (for Qwen2 it puts another one in its place, which drops every blank).
    """
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    config = Qwen3Config(
        vocab_size=vocabulary,
        hidden_size=hidden,
        intermediate_size=2 * hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=heads,
        head_dim=hidden // heads,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 10_000.0},
        bos_token_id=None,
        eos_token_id=1,
        pad_token_id=0,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Qwen3ForCausalLM(config)


def cache_dir() -> Path:
    return Path(os.environ.get("R1_CACHE") or Path.home() / ".cache" / "r1")


def tiny_policy(domain: str, seed: int) -> Path:
    """Directory of the cold-started tiny policy for one environment; made now (a minute or less) unless it is cached.

    Raises:
        UsageError: nobody wrote traces for this environment's tasks.
    """
    if domain not in TINY:
        known = ", ".join(TINY)
        raise UsageError(f"--env {domain}: the tiny policy knows {known} only; name a --model")
    home = cache_dir() / "tiny" / f"{domain}-seed{seed}-{_digest()}"
    if (home / "config.json").exists():
        return home
    start = _second_start if domain == "code-repair" else _cold_start
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as partial:
        start(domain, seed).export(Path(partial) / "model")
        # Whoever is first wins; the other's copy is the same, for the same seed.
        with contextlib.suppress(OSError):
            (Path(partial) / "model").rename(home)
    return home


def _digest() -> str:
    """Changes when what the policy is made from changes, so that a stale cache is never used."""
    here = Path(__file__).parent
    sources = [here / "model.py", here / "traces.py", here / "turns.py", here.parent / "sft.py"]
    return hashlib.blake2b(b"".join(p.read_bytes() for p in sources), digest_size=5).hexdigest()


def _families(domain: str) -> dict[str, Family]:
    return {name: family for name, family in families_of(domain).items() if name in WRITERS}


def _cold_start(domain: str, seed: int) -> Any:
    from r1.trainers.policy.policy import Policy
    from r1.trainers.run.metrics import progress_bar
    from r1.trainers.sft import fit

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


def _second_start(domain: str, seed: int) -> Any:
    """The code policy, then conversations with feedback: half of what it sees are second attempts."""
    import torch

    from r1.trainers.policy.policy import load_policy
    from r1.trainers.run.metrics import progress_bar
    from r1.trainers.sft import fit
    from r1.trainers.tiny import turns

    policy = load_policy(str(tiny_policy("code", seed)), torch.device("cpu"))
    how, steps = turns.SECOND_START, turns.SECOND_START_STEPS
    rng = random.Random(f"second start {domain} {seed}")
    source = Procedural("code", _families("code"), level=0, seed=COLD_START_STREAM + seed)
    first = COLD_START.rows * COLD_START_STEPS  # tasks that the first start has used
    tasks = [source.at("train", first + i) for i in range(how.rows * steps)]
    feedback = turns.environment_feedback(f"r1/{domain}-v0")
    opened = turns.openings(tasks[: turns.CONVERSATIONS], feedback, policy.tokenizer.eos_token, rng)
    pairs = turns.pairs(tasks, opened, rng)
    with progress_bar(f"cold start of the tiny {domain} policy (once, then cached)", steps) as advance:
        fit(policy, pairs, how, lambda step, loss: advance(step, f"loss {loss:.3f}"))
    return policy
