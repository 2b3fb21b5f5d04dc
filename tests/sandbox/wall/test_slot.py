"""Slot: the host's side of one box, with a runner of this test's own at the other end of the control socket."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from r1.sandbox.protocol import SandboxError, Unwanted
from r1.sandbox.wall.packets import Job, Mode, Reason, Result
from r1.sandbox.wall.slot import Box, Order, OutputStream, Slot, while_wanted

DONE = Result(0, Reason.NONE, 0.1, 0.2, 5, False)
Runner = Callable[[socket.socket, list[int]], None]


def order(output_bytes: int = 100, wall_s: float = 60.0) -> Order:
    return Order(Job(Mode.PYTHON, 1.0, wall_s, 1, 1, 1, 0, 1, output_bytes), b"payload", b"stdin")


@contextmanager
def slot_with(runner: Runner) -> Iterator[Slot]:
    """A slot whose runner is a function that gets the control socket and the descriptors of one order."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    def serve() -> None:
        with theirs:
            _, descriptors, _, _ = socket.recv_fds(theirs, 4096, 8)
            try:
                runner(theirs, descriptors)
            finally:
                for descriptor in descriptors:
                    with suppress(OSError):
                        os.close(descriptor)

    thread = threading.Thread(target=serve)
    thread.start()
    slot = Slot(Box(0, ours, os.memfd_create("log")), "test")
    try:
        yield slot
    finally:
        slot.close()
        thread.join(20)
        assert not thread.is_alive()


def copies_its_input(control: socket.socket, descriptors: list[int]) -> None:
    payload, stdin, stdout, stderr = descriptors
    os.write(stdout, os.read(stdin, 100))
    os.write(stderr, os.read(payload, 100))
    control.send(DONE.pack())


def test_an_order_goes_in_and_its_output_comes_out() -> None:
    with slot_with(copies_its_input) as slot:
        delivery = slot.run(order())
        assert (delivery.stdout, delivery.stderr, delivery.overflow) == (b"stdin", b"payload", False)
        assert delivery.result.cpu_s == 0.1 and slot.runs == 1 and not slot.worn


def test_input_cannot_be_grown_by_the_program() -> None:
    def grows(control: socket.socket, descriptors: list[int]) -> None:
        try:
            os.write(descriptors[1], b"much longer than the input was")
        except PermissionError:
            os.write(descriptors[2], b"refused")
        control.send(DONE.pack())

    with slot_with(grows) as slot:
        assert slot.run(order()).stdout == b"refused"


def test_too_much_output_has_the_run_killed() -> None:
    asked = []

    def floods(control: socket.socket, descriptors: list[int]) -> None:
        with suppress(BrokenPipeError):
            os.write(descriptors[2], b"x" * 5000)
        asked.append(control.recv(16))
        control.send(DONE.pack())

    with slot_with(floods) as slot:
        delivery = slot.run(order(output_bytes=100))
        assert delivery.overflow and len(delivery.stdout) == 101 and asked == [b"K"]


def test_a_run_that_its_caller_gave_up_is_killed() -> None:
    asked = []

    def hangs(control: socket.socket, descriptors: list[int]) -> None:
        asked.append(control.recv(16))
        control.send(DONE.pack())

    with slot_with(hangs) as slot, while_wanted(lambda: False), pytest.raises(Unwanted):
        slot.run(order())
    assert asked == [b"K"]


def test_a_runner_that_dies_is_a_sandbox_error_and_wears_out_its_slot() -> None:
    with slot_with(lambda control, descriptors: None) as slot:
        with pytest.raises(SandboxError, match="died during a run"):
            slot.run(order())
        assert slot.worn and not slot.alive


def test_a_failed_step_of_the_jail_is_a_sandbox_error_with_its_reason() -> None:
    def fails(control: socket.socket, descriptors: list[int]) -> None:
        control.send(Result(0, Reason.NONE, 0, 0, 0, False, "mount", 1).pack())

    with slot_with(fails) as slot:
        with pytest.raises(SandboxError, match="the jail failed at mount: Operation not permitted"):
            slot.run(order())
        assert slot.worn


def test_survivors_wear_out_a_slot() -> None:
    def leaves(control: socket.socket, descriptors: list[int]) -> None:
        control.send(Result(0, Reason.NONE, 0, 0, 0, True).pack())

    with slot_with(leaves) as slot:
        slot.run(order())
        assert slot.worn


def test_hanging_up_ends_the_run_in_progress() -> None:
    def waits(control: socket.socket, descriptors: list[int]) -> None:
        begun.set()
        control.recv(16)

    begun = threading.Event()
    with slot_with(waits) as slot:
        other = threading.Thread(target=lambda: begun.wait(20) and slot.hang_up())
        other.start()
        with pytest.raises(SandboxError):
            slot.run(order())
        other.join()


@pytest.mark.parametrize("written", [0, 1, 99, 100, 101, 5000])
def test_an_output_stream_stops_one_byte_beyond_its_cap(written: int) -> None:
    read, write = os.pipe2(os.O_NONBLOCK)
    stream = OutputStream(read, 100)
    try:
        os.write(write, b"x" * written)
        stream.pull()
        assert (stream.size, stream.overflow, stream.open) == (min(written, 101), written > 100, True)
        os.close(write)
        stream.pull()
        assert stream.open is stream.overflow and sum(map(len, stream.chunks)) == stream.size
    finally:
        os.close(read)
