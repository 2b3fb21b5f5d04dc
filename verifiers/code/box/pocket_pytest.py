"""A pocket edition of pytest for boxes where there is none: raises, approx, parametrize, fixture, skip, fail, capsys.

Sent into the tester's box in front of `suite`, whose `Skipped` it raises.
"""

import sys
import types


class Captured:
    """pytest's ``capsys``: what was printed here or by the program since it was last read."""

    def __init__(self):
        import io

        self.io, self.out, self.err = io, io.StringIO(), io.StringIO()
        sys.stdout = self.out

    def readouterr(self):
        found = types.SimpleNamespace(out=self.out.getvalue(), err="")
        sys.stdout = self.out = self.io.StringIO()
        return found


def install_pytest():
    """Let ``import pytest`` find it, or this."""
    try:
        import pytest  # noqa: F401
    except ImportError:
        sys.modules["pytest"] = _pocket_pytest()


def _pocket_pytest():
    import math
    import re

    class Raises:
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

    class Approx:
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
                return (
                    isinstance(got, (list, tuple)) and len(got) == len(expected) and all(map(self._near, got, expected))
                )
            if isinstance(got, (int, float)) and isinstance(expected, (int, float)):
                return math.isclose(got, expected, rel_tol=self.rel, abs_tol=self.abs)
            return got == expected

    def raises(expected, function=None, *args, match=None, **kwargs):
        if function is None:
            return Raises(expected, match)
        with Raises(expected, match):
            function(*args, **kwargs)

    def parametrize(names, values, **_):
        keys = [k.strip() for k in names.split(",")] if isinstance(names, str) else list(names)

        def mark(function):
            rows = [dict(zip(keys, v if len(keys) > 1 else [v], strict=True)) for v in values]
            old = getattr(function, "r1_params", [{}])
            function.r1_params = [{**a, **b} for a in old for b in rows]
            return function

        return mark

    def fixture(function=None, autouse=False, params=None, **_):
        if function is None:
            return lambda given: fixture(given, autouse, params)
        return types.SimpleNamespace(r1_fixture=function, autouse=autouse, params=params)

    def skip(reason=""):
        raise Skipped(reason)

    def fail(reason="", **_):
        raise AssertionError(reason)

    class Mark:
        def __getattr__(self, name):
            if name == "parametrize":
                return parametrize
            if name in ("skip", "skipif", "xfail"):
                return lambda *a, **k: lambda f: (lambda: skip(name)) if name == "skip" or (a and a[0]) else f
            return lambda *a, **k: a[0] if a and callable(a[0]) else (lambda f: f)

    def unknown(name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise SetUp(f"the tests need pytest.{name}")

    module = types.ModuleType("pytest")
    for value in (raises, fixture, skip, fail):
        setattr(module, value.__name__, value)
    module.approx, module.mark, module.param = Approx, Mark(), lambda *a, **k: a if len(a) > 1 else a[0]
    module.__getattr__ = unknown
    return module
