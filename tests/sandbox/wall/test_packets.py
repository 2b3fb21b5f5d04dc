"""Packets: what one side of the wall packs, the other side reads back unchanged."""

from __future__ import annotations

import struct
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.sandbox.wall.packets import (
    Job,
    Mode,
    Reason,
    Result,
    pack_files,
    pack_payload,
    unpack_files,
    unpack_payload,
)

BYTES = st.integers(0, 2**64 - 1)
SECONDS = st.floats(0, 1e9)
JOBS = st.builds(
    Job,
    mode=st.sampled_from(Mode),
    cpu_s=SECONDS,
    wall_s=SECONDS,
    memory_bytes=BYTES,
    file_bytes=BYTES,
    tmpfs_bytes=BYTES,
    address_bytes=BYTES,
    processes=st.integers(0, 2**32 - 1),
    output_bytes=BYTES,
    has_artifact=st.booleans(),
    has_link=st.booleans(),
    link_is_stdio=st.booleans(),
)
RESULTS = st.builds(
    Result,
    status=st.integers(-(2**31), 2**31 - 1),
    reason=st.sampled_from(Reason),
    cpu_s=SECONDS,
    wall_s=SECONDS,
    peak_bytes=BYTES,
    survivors=st.booleans(),
    step=st.text(max_size=20),
    errno=st.integers(0, 2**32 - 1),
)
FILES = st.lists(st.tuples(st.text(max_size=8), st.binary(max_size=50)), max_size=4)


@given(JOBS)
def test_a_job_survives_the_wall(job: Job) -> None:
    packed = job.pack()
    assert len(packed) == Job.BYTES and asdict(Job.unpack(packed)) == asdict(job)


@given(RESULTS)
def test_a_result_survives_the_wall(result: Result) -> None:
    assert asdict(Result.unpack(result.pack())) == asdict(result)


@given(FILES, st.lists(st.text(max_size=8), max_size=3), st.dictionaries(st.text(max_size=5), st.text(max_size=5)))
def test_a_payload_survives_the_wall(files: list[tuple[str, bytes]], argv: list[str], environment: dict) -> None:
    payload = pack_payload(argv, environment, "*.class", pack_files(files))
    assert unpack_payload(payload) == (argv, environment, "*.class", files)
    assert unpack_files(pack_files(files)) == files


def test_a_job_has_no_field_for_text() -> None:
    """The runner reads jobs. Programs, inputs and arguments travel in descriptors that only the child opens."""
    with pytest.raises(struct.error):
        Job(Mode.PYTHON, "source", 1, 1, 1, 1, 1, 1, 1).pack()  # type: ignore[arg-type]
