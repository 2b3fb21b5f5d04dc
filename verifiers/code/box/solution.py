"""The candidate's program as the module ``solution``: loading it, reaching its entry point, the line where it failed.

A part of the two programs that run candidate code (`calls` and `candidate`).
"""

import sys
import types


def new_solution():
    """An empty module named ``solution``, entered in `sys.modules`."""
    module = types.ModuleType("solution")
    module.__file__ = "solution.py"
    sys.modules["solution"] = module
    return module


def load_solution(module, job):
    """Run the task's context, then the candidate's source in ``module``. Returns the names that the context defined."""
    if job["context"]:
        exec(compile(job["context"], "context.py", "exec"), module.__dict__)
    given = dict(module.__dict__)
    exec(compile(job["source"], "solution.py", "exec"), module.__dict__)
    return given


def path_to(module, entry):
    """The steps from the module to an entry point: ``["f"]`` or ``["Solution()", "f"]``; ``()`` marks a call.

    A name that the module lacks is looked up as a method of its class ``Solution``, if there is one.
    """
    parts = entry.split(".")
    if len(parts) == 1 and not hasattr(module, parts[0].removesuffix("()")) and hasattr(module, "Solution"):
        return ["Solution()", *parts]
    return parts


def follow(target, parts):
    """What the steps of `path_to` lead to from ``target``."""
    for part in parts:
        target = getattr(target, part.removesuffix("()"))
        if part.endswith("()"):
            target = target()
    return target


def line_of(error):
    """The innermost line of the candidate's source where ``error`` was raised, or 0."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "solution.py":
            line = trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, SyntaxError):
        line = error.lineno or 0
    return line
