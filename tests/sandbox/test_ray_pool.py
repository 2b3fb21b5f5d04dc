"""The Ray pool on two nodes: every result is in its place, even if actors die meanwhile."""

from __future__ import annotations

import logging
import os
import signal
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from serving import (
    alive,
    eventually,
    usable,
)

from r1.sandbox.backends import docker_box
from r1.sandbox.backends.fake import FakeSandbox, echo
from r1.sandbox.conformance import Status, check
from r1.sandbox.protocol import Limits, Outcome, Program, Sandbox, SandboxError, SandboxUnavailable
from r1.sandbox.ray_pool import RayPool

ray = pytest.importorskip("ray", reason="needs hardware: ray is optional")
pytestmark = [
    pytest.mark.skipif(not usable(), reason="needs hardware: user namespaces"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::FutureWarning", "ignore::DeprecationWarning"),
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two nodes on this machine."""
    os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "0"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ray.cluster_utils import Cluster

        memory = {"object_store_memory": 80_000_000}
        cluster = Cluster(
            initialize_head=True,
            head_node_args={"num_cpus": 1, "include_dashboard": False, "dashboard_port": None, **memory},
        )
        cluster.add_node(num_cpus=1, **memory)
        ray.init(address=cluster.address, log_to_driver=False, logging_level=logging.ERROR)
        yield cluster
        ray.shutdown()
        cluster.shutdown()


@pytest.fixture(scope="module", params=["namespaces", "docker"])
def pool(cluster: Any, request: pytest.FixtureRequest) -> Iterator[RayPool]:
    try:
        pool = RayPool(1, request.param)
    except SandboxUnavailable as refusal:
        pytest.skip(f"needs hardware: {refusal}")
    with pool:
        yield pool


def containers_of(pid: int) -> list[str]:
    """Ids of the containers that a process of this machine owns."""
    client = docker_box._client()
    try:
        found = client.api.containers(all=True, filters={"label": docker_box.OWNER})
    finally:
        client.close()
    return [one["Id"] for one in found if f":{pid}:" in one["Labels"][docker_box.OWNER]]


def pids(pool: RayPool) -> list[int]:
    return [ray.get(member.actor.describe.remote())[1] for member in pool._members]


def test_it_is_a_sandbox_on_both_nodes(pool: RayPool) -> None:
    assert isinstance(pool, Sandbox) and pool.workers == 2
    assert pool.tier == pool._backend
    assert len({member.node_id for member in pool._members}) == len(set(pids(pool))) == 2
    outcome = pool.run(Program("print(input())", stdin=b"\xff\n"))
    assert outcome.code == "OK" and outcome.stdout == b"\xff\n"
    speaks, hears = Program("import os; os.write(3, b'hi')"), Program("import os; print(os.read(3, 9))")
    assert pool.run_linked(speaks, hears)[1].stdout == b"b'hi'\n"
    with pytest.raises(ValueError, match="expected one of"):
        pool.run(Program("x", "pyton"))
    with pytest.raises(ValueError, match="2 programs but 1 limits"):
        pool.run_many([Program("x")] * 2, [Limits()])
    assert pool.run_many([]) == []


def test_it_keeps_the_promises_of_a_sandbox(pool: RayPool) -> None:
    assert [str(result) for result in check(pool) if result.status is not Status.PASSED] == []


def numbered(count: int, sleep_s: float = 0.0) -> list[Program]:
    return [Program(f"import time; time.sleep({sleep_s}); print({i})") for i in range(count)]


def whole(outcomes: list[Outcome | SandboxError]) -> bool:
    return all(isinstance(o, Outcome) and o.stdout == b"%d\n" % i for i, o in enumerate(outcomes))


def test_batches_from_many_threads_keep_their_order(pool: RayPool) -> None:
    with ThreadPoolExecutor(4) as threads:
        assert all(whole(outcomes) for outcomes in threads.map(pool.run_many, [numbered(40)] * 4))
    assert all(member.outstanding == 0 for member in pool._members)


def test_no_actor_is_given_more_than_it_may_hold(pool: RayPool) -> None:
    seen, done = [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.001):
            seen[0] = max(seen[0], *(member.outstanding for member in pool._members))

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(4) as threads:
        assert all(whole(outcomes) for outcomes in threads.map(pool.run_many, [numbered(20, 0.01)] * 4))
    done.set()
    watcher.join()
    assert 0 < seen[0] <= max(8, max(member.room for member in pool._members))


def test_an_actor_that_is_killed_in_mid_batch_loses_nothing(pool: RayPool) -> None:
    before = pids(pool)
    killer = threading.Timer(0.4, os.kill, (before[0], signal.SIGKILL))
    killer.start()
    outcomes = pool.run_many(numbered(150, 0.02))
    killer.join()
    assert whole(outcomes)
    after = pids(pool)
    assert before[0] not in after and before[1] in after and len(after) == 2  # replaced
    assert eventually(lambda: not alive({before[0]}))
    if pool.tier == "docker":
        assert eventually(lambda: not containers_of(before[0])) and containers_of(before[1])
    assert whole(pool.run_many(numbered(20)))


def murderer() -> Callable[[], Sandbox]:
    """The class of a fake sandbox that kills its actor on request. It is local, so that Ray sends it by value."""

    class Murderer(FakeSandbox):
        def __init__(self) -> None:
            super().__init__(self.kill)

        def kill(self, program: Program) -> Outcome:
            if program.source == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            return echo(program)

        def run_many(self, programs: Any, limits: Any = None) -> list[Outcome | SandboxError]:
            return [self.kill(program) for program in programs]

    return Murderer


def test_a_program_over_which_two_actors_die_is_a_loss_and_the_others_are_not(cluster: Any) -> None:
    with RayPool(1, open_pool=murderer()) as pool:
        good = [Program("x", stdin=b"%d" % i) for i in range(5)]
        with ThreadPoolExecutor(1) as threads:
            lost = threads.submit(pool.run_many, [Program("die")])
            assert isinstance(lost.result(60)[0], SandboxError)
        with pytest.raises(SandboxError, match="two Ray actors died"):
            pool.run(Program("die"))
        outcomes = pool.run_many(good)
        assert [outcome.stdout for outcome in outcomes if isinstance(outcome, Outcome)] == [
            b"0",
            b"1",
            b"2",
            b"3",
            b"4",
        ]
        assert pool.workers == 2


def test_a_closed_pool_says_so_and_leaves_no_actor(cluster: Any) -> None:
    pool = RayPool(1, "namespaces")
    actors = set(pids(pool))
    pool.close()
    pool.close()
    assert eventually(lambda: not alive(actors), 15)
    with pytest.raises(SandboxError, match="closed"):
        pool.run(Program("print(1)"))


def test_nodes_that_cannot_isolate_are_no_pool(cluster: Any) -> None:
    def refuse() -> Sandbox:
        raise SandboxUnavailable("no isolation here")

    with pytest.raises(SandboxUnavailable, match=r"no node .* no isolation here"):
        RayPool(1, open_pool=refuse)


def test_environments_judge_on_every_node(cluster: Any) -> None:
    """``judge="ray"``: programs run in the sandboxes of both nodes, math in processes; a killed actor changes no reward."""
    import gymnasium as gym

    import r1  # noqa: F401
    from r1.datasets.task import Task

    truth = {"language": "python", "tests": [{"stdin": "2\n", "stdout": "4\n"}, {"stdin": "5\n", "stdout": "10\n"}]}
    programs = ["print(int(input()) * 2)", "print(int(input()) + 2)", "print(", "print(2 * int(input()))"] * 4
    code = [f"```python\n{program}\n```" for program in programs]
    sums = ["\\boxed{4}", "\\boxed{5}"] * 8
    for domain, answer, completions, expected in (
        ("code", truth, code, [1.0, 0.0, 0.0, 1.0] * 4),
        ("math", {"answer": "4"}, sums, [1.0, 0.0] * 8),
    ):
        tasks = [Task("t", "?", answer)]
        env: Any = gym.make_vec(
            f"r1/{domain}-v0", num_envs=16, judge="ray", num_workers=1, tasks=tasks, template="plain"
        )
        try:
            judge = env.unwrapped._judge
            assert len(judge.actors) == 2
            for doomed in (None, judge.actors[0]):
                env.reset(seed=0)
                if doomed is not None:
                    ray.kill(doomed)
                _, _, _, _, infos = env.step(completions)
                assert infos["reward_components"]["accuracy"].tolist() == expected
                assert not infos["mask"].any()
        finally:
            env.close()
