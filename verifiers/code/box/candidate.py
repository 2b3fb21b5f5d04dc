"""The candidate's side of a linked run: holds its objects and does what the tester asks with them, one frame each way.

Sent into the candidate's box as text behind `values` and `wire`. There is nothing of the tests in this box;
what goes out is data, or a handle (a number) for an object that has no encoding.
"""

import io
import json
import os
import sys
import types


class Host:
    """Objects of the candidate by handle, and the tester's functions that it was given."""

    def __init__(self, link):
        self.link = link
        self.objects = []
        self.handles = {}
        self.names = {}  # the program's global names
        self.lent = {}  # what the tester lent, by its number: one thing here for one thing there
        self.fields = {}  # what lent objects hold, by their number, for as long as one call runs
        self.changes = []  # [number, name, value] of fields set in this call, told with its reply

    def handle(self, value):
        number = self.handles.get(id(value))
        if number is None:  # the list keeps it alive, so that its id stays its own
            number = self.handles[id(value)] = len(self.objects)
            self.objects.append(value)
        return number

    def pack(self, value):
        return encode(value, self._opaque)

    def _opaque(self, value):
        if type(value) is Lent:
            return {"x": object.__getattribute__(value, "number")}
        if isinstance(value, type):
            family = self.lineage(value) if issubclass(value, BaseException) else []
            return {"h": [self.handle(value), "class", value.__name__[:80], family]}
        return {"h": [self.handle(value), "object", type(value).__name__[:80], []]}

    def unpack(self, data):
        return decode(data, self._special)

    def _special(self, tag, content):
        if tag == "h":
            return self.objects[content]
        number, kind = content
        if number not in self.lent:
            self.lent[number] = Lent(self, number, kind)
        return self.lent[number]

    def lineage(self, kind):
        """The classes of an exception, the nearest first: a name for a built-in one, a name and a handle for others."""
        return [
            [base.__name__[:80], None if base.__module__ == "builtins" else self.handle(base)]
            for base in kind.__mro__
            if issubclass(base, BaseException)
        ]

    def serve(self, until_reply=False):
        """Answer requests until the tester goes away, or (inside a call back) until its answer comes."""
        while True:
            request = self.link.receive()
            if request is None:
                os._exit(0)
            if until_reply and request[0] == "reply":
                return request[1]
            self.fields.clear()  # the tester may have changed them
            self.link.send(self.answer(*request))

    def answer(self, action, *rest):
        printed = sys.stdout = io.StringIO()
        changed = {}
        try:
            if action == "call":
                target, args, kwargs = self.objects[rest[0]], self.unpack(rest[1]), self.unpack(rest[2])
                value = target(*args, **kwargs)
                made = isinstance(target, type) and isinstance(value, target) and target.__module__ == "solution"
                reply = {"v": self._opaque(value) if made else self.pack(value)}
                after = {i: self.pack(arg) for i, arg in enumerate(args) if type(arg) in _CHANGEABLE}
                changed = {str(i): data for i, data in after.items() if data != rest[1][i]}
            else:
                reply = {"v": self.pack(_ACTIONS[action](*(self.unpack(part) for part in rest)))}
            if changed:
                reply["args"] = changed
        except BaseException as error:
            reply = {"e": self.describe(error)}
        if self.changes:
            reply["set"], self.changes = self.changes, []
        reply["out"] = printed.getvalue()[: 1 << 20]
        return reply

    def describe(self, error):
        try:
            text = str(error)[:300]
            args = self.pack(list(error.args))
            fields = self.pack({k: v for k, v in vars(error).items() if type(v) in (int, str, float, bool)})
        except BaseException:
            text, args, fields = "", [], {"d": []}
        line, trace = 0, error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == "solution.py":
                line = trace.tb_lineno
            trace = trace.tb_next
        if isinstance(error, SyntaxError):
            line = error.lineno or 0
        return {"kind": self.lineage(type(error)), "text": text, "args": args, "fields": fields, "line": line}


_CHANGEABLE = (list, dict, set, bytearray)


