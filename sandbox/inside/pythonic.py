"""Pythonic: makes a forked, confined interpreter behave like ``python main.py``, from __main__ to the exit status."""

from __future__ import annotations

import _sitebuiltins
import atexit
import builtins
import gc
import os
import sys
import threading
import types
from importlib.machinery import SourceFileLoader
from typing import Any, NoReturn

from r1.sandbox.languages import ENVIRONMENT
from r1.sandbox.wall.packets import pack_files, pack_payload, unpack_payload

# The most imported modules, loaded once so that runs need not. (Each child seeds random anew.)
PRELOADED = [
    "abc",
    "array",
    "bisect",
    "collections",
    "collections.abc",
    "contextlib",
    "copy",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "heapq",
    "io",
    "itertools",
    "json",
    "linecache",
    "math",
    "operator",
    "queue",
    "random",
    "re",
    "statistics",
    "string",
    "struct",
    "textwrap",
    "time",
    "traceback",
    "types",
    "typing",
]

REHEARSAL = """
import sys, math, collections
from typing import List
class Solution:
    def add(self, a: int, b: int) -> int:
        return a + b
def main():
    a, b = map(int, input().split())
    try:
        [][1]
    except IndexError as error:
        str(error)
    counts = collections.Counter(str(a) * 9)
    print(Solution().add(a, b), sorted(counts), f"{math.sqrt(a):.3f}", *[i * i for i in range(20)])
main()
a,b=map(int,input().split());print(a+b)
for line in sys.stdin:
    print(line.strip())
"""

REHEARSAL_INPUT = b"3 4\n5 6\nrest\n"


def warm() -> None:
    """Import common modules and run a small program a few times, so that all runs share the pages that this touches."""
    for name in PRELOADED:
        __import__(name)
    for name in ("exit", "quit"):  # `site`, which is not imported, would add them
        setattr(builtins, name, _sitebuiltins.Quitter(name, "Ctrl-D (i.e. EOF)"))
    builtins.help = _sitebuiltins._Helper()
    payload = pack_payload(["main.py"], ENVIRONMENT, "", pack_files([("main.py", REHEARSAL.encode())]))
    for _ in range(20):
        descriptor = memory_file(REHEARSAL_INPUT)
        os.dup2(descriptor, 0)
        os.close(descriptor)
        argv, _, _, files = unpack_payload(payload)
        module = _prepared(argv)
        exec(_compiled(files[0][1], "main.py"), module.__dict__)
        sys.stdout.flush()
        _clear(module.__dict__)
    sys.modules["__main__"] = sys.modules.get("runner", sys.modules["__main__"])
    del sys.argv[1:]
    gc.collect()
    gc.freeze()
    gc.enable()


def memory_file(content: bytes) -> int:
    """A memory file with this content, positioned at its start."""
    descriptor = os.memfd_create("file")
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def become(argv: list[str], source: bytes) -> NoReturn:
    """Run ``source`` as the program argv[0], then end this process as the interpreter would."""
    module = _prepared(argv)
    sys.path.insert(0, os.getcwd())
    status = _status_of(source, argv[0], module)
    _end(status, module)


def _prepared(argv: list[str]) -> types.ModuleType:
    sys.modules["random"]._inst.seed()  # type: ignore[attr-defined]
    sys.argv[:] = argv
    return _fresh_main(argv[0])


def _fresh_main(path: str) -> types.ModuleType:
    module = types.ModuleType("__main__")
    module.__dict__.update(__file__=path, __builtins__=builtins, __cached__=None, __annotations__={})
    module.__loader__ = SourceFileLoader("__main__", path)
    sys.modules["__main__"] = module
    return module


def _compiled(source: bytes, path: str) -> types.CodeType:
    return compile(source, path, "exec", dont_inherit=True)


def _status_of(source: bytes, path: str, module: types.ModuleType) -> int:
    try:
        exec(_compiled(source, path), module.__dict__)
    except SystemExit as error:
        return _exit_status(error.code)
    except BaseException as error:
        return _report(error)
    return 0


def _exit_status(code: object) -> int:
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)
    return 1


def _report(error: BaseException) -> int:
    """Print the traceback through sys.excepthook, without the frames of this module."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    try:
        sys.excepthook(type(error), error.with_traceback(trace), trace)
    except SystemExit as again:
        return _exit_status(again.code)
    except BaseException as again:
        sys.__excepthook__(type(again), again, again.__traceback__)
    return 130 if isinstance(error, KeyboardInterrupt) else 1


def _end(status: int, module: types.ModuleType) -> NoReturn:
    """Do what a program can notice of Py_Finalize: threads end, atexit runs, streams are flushed, names are cleared.

    As in CPython, the streams that the program installed are flushed while its names still exist; after that the original
    ones take their place. Only a first flush that fails makes the status 120.
    """
    try:
        threading._shutdown() if threading.active_count() > 1 else None  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
    except SystemExit as error:
        status = _exit_status(error.code)
    except BaseException as error:
        sys.__excepthook__(type(error), error, error.__traceback__)
    flushed = [_flush(stream) for stream in (sys.stdout, sys.stderr)]
    status = status if all(flushed) else 120
    try:
        _clear(module.__dict__)
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
        gc.collect()
    except BaseException as error:
        sys.__excepthook__(type(error), error, error.__traceback__)
    for stream in (sys.stdout, sys.stderr):
        _flush(stream)
    os._exit(status)


def _flush(stream: Any) -> bool:
    """Flush an open stream. False if that fails; an object that does not say whether it is closed counts as open."""
    try:
        if stream is None or stream.closed:
            return True
    except BaseException:  # the program made the object, and its attributes may raise anything
        pass
    try:
        stream.flush()
    except BaseException:  # SystemExit, too: the status is the caller's business
        return False
    return True


def _clear(namespace: dict[str, object]) -> None:
    """Clear a module's names in CPython's order: private ones first, then all but the builtins."""
    for private in (True, False):
        for name in list(namespace):
            if name != "__builtins__" and (name.startswith("_") and not name.startswith("__")) is private:
                namespace[name] = None
