"""The backend on python-flint: complex balls with proved radii.

A backend is a module with the functions below; values are ``acb`` here, ``mpc`` in `mpmath_backend`.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TypeVar

import flint
from flint import acb, arb, fmpq

from r1.verifiers.math.tree import Undefined
from r1.verifiers.math.values.balls.functions import ELEMENTARY, shared_functions

T = TypeVar("T")


def at(precision: int, work: Callable[[], T]) -> T:
    """Return ``work()`` at a precision in bits. The precision is global in flint: the caller holds the lock, and it is restored."""
    before = flint.ctx.prec
    flint.ctx.prec = precision
    try:
        return work()
    finally:
        flint.ctx.prec = before


def number(value: Fraction | int) -> acb:
    """An exact rational as the narrowest ball."""
    if isinstance(value, int):
        return acb(value)
    return acb(arb(fmpq(value.numerator, value.denominator)))


def constant(name: str) -> acb:
    """The ball of pi, e, i or deg.

    Raises:
        Undefined: any other constant.
    """
    if name == "pi":
        return acb(arb.pi())
    if name == "e":
        return acb(arb.const_e())
    if name == "i":
        return acb(0, 1)
    if name == "deg":
        return acb(arb.pi() / 180)
    raise Undefined(name)


def checked(value: acb) -> acb:
    """The value.

    Raises:
        Undefined: it is not finite.
    """
    if not value.is_finite():
        raise Undefined("not finite")
    return value


def is_real(value: acb) -> bool:
    """Whether the imaginary part is zero, as far as the ball shows."""
    imag = value.imag
    return imag.is_zero() or (imag.contains(0) and imag.rad() < 1e-25)


def compare(x: acb, y: acb, precision: int) -> bool | None:
    """False: proved different. True: equal as far as the precision reaches. None: the balls are too wide."""
    difference = x - y
    if not difference.contains(0):
        return False
    size = max(x.abs_lower(), y.abs_lower())
    tolerance = arb(2) ** (-precision // 2)
    if difference.abs_upper() <= tolerance * size:
        return True
    # Both may be zero: then only the width of the balls can tell.
    return True if x.contains(0) and y.contains(0) and difference.abs_upper() < tolerance else None


def below(value: acb, bound: Fraction) -> bool:
    """Whether the absolute value is proved to be below a bound."""
    return bool(value.abs_upper() < number(bound).real)


def size(value: acb) -> float | None:
    """An upper bound of the binary logarithm of the absolute value; None for zero."""
    upper = value.abs_upper()
    return None if upper.is_zero() else float(upper.log().mid()) / 0.6931


def real_float(value: acb) -> float:
    """A real value as a float.

    Raises:
        Undefined: it is not real.
    """
    if not is_real(value):
        raise Undefined("not real")
    return float(value.real.mid())


def whole(value: acb) -> int | None:
    """The only integer in a narrow real ball, if its size is below a million; else None."""
    real = value.real
    if not is_real(value) or real.rad() > 1e-20:
        return None
    unique = real.unique_fmpz()
    return int(unique) if unique is not None and abs(unique) < 10**6 else None


def power(base: acb, exponent: Fraction | int) -> acb:
    """``base ** exponent`` for a rational exponent, by the real root where there is one."""
    if isinstance(exponent, int) or exponent.denominator == 1:
        if exponent < 0 and base.contains(0):
            raise Undefined("division by zero")
        return base ** int(exponent)
    return root(base, exponent.denominator) ** exponent.numerator


def root(value: acb, index: Fraction | int) -> acb:
    """The real root where there is one (odd index), else the principal one."""
    if index == 0:
        raise Undefined("a zeroth root")
    if not isinstance(index, int):
        return power(value, 1 / index)
    if index < 0:
        return 1 / root(value, -index)
    if index == 1:
        return value
    if value.imag.is_zero():
        real = value.real
        if real >= 0:
            return acb(real.root(index)) if index > 2 else acb(real.sqrt())
        if real < 0 and index % 2:
            return -acb((-real).root(index))
        if index == 2 and real < 0:
            return acb(0, (-real).sqrt())
    return value.sqrt() if index == 2 else value.root(index)


def general_power(base: acb, exponent: acb) -> acb:
    """``base ** exponent`` for any exponent; exact for an integer."""
    if exponent.imag.is_zero():
        unique = exponent.real.unique_fmpz() if exponent.real.is_exact() else None
        if unique is not None and abs(unique) < 1 << 40:
            return power(base, int(unique))
    if base.contains(0):
        raise Undefined("zero to a power")
    return base.pow(exponent) if hasattr(base, "pow") else base**exponent


def _real(value: acb) -> arb:
    if not is_real(value):
        raise Undefined("not real")
    return value.real


def _floor(value: acb) -> acb:
    result = _real(value).floor()
    if not result.is_exact():
        raise Undefined("at a jump")
    return acb(result)


def _ceil(value: acb) -> acb:
    return -_floor(-value)


def _log(value: acb, base: acb | None = None) -> acb:
    if value.contains(0):
        raise Undefined("log 0")
    return value.log() if base is None else value.log() / _log(base)


def _of_reciprocal(name: str) -> Callable[[acb], acb]:
    """``acot``, ``asec`` ... as ``atan``, ``acos`` ... of the reciprocal."""
    return lambda value: getattr(1 / value, name)()


def _factorial(value: acb) -> acb:
    real = value.real
    if is_real(value) and real < 1 and real.contains_integer() and not real.contains(0):
        raise Undefined("a pole")
    return (value + 1).gamma()


def _binomial(top: acb, bottom: acb) -> acb:
    size = top.real
    if size > 10**4:
        return ((top + 1).lgamma() - (bottom + 1).lgamma() - (top - bottom + 1).lgamma()).exp()
    return _factorial(top) * (bottom + 1).rgamma() * (top - bottom + 1).rgamma()


def _extreme(largest: bool) -> Callable[..., acb]:
    def apply(*values: acb) -> acb:
        reals = [_real(value) for value in values]
        best = reals[0]
        for real in reals[1:]:
            best = best.max(real) if largest else best.min(real)
        return acb(best)

    return apply


def _sign(value: acb) -> acb:
    real = _real(value)
    if real.contains(0) and not real.is_zero():
        raise Undefined("sign of zero")
    return acb(real.sgn())


def _saturating(name: str) -> Callable[[acb], acb]:
    """A function that comes closer to 1 than any precision shows."""

    def apply(value: acb) -> acb:
        if abs(value.real) > 500:
            raise Undefined("saturated")
        return getattr(value, name)()

    return apply


FUNCTIONS: dict[str, Callable[..., acb]] = {
    **shared_functions(acb, _floor, general_power),
    **{name: (lambda value, _name=name: getattr(value, _name)()) for name in ELEMENTARY},
    **{name: _saturating(name) for name in ("tanh", "coth", "erf")},
    "acot": _of_reciprocal("atan"), "asec": _of_reciprocal("acos"), "acsc": _of_reciprocal("asin"),
    "acoth": _of_reciprocal("atanh"), "asech": _of_reciprocal("acosh"), "acsch": _of_reciprocal("asinh"),
    "ln": _log, "log": _log, "ceil": _ceil, "factorial": _factorial, "binom": _binomial, "arg": lambda v: acb(v.arg()),
    "max": _extreme(True), "min": _extreme(False), "sgn": _sign,
}  # fmt: skip
"""By the names of `tree.Call`; ``log`` takes an optional base, ``root`` is of a general index."""
