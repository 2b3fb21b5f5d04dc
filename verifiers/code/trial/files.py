"""Files: the input of a stdio test, which some tasks of Codeforces and CodeContests give as a file instead of stdin."""

from __future__ import annotations

from dataclasses import replace

from r1.sandbox.protocol import Program
from r1.verifiers.code.truth.plan import Stdio
from r1.verifiers.verdict import TruthError

_RUNNER = """import os, runpy, sys
os.path.lexists({output!r}) or os.symlink("/proc/self/fd/1", {output!r})
sys.argv[0] = "solution.py"
runpy.run_path("solution.py", run_name="__main__")
"""


def with_input(program: Program, test: Stdio) -> Program:
    """The program with the test's input on stdin and, if the test names files, in its input file too.

    The output file is then a link to stdout. Raises TruthError for files with a language other than Python.
    """
    if not test.files:
        return replace(program, stdin=test.stdin)
    if program.language != "python":
        raise TruthError(f"input_file, output_file with {program.language}: only python programs can use them")
    reads, writes = test.files
    source = _RUNNER.format(output=writes or "output.txt")
    files = {reads or "input.txt": test.stdin, "solution.py": program.source.encode("utf-8", "surrogatepass")}
    return replace(program, source=source, stdin=test.stdin, files=files)
