"""Fragments: code blocks that accompany a program, such as a usage example, and cannot be the program itself."""

from __future__ import annotations

import ast
import builtins
import re

from r1.verifiers.code.python import parse

_MAX_CHARS = 100_000
_MAIN = {
    "c": re.compile(r"\bmain[ \t]*\("),
    "java": re.compile(r"\bmain[ \t]*\("),
    "rust": re.compile(r"\bfn[ \t]+main\b"),
    "go": re.compile(r"\bfunc[ \t]+main\b"),
}
_MAIN["cpp"] = _MAIN["c"]
_RUNS_A_FILE = re.compile(r"^\s*(?:\$ )?(?:chmod |(?:bash |sh |source )?\.?/?[\w./-]{1,80}\.sh\b)", re.MULTILINE)
_READS = {"input", "stdin", "open"}
_WRITES = {"print", "write", "writelines", "exec", "main", "system", "run", "exit"}
_OWN = {*dir(builtins), "__file__"}


def is_fragment(source: str, language: str) -> bool:
    """Whether a block cannot be a program that reads input and prints output: a usage example, a test, a shell command.

    True only in clear cases: in a compiled language, a text without ``main``; in Python, a text without definitions that
    neither reads nor prints, or that uses undefined names. A text that does not parse is not a fragment.
    """
    if language in _MAIN:
        return _MAIN[language].search(source) is None
    if language == "bash":
        return _RUNS_A_FILE.search(source) is not None
    if language != "python" or len(source) > _MAX_CHARS:
        return False
    if all(line[:1] in ("!", "%", "#") or line.startswith("pip ") for line in source.split("\n") if line.strip()):
        return True
    try:
        nodes = list(ast.walk(parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    if any(isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)) for node in nodes):
        return False
    names = {node.id for node in nodes if isinstance(node, ast.Name)} | {
        node.attr for node in nodes if isinstance(node, ast.Attribute)
    }
    return not names & _READS and (not names & _WRITES or bool(_undefined(nodes)))


def _undefined(nodes: list[ast.AST]) -> set[str]:
    """The names that the text reads but never binds; empty if it has a star import."""
    loaded: set[str] = set()
    bound = set(_OWN)
    for node in nodes:
        if isinstance(node, ast.Name):
            (loaded if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).partition(".")[0])
            if node.name == "*":
                return set()
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
        elif isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            bound.add(node.name)
    return loaded - bound
