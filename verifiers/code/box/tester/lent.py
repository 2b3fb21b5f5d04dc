"""Lent: what the candidate may do with functions and objects of the tests that were passed to it.

It may read and set data, and call what there is. It may not replace behavior: a method that it set on an object of the tests, or a
mock that it configured, would decide in place of the tests.
"""

import io
import sys


def is_own(value):
    """Whether the object's class is defined by the tests or by the task's prompt."""
    kind = type(value)
    return kind.__module__ in ("tests", "prompt") and kind is not type and not hasattr(value, "assertEqual")


def lent_action(bridge, target, action, parts):
    """Do for the candidate what it asks with ``target``, an object of the tests; TypeError if that is not allowed."""
    own = is_own(target)
    if action == "fields":
        return _fields(bridge, target) if own else {}
    if action == "call" and callable(target):
        return target(*parts[0], **parts[1])
    open_to = own or isinstance(target, io.IOBase) or _is_mock(target)
    if action == "get":
        if open_to and not str(parts[0]).startswith("_") and not _controls(target, str(parts[0])):
            return getattr(target, parts[0])
        raise AttributeError(f"{type(target).__name__} of the tests has no {str(parts[0])[:80]!r} for the program")
    if action == "set" and own and not str(parts[0]).startswith("_"):
        if callable(getattr(target, parts[0], None)):
            raise AttributeError(f"{parts[0]!r} of a {type(target).__name__} of the tests cannot be replaced")
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


def _controls(target, name):
    """Whether the name is one by which tests control or check a mock: ``configure_mock``, ``return_value``, ``assert_called`` ..."""
    return _is_mock(target) and (name in dir(sys.modules["unittest.mock"].Mock) or name.startswith("assert"))


def _is_mock(value):
    mock = sys.modules.get("unittest.mock")
    return mock is not None and isinstance(value, mock.NonCallableMock)


def _fields(bridge, target):
    """The public fields of an object and of all objects linked to it (the nodes of a tree), by their lent numbers."""
    found, todo = {}, [target]
    while todo:
        thing = todo.pop()
        if isinstance(thing, (list, tuple, set)):
            todo += thing
        elif isinstance(thing, dict):
            todo += thing.values()
        elif is_own(thing) and bridge.number(thing) not in found:
            fields = {name: value for name, value in getattr(thing, "__dict__", {}).items() if not name.startswith("_")}
            found[bridge.number(thing)] = fields
            todo += fields.values()
    return found
