"""Finding a Ray cluster: stale notes are ignored, and a run waits for its nodes."""

from __future__ import annotations

import importlib.util
import socket
from pathlib import Path

import pytest

from r1.trainers.config import UsageError

needs_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs Ray")


@needs_ray
def test_the_note_of_a_dead_cluster_is_recognized(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray would try to reach the address that a dead cluster left behind for minutes."""
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
    with pytest.raises(UsageError, match=r"--nodes 2: the Ray cluster has 1, and no more joined within 0.3 s"):
        placement._wait_for_nodes(2)
