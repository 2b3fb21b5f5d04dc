"""Signals: the first one is noted, the second one ends the process."""

from __future__ import annotations

import os
import signal

import pytest

from r1.trainers.run.interrupt import Interrupt


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_is_noted_and_the_second_one_raises(signum: int) -> None:
    before, said = signal.getsignal(signum), []
    with Interrupt(said.append) as interrupt:
        assert not interrupt.asked
        os.kill(os.getpid(), signum)
        assert interrupt.asked == signum
        assert len(said) == 1
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signum)
    assert signal.getsignal(signum) is before
