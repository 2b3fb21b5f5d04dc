"""Prompt: the code of a task that comes before the program, and what of it a whole program may use."""

from __future__ import annotations

import ast
import sys
from functools import lru_cache

from r1.verifiers.code.python import parse


@lru_cache(maxsize=4096)
def prelude(context: str, prompt: str, entry: str) -> str:
    """Context and prompt without the entry point: a whole program may use what the prompt imports and defines."""
    found = _parsed(prompt)
    if found is None:
        return context
    tree, _ = found
    kept = [node for node in tree.body if getattr(node, "name", "") != entry]
    if not entry:  # then the program may be asked for any function of the prompt
        kept = [node for node in kept if isinstance(node, (ast.Import, ast.ImportFrom))]
    future = [node for node in kept if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    tree.body = [_bearable(node) for node in kept if node not in future and not _is_text(node)]
    return "\n".join(filter(None, [context, ast.unparse(tree)]))


@lru_cache(maxsize=4096)
def helper_sources(prompt: str, entry: str) -> tuple[str, ...]:
    """The source of every function and class in the prompt except the entry point, character for character."""
    found = _parsed(prompt)
    if found is None:
        return ()
    tree, text = found
    kept = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name != entry]
    return tuple(ast.get_source_segment(text, node) or "" for node in kept)


def _parsed(prompt: str) -> tuple[ast.Module, str] | None:
    """The tree of a prompt and the text that was parsed, or None if the prompt is not Python.

    A prompt may end within its entry point, which is then completed by ``pass``. The tester does the same in its box,
    where this module is not available.
    """
    for end in ("", "\n    pass\n"):
        try:
            return parse(prompt + end), prompt + end
        except (SyntaxError, ValueError):
            continue
    return None


def _bearable(node: ast.stmt) -> ast.stmt:
    """The statement; a third-party import may fail in the box, because the program may do without it.

    The tester's box has a function of this name with another rule: there every import of the prompt may fail, because
    only the tests that use the module depend on it.
    """
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    if all(name.partition(".")[0] in sys.stdlib_module_names for name in names):
        return node
    caught = ast.ExceptHandler(ast.Name("ImportError", ast.Load()), None, [ast.Pass()])
    return ast.fix_missing_locations(ast.Try([node], [caught], [], []))


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
