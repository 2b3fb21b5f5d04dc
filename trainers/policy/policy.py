"""Policy: a causal language model with its tokenizer, and the log-probabilities it gives to tokens."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from r1.trainers.config import UsageError
from r1.trainers.policy.logprobs import selected_logp
from r1.trainers.policy.lora import export_merged, has_lora, merged_weights


def pick_device(name: str) -> torch.device:
    """``auto`` is the GPU where there is one.

    Raises:
        UsageError: a GPU asked for where torch sees none.
    """
    if name == "cuda" and not torch.cuda.is_available():
        built = "this torch is built without CUDA" if torch.version.cuda is None else "torch sees no GPU"
        raise UsageError(f"--device cuda: {built}; use --device cpu, or install the CUDA build of torch")
    return torch.device("cuda" if name == "cuda" or (name == "auto" and torch.cuda.is_available()) else "cpu")


class Policy:
    """A Hugging Face causal LM. Master weights are float32; ``dtype`` is that of the computation."""

    def __init__(self, model: Any, tokenizer: Any, dtype: str = "float32") -> None:
        self.model, self.tokenizer = model, tokenizer
        self.dtype = getattr(torch, dtype)
        self.stop_ids = _stop_ids(model, tokenizer)
        self.pad_id = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else min(self.stop_ids, default=0)
        self.head_is_plain = self._check_head()
        self.float32_head = False  # the output embedding in float32 where the rest is not

    @property
    def device(self) -> torch.device:
        return self.model.device

    def autocast(self) -> contextlib.AbstractContextManager[Any]:
        on = self.dtype is not torch.float32
        # Autocast's cache would keep a copy of every layer's weights until the forward pass ends, on every rank.
        return torch.autocast(self.device.type, self.dtype, cache_enabled=False) if on else contextlib.nullcontext()

    def logp(self, ids_BT: Tensor, mask_BT: Tensor, temperature: float) -> tuple[Tensor, Tensor]:
        """Log-probability of every masked token given those before it, and the entropy there; 0 elsewhere.

        Args:
            ids_BT: rows padded on the right, so that causal attention never looks at padding.
            mask_BT: bool, True where a log-probability is wanted; never at position 0.
        Returns:
            logp_BT (differentiable) and entropy_BT (not), float32.
        """
        wanted_BT = mask_BT[:, 1:]
        with self.autocast():
            if self.head_is_plain:
                hidden_NH = self._hidden(ids_BT)[:, :-1][wanted_BT]
                return spread(*self.token_logp(hidden_NH, ids_BT[mask_BT], temperature), mask_BT)
            # heads with a cap, a scale or an adapter: the model's own logits
            logits_NV = self.model(input_ids=ids_BT, use_cache=False).logits[:, :-1][wanted_BT].float() / temperature
            all_NV = torch.log_softmax(logits_NV, -1)
            logp_N = all_NV.gather(1, ids_BT[:, 1:][wanted_BT][:, None]).squeeze(1)
            return spread(logp_N, -(all_NV.detach().exp() * all_NV.detach()).sum(-1), mask_BT)

    def token_logp(self, hidden_NH: Tensor, ids_N: Tensor, temperature: float) -> tuple[Tensor, Tensor]:
        """Log-probabilities of tokens and entropies, as :meth:`logp`, from the hidden state before each."""
        head = self.model.get_output_embeddings()
        with torch.autocast(self.device.type, enabled=False) if self.float32_head else contextlib.nullcontext():
            return selected_logp(hidden_NH, head.weight, ids_N, bias_V=head.bias, temperature=temperature)

    def _hidden(self, ids_BT: Tensor) -> Tensor:
        return self.model.base_model(input_ids=ids_BT, use_cache=False).last_hidden_state

    @torch.no_grad()
    def _check_head(self) -> bool:
        """Whether the logits are the last hidden states times the output embedding, nothing else; seen on three tokens."""
        head = self.model.get_output_embeddings()
        if not isinstance(head, torch.nn.Linear):
            return False
        ids = torch.tensor([[0, 1, 2]], device=self.device) % head.weight.shape[0]
        with evaluating(self.model):
            logits = self.model(input_ids=ids, use_cache=False).logits.float()
            ours = head(self._hidden(ids)).float()
        return ours.shape == logits.shape and torch.allclose(ours, logits, atol=1e-4, rtol=1e-4)

    def weights(self) -> Iterator[tuple[str, Tensor]]:
        """Name and tensor of every parameter, as a Hugging Face checkpoint names them; adapters are merged."""
        yield from merged_weights(self.model)

    def export(self, directory: Path) -> None:
        """A plain Hugging Face directory that transformers and vLLM load."""
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()
        if has_lora(self.model):
            export_merged(self.model, directory)
        else:
            self.model.save_pretrained(directory)
        self.tokenizer.save_pretrained(directory)

    def encode(self, messages: Any, text: str) -> tuple[int, ...]:
        """Token ids of a prompt: through the chat template where the tokenizer has one, else of the plain text."""
        if self.tokenizer.chat_template and messages:
            text = self.tokenizer.apply_chat_template(list(messages), tokenize=False, add_generation_prompt=True)
            return tuple(self.tokenizer(text, add_special_tokens=False)["input_ids"])  # the template wrote them
        return tuple(self.tokenizer(text)["input_ids"])

    def encode_turn(self, text: str, after: int) -> tuple[int, ...]:
        """Token ids of what the environment answers in the middle of an episode, up to the policy's next turn.

        Args:
            after: the last token of the turn before, so that a stop token already drawn is not written twice.
        """
        if not self.tokenizer.chat_template:
            return tuple(self.tokenizer(text, add_special_tokens=False)["input_ids"])
        mark = (
            "\N{SYMBOL FOR UNIT SEPARATOR}"  # stands for the turn before: what the template writes after it is wanted
        )
        turns = [("user", "?"), ("assistant", mark), ("user", text)]
        chat = [{"role": role, "content": content} for role, content in turns]
        whole = self.tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
        ids = tuple(self.tokenizer(whole.partition(mark)[2], add_special_tokens=False)["input_ids"])
        return ids[1:] if ids[:1] == (after,) and after in self.stop_ids else ids

    def decode(self, token_ids: tuple[int, ...]) -> str:
        """The text a verifier sees: without the stop token, tags and everything else as drawn."""
        return self.tokenizer.decode([t for t in token_ids if t not in self.stop_ids], skip_special_tokens=False)


def load_policy(path: str, device: torch.device, dtype: str = "float32") -> Policy:
    """Read a model directory, or one from the hub.

    Raises:
        UsageError: nothing there, or nothing that transformers can read.
    """
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging as transformers_logging

    local = Path(path).expanduser()
    looks_local = path.startswith((".", "/", "~")) or path.count("/") != 1
    if looks_local and not (local / "config.json").is_file():
        what = "no config.json in it" if local.is_dir() else "no such directory"
        raise UsageError(
            f"--model {path}: {what}; name a Hugging Face model directory or a hub id such as Qwen/Qwen2.5-0.5B"
        )
    source = str(local) if local.is_dir() else path
    try:
        tokenizer = AutoTokenizer.from_pretrained(source)
        transformers_logging.disable_progress_bar()
        model: Any = AutoModelForCausalLM.from_pretrained(source, dtype=torch.float32)
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"--model {path}: {' '.join(str(error).split())[:300]}") from error
    return Policy(model.to(device), tokenizer, dtype)


def spread(logp_N: Tensor, entropy_N: Tensor, mask_BT: Tensor) -> tuple[Tensor, Tensor]:
    """Values of the masked tokens, in the order of the mask's rows, at their places; 0 elsewhere."""
    nowhere_BT = torch.zeros(mask_BT.shape, dtype=torch.float32, device=mask_BT.device)
    where = mask_BT.nonzero(as_tuple=True)
    return nowhere_BT.index_put(where, logp_N), nowhere_BT.index_put(where, entropy_N)


def _stop_ids(model: Any, tokenizer: Any) -> frozenset[int]:
    """Every token that ends a completion: the tokenizer's, and those of the model's generation config."""
    found: set[int] = set()
    for ids in (tokenizer.eos_token_id, getattr(model.generation_config, "eos_token_id", None)):
        found.update([ids] if isinstance(ids, int) else ids or [])
    return frozenset(found)


@contextlib.contextmanager
def evaluating(model: Any) -> Iterator[None]:
    """Without dropout, for a while."""
    was_training = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(was_training)
