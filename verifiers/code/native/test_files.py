"""Test files: reads assertions in other languages as pairs of a call and an expected value, both as source text.

Recognized are the assertions of MultiPL-E (``assert(candidate(x) == (y))``, ``assert.deepEqual``, ``assert_eq!``,
``.equals``, Go's ``{ actual: ..., expected: ... }``, bash's ``[[ $(candidate x) = "y" ]]``), of HumanEval-X
(``assert (f(x)==y)``, ``issame``, ``console.assert(f(x) === y)``, a list of booleans, ``assert.Equal(y, f(x))``) and of MBXP
(``compare(x0, v0)``). Any other test file, for instance one with loops, is refused as a whole and its task is unscored,
so that no program is judged by a part of the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_JS = r"\b(?:assert\.(?:deepEqual|deepStrictEqual|strictEqual|equal)|console\.assert)\s{0,9}\("
_OPENING = {
    name: re.compile(pattern)
    for name, pattern in {
        "cpp": r"\bassert\s{0,9}\(",
        "javascript": _JS,
        "typescript": _JS,
        "java": r"\bassert\s{0,9}\(|\bList<Boolean>\s{1,9}\w{1,40}\s{0,9}=\s{0,9}Arrays\.asList\(",
        "rust": r"\bassert(?:_eq)?!\s{0,9}\(",
        "go": r"\{ ?actual:|\bassert\.Equal\(",
        "bash": r"\[\[ \$\(",
    }.items()
}
LANGUAGES = tuple(_OPENING)
_CANDIDATE = re.compile(
    r"\bcandidate\s*:?=\s*([A-Za-z_][\w.:]*)\s*(?:;|$)|^candidate\(\)\s*\{\s*([\w-]+) \"\$@\"", re.MULTILINE
)
_CALLED = re.compile(r"\b([A-Za-z_]\w*)\s{0,3}\(")
_NO_ENTRY = {"candidate", "JSON", "stringify", "String", "vec", "abs", "fabs", "new", "Arrays", "asList"}
_BASH_EXPECTED = re.compile(r"""\s*==?\s*("(?:[^"\\]|\\.)*"|\$?'[^']*'|\S+)\s*\]\]""", re.DOTALL)
_KIND = re.compile(r"^\s*actual[ \t]+([^\n:]{1,200})$", re.MULTILINE)
_SAME = re.compile(r"\s{0,9}\w{0,20}same\w{0,20}\s{0,9}\(")
_STRINGIFY = re.compile(r"\s{0,9}JSON\.stringify\(")
_LOOP = re.compile(r"\b(?:for|while)\s{0,3}\(|\bfor\b[^\n]{0,200}\{|\.forEach\(")
# A line that declares a variable for the calls: ``vector<int> a = {1};``, ``Solution s = new Solution();``
_DECLARES = {
    "cpp": re.compile(r"^[ \t]*((?:const )?[A-Za-z_][\w:]*(?:<[^;=\n]*>)?[ \t*&]+[A-Za-z_]\w*[ \t]*(?:=|\{)[^;]*;)", re.M),
    "java": re.compile(r"^[ \t]*([A-Za-z_][\w.]*(?:<[^;=\n]*>)?(?:\[\])*[ \t]+[A-Za-z_]\w*[ \t]*=[^;]*;)", re.M),
    "javascript": re.compile(r"^[ \t]*((?:let|const|var)[ \t]+[A-Za-z_]\w*[ \t]*=[^;\n]*);?$", re.M),
    "typescript": re.compile(r"^[ \t]*((?:let|const|var)[ \t]+[A-Za-z_]\w*[^=\n]{0,80}=[^;\n]*);?$", re.M),
    "rust": re.compile(r"^[ \t]*(let[ \t][^=;]{1,200}=[^;]*;)", re.M),
    "go": re.compile(r"^[ \t]*([A-Za-z_]\w*[ \t]*:=[^\n]*)$", re.M),
}  # fmt: skip
_NOT_SET_UP = re.compile(r"\b(?:candidate|correct|tests?|require|assert|return)\b|=>|\bfunction\b")
_BODY = {"cpp": "main", "java": " main(", "rust": "fn ", "go": "func "}
_COMPARED = re.compile(
    r"^[ \t]*(?:(?:let|const|var)[ \t]+|([A-Za-z_][\w:.]*(?:<[^;=\n]*>)?(?:\[\])*)[ \t]+)?(arg|x|v)(\d+)[ \t]*(=?)[ \t]*([^;\n]*);?$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Native:
    """The assertions of a test file.

    Attributes:
        pairs: for each assertion the call and the expected value, as source text.
        candidate: the function for which the tests use the name ``candidate``, or "".
        setup: declarations that the calls need before them.
        kind: in Go the type of the results, else "".
    """

    pairs: tuple[tuple[str, str], ...]
    candidate: str
    setup: str = ""
    kind: str = ""

    @property
    def entry(self) -> str:
        """The function under test: the only one that every call mentions, or ""."""
        if self.candidate:
            return self.candidate.rpartition(".")[2].rpartition("::")[2]
        common = set.intersection(*(set(_CALLED.findall(call)) for call, _ in self.pairs)) - _NO_ENTRY
        return common.pop() if len(common) == 1 else ""


def read_native(source: str, language: str) -> Native:
    """The assertions of a test file. Raises ValueError for an unknown language or an assertion that is not a comparison."""
    if language not in LANGUAGES:
        raise ValueError(f"native tests in unknown language {language!r}; expected one of: {', '.join(LANGUAGES)}")
    pairs = list(_assertions(source, language))
    found = _CANDIDATE.search(source)
    candidate = (found[1] or found[2]) if found else ""
    if not pairs and language in ("cpp", "java", "javascript"):
        return _compared(source, language)
    if not pairs:
        raise ValueError(f"native tests without any {language} assertion of a known form")
    kind = _KIND.search(source) if language == "go" else None
    setup = "" if candidate else _set_up(source, language)
    return Native(tuple(pairs), candidate, setup, kind[1].strip() if kind else "")


def _assertions(source: str, language: str) -> Iterator[tuple[str, str]]:
    at = 0
    while opening := _OPENING[language].search(source, at):
        inside, at = balanced(source, opening.end())
        if language == "bash":
            expected = _BASH_EXPECTED.match(source, at)
            if expected is None:
                raise ValueError(f"assertion is not a comparison: {source[opening.start() : at + 40]!r}")
            yield inside.strip(), expected[1]
        elif "List<Boolean>" in opening[0]:
            yield from (_halves(part, language, "assert(") for part in _parts(inside))
        else:
            yield _halves(inside, language, opening[0])


def balanced(text: str, at: int) -> tuple[str, int]:
    """The text from ``at``, just after an opening bracket, to its closing bracket, and the position after that."""
    for position, depth in depths(text, at):
        if depth < 0:
            return text[at:position], position + 1
    raise ValueError("native tests with an unclosed bracket")


def depths(text: str, at: int) -> Iterator[tuple[int, int]]:
    """Each position outside quotes, with the bracket depth after its character."""
    depth, quote = 0, ""
    while at < len(text):
        char = text[at]
        if quote:
            if char == "\\":
                at += 1
            elif char == quote:
                quote = ""
        elif char in "\"'`" and not (
            char == "'" and re.match(r"'[a-z_]+\b(?!')", text[at : at + 80])
        ):  # a Rust lifetime
            quote = char
        else:
            depth += (char in "([{") - (char in ")]}")
            yield at, depth
        at += 1


def _parts(inside: str) -> list[str]:
    """The parts of ``inside`` between commas that are in no bracket."""
    commas = [at for at, depth in depths(inside, 0) if depth == 0 and inside[at] == ","]
    edges = [-1, *commas, len(inside)]
    return [inside[a + 1 : b].strip() for a, b in pairwise(edges) if inside[a + 1 : b].strip()]


def _halves(inside: str, language: str, opening: str) -> tuple[str, str]:
    """The call and the expected value of one assertion, the text ``inside`` the brackets that ``opening`` opens."""
    mark = {"cpp": "==", "java": "==", "go": "expected:"}.get(language, ",")
    if opening.startswith("console."):
        mark = "===" if "===" in inside else "=="
    elif opening.startswith("assert!"):
        mark = "=="
    elif opening.startswith("assert.Equal"):
        expected, call = _parts(inside)[-2:]
        return call, expected
    for position, depth in depths(inside, 0):
        if depth == 0 and inside.startswith(mark, position):
            left, right = inside[:position].strip().rstrip(","), inside[position + len(mark) :].strip().rstrip(",")
            return (_parsed(left), _parsed(right)) if opening.startswith("console.") else (left, right)
    if language == "cpp" and (same := _SAME.match(inside)):
        parts = _parts(balanced(inside, same.end())[0])
        if len(parts) == 2:
            return parts[0], parts[1]
    for found in re.finditer(r"\.equals\(", inside):
        expected, end = balanced(inside, found.end())
        if not inside[end:].strip():
            return inside[: found.start()].strip(), expected.strip()
    raise ValueError(f"assertion is not a comparison: {inside[:80]!r}")


def _parsed(side: str) -> str:
    """The argument of ``JSON.stringify(...)`` if ``side`` is nothing else, else ``side``."""
    found = _STRINGIFY.match(side)
    if not found:
        return side
    inside, end = balanced(side, found.end())
    return side if side[end:].strip() else inside.strip()


def _set_up(source: str, language: str) -> str:
    """The declarations before and among the assertions. Raises ValueError for tests with loops."""
    if language not in _DECLARES:
        return ""
    body = source[max(source.find(_BODY.get(language, "")), 0) :]
    if _LOOP.search(body):
        raise ValueError("native tests with a loop; expected a plain sequence of assertions")
    return "\n".join(line for line in _DECLARES[language].findall(body) if not _NOT_SET_UP.search(line))


def _compared(source: str, language: str) -> Native:
    """The assertions of MBXP: ``arg00 = ...; x0 = f(arg00); v0 = ...; if (!compare(x0, v0)) throw``."""
    calls: dict[str, str] = {}
    expected: dict[str, str] = {}
    setup = []
    for line in _COMPARED.finditer(source):
        kind, what, number, _, value = line.groups()
        if what == "arg":
            setup.append(line[0].strip())
        else:
            (calls if what == "x" else expected)[number] = _typed(kind or "", value.strip(), language)
    if not calls or set(calls) != set(expected):
        raise ValueError(f"native tests without any {language} assertion of a known form")
    return Native(tuple((calls[number], expected[number]) for number in calls), "", "\n".join(setup))


def _typed(kind: str, value: str, language: str) -> str:
    """The value as an expression of type ``kind``."""
    if language == "cpp" and kind and kind != "auto":
        return f"({{ {kind} r1_x {'' if value.startswith('{') else '= '}{value}; r1_x; }})"
    if language == "java" and kind:
        return f"new {kind}{value}" if value.startswith("{") else f"({kind}) ({value})"
    return value
