"""The candidate's side of a linked run: holds its objects and does what the tester asks with them, one frame each way.

Sent into the candidate's box as text behind `code_values` and `code_wire`. There is nothing of the tests in this box;
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
            return {"x": value.number}
        if isinstance(value, type):
            family = self.lineage(value) if issubclass(value, BaseException) else []
            return {"h": [self.handle(value), "class", value.__name__[:80], family]}
        return {"h": [self.handle(value), "object", type(value).__name__[:80], []]}

    def unpack(self, data):
        return decode(data, lambda tag, content: self.objects[content] if tag == "h" else Lent(self, *content))

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
            self.link.send(self.answer(*request))

    def answer(self, action, *rest):
        printed = sys.stdout = io.StringIO()
        changed = {}
        try:
            if action == "call":
                target, args, kwargs = self.objects[rest[0]], self.unpack(rest[1]), self.unpack(rest[2])
                value = target(*args, **kwargs)
                if value is None:  # what works in place returns None, by convention: then the tester sees the change
                    changed = {i: arg for i, arg in enumerate(args) if type(arg) in (list, dict, set, bytearray)}
            else:
                value = _ACTIONS[action](*(self.unpack(part) for part in rest))
            reply = {"v": self.pack(value)}
            if changed:
                reply["args"] = {str(i): self.pack(arg) for i, arg in changed.items()}
        except BaseException as error:
            reply = {"e": self.describe(error)}
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


class Lent:
    """A function or object of the tester that the candidate may call, read public names of, or walk through."""

    def __init__(self, host, number):
        object.__setattr__(self, "host", host)
        object.__setattr__(self, "number", number)

    def _ask(self, action, *rest):
        host = self.host
        held = sys.stdout
        host.link.send({"back": [self.number, action, [host.pack(part) for part in rest]]})
        reply = host.serve(until_reply=True)
        sys.stdout = held
        if "e" in reply:
            kind = getattr(__import__("builtins"), reply["e"][0], Exception)
            raise (kind if isinstance(kind, type) and issubclass(kind, Exception) else Exception)(reply["e"][1])
        return host.unpack(reply["v"])

    def __call__(self, *args, **kwargs):
        return self._ask("call", list(args), kwargs)

    def __getattr__(self, name):
        return self._ask("get", name)

    def __setattr__(self, name, value):
        self._ask("set", name, value)

    def __iter__(self):
        return iter(self._ask("list"))

    def __len__(self):
        return len(self._ask("list"))

    def __bool__(self):
        return self._ask("bool")

    def __getitem__(self, key):
        return self._ask("item", key)


def _run_awaitable(value):
    import asyncio

    async def wait():
        return await value

    return asyncio.run(wait())


def _operator(name, *operands):
    import operator

    return getattr(operator, name)(*operands)


_ACTIONS = {
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
