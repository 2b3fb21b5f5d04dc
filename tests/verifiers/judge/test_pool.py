"""Judge: no answer blocks another one, every text gets its verdict, no worker is left behind."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from judge_verifiers import Moody, Unloadable
from shared_data import ROOT
from timing import eventually

from r1.verifiers.judge import Judge
from r1.verifiers.math import Math
from r1.verifiers.verdict import Status


@pytest.fixture
def judge() -> Iterator[Judge]:
    with Judge(Moody(), workers=2, timeout_s=2.0) as judge:
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
    assert statuses(judge, texts) == ["timeout" if text in ("hang", "spin") else "pass" for text in texts]
    assert judge(["hang"], [{}])[0].reward == 0.0


def test_other_calls_finish_before_a_hanging_answer(tmp_path: Path) -> None:
    with Judge(Moody(), workers=2, timeout_s=300.0) as judge:
        hanging = threading.Thread(target=closed_while_waiting, args=(judge, [f"hang:{tmp_path / 'began'}"], [{}]))
        hanging.start()
        assert eventually((tmp_path / "began").exists)
        assert statuses(judge, ["a"] * 50) == ["pass"] * 50
        assert hanging.is_alive()
    hanging.join(60)
    assert not hanging.is_alive()


def test_answers_behind_a_hanging_one_go_to_another_worker() -> None:
    with Judge(Moody(), workers=2, timeout_s=300.0) as judge:
        judge(["warm"] * 2, [{}] * 2)
        work = ["hang"] + ["a"] * 300, [{}] * 301
        thread = threading.Thread(target=closed_while_waiting, args=(judge, *work), daemon=True)
        thread.start()
        loop = judge._loop
        assert loop is not None
        assert eventually(lambda: any(job.batch.missing == 1 for worker in loop.pool for job in list(worker.jobs)))
        assert thread.is_alive()
    thread.join(60)
    assert not thread.is_alive()


def test_a_dead_worker_is_replaced_and_its_answer_tried_once_more(judge: Judge, tmp_path: Path) -> None:
    assert statuses(judge, ["a", f"die_once:{tmp_path / 'flag'}", "b"]) == ["pass"] * 3
    verdicts = judge(["a", "die", "b"], [{}] * 3)
    assert [verdict.status for verdict in verdicts] == [Status.PASS, Status.UNSCORED, Status.PASS]
    assert "two workers died" in verdicts[1].note


def test_exceptions_and_wrong_results_of_a_verifier_are_unscored(judge: Judge) -> None:
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


def test_no_process_is_left_behind(tmp_path: Path) -> None:
    judge = Judge(Moody(), workers=2, timeout_s=300.0)
    judge(["a"] * 10, [{}] * 10)
    flags = [tmp_path / mood for mood in ("hang", "spin")]
    texts = [f"{flag.name}:{flag}" for flag in flags]
    thread = threading.Thread(target=closed_while_waiting, args=(judge, texts, [{}] * 2))
    thread.start()
    assert all(eventually(flag.exists) for flag in flags)
    pids = judge.pids()
    assert len(pids) == 2 and all(map(alive, pids))
    judge.close()
    thread.join(60)
    assert not any(map(alive, pids)) and not thread.is_alive()
    assert statuses(judge, ["a"]) == ["pass"], "a closed judge may be used again"
    judge.close()


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG")
def test_workers_die_with_a_killed_parent(tmp_path: Path) -> None:
    program = str(ROOT / "tests/support/judge_parent.py")
    with subprocess.Popen([sys.executable, program, str(tmp_path)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = list(map(int, parent.stdout.readline().split()))
        assert len(pids) == 2 and all(map(alive, pids))
        parent.kill()
    assert eventually(lambda: not any(map(alive, pids)))


def test_a_class_in_place_of_a_verifier_is_refused() -> None:
    with pytest.raises(TypeError, match=r"verifier=Math is a class; pass an object: Judge\(Math\(\)\)"):
        Judge(Math)


def test_verifiers_that_no_worker_can_load_and_bad_options_are_refused() -> None:
    lock = threading.Lock()
    with pytest.raises(TypeError, match=r"cannot pickle the verifier .* for a worker: .*lock"):
        Judge(lambda completion, truth: lock)  # type: ignore[arg-type, return-value]
    with Judge(Unloadable(), workers=1) as judge, pytest.raises(TypeError, match="only in the parent"):
        judge(["a"], [{}])
    with pytest.raises(ValueError, match="workers"):
        Judge(Moody(), workers=0)
    with pytest.raises(ValueError, match="timeout_s"):
        Judge(Moody(), timeout_s=0)
    with Judge(Moody()) as judge, pytest.raises(ValueError, match="1 texts but 2 truths"):
        judge(["a"], [{}, {}])


def test_a_class_of_a_script_or_notebook_reaches_the_workers() -> None:
    script = """
from r1.verifiers import Judge
from r1.verifiers.verdict import Status, Verdict

class Mine:
    def __call__(self, completion, truth):
        return Verdict(Status.PASS, float(len(completion)))

if __name__ == "__main__":
    with Judge(Mine(), workers=1) as judge:
        print([verdict.reward for verdict in judge(["a", "bb"], [{}, {}])])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[1.0, 2.0]\n"


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
