"""C drivers: a translation unit for C or C++ that calls the candidate's function and writes its results.

The candidate is compiled separately, so its macros cannot affect the driver. The driver declares the function by its
signature, reads the arguments from stdin, and writes the results with a nonce to a copy of stdout that it made before the
first call. The function must have exactly the signature's types, references included; otherwise linking fails.
"""

from __future__ import annotations

from r1.verifiers.code.native.signatures import C_TEXT, CPP_TEXT, FLOATS, Signature


def driver(signature: Signature, language: str) -> str:
    """The driver's source in ``language``, "c" or "cpp". Raises ValueError if the language lacks one of the types."""
    types = [*signature.params, signature.returns]
    if language == "c" and any("vector" in t or t == CPP_TEXT for t in types):
        raise ValueError(f"signature {signature.prototype!r} uses C++ types, but the task's language is C")
    return (_driver_c if language == "c" else _driver_cpp)(signature)


def _driver_c(signature: Signature) -> str:
    reads = []
    for i, kind in enumerate(signature.params):
        reads.append(f"        {'char *' if kind == C_TEXT else kind + ' '}a{i} = {_c_read(kind)};")
    names = ", ".join(f"a{i}" for i in range(len(signature.params)))
    returns = "const char *" if signature.returns == C_TEXT else signature.returns
    call = f"{returns} r = {signature.name}({names});"
    return _C_HEAD + f"{signature.prototype};\n" + _MAIN % ("\n".join(reads), call, _c_write(signature.returns))


def _c_read(kind: str) -> str:
    if kind == C_TEXT:
        return "r1_text()"
    if kind in FLOATS:
        return f"({kind})strtod(r1_token(), 0)"
    return f"({kind}){'strtoull' if kind.startswith(('u', 'size')) else 'strtoll'}(r1_token(), 0, 10)"


def _c_write(kind: str) -> str:
    if kind == C_TEXT:
        return "r1_put_text(r, strlen(r));"
    if kind in FLOATS:
        return 'fprintf(r1_out, " %a", (double)r);'
    if kind.startswith("u") or kind == "size_t":
        return 'fprintf(r1_out, " %llu", (unsigned long long)r);'
    return 'fprintf(r1_out, " %lld", (long long)r);'


def _driver_cpp(signature: Signature) -> str:
    def spell(kind: str) -> str:
        return "char *" if kind == C_TEXT else kind + " "

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
