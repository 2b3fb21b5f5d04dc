"""What tests share with the program only if both live in one process: refused here, so that nobody is judged by it.

Sent into the tester's box in front of `suite`, whose `SetUp` says that a test cannot be judged.
"""

import ast
import os
import sys

FILES = {"touched": False}


def refuse_patches():
    """A test that patches what the program sees cannot be judged: the program lives in another process."""
    from unittest import mock

    enter = mock._patch.__enter__

    def guarded(self):
        if self.getter() is not sys or self.attribute != "stdout":
            raise SetUp(f"the tests patch {self.attribute!r}, which the program in its own box would not see")
        return enter(self)

    mock._patch.__enter__ = guarded


def await_remotes():
    """``asyncio.run`` wants a coroutine of this process around one of the program's."""
    import asyncio
    import inspect

    run = asyncio.run

    async def waited(thing):
        return await thing

    asyncio.run = lambda main, **options: run(main if inspect.iscoroutine(main) else waited(main), **options)


def share_seeds(bridge):
    """``random.seed`` of the tests is meant for the program, which has a `random` of its own."""
    import random

    seed = random.seed

    def seeded(*args, **options):
        seed(*args, **options)
        bridge.seeded, bridge.sent = random.getstate, None

    random.seed = seeded


def watch_files():
    """Note when the tests touch files of theirs: the program, in a box of its own, has others."""
    import tempfile  # not for every run: it imports much

    ours = tuple({os.path.realpath(tempfile.gettempdir()), os.getcwd()})
    seen = "open os.mkdir os.listdir os.scandir os.remove os.rename os.rmdir os.chdir shutil.rmtree".split()
    sys.path[:] = [path for path in sys.path if not os.path.abspath(path).startswith(ours)]  # imports would look there

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
    os.stat = looked  # no audit event tells of `os.path.exists`


def refuse_files():
    """Called for a test that did not pass: with files in play nobody can say whose fault that is."""
    if FILES["touched"]:
        raise SetUp("the tests hand files to the program, which in its own box has others")


class Assertion:
    """Entered around each assertion of the tests: what a call in it makes of its arguments is seen behind it.

    Else ``assert f(nums) == sorted(nums)`` would be true of a program that empties the list and returns it.
    """

    def __init__(self, bridge):
        self.bridge = bridge

    def __enter__(self):
        self.bridge.assertions.append(frame_of_tests(sys._getframe(1)))

    def __exit__(self, *error):
        self.bridge.assertions.pop()
        self.bridge.settle()


def frame_of_tests(frame):
    """The function (or module) of the tests that a frame was called from; a comprehension is part of what it stands in."""
    while frame is not None:
        code = frame.f_code
        if code.co_filename == "tests.py" and (code.co_name == "<module>" or not code.co_name.startswith("<")):
            return frame
        frame = frame.f_back
    return None


def with_assertions(tree):
    """The tests with each ``assert`` and each bare call in an `Assertion`."""

    class Wrap(ast.NodeTransformer):
        def visit(self, node):
            if isinstance(node, ast.Assert) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
                name = ast.copy_location(ast.Name("r1_assertion", ast.Load()), node)
                return ast.copy_location(ast.With([ast.withitem(name)], [node]), node)
            return node if isinstance(node, ast.expr) else self.generic_visit(node)

    return Wrap().visit(tree)
