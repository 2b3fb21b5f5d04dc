"""Languages: the names that a fence may give to a language, and which language an info string names."""

from __future__ import annotations

import re

ALIASES = {
    "python": {"python", "py", "pypy", "ipython", "jupyter", "sage", "pycon", "python-repl"},
    "c": {"c", "h"},
    "cpp": {"cpp", "c++", "cc", "cxx", "hpp"},
    "javascript": {"javascript", "js", "node", "nodejs", "mjs", "cjs", "jsx", "ecmascript", "es"},
    "typescript": {"typescript", "ts", "mts", "cts", "tsx"},
    "java": {"java"},
    "rust": {"rust", "rs"},
    "go": {"go", "golang"},
    "bash": {"bash", "sh", "shell", "shellscript", "zsh"},
    "diff": {"diff", "patch"},
}
"""Every language that `language_of` recognizes, with its names in lower case."""

KIN = {"cpp": "c", "typescript": "javascript"}
"""A language, and the one whose programs are usually valid in it as well: a C program usually compiles as C++."""

_VERSION = re.compile(r"[/-]?[0-9][0-9.]{0,9}\Z")
_BETWEEN = re.compile(r"[\s,;{}:=\"'()\[\]]+")
_NEUTRAL = {"lang", "language", "class", "code", "code-cell", "source"}  # words of info strings that name no language


def language_of(info: str) -> str:
    """The language that an info string names, a key of `ALIASES` if it is known, else the info string's first word.

    ``python title=x``, ``{.python}``, ``Python3.11`` and ``main.py`` all give ``python``.
    """
    words = (word.lstrip(".") for word in _BETWEEN.split(info.strip().lower()[:200]))
    words = (word if word[1:] == "#" else word.partition("#")[0] for word in words)  # C# is not C
    first = next((word for word in words if word and word not in _NEUTRAL), "")
    first = first.removeprefix("language-").removeprefix("lang-")
    plain = _VERSION.sub("", first)
    tries = (first, plain, first.rpartition(".")[2], plain.replace("gnu", "c", 1))
    return next((name for word in tries for name, aliases in ALIASES.items() if word in aliases), first)
