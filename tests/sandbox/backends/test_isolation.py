"""What only isolation gives: nothing of the host is visible, and nothing of a run stays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from serving import descendants
from tiers import sandbox_of

from r1.sandbox import Killed, Limits, Program, Sandbox

SQUARE = "print(int(input()) ** 2)"


@pytest.fixture(scope="module", params=["namespaces", "docker", "docker+runsc"])
def isolated(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    yield from sandbox_of(request.param, workers=2)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=2000))
def test_any_bytes_round_trip(isolated: Sandbox, data: bytes) -> None:
    copy = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"
    assert isolated.run(Program(copy, stdin=data)).stdout == data


@pytest.mark.parametrize(
    "source",
    [
        "import os; print(os.listdir('/home') + os.listdir('/root'))",
        "print(open('/etc/shadow').read())",
        "import socket; socket.create_connection(('127.0.0.1', 22), 1)",
        "import os; os.kill(os.getppid(), 9)",
        "import os; print(os.environ['R1_SECRET'])",
        "import os; os.setuid(1)",
        "import os; os.mknod('/tmp/null', 0o20666, os.makedev(1, 3))",
    ],
)
def test_nothing_of_the_host_is_within_reach(isolated: Sandbox, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R1_SECRET", "canary")
    outcome = isolated.run(Program(source))
    assert b"canary" not in outcome.stdout + outcome.stderr
    assert outcome.code == "RE" or outcome.stdout.strip() in (b"", b"[]")


def test_nothing_stays_for_the_next_program(isolated: Sandbox) -> None:
    write = "open('/tmp/left', 'w').write('x'); import builtins; builtins.print = None"
    look = "import os; print(os.path.exists('/tmp/left'))"
    for _ in range(4):
        isolated.run(Program(write))
        assert isolated.run(Program(look)).stdout == b"False\n"


def test_a_fork_bomb_ends_with_its_run(isolated: Sandbox) -> None:
    before = descendants()
    isolated.run(Program("import os\nwhile True: os.fork()"), Limits(cpu_s=1, wall_s=2))
    assert isolated.run(Program(SQUARE, stdin=b"3")).stdout == b"9\n"
    assert descendants() <= before + 4


def test_an_unknown_language_is_refused_and_the_wall_limit_holds(isolated: Sandbox) -> None:
    with pytest.raises(ValueError, match="expected one of"):
        isolated.run(Program("x", "cobol"))
    assert isolated.run(Program("import time; time.sleep(9)"), Limits(wall_s=0.3)).killed is Killed.WALL
