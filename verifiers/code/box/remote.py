"""Remote: what the tester's box holds of an object that lives in the candidate's.

It can be called, read, measured, indexed and walked through, and that is remote; whether two things are *equal* is not
asked of the candidate, nor `+`, `<` or `in`, unless the tests made the object by naming its class, or the truth says
``remote_operators``. Sent into the tester's box behind `values`.
"""


class Remote:
    """A thing of the candidate's. Equal only to itself, unless the tests made it.

    Tests that name a class (`Vector(1, 2)`) also judge its operators: of what they made of it, the program's own ``==``,
    ``+``, ``<``, ``in`` are asked. What a function returned says nothing of itself: `f(x) == 3` stays with us.
    """

    __slots__ = (
        "__weakref__", "_r1_bridge", "_r1_made", "_r1_name", "_r1_named", "_r1_number", "_r1_of", "_r1_siblings",
    )  # fmt: skip

    def __init__(self, bridge, number, name):
        object.__setattr__(self, "_r1_bridge", bridge)
        object.__setattr__(self, "_r1_number", number)
        object.__setattr__(self, "_r1_name", name)
        object.__setattr__(self, "_r1_named", False)  # a global of the program that the tests name as classes are named
        object.__setattr__(self, "_r1_made", 0)  # 2: the tests called such a class; 1: an operator gave it
        object.__setattr__(self, "_r1_of", frozenset())  # the values that it was made of
        object.__setattr__(self, "_r1_siblings", [])  # all that the tests made of this class, or of this one's class

    def __call__(self, *args, **kwargs):
        result = self._r1_bridge.call(self._r1_number, args, kwargs)
        if self._r1_named and isinstance(result, Remote):
            object.__setattr__(result, "_r1_made", 2)
            object.__setattr__(result, "_r1_of", frozenset(_values_in([args, kwargs])))
            object.__setattr__(result, "_r1_siblings", self._r1_siblings)
            self._r1_siblings.append(result)
        return result

    def __eq__(self, other):
        if self is other or not isinstance(other, Remote):
            return self is other or (self._r1_made and _is_data(other) and self._r1_bridge.ask("plain", self) == other)
        if not (self._r1_made or other._r1_made):
            return False
        equal = self._r1_bridge.ask("operator", "__eq__", self, other) is True
        if not equal or self._r1_made == other._r1_made == 2:
            return equal
        return _same_state(self, other) and all(_tells(one) for one in (self, other) if one._r1_made == 2)

    def __hash__(self):
        return self._r1_bridge.ask("hash", self) if self._r1_made else hash((Remote, self._r1_number))

    def __contains__(self, item):
        if not self._r1_made:
            raise TypeError("`in` on an object of the program is not asked of the program (remote_operators)")
        return self._r1_bridge.ask("operator", "contains", self, item) is True

    @property
    def __class__(self):
        """The program's class, whatever the object says of itself; a local type only for what can be no data."""
        found = self._r1_bridge.ask("class", self)
        return found if type(found) is Remote or found is type or found in INNER_TYPES.values() else Remote

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


Remote.__doc__ = property(lambda self: self._r1_bridge.ask("get", self, "__doc__"))


def _is_data(value):
    return isinstance(value, (int, float, complex, str, bytes, list, tuple, dict, set, frozenset))


def _same_state(a, b, depth=0):
    """Whether two objects of the program are of one class and hold the same: its ``==`` alone could say anything."""
    states = [one._r1_bridge.ask("state", one) for one in (a, b)]
    return depth < 50 and _same(*states, depth)


def _same(a, b, depth):
    if isinstance(a, Remote) and isinstance(b, Remote):
        return a is b or _same_state(a, b, depth + 1)
    if isinstance(a, (list, tuple)) and type(a) is type(b):
        return len(a) == len(b) and all(_same(x, y, depth) for x, y in zip(a, b))  # noqa: B905
    if isinstance(a, dict) and type(a) is type(b):
        return a.keys() == b.keys() and all(_same(a[key], b[key], depth) for key in a)
    return a == b


def _tells(made):
    """Whether it shows in an object what the tests made it of: things that hold nothing, or always the same, are all equal."""
    others = [one for one in made._r1_siblings if one._r1_of != made._r1_of]
    if others:
        return any(not _same_state(made, one) for one in others[:_MOST_SIBLINGS])
    return not made._r1_of or bool(_values_in(made))


_MOST_SIBLINGS = 20


def _values_in(data):
    """The numbers, texts and so on in a nest of containers and of the program's objects, each with its type."""
    found, seen, waiting = set(), [], [data]
    while waiting:
        one = waiting.pop()
        if isinstance(one, (int, float, complex, str, bytes)):
            found.add((type(one), one))
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, (list, tuple, set, frozenset)):
            waiting += one
        elif type(one) is Remote and len(seen) < _MOST_OBJECTS and not any(one is other for other in seen):
            seen.append(one)
            waiting += one._r1_bridge.ask("state", one)[1:]  # what it holds; not what its class does
    return found


_MOST_OBJECTS = 100


def _offer_operators():
    """Comparison and arithmetic with what the tests made. With plain data they give an object again, never data."""

    def compare(name):
        def asked(self, other):
            if not isinstance(other, Remote) or not (self._r1_made or other._r1_made):
                return NotImplemented
            return self._r1_bridge.ask("operator", name, self, other) is True

        return asked

    def combine(name, reverse):
        def asked(self, *others):
            pair = [*others, self] if reverse else [self, *others]
            if any(isinstance(one, Remote) and one._r1_made for one in pair):
                result = self._r1_bridge.ask("operator", name, *pair)
                if isinstance(result, Remote) and not result._r1_made:
                    object.__setattr__(result, "_r1_made", 1)
                if isinstance(result, Remote) or all(isinstance(one, Remote) for one in pair):
                    return result
            raise TypeError(f"{name} on an object of the program is not asked of the program (remote_operators)")

        return asked

    for name in ("lt", "le", "gt", "ge"):
        setattr(Remote, f"__{name}__", compare(f"__{name}__"))
    for name in "add sub mul truediv floordiv mod pow and or xor matmul".split():
        setattr(Remote, f"__{name}__", combine(f"__{name}__", False))
        setattr(Remote, f"__r{name}__", combine(f"__{name}__", True))
    for name in ("neg", "pos", "abs", "invert"):
        setattr(Remote, f"__{name}__", combine(f"__{name}__", False))


_offer_operators()


def allow_operators():
    """Let the candidate's objects answer ``==``, ``+``, ``<`` ... themselves: lower assurance, by the truth's wish."""

    def forward(name):
        return lambda self, *others: self._r1_bridge.ask("operator", name, self, *others)

    names = "eq ne lt le gt ge add sub mul truediv floordiv mod pow neg pos abs and or xor contains matmul"
    for name in names.split():
        setattr(Remote, f"__{name}__", forward(f"__{name}__"))
    Remote.__hash__ = lambda self: self._r1_bridge.ask("hash", self)
