"""Reader: parses a Python text, without executing it, and reports its syntax error or what a linter would find.

It runs in a box because a hostile text can make the parser slow or crash it.
"""

import ast
import json
import os
import re
import sys


def main():
    job = json.loads(sys.stdin.buffer.read())
    report = {"error": "", "findings": [], "defines": []}
    try:
        tree = ast.parse(job["source"], "solution.py")
        compile(job["source"], "solution.py", "exec", dont_inherit=True)
        if not any(map(has_effect, tree.body)):
            raise SyntaxError("no program: there is no statement in it")
        report["findings"] = sorted(set(findings(tree)))[:100]
        report["defines"] = [n.name for n in tree.body if isinstance(n, DEFINITIONS)]
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        where = f" (line {error.lineno})" if isinstance(error, SyntaxError) and error.lineno else ""
        report["error"] = f"{type(error).__name__}: {getattr(error, 'msg', error)}{where}"[:300]
    os.write(1, f"{job['nonce']} {json.dumps(report)}\n".encode())


def has_effect(node):
    """Whether the statement is anything but ``pass`` or a constant."""
    return not isinstance(node, ast.Pass) and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def findings(tree):
    """The linter's findings, each as ``line N: what``."""
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    exported = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    used |= {name for text in quoted_annotations(tree) for name in re.findall(r"\w+", text)}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                name = (alias.asname or alias.name).partition(".")[0]
                if name != "*" and name not in used and name not in exported and name != "annotations":
                    yield f"line {node.lineno}: {name} is imported and never used"
        elif isinstance(node, ast.ExceptHandler) and node.type is None:
            yield f"line {node.lineno}: bare except"
        elif isinstance(node, ast.Compare):
            for op, right in zip(node.ops, node.comparators):  # noqa: B905 - their lengths are equal
                if isinstance(op, (ast.Eq, ast.NotEq)) and isinstance(right, ast.Constant) and right.value is None:
                    yield f"line {node.lineno}: comparison with None by == or !="
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for default in [*node.args.defaults, *filter(None, node.args.kw_defaults)]:
                if isinstance(default, (ast.List, ast.Dict, ast.Set)):
                    yield f"line {default.lineno}: mutable default argument"
    seen = {}
    for node in tree.body:
        if isinstance(node, DEFINITIONS):
            if node.name in seen:
                yield f"line {node.lineno}: {node.name} is defined again"
            seen[node.name] = node


def quoted_annotations(tree):
    """The string constants in annotations: forward references to types."""
    for node in ast.walk(tree):
        for written in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(written, ast.AST):
                yield from (
                    n.value for n in ast.walk(written) if isinstance(n, ast.Constant) and isinstance(n.value, str)
                )


if __name__ == "__main__":
    main()
