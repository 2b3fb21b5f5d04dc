"""Server engine: samples from a server with OpenAI's completions API on token ids (vLLM, or SGLang's compatible route).

It can evaluate any such server. For training the server must load the policy's new weights, which the API does not cover: a
vLLM server loads them through a development route, from a directory that both sides can read; any other server is rejected at
the first update. To start a server for training::

    VLLM_SERVER_DEV_MODE=1 vllm serve MODEL --dtype float32 --logprobs-mode processed_logprobs

On a CPU add ``--no-enable-chunked-prefill``: vLLM 0.32 crashes there on a seeded request whose prompt it reads in two parts. A
server accepts at most four stop texts.
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

UNSURE = -0.1  # log-probability below which a token's value visibly depends on the temperature

# A server's defaults come from the model's generation config and may truncate the distribution, so send all of these.
WHOLE_DISTRIBUTION = {"top_p": 1.0, "top_k": -1, "min_p": 0.0, "repetition_penalty": 1.0}


class ServerEngine:
    """A rollout engine behind a URL.

    Args:
        url: including ``/v1``.
        shared: directory for weights, which this process and the server see under the same path; default: ``R1_SHARED``,
            else /dev/shm.
    Raises:
        UsageError: from the constructor, if no server answers; from other methods, if the server lacks a feature.
        EngineError: from other methods, if the server stops answering.
    """

    def __init__(self, url: str, shared: Path | None = None) -> None:
        self.url, self.version = url.rstrip("/"), 0
        self.shared = shared or Path(os.environ.get("R1_SHARED") or "/dev/shm")
        self._pool = ThreadPoolExecutor(IN_FLIGHT)
        self._temperatures = {0.0, 1.0}  # at which the server's log-probabilities are known to be right
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
        """Check that log-probabilities are those of the sampling temperature; vLLM by default returns those of temperature 1.

        Raises:
            UsageError: they are those of temperature 1, which would bias every importance ratio.
        """
        if temperature in self._temperatures:
            return
        some = [s for s in samples if s.token_ids][:8]
        plain = self.score([(s.prompt_ids, s.token_ids) for s in some])
        pairs = zip((v for s in some for v in s.logp), (v for row in plain for v in row), strict=True)
        gaps = [abs(reported - at_1) for reported, at_1 in pairs if at_1 < UNSURE]
        if gaps and max(gaps) < 1e-3:
            raise UsageError(
                f"--rollout {self.url}: the server returns log-probabilities of temperature 1 for --temperature "
                f"{temperature:g}; start vLLM with --logprobs-mode processed_logprobs"
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
                "logprobs), which training needs; use vLLM 0.32"
            )
        return Sample(prompt_ids, tuple(tokens), tuple(logp), choice["finish_reason"], self.version)

    def score(self, sequences: Sequence[PromptCompletion]) -> list[list[float]]:
        return list(self._pool.map(self._score, sequences))

    def _score(self, sequence: PromptCompletion) -> list[float]:
        prompt, completion = sequence
        choice = self._complete(prompt + completion, max_tokens=1, temperature=1.0, prompt_logprobs=0)
        found = (choice.get("prompt_logprobs") or [])[len(prompt) :]
        if len(found) != len(completion):
            raise UsageError(
                f"--rollout {self.url}: the server does not score prompts (prompt_logprobs); use vLLM 0.32"
            )
        return [at[str(token)]["logprob"] for at, token in zip(found, completion, strict=True)]

    def _complete(self, prompt_ids: tuple[int, ...], **settings: Any) -> dict[str, Any]:
        body = {"model": self.model, "prompt": list(prompt_ids), **WHOLE_DISTRIBUTION, **settings}
        return _post(f"{self.url}/completions", body)["choices"][0]

    def load(self, weights: Iterable[tuple[str, Tensor]], version: int) -> None:
        """Send weights through vLLM's ``/collective_rpc``, except for version 0, with which the server started.

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
                f"--rollout {self.url}: this server cannot load update {version} ({error}); start vLLM with "
                "VLLM_SERVER_DEV_MODE=1, or use --rollout vllm; any server can be used for evaluation only (--steps 0)"
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
    """Send a request and return the answer; retry while the server is busy, restarting or out of reach.

    Raises:
        UsageError: the server rejects the request (HTTP 4xx).
        EngineError: no attempt succeeded.
    """
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    trouble: Exception | None = None
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE_S * 2 ** (attempt - 1))
        try:
            with urllib.request.urlopen(request, timeout=CALL_S) as reply:
                return json.load(reply) if answer else None
        except urllib.error.HTTPError as error:
            with error:
                reason = " ".join(error.read(300).decode(errors="replace").split())
            if error.code < 500 and error.code not in (408, 429):
                raise UsageError(f"{url}: HTTP {error.code} {reason}") from error
            trouble = error
        except (OSError, ValueError) as error:
            trouble = error
    raise EngineError(f"{url}: no answer after {ATTEMPTS} attempts: {trouble}")
