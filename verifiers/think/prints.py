r"""Prints: whether a small program prints a given text, decided from its source without running it.

The model. Of the eight languages the verifier knows a fragment: comments, the frame that a program needs (`fn main() {…}`,
`package main`, `<?php`), statements that bind a name to a text, and statements that print. A text is a literal or a bound
name, joined by the language's operator. Such a program has one output, which does not depend on anything outside it, so it
can be computed here. A program with anything else (a condition, a call, a redirection) is outside the fragment and not
paid: the task can be solved inside it, and a guess about the rest could pay a program that prints nothing.

Invariants: nothing is executed; one pass over at most `MAX_CHARS` characters; a name that prints cannot be bound.
"""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

MAX_CHARS = 20_000
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'", "`": "`", "$": "$", "0": "\0"}


class _Outside(Exception):
    """The program is outside the fragment."""


class Printer(NamedTuple):
    """How a print command treats its arguments: the text between them, the one behind them, and its placeholder, if any."""

    between: str = " "
    behind: str = "\n"
    holds: str = ""  # pattern of a placeholder in the first argument


@dataclass(frozen=True)
class Syntax:
    """The fragment of a language.

    Attributes:
        comment: pattern of a comment.
        printers: command -> how it prints.
        joins: the operator that joins two texts.
        frame: token patterns that have to be around the statements, for which ``…`` stands; ``?:`` before those that may.
        binds: words that may precede a name that is bound.
        raw: quotes inside which a backslash and a ``$`` mean themselves.
        spliced: pattern of a bound name inside a literal, with the name as the group.
        bare: the arguments that a printer may take without parentheses: "" none, "literal" one literal, "any".
        stop: statements end with a semicolon, not with the line; "last" means the last one, too.
        needs_use: a name that is bound and not used is an error.
    """

    comment: str
    printers: Mapping[str, Printer]
    joins: str = "+"
    frame: str = "…"
    binds: frozenset[str] = frozenset()
    raw: str = ""
    spliced: str = ""
    bare: str = ""
    stop: str = ""
    needs_use: bool = False
    tokens: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        blank, end = (r"\s+", ";") if self.stop else (r"[ \t\r]+", r"[\n;]")
        pattern = (
            rf"(?P<skip>{blank}|{self.comment})"
            r"|(?P<text>[fFrRbBuU]?(?:\"\"\"[^\"\\]*\"\"\"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`\\]*`))"
            r"|(?P<name>\$?[A-Za-z_]\w*!?(?:(?:\.|::)[A-Za-z_]\w*)*)|(?P<end>"
            + end
            + r")|(?P<mark>\.\.|:=|==|<\?php|\?>|[-+.,:=(){}&|<>!?*%\[\]^~@#$])"
        )
        object.__setattr__(self, "tokens", re.compile(pattern))


_LINE = r"//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/"
_SYNTAX: Mapping[str, Syntax] = {
    "python": Syntax(r"#[^\n]*", {"print": Printer()}, spliced=r"\{(\w+)\}"),
    "javascript": Syntax(
        _LINE,
        {"console.log": Printer(), "console.info": Printer(), "process.stdout.write": Printer("", "")},
        binds=frozenset({"const", "let", "var"}),
        spliced=r"\$\{(\w+)\}",
    ),
    "ruby": Syntax(
        r"#[^\n]*",
        {"puts": Printer("\n"), "print": Printer("", ""), "$stdout.puts": Printer("\n")},
        raw="'",
        spliced=r"#\{(\w+)\}",
        bare="any",
    ),
    "lua": Syntax(
        r"--[^\n]*",
        {"print": Printer("\t"), "io.write": Printer("", "")},
        joins="..",
        binds=frozenset({"local"}),
        bare="literal",
    ),
    "php": Syntax(
        rf"#[^\n]*|{_LINE}",
        {"echo": Printer("", ""), "print": Printer("", "")},
        joins=".",
        frame=r"<\?php … ?:\?>",
        raw="'",
        spliced=r"\{?(\$\w+)\}?",
        bare="any",
        stop="last",
    ),
    "rust": Syntax(
        _LINE,
        {"println!": Printer("", "\n", r"\{(\w*)\}"), "print!": Printer("", "", r"\{(\w*)\}")},
        joins="",
        frame=r"fn main \( \) \{ … \}",
        binds=frozenset({"let"}),
        stop="between",
    ),
    "go": Syntax(
        _LINE,
        {"fmt.Println": Printer(), "fmt.Print": Printer("", ""), "fmt.Printf": Printer("", "", "%([sv])")},
        frame=r"package main import ?:\( \"fmt\" ?:\) func main \( \) \{ … \}",
        binds=frozenset({"var"}),
        raw="`",
        needs_use=True,
    ),
}
LANGUAGES = (*_SYNTAX, "bash")

