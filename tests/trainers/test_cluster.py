"""Cluster: ranks and actors change where the work is done, not what comes out; a killed worker changes nothing either."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from batches import Sums, some_batch
from shared_data import ROOT, SUPPORT
from torch import distributed as dist
from torch import multiprocessing

from r1.trainers.config import Config, UsageError, with_settings
from r1.trainers.learner.learner import Learner
from r1.trainers.policy.policy import load_policy

needs_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs Ray")
CPU = torch.device("cpu")


def settings() -> Config:
    return with_settings(Config(model="given"), {"lr": 1e-3, "tokens": 60, "kl_coef": 0.1, "epochs": 2, "ref_every": 2})


def rank_work(rank: int, world: int, path: str, out: str, one_process: str) -> None:
    from r1.trainers.learner.sharded import ShardedLearner, ShardedPolicy

    dist.init_process_group("gloo", init_method=f"file://{out}.rendezvous", rank=rank, world_size=world)
    learner = ShardedLearner(ShardedPolicy.load(path, CPU, settings()), settings())
    sums = Sums()
    batch = learner.score(some_batch())
    learner.backward(batch, sums)
    gradients = {n: p.grad.full_tensor().clone() for n, p in learner.policy.model.named_parameters()}
    learner.score(some_batch())  # leaves the root gathered
    learner.load_state(learner.state())  # before the first step: must not count as one
    metrics = [learner.update(learner.score(some_batch()), step) for step in range(2)]
    learner.load_state(learner.state())
    metrics.append(learner.update(learner.score(some_batch()), 2))
    weights, state = dict(learner.policy.weights()), learner.state()
    learner.load_state(torch.load(one_process))  # of a run that goes on with more ranks
    moved = learner.update(learner.score(some_batch()), 2)
    if rank == 0:
        torch.save((gradients, dict(sums), metrics, weights, batch.ref_logp_BT, state, moved), out)
    dist.destroy_process_group()


@pytest.mark.parametrize("world", [1, 2, 4])
def test_the_number_of_ranks_does_not_change_the_gradient(world: int, model_dir: Path, tmp_path: Path) -> None:
    learner = Learner(load_policy(str(model_dir), CPU), settings())
    sums = Sums()
    batch = learner.score(some_batch())
    learner.backward(batch, sums)
    begun = Learner(load_policy(str(model_dir), CPU), settings())
    expected = [begun.update(begun.score(some_batch()), step) for step in range(2)]
    torch.save(begun.state(), tmp_path / "state")
    expected.append(begun.update(begun.score(some_batch()), 2))
    spawned = (world, str(model_dir), str(tmp_path / "out"), str(tmp_path / "state"))
    multiprocessing.spawn(rank_work, spawned, nprocs=world)
    gradients, rank_sums, metrics, weights, ref_logp_BT, state, moved = torch.load(tmp_path / "out")
    assert torch.allclose(ref_logp_BT, batch.ref_logp_BT, atol=1e-5)
    assert rank_sums == pytest.approx(dict(sums), abs=1e-4)
    worst = 0.0
    for name, parameter in learner.policy.model.named_parameters():
        worst = max(worst, (gradients[name] - parameter.grad).abs().max().item())
    print(f"{world} ranks: largest difference of a gradient {worst:.1e}")
    assert worst < 1e-6
    for ours, theirs in zip([*expected, expected[-1]], [*metrics, moved], strict=True):
        assert theirs == pytest.approx(ours, rel=1e-3, abs=1e-4)
    for name, weight in begun.policy.weights():
        assert torch.allclose(weights[name], weight, atol=2e-4), name
    learner.load_state(state)  # and one that goes on in one process
    expected.append(begun.update(begun.score(some_batch()), 3))
    assert learner.update(learner.score(some_batch()), 3) == pytest.approx(expected[-1], rel=1e-3, abs=1e-4)


OF_THE_PLACE = ("seconds/", "tokens_per_s", "memory/", "engine_gap", "canary_gap")


def curve(out: Path) -> list[dict[str, float]]:
    """metrics.jsonl without what depends on where it ran."""
    rows = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    return [{k: v for k, v in row.items() if not k.startswith(OF_THE_PLACE)} for row in rows]


BASE = [
    *("--env", "toy_env:toy/math-v0", "--steps", "4", "--prompts", "4", "--group", "4", "--max-tokens", "8"),
    *("--lr", "1e-3", "--eval-tasks", "3", "--eval-samples", "1", "--eval-every", "4", "--save-every", "2"),
    *("--device", "cpu"),
]


def run_on_nodes(runs: list[tuple[list[str], list[str]]], cpus: list[int]) -> str:
    """What the runs say; they succeed, and nothing of them is left on the nodes."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests/support/trainers/two_nodes.py"), json.dumps(runs), *map(str, cpus)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, SUPPORT)), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=500,
    )
    print(done.stderr)
    assert done.returncode == 0, done.stderr
    return done.stderr


