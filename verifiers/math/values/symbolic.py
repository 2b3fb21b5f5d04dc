"""The last stage: SymPy decides what balls and canonical forms leave open (integrals, infinite sums, limits).

SymPy gets our tree, never text, in a persistent worker process that is killed when a question takes too long. The stage is
off by default: a question costs milliseconds to seconds.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from r1.verifiers.judge import Judge
from r1.verifiers.math.tree import Add, Call, Const, Mul, Node, Num, Pow, Sym
from r1.verifiers.verdict import Status, Verdict

BUDGET_S = 2.0

_lock = threading.Lock()
_judge: Judge | None = None


def decide(a: Node, b: Node) -> bool:
    """Whether SymPy proves two expressions equal within `BUDGET_S` seconds; the worker process starts with the first question."""
    global _judge
    with _lock:
        if _judge is None:
            _judge = Judge(Prover(), workers=1, timeout_s=BUDGET_S)
    return _judge([""], [{"a": a, "b": b}])[0].reward == 1.0


class Prover:
    """A verifier of pairs of trees; truth ``{"a": node, "b": node}``; the completion is ignored.

    Unpickling imports SymPy, so that the import does not count against a question's budget.
    """

    def __setstate__(self, state: dict[str, Any]) -> None:
        import sympy  # noqa: F401

    def __getstate__(self) -> dict[str, Any]:
        return {"loaded": True}

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        difference = to_sympy(truth["a"]) - to_sympy(truth["b"])
        difference = difference.doit()
        proved = difference == 0 or difference.simplify() == 0
        return Verdict(Status.PASS if proved else Status.FAIL, float(proved))


_SAME_NAME = frozenset(
    "sin cos tan cot sec csc asin acos atan acot asec acsc sinh cosh tanh coth sech csch asinh acosh atanh acoth asech acsch"
    " factorial binomial floor gcd lcm erf re im arg".split()
)
_OTHER_NAME = {
    "ceil": "ceiling", "abs": "Abs", "max": "Max", "min": "Min", "binom": "binomial", "mod": "Mod", "sgn": "sign",
    "conj": "conjugate", "ln": "log", "log": "log",
}  # fmt: skip
_INTEGERS = ("n", "k", "m", "j", "∑", "∑∑")  # the last two are bound by sums


def to_sympy(node: Node) -> Any:
    """The tree as a SymPy expression.

    Raises:
        ValueError: SymPy has no counterpart for a node.
    """
    import sympy

    match node:
        case Num(value):
            return sympy.Rational(Fraction(value).numerator, Fraction(value).denominator)
        case Sym(name):
            return sympy.Symbol(name, integer=True) if name in _INTEGERS else sympy.Symbol(name, real=True)
        case Const(name):
            constants = {"pi": sympy.pi, "e": sympy.E, "i": sympy.I, "inf": sympy.oo, "deg": sympy.pi / 180}
            if name in constants:
                return constants[name]
        case Add(terms):
            return sympy.Add(*map(to_sympy, terms))
        case Mul(factors):
            return sympy.Mul(*map(to_sympy, factors))
        case Pow(base, exponent):
            return sympy.Pow(to_sympy(base), to_sympy(exponent))
        case Call("root", (value, index)):
            return sympy.root(to_sympy(value), to_sympy(index))
        case Call("pct", (value,)):
            return to_sympy(value) / 100
        case Call("sum" | "prod" | "int" | "lim"):
            return _bound(node)
        case Call(name, args):
            if name in _SAME_NAME or name in _OTHER_NAME:
                return getattr(sympy, _OTHER_NAME.get(name, name))(*map(to_sympy, args))
            if len(name) == 1:
                return sympy.Function(name)(*map(to_sympy, args))
    raise ValueError(f"SymPy has no counterpart for {node}")


def _bound(node: Call) -> Any:
    """A sum, product, integral or limit, unevaluated but for the limit."""
    import sympy

    body, variable, low, *high = map(to_sympy, node.args)
    if variable == sympy.Symbol("", real=True):
        raise ValueError(f"{node.name} without a bound variable")
    if node.name == "lim":
        return sympy.limit(body, variable, low)
    bounds = (variable, low, high[0]) if low != sympy.Symbol("", real=True) else (variable,)
    return {"sum": sympy.Sum, "prod": sympy.Product, "int": sympy.Integral}[node.name](body, bounds)
