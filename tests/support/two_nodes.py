"""Driver of tests/trainers/test_cluster.py: runs grpo.py on two local Ray nodes, with workers killed in mid-step.

usage: two_nodes.py RUNS, a JSON list of [flags, victim]; victim is "", "rollout" or "learner"
"""

import json
import logging
import sys
import warnings

from r1.trainers import grpo


def two_nodes() -> None:
    import ray
    from ray.cluster_utils import Cluster

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 2, "include_dashboard": False})
        cluster.add_node(num_cpus=2)
        ray.init(address=cluster.address, log_to_driver=False, logging_level=logging.ERROR)
    assert len([n for n in ray.nodes() if n["Alive"]]) == 2


def kill_once(workers, method: str, after: int):
    """Make the ``after``-th call of ``method`` lose its actor while the work is in flight."""
    import ray

    plain = workers.submit
    calls = [0]

    def submit(self, i, name, *args):
        ref = plain(self, i, name, *args)
        calls[0] += name == method
        if name == method and calls[0] == after:
            ray.kill(self.actors[i], no_restart=True)
        return ref

    workers.submit = submit


def main() -> None:
    two_nodes()
    from r1.trainers import cluster

    plain = cluster.Workers.submit
    for flags, victim in json.loads(sys.argv[1]):
        if victim == "rollout":
            kill_once(cluster.Workers, "generate", 7)
        elif victim == "learner":
            kill_once(cluster.Workers, "update", 6)
        code = grpo.main(flags)
        cluster.Workers.submit = plain
        if code:
            sys.exit(code)


if __name__ == "__main__":
    main()
