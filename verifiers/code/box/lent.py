"""Lent: what the candidate's box holds of functions and objects that live in the tester's box.

A part of the program in the candidate's box, with `candidate`.
"""

import sys


class Lent:
    """A function or object of the tests. The candidate may call it, iterate over it, and read and set its public names.

    The fields of all objects that are linked to it arrive together and are cached during one call. What the candidate
    sets is sent with the reply of the call, or with its next question to the tester.
    """

    def __init__(self, host, number, kind):
        object.__setattr__(self, "host", host)
        object.__setattr__(self, "number", number)
        object.__setattr__(self, "kind", kind)

    @property
    def __class__(self):
        """For ``isinstance``: the candidate's own class of the same name (`TreeNode`), if it has one."""
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
    """Ask the tester about an object that it lent, while one of its calls is running."""
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
