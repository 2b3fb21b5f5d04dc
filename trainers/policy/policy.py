"""Policy: a causal language model with its tokenizer, and the log-probabilities that it gives to tokens."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from r1.trainers.config import UsageError
from r1.trainers.policy.eager import settle_attention
from r1.trainers.policy.logprobs import selected_logp
from r1.trainers.policy.lora import export_merged, has_lora, merged_weights
from r1.trainers.policy.sources import model_directory


def pick_device(name: str) -> torch.device:
    """Return the device for ``cpu``, ``cuda`` or ``auto``, which is the GPU if there is one.

    Raises:
        UsageError: ``cuda``, but torch finds no GPU.
    """
    if name == "cuda" and not torch.cuda.is_available():
        built = "this torch is built without CUDA" if torch.version.cuda is None else "torch finds no GPU"
        raise UsageError(f"--device cuda: {built}; use --device cpu, or install the CUDA build of torch")
    return torch.device("cuda" if name == "cuda" or (name == "auto" and torch.cuda.is_available()) else "cpu")


class Policy:
    """A Hugging Face causal LM. Master weights are float32; computation is in ``dtype``."""

    def __init__(self, model: Any, tokenizer: Any, dtype: str = "float32") -> None:
        self.model, self.tokenizer = model, tokenizer
        self.dtype = getattr(torch, dtype)
        self.stop_ids = _stop_ids(model, tokenizer)
        self.pad_id = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else min(self.stop_ids, default=0)
        self.head_is_plain = self._check_head()
        self.float32_head = False  # whether the output embedding computes in float32 although the rest does not

    @property
    def device(self) -> torch.device:
        return self.model.device

    def autocast(self) -> contextlib.AbstractContextManager[Any]:
        on = self.dtype is not torch.float32
        # Autocast's cache would keep a copy of every layer's weights until the forward pass ends, on every rank.
        return torch.autocast(self.device.type, self.dtype, cache_enabled=False) if on else contextlib.nullcontext()

    def logp(self, ids_BT: Tensor, mask_BT: Tensor, temperature: float) -> tuple[Tensor, Tensor]:
        """Return the log-probability of each masked token given the previous ones, and the entropy there; 0 elsewhere.

        Args:
            ids_BT: rows padded on the right, so that causal attention never sees padding.
            mask_BT: bool, True where a log-probability is wanted; never at position 0.
        Returns:
            logp_BT (differentiable) and entropy_BT (not), in nats, float32.
        """
        wanted_BT = mask_BT[:, 1:]
        with self.autocast():
            if self.head_is_plain:
                hidden_NH = self._hidden(ids_BT)[:, :-1][wanted_BT]
                return spread(*self.token_logp(hidden_NH, ids_BT[mask_BT], temperature), mask_BT)
            # a head with a cap, a scale or an adapter: use the model's own logits
            logits_NV = self.model(input_ids=ids_BT, use_cache=False).logits[:, :-1][wanted_BT].float() / temperature
            all_NV = torch.log_softmax(logits_NV, -1)
            logp_N = all_NV.gather(1, ids_BT[:, 1:][wanted_BT][:, None]).squeeze(1)
            return spread(logp_N, -(all_NV.detach().exp() * all_NV.detach()).sum(-1), mask_BT)

    def token_logp(self, hidden_NH: Tensor, ids_N: Tensor, temperature: float) -> tuple[Tensor, Tensor]:
        """Return log-probabilities and entropies as :meth:`logp` does, from the hidden state before each token."""
        head = self.model.get_output_embeddings()
        with torch.autocast(self.device.type, enabled=False) if self.float32_head else contextlib.nullcontext():
            return selected_logp(hidden_NH, head.weight, ids_N, bias_V=head.bias, temperature=temperature)

    def _hidden(self, ids_BT: Tensor) -> Tensor:
        return self.model.base_model(input_ids=ids_BT, use_cache=False).last_hidden_state

    @torch.no_grad()
    def _check_head(self) -> bool:
        """Whether the logits are just last hidden states times output embedding; tested on three tokens."""
        head = self.model.get_output_embeddings()
        if not isinstance(head, torch.nn.Linear):
            return False
        ids = torch.tensor([[0, 1, 2]], device=self.device) % head.weight.shape[0]
        with evaluating(self.model):
            logits = self.model(input_ids=ids, use_cache=False).logits.float()
            ours = head(self._hidden(ids)).float()
        return ours.shape == logits.shape and torch.allclose(ours, logits, atol=1e-4, rtol=1e-4)

    def weights(self) -> Iterator[tuple[str, Tensor]]:
        """Yield name and tensor of every parameter, named as in a Hugging Face checkpoint, with adapters merged."""
        yield from merged_weights(self.model)

    def export(self, directory: Path) -> None:
        """Write a plain Hugging Face directory, which transformers and vLLM can load."""
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()
        if has_lora(self.model):
            export_merged(self.model, directory)
        else:
            self.model.save_pretrained(directory)
        self.tokenizer.save_pretrained(directory)

    def encode(self, messages: Any, text: str) -> tuple[int, ...]:
        """Return the token ids of a prompt: of ``messages`` if the tokenizer has a chat template, otherwise of ``text``."""
        if self.tokenizer.chat_template and messages:
            text = self.tokenizer.apply_chat_template(list(messages), tokenize=False, add_generation_prompt=True)
            return tuple(self.tokenizer(text, add_special_tokens=False)["input_ids"])  # the template writes them
        return tuple(self.tokenizer(text)["input_ids"])

    def encode_turn(self, text: str, after: int) -> tuple[int, ...]:
        """Return the token ids of an environment's answer within an episode, up to the policy's next turn.

        Args:
            after: the last token of the previous turn, so that a stop token that is already there is not repeated.
        """
        if not self.tokenizer.chat_template:
            return tuple(self.tokenizer(text, add_special_tokens=False)["input_ids"])
        mark = "\N{SYMBOL FOR UNIT SEPARATOR}"  # stands for the previous turn; only the text after it is used
        turns = [("user", "?"), ("assistant", mark), ("user", text)]
        chat = [{"role": role, "content": content} for role, content in turns]
        whole = self.tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
        ids = tuple(self.tokenizer(whole.partition(mark)[2], add_special_tokens=False)["input_ids"])
        return ids[1:] if ids[:1] == (after,) and after in self.stop_ids else ids

    def decode(self, token_ids: tuple[int, ...]) -> str:
        """Return the text for the verifier: without the stop token, with tags and everything else."""
        return self.tokenizer.decode([t for t in token_ids if t not in self.stop_ids], skip_special_tokens=False)


def load_policy(path: str, device: torch.device, dtype: str = "float32") -> Policy:
    """Load a policy.

    Args:
        path: whatever :func:`r1.trainers.policy.sources.model_directory` finds a model for.
    Raises:
        UsageError: the model does not exist, or transformers cannot read it.
    """
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging as transformers_logging

    source = model_directory(path)
    try:
        tokenizer = AutoTokenizer.from_pretrained(source)
        transformers_logging.disable_progress_bar()
        model: Any = AutoModelForCausalLM.from_pretrained(source, dtype=torch.float32)
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"--model {path}: {' '.join(str(error).split())[:300]}") from error
    model = model.to(device)
    settle_attention(model, (model.config._attn_implementation,))
    return Policy(model, tokenizer, dtype)


def spread(logp_N: Tensor, entropy_N: Tensor, mask_BT: Tensor) -> tuple[Tensor, Tensor]:
    """Scatter the values of the masked tokens, given row by row, to their positions in [B, T]; 0 elsewhere."""
    zeros_BT = torch.zeros(mask_BT.shape, dtype=torch.float32, device=mask_BT.device)
    where = mask_BT.nonzero(as_tuple=True)
    return zeros_BT.index_put(where, logp_N), zeros_BT.index_put(where, entropy_N)


def _stop_ids(model: Any, tokenizer: Any) -> frozenset[int]:
    """All tokens that end a completion: those of the tokenizer and of the model's generation config."""
    found: set[int] = set()
    for ids in (tokenizer.eos_token_id, getattr(model.generation_config, "eos_token_id", None)):
        found.update([ids] if isinstance(ids, int) else ids or [])
    return frozenset(found)


@contextlib.contextmanager
def evaluating(model: Any) -> Iterator[None]:
    """Switch the model to evaluation mode (no dropout) for the block."""
    was_training = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(was_training)
