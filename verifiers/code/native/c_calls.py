"""Function tests for C and C++: a driver in its own translation unit that only moves data.

The candidate is compiled alone (its macros reach nobody), the driver declares the function by its signature, reads
arguments from stdin and writes results, under a nonce, to a copy of stdout that it made before the first call.
The function must have the very types of the signature (references included): otherwise the linker finds nothing.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Signature:
    """A C or C++ function: ``int add(int, int)``."""

    returns: str
    name: str
    params: tuple[str, ...]
    prototype: str


_INTEGERS = {"short", "int", "long", "long long", "unsigned", "unsigned int", "unsigned long", "unsigned long long"}
_INTEGERS |= {"unsigned short", "size_t", *(f"{u}int{bits}_t" for u in ("", "u") for bits in (8, 16, 32, 64))}
_FLOATS = {"float", "double"}
_SCALARS = _INTEGERS | _FLOATS | {"bool", "char"}
_C_TEXT = "char*"
_CPP_TEXT = "string"
_NAME = re.compile(r"[A-Za-z_]\w{0,60}\Z")


def parse_signature(text: str) -> Signature:
    """Raises ValueError for a type that has no JSON counterpart."""
    head, bracket, rest = text.strip().rstrip(";").partition("(")
    if not bracket or not rest.rstrip().endswith(")"):
        raise ValueError(f"signature {text!r}: write it like 'int add(int, int)'")
    pieces = head.replace("*", "* ").split()
    name = pieces[-1] if pieces else ""
    if not _NAME.match(name):
        raise ValueError(f"signature {text!r}: no function name")
    params = [part for part in _split(rest.rstrip()[:-1]) if part.strip() not in ("", "void")]
    return Signature(
        _type(" ".join(pieces[:-1])), name, tuple(_type(part, named=True) for part in params), text.strip().rstrip(";")
    )


def _split(params: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for i, char in enumerate(params):
        depth += (char == "<") - (char == ">")
        if char == "," and depth == 0:
            parts.append(params[start:i])
            start = i + 1
    return [*parts, params[start:]]


def _type(text: str, named: bool = False) -> str:
    """The plain type: without const, reference, ``std::`` and (for parameters) the name."""
    words = [w for w in re.sub(r"([*&<>])", r" \1 ", text.replace("std::", "")).split() if w not in ("const", "&")]
    plain = _spell(words)
    if not _known(plain) and named and len(words) > 1:
        plain = _spell(words[:-1])
    if not _known(plain):
        raise ValueError(f"type {text.strip()!r} has no JSON counterpart")
    return plain


def _spell(words: list[str]) -> str:
    text = " ".join(words).replace(" *", "*").replace(" <", "<").replace("< ", "<").replace(" >", ">")
    return (
        text.replace("unsigned long int", "unsigned long")
        .replace("long long int", "long long")
        .replace("long int", "long")
    )


def _known(plain: str) -> bool:
    if plain.startswith("vector<") and plain.endswith(">"):
        return _known(plain[7:-1])
    return plain in _SCALARS or plain in (_C_TEXT, _CPP_TEXT)


def driver(signature: Signature, language: str) -> str:
    """The driver's source in ``language`` ("c" or "cpp"). Raises ValueError if the language lacks a type."""
    types = [*signature.params, signature.returns]
    if language == "c" and any("vector" in t or t == _CPP_TEXT for t in types):
        raise ValueError(f"{signature} is C++, the task's language is C")
    return (_driver_c if language == "c" else _driver_cpp)(signature)


def encode_calls(signature: Signature, nonce: str, calls: list[tuple[Any, ...]]) -> bytes:
    """What the driver reads: the nonce, the number of calls, and every argument in a line of its own."""
    lines = [nonce, str(len(calls))]
    for args in calls:
        if len(args) != len(signature.params):
            raise ValueError(f"{signature.name} takes {len(signature.params)} arguments, not {len(args)}")
        for value, kind in zip(args, signature.params, strict=True):
            lines.extend(_tokens(value, kind))
    return ("\n".join(lines) + "\n").encode()


def _tokens(value: Any, kind: str) -> list[str]:
    if kind.startswith("vector<"):
        return [str(len(value)), *(token for item in value for token in _tokens(item, kind[7:-1]))]
    if kind in (_C_TEXT, _CPP_TEXT):
        data = str(value).encode()
        return [str(len(data)), data.hex() or "-"]
    if kind == "char":
        return [str(ord(value) if isinstance(value, str) else int(value))]
    if kind in _FLOATS:
        return [float(value).hex() if math.isfinite(value) else str(float(value))]
    return [str(int(value))]


def decode_result(text: str, kind: str) -> Any:
    """The value that the driver printed. Raises ValueError for anything that it does not print."""
    tokens = text.split()
    value, used = _parse(tokens, 0, kind)
    if used != len(tokens):
        raise ValueError("more than one value")
    return value


def _parse(tokens: list[str], at: int, kind: str) -> tuple[Any, int]:
    if at >= len(tokens):
        raise ValueError("too few values")
    if kind.startswith("vector<"):
        count, at, items = int(tokens[at]), at + 1, []
        for _ in range(count):
            item, at = _parse(tokens, at, kind[7:-1])
            items.append(item)
        return items, at
    if kind in (_C_TEXT, _CPP_TEXT):
        return bytes.fromhex(tokens[at].replace("-", "")).decode(), at + 1
    if kind == "bool":
        return {"0": False, "1": True}[tokens[at]], at + 1
    if kind == "char":
        return chr(int(tokens[at]) % 256), at + 1
    return (float.fromhex(tokens[at]) if kind in _FLOATS else int(tokens[at])), at + 1


