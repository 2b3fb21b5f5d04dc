"""Judge: nothing hangs, nobody waits for another's hanging answer, no worker is left behind."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from judge_verifiers import Moody, Unloadable
from shared_data import ROOT

from r1.verifiers.judge import Judge
from r1.verifiers.math import Math
from r1.verifiers.verdict import Status


@pytest.fixture
def judge() -> Iterator[Judge]:
    with Judge(Moody(), workers=2, timeout_s=1.0) as judge:
        judge(["warm"], [{}])
        yield judge


def statuses(judge: Judge, texts: list[str]) -> list[str]:
    return [verdict.status.value for verdict in judge(texts, [{}] * len(texts))]


def closed_while_waiting(judge: Judge, texts: list[str], truths: list[dict]) -> None:
    with pytest.raises(RuntimeError, match="closed"):
        judge(texts, truths)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[-1].split()[0] != "Z"
    except OSError:
        return False


def test_verdicts_come_in_order() -> None:
    with Judge(Math(), workers=2) as judge:
        verdicts = judge([rf"\boxed{{{i}}}" for i in range(300)], [{"answer": str(i - i % 2)} for i in range(300)])
    assert [verdict.reward for verdict in verdicts] == [float(i % 2 == 0) for i in range(300)]
    assert judge([], []) == []


def test_hanging_answers_time_out_and_cost_no_other_answer_its_reward(judge: Judge) -> None:
    texts = ["a", "hang", "b", "spin", "c", "hang", "d"] + ["e"] * 60
    start = time.monotonic()
    result = statuses(judge, texts)
    assert result == ["timeout" if text in ("hang", "spin") else "pass" for text in texts]
    assert time.monotonic() - start < 8.0
    assert judge(["hang"], [{}])[0].reward == 0.0


def test_one_hanging_answer_delays_nobody_else(judge: Judge) -> None:
    waiting = threading.Thread(target=judge, args=(["hang"], [{}]))
    waiting.start()
    time.sleep(0.2)
    start = time.monotonic()
    assert statuses(judge, ["a"] * 50) == ["pass"] * 50
    assert time.monotonic() - start < 0.7
    waiting.join()


def test_answers_behind_a_hanging_one_go_to_another_worker() -> None:
    with Judge(Moody(), workers=2, timeout_s=20.0) as judge:
        judge(["warm"] * 2, [{}] * 2)
        work = ["hang"] + ["a"] * 300, [{}] * 301
        thread = threading.Thread(target=closed_while_waiting, args=(judge, *work), daemon=True)
        thread.start()
        deadline = time.monotonic() + 5
        loop = judge._loop
        assert loop is not None
        while time.monotonic() < deadline and not any(
            w.jobs and all(j.batch.missing == 1 for j in w.jobs) for w in loop.pool
        ):
            time.sleep(0.02)
        assert any(w.jobs and w.jobs[0].batch.missing == 1 for w in loop.pool), "only the hanging answer is open"
        judge.close()
        thread.join(5)
        assert not thread.is_alive()


def test_a_dead_worker_is_replaced_and_its_answer_tried_once_more(judge: Judge, tmp_path: Path) -> None:
    assert statuses(judge, ["a", f"die_once:{tmp_path / 'flag'}", "b"]) == ["pass"] * 3
    verdicts = judge(["a", "die", "b"], [{}] * 3)
    assert [verdict.status for verdict in verdicts] == [Status.PASS, Status.UNSCORED, Status.PASS]
    assert "two workers died" in verdicts[1].note


def test_bugs_of_a_verifier_are_unscored(judge: Judge) -> None:
    verdicts = judge(["raise", "nothing", "print"], [{}] * 3)
    assert [verdict.status for verdict in verdicts] == [Status.UNSCORED, Status.UNSCORED, Status.PASS]
    assert "ValueError: a bug" in verdicts[0].note and "NoneType" in verdicts[1].note


def test_many_threads_may_call_at_once(judge: Judge) -> None:
    results: dict[int, list[str]] = {}
    threads = [
        threading.Thread(target=lambda n=n: results.__setitem__(n, statuses(judge, ["a", "raise"] * n)))
        for n in range(1, 9)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results == {n: ["pass", "unscored"] * n for n in range(1, 9)}


def test_no_process_is_left_behind() -> None:
    judge = Judge(Moody(), workers=2, timeout_s=30.0)
    judge(["a"] * 10, [{}] * 10)
    thread = threading.Thread(target=closed_while_waiting, args=(judge, ["hang", "spin"], [{}] * 2))
    thread.start()
    time.sleep(0.3)
    pids = judge.pids()
    assert len(pids) == 2 and all(map(alive, pids))
    judge.close()
    thread.join(5)
    assert not any(map(alive, pids)) and not thread.is_alive()
    assert statuses(judge, ["a"]) == ["pass"], "a closed judge may be used again"
    judge.close()


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG")
def test_workers_die_with_a_killed_parent() -> None:
    program = (
        "import sys, threading, time; sys.path.insert(0, sys.argv[1])\n"
        "from judge_verifiers import Moody\nfrom r1.verifiers.judge import Judge\n"
        "j = Judge(Moody(), workers=2, timeout_s=60)\nj(['a'] * 4, [{}] * 4)\n"
        "threading.Thread(target=j, args=(['spin', 'hang'], [{}] * 2), daemon=True).start()\n"
        "time.sleep(0.5)\nprint(*j.pids(), flush=True)\ntime.sleep(60)"
    )
    support = str(ROOT / "tests/support")
    with subprocess.Popen([sys.executable, "-c", program, support], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = list(map(int, parent.stdout.readline().split()))
        assert len(pids) == 2 and all(map(alive, pids))
        parent.kill()
    deadline = time.monotonic() + 5
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, pids))


def test_what_cannot_be_sent_to_a_worker_is_said_at_once() -> None:
    with pytest.raises(TypeError, match="importable module"):
        Judge(lambda completion, truth: None)  # type: ignore[arg-type, return-value]
    with Judge(Unloadable(), workers=1) as judge, pytest.raises(TypeError, match="only in the parent"):
        judge(["a"], [{}])
    with pytest.raises(ValueError, match="workers"):
        Judge(Moody(), workers=0)
    with pytest.raises(ValueError, match="timeout_s"):
        Judge(Moody(), timeout_s=0)
    with Judge(Moody()) as judge, pytest.raises(ValueError, match="1 texts but 2 truths"):
        judge(["a"], [{}, {}])


def test_a_judge_travels_without_its_workers() -> None:
    with Judge(Moody(), workers=1, timeout_s=3.0) as judge:
        judge(["a"], [{}])
        with pickle.loads(pickle.dumps(judge)) as other:
            assert (other.workers, other.timeout_s) == (1, 3.0)
            assert statuses(other, ["a"]) == ["pass"]
            assert other.pids() != judge.pids()


def test_a_worker_imports_neither_torch_nor_the_parents_modules() -> None:
    with Judge(Math(), workers=1) as judge:
        judge([r"\boxed{1}"], [{"answer": "1"}])
        maps = Path(f"/proc/{judge.pids()[0]}/maps")
        if maps.exists():
            assert "libtorch" not in maps.read_text()
        assert os.getpid() not in judge.pids()
