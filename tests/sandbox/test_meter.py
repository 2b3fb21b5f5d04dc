"""The meter: what it reads of a process."""

from __future__ import annotations

import os
import signal
import struct
import time

from r1.sandbox.inside import meter


def test_the_meter_reads_cpu_time_finer_than_ticks() -> None:
    """What a process has used by its own clock, the meter sees at once, and not a tick of the kernel later."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        while time.process_time() < 0.0537:
            pass
        os.write(writer, struct.pack("d", time.process_time()))
        signal.pause()
    try:
        used_s = struct.unpack("d", os.read(reader, 8))[0]
        assert meter._process_s(pid) >= used_s
        assert meter._process_s(2**22 + 1) == 0.0  # nobody has this pid
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(reader)
        os.close(writer)
