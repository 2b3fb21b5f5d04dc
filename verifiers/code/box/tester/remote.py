"""Remote: the tester's proxy for an object in the candidate's box.

Calls, attributes, ``len``, indexing and iteration are forwarded. ``==``, ``+``, ``<`` and ``in`` are not, because a
candidate's object could claim to equal anything; they are forwarded only for objects that the tests created by naming
their class, or everywhere if the truth sets ``remote_operators``.

An object that the program gave (a function's or an operator's result) is worth what it held when it was given: if making the
expected object, or ``==`` itself, changes it, it equals nothing from then on.
"""


class Remote:
    """An object of the candidate, equal only to itself unless the tests created it.

    Tests that name a class (`Vector(1, 2)`) also test its operators, so objects created that way use the program's own
    ``==``, ``+``, ``<``, ``in``. The result of a function never judges itself: `f(x) == 3` is decided in this box.
    """

    __slots__ = (
        "__weakref__", "_r1_bridge", "_r1_forged", "_r1_made", "_r1_name", "_r1_named", "_r1_number", "_r1_of", "_r1_siblings",
    )  # fmt: skip

    def __init__(self, bridge, number, name):
        object.__setattr__(self, "_r1_bridge", bridge)
        object.__setattr__(self, "_r1_number", number)
        object.__setattr__(self, "_r1_name", name)
        object.__setattr__(
            self, "_r1_named", False
        )  # a global of the program whose name, as the tests write it, looks like a class name
        object.__setattr__(
            self, "_r1_made", 0
        )  # 2: created by a call of such a class; 1: since returned by the program; 0: neither
        object.__setattr__(self, "_r1_forged", False)  # it took over the expected object's state, or is that object
        object.__setattr__(self, "_r1_of", frozenset())  # the values that it was created from
        object.__setattr__(
            self, "_r1_siblings", []
        )  # every object that the tests created by this class, or by this object's class

    def __call__(self, *args, **kwargs):
        given = self._r1_bridge.given
        watched = [(one, _snapshot(one)) for one in given if not _holds([args, kwargs], one)] if self._r1_named else ()
        result = self._r1_bridge.call(self._r1_number, args, kwargs)
        for one, before in watched:
            if one is result or _snapshot(one) != before:
                object.__setattr__(one, "_r1_forged", True)
        if isinstance(result, Remote) and not self._r1_named:
            given.append(result)
        if self._r1_named and isinstance(result, Remote):
            object.__setattr__(result, "_r1_made", 2)
            object.__setattr__(result, "_r1_of", frozenset(_values_in([args, kwargs])))
            object.__setattr__(result, "_r1_siblings", self._r1_siblings)
            self._r1_siblings.append(result)
        return result

    def __eq__(self, other):
        if self._r1_forged or (isinstance(other, Remote) and other._r1_forged):
            return False
        if self is other or not isinstance(other, Remote):
            return self is other or (self._r1_made and _is_data(other) and self._r1_bridge.ask("plain", self) == other)
        if not (self._r1_made or other._r1_made):
            return False
        both = self._r1_made == other._r1_made == 2
        alike = both or _same_state(self, other)  # before ``==``, which could change either
        equal = self._r1_bridge.ask("operator", "__eq__", self, other) is True
        if both or not equal:
            return equal
        if not alike:
            for one in (self, other):
                object.__setattr__(one, "_r1_forged", one._r1_made != 2)
        return alike and all(_tells(one) for one in (self, other) if one._r1_made == 2)

    def __hash__(self):
        return self._r1_bridge.ask("hash", self) if self._r1_made else hash((Remote, self._r1_number))

    def __contains__(self, item):
        if not self._r1_made:
            raise TypeError("`in` on an object of the program is not asked of the program (remote_operators)")
        return self._r1_bridge.ask("operator", "contains", self, item) is True

    @property
    def __class__(self):
        """The object's true class in the program; a local type only for a class, function, generator or module."""
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

    def __exit__(self, kind, error, trace):
        """Tell the program how the block ended. It may suppress an error as in Python, but never a failed assertion."""
        if error is None:
            self._r1_bridge.ask("exit", self)
            return False
        known = kind in self._r1_bridge.errors.values()
        base = next(k.__name__ for k in kind.__mro__ if k.__module__ == "builtins")
        told = self._r1_bridge.ask("exit", self, kind if known else base, [a for a in error.args if _is_data(a)])
        final = isinstance(error, AssertionError) or not isinstance(error, Exception)
        return told is True and not final and kind.__name__ not in ("Skipped", "SkipTest", "BrokenTests", "Failed")

    def __instancecheck__(self, other):
        return isinstance(other, Remote) and self._r1_bridge.ask("is_instance", other, self) is True

    def __reduce_ex__(self, protocol):
        raise BrokenTests("the tests copy or pickle an object of the program, which is in another box")

    def __await__(self):
        return self._r1_bridge.ask("await", self)
        yield  # makes this method a generator, as ``await`` requires


Remote.__doc__ = property(lambda self: self._r1_bridge.ask("get", self, "__doc__"))


def _offer_operators():
    """Give `Remote` comparison and arithmetic for objects that the tests created.

    An operation with plain data must return an object of the program, never data, which could be forged. While the program calls a
    function of the tests, that function may compute with the program's own objects (automatic differentiation); it cannot compare them.
    """

    def compare(name):
        def asked(self, other):
            if not isinstance(other, Remote) or not (self._r1_made or other._r1_made):
                return NotImplemented
            return self._r1_bridge.ask("operator", name, self, other) is True

        return asked

    def combine(name, reverse):
        def asked(self, *others):
            pair = [*others, self] if reverse else [self, *others]
            if self._r1_bridge.answering and not any(isinstance(one, Remote) and one._r1_made for one in pair):
                result = self._r1_bridge.ask("operator", name, *pair)  # for the program's own use, so it proves nothing
                if isinstance(result, Remote):
                    return result
            elif any(isinstance(one, Remote) and one._r1_made for one in pair):
                result = self._r1_bridge.ask("operator", name, *pair)
                if isinstance(result, Remote) and not result._r1_made:
                    object.__setattr__(result, "_r1_made", 1)
                    self._r1_bridge.given.append(result)
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
    """Forward all operators of all objects to the program, as the truth's ``remote_operators`` asks: less secure."""

    def forward(name):
        return lambda self, *others: self._r1_bridge.ask("operator", name, self, *others)

    names = "eq ne lt le gt ge add sub mul truediv floordiv mod pow neg pos abs and or xor contains matmul"
    for name in names.split():
        setattr(Remote, f"__{name}__", forward(f"__{name}__"))
    Remote.__hash__ = lambda self: self._r1_bridge.ask("hash", self)
