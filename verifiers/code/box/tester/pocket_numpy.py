"""Pocket numpy: the functions that HumanEval+ and MBPP+ tests use to compare floats, for boxes without numpy."""

import math
import sys
import types


def install_numpy():
    """Make ``import numpy`` work: with the real one if the box has it, else with this one."""
    try:
        import numpy  # noqa: F401
    except ImportError:
        sys.modules["numpy"], sys.modules["numpy.testing"] = pocket_numpy()


def pocket_numpy():
    """Modules that stand in for ``numpy`` and ``numpy.testing``; any other name in them raises `BrokenTests`."""
    module, testing = types.ModuleType("numpy"), types.ModuleType("numpy.testing")
    vars(module).update(
        ndarray=ndarray, isclose=_isclose, allclose=_allclose, testing=testing, float32=float, float64=float
    )
    vars(module).update(int32=int, int64=int, inf=math.inf, nan=math.nan, pi=math.pi)
    vars(testing).update(assert_allclose=_assert_allclose)
    module.__getattr__ = testing.__getattr__ = _not_in_numpy
    return module, testing


def _not_in_numpy(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise BrokenTests(f"the tests need numpy.{name}, and this sandbox has no numpy")


class ndarray:
    """Nothing is an instance of it: the candidate's arrays arrive as lists."""


def _isclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    if math.isnan(a) or math.isnan(b):
        return equal_nan and math.isnan(a) and math.isnan(b)
    return a == b or (math.isfinite(b) and abs(a - b) <= atol + rtol * abs(b))


def _allclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    left, right = _flat(a), _flat(b)
    if len(right) == 1:
        right = right * len(left)
    return len(left) == len(right) and all(_isclose(x, y, rtol, atol, equal_nan) for x, y in zip(left, right))  # noqa: B905


def _assert_allclose(actual, desired, rtol=1e-07, atol=0, equal_nan=True, err_msg="", verbose=True):
    if not _allclose(actual, desired, rtol, atol, equal_nan):  # no assert: box programs are compiled without them
        raise AssertionError(err_msg)


def _flat(x):
    return [z for y in x for z in _flat(y)] if isinstance(x, (list, tuple)) else [x]
