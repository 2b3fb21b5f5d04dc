"""The backend on mpmath, for where python-flint is missing: numbers of high precision without a radius, compared to many digits."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeVar

import mpmath

from r1.verifiers.math.tree import Undefined
from r1.verifiers.math.values.balls.functions import ELEMENTARY, shared_functions

T = TypeVar("T")
_context = mpmath.MPContext()  # not mpmath.mp, whose precision belongs to the user
mpc = _context.mpc


def at(precision: int, work: Callable[[], T]) -> T:
    """Return ``work()`` at a precision in bits, with some guard bits above it; errors of mpmath become `Undefined`."""
    before = _context.prec
    _context.prec = precision + 64
    try:
        return work()
    except (ZeroDivisionError, OverflowError, ValueError, _context.NoConvergence) as error:
        raise Undefined(str(error)) from None
    finally:
        _context.prec = before


def number(value: Fraction | int) -> Any:
    """An exact rational, rounded."""
    return mpc(_context.mpf(value.numerator) / value.denominator)


def constant(name: str) -> Any:
    """The value of pi, e, i or deg.

    Raises:
        Undefined: any other constant.
    """
    values = {"pi": _context.pi, "e": _context.e, "deg": _context.pi / 180, "i": mpc(0, 1)}
    if name not in values:
        raise Undefined(name)
    return mpc(values[name])


def checked(value: Any) -> Any:
    """The value.

    Raises:
        Undefined: it is not finite, or too large to compute with.
    """
    if not _context.isfinite(value) or _context.mag(value) > 1 << 40:
        raise Undefined("not finite")
    return value


def is_real(value: Any) -> bool:
    """Whether the imaginary part is at most rounding."""
    return bool(abs(value.imag) <= abs(value) * _context.mpf(2) ** -100 or abs(value) < _context.mpf(2) ** -150)


def compare(x: Any, y: Any, precision: int) -> bool | None:
    """Whether two values agree in three quarters of the digits."""
    tolerance = _context.mpf(2) ** (-precision * 3 // 4)
    return bool(abs(x - y) <= tolerance * max(abs(x), abs(y)) or max(abs(x), abs(y)) < tolerance)


def below(value: Any, bound: Fraction) -> bool:
    """Whether the absolute value is below a bound."""
    return bool(abs(value) < number(bound).real)


def size(value: Any) -> float | None:
    """The binary logarithm of the absolute value; None for zero."""
    return None if value == 0 else float(_context.log(abs(value), 2))


def real_float(value: Any) -> float:
    """A real value as a float.

    Raises:
        Undefined: it is not real.
    """
    if not is_real(value):
        raise Undefined("not real")
    return float(value.real)


def whole(value: Any) -> int | None:
    """The integer that a real value is, if its size is below a million; else None."""
    nearest = _context.nint(value.real)
    return int(nearest) if is_real(value) and abs(value - nearest) < 1e-20 and abs(nearest) < 10**6 else None


def power(base: Any, exponent: Fraction | int) -> Any:
    """``base ** exponent`` for a rational exponent, by the real root where there is one."""
    if exponent < 0 and base == 0:
        raise Undefined("division by zero")
    if exponent.denominator == 1:
        if abs(int(exponent)) * max(1, abs(_context.mag(base))) > 1 << 40:
            raise Undefined("too large")
        return base ** int(exponent)
    return root(base, exponent.denominator) ** exponent.numerator


def root(value: Any, index: Fraction | int) -> Any:
    """The real root where there is one (odd index), else the principal one."""
    if index == 0:
        raise Undefined("a zeroth root")
    if isinstance(index, Fraction) and index.denominator != 1:
        return power(value, 1 / index)
    order = int(index)
    if order < 0:
        return 1 / root(value, -order)
    if value.imag == 0 and value.real < 0 and order % 2:
        return -mpc(_context.root(-value.real, order))
    return mpc(_context.root(value, order))


def general_power(base: Any, exponent: Any) -> Any:
    """``base ** exponent`` for any exponent."""
    if base == 0:
        raise Undefined("zero to a power")
    if abs(exponent) * max(1, abs(_context.mag(base))) > 1 << 40:
        raise Undefined("too large")
    return _context.power(base, exponent)


def _real(value: Any) -> Any:
    if not is_real(value):
        raise Undefined("not real")
    return value.real


def _step(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def apply(value: Any) -> Any:
        real = _real(value)
        nearest = _context.nint(real)
        if real != nearest and abs(real - nearest) < _context.mpf(2) ** -150:
            raise Undefined("at a jump")
        return mpc(function(real))

    return apply


def _log(value: Any, base: Any = None) -> Any:
    if value == 0:
        raise Undefined("log 0")
    return mpc(_context.log(value)) if base is None else _context.log(value) / _log(base)


def _bounded(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that refuses arguments too large for its series."""

    def apply(*values: Any) -> Any:
        if any(_context.mag(value) > 64 for value in values):
            raise Undefined("too large")
        return mpc(function(*values))

    return apply


def _saturating(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function that comes closer to 1 than any precision shows."""

    def apply(value: Any) -> Any:
        if abs(value.real) > 500:
            raise Undefined("saturated")
        return mpc(function(value))

    return apply


_floor = _step(_context.floor)
_INVERSE = "acot asec acsc acoth asech acsch".split()
FUNCTIONS: dict[str, Callable[..., Any]] = {
    **shared_functions(mpc, _floor, general_power),
    **{name: _bounded(getattr(_context, name)) for name in (*ELEMENTARY, *_INVERSE)},
    **{name: _saturating(getattr(_context, name)) for name in ("tanh", "coth", "erf")},
    "ln": _log, "log": _log, "ceil": _step(_context.ceil), "factorial": _bounded(_context.factorial), "binom": _bounded(_context.binomial),
    "arg": lambda v: mpc(_context.arg(v)),
    "max": lambda *v: mpc(max(map(_real, v))), "min": lambda *v: mpc(min(map(_real, v))), "sgn": lambda v: mpc(_context.sign(_real(v))),
}  # fmt: skip
"""By the names of `tree.Call`; ``log`` takes an optional base, ``root`` is of a general index."""
