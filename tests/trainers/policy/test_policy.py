"""The policy: log-probabilities of the model whatever its head and padding, loading, and prompts."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import r1.trainers.policy.threads  # noqa: F401  # before torch
from r1.trainers.config import UsageError
from r1.trainers.policy.policy import Policy, load_policy, pick_device


def test_log_probabilities_are_those_of_the_models_logits(policy: Policy) -> None:
    ids = torch.randint(3, 60, (2, 9), generator=torch.Generator().manual_seed(1))
    mask = torch.zeros(2, 9, dtype=torch.bool)
    mask[0, 4:9] = mask[1, 2:5] = True
    logp, entropy = policy.logp(ids, mask, 0.9)
    full = torch.log_softmax(policy.model(input_ids=ids).logits[:, :-1] / 0.9, -1)
    want = full.gather(2, ids[:, 1:, None])[..., 0] * mask[:, 1:]
    torch.testing.assert_close(logp[:, 1:], want)
    assert (logp[~mask] == 0).all()
    assert (entropy[mask] > 0).all()


def test_padding_does_not_change_a_row(policy: Policy) -> None:
    ids = torch.randint(3, 60, (1, 6), generator=torch.Generator().manual_seed(2))
    mask = torch.tensor([[False, False, True, True, True, True]])
    long = torch.nn.functional.pad(ids, (0, 5), value=policy.pad_id)
    torch.testing.assert_close(
        policy.logp(long, torch.nn.functional.pad(mask, (0, 5)), 1.0)[0][:, :6], policy.logp(ids, mask, 1.0)[0]
    )


def test_a_head_that_scales_its_logits_is_detected(policy: Policy) -> None:
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


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such directory"):
        load_policy(str(tmp_path / "nothing"), torch.device("cpu"))
    with pytest.raises(UsageError, match=r"no config\.json"):
        load_policy(str(tmp_path), torch.device("cpu"))


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs hardware: a machine without a GPU")
def test_a_missing_gpu_is_reported() -> None:
    with pytest.raises(UsageError, match="--device cuda"):
        pick_device("cuda")
    assert pick_device("auto").type == "cpu"


def test_chat_template_turns_continue_the_conversation(policy: Policy) -> None:
    """The text after a completion is exactly what the template writes there, with one stop token."""
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
