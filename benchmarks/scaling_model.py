"""A scaling model on paper: tokens/s and memory per GPU of a GRPO step, from FLOPs, memory bandwidth and interconnect.

    python benchmarks/scaling_model.py                      # the table of docs/scaling.md
    python benchmarks/scaling_model.py --completion 8000    # another mean length of completions

No GPU was used: every figure is computed from the assumptions below, none is measured. The model shows which resource is the
bottleneck and how many judge cores are needed. Its error should be below a factor of two, in known directions.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass

GIB = 1 << 30


@dataclass(frozen=True)
class Shape:
    """The shape of a dense decoder like Qwen2."""

    name: str
    hidden: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    intermediate: int
    vocabulary: int
    tied: bool

    @property
    def layer_parameters(self) -> int:
        query, keys = self.heads * self.head_dim, self.kv_heads * self.head_dim
        attention = 2 * self.hidden * query + 2 * self.hidden * keys + query + 2 * keys  # q, o, k, v and three biases
        return attention + 3 * self.hidden * self.intermediate + 2 * self.hidden

    @property
    def embedding_parameters(self) -> int:
        return self.vocabulary * self.hidden * (1 if self.tied else 2)

    @property
    def parameters(self) -> int:
        return self.layers * self.layer_parameters + self.embedding_parameters + self.hidden

    @property
    def matmul_parameters(self) -> int:
        """Parameters that every token is multiplied with: all except the input embedding, which is looked up."""
        return self.layers * self.layer_parameters + self.vocabulary * self.hidden

    @property
    def kv_bytes_per_token(self) -> int:
        return 2 * self.layers * self.kv_heads * self.head_dim * 2  # keys and values, bfloat16

    def forward_flops(self, tokens: float, context: float) -> float:
        """Return the FLOPs of ``tokens`` tokens that attend to ``context`` tokens each, on average."""
        attention = 4 * self.layers * self.heads * self.head_dim * context
        return tokens * (2 * self.matmul_parameters + attention)


SHAPES = {
    "0.5B": Shape("0.5B", 896, 24, 14, 2, 64, 4864, 151_936, True),
    "7B": Shape("7B", 3584, 28, 28, 4, 128, 18_944, 152_064, False),
    "32B": Shape("32B", 5120, 64, 40, 8, 128, 27_648, 152_064, False),
}


@dataclass(frozen=True)
class Machine:
    """An H100 SXM node of 8 (the vendor's figures) and the fraction of each that real kernels reach (assumed)."""

    flops: float = 989e12  # dense bfloat16
    memory_bytes: float = 80e9
    memory_bandwidth: float = 3.35e12  # B/s
    nvlink: float = 450e9  # B/s a GPU and direction, inside a node
    network: float = 50e9  # B/s a GPU and direction, between nodes (400 Gb/s)
    host: float = 50e9  # B/s between a GPU and its host's memory
    node: int = 8
    train_efficiency: float = 0.40
    prefill_efficiency: float = 0.50
    decode_efficiency: float = 0.60  # of the bandwidth
    link_efficiency: float = 0.70

    def link(self, gpus: int) -> float:
        """Return the B/s of each of ``gpus`` GPUs in a collective."""
        return (self.nvlink if gpus <= self.node else self.network) * self.link_efficiency


@dataclass(frozen=True)
class Work:
    """A step: R1-Zero's shape of batch, with shorter completions than its final ones."""

    prompts: int = 32
    group: int = 16
    prompt: int = 256  # tokens
    completion: int = 2048  # tokens, mean
    longest: int = 4096  # tokens; the longest row determines when generation ends
    micro_tokens: int = 16_384  # the default of --tokens on a GPU
    judge_core_s: float = 0.2  # core-seconds to judge one completion (a program of ten tests)

    @property
    def rows(self) -> int:
        return self.prompts * self.group

    @property
    def tokens(self) -> int:
        return self.rows * self.completion


@dataclass(frozen=True)
class Placement:
    """Number of learners and engines; colocated: the same GPUs do both in turn."""

    gpus: int
    learners: int
    rollouts: int  # engines
    tensor_parallel: int = 1
    colocated: bool = False
    reference: bool = False  # a second copy of the weights, for the KL
    lora: bool = False  # adapters of rank 32 are trained, the weights are frozen


@dataclass(frozen=True)
class Result:
    generate_s: float
    train_s: float
    sync_s: float
    learner_gib: float
    rollout_gib: float  # weights, and keys and values of the rows in flight
    fits: bool
    in_flight: int
    tokens_per_s: float
    judge_cores: float

    @property
    def step_s(self) -> float:
        return self.generate_s + self.train_s + self.sync_s


LORA_SHARE = 0.01  # fraction of the parameters that are adapters


def state_bytes(shape: Shape, at: Placement) -> float:
    """Return the persistent state of a learner rank: master weights, gradients, AdamW's two moments, in float32."""
    own = 4 + 16 * LORA_SHARE if at.lora else 16
    return (own + (4 if at.reference else 0)) * shape.parameters / at.learners


def learner_bytes(shape: Shape, work: Work, at: Placement) -> float:
    """Return the peak of one learner rank: state, gathered layers, checkpointed activations, one chunk of logits."""
    ranks = at.learners
    # In use at a time: the root (embeddings, head), for the whole pass, and two layers. On one rank these are bfloat16
    # casts; on several, the root in float32 with cast and gradient, and layers in bfloat16 with gradients and float32 sums.
    root, layers = shape.embedding_parameters, 2 * shape.layer_parameters
    gathered = 2 * (root + layers) if ranks == 1 else 10 * root + 8 * layers
    if ranks == 1 and not at.lora:
        gathered += 4 * shape.vocabulary * shape.hidden  # the head's gradient while it is summed
    kept = 2 * work.micro_tokens * shape.hidden * shape.layers  # input of each layer, bfloat16
    # One layer, recomputed, with gradients.
    inside = work.micro_tokens * (12 * shape.hidden + 8 * shape.intermediate) * 2
    logits = 3 * (128 << 20)  # logits, probabilities, gradient of one chunk (trainers/policy/logprobs.py)
    return state_bytes(shape, at) + gathered + kept + inside + logits


def predict(shape: Shape, machine: Machine, work: Work, at: Placement) -> Result:
    """Predict one step of generation, training and weight update, one after the other (overlap would hide the shorter)."""
    context = work.prompt + work.completion / 2
    engines, spread = (
        (at.gpus // at.tensor_parallel, at.tensor_parallel) if at.colocated else (at.rollouts, at.tensor_parallel)
    )
    weights = 2 * shape.parameters / spread
    share = 0.45 if at.colocated else 0.9  # gpu_share of trainers/rollout/vllm_engine.py
    room = share * machine.memory_bytes - weights - 2e9  # 2 GB: activations and CUDA graphs
    per_row = shape.kv_bytes_per_token * (work.prompt + work.longest) / spread
    wanted = math.ceil(work.rows / engines)
    in_flight = min(wanted, int(room // per_row)) if room > 0 else 0
    learner = learner_bytes(shape, work, at)
    resident = state_bytes(shape, at) if at.colocated else 0.0  # at the same time as the engine's memory
    fits = in_flight >= 1 and learner <= 0.95 * machine.memory_bytes and resident <= 0.5 * machine.memory_bytes
    if in_flight < 1:
        return Result(math.inf, math.inf, math.inf, learner / GIB, weights / GIB, False, 0, 0.0, 0.0)
    generate_s = _generate_s(shape, machine, work, wanted, in_flight, context, spread)
    train_s = _train_s(shape, machine, work, at, context)
    sync_s = _sync_s(shape, machine, at)
    step_s = generate_s + train_s + sync_s
    rollout = weights + in_flight * shape.kv_bytes_per_token * context / spread
    return Result(
        generate_s,
        train_s,
        sync_s,
        learner / GIB,
        rollout / GIB,
        fits,
        in_flight,
        work.tokens / step_s / at.gpus,
        work.rows * work.judge_core_s / generate_s,
    )


def _generate_s(
    shape: Shape, machine: Machine, work: Work, wanted: int, in_flight: int, context: float, spread: int
) -> float:
    """Seconds of generation: a decoding step reads the weights once, and the keys and values of every row in flight."""
    read = (2 * shape.parameters + in_flight * shape.kv_bytes_per_token * context) / spread
    compute = shape.forward_flops(in_flight, context) / spread / (machine.flops * machine.prefill_efficiency)
    reduce_s = 0.0
    if spread > 1:  # two all-reduces a layer: bytes, and 10 us of latency each
        moved = 2 * in_flight * shape.hidden * 2 * 2
        reduce_s = shape.layers * (moved / machine.link(spread) + 2 * 10e-6)
    step_s = max(read / (machine.memory_bandwidth * machine.decode_efficiency), compute) + reduce_s
    # Continuous batching keeps all slots full until the last wave, which ends with its longest row.
    steps = work.completion * wanted / in_flight + (work.longest - work.completion)
    prefill = shape.forward_flops(work.prompts * work.prompt, work.prompt / 2)
    prefill_s = prefill / (machine.flops * machine.prefill_efficiency * spread)  # each prompt once a group
    return steps * step_s + prefill_s


def _sync_s(shape: Shape, machine: Machine, at: Placement) -> float:
    """Seconds of an update as implemented: buckets in bfloat16 are gathered, broadcast to every engine, kept on the host."""
    whole = 2 * shape.parameters
    gathered_s = whole / machine.link(at.learners) if at.learners > 1 else 0.0
    if at.colocated:  # the update stays on the GPU, but vLLM's weights move to the host before training, and back
        return gathered_s + 2 * whole / at.tensor_parallel / machine.host
    return gathered_s + whole / machine.link(at.gpus) + whole / machine.host


def _train_s(shape: Shape, machine: Machine, work: Work, at: Placement, context: float) -> float:
    """Seconds of training: forward, backward (2 forwards, 1 with frozen weights), recomputation, and a reference's forward."""
    tokens = work.rows * (work.completion + work.prompt)
    passes = (3 if at.lora else 4) + (1 if at.reference else 0)
    compute_s = passes * shape.forward_flops(tokens, context) / (machine.flops * machine.train_efficiency * at.learners)
    if at.learners == 1:
        return compute_s
    # For each micro-batch of a rank, layers are gathered in bfloat16 for forward and backward (the root once, in float32)
    # and gradients are scattered in float32; frozen weights have none.
    rounds = math.ceil(tokens / at.learners / work.micro_tokens)
    moved = (4 if at.lora else 8) * shape.parameters * (at.learners - 1) / at.learners
    gather_s = rounds * moved / machine.link(at.learners)
    return max(compute_s, gather_s)  # a layer is fetched while the previous one computes


PLACEMENTS = [
    ("0.5B", Placement(1, 1, 1, colocated=True)),
    ("0.5B", Placement(8, 2, 6)),
    ("0.5B", Placement(8, 8, 8, colocated=True)),
    ("0.5B", Placement(64, 16, 48)),
    ("0.5B", Placement(64, 64, 64, colocated=True)),
    ("7B", Placement(1, 1, 1, colocated=True)),
    ("7B", Placement(1, 1, 1, colocated=True, lora=True)),
    ("7B", Placement(8, 4, 4)),
    ("7B", Placement(8, 8, 8, colocated=True)),
    ("7B", Placement(64, 32, 32)),
    ("7B", Placement(64, 64, 64, colocated=True)),
    ("32B", Placement(1, 1, 1, colocated=True)),
    ("32B", Placement(8, 4, 1, tensor_parallel=4)),
    ("32B", Placement(8, 8, 2, tensor_parallel=4, colocated=True)),
    ("32B", Placement(8, 8, 2, tensor_parallel=4, colocated=True, lora=True)),
    ("32B", Placement(64, 32, 8, tensor_parallel=4)),
    ("32B", Placement(64, 64, 16, tensor_parallel=4, colocated=True)),
]


def work_for(gpus: int, completion: int) -> Work:
    """R1-Zero's batch of 512 rows a step; on 64 GPUs its rollout of 8,192 rows, from which it took 16 mini-batches."""
    return Work(prompts=32 if gpus < 64 else 512, completion=completion, longest=2 * completion)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--completion", type=int, default=2048, help="mean tokens of a completion")
    completion = parser.parse_args().completion
    print(
        "| model | GPUs | learners + rollouts | generate s | train s | sync s | tokens/s a GPU | learner GiB | rollout GiB | judge cores |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, at in PLACEMENTS:
        r = predict(SHAPES[name], Machine(), work_for(at.gpus, completion), at)
        spread = f" of {at.tensor_parallel} GPUs" if at.tensor_parallel > 1 else ""
        who = f"{at.learners} + {at.rollouts}{spread}"
        if at.colocated:
            who = "one GPU in turn" if at.gpus == 1 else f"{at.gpus} in turn" + (f", engines{spread}" if spread else "")
        cells, cores = "does not fit | | |", ""
        if r.fits:
            cells = f"{r.generate_s:.0f} | {r.train_s:.0f} | {r.sync_s:.1f} | {r.tokens_per_s:.0f}"
            cores = f"{r.judge_cores:.1f}"
        memory = f"{r.learner_gib:.0f} | {r.rollout_gib:.0f}"
        print(f"| {name}{', LoRA' if at.lora else ''} | {at.gpus} | {who} | {cells} | {memory} | {cores} |")


if __name__ == "__main__":
    main()
