"""Log-probabilities: those of the full softmax, whatever the chunks, the padding or the head."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.config import UsageError
from r1.trainers.policy.logprobs import selected_logp
from r1.trainers.policy.policy import Policy, load_policy, pick_device


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


# Not getrusage's peak: that one is inherited from the process that started this one.
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


def test_the_full_logits_never_exist() -> None:
    """2,000 tokens x 50,000 entries are 381 MiB in float32; chunks of 200 need half of one such table at most."""

    def mebibytes(how: str) -> int:
        return int(
            subprocess.run([sys.executable, "-c", _PEAK, how], capture_output=True, text=True, check=True).stdout
        )

    full, chunked = mebibytes("full"), mebibytes("chunked")
    assert full > 380  # one table at least
    assert chunked < 190


def test_policy_gives_the_logits_of_the_model(policy: Policy) -> None:
    ids = torch.randint(3, 60, (2, 9), generator=torch.Generator().manual_seed(1))
    mask = torch.zeros(2, 9, dtype=torch.bool)
    mask[0, 4:9] = mask[1, 2:5] = True
    logp, entropy = policy.logp(ids, mask, 0.9)
    full = torch.log_softmax(policy.model(input_ids=ids).logits[:, :-1] / 0.9, -1)
    want = full.gather(2, ids[:, 1:, None])[..., 0] * mask[:, 1:]
    torch.testing.assert_close(logp[:, 1:], want)
    assert (logp[~mask] == 0).all()
    assert (entropy[mask] > 0).all()


def test_what_stands_after_a_row_does_not_change_it(policy: Policy) -> None:
    ids = torch.randint(3, 60, (1, 6), generator=torch.Generator().manual_seed(2))
    mask = torch.tensor([[False, False, True, True, True, True]])
    long = torch.nn.functional.pad(ids, (0, 5), value=policy.pad_id)
    torch.testing.assert_close(
        policy.logp(long, torch.nn.functional.pad(mask, (0, 5)), 1.0)[0][:, :6], policy.logp(ids, mask, 1.0)[0]
    )


def test_a_head_that_does_more_than_multiply_is_noticed(policy: Policy) -> None:
    """A model that scales its logits (as Granite and Cohere do) must not be read through the plain head."""
    forward = type(policy.model).forward

    class Scaled(type(policy.model)):  # type: ignore[misc]
        def forward(self, *args: object, **kwargs: object) -> object:
            output = forward(self, *args, **kwargs)
            output.logits = output.logits / 4
            return output

    policy.model.__class__ = Scaled
    scaled = Policy(policy.model, policy.tokenizer)
    assert policy.head_is_plain
    assert not scaled.head_is_plain
    ids = torch.tensor([[5, 9, 11, 7]])
    mask = torch.tensor([[False, True, True, True]])
    want = torch.log_softmax(scaled.model(input_ids=ids).logits[:, :-1], -1).gather(2, ids[:, 1:, None])[..., 0]
    torch.testing.assert_close(scaled.logp(ids, mask, 1.0)[0][:, 1:], want)


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such directory"):
        load_policy(str(tmp_path / "nothing"), torch.device("cpu"))
    with pytest.raises(UsageError, match=r"no config\.json"):
        load_policy(str(tmp_path), torch.device("cpu"))


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs hardware: a machine without a GPU")
def test_a_gpu_asked_for_where_there_is_none() -> None:
    with pytest.raises(UsageError, match="--device cuda"):
        pick_device("cuda")
    assert pick_device("auto").type == "cpu"


def test_chat_template_turns_continue_the_conversation(policy: Policy) -> None:
    """What follows a completion is exactly what the template writes after it, the stop token once."""
    policy.tokenizer.chat_template = (
        "{% for m in messages %}[{{ m['role'] }}]{{ m['content'] }}<eos>\n{% endfor %}"
        "{% if add_generation_prompt %}[assistant]{% endif %}"
    )
    eos = policy.tokenizer.eos_token_id
    start = policy.encode([{"role": "user", "content": "2+2="}], "unused")
    said = tuple(policy.tokenizer("5", add_special_tokens=False)["input_ids"])
    whole = policy.tokenizer.apply_chat_template(
        [{"role": "user", "content": "2+2="}, {"role": "assistant", "content": "5"}, {"role": "user", "content": "no"}],
        tokenize=False,
        add_generation_prompt=True,
    )
    want = tuple(policy.tokenizer(whole, add_special_tokens=False)["input_ids"])
    assert (*start, *said, eos, *policy.encode_turn("no", after=eos)) == want
    assert (*start, *said, *policy.encode_turn("no", after=said[-1])) == want
