"""Stress: mixed programs while boxes are killed at random, and dockerd is restarted: no wrong verdict, no lost result, no leftovers.

`R1_DOCKERD_RESTART` holds the command that restarts this machine's dockerd (``systemctl restart docker``). It ends every container
on the machine; without the variable, the docker row of the long run does without a restart.
"""

from __future__ import annotations

import contextlib
import os
import random
import shlex
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from r1.sandbox import Limits, Outcome, Program, SandboxError, SandboxUnavailable, open_sandbox
from r1.sandbox.backends import docker_box
from r1.sandbox.pool.pool import Pool
from r1.sandbox.wall.slot import Slot

LIMITS = Limits(
    cpu_s=0.25, wall_s=1.5, memory_bytes=96 << 20, output_bytes=1 << 16, file_bytes=4 << 20, processes=8
)  # small, so that thousands of hanging programs take only minutes


KINDS = {  # source and expected letters; each program reads its own number, so that swapped results show
    "right": ("print(int(input()) * 2)", "OK"),
    "fails": ("print(int(input()) * 2); raise SystemExit(3)", "RE"),
    "raises": ("print(int(input()) * 2)\n[][1]", "RE"),
    "daemon": ("import os, time\nprint(int(input()) * 2, flush=True)\nif os.fork() == 0:\n os.setsid(); time.sleep(60)", "OK"),
    "litter": ("open('/tmp/x', 'w').write('x' * 9999); open('/dev/shm/y', 'w').write('y')\nprint(int(input()) * 2)", "OK"),
    "hangs": ("while True: pass", "TLE"),
    "sleeps": ("import time; time.sleep(60)", "TLE"),
    "memory": ("b = []\nwhile True: b.append(bytearray(8 << 20))", "MLE TLE"),  # on a busy machine the CPU limit may come first
    "flood": ("import os\nwhile True: os.write(1, b'x' * 65536)", "OLE"),
    "errors": ("import os\nwhile True: os.write(2, b'x' * 65536)", "OLE"),
    "files": ("import os\nf = open('x', 'wb')\nwhile True: f.write(bytes(1 << 20))", "RE"),
    "forks": ("import os\nfor _ in range(64):\n try: os.fork()\n except OSError: pass", None),  # may end in any way
    "forkbomb": ("import os\nwhile True:\n try: os.fork()\n except OSError: pass", "TLE"),
}  # fmt: skip


WEIGHTS = [800, 60, 40, 10, 40, 8, 4, 10, 8, 4, 4, 6, 6]


NUMBERED = ("right", "fails", "raises", "daemon", "litter")


BATCH = 1000


GROWTH_BYTES = 24 << 20  # growth of the caller from the first quarter to the end


BOX_BYTES = 25 << 20


class Killer:
    """Kills busy boxes, but not in their first two runs, which may be the second attempt of a killed run."""

    def __init__(self, pool: Pool, every_s: float) -> None:
        self.pool, self.every_s = pool, every_s
        self.killed = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> Killer:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        dice, done = random.Random(7), set()
        while not self._over.wait(self.every_s):
            with self.pool._free:
                victims = [slot for slot in self.pool._busy if slot.runs >= 2 and slot not in done]
                victim = dice.choice(victims) if victims else None
                if (
                    victim is not None and victim.box.pid
                ):  # under the lock, since its process number may be reused later
                    os.kill(victim.box.pid, signal.SIGKILL)
            if victim is not None:
                done.add(victim)
                self.killed += 1
                with contextlib.suppress(Exception):  # a daemon that restarts kills nothing
                    None if victim.box.pid else client().api.kill(container_of(victim))


def container_of(slot: Slot) -> str:
    return str(slot.box.destroy.args[1])  # type: ignore[attr-defined]


def client() -> Any:
    if not _CLIENT:
        _CLIENT.append(docker_box._client())
    return _CLIENT[0]


_CLIENT: list[Any] = []


@pytest.fixture(autouse=True)
def hang_up_client() -> Iterator[None]:
    yield
    while _CLIENT:
        _CLIENT.pop().close()


def check(names: list[str], results: list[Outcome | SandboxError], first: int) -> None:
    for i, (name, result) in enumerate(zip(names, results, strict=True), first):
        assert not isinstance(result, SandboxError), (i, name, result)
        expected = KINDS[name][1]
        assert expected is None or result.code in expected.split(), (
            i,
            name,
            result.code,
            result.stderr[-300:],
            result.cpu_s,
        )
        if name in NUMBERED:
            assert result.stdout == b"%d\n" % (2 * i), (i, name, result.stdout)


