"""The tester's side of a linked run: test code over proxies of the candidate's objects.

Sent into a box that never runs candidate code, behind `values`, `wire`, `remote` and
`suite`. From the other box come plain data and handles; a handle is a `Remote`.
"""

import ast
import builtins
import io
import json
import os
import re
import sys
import types


class Gone(BaseException):
    """The candidate's process has ended, or speaks no frames."""


class Bridge:
    """Asks the candidate's box; keeps what was lent to it."""

    def __init__(self, link):
        self.link = link
        self.remotes = {}
        self.errors = {}
        self.lent = []
        self.lent_numbers = {}
        self.assertions = []  # frames of the tests that are in the middle of one (`Assertion` of refusals)
        self.changes = []  # of the tests' lists and dicts, by calls
        self.seeded = self.sent = None  # the state of `random` that the tests made, and the last one that was told

    def ask(self, action, *parts):
        result = self._exchange([action, *(self.pack(part) for part in parts)], ())
        if action == "name" and isinstance(result, Remote) and parts[0][:1].isupper():
            object.__setattr__(result, "_r1_named", True)  # by the tests' word for it, not the program's
        return result

    def call(self, number, args, kwargs):
        """A call of the candidate's. Where the tests seed `random`, it draws on from the same state, as in one process."""
        if self.seeded is not None and self.sent != (state := self.seeded()):
            self.sent = state
            self._exchange(["seed", self.pack(state)], ())
        return self._exchange(["call", number, self.pack(list(args)), self.pack(kwargs)], args)

    def _exchange(self, request, args):
        self.link.send(request)
        while True:
            reply = self.link.receive()
            if not isinstance(reply, dict):
                raise Gone
            if "back" not in reply:
                break
            self._take_changes(reply)
            self.link.send(["reply", self.answer(*reply["back"])])
        self._take_changes(reply)
        sys.stdout.write(str(reply.get("out", "")))
        if "e" in reply:
            raise self.error(reply["e"], request[0])
        value = self.unpack(reply.get("v"))
        self.changes += [(args[int(i)], self.unpack(data)) for i, data in reply.get("args", {}).items()]
        if value is None or not self.assertions or frame_of_tests(sys._getframe(1)) is not self.assertions[-1]:
            self.settle()
        return value

    def settle(self):
        """Show the tests what calls have made of their arguments."""
        while self.changes:
            _overwrite(*self.changes.pop(0))

    def _take_changes(self, reply):
        """What the program set on objects of the tests while it ran."""
        for number, name, data in reply.get("set", ()):
            _lent_action(self, self.lent[number], "set", [name, self.unpack(data)])

    def pack(self, value):
        return encode(value, self._opaque)

    def _opaque(self, value):
        if isinstance(value, Remote):
            return {"h": object.__getattribute__(value, "_r1_number")}
        if isinstance(value, type) and value in self.errors.values():
            return {"h": next(number for number, kind in self.errors.items() if kind is value)}
        return {"x": [self.number(value), type(value).__name__[:80] if _is_own(value) else ""]}

    def number(self, value):
        """Under which number it is lent: one thing, one number."""
        if id(value) not in self.lent_numbers:  # the list keeps it alive, so that its id stays its own
            self.lent_numbers[id(value)] = len(self.lent)
            self.lent.append(value)
        return self.lent_numbers[id(value)]

    def unpack(self, data):
        return decode(data, self._special, named=True)

    def _special(self, tag, content):
        if tag == "x":
            return self.lent[content]
        if tag != "h":
            raise ValueError(f"tag {tag!r}")
        number, kind, name, family = content
        if kind == "class" and family:
            return self.error_class(family)
        if number not in self.remotes:
            self.remotes[number] = Remote(self, number, name)
        elif self.remotes[number]._r1_made:  # a thing of the tests that went through the program's hands
            object.__setattr__(self.remotes[number], "_r1_made", 1)
        return self.remotes[number]

    def error_class(self, family):
        """A local class for an exception class of the candidate: its built-in ancestor, under its own name."""
        name, number = family[0]
        if number is None:
            kind = getattr(builtins, name, Exception)
            return kind if isinstance(kind, type) and issubclass(kind, BaseException) else Exception
        if number not in self.errors:
            self.errors[number] = type(name, (self.error_class(family[1:]) if family[1:] else Exception,), {})
        return self.errors[number]

    def error(self, data, action):
        kind = self.error_class(data["kind"])
        # Raised inside a test's own map() or generator, these would end it early and quietly: `all(map(...))` is true.
        if issubclass(kind, (StopIteration, StopAsyncIteration, GeneratorExit)) and action != "next":
            kind = RuntimeError
        error = kind.__new__(kind)
        error.args = tuple(self.unpack(data["args"]))
        try:
            for name, value in self.unpack(data["fields"]).items():
                if not name.startswith("_"):
                    setattr(error, name, value)
        except (AttributeError, TypeError):
            pass
        error.r1_remote = [str(data["kind"][0][0]), str(data["text"]), int(data["line"])]
        return error

    def answer(self, number, action, parts):
        """What the candidate asks of a thing that a test lent it: calls, and public names of the test's own classes."""
        try:
            parts = [self.unpack(part) for part in parts]
            return {"v": self.pack(_lent_action(self, self.lent[number], action, parts))}
        except Exception as error:
            return {
                "e": [next(k.__name__ for k in type(error).__mro__ if k.__module__ == "builtins"), str(error)[:300]]
            }