def assert_same_curve(other: Path, one: Path) -> None:
    expected, found = curve(one), curve(other)
    assert len(expected) == 5
    assert [row["step"] for row in found] == [row["step"] for row in expected]
    for ours, theirs in zip(expected, found, strict=True):
        for key, value in ours.items():
            if value is None:
                assert theirs[key] is None
                continue
            assert theirs[key] == pytest.approx(value, rel=1e-3, abs=1e-4), (other.name, ours["step"], key)


@needs_ray
def test_two_nodes_train_as_one_process_does_though_workers_die(model_dir: Path, tmp_path: Path) -> None:
    """2 learners that draw themselves or have 1 or 2 rollout actors; actors and a judge, then a learner rank, are killed.

    A rollout actor dies while it draws and another one while it is taking new weights.
    """
    base, ranks = [*BASE, "--model", str(model_dir)], ["--learners", "2", "--rollouts"]
    stale = [*base, "--staleness", "1"]
    said = run_on_nodes(
        [
            ([*base, "--out", str(tmp_path / "one")], []),
            ([*base, "--out", str(tmp_path / "spread"), *ranks, "1"], []),
            ([*base, "--out", str(tmp_path / "colocated"), "--learners", "2", "--nodes", "2"], []),
            ([*base, "--out", str(tmp_path / "killed"), *ranks, "2"], ["rollout", "judge", "transfer"]),
            ([*base, "--out", str(tmp_path / "learner"), *ranks, "1"], ["learner"]),
            ([*stale, "--out", str(tmp_path / "stale")], []),
            ([*stale, "--out", str(tmp_path / "stale-killed"), *ranks, "1"], ["rollout", "learner"]),
        ],
        [2, 2],
    )
    assert said.count("; replaced") >= 3  # somebody really died
    assert said.count("a judge was killed") == 1
    assert said.count("going on from the last checkpoint") >= 2
    for name in ("spread", "colocated", "killed", "learner"):
        assert_same_curve(tmp_path / name, tmp_path / "one")
    assert_same_curve(tmp_path / "stale-killed", tmp_path / "stale")
    assert [row["staleness"] for row in curve(tmp_path / "stale")[1:]] == [0, 1, 1, 1]


@needs_ray
@pytest.mark.slow
def test_a_node_that_dies_leaves_its_work_to_the_others(model_dir: Path, tmp_path: Path) -> None:
    """The learners on one node, a rollout actor and a judge on each of two others, of which one goes away for good."""
    base = [*BASE, "--model", str(model_dir)]
    said = run_on_nodes(
        [
            ([*base, "--out", str(tmp_path / "one")], []),
            ([*base, "--out", str(tmp_path / "node"), "--learners", "2", "--rollouts", "2"], ["node"]),
        ],
        [2, 1, 1],
    )
    assert "a node was killed" in said
    assert "continuing without it" in said
    assert_same_curve(tmp_path / "node", tmp_path / "one")


