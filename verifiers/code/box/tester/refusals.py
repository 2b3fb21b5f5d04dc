"""Refusals: what tests can share with the program only in one process, such as patches and files.

Tests and program run in different boxes here. What can be shared across boxes is shared (seeds, changed arguments); for
the rest `BrokenTests` is raised, so that no program is judged by a test that cannot work.
"""

import ast
import os
import sys

FILES = {"touched": False}  # whether the tests have used files since the last test began


def refuse_patches():
    """Make ``unittest.mock.patch`` raise `BrokenTests`: the program in its own box would not see the patch."""
    from unittest import mock

    enter = mock._patch.__enter__

    def guarded(self):
        if self.getter() is not sys or self.attribute != "stdout":
            raise BrokenTests(f"the tests patch {self.attribute!r}, which the program in its own box would not see")
        return enter(self)

    mock._patch.__enter__ = guarded


def await_remotes():
    """Let ``asyncio.run`` accept an awaitable of the program: it is wrapped in a coroutine of this process."""
    import asyncio
    import inspect

    run = asyncio.run

    async def waited(thing):
        return await thing

    asyncio.run = lambda main, **options: run(main if inspect.iscoroutine(main) else waited(main), **options)


def share_seeds(bridge):
    """Let ``random.seed`` in the tests seed the program's `random` too, which is in another process."""
    import random

    seed = random.seed

    def seeded(*args, **options):
        seed(*args, **options)
        bridge.seeded, bridge.sent = random.getstate, None

    random.seed = seeded


def watch_files():
    """Record in `FILES` when the tests use files in their working folder: the program's box has different ones."""
    import tempfile  # imported only when needed: it is slow to import

    ours = tuple({os.path.realpath(tempfile.gettempdir()), os.getcwd()})
    seen = "open os.mkdir os.listdir os.scandir os.remove os.rename os.rmdir os.chdir shutil.rmtree".split()
    sys.path[:] = [
        path for path in sys.path if not os.path.abspath(path).startswith(ours)
    ]  # or every import would count as a use

    stat = os.stat

    def look(thing):
        if isinstance(thing, (str, bytes, os.PathLike)):
            path = os.path.abspath(os.fsdecode(thing))
            if path.startswith(ours) and not path.endswith((".py", ".pyc")):
                FILES["touched"] = True

    def looked(path, *args, **options):
        look(path)
        return stat(path, *args, **options)

    sys.addaudithook(lambda event, args: look(args[0]) if event in seen and args else None)
    os.stat = looked  # `os.path.exists` raises no audit event


def refuse_files():
    """Raise `BrokenTests` for a failed test that used files: its failure may be due to the separate boxes."""
    if FILES["touched"]:
        raise BrokenTests("the tests hand files to the program, whose own box has different ones")


_UNSHARED = frozenset(
    "assertLogs assertNoLogs caplog catch_warnings recwarn argv environ putenv chdir getcontext setcontext localcontext stderr err"
    " threading Thread ThreadPoolExecutor multiprocessing asdict astuple sqlite3 gzip zipfile tarfile fileinput tzset setlocale"
    " __cause__ __context__ __suppress_context__ signature getsource".split()
)
"""Words by which tests speak of what one process shares and two do not: logging, warnings, environment, contexts, threads, reflection."""


def refuse_unshared(tree, test):
    """Raise `BrokenTests` for a failed test that depends on what the two boxes do not share, or that extends the program's classes."""
    parts = [
        node
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == test
    ]
    for part in parts or [tree]:
        words = {getattr(node, "attr", "") or getattr(node, "arg", "") for node in ast.walk(part)}
        words |= {node.id for node in ast.walk(part) if isinstance(node, ast.Name)} - {"err", "argv"}
        words |= {
            alias.name
            for node in ast.walk(part)
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for alias in node.names
        }
        if found := words & _UNSHARED:
            raise BrokenTests(f"the tests use {min(found)!r}, which the program in its own box does not share")
        for node in ast.walk(part):
            if isinstance(node, ast.ClassDef) and any(isinstance(_value_of(base), Remote) for base in node.bases):
                raise BrokenTests(
                    f"the tests derive the class {node.name!r} from one of the program, which is in another box"
                )


def _value_of(node):
    return sys.modules["tests"].__dict__.get(node.id) if isinstance(node, ast.Name) else None


class Assertion:
    """A context around each assertion of the tests: changes that a call makes to its arguments become visible after it.

    Otherwise ``assert f(nums) == sorted(nums)`` would hold for a program that empties the list and returns it.
    """

    def __init__(self, bridge):
        self.bridge = bridge

    def __enter__(self):
        self.bridge.assertions.append(frame_of_tests(sys._getframe(1)))

    def __exit__(self, *error):
        self.bridge.assertions.pop()
        self.bridge.settle()


def frame_of_tests(frame):
    """The nearest frame of a test function or of the test module, from ``frame`` outwards; comprehensions are skipped."""
    while frame is not None:
        code = frame.f_code
        if code.co_filename == "tests.py" and (code.co_name == "<module>" or not code.co_name.startswith("<")):
            return frame
        frame = frame.f_back
    return None


def with_assertions(tree):
    """The syntax tree with each ``assert`` and each call statement wrapped in ``with r1_assertion:``, an `Assertion`."""

    class Wrap(ast.NodeTransformer):
        def visit(self, node):
            if isinstance(node, ast.Assert) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
                name = ast.copy_location(ast.Name("r1_assertion", ast.Load()), node)
                return ast.copy_location(ast.With([ast.withitem(name)], [node]), node)
            return node if isinstance(node, ast.expr) else self.generic_visit(node)

    return Wrap().visit(tree)
