"""The seccomp filter, interpreted instruction by instruction as the kernel would."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.sandbox.inside import seccomp
from r1.sandbox.inside.seccomp import ALLOW, AUDIT_ARCH_X86_64, DENIED, EAFNOSUPPORT, ENOSYS, EPERM, ERRNO, KILL_PROCESS

LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_IF_SET, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
PROGRAM = list(struct.iter_unpack("<HBBI", seccomp.program()))
CLONE, CLONE3, SOCKET, SETSOCKOPT, IOCTL, PERSONALITY = 56, 435, 41, 54, 16, 135


def answer(number: int, *args: int, architecture: int = AUDIT_ARCH_X86_64) -> int:
    """What the filter returns for a system call, by a small interpreter of classic BPF."""
    six = [*args, *[0] * (6 - len(args))]
    data = struct.pack("<IIQ6Q", number, architecture, 0, *six)  # struct seccomp_data
    accumulator = at = 0
    while True:
        code, if_true, if_false, value = PROGRAM[at]
        at += 1
        if code == LOAD:
            accumulator = struct.unpack_from("<I", data, value)[0]
        elif code == RETURN:
            return value
        else:
            holds = {
                JUMP_EQUAL: accumulator == value,
                JUMP_AT_LEAST: accumulator >= value,
                JUMP_IF_SET: bool(accumulator & value),
            }[code]
            at += if_true if holds else if_false


@pytest.mark.parametrize("name", DENIED)
def test_a_denied_call_is_not_permitted(name: str) -> None:
    assert answer(DENIED[name]) == ERRNO | EPERM


ORDINARY = {
    "read": 0,
    "write": 1,
    "open": 2,
    "mmap": 9,
    "fork": 57,
    "execve": 59,
    "kill": 62,
    "futex": 202,
    "openat": 257,
}


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_call_is_allowed(name: str) -> None:
    assert answer(ORDINARY[name]) == ALLOW


@given(st.integers(seccomp.NEWEST_KNOWN + 1, seccomp.X32_BIT - 1))
def test_a_call_newer_than_the_list_does_not_exist(number: int) -> None:
    assert answer(number) == ERRNO | ENOSYS


@given(st.integers(0, 500))
def test_the_x32_calls_do_not_exist(number: int) -> None:
    assert answer(number | seccomp.X32_BIT) == ERRNO | ENOSYS


@given(st.integers(0, 2**32 - 1).filter(lambda it: it != AUDIT_ARCH_X86_64), st.integers(0, 500))
def test_another_architecture_is_killed(architecture: int, number: int) -> None:
    assert answer(number, architecture=architecture) == KILL_PROCESS


@given(st.integers(0, 31))
def test_clone_takes_no_namespace_flag(bit: int) -> None:
    new_namespace = bit in (17, 25, 26, 27, 28, 29, 30)  # NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
    assert answer(CLONE, 1 << bit) == (ERRNO | EPERM if new_namespace else ALLOW)
    assert answer(CLONE3, 1 << bit) == ERRNO | ENOSYS


@given(st.integers(0, 50), st.integers(0, 20))
def test_sockets_are_of_few_families(family: int, protocol: int) -> None:
    usual = family in (1, 2, 10) or (family == 16 and protocol == 0)  # UNIX, INET, INET6; NETLINK for routes only
    assert answer(SOCKET, family, 1, protocol) == (ALLOW if usual else ERRNO | EAFNOSUPPORT)


@given(st.integers(0, 50))
def test_buffers_of_sockets_keep_their_size(option: int) -> None:
    assert answer(SETSOCKOPT, 3, 1, option) == (ERRNO if option in (7, 8, 32, 33) else ALLOW)
    assert answer(SETSOCKOPT, 3, 6, option) == ALLOW


def test_no_key_is_typed_into_a_terminal() -> None:
    assert [answer(IOCTL, 0, request) for request in (0x5412, 0x541C, 0x5401)] == [ERRNO | EPERM] * 2 + [ALLOW]


def test_a_personality_is_read_and_not_changed() -> None:
    assert [answer(PERSONALITY, value) for value in (0, 0xFFFFFFFF, 0x40000)] == [ALLOW, ALLOW, ERRNO | EPERM]
