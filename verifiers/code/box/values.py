"""Values: the encoding of Python values as JSON, in which arguments enter a box and results leave it.

None, bool, int, str, finite floats and lists are written as they are, any other value as an object with one key, its
tag. Decoding cannot run code: no pickle, no lookup of arbitrary classes, no attribute access. A value without an encoding
is opaque (tag ``o``) and equals nothing. Both sides of a box use this module; it is a part of most programs in boxes.
"""

import builtins
import math

MAX_DEPTH = 100
MAX_NODES = 4_000_000  # HumanEval+ has results of a million items
_BIG = 10**4000  # CPython refuses to convert larger ints to decimal text
_MAX_SAME_HASH = 1000  # building a set of more items with one hash takes quadratic time
# Bounds on values that are short to write but would take forever to compare; only forged results exceed them.
_MAX_RANGE, _MAX_FRACTION_BITS, _MAX_EXPONENT = 1_000_000, 100_000, 10_000


class Unencodable(ValueError):
    """The value is too deep or too large."""


class Undecodable(ValueError):
    """The data is not a valid encoding."""


def encode(value, opaque):
    """``value`` as data for `json.dumps`; ``opaque(x)`` returns the data for an ``x`` without an encoding.

    An instance of a subclass of a built-in type is read by the built-in type's methods, so an int that claims to equal
    everything is encoded as the number that it is.

    Raises:
        Unencodable: the value has more than `MAX_NODES` nodes or is nested deeper than `MAX_DEPTH`.
    """
    left = MAX_NODES

    def walk(x, depth):
        nonlocal left
        left -= 1
        if left < 0 or depth > MAX_DEPTH:
            raise Unencodable("too large" if left < 0 else "too deep")
        kind = type(x)
        if x is None or kind is bool or kind is str:
            return x
        if kind is int:
            return x if -_BIG < x < _BIG else {"i": hex(x)}
        if kind is float:
            return x if math.isfinite(x) else {"n": repr(x)}
        if kind is list:
            return [walk(y, depth + 1) for y in x]
        if kind is tuple:
            return {"t": [walk(y, depth + 1) for y in x]}
        if kind is dict:
            return {"d": [[walk(k, depth + 1), walk(v, depth + 1)] for k, v in x.items()]}
        if issubclass(kind, tuple) and isinstance(getattr(kind, "_fields", None), tuple):
            return {"u": [kind.__name__, list(kind._fields), [walk(y, depth + 1) for y in tuple.__iter__(x)]]}
        if kind is type and _own_type(x.__name__) is x:
            return {"y": x.__name__}
        if kind.__module__ == "collections" and kind.__name__ in _COLLECTIONS:  # recognized by name, without an import
            if kind.__name__ == "deque":
                return {"k": ["deque", x.maxlen, [walk(y, depth + 1) for y in x]]}
            factory = getattr(x, "default_factory", None)
            pairs = [[walk(k, depth + 1), walk(v, depth + 1)] for k, v in dict.items(x)]
            return {"k": [kind.__name__, getattr(factory, "__name__", None), pairs]}
        for base, tag, plain in _BASES:
            if issubclass(kind, base):
                return {tag: [walk(y, depth + 1) for y in plain(x)]} if tag else walk(plain(x), depth)
        if kind is complex:
            return {"c": [walk(x.real, depth), walk(x.imag, depth)]}
        if kind is range:
            return {"r": [walk(y, depth) for y in (x.start, x.stop, x.step)]}
        # Recognized by name, without an import. A class that only has such a name can do no harm: only data leaves the box.
        if kind.__module__ == "fractions" and kind.__name__ == "Fraction":
            return {"q": [walk(x.numerator, depth), walk(x.denominator, depth)]}
        if kind.__module__ == "decimal" and kind.__name__ == "Decimal":
            return {"m": str(x)}
        if kind.__module__ == "datetime" and kind.__name__ in ("date", "datetime", "time"):
            return {"z": f"{kind.__name__} {x.isoformat()}"}
        if kind.__module__ == "datetime" and kind.__name__ == "timedelta":
            return {"z": f"timedelta {x.days} {x.seconds} {x.microseconds}"}
        if kind.__module__ == "numpy":
            return walk(x.tolist(), depth)
        return opaque(x)

    return walk(value, 0)


MAX_SHARED, MAX_SHARED_ITEMS = 16, 1000  # containers that both boxes hold, and the items of one of them


def is_container(value):
    """Whether a value can be changed in place and filled again: a list, dict, set or bytearray, or one of `collections`."""
    kind = type(value)
    return kind in (list, dict, set, bytearray) or (kind.__module__ == "collections" and kind.__name__ in _COLLECTIONS)


def hold(target, new):
    """Give a container the content of another one in place, and so the containers inside it that stand at the same places."""
    if isinstance(target, dict) and isinstance(new, dict):
        items = {key: _held(target[key], value) if key in target else value for key, value in new.items()}
        target.clear()
        dict.update(target, items)
    elif isinstance(target, list) and isinstance(new, list):
        target[:] = [_held(old, value) for old, value in zip(target, new)] + new[len(target) :]  # noqa: B905
    elif type(target) is type(new):
        target.clear()
        (target.extend if hasattr(target, "extend") else target.update)(new)


def _held(old, new):
    if not is_container(old) or type(old) is not type(new):
        return new
    hold(old, new)
    return old


INNER_TYPES = {"function": type(lambda: 0), "generator": type(_ for _ in ()), "module": type(math)}
_DATA_TYPES = (
    bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, range, object, type, type(None),
)  # fmt: skip


