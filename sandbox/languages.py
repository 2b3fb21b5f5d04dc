"""Languages: how a program of each language is compiled and run in a box, one table row each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from r1.sandbox.protocol import MIB, Limits


@dataclass(frozen=True, slots=True)
class Language:
    """One row of the language table.

    Attributes:
        file: file name of the source.
        run: command line; empty when the artifact itself is executed (or, for Python, the warm interpreter runs the source).
        compile: command line of the compiler, or empty.
        artifact: output of the compiler: the name of an executable, or a glob of files that the run needs.
        tools: commands that the box must have.
        package: Debian package that contains them.
        reserves: its runtime reserves much address space without touching it, so address space is not limited.
        environment: further environment variables.
        files: further files for the compiler.
        compile_limits: limits of the compiler's run.
    """

    file: str
    run: tuple[str, ...] = ()
    compile: tuple[str, ...] = ()
    artifact: str = ""
    tools: tuple[str, ...] = ()
    package: str = ""
    reserves: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    compile_limits: Limits = Limits(
        cpu_s=12, wall_s=30, memory_bytes=1024 * MIB, output_bytes=128 * MIB, file_bytes=256 * MIB
    )


PATH = "/opt/python/bin:/opt/rust/bin:/opt/go/bin:/usr/local/bin:/usr/bin:/bin"
ENVIRONMENT = {"PATH": PATH, "HOME": "/tmp", "LANG": "C.UTF-8", "USER": "box", "TMPDIR": "/tmp"}
_C = ("-O2", "-pipe", "-w", "-o", "main")

_NODE_VALUES = (
    "require module exports process Buffer global console performance crypto __dirname __filename URL URLSearchParams"
    " TextEncoder TextDecoder AbortController setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate"
    " queueMicrotask structuredClone"
).split()
_NODE_TYPES = """type Buffer = any;
declare namespace NodeJS { type Timeout = any; type ReadableStream = any; type WritableStream = any; type ErrnoException = any }
declare module "*";
"""
NODE_NAMES = ("".join(f"declare var {name}: any;\n" for name in _NODE_VALUES) + _NODE_TYPES).encode()
"""Declarations of the names that node defines, all of type any, so that programs compile without @types/node in the box. Each
source is compiled as a module and may redefine them."""

LANGUAGES: dict[str, Language] = {
    "python": Language("main.py"),
    "c": Language("main.c", (), ("gcc", "-std=gnu17", *_C, "main.c", "-lm"), "main", ("gcc",), "gcc"),
    "cpp": Language("main.cpp", (), ("g++", "-I/opt/r1/pch", "-std=gnu++17", *_C, "main.cpp"), "main", ("g++",), "g++"),
    "rust": Language("main.rs", (), ("rustc", "--edition=2021", "-O", "-o", "main", "main.rs"), "main", ("rustc",), "rustc-web"),
    "go": Language(
        "main.go", (), ("go", "build", "-o", "main", "main.go"), "main", ("go",), "golang-go", True,
        {"GOCACHE": "/tmp/.go", "GOPATH": "/tmp/go", "GO111MODULE": "off", "GOFLAGS": "-p=1", "CGO_ENABLED": "0"},
    ),
    "java": Language(
        "Main.java", ("java", "-Xshare:auto", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss64m", "-cp", ".", "Main"),
        ("javac", "-proc:none", "-nowarn", "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "Main.java"),
        "*.class", ("javac", "java"), "default-jdk-headless", True,
    ),
    "javascript": Language("main.js", ("node", "main.js"), tools=("node",), package="nodejs", reserves=True),
    "typescript": Language(
        "main.ts", ("node", "main.js"), (
            "tsc", "--target", "es2022", "--lib", "es2022", "--module", "commonjs", "--moduleDetection", "force",
            "--esModuleInterop", "--skipLibCheck", "node.d.ts", "main.ts",
        ), "*.js", ("tsc", "node"), "node-typescript", True, files={"node.d.ts": NODE_NAMES},
    ),
    "bash": Language("main.sh", ("bash", "main.sh"), tools=("bash",), package="bash"),
}  # fmt: skip


def language_for(name: str, source: str) -> Language:
    """The row of language ``name``, adapted to a source: Java's file and class, JavaScript's module or script, the C++ standard.

    Raises:
        KeyError: the language is unknown.
    """
    language = LANGUAGES[name]
    if name == "javascript" and _MODULE.search(source):
        return replace(language, file="main.mjs", run=("node", "main.mjs"))
    if name == "cpp" and _CPP_20.search(source):
        return replace(language, compile=tuple(word.replace("gnu++17", "gnu++20") for word in language.compile))
    main = _main_class(source) if name == "java" else "Main"
    if main == "Main":
        return language
    return replace(
        language, file=f"{main}.java", run=(*language.run[:-1], main), compile=(*language.compile[:-1], f"{main}.java")
    )


_MODULE = re.compile(
    r"^(?:import\s*[\w*{'\"]|export\s+[\w{*]|await\s|for\s+await\b|(?:const|let|var)\s[^;\n]{0,200}=\s*await\s)",
    re.MULTILINE,
)
# Features of C++20 that contest programs use. All other sources are compiled as C++17, since some are not valid C++20.
_CPP_20 = re.compile(
    r"#\s*include\s*<(?:ranges|concepts|span|numbers|bit|compare|format|coroutine|semaphore|latch|barrier|source_location)>"
    r"|\b(?:ranges|views)::|\.(?:contains|starts_with|ends_with)\(|\bstd::(?:popcount|bit_width|has_single_bit|midpoint|ssize|erase_if)\b"
    r"|\b(?:consteval|constinit|co_yield|co_await|co_return)\b|<=>|\brequires\s*[({]|^[ \t]*concept\s+\w|\bconcept\s+\w+\s*=",
    re.MULTILINE,
)
_COMMENT = re.compile(r"//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)")
_PUBLIC_CLASS = re.compile(r"\bpublic (?:(?:final|abstract|strictfp) )*class (\w+)")
_CLASS = re.compile(r"\bclass (\w+)")


def _main_class(source: str) -> str:
    """The public class (javac requires the file to have its name), else the class that contains ``main``."""
    source = _COMMENT.sub("", source)
    found = _PUBLIC_CLASS.search(source)
    before_main = _CLASS.findall(source[: source.find(" main(") + 1]) if found is None else []
    name = found[1] if found else before_main[-1] if before_main else "Main"
    return name if name.isascii() and len(name) <= 200 else "Main"
