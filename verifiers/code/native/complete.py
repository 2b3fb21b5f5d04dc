"""Complete: makes a candidate's source compile: adds the prompt's imports and closes the brackets that were left open."""

from __future__ import annotations

import re

from r1.verifiers.code.native.test_files import depths

IMPORT = re.compile(r"^[ \t]*(?:#[ \t]*include\b|using\b|import\b|use\b).*$", re.MULTILINE)
ABSENT = re.compile(
    r"^[ \t]*import org\.javatuples\..*$|\borg\.javatuples\.", re.MULTILINE
)  # see `printers.JAVATUPLES`
_RUST_USE = re.compile(r"^[ \t]*(?:pub )?use[ \t]+([^;]{1,2000});", re.MULTILINE)
_RUST_DEFINES = re.compile(r"\b(?:struct|enum|trait|type|fn|mod|const|static) (\w+)")
_GO_PACKAGE = re.compile(r"^package \w+", re.MULTILINE)
_GO_IMPORTS = re.compile(r"^import\s{0,9}(?:\([^()]{0,4000}\)|(?:[\w.]+[ \t]+)?\"[^\"\n]+\")", re.MULTILINE)
_GO_IMPORT = re.compile(r"(?:\b(?!import\b)(\w+)[ \t]+)?\"([^\"\n]+)\"")


def complete(source: str, prompt: str, language: str) -> str:
    """The candidate's source with the prompt's imports, and with the brackets closed that MultiPL-E's tests would close."""
    if language == "java" and "class " not in source:
        source = f"class Problem {{\n{_closed(source, language)}}}\n"
    if language == "go":
        return go_file(source, prompt)
    source = ABSENT.sub("", source)
    if language == "bash":  # brackets have other uses in bash: only a body that continues the prompt is open
        body = source.removeprefix(prompt) if prompt and source.startswith(prompt) else "}"
        return source if re.search(r"^\}", body, re.MULTILINE) else f"{source}\n}}\n"
    if language == "rust":
        return "\n".join([*rust_imports(prompt, source), _without_crates(_closed(source, language))])
    return with_imports(_closed(source, language), prompt)


# Comments, strings and characters, whose brackets do not count. In Rust a lone quote begins a lifetime.
_TEXTS = r"""//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)|"(?:[^"\\\n]|\\.)*+"?|`(?:[^`\\]|\\.)*+`?"""
_NO_BRACKETS = re.compile(_TEXTS + r"""|'(?:[^'\\\n]|\\.)*+'?""", re.DOTALL)
_NO_BRACKETS_RUST = re.compile(_TEXTS + r"""|'(?:[^'\\\n]|\\[^\n]{1,8}?)'""", re.DOTALL)


def _closed(source: str, language: str) -> str:
    """The source followed by the brackets that it left open, if its last line is indented or ends with a bracket."""
    last = source.rstrip().rpartition("\n")[2]
    if last and last[0] not in " \t" and last[-1] not in "{([":
        return source + "\n"
    bare = (_NO_BRACKETS_RUST if language == "rust" else _NO_BRACKETS).sub("", source)
    depth = sum(bare.count(char) for char in "([{") - sum(bare.count(char) for char in ")]}")
    return source + "\n" + "}" * max(0, min(depth, 4)) + "\n"


def with_imports(source: str, prompt: str) -> str:
    """The source, preceded by the import lines of the prompt that it lacks."""
    missing = [line for line in IMPORT.findall(prompt) if line.strip() not in source and not ABSENT.match(line)]
    return "\n".join([*missing, source])


def rust_imports(prompt: str, source: str) -> list[str]:
    """The prompt's standard library imports, one per name, without names that the source imports or defines itself."""
    leaves = [leaf for path in _RUST_USE.findall(prompt) for leaf in _leaves(path.strip())]
    own = set(re.findall(r"\w+", " ".join(_RUST_USE.findall(source)))) | set(_RUST_DEFINES.findall(source))
    lines = []
    for leaf in dict.fromkeys(leaves):
        name = leaf.rpartition(" as ")[2].rpartition("::")[2].strip()
        if leaf.startswith(("std::", "core::", "alloc::")) and name not in own:
            lines.append(f"#[allow(unused_imports, deprecated)] use {leaf};")
    return lines


def _leaves(path: str) -> list[str]:
    """The single paths of a Rust use tree: ``a::{b, c::{self, d}}`` gives ``a::b``, ``a::c``, ``a::c::d``."""
    head, brace, rest = path.partition("{")
    if not brace:
        return [path.removesuffix("::self")]
    parts, start = [], 0
    inside = rest.rstrip().removesuffix("}")
    for at, depth in depths(inside, 0):
        if depth == 0 and inside[at] == ",":
            parts.append(inside[start:at])
            start = at + 1
    return [leaf for part in [*parts, inside[start:]] if part.strip() for leaf in _leaves(head + part.strip())]


def _without_crates(source: str) -> str:
    """The source without imports of external crates, which are missing; code that uses them still fails to compile."""
    defined = set(_RUST_DEFINES.findall(source))

    def kept(line: re.Match[str]) -> str:
        crate = line[1].partition("::")[0].strip()
        own = {"std", "core", "alloc", "crate", "self", "super"}
        here = crate in own or not crate.isidentifier() or not crate.islower()
        return line[0] if here or crate in defined else ""

    return _RUST_USE.sub(kept, source)


def go_file(source: str, prompt: str) -> str:
    """The candidate as a file of package main, with those of its own and the prompt's imports that it uses; Go rejects others."""
    imports = dict.fromkeys(_GO_IMPORT.findall("\n".join(_GO_IMPORTS.findall(prompt) + _GO_IMPORTS.findall(source))))
    body = _GO_PACKAGE.sub("", _GO_IMPORTS.sub("", source)).replace("func main()", "func r1CandidateMain()")
    used = [
        f'{name} "{path}"'
        for name, path in imports
        if f"{name or path.rpartition('/')[2]}." in body or name in ("_", ".")
    ]
    return "\n".join(["package main", *(f"import {line}" for line in used), _closed(body, "go")])
