"""Log-probabilities from chunks equal those of the full softmax, without its memory."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.policy.logprobs import selected_logp


def case(
    rows: int = 7, hidden: int = 5, vocabulary: int = 11, dtype: torch.dtype = torch.float32
) -> tuple[torch.Tensor, ...]:
    g = torch.Generator().manual_seed(0)
    return (
        torch.randn(rows, hidden, generator=g, dtype=dtype),
        torch.randn(vocabulary, hidden, generator=g, dtype=dtype),
        torch.randn(vocabulary, generator=g, dtype=dtype),
        torch.randint(vocabulary, (rows,), generator=g),
    )


@pytest.mark.parametrize("chunk", [1, 2, 7, 100])
@pytest.mark.parametrize("temperature", [1.0, 0.7])
@pytest.mark.parametrize("with_bias", [False, True])
def test_chunked_equals_full_softmax_in_value_and_gradient(chunk: int, temperature: float, with_bias: bool) -> None:
    hidden, weight, bias, targets = case()
    leaves = [hidden.requires_grad_(), weight.requires_grad_(), bias.requires_grad_()]
    upstream = torch.linspace(-1, 1, len(hidden))
    logits = (hidden @ weight.T + (bias if with_bias else 0)) / temperature
    full = torch.log_softmax(logits, 1)
    want = torch.autograd.grad((full.gather(1, targets[:, None])[:, 0] * upstream).sum(), leaves, allow_unused=True)
    logp, entropy = selected_logp(
        hidden, weight, targets, bias_V=bias if with_bias else None, temperature=temperature, chunk=chunk
    )
    got = torch.autograd.grad((logp * upstream).sum(), leaves, allow_unused=True)
    torch.testing.assert_close(logp, full.gather(1, targets[:, None])[:, 0])
    torch.testing.assert_close(entropy, -(full.exp() * full).sum(1).detach())
    for ours, reference in zip(got, want, strict=True):
        if reference is not None:
            torch.testing.assert_close(ours, reference, atol=1e-5, rtol=1e-5)


# Not the peak of getrusage: a process inherits that from its parent.
_PEAK = """
import r1.trainers.policy.threads, re, sys, torch
from r1.trainers.policy.logprobs import selected_logp
torch.set_num_threads(2)
peak_kib = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
hidden, weight = torch.randn(2000, 16, requires_grad=True), torch.randn(50_000, 16)
targets = torch.zeros(2000, dtype=torch.long)
if sys.argv[1] == "chunked":
    selected_logp(hidden[:10], weight, targets[:10])[0].sum().backward()
    before = peak_kib()
    selected_logp(hidden, weight, targets, chunk=200)[0].sum().backward()
else:
    before = peak_kib()
    torch.log_softmax(hidden @ weight.T, 1).gather(1, targets[:, None]).sum().backward()
print((peak_kib() - before) >> 10)
"""


def test_the_full_logits_are_never_in_memory() -> None:
    """2,000 tokens x 50,000 entries are 381 MiB in float32; chunks of 200 rows need at most half of one such table."""

    def mebibytes(how: str) -> int:
        return int(
            subprocess.run([sys.executable, "-c", _PEAK, how], capture_output=True, text=True, check=True).stdout
        )

    full, chunked = mebibytes("full"), mebibytes("chunked")
    assert full > 380  # one table at least
    assert chunked < 190
