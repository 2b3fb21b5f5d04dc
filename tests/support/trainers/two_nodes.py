"""Driver of tests/trainers/cluster/test_runs.py: runs grpo.py on local Ray nodes and kills workers and nodes in mid-step.

usage: two_nodes.py RUNS CPUS..., where RUNS is a JSON list of [flags, victims] and CPUS those of each node; a victim is
"rollout", "transfer" (a rollout actor that is receiving weights), "learner", "judge" or "node" (the node of a rollout actor)
"""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings
from typing import Any

from r1.trainers import grpo


def start_nodes(cpus: list[int]) -> Any:
    import ray
    from ray.cluster_utils import Cluster

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        memory = {"object_store_memory": 80_000_000}
        head = {"num_cpus": cpus[0], "include_dashboard": False, **memory}
        cluster = Cluster(initialize_head=True, head_node_args=head)
        for count in cpus[1:]:
            cluster.add_node(num_cpus=count, **memory)
        ray.init(address=cluster.address, log_to_driver=False, logging_level=logging.ERROR)
    assert len([n for n in ray.nodes() if n["Alive"]]) == len(cpus)
    return cluster


def kill_node_of(actor: Any, cluster: Any) -> None:
    from ray._private.state import actors

    node_id = actors()[actor._actor_id.hex()]["Address"]["NodeID"]
    (node,) = [n for n in cluster.worker_nodes if n.node_id == node_id]
    cluster.remove_node(node, allow_graceful=False)
    print("a node was killed", file=sys.stderr)


def kill_once(workers: Any, method: str, after: int, kill: Any) -> None:
    """Make the ``after``-th call of ``method`` lose its actor while the work is in flight."""

    plain = workers.submit
    calls = [0]

    def submit(self: Any, i: int, name: str, *args: Any) -> Any:
        ref = plain(self, i, name, *args)
        calls[0] += name == method
        if name == method and calls[0] == after:
            kill(self.actors[i])
        return ref

    workers.submit = submit


class KillsWhileItWaits:
    """Stands for Ray in a judge; the first wait kills an actor that has work."""

    def __init__(self, judge: Any) -> None:
        import ray

        self._ray, self._judge, self.killed = ray, judge, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ray, name)

    def wait(self, refs: list[Any]) -> Any:
        if not self.killed:
            self.killed = True
            self._ray.kill(self._judge.actors[0])
            print("a judge was killed", file=sys.stderr)
        return self._ray.wait(refs)


def kill_a_judge(after: int) -> None:
    """Make a judge lose an actor during its ``after``-th batch."""
    from r1.verifiers.judge.ray_judge import RayJudge

    plain = RayJudge.__call__
    calls = [0]

    def call(self: Any, *args: Any) -> Any:
        calls[0] += 1
        if calls[0] == after:
            self._ray = KillsWhileItWaits(self)
        return plain(self, *args)

    RayJudge.__call__ = call  # type: ignore[method-assign]


def assert_nothing_is_left() -> None:
    """Check that no actor is alive and all resources are free."""
    import ray
    from ray._private.state import actors

    until = time.monotonic() + 60
    while time.monotonic() < until:
        alive = [a for a in actors().values() if a["State"] != "DEAD"]
        if not alive and ray.available_resources().get("CPU") == ray.cluster_resources()["CPU"]:
            return
        time.sleep(0.2)
    raise AssertionError(f"left behind: {alive}, {ray.available_resources()}")


def main() -> None:
    nodes = start_nodes([int(count) for count in sys.argv[2:]])
    import ray

    from r1.trainers.cluster import actors as cluster
    from r1.verifiers.judge.ray_judge import RayJudge

    plain, plain_call = cluster.Workers.submit, RayJudge.__call__
    for flags, victims in json.loads(sys.argv[1]):
        if "rollout" in victims:
            kill_once(cluster.Workers, "generate", 7, ray.kill)
        if "node" in victims:
            cluster.START_S = 15.0
            kill_once(cluster.Workers, "generate", 7, lambda actor: kill_node_of(actor, nodes))
        if "transfer" in victims:
            kill_once(cluster.Workers, "receive", 4, ray.kill)
        if "learner" in victims:
            kill_once(cluster.Workers, "update", 6, ray.kill)
        if "judge" in victims:
            kill_a_judge(4)
        begin = time.monotonic()
        code = grpo.main(flags)
        print(f"{victims}: {time.monotonic() - begin:.1f} s", file=sys.stderr)
        cluster.Workers.submit, RayJudge.__call__ = plain, plain_call  # type: ignore[method-assign]
        if code:
            sys.exit(code)
        assert_nothing_is_left()


if __name__ == "__main__":
    main()