_MAIN = re.compile(  # a Python program may do its work in main(), or only when it is not imported
    r"def main\(\)(?: -> None)?:[ \t]*\n(?P<body>(?:[ \t]+[^\n]*\n|\n)++)"
    r"(?:if __name__ == ['\"]__main__['\"]:[ \t]*\n[ \t]+)?main\(\)\s*\Z"
    r"|if __name__ == ['\"]__main__['\"]:[ \t]*\n(?P<guarded>(?:[ \t]+[^\n]*(?:\n|\Z)|\n)++)\Z"
)

Token = tuple[str, str]
"""Kind (``text``, ``name``, ``end`` or ``mark``) and source."""


def prints_rule(source: str, language: str, text: str) -> str:
    """The rule that the program breaks: "" if it prints ``text``, with or without a newline behind it."""
    if len(source) > MAX_CHARS:
        return f"the program has more than {MAX_CHARS} characters"
    try:
        plain = _outdented(source) if language == "python" else source
        printed = _shell(source) if language == "bash" else _Program(plain, language).output()
    except _Outside as error:
        return f"the program does not just print a text: {error}"
    return "" if printed.removesuffix("\n") == text else f"the program prints {printed[:40]!r}, not {text!r}"


class _Program:
    """One pass over the tokens of a program."""

    def __init__(self, source: str, language: str) -> None:
        self.language, self.syntax, self.at = language, _SYNTAX[language], 0
        self.closed = False  # whether the frame has its end
        self.names: dict[str, str] = {}
        self.used: set[str] = set()
        self.tokens = self._framed(self._scan(source))

    def _scan(self, source: str) -> list[Token]:
        found: list[Token] = []
        at = 0
        while at < len(source):
            match = self.syntax.tokens.match(source, at)
            if match is None or match.lastgroup is None:
                raise _Outside(f"{source[at : at + 20]!r}")
            if match.lastgroup != "skip":
                found.append((match.lastgroup, match[0]))
            at = match.end()
        return found

    def _framed(self, tokens: list[Token]) -> list[Token]:
        """The tokens inside the frame."""
        head, _, tail = self.syntax.frame.partition("…")
        low, high = 0, len(tokens)
        for pattern in head.split():
            while low < high and tokens[low][0] == "end":
                low += 1
            if low < high and re.fullmatch(pattern.removeprefix("?:"), tokens[low][1]):
                low += 1
            elif not pattern.startswith("?:"):
                raise _Outside(f"{pattern!r} is missing")
        for pattern in reversed(tail.split()):
            last = high
            while last > low and tokens[last - 1][0] == "end":
                last -= 1
            if last > low and re.fullmatch(pattern.removeprefix("?:"), tokens[last - 1][1]):
                high, self.closed = last - 1, True
            elif not pattern.startswith("?:"):
                raise _Outside(f"{pattern!r} is missing")
        return tokens[low:high]

    def output(self) -> str:
        printed: list[str] = []
        while self.at < len(self.tokens):
            if self._take("end"):
                continue
            if self._peek()[1] in self.syntax.printers:
                printed.append(self._print())
            else:
                self._bind()
            if self.at < len(self.tokens) and not self._take("end"):
                raise _Outside(repr(self._peek()[1]))
        if self.syntax.stop == "last" and not self.closed and self.tokens and self.tokens[-1][0] != "end":
            raise _Outside("the last semicolon is missing")
        if self.syntax.needs_use and (idle := set(self.names) - self.used):
            raise _Outside(f"{sorted(idle)[0]!r} is not used")
        return "".join(printed)

    def _peek(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def _take(self, kind: str, source: str = "") -> str:
        found = self._peek()
        if found[0] != kind or (source and found[1] != source):
            return ""
        self.at += 1
        return found[1]

    def _need(self, kind: str, source: str = "") -> str:
        return self._take(kind, source) or self._refuse()

    def _refuse(self) -> str:
        raise _Outside(repr(self._peek()[1] or "it ends too early"))

    def _bind(self) -> None:
        """A name and the text that it stands for."""
        while self._peek()[1] in self.syntax.binds:
            self.at += 1
        name = self._need("name")
        if name.split(".")[0] in {printer.split(".")[0] for printer in self.syntax.printers} or not re.fullmatch(
            r"\$?\w+", name
        ):
            raise _Outside(repr(name))
        if not (self._take("mark", "=") or self._take("mark", ":=")):
            self._refuse()
        self.names[name] = self._joined()

    def _print(self) -> str:
        how = self.syntax.printers[self._need("name")]
        closed = bool(self._take("mark", "("))
        bare = "" if closed else self.syntax.bare
        if not (closed or bare) or (how.holds[:2] == r"\{" and self._peek()[0] != "text"):
            self._refuse()
        if bare == "literal":
            return self._literal(self._need("text")) + how.behind
        parts, how = self._arguments(how, closed)
        if how.holds:
            return self._filled(parts, how.holds) + how.behind
        whole = how.between.join(parts)
        return whole if how.between == "\n" and whole.endswith("\n") else whole + how.behind

    def _arguments(self, how: Printer, closed: bool) -> tuple[list[str], Printer]:
        """The texts of the arguments, and the printer with Python's ``sep`` and ``end`` put in."""
        parts: list[str] = []
        self._skip_ends(closed)
        while self._peek()[0] in ("text", "name"):
            option = self._peek()[1]
            if (
                self.language == "python"
                and option in ("sep", "end")
                and self.tokens[self.at + 1 : self.at + 2] == [("mark", "=")]
            ):
                self.at += 2
                how = how._replace(**{"between" if option == "sep" else "behind": self._joined()})
            else:
                parts.append(self._joined())
            self._skip_ends(closed)
            if not self._take("mark", ","):
                break
            self._skip_ends(closed)
        if closed:
            self._need("mark", ")")
        return parts, how

    def _skip_ends(self, inside: bool) -> None:
        while inside and self._peek() == ("end", "\n"):
            self.at += 1

    def _filled(self, parts: Sequence[str], holds: str) -> str:
        if not parts:
            raise _Outside("no text")
        rest = list(parts[1:])

        def fill(match: re.Match[str]) -> str:
            if match[0][0] == "{" and match[1]:
                return self._named(match[1])
            return rest.pop(0) if rest else self._refuse()

        whole = re.sub(holds, fill, parts[0])
        return self._refuse() if rest else whole

    def _joined(self) -> str:
        whole = self._atom()
        while self.syntax.joins and self._take("mark", self.syntax.joins):
            whole += self._atom()
        return whole

    def _atom(self) -> str:
        if name := self._take("name"):
            return self._named(name)
        return self._literal(self._need("text"))

    def _named(self, name: str) -> str:
        if name not in self.names:
            raise _Outside(repr(name))
        self.used.add(name)
        return self.names[name]

    def _literal(self, source: str) -> str:
        prefix = source[0].lower() if source[0].isalpha() else ""
        body = source[len(prefix) :]
        quote = body[0]
        width = 3 if body.startswith('"""') else 1
        if prefix in ("b", "u") or (prefix and "python" not in self.language):
            raise _Outside(repr(source[:20]))
        text = body[width:-width]
        spliced = self.syntax.spliced
        if spliced and quote not in self.syntax.raw and (self.language != "python" or prefix == "f"):
            if self.language != "javascript" or quote == "`":
                text = re.sub(spliced, lambda match: self._named(match[1]), text)
        if prefix == "r" or quote in self.syntax.raw:
            return text
        return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1]) or self._refuse(), text, flags=re.DOTALL)