def _driver_c(signature: Signature) -> str:
    reads = []
    for i, kind in enumerate(signature.params):
        reads.append(f"        {'char *' if kind == _C_TEXT else kind + ' '}a{i} = {_c_read(kind)};")
    names = ", ".join(f"a{i}" for i in range(len(signature.params)))
    returns = "const char *" if signature.returns == _C_TEXT else signature.returns
    call = f"{returns} r = {signature.name}({names});"
    return _C_HEAD + f"{signature.prototype};\n" + _MAIN % ("\n".join(reads), call, _c_write(signature.returns))


def _c_read(kind: str) -> str:
    if kind == _C_TEXT:
        return "r1_text()"
    if kind in _FLOATS:
        return f"({kind})strtod(r1_token(), 0)"
    return f"({kind}){'strtoull' if kind.startswith(('u', 'size')) else 'strtoll'}(r1_token(), 0, 10)"


def _c_write(kind: str) -> str:
    if kind == _C_TEXT:
        return "r1_put_text(r, strlen(r));"
    if kind in _FLOATS:
        return 'fprintf(r1_out, " %a", (double)r);'
    if kind.startswith("u") or kind == "size_t":
        return 'fprintf(r1_out, " %llu", (unsigned long long)r);'
    return 'fprintf(r1_out, " %lld", (long long)r);'


def _driver_cpp(signature: Signature) -> str:
    def spell(kind: str) -> str:
        return "char *" if kind == _C_TEXT else kind + " "

    reads = [f"        {spell(kind)}a{i}; r1_get(a{i});" for i, kind in enumerate(signature.params)]
    names = ", ".join(f"a{i}" for i in range(len(signature.params)))
    call = f"{spell(signature.returns)}r = ::{signature.name}({names});"
    head = _C_HEAD.replace("char *s = malloc", "char *s = (char *)malloc").replace("s = realloc", "s = (char *)realloc")
    head = head.replace("*s = malloc(n + 1)", "*s = (char *)malloc(n + 1)")
    return head + _CPP_HEAD + f"{signature.prototype};\n" + _MAIN % ("\n".join(reads), call, "r1_put(r);")


_C_HEAD = r"""#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdint.h>
#include <stdbool.h>
#include <unistd.h>
static FILE *r1_out;
static char *r1_token(void) {
    size_t n = 0, cap = 64; char *s = malloc(cap); int c;
    while ((c = getchar()) == '\n') {}
    for (; c != EOF && c != '\n'; c = getchar()) { if (n + 1 >= cap) s = realloc(s, cap *= 2); s[n++] = (char)c; }
    s[n] = 0; return s;
}
static char *r1_text(void) {
    size_t n = strtoull(r1_token(), 0, 10); char *hex = r1_token(), *s = malloc(n + 1);
    for (size_t i = 0; i < n; i++) { char b[3] = {hex[2*i], hex[2*i+1], 0}; s[i] = (char)strtol(b, 0, 16); }
    s[n] = 0; return s;
}
static void r1_put_text(const char *s, size_t n) {
    fputs(n ? " " : " -", r1_out);
    for (size_t i = 0; i < n; i++) fprintf(r1_out, "%02x", (unsigned char)s[i]);
}
"""
_CPP_HEAD = r"""#include <string>
#include <type_traits>
#include <vector>
using namespace std;
template <class T> enable_if_t<is_integral<T>::value> r1_get(T &x) {
    char *s = r1_token(); x = is_signed<T>::value ? (T)strtoll(s, 0, 10) : (T)strtoull(s, 0, 10);
}
template <class T> enable_if_t<is_floating_point<T>::value> r1_get(T &x) { x = (T)strtod(r1_token(), 0); }
static void r1_get(char *&x) { x = r1_text(); }
static void r1_get(string &x) {
    size_t n = strtoull(r1_token(), 0, 10); char *hex = r1_token();
    for (size_t i = 0; i < n; i++) { char b[3] = {hex[2*i], hex[2*i+1], 0}; x += (char)strtol(b, 0, 16); }
}
template <class T> void r1_get(vector<T> &v) {
    size_t n = strtoull(r1_token(), 0, 10);
    for (size_t i = 0; i < n; i++) { T x; r1_get(x); v.push_back(x); }
}
template <class T> enable_if_t<is_integral<T>::value> r1_put(T x) {
    if (is_signed<T>::value) fprintf(r1_out, " %lld", (long long)x);
    else fprintf(r1_out, " %llu", (unsigned long long)x);
}
template <class T> enable_if_t<is_floating_point<T>::value> r1_put(T x) { fprintf(r1_out, " %a", (double)x); }
static void r1_put(const char *s) { r1_put_text(s, strlen(s)); }
static void r1_put(const string &s) { r1_put_text(s.data(), s.size()); }
template <class T> void r1_put(const vector<T> &v) {
    fprintf(r1_out, " %zu", v.size());
    for (size_t i = 0; i < v.size(); i++) { T x = v[i]; r1_put(x); }
}
"""
_MAIN = r"""
int main(void) {
    char *nonce = r1_token(); long count = strtol(r1_token(), 0, 10);
    r1_out = fdopen(dup(1), "w");
    if (!freopen("/dev/null", "w", stdout)) return 1;
    for (long k = 0; k < count; k++) {
%s
        %s
        fprintf(r1_out, "\n%%s %%ld", nonce, k);
        %s
        fputs("\n", r1_out); fflush(r1_out);
    }
    fflush(r1_out); _exit(0);
}
"""
