"""Pocket pytest: the part of pytest that tests commonly use, for boxes without pytest.

It has raises, approx, param, mark.parametrize, mark.skip, mark.skipif, fixture, skip, fail and capsys.
"""

import math
import re
import sys
import types


def install_pytest():
    """Make ``import pytest`` work: with the real one if the box has it, else with this one."""
    try:
        import pytest  # noqa: F401
    except ImportError:
        sys.modules["pytest"] = pocket_pytest()


def pocket_pytest():
    """A module that stands in for ``pytest``."""
    module = types.ModuleType("pytest")
    vars(module).update(raises=_raises, fixture=_fixture_of, skip=_skip, fail=_fail, approx=Approx, mark=Mark())
    module.param = lambda *values, **_: values if len(values) > 1 else values[0]
    module.__getattr__ = _unknown
    return module


def _unknown(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise BrokenTests(f"the tests need pytest.{name}")


class Captured:
    """pytest's ``capsys``: the text that the tests or the program printed since it was last read."""

    def __init__(self):
        import io

        self.io, self.out, self.err = io, io.StringIO(), io.StringIO()
        sys.stdout = self.out

    def readouterr(self):
        found = types.SimpleNamespace(out=self.out.getvalue(), err="")
        sys.stdout = self.out = self.io.StringIO()
        return found


class Raises:
    """The context manager that ``pytest.raises`` returns."""

    def __init__(self, expected, match=None):
        self.expected, self.match, self.value = expected, match, None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            raise AssertionError(f"did not raise {self.expected}")
        self.value, self.type = error, kind
        if not issubclass(kind, self.expected):
            return False
        if self.match is not None and not re.search(self.match, str(error)):
            raise AssertionError(f"{error} does not match {self.match!r}")
        return True


def _raises(expected, function=None, *args, match=None, **kwargs):
    if function is None:
        return Raises(expected, match)
    with Raises(expected, match):
        function(*args, **kwargs)


class Approx:
    """``pytest.approx`` of a number, or of a list, tuple or dict of numbers."""

    def __init__(self, expected, rel=1e-6, abs=1e-12, nan_ok=False):
        self.expected, self.rel, self.abs = expected, rel, abs

    def __eq__(self, got):
        return self._near(got, self.expected)

    def _near(self, got, expected):
        if isinstance(expected, dict):
            return (
                isinstance(got, dict)
                and got.keys() == expected.keys()
                and all(self._near(got[k], v) for k, v in expected.items())
            )
        if isinstance(expected, (list, tuple)):
            return isinstance(got, (list, tuple)) and len(got) == len(expected) and all(map(self._near, got, expected))
        if isinstance(got, (int, float)) and isinstance(expected, (int, float)):
            return math.isclose(got, expected, rel_tol=self.rel, abs_tol=self.abs)
        return got == expected


class Mark:
    """``pytest.mark``; a mark without a meaning here returns the test unchanged."""

    def __getattr__(self, name):
        if name == "parametrize":
            return _parametrize
        if name in ("skip", "skipif", "xfail"):
            return _skipping(name)
        return lambda *a, **k: a[0] if a and callable(a[0]) else (lambda f: f)


def _parametrize(names, values, **_):
    keys = [k.strip() for k in names.split(",")] if isinstance(names, str) else list(names)

    def mark(function):
        rows = [dict(zip(keys, v if len(keys) > 1 else [v], strict=True)) for v in values]
        old = getattr(function, "r1_params", [{}])
        function.r1_params = [{**a, **b} for a in old for b in rows]
        return function

    return mark


def _skipping(name):
    """The marks skip, skipif and xfail: a test with a true condition is skipped, by ``skip`` in any case."""

    def mark(*condition, **_):
        skipped = name == "skip" or (condition and condition[0])
        return lambda test: (lambda: _skip(name)) if skipped else test

    return mark


def _fixture_of(function=None, autouse=False, params=None, **_):
    if function is None:
        return lambda given: _fixture_of(given, autouse, params)
    return types.SimpleNamespace(r1_fixture=function, autouse=autouse, params=params)


def _skip(reason=""):
    raise Skipped(reason)


def _fail(reason="", **_):
    raise AssertionError(reason)
