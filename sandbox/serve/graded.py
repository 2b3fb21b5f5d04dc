"""Graded: the requests that open-r1's Codeforces reward sends to Piston (program, input, right answer, perhaps a checker).

In open-r1's Piston package, the right answer is in the submission's directory and the submission's process prints the grade.
Here the submission's box holds only the submission and its input; its output is compared outside, or by the checker in
another box. The answer is "1" or "0".
"""

from __future__ import annotations

from dataclasses import replace

from r1.sandbox.languages import LANGUAGES
from r1.sandbox.protocol import MIB, Limits, Outcome, Phase, Program, Sandbox, SandboxError
from r1.sandbox.serve.queue import Job

GRADED = {"cf_python3": "python", "cf_c++17": "cpp", "c++17": "cpp"}
NEEDED = ("input.txt", "correct_output.txt")
CHECKER_LIMITS = Limits(cpu_s=10, memory_bytes=1024 * MIB)


def graded_job(files: dict[str, bytes], language: str, limits: Limits) -> Job:
    """The job that grades ``main.*`` on ``input.txt``. Raises ValueError if the request is malformed."""
    sources = [name for name in files if name.startswith("main.")]
    missing = [name for name in NEEDED if name not in files] + ([] if len(sources) == 1 else ["main.*"])
    if missing:
        raise ValueError(f"files: a graded request needs {', '.join(missing)}")
    config = _config(files.get("grader_config", b""))
    if config.get("INPUT_MODE", "stdio") != "stdio":
        raise ValueError(f"grader_config: INPUT_MODE={config['INPUT_MODE']!r} is not supported; expected stdio")
    program = Program(files[sources[0]].decode(errors="replace"), language, files["input.txt"])
    limits = _limits(config, limits)

    def work(sandbox: Sandbox) -> tuple[Outcome, ...]:
        compiled = _compiled(sandbox, program, limits)
        if not compiled.ok:
            return (compiled,)
        run = sandbox.run(program, limits)
        return _graded(sandbox, run, files), compiled

    return Job(program, work)


def _compiled(sandbox: Sandbox, program: Program, limits: Limits) -> Outcome:
    """The compilation. Python gets a successful one, because open-r1's client reads a compile stage for it, too."""
    if LANGUAGES[program.language].compile:
        compiled = sandbox.run(Program(program.source, program.language, compile_only=True), limits)
        return replace(compiled, stdout=b"") if compiled.ok else compiled  # stdout was the artifact
    return Outcome(Phase.COMPILE, 0, None, b"", b"", 0.0, 0.0, 0, None, sandbox.tier)


def _graded(sandbox: Sandbox, run: Outcome, files: dict[str, bytes]) -> Outcome:
    """The run with the grade as its stdout, so that nothing printed by the program can pass for a grade."""
    if not run.ok:
        return replace(run, stdout=b"0\n")
    if "checker.py" in files:
        right = _checked(sandbox, run.stdout, files)
    else:
        right = run.stdout.split() == files["correct_output.txt"].split()
    return replace(run, stdout=b"1\n" if right else b"0\n", stderr=b"" if right else b"Output isn't correct")


def _checked(sandbox: Sandbox, output: bytes, files: dict[str, bytes]) -> bool:
    """The checker's verdict on a program's output. Raises SandboxError if the checker fails, which is not the program's fault."""
    data = {name: files[name] for name in NEEDED} | {"solution_output.txt": output}
    checker = Program(files["checker.py"].decode(errors="replace"), args=(*NEEDED, "solution_output.txt"), files=data)
    outcome = sandbox.run(checker, CHECKER_LIMITS)
    words = outcome.stdout.split()
    if not outcome.ok or not words or words[-1] not in (b"0", b"1", b"0.0", b"1.0"):
        raise SandboxError(f"the problem's checker failed: {outcome.code}, stdout {outcome.stdout[:80]!r}")
    return words[-1] in (b"1", b"1.0")


def _config(raw: bytes) -> dict[str, str]:
    lines = (line.partition("=") for line in raw.decode(errors="replace").splitlines())
    return {key.strip(): value.strip() for key, _, value in lines}


def _limits(config: dict[str, str], limits: Limits) -> Limits:
    """The lower of the problem's limits (seconds, megabytes) and the request's."""
    cpu_s, memory_mib = _number(config, "TIME_LIMIT"), _number(config, "MEMORY_LIMIT")
    return replace(
        limits,
        cpu_s=min(limits.cpu_s, cpu_s or limits.cpu_s),
        memory_bytes=min(limits.memory_bytes, int(memory_mib * MIB) or limits.memory_bytes),
    )


def _number(config: dict[str, str], name: str) -> float:
    text = config.get(name, "0")
    try:
        number = float("0" if text == "None" else text)
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e6:
        raise ValueError(f"grader_config: {name}={text!r} is not a number")
    return number
