"""The tester's side of a linked run: test code over proxies of the candidate's objects.

Sent into a box that never runs candidate code, behind `code_values`, `code_wire` and `code_box_suite`. From the other
box come plain data and handles. A handle is a `Remote`: it can be called, read, measured, indexed and walked through,
and that is remote; whether two things are *equal* is never asked of the candidate, nor `+`, `<` or `in`, unless the
truth says ``remote_operators``.
"""

import builtins
import json
import os
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

    def ask(self, action, *parts):
        return self._exchange([action, *(self.pack(part) for part in parts)], ())

    def call(self, number, args, kwargs):
        return self._exchange(["call", number, self.pack(list(args)), self.pack(kwargs)], args)

    def _exchange(self, request, args):
        self.link.send(request)
        while True:
            reply = self.link.receive()
            if not isinstance(reply, dict):
                raise Gone
            if "back" not in reply:
                break
            self.link.send(["reply", self.answer(*reply["back"])])
        sys.stdout.write(str(reply.get("out", "")))
        if "e" in reply:
            raise self.error(reply["e"], request[0])
        for i, data in reply.get("args", {}).items():
            _overwrite(args[int(i)], self.unpack(data))
        return self.unpack(reply.get("v"))

    def pack(self, value):
        return encode(value, self._opaque)

    def _opaque(self, value):
        if isinstance(value, Remote):
            return {"h": object.__getattribute__(value, "_r1_number")}
        if isinstance(value, type) and value in self.errors.values():
            return {"h": next(number for number, kind in self.errors.items() if kind is value)}
        self.lent.append(value)
        return {"x": [len(self.lent) - 1]}

    def unpack(self, data):
        return decode(data, self._special)

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
            return {"v": self.pack(_lent_action(self.lent[number], action, [self.unpack(part) for part in parts]))}
        except Exception as error:
            return {
                "e": [next(k.__name__ for k in type(error).__mro__ if k.__module__ == "builtins"), str(error)[:300]]
            }


def _lent_action(target, action, parts):
    own = type(target).__module__ == "tests" and not hasattr(target, "assertEqual")
    if action == "call" and callable(target):
        return target(*parts[0], **parts[1])
    if action == "get" and own and not str(parts[0]).startswith("_"):
        return getattr(target, parts[0])
    if action == "set" and own and not str(parts[0]).startswith("_"):
        return setattr(target, *parts)
    if action == "list" and (own or hasattr(target, "__next__") or isinstance(target, (map, filter, zip))):
        return list(target)
    if action == "item" and own:
        return target[parts[0]]
    if action == "bool":
        return bool(target)
    raise TypeError(f"{type(target).__name__} of the tests cannot do that")


def _overwrite(target, new):
    """Bring a list, dict, set or bytearray of the test to what the candidate made of it in place."""
    if type(target) is type(new) and target != new:
        target.clear()
        (target.extend if isinstance(target, (list, bytearray)) else target.update)(new)


class Remote:
    """A thing of the candidate's. Equal only to itself."""

    __slots__ = ("_r1_bridge", "_r1_name", "_r1_number", "__weakref__")

    def __init__(self, bridge, number, name):
        object.__setattr__(self, "_r1_bridge", bridge)
        object.__setattr__(self, "_r1_number", number)
        object.__setattr__(self, "_r1_name", name)

    def __call__(self, *args, **kwargs):
        return self._r1_bridge.call(self._r1_number, args, kwargs)

    def __getattr__(self, name):
        return self._r1_bridge.ask("get", self, name)

    def __setattr__(self, name, value):
        self._r1_bridge.ask("set", self, name, value)

    def __getitem__(self, key):
        return self._r1_bridge.ask("item", self, key)

    def __setitem__(self, key, value):
        self._r1_bridge.ask("set_item", self, key, value)

    def __delitem__(self, key):
        self._r1_bridge.ask("del_item", self, key)

    def __len__(self):
        return self._r1_bridge.ask("len", self)

    def __iter__(self):
        return self._r1_bridge.ask("iter", self)

    def __next__(self):
        return self._r1_bridge.ask("next", self)

    def __bool__(self):
        return self._r1_bridge.ask("bool", self) is True

    def __str__(self):
        return self._r1_bridge.ask("str", self)

    def __repr__(self):
        return self._r1_bridge.ask("repr", self)

    def __enter__(self):
        return self._r1_bridge.ask("enter", self)

    def __exit__(self, *exc):
        self._r1_bridge.ask("exit", self)

    def __instancecheck__(self, other):
        return isinstance(other, Remote) and self._r1_bridge.ask("is_instance", other, self) is True

    def __await__(self):
        return self._r1_bridge.ask("await", self)
        yield  # makes this a generator, as await wants

    def __contains__(self, item):
        raise TypeError("`in` on an object of the program is not asked of the program (remote_operators)")


def allow_operators():
    """Let the candidate's objects answer ``==``, ``+``, ``<`` ... themselves: lower assurance, by the truth's wish."""

    def forward(name):
        return lambda self, *others: self._r1_bridge.ask("operator", name, self, *others)

    names = "eq ne lt le gt ge add sub mul truediv floordiv mod pow neg pos abs and or xor contains matmul"
    for name in names.split():
        setattr(Remote, f"__{name}__", forward(f"__{name}__"))
    Remote.__hash__ = lambda self: self._r1_bridge.ask("hash", self)


class SolutionModule(types.ModuleType):
    """What ``from solution import f`` finds: the candidate's global names."""

    def __getattr__(self, name):
        if name.startswith("__") and name != "__all__":
            raise AttributeError(name)
        bridge = self.__dict__["_r1_bridge"]
        try:
            return bridge.ask("names") if name == "__all__" else bridge.ask("name", name)
        except NameError as error:
            raise AttributeError(str(error)) from None


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
                sys.modules[name].__dict__["_r1_bridge"] = bridge
            run_tests(job, bridge, report)
    except SetUp as error:
        report["broken"] = str(error)[:300]
    except BaseException:
        report["gone"] = True  # the other side is gone, or speaks something else than this wire's language
    rest = memoryview(f"\n{job['nonce']} report {json.dumps(report)}\n".encode())
    while rest:
        rest = rest[os.write(out, rest) :]
    os._exit(0)