def batch(pool: Pool, dice: random.Random, first: int, count: int) -> None:
    names = dice.choices(list(KINDS), WEIGHTS, k=count)
    programs = [Program(KINDS[name][0], stdin=b"%d\n" % i) for i, name in enumerate(names, first)]
    check(names, pool.run_many(programs, LIMITS), first)


def rss_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def pss_bytes(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in rollup if line.startswith("Pss:")) * 1024


def opened(tier: str, workers: int) -> Pool:
    try:
        pool = open_sandbox(tier, workers=workers)
    except SandboxUnavailable as refusal:
        pytest.skip(f"needs hardware: {refusal}")
    assert isinstance(pool, Pool)
    return pool


def eventually_nothing(left: Any, within_s: float = 30) -> None:
    deadline_s = time.monotonic() + within_s
    while left() and time.monotonic() < deadline_s:
        time.sleep(0.1)
    assert not left()


def our_processes() -> list[str]:
    """Command lines of this process's children and of boxes' runners that it started (a zombie has none)."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            command = (entry / "cmdline").read_bytes()
            if parent == os.getpid() and b"r1.sandbox" in command:
                found.append(f"{entry.name} {command[:80]!r}")
    return found


def our_containers() -> list[str]:
    label = f"{docker_box.OWNER}={docker_box._owner()}"
    return [container["Id"] for container in client().api.containers(all=True, filters={"label": label})]


def foreign_mounts() -> set[str]:
    """Mounts of this machine, but for those of containers that are there: other people's."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    places = {line.split()[4] for line in lines}
    with contextlib.suppress(SandboxUnavailable):
        for container in client().api.containers(all=True):
            with contextlib.suppress(Exception):  # the container has ended meanwhile
                info = client().api.inspect_container(container["Id"])
                merged = (info.get("GraphDriver") or {}).get("Data") or {}
                places = {p for p in places if container["Id"] not in p and p != merged.get("MergedDir")}
    return {place for place in places if not place.startswith("/run/docker/netns")} | {
        place for place in places if place.startswith("/run/docker/netns") and place.endswith("default")
    }


def test_mixed_programs_survive_killed_runners() -> None:
    before = set(our_processes())  # of the sandbox that this process shares, if an earlier test opened it
    with opened("namespaces", 2) as pool, Killer(pool, 0.1) as killer:
        batch(pool, random.Random(5), 0, 300)
    assert killer.killed, "no runner was killed: the test tested nothing"
    eventually_nothing(lambda: set(our_processes()) - before)


@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.filterwarnings(
    "ignore::ResourceWarning"
)  # the docker package does not close connections that its daemon ended
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("tier", ["namespaces", "docker"])
def test_twenty_thousand_mixed_programs(tier: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    restart = shlex.split(os.environ.get("R1_DOCKERD_RESTART", "")) if tier == "docker" else []
    mounts, before = foreign_mounts(), set(our_processes())
    dice = random.Random(11)
    with opened(tier, 4) as pool, Killer(pool, 0.7) as killer:
        restarted = threading.Timer(3, subprocess.run, [restart], {"check": True, "capture_output": True})
        rss: list[int] = []
        descriptors: list[int] = []
        for first in range(0, 20_000, BATCH):
            if first == 10_000 and restart:
                restarted.start()
            batch(pool, dice, first, BATCH)
            rss.append(rss_bytes())
            descriptors.append(len(os.listdir("/proc/self/fd")))
            print(f"{first + BATCH} runs, {killer.killed} kills, {rss[-1] >> 20} MiB, {descriptors[-1]} descriptors")
        restarted.join() if restart else None
        with pool._free:
            boxes = [slot.box.pid or container_pid(slot) for slot in pool._idle]
            sizes = [pss_bytes(pid) for pid in boxes]
    assert killer.killed > 20
    assert max(sizes) < BOX_BYTES, sizes
    assert rss[-1] - rss[4] < GROWTH_BYTES, rss
    assert descriptors[-1] <= descriptors[4] + 16, descriptors
    eventually_nothing(lambda: set(our_processes()) - before)
    if tier == "docker":
        eventually_nothing(our_containers)
    eventually_nothing(lambda: foreign_mounts() - mounts)
    assert not list(tmp_path.iterdir())


def container_pid(slot: Slot) -> int:
    return int(client().api.inspect_container(container_of(slot))["State"]["Pid"])
