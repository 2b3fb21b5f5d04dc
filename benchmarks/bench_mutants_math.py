r"""Mutants of gold answers: how many wrong ones `Math` pays, and how many respellings it refuses.

    python benchmarks/bench_mutants_math.py [--cases ../shared/cases] [--data ../shared/data] [--limit 300] [--save results/mutants_math.md]

Golds come from the labeled cases, from GSM8K and from our golden rows. Three questions are asked of each:

- *Mutants*: one change (`MUTATIONS`), of the gold as written and of the gold with its variables renamed to letters that are
  also units. A mutant is paid if ``Math().equal(gold, mutant)``. A paid one is no fault if SymPy proves the pair equal, on
  trees of another parser (latex2sympy2_extended), in a process that is killed at its budget; every other one is listed.
- *Respellings* (`RESPELLINGS`): the same answer written in another way; each must be accepted.
- *Renaming*: the same new names on both sides may not change the verdict of the gold against one of its mutants.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from r1.verifiers import Math
from r1.verifiers.verdict import TruthError

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
CASES = ("math_public.jsonl", "math.jsonl", "t2_math.jsonl")
UNIT_LETTERS = "tmsghl"
BUDGET_S = 8.0
# Paid mutants that the other parser cannot read or misreads: their kinds, a text in the gold, and the reason why gold and mutant are equal.
ARGUED = {
    (row["kinds"], row["gold_has"]): row["why"]
    for row in map(json.loads, (ROOT / "benchmarks/results/mutants_math_argued.jsonl").read_text("utf-8").splitlines())
}
_PIECE = re.compile(
    r"\\(?:text|mathrm|textbf|mbox|operatorname|begin|end)\s*\{[^{}]*\}|\\[A-Za-z]+|\\.|[A-Za-z]+|.", re.S
)
_FUNCTIONS = {"\\sin": "\\cos", "\\cos": "\\sin", "\\tan": "\\cot", "\\ln": "\\sin", "\\log": "\\sin", "\\sqrt": "\\sin",
              "\\exp": "\\sin", "\\arcsin": "\\arccos", "\\arctan": "\\arcsin"}  # fmt: skip
_BRACKETS = {"(": "[", ")": "]", "[": "(", "]": ")"}
_RELATIONS = {"<": ">", ">": "<", "\\le": "<", "\\leq": "<", "\\ge": ">", "\\geq": ">", "=": "\\ne ", "\\ne": "=", "\\neq": "=",
              "\\in": "\\notin ", "\\cup": "\\cap ", "\\cap": "\\cup "}  # fmt: skip


def pieces(text: str) -> list[str]:
    """The text in pieces: commands (``\\text{...}`` whole), runs of letters, single characters."""
    return _PIECE.findall(text)


def is_formula(text: str) -> bool:
    """Whether a gold is a formula or number rather than words, so that its letters are variables."""
    return not any(p.isalpha() and len(p) > 1 and p not in ("pi", "sqrt") for p in pieces(text)) and text.isascii()


def digits(text: str) -> Iterator[str]:
    """Every run of digits plus one."""
    for match in re.finditer(r"\d+", text):
        yield text[: match.start()] + str(int(match[0]) + 1).zfill(len(match[0])) + text[match.end() :]


def signs(text: str) -> Iterator[str]:
    """Every sign flipped, and a sign before the whole of a plain number."""
    for match in re.finditer(r"[+-]", text):
        yield text[: match.start()] + ("-" if match[0] == "+" else "+") + text[match.end() :]
    if re.fullmatch(r"[\d.]+", text) and set(text) - set("0."):
        yield "-" + text


def swapped(table: dict[str, str]) -> Callable[[str], Iterator[str]]:
    """The mutation that swaps each piece of the table once."""

    def mutation(text: str) -> Iterator[str]:
        parts = pieces(text)
        for at, part in enumerate(parts):
            if part in table:
                after = " " if table[part][-1:].isalpha() and parts[at + 1 : at + 2] and parts[at + 1].isalnum() else ""
                yield "".join((*parts[:at], table[part], after, *parts[at + 1 :]))

    return mutation


def letters(text: str) -> list[str]:
    """The single letters that are variables, constants and sets left out."""
    if not is_formula(text):
        return []
    return sorted({part for part in pieces(text) if part.isalpha() and len(part) == 1} - set("eidCRZNQPEUT"))


def renamed(text: str, names: dict[str, str]) -> str:
    """The text with other names for its variables."""
    return "".join(names.get(part, part) for part in pieces(text))


def is_bound(text: str, name: str) -> bool:
    r"""Whether a name is the variable of a set, the declared parameter of a family or the argument of a defined function.

    Another name for it gives the same answer: ``\{x | x > 2\}``, ``2k, k \in \mathbb{Z}``, ``f(x) = 2x``.
    """
    set_builder = rf"\{{\s*[^{{}}]*\b{name}\b[^{{}}]*(?:\||\\mid|:)"
    parameter = rf"(?:[,(\s]|\\mid)\s*{name}\s*\\in\s*\\mathbb|{name}\s*(?:=|\\to)[^}}]*\}}\s*\^?"
    argument = rf"^[$\s]*[A-Za-z](?:'|\^\{{-1\}})?\({name}\)\s*="
    return re.search(rf"{set_builder}|{parameter}|{argument}", text) is not None


def variables(text: str) -> Iterator[str]:
    """Every variable renamed, to another letter and to letters that are also units."""
    own = set(letters(text)) if "array" not in text else set()
    for name in sorted(own):
        if is_bound(text, name):
            continue
        for new in ["w", "q", *UNIT_LETTERS]:
            if new not in own:
                yield renamed(text, {name: new})


def items(text: str) -> Iterator[str]:
    """Every item of a list dropped, and doubled."""
    opened, closed = (
        re.match(r"\s*(?:\\left\s*)?(?:\\\{|[(\[])?", text),
        re.search(r"(?:\\right\s*)?(?:\\\}|[)\]])?\s*$", text),
    )
    assert opened is not None and closed is not None
    start, end = opened.end(), max(opened.end(), closed.start())
    depth, cuts = 0, [start]
    for at in range(start, end):
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if (
            text[at] == ","
            and text[at - 1 : at] != "\\"
            and depth == 0
            and not (re.match(r"\d{3}(?!\d)", text[at + 1 :]) and text[at - 1].isdigit())
        ):
            cuts.append(at + 1)
    listed = [text[a:b].rstrip(",") for a, b in zip(cuts, [*cuts[1:], end], strict=True)]
    if len(listed) < 2 or any(not item.strip() for item in listed):
        return
    for at, item in enumerate(listed):
        yield text[:start] + ",".join(listed[:at] + listed[at + 1 :]) + text[end:]
        if "\\{" not in text[:start]:
            yield text[:start] + ",".join([*listed[: at + 1], item, *listed[at + 1 :]]) + text[end:]


MUTATIONS: dict[str, Callable[[str], Iterator[str]]] = {
    "digits +1": digits, "sign": signs, "variable": variables, "bracket": swapped(_BRACKETS), "relation": swapped(_RELATIONS),
    "function": swapped(_FUNCTIONS), "list item": items,
}  # fmt: skip


# ---------------------------------------------------------------------------------------------------------- respellings

_FLAT = r"\{((?:[^{}]|\{[^{}]*\})*)\}"


def python(text: str) -> str:
    """The spelling of Python: ``(a)/(b)``, ``sqrt(a)``, ``**``, ``*``."""
    if re.search(
        r"\\(?:sum|int|prod|lim|text|mbox|begin|circ|mathbb|prime)|\\\\\\\\|\^\{-1\}\(|[A-Za-z]\^\w\(|d\}\{d|\\(?:sin|cos|tan|cot|sec|csc|log|ln|sqrt)\s*[\^\[]",
        text,
    ):
        return text  # these have no such spelling
    for _ in range(4):
        text = re.sub(rf"\\[dt]?frac\s*{_FLAT}\s*{_FLAT}", r"((\1)/(\2))", text)
        text = re.sub(rf"\\sqrt\s*{_FLAT}", r" sqrt(\1)", text)
        text = re.sub(rf"\^\s*{_FLAT}", r"**(\1)", text)
    text = re.sub(r"\\(sin|cos|tan|ln|log|pi)(?![a-zA-Z])", r" \1", text)
    return re.sub(r"\\(?:cdot|times)(?![a-z])", "*", text).replace("^", "**")


def unicode(text: str) -> str:
    """The spelling with Unicode signs."""
    text = re.sub(
        r"\^(?:\{(-?\d)\}|(\d)(?!\d))",
        lambda m: (m[1] or m[2]).translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")),
        text,
    )
    text = text.replace("-", "−")
    for latex, sign in (("\\pi", "π"), ("\\infty", "∞"), ("\\cdot", "·"), ("\\times", "×"), ("\\cup", "∪"), ("\\pm", "±"),
                        ("\\leq", "≤"), ("\\geq", "≥"), ("\\le", "≤"), ("\\ge", "≥"), ("\\theta", "θ"), ("\\alpha", "α")):  # fmt: skip
        text = re.sub(re.escape(latex) + r"(?![A-Za-z])", sign, text)
    return text


def sized(text: str) -> str:
    r"""Brackets with ``\left`` and ``\right``, where they match."""
    opened: list[str] = []
    for char in re.findall(r"[()\[\]]", text):
        if char in "([":
            opened.append(char)
        elif not opened or opened.pop() + char not in ("()", "[]"):
            return text
    if opened or "\\left" in text or "\\sqrt[" in text:
        return text
    return re.sub(r"([()\[\]])", lambda m: ("\\left" if m[1] in "([" else "\\right") + m[1], text)


def spaced(text: str) -> str:
    """White space around the operators."""
    return re.sub(r"(?<=[\w})])\s*([+\-=<>])\s*(?=[\w\\({])", r" \1 ", text) if is_formula(text) else f" {text} "


def bracketed(text: str) -> str:
    """The whole value in parentheses."""
    plain = is_formula(text) and not re.search(
        r"[,=<>:;$%()\[\]]|\\(?:[{}%]|le|ge|ne|in|text|cup|cap|pm|quad|approx|begin|equiv|mid)", text
    )
    return f"({text})" if plain and "\n" not in text else text


RESPELLINGS = {
    "python": python,
    "Unicode": unicode,
    "left and right": sized,
    "spacing": spaced,
    "parentheses": bracketed,
}


# ------------------------------------------------------------------------------------------------------ the other parser


def _prove(pipe: Connection) -> None:
    """Answer each pair of texts with "equal", "different" or "unread"; runs in a process of its own."""
    from latex2sympy2_extended import latex2sympy
    from sympy import simplify

    while True:
        gold, mutant = pipe.recv()
        try:
            a, b = latex2sympy(gold), latex2sympy(mutant)
            same = (
                a == b
                or simplify(getattr(a, "lhs", a) - getattr(a, "rhs", 0) - getattr(b, "lhs", b) + getattr(b, "rhs", 0))
                == 0
            )
            pipe.send("equal" if same else "different")
        except Exception:  # whatever the other parser or SymPy raises: it could not read the pair
            pipe.send("unread")


class OtherParser:
    """SymPy on the trees of an independent parser, in a process that is killed when it takes too long."""

    def __init__(self) -> None:
        self._process: multiprocessing.Process | None = None

    def verdict(self, gold: str, mutant: str) -> str:
        """ "equal", "different" or "unread"."""
        if self._process is None:
            self._pipe, far = multiprocessing.Pipe()
            self._process = multiprocessing.Process(target=_prove, args=(far,), daemon=True)
            self._process.start()
            far.close()
        try:
            self._pipe.send((gold, mutant))
            if self._pipe.poll(BUDGET_S):
                return str(self._pipe.recv())
        except (EOFError, OSError):
            pass
        self._process.kill()
        self._process = None
        return "unread"


# ---------------------------------------------------------------------------------------------------------------- golds


def golds(cases: Path, data: Path) -> list[str]:
    """The distinct golds of the labeled cases, of GSM8K and of our golden rows that `Math` can read."""
    found: dict[str, None] = {}
    for path in [*(cases / name for name in CASES), ROOT / "tests/golden/math.jsonl"]:
        if not path.exists():
            print(f"skipped: {path} does not exist")
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row.get("verifier") != "choice" and not row.get("disputed"):
                found[str(row["gold"])] = None
    for name in ("test.jsonl", "train.jsonl"):
        path = data / "gsm8k" / name
        if not path.exists():
            print(f"skipped: {path} does not exist")
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            found[json.loads(line)["answer"].rpartition("####")[2].strip().replace(",", "")] = None
    return [gold for gold in found if gold.strip() and len(gold) < 400 and "boxed" not in gold]


@dataclass
class Report:
    """Counts by kind, and the pairs to look at.

    Attributes:
        tried: how many mutants or respellings of each kind.
        failed: how many of them were paid (mutants) or refused (respellings).
        proved: how many paid mutants the other parser proves equal.
        argued: how many paid mutants are equal for a reason in `ARGUED`.
        listed: the pairs behind ``failed`` that no proof excuses, as (kind, gold, text, remark).
    """

    tried: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    proved: Counter[str] = field(default_factory=Counter)
    argued: Counter[str] = field(default_factory=Counter)
    listed: list[tuple[str, str, str, str]] = field(default_factory=list)

    def mutant(self, kind: str, gold: str, text: str, other: OtherParser) -> bool | None:
        """Judge one mutant; None if the gold cannot be read."""
        verdict = judged(gold, text)
        if verdict is None:
            return None
        self.tried[kind] += 1
        if verdict:
            reason = next(
                (why for (kinds, part), why in ARGUED.items() if kind.partition(",")[0] in kinds and part in gold), ""
            )
            proof = "argued" if reason else other.verdict(gold, text)
            self.failed[kind] += 1
            if reason:
                self.argued[kind] += 1
                self.listed.append((kind, gold, text, f"equal: {reason}"))
            elif proof == "equal":
                self.proved[kind] += 1
            else:
                self.listed.append((kind, gold, text, proof))
        return verdict

    def respelling(self, kind: str, gold: str, text: str) -> None:
        """Judge one respelling."""
        verdict = judged(gold, text)
        if verdict is not None:
            self.tried[kind] += 1
            self.failed[kind] += not verdict
            if not verdict:
                self.listed.append((kind, gold, text, "refused"))


def judged(gold: str, answer: str) -> bool | None:
    """Whether the answer is paid; None for a gold that `Math` cannot read."""
    with contextlib.suppress(TruthError):
        return Math().equal(gold, answer)
    return None


def unit_names(text: str) -> dict[str, str]:
    """New names for the variables of a text, letters that are also units where there are enough."""
    own = letters(text)
    free = [letter for letter in UNIT_LETTERS if letter not in own]
    return dict(zip(own, free, strict=False)) if len(own) <= len(free) else {}


def examine(gold: str, report: Report, other: OtherParser) -> None:
    """Judge everything about one gold."""
    for kind, mutation in MUTATIONS.items():
        names = unit_names(gold)
        for text in mutation(gold) if kind != "bracket" or is_formula(gold) else ():
            if text == gold:
                continue
            verdict = report.mutant(kind, gold, text, other)
            if names and verdict is not None and kind != "variable":
                again = report.mutant(f"{kind}, unit letters", renamed(gold, names), renamed(text, names), other)
                report.tried["renaming"] += 1
                if again != verdict:
                    report.failed["renaming"] += 1
                    report.listed.append(
                        ("renaming", renamed(gold, names), renamed(text, names), f"{verdict} -> {again}")
                    )
    for kind, respell in RESPELLINGS.items():
        if (text := respell(gold)) != gold:
            report.respelling(kind, gold, text)


def table(report: Report, count: int) -> str:
    """The report as Markdown."""
    lines = [
        "# Mutants and respellings of math golds",
        "",
        f"{count} golds.",
        "",
        "| kind | tried | paid | proved equal | argued | left |",
        "|---|---|---|---|---|---|",
    ]
    for kind in [k for k in report.tried if k.split(",")[0] in MUTATIONS]:
        paid, proved, argued = report.failed[kind], report.proved[kind], report.argued[kind]
        lines.append(f"| {kind} | {report.tried[kind]} | {paid} | {proved} | {argued} | {paid - proved - argued} |")
    lines += ["", "| respelling | tried | refused |", "|---|---|---|"]
    lines += [
        f"| {kind} | {report.tried[kind]} | {report.failed[kind]} |"
        for kind in (*RESPELLINGS, "renaming")
        if report.tried[kind]
    ]
    lines += ["", f"Listed for argument: {len(report.listed)}.", ""]
    lines += [f"- {kind}: `{gold!r}` against `{text!r}` ({remark})" for kind, gold, text, remark in report.listed]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, default=SHARED / "cases")
    parser.add_argument("--data", type=Path, default=SHARED / "data")
    parser.add_argument("--limit", type=int, default=0, help="a random sample of the golds; 0: all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--save", type=Path, help="also write the report to this file")
    options = parser.parse_args()
    found = golds(options.cases, options.data)
    if options.limit:
        found = random.Random(options.seed).sample(found, min(options.limit, len(found)))
    report, other = Report(), OtherParser()
    for gold in found:
        examine(gold, report, other)
    text = table(report, len(found))
    print(text)
    if options.save:
        command = "python " + " ".join(["benchmarks/bench_mutants_math.py", *sys.argv[1:]])
        options.save.write_text(text + f"\nCommand: `{command}`\n", encoding="utf-8")


if __name__ == "__main__":
    main()
