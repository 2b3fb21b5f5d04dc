"""The command r1: subcommands, one-line mistakes with a non-zero exit, nothing heavy before it is needed."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from r1.command.main import main


def r1(*argv: str) -> tuple[int, str, str]:
    code = "import sys; from r1.command.main import main; sys.exit(main())"
    run = subprocess.run([sys.executable, "-c", code, *argv], capture_output=True, text=True, timeout=120)
    return run.returncode, run.stdout, run.stderr


@pytest.mark.parametrize(
    ("argv", "complaint"),
    [
        ([], "r1: error: the following arguments are required: COMMAND"),
        (["trian"], "r1: error: argument COMMAND: invalid choice: 'trian'"),
        (["validate"], "r1 validate: error: the following arguments are required: tasks"),
        (["validate", "no/such.jsonl"], "r1 validate: error: no/such.jsonl: no such task file"),
        (["validate", "x.jsonl", "--env", "maths"], "r1 validate: error: unknown domain 'maths'; expected one of"),
        (["report"], "r1 report: error: the following arguments are required: directory"),
        (["report", "no/such/run"], "r1 report: error: no/such/run: not a run directory"),
        (["doctor", "--fast"], "r1: error: unrecognized arguments: --fast"),
        (["completion", "fish"], "r1 completion: error: argument shell: invalid choice: 'fish'"),
        (["serve", "--port", "x"], "--port"),
        (["train", "--stpes", "3"], "did you mean --steps?"),
        (["train", "--lora-rank", "8"], "write --set lora_rank=VALUE"),
        (["eval", "--group", "1"], "--group must be at least 2"),
    ],
)
def test_a_wrong_usage_is_one_line(argv: list[str], complaint: str) -> None:
    code, out, err = r1(*argv)
    assert code != 0 and out == ""
    assert complaint in err and err.count("\n") == 1, err


def test_help_fits_a_screen_and_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom r1.command.main import main\n"
        "try: main(['--help'])\nexcept SystemExit as stop: print(stop.code, {'torch', 'tyro', 'numpy'} & set(sys.modules) - {'numpy'})"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert run.stdout.endswith("0 set()\n") and len(run.stdout.splitlines()) <= 24


@pytest.mark.parametrize(
    ("argv", "seen"),
    [
        (["train", "--env", "code"], ["r1 train", "--env", "code"]),
        (["eval", "--env", "code"], ["r1 eval", "--env", "code", "--steps", "0", "--out", "runs/eval", "--overwrite"]),
        (["eval", "--out", "x"], ["r1 eval", "--out", "x", "--steps", "0"]),
    ],
)
def test_options_are_passed_on(monkeypatch: pytest.MonkeyPatch, argv: list[str], seen: list[str]) -> None:
    calls: list[Any] = []
    monkeypatch.setattr(sys, "argv", ["r1"])
    monkeypatch.setattr(runpy, "run_module", lambda name, **_: calls.append((name, sys.argv)))
    assert main(argv) == 0
    assert calls == [("r1.trainers.grpo", seen)]


def test_completion_lists_the_subcommands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "bash"]) == 0
    assert "validate" in capsys.readouterr().out


def test_the_report_of_a_run_is_written_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from r1.trainers.config import Config, with_settings
    from r1.trainers.run.directory import Run

    run = Run(with_settings(Config(), {"out": tmp_path / "run"}))
    run.open()
    run.close()
    assert main(["report", str(tmp_path / "run")]) == 0
    assert capsys.readouterr().out.startswith("report: ")
    assert (tmp_path / "run/report.html").stat().st_size > 1000


@pytest.mark.parametrize("argv", [["report", "x"], ["train", "--steps", "1"], ["serve"]])
def test_without_its_extra_a_subcommand_says_what_to_install(argv: list[str]) -> None:
    blocked = "import sys; sys.modules['tyro'] = sys.modules['fastapi'] = None; "
    code = f"{blocked}from r1.command.main import main; sys.exit(main())"
    run = subprocess.run([sys.executable, "-c", code, *argv], capture_output=True, text=True, timeout=120)
    extra = "serve" if argv == ["serve"] else "train"
    assert run.returncode == 1 and f"pip install 'r1-gym[{extra}]'" in run.stderr and run.stderr.count("\n") == 1
