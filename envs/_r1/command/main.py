"""Main: the shell command ``r1`` and its subcommands."""

from __future__ import annotations

import argparse
import os
import runpy
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

PASSED_ON = {"train": "r1.trainers.grpo", "eval": "r1.trainers.grpo", "serve": "r1.sandbox.serve"}
"""Subcommands whose arguments another program reads."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {message}\n")


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command."""
    top = _Parser(prog="r1", description="Verifiable-reward environments, verifiers, a sandbox and a GRPO trainer.")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)

    def add(name: str, about: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=about, description=about, add_help=name not in PASSED_ON)

    add("train", "train a policy (the options are those of trainers/grpo.py: r1 train --help)")
    add("eval", "measure a policy on held-out tasks: r1 train with --steps 0")
    validate = add("validate", "check a task file, a folder or a data set on the hub, row by row")
    validate.add_argument("tasks", help="a .jsonl or .parquet file, a folder, or a hub id")
    validate.add_argument("--env", default="math", help="math, code, format or language (default: math)")
    add("serve", "run the sandbox as an HTTP service (r1 serve --help)")
    audit = add("audit", "ask public auditors of reward functions about our verifiers")
    audit.add_argument("--humaneval", type=Path, help="HumanEval.jsonl.gz, to audit Code on its tasks")
    report = add("report", "write the report of a run again")
    report.add_argument("directory", type=Path, help="the directory of the run, such as runs/math")
    doctor = add("doctor", "say what this machine can do, and the remedy for what is missing")
    doctor.add_argument("--no-boxes", action="store_true", help="do not start a box of each tier")
    completion = add("completion", "print the completion of this command for a shell")
    completion.add_argument("shell", choices=("bash", "zsh", "tcsh"))
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status; every failure is one line on standard error."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] in PASSED_ON:
        return _pass_on(arguments[0], arguments[1:])
    chosen = parser().parse_args(arguments)
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    if chosen.command == "validate":
        from r1.command.validate import validate

        return validate(chosen.tasks, chosen.env)
    if chosen.command == "audit":
        from r1.command.audit import audit

        return audit(chosen.humaneval)
    if chosen.command == "doctor":
        from r1.command.doctor import doctor

        return doctor(boxes=not chosen.no_boxes)
    if chosen.command == "report":
        return _report(chosen.directory)
    return _completion(chosen.shell)


def _pass_on(command: str, rest: list[str]) -> int:
    if command == "eval":
        rest = [*rest, "--steps", "0"]
        if not any(flag == "--out" or flag.startswith("--out=") for flag in rest):
            rest += ["--out", "runs/eval", "--overwrite"]
    sys.argv = [f"r1 {command}", *rest]
    try:
        runpy.run_module(PASSED_ON[command], run_name="__main__", alter_sys=False)
    except SystemExit as stop:
        if isinstance(stop.code, str):
            print(stop.code, file=sys.stderr)
            return 1
        return int(stop.code or 0)
    except ModuleNotFoundError as error:
        extra = "serve" if command == "serve" else "train"
        print(f"r1 {command}: error: {error}; install what it needs: pip install 'r1-gym[{extra}]'", file=sys.stderr)
        return 1
    return 0


def _report(directory: Path) -> int:
    try:
        from r1.trainers.config import UsageError
        from r1.trainers.run.directory import report_again
    except ModuleNotFoundError as error:
        print(f"r1 report: error: {error}; install what it needs: pip install 'r1-gym[train]'", file=sys.stderr)
        return 1
    try:
        print(f"report: {os.path.relpath(report_again(directory))}")
    except UsageError as error:
        print(f"r1 report: error: {error}", file=sys.stderr)
        return 2
    return 0


def _completion(shell: str) -> int:
    try:
        import shtab
    except ImportError:
        print("r1 completion: error: shtab is not installed; pip install 'r1-gym[train]'", file=sys.stderr)
        return 1
    print(shtab.complete(parser(), shell))
    return 0
