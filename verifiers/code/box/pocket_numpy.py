"""A pocket numpy for tests in a box without one: what HumanEval+ and MBPP+ use to compare floats.

Sent into the tester's box as text; no candidate code runs there. A test that wants more of numpy says so by its name.
"""

import math
import sys
import types


def install_numpy():
    try:
        import numpy  # noqa: F401
    except ImportError:
        sys.modules["numpy"], sys.modules["numpy.testing"] = _numpy()


def _numpy():
    class ndarray:
        """Nothing is one here: candidates' arrays arrive as lists."""

    def _flat(x):
        return [z for y in x for z in _flat(y)] if isinstance(x, (list, tuple)) else [x]

    def isclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
        if math.isnan(a) or math.isnan(b):
            return equal_nan and math.isnan(a) and math.isnan(b)
        return a == b or (math.isfinite(b) and abs(a - b) <= atol + rtol * abs(b))

    def allclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
        left, right = _flat(a), _flat(b)
        if len(right) == 1:
            right = right * len(left)
        return len(left) == len(right) and all(isclose(x, y, rtol, atol, equal_nan) for x, y in zip(left, right))  # noqa: B905

    def assert_allclose(actual, desired, rtol=1e-07, atol=0, equal_nan=True, err_msg="", verbose=True):
        assert allclose(actual, desired, rtol, atol, equal_nan), err_msg

    module, testing = types.ModuleType("numpy"), types.ModuleType("numpy.testing")
    vars(module).update(
        ndarray=ndarray, isclose=isclose, allclose=allclose, testing=testing, float32=float, float64=float
    )
    vars(module).update(int32=int, int64=int, inf=math.inf, nan=math.nan, pi=math.pi)
    vars(testing).update(assert_allclose=assert_allclose)

    def unknown(name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise SetUp(f"the tests need numpy.{name}, and this sandbox has no numpy")

    module.__getattr__ = testing.__getattr__ = unknown
    return module, testing