def _outdented(source: str) -> str:
    """A Python program without `main` around it. No other line may be indented."""
    found = _MAIN.search(source)
    body = found["body"] or found["guarded"] if found else ""
    plain = source[: found.start()] + textwrap.dedent(body) if found else source
    if re.search(r"^[ \t]+[^\s#]", plain, re.MULTILINE):
        raise _Outside("an indented line")
    return plain


def _shell(source: str) -> str:
    """The output of a shell script of assignments, ``echo`` and ``printf``."""
    names: dict[str, str] = {}
    printed: list[str] = []
    for line in source.split("\n"):
        if (
            "'" in line
            and "$" in line
            or "`" in line
            or "\\" in line
            and not line.lstrip().startswith(("printf", "echo -e"))
        ):
            raise _Outside(repr(line[:20]))
        try:
            words = shlex.split(line.strip().removesuffix(";"), comments=True)
        except ValueError as error:
            raise _Outside(str(error)) from None
        words = [re.sub(r"\$\{?(\w+)\}?", lambda m: _shell_name(names, m[1]), word) for word in words]
        if not words:
            continue
        if any(set(word) & set(";|&<>()") for word in words):
            raise _Outside(repr(line[:20]))
        command, *given = words
        bound = re.fullmatch(r"(\w+)=(.*)", command, re.DOTALL)
        if bound and not given:
            names[bound[1]] = bound[2]
        elif command == "echo":
            flags = given[:1] if given[:1] in (["-n"], ["-e"]) else []
            printed.append(" ".join(given[len(flags) :]) + ("" if flags == ["-n"] else "\n"))
        elif command == "printf" and given:
            rest = given[1:]
            whole = given[0].replace("\\n", "\n")
            if whole.count("%s") != len(rest) or whole.count("%") != len(rest):
                raise _Outside(repr(line[:20]))
            for word in rest:
                whole = whole.replace("%s", word, 1)
            printed.append(whole)
        else:
            raise _Outside(repr(command))
    return "".join(printed)


def _shell_name(names: Mapping[str, str], name: str) -> str:
    if name not in names:
        raise _Outside(f"${name}")
    return names[name]
