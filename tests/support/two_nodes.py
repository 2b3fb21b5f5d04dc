"""Driver of tests/trainers/test_cluster.py: runs grpo.py on two local Ray nodes, with workers killed in mid-step.

usage: two_nodes.py RUNS, a JSON list of [flags, victims]; a victim is "rollout", "learner", "judge" or "node"
"""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings
from typing import Any

from r1.trainers import grpo


def two_nodes() -> Any:
    import ray
    from ray.cluster_utils import Cluster

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        memory = {"object_store_memory": 80_000_000}
        head = {"num_cpus": 2, "include_dashboard": False, **memory}
        cluster = Cluster(initialize_head=True, head_node_args=head)
        cluster.add_node(num_cpus=2, **memory)
        ray.init(address=cluster.address, log_to_driver=False, logging_level=logging.ERROR)
    assert len([n for n in ray.nodes() if n["Alive"]]) == 2
    return cluster


def kill_once(workers: Any, method: str, after: int) -> None:
    """Make the ``after``-th call of ``method`` lose its actor while the work is in flight."""
    import ray

    plain = workers.submit
    calls = [0]

    def submit(self: Any, i: int, name: str, *args: Any) -> Any:
        ref = plain(self, i, name, *args)
        calls[0] += name == method
        if name == method and calls[0] == after:
            ray.kill(self.actors[i], no_restart=True)
        return ref

    workers.submit = submit


class KillsWhileItWaits:
    """Ray, as a judge sees it; the first wait kills an actor that has been given work."""

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
    """Make the ``after``-th batch that is judged lose an actor."""
    from r1.verifiers.judge_ray import RayJudge

    plain = RayJudge.__call__
    calls = [0]

    def call(self: Any, *args: Any) -> Any:
        calls[0] += 1
        if calls[0] == after:
            self._ray = KillsWhileItWaits(self)
        return plain(self, *args)

    RayJudge.__call__ = call  # type: ignore[method-assign]


def assert_nothing_is_left() -> None:
    """No actor lives, and every place is free again."""
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
    two_nodes()
    from r1.trainers import cluster
    from r1.verifiers.judge_ray import RayJudge

    plain, plain_call = cluster.Workers.submit, RayJudge.__call__
    for flags, victims in json.loads(sys.argv[1]):
        if "rollout" in victims:
            kill_once(cluster.Workers, "generate", 7)
        if "learner" in victims:
            kill_once(cluster.Workers, "update", 6)
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
