"""Tables of names: functions, constants, relations, connectors, brackets, each with its canonical name."""

from __future__ import annotations

from r1.verifiers.math.tree import DEG, INF, NAN, PI, E, I, NamedSet, Node, Sym

_TRIG = "sin cos tan cot sec csc".split()
_HYPERBOLIC = "sinh cosh tanh coth sech csch".split()
_PLAIN = [*_TRIG, *_HYPERBOLIC, *"ln exp floor ceil gcd lcm max min".split()]

FUNCTIONS: dict[str, str] = {
    **{name: name for name in _PLAIN},
    **{f"arc{name}": f"a{name}" for name in _TRIG},
    **{f"a{name}": f"a{name}" for name in _TRIG if name != "sec"},
    **{f"{prefix}{name}": f"a{name}" for prefix in ("ar", "arc", "a") for name in _HYPERBOLIC},
    "tg": "tan", "ctg": "cot", "cotg": "cot", "cosec": "csc", "arctg": "atan", "arcctg": "acot", "sh": "sinh", "ch": "cosh", "th": "tanh",
    "log": "log", "lg": "lg", "lb": "log2", "abs": "abs", "sqrt": "sqrt", "cbrt": "cbrt", "arg": "arg", "Re": "re", "Im": "im",
    "det": "det", "tr": "tr", "sgn": "sgn", "sign": "sgn", "ceiling": "ceil", "GCD": "gcd", "LCM": "lcm", "HCF": "gcd",
    "gcf": "gcd", "mcm": "lcm", "mcd": "gcd", "Max": "max", "Min": "min", "erf": "erf", "Arg": "arg", "Log": "ln", "Ln": "ln",
    "cis": "cis", "Arctan": "atan", "Arcsin": "asin", "Arccos": "acos", "comb": "binom",
}  # fmt: skip
"""Spelling -> canonical name, with or without a backslash."""

INVERSE = {name: f"a{name}" for name in (*_TRIG, *_HYPERBOLIC)}
"""Function -> the function that ``f^{-1}`` means; of other functions ``f^{-1}`` is the reciprocal."""

MANY_ARGUMENTS = {"gcd", "lcm", "max", "min", "binom"}

CONSTANTS: dict[str, Node] = {
    "pi": PI, "infty": INF, "infinity": INF, "inf": INF, "oo": INF, "Infinity": INF,
    "nan": NAN, "NaN": NAN, "exponentialE": E, "imaginaryI": I,
    "imath": I, "jmath": Sym("j"), "ii": I, "emptyset": NamedSet("empty"), "varnothing": NamedSet("empty"), "empty": NamedSet("empty"),
    "degree": DEG, "degrees": DEG, "circ": DEG, "reals": NamedSet("R"), "Reals": NamedSet("R"),
}  # fmt: skip
BLACKBOARD = {"R": "R", "Z": "Z", "N": "N", "Q": "Q", "C": "C"}

GREEK = set(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi omicron rho varrho sigma tau upsilon"
    " phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar aleph partial nabla".split()
)

RELATIONS: dict[str, str] = {
    "=": "=", "==": "=", ":=": "=", "<": "<", ">": ">", "<=": "<=", ">=": ">=", "!=": "!=",
    "le": "<=", "leq": "<=", "leqslant": "<=", "leqq": "<=", "lt": "<", "ge": ">=", "geq": ">=", "geqslant": ">=", "geqq": ">=", "gt": ">",
    "ne": "!=", "neq": "!=", "in": "in", "notin": "notin", "approx": "~", "simeq": "~", "sim": "~", "cong": "~", "doteq": "~",
    "thickapprox": "~", "approxeq": "~", "equiv": "equiv", "subset": "subset", "subseteq": "subset", "parallel": "parallel",
    "perp": "perp", "mid": "divides", "propto": "propto",
}  # fmt: skip

SET_OPERATORS = {"cup": "union", "setminus": "minus", "backslash": "minus", "cap": "inter"}

PLUS_MINUS = {"pm": "pm", "mp": "mp"}

TIMES = {"cdot", "times", "ast", "cdotp", "bullet", "*"}

IMPLIES = {"Rightarrow", "implies", "iff", "Leftrightarrow", "therefore", "Longrightarrow", "=>"}

AND_WORDS = {"and", "et", "und", "和", "与", "及", "以及", "且", "並且", "并且"}
OR_WORDS = {"or", "ou", "oder", "或", "或者", "または", "또는"}
AND_COMMANDS, OR_COMMANDS = {"wedge", "land", "cap"}, {"vee", "lor", "cup"}

BRACKET_COMMANDS = {
    "lbrace": "{", "rbrace": "}", "lbrack": "[", "rbrack": "]", "lparen": "(", "rparen": ")", "langle": "<(", "rangle": ")>",
    "lvert": "|", "rvert": "|", "vert": "|", "lVert": "||", "rVert": "||", "Vert": "||", "lfloor": "lfloor", "rfloor": "rfloor",
    "lceil": "lceil", "rceil": "rceil", "cr": "\\\\",
}  # fmt: skip

SPACING_PREFIXES = tuple(
    "quad qquad cdot times pi cot sec csc alpha beta theta pm infty sqrt circ ln sin cos tan log le ge lambda".split()
)
"""Known commands that may have run together with the letters behind them (``\\quadx``), tried in this order."""

FUNCTION_LETTERS = frozenset("fghFGH")
"""Letters that mostly name functions, whatever their argument."""

SPELLED_GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta theta kappa lambda rho sigma tau phi omega Gamma Delta Theta Lambda Sigma Phi Omega".split()
)
"""Greek letters that are read in plain text as well; the others are units, words or products of letters."""