def _is_own(value):
    """An object of a class that the tests or the task's prompt define."""
    kind = type(value)
    return kind.__module__ in ("tests", "prompt") and kind is not type and not hasattr(value, "assertEqual")


def _lent_action(bridge, target, action, parts):
    own = _is_own(target)
    if action == "fields":
        return _fields(bridge, target) if own else {}
    if action == "call" and callable(target):
        return target(*parts[0], **parts[1])
    open_to = own or isinstance(target, io.IOBase) or _is_mock(target)
    if action == "get":
        if open_to and not str(parts[0]).startswith("_"):
            return getattr(target, parts[0])
        raise AttributeError(f"{type(target).__name__} of the tests has no {str(parts[0])[:80]!r} for the program")
    if action == "set" and own and not str(parts[0]).startswith("_"):
        return setattr(target, *parts)
    if action == "iter" and hasattr(target, "__next__"):
        return target
    if action in ("list", "iter") and own:
        return list(target)
    if action == "next" and hasattr(target, "__next__"):
        return next(target)
    if action in ("enter", "exit") and open_to:
        return target.__enter__() if action == "enter" else target.__exit__(None, None, None)
    if action == "item" and own:
        return target[parts[0]]
    if action == "bool":
        return bool(target)
    raise TypeError(f"{type(target).__name__} of the tests cannot do that")


def _is_mock(value):
    mock = sys.modules.get("unittest.mock")
    return mock is not None and isinstance(value, mock.NonCallableMock)


def _fields(bridge, target):
    """The public fields of an object and of all that hang on it (the nodes of a tree), by their numbers."""
    found, todo = {}, [target]
    while todo:
        thing = todo.pop()
        if isinstance(thing, (list, tuple, set)):
            todo += thing
        elif isinstance(thing, dict):
            todo += thing.values()
        elif _is_own(thing) and bridge.number(thing) not in found:
            fields = {name: value for name, value in getattr(thing, "__dict__", {}).items() if not name.startswith("_")}
            found[bridge.number(thing)] = fields
            todo += fields.values()
    return found


def _overwrite(target, new):
    """Bring a list, dict, set or bytearray of the test to what the candidate made of it in place."""
    if type(target) is type(new) and target != new:
        target.clear()
        (target.extend if isinstance(target, (list, bytearray)) else target.update)(new)


class SolutionModule(types.ModuleType):
    """What ``from solution import f`` finds: the candidate's global names."""

    def __getattr__(self, name):
        if name.startswith("__") and name != "__all__":
            raise AttributeError(name)
        bridge = self.__dict__["_r1_bridge"]
        try:
            if name == "__all__":
                return [one for one in bridge.ask("names") if one not in self.__dict__["_r1_kept"]]
            return bridge.ask("name", name)
        except NameError as error:
            raise AttributeError(str(error)) from None


def _kept(job):
    """What ``from solution import *`` does not bring: Python's own names, and those that the tests import or define.

    Else a program's own ``all`` or ``isinstance`` would judge it. What the task asks for by such a name is brought.
    """
    if "import *" not in job["source"]:
        return ()
    kept = set(dir(builtins))
    try:
        nodes = list(ast.walk(ast.parse(job["source"])))
    except (SyntaxError, ValueError):
        return kept  # `run_tests` will say so
    for node in nodes:
        if isinstance(node, (ast.Import, ast.ImportFrom)) and getattr(node, "module", "") not in MODULES:
            kept |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            kept.add(node.name)
    asked = set(re.findall(r"\b(?:def|class)\s+(\w+)", job["prompt"]))
    return kept - asked - {job["entry"]}


def main():
    job = json.loads(sys.stdin.buffer.read())
    out = os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    bridge = Bridge(Link(3))
    if job["remote_operators"]:
        allow_operators()
    report = {"tests": []}
    try:
        loaded = bridge.link.receive()
        if not isinstance(loaded, dict):
            raise Gone
        if "e" in loaded:
            kind, text, line = bridge.error(loaded["e"], "load").r1_remote
            report["load"] = [kind, text, line]
        else:
            for name in MODULES:
                sys.modules[name] = SolutionModule(name)
                sys.modules[name].__dict__.update(_r1_bridge=bridge, _r1_kept=_kept(job))
            run_tests(job, bridge, report)
    except SetUp as error:
        report["broken"] = str(error)[:300]
    except BaseException:
        report["gone"] = True  # the other side is gone, or speaks something else than this wire's language
    rest = memoryview(f"\n{job['nonce']} report {json.dumps(report)}\n".encode())
    while rest:
        rest = rest[os.write(out, rest) :]
    os._exit(0)