class Lent:
    """A function or object of the tester that the candidate may call, read and set public names of, or walk through.

    The fields of all objects that hang together come at once, and are read here while the call runs; what the program
    sets is told at the end of the call (or when it asks the tester for something else).
    """

    def __init__(self, host, number, kind):
        object.__setattr__(self, "host", host)
        object.__setattr__(self, "number", number)
        object.__setattr__(self, "kind", kind)

    @property
    def __class__(self):
        """A class of the task's own that the program knows too (`TreeNode`): for ``isinstance``."""
        known = object.__getattribute__(self, "host").names.get(object.__getattribute__(self, "kind"))
        return known if isinstance(known, type) else Lent

    def __getattribute__(self, name):
        if name in _LENT_OWN:
            return object.__getattribute__(self, name)
        host, number = object.__getattribute__(self, "host"), object.__getattribute__(self, "number")
        if number not in host.fields:
            for key, fields in _ask(self, "fields").items():
                host.fields.setdefault(key, fields)
        fields = host.fields.setdefault(number, {})
        return fields[name] if name in fields else _ask(self, "get", name)

    def __setattr__(self, name, value):
        host, number = object.__getattribute__(self, "host"), object.__getattribute__(self, "number")
        if name not in host.fields.get(number, {}):
            _ask(self, "set", name, value)
            host.fields.pop(number, None)
            return
        host.fields[number][name] = value
        host.changes.append([number, name, host.pack(value)])

    def __call__(self, *args, **kwargs):
        return _ask(self, "call", list(args), kwargs)

    def __iter__(self):
        found = _ask(self, "iter")
        return self if found is self else iter(found)

    def __next__(self):
        return _ask(self, "next")

    def __enter__(self):
        return _ask(self, "enter")

    def __exit__(self, *exc):
        _ask(self, "exit")

    def __len__(self):
        return len(_ask(self, "list"))

    def __bool__(self):
        return _ask(self, "bool")

    def __getitem__(self, key):
        return _ask(self, "item", key)


_LENT_OWN = ("__class__", "__dict__")


def _ask(lent, action, *rest):
    """Ask the tester about a thing of its own, in the middle of a call."""
    host = object.__getattribute__(lent, "host")
    held, changes, host.changes = sys.stdout, host.changes, []
    host.link.send(
        {"back": [object.__getattribute__(lent, "number"), action, [host.pack(x) for x in rest]], "set": changes}
    )
    reply = host.serve(until_reply=True)
    if action == "call":
        host.fields.clear()
    sys.stdout = held
    if "e" in reply:
        kind = getattr(__import__("builtins"), reply["e"][0], Exception)
        raise (kind if isinstance(kind, type) and issubclass(kind, Exception) else Exception)(reply["e"][1])
    return host.unpack(reply["v"])


def _run_awaitable(value):
    import asyncio

    async def wait():
        return await value

    return asyncio.run(wait())


def _operator(name, *operands):
    import operator

    return getattr(operator, name)(*operands)


def _state(x):
    """What an object holds: its class, its fields, and its own data if it is also a list, dict ..."""
    slots = [name for kind in type(x).__mro__ for name in getattr(kind, "__slots__", ()) if hasattr(x, name)]
    return [type(x), {**getattr(x, "__dict__", {}), **{name: getattr(x, name) for name in slots}}, _plain(x)]


def _plain(x):
    """The data of an object whose class is also one of Python's own, by that one's methods; else None."""
    data = encode(x, lambda y: {"o": ""})
    return None if isinstance(data, dict) and "o" in data else decode(data, lambda tag, content: None)


_ACTIONS = {
    "class": type,
    "get": getattr,
    "set": setattr,
    "item": lambda x, key: x[key],
    "set_item": lambda x, key, value: x.__setitem__(key, value),
    "del_item": lambda x, key: x.__delitem__(key),
    "len": len,
    "iter": iter,
    "next": next,
    "bool": bool,
    "str": str,
    "repr": repr,
    "hash": hash,
    "is_instance": isinstance,
    "await": _run_awaitable,
    "enter": lambda x: x.__enter__(),
    "exit": lambda x: x.__exit__(None, None, None),
    "operator": _operator,
    "seed": lambda state: __import__("random").setstate(state),
    "state": _state,
    "plain": _plain,
}


def main():
    job = json.loads(sys.stdin.buffer.read())
    link = Link(3)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    host = Host(link)
    module = types.ModuleType("solution")
    module.__file__ = "solution.py"
    sys.modules["solution"] = module
    host.names = module.__dict__
    given = {}
    try:
        sys.stdout = io.StringIO()
        if job["context"]:
            exec(compile(job["context"], "context.py", "exec"), module.__dict__)
        given = dict(module.__dict__)
        exec(compile(job["source"], "solution.py", "exec"), module.__dict__)
        loaded = {"v": None, "out": ""}
    except BaseException as error:
        loaded = {"e": host.describe(error), "out": ""}
    sys.stdout = io.StringIO()
    link.send(loaded)

    def name_of(path):
        """A global name of the program's own (not one that the context brought), or a path such as ``Solution().f``."""
        first, *rest = path.split(".")
        plain = first.removesuffix("()")
        if not rest and not hasattr(module, plain) and hasattr(module, "Solution"):
            first, rest, plain = "Solution()", [path], "Solution"
        if plain in given and module.__dict__.get(plain) is given[plain]:
            raise NameError(f"name {plain!r} is not defined by the program")
        try:
            value = module.__dict__[plain]
        except KeyError:
            raise NameError(f"name {plain!r} is not defined") from None
        value = value() if first.endswith("()") else value
        for part in rest:
            value = getattr(value, part.removesuffix("()"))
            value = value() if part.endswith("()") else value
        return value

    _ACTIONS["name"] = name_of
    _ACTIONS["names"] = lambda: [n for n in module.__dict__ if not n.startswith("_") and n not in given]
    host.serve()


if __name__ == "__main__":
    main()
