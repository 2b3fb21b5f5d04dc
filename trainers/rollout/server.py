"""Server engine: draws samples from a server that speaks OpenAI's completions protocol on token ids (vLLM, SGLang's twin route).

It can evaluate any such server. Training needs its weights to follow the policy, and the protocol has no word for that: a
vLLM server takes them through its development route from a directory that both sides see; any other server is refused at
the first update. One to train with::

    VLLM_SERVER_DEV_MODE=1 vllm serve MODEL --dtype float32 --logprobs-mode processed_logprobs

On a CPU add ``--no-enable-chunked-prefill``: vLLM 0.32 dies there of a seeded request whose prompt is read in two parts. A
server takes at most four stop texts.
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from torch import Tensor

from r1.trainers.config import UsageError
from r1.trainers.rollout.engine import EngineError, PromptCompletion, Request, Sample, SamplingParams, room

IN_FLIGHT = 64  # requests at once; the server batches them
CALL_S = 600.0
ATTEMPTS, PAUSE_S = 4, 1.0  # of one request; the pause doubles

UNSURE = -0.1  # log-probability below which a token's changes visibly with the temperature

# The servers' own defaults come from the model's generation config and may cut the distribution off: all off, always.
WHOLE_DISTRIBUTION = {"top_p": 1.0, "top_k": -1, "min_p": 0.0, "repetition_penalty": 1.0}


class ServerEngine:
    """Completions of one server.

    Args:
        url: up to and with ``/v1``.
        shared: directory through which weights go, seen by this process and by the server under the same name.
    Raises:
        UsageError: nobody answers there.
    """

    def __init__(self, url: str, shared: Path | None = None) -> None:
        self.url, self.version = url.rstrip("/"), 0
        self.shared = shared or Path(os.environ.get("R1_SHARED") or "/dev/shm")
        self._pool = ThreadPoolExecutor(IN_FLIGHT)
        self._temperatures = {0.0, 1.0}  # at which the server's log-probabilities are known to be what we take them for
        try:
            served = _get(f"{self.url}/models")["data"][0]
            self.model, self.context = served["id"], served.get("max_model_len") or sys.maxsize
        except (OSError, KeyError, IndexError, ValueError) as error:
            raise UsageError(
                f"--rollout {url}: no OpenAI-compatible server answers at {url}/models: {error}"
            ) from error

    def generate(self, requests: Sequence[Request], sampling: SamplingParams) -> list[list[Sample]]:
        rows = [(request.prompt_ids, seed) for request in requests for seed in request.seeds]
        samples = list(self._pool.map(lambda row: self._sample(row[0], row[1], sampling), rows))
        self._check_temperature(samples, sampling.temperature)
        drawn = iter(samples)
        return [[next(drawn) for _ in request.seeds] for request in requests]

    def _check_temperature(self, samples: Sequence[Sample], temperature: float) -> None:
        """vLLM serves the log-probabilities of temperature 1 unless told otherwise; trained on, they would bias every ratio.

        Raises:
            UsageError: those of samples drawn at another temperature are those of temperature 1.
        """
        if temperature in self._temperatures:
            return
        some = [s for s in samples if s.token_ids][:8]
        plain = self.score([(s.prompt_ids, s.token_ids) for s in some])
        pairs = zip((v for s in some for v in s.logp), (v for row in plain for v in row), strict=True)
        gaps = [abs(told - at_1) for told, at_1 in pairs if at_1 < UNSURE]
        if gaps and max(gaps) < 1e-3:
            raise UsageError(
                f"--rollout {self.url}: --temperature {temperature:g}, and the server gives log-probabilities of "
                "temperature 1; start vLLM with --logprobs-mode processed_logprobs"
            )
        if gaps:
            self._temperatures.add(temperature)

    def _sample(self, prompt_ids: tuple[int, ...], seed: int, sampling: SamplingParams) -> Sample:
        max_tokens = room(prompt_ids, sampling, self.context)
        if not max_tokens:
            return Sample(prompt_ids, (), (), "length", self.version)
        choice = self._complete(
            prompt_ids,
            max_tokens=max_tokens,
            temperature=sampling.temperature,
            seed=seed >> 1,
            stop_token_ids=sorted(sampling.stop_ids),
            ignore_eos=True,
            stop=list(sampling.stop),
            logprobs=0,
            return_token_ids=True,
            skip_special_tokens=False,
        )
        tokens, logp = choice.get("token_ids"), (choice.get("logprobs") or {}).get("token_logprobs")
        if tokens is None or logp is None or len(tokens) != len(logp):
            raise UsageError(
                f"--rollout {self.url}: the server returns no token ids with log-probabilities (return_token_ids, "
                "logprobs); text alone cannot be trained on. vLLM 0.32 returns them"
            )
        return Sample(prompt_ids, tuple(tokens), tuple(logp), choice["finish_reason"], self.version)

    def score(self, sequences: Sequence[PromptCompletion]) -> list[list[float]]:
        return list(self._pool.map(self._score, sequences))

    def _score(self, sequence: PromptCompletion) -> list[float]:
        prompt, completion = sequence
        choice = self._complete(prompt + completion, max_tokens=1, temperature=1.0, prompt_logprobs=0)
        found = (choice.get("prompt_logprobs") or [])[len(prompt) :]
        if len(found) != len(completion):
            raise UsageError(f"--rollout {self.url}: the server scores no prompts (prompt_logprobs); vLLM 0.32 does")
        return [at[str(token)]["logprob"] for at, token in zip(found, completion, strict=True)]

    def _complete(self, prompt_ids: tuple[int, ...], **settings: Any) -> dict[str, Any]:
        body = {"model": self.model, "prompt": list(prompt_ids), **WHOLE_DISTRIBUTION, **settings}
        return _post(f"{self.url}/completions", body)["choices"][0]

    def load(self, weights: Iterable[tuple[str, Tensor]], version: int) -> None:
        """Version 0 is what the server started with. Later ones go through vLLM's ``/collective_rpc``.

        Raises:
            UsageError: the server has no such route.
        """
        if version:
            self._push(weights, version)
        self.version = version

    def _push(self, weights: Iterable[tuple[str, Tensor]], version: int) -> None:
        from safetensors.torch import save_file

        directory = self.shared / f"r1-weights-{os.getpid()}"
        directory.mkdir(exist_ok=True)
        file = directory / "model.safetensors"
        root = self.url.removesuffix("/v1")
        try:
            save_file({name: tensor.contiguous().cpu() for name, tensor in weights}, file)
            call = {"method": "reload_weights", "kwargs": {"weights_path": str(directory)}}
            _post(f"{root}/collective_rpc", call, answer=False)
            _post(f"{root}/reset_prefix_cache", {}, answer=False)
        except UsageError as error:
            raise UsageError(
                f"--rollout {self.url}: this server cannot take update {version} ({error}). Start vLLM with "
                "VLLM_SERVER_DEV_MODE=1, or use --rollout vllm; a plain server serves evaluation only (--steps 0)"
            ) from error
        finally:
            file.unlink(missing_ok=True)
            directory.rmdir()

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as reply:
        return json.load(reply)


def _post(url: str, body: dict[str, Any], answer: bool = True) -> Any:
    """The server's answer; a server that is busy, restarting or out of reach is asked again.

    Raises:
        UsageError: it understood, and refuses (HTTP 4xx).
        EngineError: it does not answer, several times.
    """
    asked = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    trouble: Exception | None = None
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE_S * 2 ** (attempt - 1))
        try:
            with urllib.request.urlopen(asked, timeout=CALL_S) as reply:
                return json.load(reply) if answer else None
        except urllib.error.HTTPError as error:
            with error:
                said = " ".join(error.read(300).decode(errors="replace").split())
            if error.code < 500 and error.code not in (408, 429):
                raise UsageError(f"{url}: HTTP {error.code} {said}") from error
            trouble = error
        except (OSError, ValueError) as error:
            trouble = error
    raise EngineError(f"{url}: no answer after {ATTEMPTS} attempts: {trouble}")
