"""Candidate: holds the candidate's objects and does with them what the tester asks, one frame per request and reply.

Runs in the candidate's box, which holds nothing of the tests. It sends data, and a handle (a number) for an object
without an encoding.
"""

import io
import json
import os
import sys


class Host:
    """The candidate's objects by handle, and the tester's objects that were lent to it."""

    def __init__(self, link):
        self.link = link
        self.objects = []
        self.handles = {}
        self.names = {}  # the program's global names
        self.lent = {}  # the tester's number of a lent object -> the one `Lent` that stands for it
        self.fields = {}  # number of a lent object -> its fields, cached during one call
        self.changes = []  # [number, name, value] of fields that this call has set, sent with its reply
        self.shared = {}  # number -> [container of the program that the tests hold, too, its encoding when last exchanged]
        self.sharings = 0

    def handle(self, value):
        """The number of an object, always the same one."""
        number = self.handles.get(id(value))
        if number is None:  # the list keeps the object alive, so that its id is not reused
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
        """An exception class and its bases in method resolution order: [name, None] of a built-in, else [name, handle]."""
        return [
            [base.__name__[:80], None if base.__module__ == "builtins" else self.handle(base)]
            for base in kind.__mro__
            if issubclass(base, BaseException)
        ]

    def serve(self, until_reply=False):
        """Answer requests until the tester disconnects, or until its reply to a callback arrives, which is returned."""
        while True:
            request = self.link.receive()
            if request is None:
                os._exit(0)
            if until_reply and request[0] == "reply":
                return request[1]
            self.fields.clear()  # the tester may have changed them
            self.link.send(self.answer(*request))

    def answer(self, action, *rest):
        """The reply to one request: a value or an error, changed arguments, changed lent objects, and printed text."""
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
                numbers = {str(i): n for i, arg in enumerate(args) if (n := self.share(arg)) is not None}
                if numbers:
                    reply["a"] = numbers
            elif action == "hold":
                entry, value = self.shared[rest[0]], None
                hold(entry[0], self.unpack(rest[1]))
                entry[1] = self.pack(entry[0])
                reply = {"v": None}
            else:
                parts = [self.unpack(part) for part in rest]
                value = _ACTIONS[action](*parts)
                reply = {"v": self.pack(value)}
                value = parts[-1] if action in ("set", "set_item", "set_global") else value
            if (number := self.share(value)) is not None:
                reply["c"] = number
            if changed:
                reply["args"] = changed
        except BaseException as error:
            reply = {"e": self.describe(error)}
        if held := self.changed_containers():
            reply["held"] = held
        if self.changes:
            reply["set"], self.changes = self.changes, []
        reply["out"] = printed.getvalue()[: 1 << 20]
        return reply

    def share(self, value):
        """The number under which the tests hold a container of the program, too; None for other values and large ones."""
        if not is_container(value) or len(value) > MAX_SHARED_ITEMS:
            return None
        for number, entry in self.shared.items():
            if entry[0] is value:
                entry[1] = self.pack(value)
                return number
        self.sharings += 1
        self.shared[self.sharings] = [value, self.pack(value)]
        while len(self.shared) > MAX_SHARED:
            del self.shared[next(iter(self.shared))]
        return self.sharings

    def changed_containers(self):
        """The new encodings of shared containers that have changed since they were last exchanged, by number."""
        changed = {}
        for number, entry in self.shared.items():
            try:
                now = self.pack(entry[0])
            except BaseException:
                continue
            if now != entry[1]:
                changed[str(number)] = entry[1] = now
        return changed

    def describe(self, error):
        """An exception as data: its classes, message, arguments, plain fields and line."""
        try:
            text = str(error)[:300]
            args = self.pack(list(error.args))
            fields = self.pack({k: v for k, v in vars(error).items() if type(v) in (int, str, float, bool)})
        except BaseException:
            text, args, fields = "", [], {"d": []}
        line = line_of(error)
        return {"kind": self.lineage(type(error)), "text": text, "args": args, "fields": fields, "line": line}


_CHANGEABLE = (list, dict, set, bytearray)


def _run_awaitable(value):
    import asyncio

    async def wait():
        return await value

    return asyncio.run(wait())


def _exit(manager, kind=None, args=()):
    """Leave a block that ended normally, or with an error of this class; True if the object suppresses the error."""
    if kind is None:
        return bool(manager.__exit__(None, None, None))
    kind = kind if isinstance(kind, type) else getattr(__import__("builtins"), kind, Exception)
    error = kind.__new__(kind)
    error.args = tuple(args)
    try:
        raise error
    except BaseException:
        return bool(manager.__exit__(kind, error, error.__traceback__))


def _operator(name, *operands):
    import operator

    return getattr(operator, name)(*operands)


def _state(x):
    """The state of an object: its class, its fields and slots, and its built-in data if it is also a list, dict ..."""
    slots = [name for kind in type(x).__mro__ for name in getattr(kind, "__slots__", ()) if hasattr(x, name)]
    return [type(x), {**getattr(x, "__dict__", {}), **{name: getattr(x, name) for name in slots}}, _plain(x)]


def _plain(x):
    """The built-in data of an object whose class extends a built-in type, read by that type's methods; else None."""
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
    "exit": _exit,
    "operator": _operator,
    "seed": lambda state: __import__("random").setstate(state),
    "state": _state,
    "plain": _plain,
}
"""What the tester may ask for besides calls; `main` adds "name", "names" and "set_global"."""


def _global(module, given, path):
    """A global of the candidate by name, or what a path such as ``Solution().f`` leads to.

    Raises:
        NameError: the candidate does not define the name; one that only the context ``given`` defines does not count.
    """
    first, *rest = path_to(module, path)
    plain = first.removesuffix("()")
    if plain in given and module.__dict__.get(plain) is given[plain]:
        raise NameError(f"name {plain!r} is not defined by the program")
    try:
        value = module.__dict__[plain]
    except KeyError:
        raise NameError(f"name {plain!r} is not defined") from None
    return follow(value() if first.endswith("()") else value, rest)


def main():
    job = json.loads(sys.stdin.buffer.read())
    link = Link(3)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    host = Host(link)
    module = new_solution()
    host.names = module.__dict__
    given = {}
    try:
        sys.stdout = io.StringIO()
        given = load_solution(module, job)
        loaded = {"v": None, "out": ""}
    except BaseException as error:
        loaded = {"e": host.describe(error), "out": ""}
    sys.stdout = io.StringIO()
    link.send(loaded)
    _ACTIONS["set_global"] = module.__dict__.__setitem__
    _ACTIONS["name"] = lambda path: _global(module, given, path)
    _ACTIONS["names"] = lambda: [n for n in module.__dict__ if not n.startswith("_") and n not in given]
    host.serve()


if __name__ == "__main__":
    main()