@needs_ray
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_what_a_failed_rank_means() -> None:
    """Machines that went away are a death, to be resumed from; an error of ours is raised as itself."""
    from ray.exceptions import ActorDiedError, GetTimeoutError, NodeDiedError, OutOfMemoryError, RayTaskError

    from r1.trainers.cluster.learner import _reason
    from r1.trainers.learner.protocol import LearnerDied

    def task(cause: Exception) -> RayTaskError:
        return RayTaskError("update", f"a traceback\n{type(cause).__name__}: {cause}", cause)

    closed = task(RuntimeError("[/gloo/transport/tcp/pair.cc:547] Connection closed by peer [10.0.0.1]:4711"))
    for death in (ActorDiedError(), NodeDiedError("gone"), OutOfMemoryError("killed"), GetTimeoutError("late")):
        assert isinstance(_reason("update", [death]), LearnerDied)
        assert isinstance(_reason("update", [closed, death]), LearnerDied)
        assert type(death).__name__ in str(_reason("update", [closed, death]))
    assert "Connection closed by peer" in str(_reason("update", [closed]))
    assert isinstance(_reason("update", [task(dist.DistBackendError("NCCL"))]), LearnerDied)
    ours = FloatingPointError("gradient norm nan")
    assert _reason("update", [task(ours)]) is ours


@needs_ray
@pytest.mark.parametrize("others", [[], [{"loss": 9.0, "memory/gpu": 7.0}]])
def test_of_the_ranks_numbers_the_firsts_count_and_of_memory_the_largest(others: list[dict[str, float]]) -> None:
    from r1.trainers.cluster.learner import ClusterLearner

    class Learner(ClusterLearner):
        def __init__(self) -> None:
            pass

        def call(self, method: str, *args: object, timeout_s: float | None = None) -> list[dict[str, float]]:
            return [{"loss": 1.0, "memory/gpu": 3.0}, *others]

    assert Learner().update(some_batch(), 0) == {"loss": 1.0, "memory/gpu": 7.0 if others else 3.0}


@needs_ray
def test_ranks_that_draw_must_leave_an_engine_room() -> None:
    from r1.trainers.cluster.workers import check_room

    with torch.device("meta"):
        model = torch.nn.Sequential(torch.nn.Linear(1000, 1000, bias=False), torch.nn.Linear(1000, 1000, bias=False))
    check_room(model, False, 4, 2 * 16 * 2_000_000 // 4)
    with pytest.raises(UsageError, match=r"--learners 4: .*; 5 learners would"):
        check_room(model, True, 4, 2 * 16 * 2_000_000 // 4)
    model[0].requires_grad_(False)
    check_room(model, False, 4, 2 * 10 * 2_000_000 // 4)
    with pytest.raises(UsageError, match=r"--learners 4"):
        check_room(model, False, 4, 2 * 9 * 2_000_000 // 4)


@needs_ray
def test_a_cluster_that_was_killed_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray goes on asking the address that a dead cluster has left behind for minutes."""
    from r1.trainers.cluster.placement import _left_behind

    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path))
    assert not _left_behind()
    note = tmp_path / "ray" / "ray_current_cluster"
    note.parent.mkdir()
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        note.write_text(f"127.0.0.1:{server.getsockname()[1]}")
        assert _left_behind()
        server.listen()
        assert not _left_behind()
    assert _left_behind()


@needs_ray
def test_a_run_waits_for_its_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    import ray

    from r1.trainers.cluster import actors as cluster_actors
    from r1.trainers.cluster import placement

    seen = iter([1, 2, 3])
    monkeypatch.setattr(ray, "nodes", lambda: [{"Alive": True}] * next(seen) + [{"Alive": False}])
    placement._wait_for_nodes(3)
    monkeypatch.setattr(cluster_actors, "START_S", 0.3)
    monkeypatch.setattr(ray, "nodes", lambda: [{"Alive": True}, {"Alive": False}])
    with pytest.raises(UsageError, match=r"--nodes 2: the Ray cluster has 1, and no more have joined for 0.3 s"):
        placement._wait_for_nodes(2)
