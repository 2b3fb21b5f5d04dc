"""Orders: a program becomes a job of numbers and a payload that holds all of its text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.sandbox.languages import LANGUAGES
from r1.sandbox.pool.artifacts import NOTHING, Artifact
from r1.sandbox.pool.orders import compile_order, header_order, language_of, run_order
from r1.sandbox.pool.precompiled import HEADER_COMMAND
from r1.sandbox.protocol import MIB, Limits, Program
from r1.sandbox.wall.packets import Mode, unpack_payload

LIMITS = Limits(cpu_s=3, memory_bytes=10 * MIB, output_bytes=77, file_bytes=5 * MIB, processes=9)


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=40), st.binary(max_size=40))
def test_a_python_program_runs_in_the_warm_interpreter(source: str, content: bytes) -> None:
    order = run_order(Program(source, stdin=content, args=("x",), files={"a": content}), LIMITS, NOTHING, False)
    argv, _, _, files = unpack_payload(order.payload)
    assert argv == ["main.py", "x"] and files == [("main.py", source.encode("utf-8", "surrogatepass")), ("a", content)]
    assert order.stdin == content and order.job.mode is Mode.PYTHON and order.artifact < 0


def test_a_job_carries_the_limits() -> None:
    job = run_order(Program("x"), LIMITS, NOTHING, False).job
    assert (job.cpu_s, job.wall_s, job.memory_bytes, job.file_bytes) == (3, 10, 10 * MIB, 5 * MIB)
    assert (job.processes, job.output_bytes) == (9, 77)
    assert job.tmpfs_bytes > job.file_bytes and job.address_bytes > job.memory_bytes


def test_a_runtime_that_reserves_address_space_has_no_limit_on_it() -> None:
    assert run_order(Program("x", "javascript"), LIMITS, NOTHING, False).job.address_bytes == 0


def test_a_compiled_program_is_executed_without_its_source() -> None:
    order = run_order(Program("secret", "c"), LIMITS, Artifact(descriptor=5, size=9), False)
    argv, _, _, files = unpack_payload(order.payload)
    assert (argv, files, order.artifact, order.job.mode) == (["main"], [], 5, Mode.EXEC) and order.job.has_artifact


@pytest.mark.parametrize(("linked", "asked", "stdio"), [(True, True, True), (True, False, False), (False, True, False)])
def test_a_link_is_stdio_only_where_both_say_so(linked: bool, asked: bool, stdio: bool) -> None:
    job = run_order(Program("x", link_stdio=asked), LIMITS, NOTHING, linked).job
    assert (job.has_link, job.link_is_stdio) == (linked, stdio)


def test_a_compiler_gets_flags_files_and_its_own_limits() -> None:
    program = Program("int x;", "c", files={"other.c": b"y"}, flags=("other.c",))
    order = compile_order(program, LANGUAGES["c"])
    argv, _, made, files = unpack_payload(order.payload)
    assert argv[0] == "gcc" and argv[-1] == "other.c" and made == "main"
    assert files == [("main.c", b"int x;"), ("other.c", b"y")]
    assert order.job.cpu_s == LANGUAGES["c"].compile_limits.cpu_s and order.job.mode is Mode.COMPILE


def test_the_header_is_compiled_with_the_flags_of_cpp() -> None:
    argv, _, _, files = unpack_payload(header_order(LANGUAGES["cpp"]).payload)
    assert tuple(argv) == HEADER_COMMAND and files == [("main.h", b"#include <bits/stdc++.h>\n")]


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown language 'cobol'; expected one of: python, c, cpp"):
        language_of(Program("x", "cobol"))
