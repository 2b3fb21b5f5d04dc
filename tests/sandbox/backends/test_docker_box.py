"""Containers hold only what they need, and none is lost or left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from serving import (
    eventually,
)

from r1.sandbox import Limits, Program, SandboxUnavailable, open_sandbox
from r1.sandbox.backends import docker_box
from r1.sandbox.pool.pool import Pool

ECHO = "print(input())"


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    try:
        found = docker_box._client()
        docker_box._image(found)
    except SandboxUnavailable as refusal:
        pytest.skip(str(refusal))
    _others.update(ours(found))
    yield found
    _others.clear()
    found.close()


_others: set[str] = set()  # containers of sandboxes that earlier tests of this process left open


@pytest.fixture
def pool(client: Any) -> Iterator[Pool]:
    with open_sandbox("docker", workers=1) as box:
        assert isinstance(box, Pool)
        yield box


def ours(client: Any, pid: int | None = None) -> list[str]:
    """Ids of the containers that a process owns, without those from earlier tests."""
    owner = f":{pid or os.getpid()}:"
    found = client.api.containers(all=True, filters={"label": docker_box.OWNER})
    mine = [container["Id"] for container in found if owner in container["Labels"][docker_box.OWNER]]
    return [identifier for identifier in mine if identifier not in _others]


def test_a_container_has_nothing_that_it_does_not_need(pool: Pool, client: Any) -> None:
    (identifier,) = ours(client)
    info = client.api.inspect_container(identifier)
    host = info["HostConfig"]
    assert info["Config"]["User"] == "65534:65534"
    assert (host["CapDrop"], host["CapAdd"], host["Privileged"]) == (["ALL"], None, False)
    assert (host["NetworkMode"], host["ReadonlyRootfs"], host["AutoRemove"]) == ("none", True, True)
    assert host["PidsLimit"] == docker_box.PROCESSES
    assert host["Memory"] == host["MemorySwap"] == docker_box.MEMORY_BYTES
    assert "no-new-privileges" in host["SecurityOpt"]
    assert any("seccomp=" in option and "SCMP_ACT_ERRNO" in option for option in host["SecurityOpt"])
    assert host["LogConfig"]["Type"] == "none"
    assert [mount["RW"] for mount in info["Mounts"]] == [False]
    if client.info()["CgroupDriver"] == "cgroupfs":
        assert host["CgroupParent"] == "/"  # each box weighs as much as a process


def test_a_container_that_dies_in_a_run_loses_no_result(pool: Pool, client: Any) -> None:
    stop = threading.Event()

    def killer() -> None:
        for identifier in ours(client)[:1]:
            stop.wait(0.4)
            client.api.kill(identifier)

    thread = threading.Thread(target=killer)
    thread.start()
    source = "import time; time.sleep(1.5); print(input())"
    assert pool.run(Program(source, stdin=b"5"), Limits(wall_s=9)).stdout == b"5\n"
    thread.join()


def test_closing_leaves_no_container(client: Any) -> None:
    with open_sandbox("docker", workers=2) as box:
        box.run_many([Program(ECHO, stdin=b"1")] * 4)
        assert ours(client)
    assert eventually(lambda: not ours(client))


def test_a_killed_owner_leaves_no_container(client: Any) -> None:
    code = (
        "from r1.sandbox import open_sandbox, Program\n"
        "box = open_sandbox('docker', workers=1)\n"
        "print(box.run(Program('print(5)')).stdout, flush=True)\n"
        "box.run(Program('while True: pass'))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd="/")
    with process:
        assert process.stdout is not None and process.stdout.readline() == b"b'5\\n'\n"
        assert ours(client, process.pid)
        process.send_signal(signal.SIGKILL)
    assert eventually(lambda: not ours(client, process.pid))


def test_a_container_without_its_owner_is_swept_at_the_next_start(client: Any) -> None:
    """The container would not end by itself: it sleeps, and its owner's process number now belongs to another process."""
    stale = docker_box._owner().rpartition(":")[0] + ":1"
    made = client.api.create_container(
        image=docker_box._image(client), command=["sleep", "600"], labels={docker_box.OWNER: stale}
    )
    client.api.start(made["Id"])
    with open_sandbox("docker", workers=1):
        assert eventually(lambda: made["Id"] not in ours(client))


def test_the_folder_of_a_start_that_was_killed_is_swept_an_hour_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in ("r1-box-old", "r1-box-new", "other-old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "control").touch()
    for name in ("r1-box-old", "other-old"):
        os.utime(tmp_path / name, (0, 0))
    docker_box.sweep(SimpleNamespace(api=SimpleNamespace(containers=lambda **_: [])))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other-old", "r1-box-new"]


def test_a_missing_image_is_named_with_the_commands_that_build_it(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R1_SANDBOX_IMAGE", "r1-no-such-image:none")
    monkeypatch.setattr(docker_box, "_worked", [])
    with pytest.raises(
        SandboxUnavailable, match=r"no image r1-no-such-image:none; build it with: docker build .* or sh .*build.sh"
    ):
        open_sandbox("docker")


def test_a_daemon_that_restarts_is_waited_for(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker_box, "_worked", [True])
    attempts: list[Any] = []

    def begin(_: Any) -> Any:
        attempts.append(None)
        if len(attempts) == 1:
            raise ConnectionError("gone")
        if len(attempts) == 2:
            raise SandboxUnavailable("docker: the container did not connect")
        return "box"

    assert docker_box.patiently(begin) == "box"
    attempts.clear()
    monkeypatch.setattr(docker_box, "_worked", [])
    with pytest.raises(SandboxUnavailable, match="gone"):
        docker_box.patiently(begin)


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("unix:///nowhere/docker.sock", "no daemon at unix:///nowhere/docker.sock .*errno 2"),
        ("tcp://10.0.0.1:2375", "another machine; run `python -m r1.sandbox.serve` there"),
    ],
)
def test_a_missing_daemon_is_named(host: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)
    monkeypatch.setattr(docker_box, "_worked", [])
    with pytest.raises(SandboxUnavailable, match=words):
        open_sandbox("docker")


def test_auto_takes_docker_where_there_is_docker(client: Any) -> None:
    with open_sandbox("auto", workers=1) as box:
        assert box.tier == box.run(Program(ECHO, stdin=b"1")).tier == "docker"
