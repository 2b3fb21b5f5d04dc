"""Records: a driver's lines are found among whatever else a program writes."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from outcomes import ended

from r1.verifiers.code.fate import Fate
from r1.verifiers.code.trial.records import end_of, fate_of_load, records_in

NONCE = "0123456789abcdef"
noise = st.binary(max_size=30).filter(lambda text: NONCE.encode() not in text)
bodies = st.integers() | st.lists(st.text(max_size=5), max_size=3)


@given(st.dictionaries(st.integers(0, 20).map(str), bodies, max_size=5), st.lists(noise, min_size=6, max_size=6))
def test_records_are_found_in_any_noise(records: dict[str, object], lines: list[bytes]) -> None:
    stdout = lines[-1]
    for (number, body), line in zip(records.items(), lines, strict=False):
        stdout += b"\n" + f"{NONCE} {number} {json.dumps(body)}".encode() + b"\n" + line
    assert records_in(stdout, NONCE, json.loads) == records


def test_the_last_record_of_a_number_counts_and_broken_ones_do_not() -> None:
    lines = [f"{NONCE} 0 1", f"{NONCE} 0 2", f"{NONCE} 1 {{", f"{NONCE} 2 {'[' * 100_000}", f"x{NONCE} 3 1", "f 4 1"]
    assert records_in("\n".join(lines).encode(), NONCE, json.loads) == {"0": 2}


def test_a_program_that_does_not_parse_does_not_compile() -> None:
    assert fate_of_load(["IndentationError", "unexpected indent", 3]) is Fate.COMPILE
    assert fate_of_load(["NameError", "name 'x' is not defined", 3]) is Fate.ERROR


def test_the_end_of_a_run_is_its_stderr_status_and_signal() -> None:
    assert end_of(ended(stderr=b"oh", exit_code=3)) == {"stderr": b"oh", "exit": 3, "signal": None}
