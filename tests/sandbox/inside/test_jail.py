"""The jail: what a run can see and use up, and that nothing of it is left for the next run in the same box."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from own_attacks import LEAVINGS, LOOK, SUPPLIES, leaving
from tiers import TIERS, sandbox_of

from r1.sandbox import Limits, Program, Sandbox
from r1.sandbox.backends import docker_box, namespaces
from r1.sandbox.inside import jail


@pytest.fixture(scope="module", params=TIERS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    yield from sandbox_of(request.param, workers=1)  # one box, so that a program would meet what an earlier one left


@pytest.mark.parametrize("what", SUPPLIES)
def test_a_program_gets_little_of_what_the_machine_shares(sandbox: Sandbox, what: str) -> None:
    if sandbox.tier == "docker+runsc":
        pytest.skip("needs hardware: gVisor has supplies of its own")
    outcome = sandbox.run(Program(SUPPLIES[what]))
    assert outcome.stdout == b"True\n", outcome


@pytest.mark.parametrize("what", LEAVINGS)
def test_nothing_is_left_for_the_next_run_in_the_same_box(sandbox: Sandbox, what: str) -> None:
    # gVisor takes about a hundred times as long as Linux to create a file, and about 0.1 s for a fork on a busy machine.
    cpu_s, look_cpu_s = (60, 20) if sandbox.tier == "docker+runsc" else (4, 2)
    outcome = sandbox.run(Program(leaving(LEAVINGS[what])), Limits(cpu_s=cpu_s, file_bytes=8 << 20, processes=32))
    assert outcome.stdout == b"right\n", outcome
    after = sandbox.run(Program(LOOK, stdin=sandbox.tier.encode()), Limits(cpu_s=look_cpu_s, processes=32))
    assert after.stdout == b"clean\n", after.stderr


@pytest.mark.parametrize(
    "source",
    [
        "import os\nprint([f for f in os.listdir('/proc/self/fd') if int(f) > 3])",  # 3: the listing itself
        "import os\nprint([n for n in os.listdir('/r1') if 'control' in n])",
        "import ctypes\nl = ctypes.CDLL(None)\nprint([n for n in (425, 321, 298, 250, 323) if l.syscall(n, 0, 0, 0, 0, 0) >= 0])",
        "import ctypes\nl = ctypes.CDLL(None)\nprint([f for f in (1 << 28, 1 << 17, 1 << 29) if l.syscall(56, f | 17, 0, 0, 0, 0) >= 0])",
    ],
)
def test_descriptors_sockets_and_system_calls_are_out_of_reach(sandbox: Sandbox, source: str) -> None:
    assert sandbox.run(Program(source)).stdout == b"[]\n"


def test_a_program_sees_no_other_process(sandbox: Sandbox) -> None:
    if sandbox.tier == "docker+runsc":
        pytest.skip("needs hardware: a gVisor that clones mount namespaces (an older one shows our two processes)")
    source = "import os\nprint([p for p in os.listdir('/proc') if p.isdigit() and int(p) != os.getpid()])"
    assert sandbox.run(Program(source)).stdout == b"[]\n"


def test_ports_of_one_run_are_free_for_the_next(sandbox: Sandbox) -> None:
    talk = (
        "import socket\ns = socket.create_server(('127.0.0.1', 45777), reuse_port=False)\n"
        "c = socket.create_connection(('127.0.0.1', 45777)); a, _ = s.accept(); a.close(); c.close(); print('ok')"
    )
    bind = "import socket\ns = socket.socket(); s.bind(('127.0.0.1', 45777)); print('ok')"
    assert sandbox.run(Program(talk)).stdout == b"ok\n"
    assert sandbox.run(Program(bind)).stdout == b"ok\n"


@pytest.mark.skipif(namespaces.steps_library() is None, reason="needs hardware: a C compiler")
def test_a_box_has_the_compiled_steps_where_the_jail_loads_them(tmp_path: Path) -> None:
    """Without them everything works, but every run costs a third more."""
    docker_box.copy_runner(tmp_path)
    assert (tmp_path / "inside" / Path(jail.STEPS_LIBRARY).name).stat().st_mode & 0o111
    assert "/r1/inside/jail.py" in namespaces.description()["files"]
    assert f"/r1/inside/{Path(jail.STEPS_LIBRARY).name}" in namespaces.description()["files"]
    assert Path(jail.STEPS_LIBRARY).parent == Path(jail.__file__).parent