def _own_type(name):
    """The built-in data type or exception type of this name, or None.

    Looked up on demand: in a forked process, a table of all types would touch, and so copy, their memory pages.
    """
    found = INNER_TYPES.get(name) or (type(None) if name == "NoneType" else getattr(builtins, name, None))
    known = isinstance(found, type) and (found in _DATA_TYPES or issubclass(found, BaseException))
    return found if known or name in INNER_TYPES else None


_COLLECTIONS = ("Counter", "OrderedDict", "defaultdict", "deque")
_BASES = (
    (int, "", int.__int__),
    (str, "", str.__str__),
    (float, "", float.__float__),
    (list, "", lambda x: list(list.__iter__(x))),
    (tuple, "t", tuple.__iter__),
    (dict, "", lambda x: dict(dict.items(x))),
    (set, "s", set.__iter__),
    (frozenset, "f", frozenset.__iter__),
    (type({}.keys()), "s", iter),
    (type({}.items()), "s", iter),
    (bytes, "b", bytes.__iter__),
    (bytearray, "a", bytearray.__iter__),
)


def decode(data, special=None, named=False):
    """The value that ``data``, a result of `json.loads`, encodes; ``special(tag, content)`` decodes any unknown tag.

    Named tuples become plain tuples. With ``named``, which only boxes use, their classes are created.

    Raises:
        Undecodable: `encode` does not write such data.
    """

    def walk(x, depth):
        if depth > 2 * MAX_DEPTH:
            raise Undecodable("too deep")
        if x is None or isinstance(x, (bool, int, float, str)):
            return x
        if isinstance(x, list):
            return [walk(y, depth + 1) for y in x]
        if len(x) != 1:
            raise Undecodable("an object without its one tag")
        ((tag, content),) = x.items()
        if tag in _SEQUENCES and isinstance(content, list):
            items = [walk(y, depth + 1) for y in content]
            if tag in "sf":
                no_hash_attack(items)
            return _SEQUENCES[tag](items)
        if tag == "d" and isinstance(content, list):
            pairs = [(walk(k, depth + 1), walk(v, depth + 1)) for k, v in content]
            no_hash_attack([k for k, _ in pairs])
            return dict(pairs)
        if tag == "u" and isinstance(content, list):
            items = [walk(y, depth + 1) for y in content[2]]
            return _named_tuple(content[0], content[1], items) if named else tuple(items)
        if tag == "y" and isinstance(content, str) and (kind := _own_type(content)):
            return kind
        if tag == "k" and isinstance(content, list):
            return _collection(walk, depth, *content)
        if tag in _SCALARS and isinstance(content, str) and len(content) <= 1 << 20:
            return _SCALARS[tag](content)
        if special is not None:
            return special(tag, content)
        raise Undecodable(f"tag {tag!r}")

    try:
        return walk(data, 0)
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
        raise Undecodable(str(error)[:200]) from None


def no_hash_attack(items):
    """Raise Undecodable if a set or dict of ``items`` would take quadratic time because many hashes are equal."""
    if len(items) <= _MAX_SAME_HASH:
        return
    hashes = sorted(map(hash, items))
    if any(a == b for a, b in zip(hashes, hashes[_MAX_SAME_HASH:], strict=False)):
        raise Undecodable("too many equal hashes")


def _collection(walk, depth, name, extra, items):
    """A Counter, OrderedDict, defaultdict or deque."""
    import collections

    if name == "deque":
        return collections.deque([walk(y, depth + 1) for y in items], extra if isinstance(extra, int) else None)
    pairs = [(walk(k, depth + 1), walk(v, depth + 1)) for k, v in items]
    no_hash_attack([k for k, _ in pairs])
    if name == "defaultdict":
        return collections.defaultdict(_FACTORIES.get(extra), pairs)
    return {"Counter": collections.Counter, "OrderedDict": collections.OrderedDict}[name](dict(pairs))


_FACTORIES = {kind.__name__: kind for kind in (list, int, set, dict, str, float)}


def _named_tuple(name, fields, items):
    """A named tuple; its class is created once for each name and list of fields."""
    import collections

    key = (name, tuple(fields))
    if key not in _NAMED:
        if len(_NAMED) == 100 or len(fields) > 64 or any(len(text) > 80 for text in (name, *fields)):
            raise ValueError("too many kinds of named tuples")
        _NAMED[key] = collections.namedtuple(name, fields)
    return _NAMED[key](*items)


_NAMED = {}


def _fraction(parts):
    from fractions import Fraction

    if not all(type(part) is int and part.bit_length() <= _MAX_FRACTION_BITS for part in parts):
        raise ValueError("no fraction of plain integers")
    return Fraction(*parts)


def _range(parts):
    found = range(*parts)
    if len(found) > _MAX_RANGE:
        raise ValueError("too long a range")
    return found


def _decimal(text):
    from decimal import Decimal

    value = Decimal(text)
    if value.is_snan() or (value.is_finite() and abs(value.adjusted()) > _MAX_EXPONENT):
        raise ValueError("a decimal that cannot be worked with")
    return value


def _moment(text):
    import datetime

    kind, *parts = text.split(" ")
    if kind == "timedelta":
        return datetime.timedelta(*map(int, parts))
    if kind not in ("date", "datetime", "time"):
        raise ValueError(kind)
    return getattr(datetime, kind).fromisoformat(*parts)


_SEQUENCES = {
    "t": tuple,
    "s": set,
    "f": frozenset,
    "b": bytes,
    "a": bytearray,
    "c": lambda x: complex(*x),
    "q": _fraction,
    "r": _range,
}
_SCALARS = {"n": float, "i": lambda x: int(x, 16), "m": _decimal, "z": _moment}
