"""Memory of log-probabilities over a long sequence and a large vocabulary: in chunks (ours) and with all logits at once.

    python benchmarks/bench_memory.py [--tokens 32768] [--vocabulary 150000] [--hidden 128]

Forward and backward pass, each in a separate process. The figure is the growth of peak resident memory beyond hidden states, head
and their gradients, which both ways need. All logits at once would need tens of GB, so that way is measured on fewer tokens and
extrapolated linearly (it is linear: 4 bytes x tokens x vocabulary, several times).
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import r1.trainers.policy.threads  # noqa: F401  # before torch

WHOLE_TOKENS = (1024, 2048)  # measured points of the unchunked way


def peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def one(way: str, tokens: int, vocabulary: int, hidden: int) -> dict[str, float]:
    """Return extra peak bytes and seconds of one forward and backward pass."""
    import torch

    from r1.trainers.policy.logprobs import selected_logp

    generator = torch.Generator().manual_seed(0)
    hidden_NH = torch.randn(tokens, hidden, generator=generator, requires_grad=True)
    weight_VH = torch.randn(vocabulary, hidden, generator=generator).mul_(0.02).requires_grad_()
    ids_N = torch.randint(vocabulary, (tokens,), generator=generator)
    hidden_NH.grad, weight_VH.grad = torch.zeros_like(hidden_NH), torch.zeros_like(weight_VH)
    before, begin_s = peak_bytes(), time.perf_counter()
    if way == "chunked":
        logp_N, _ = selected_logp(hidden_NH, weight_VH, ids_N)
    else:
        logp_N = torch.log_softmax(hidden_NH @ weight_VH.T, -1).gather(1, ids_N[:, None]).squeeze(1)
    logp_N.sum().backward()
    return {"bytes": peak_bytes() - before, "seconds": time.perf_counter() - begin_s, "sum": float(logp_N.sum())}


def measured(way: str, tokens: int, args: argparse.Namespace) -> dict[str, float]:
    command = [sys.executable, __file__, "--one", way, "--tokens", str(tokens)]
    command += ["--vocabulary", str(args.vocabulary), "--hidden", str(args.hidden)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, default=32_768)
    parser.add_argument("--vocabulary", type=int, default=150_000)
    parser.add_argument("--hidden", type=int, default=128)
    parser.add_argument("--one", choices=("chunked", "whole"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(one(args.one, args.tokens, args.vocabulary, args.hidden)))
        return
    lines = [
        f"Vocabulary {args.vocabulary:,}, hidden size {args.hidden}, float32; beyond hidden states, head and gradients:\n",
        "| way | tokens | extra MB at the peak | seconds |",
        "|---|---|---|---|",
    ]
    small = {n: measured("whole", n, args) for n in WHOLE_TOKENS}
    for n, found in small.items():
        lines.append(f"| all logits | {n:,} | {found['bytes'] / 1e6:,.0f} | {found['seconds']:.1f} |")
    (a, first), (b, second) = small.items()
    slope = (second["bytes"] - first["bytes"]) / (b - a)
    drawn = second["bytes"] + slope * (args.tokens - b)
    lines.append(f"| all logits | {args.tokens:,} | {drawn / 1e6:,.0f} (extrapolated) | |")
    same = measured("chunked", b, args)
    gap = abs(same["sum"] - second["sum"]) / b
    found = measured("chunked", args.tokens, args)
    lines.append(f"| chunks | {b:,} | {same['bytes'] / 1e6:,.0f} | {same['seconds']:.1f} |")
    lines.append(f"| chunks | {args.tokens:,} | {found['bytes'] / 1e6:,.0f} | {found['seconds']:.1f} |")
    lines.append(f"\nMean difference of the two ways on {b:,} tokens: {gap:.1e} nats.")
    lines.append(f"Below 1 GB: {'holds' if found['bytes'] < 1e9 else 'does not hold'}.")
    print("\n".join(lines))
    Path("benchmarks/results").mkdir(exist_ok=True)
    head = "# Memory of log-probabilities\n\n`python benchmarks/bench_memory.py`\n\n"
    Path("benchmarks/results/memory.md").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
