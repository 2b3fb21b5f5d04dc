"""First-order mutants of HumanEval's solutions: how many the set's own tests kill, and generated tests with them.

    python benchmarks/bench_mutants.py [--data HumanEval.jsonl.gz] [--most 4] [--count 100] [--save results/mutants.md]

A mutant is the canonical program with one small change. Whether the set's own tests kill it is determined without our
verifier: program and tests run in one plain interpreter. There are two rates, of all mutants and of those that are not
equivalent to their original. `EQUIVALENT` gives the reason for each equivalent one, and survivors are compared with the
original on many more inputs.
"""

from __future__ import annotations

import argparse
import ast
import copy
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from r1.datasets.load import load_tasks
from r1.datasets.task import Task
from r1.sandbox import Limits, Outcome, Program, Sandbox, SandboxUnavailable, open_sandbox
from r1.verifiers.code import Code
from r1.verifiers.code.inputs import Domain
from r1.verifiers.code.stronger_tests import inputs_of
from r1.verifiers.code.trial.calls import call_records
from r1.verifiers.code.truth.literals import Call
from r1.verifiers.code.truth.reader import read_truth

DEFAULT_DATA = Path(__file__).resolve().parents[2] / "shared/data/humaneval/HumanEval.jsonl.gz"
BOUNDARY = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
NEGATED = {ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Lt: ast.GtE, ast.Gt: ast.LtE}
ARITHMETIC = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv}
ARITHMETIC |= {ast.Div: ast.Mult, ast.Pow: ast.Mult}
LIMITS = Limits(cpu_s=1)
# Mutants that do what the original does on every input of the task: text in the changed line, and the reason.
EQUIVALENT = {
    ("HumanEval/18", "len(string) + len(substring)"): "slices that begin too late are shorter than the substring",
    ("HumanEval/19", "'nine': 10"): "nine stays the largest, and only the order counts",
    ("HumanEval/35", "if e >= m:"): "an equal element put in the place of the maximum is the maximum",
    ("HumanEval/48", "range(len(text) - 1)"): "the last comparison is the first one again",
    ("HumanEval/59", "if k < 1:"): "is_prime is never asked about 1",
    ("HumanEval/68", "len(arr) == -1"): "an empty list has no even element, which gives [] as well",
    ("HumanEval/69", "(max(lst) + 2)"): "one counter more than there are values; elements are positive",
    ("HumanEval/72", "while i <= j:"): "the middle element is compared with itself",
    ("HumanEval/75", "range(2, 100)"): "100 is not a prime",
    ("HumanEval/82", "range(2, l - 1)"): "l - 1 divides l only for l = 2, where both ranges are empty",
    ("HumanEval/96", "range(2, i - 1)"): "i - 1 divides i only for i = 2, where both ranges are empty",
    ("HumanEval/99", "len(value) >= 0"): "float() has already raised on an empty text",
    ("HumanEval/111", "t = -1"): "every letter in the text is counted at least once",
    ("HumanEval/116", "bin(x)[1:]"): "the character kept is a 'b', and only ones are counted",
    ("HumanEval/118", "if len(word) < 2:"): "in a word of two letters the loop is empty",
    ("HumanEval/135", "arr[i] <= arr[i - 1]"): "the task says that no values are equal",
    ("HumanEval/137", "float(temp_a) >= float(temp_b)"): "equal values have been answered with None before",
    ("HumanEval/139", "range(2, n + 1)"): "1! is a factor of 1",
    ("HumanEval/145", "if n <= 0:"): "0 and -0 have the same digits",
    ("HumanEval/145", "if n < 1:"): "0 and -0 have the same digits",
    ("HumanEval/147", "range(i + 1, n - 1)"): "after the last element there is no third one",
    ("HumanEval/147", "range(1, n + 2)"): "the further element is never read",
    ("HumanEval/154", "range(len(a) + l + 1)"): "slices that begin too late are shorter than the pattern",
    ("HumanEval/154", "range(l + 1 - 1)"): "rotating by all letters changes nothing; words are not empty",
    ("HumanEval/159", "if need < remaining:"): "if need equals remaining, both branches give the same",
    ("HumanEval/163", "max(1, min(a, b))"): "1 is odd",
    ("HumanEval/163", "min(9, max(a, b))"): "9 is odd",
}


# ----------------------------------------------------------------------------------------------------------- mutants


def compare_with(table: dict[type, type]) -> Callable[[ast.AST], ast.AST | None]:
    def change(node: ast.AST) -> ast.AST | None:
        if isinstance(node, ast.Compare) and type(node.ops[0]) in table:
            return ast.Compare(node.left, [table[type(node.ops[0])](), *node.ops[1:]], node.comparators)
        return None

    return change


def arithmetic(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        return ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)
    return None


def constant(by: int) -> Callable[[ast.AST], ast.AST | None]:
    def change(node: ast.AST) -> ast.AST | None:
        return ast.Constant(node.value + by) if isinstance(node, ast.Constant) and type(node.value) is int else None

    return change


def boolean(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.BoolOp):
        return ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        return ast.Constant(not node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return node.operand
    return None


def short_range(node: ast.AST) -> ast.AST | None:
    """``range(n)`` ends one earlier."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
        args = list(node.args)
        last = min(1, len(args) - 1)
        args[last] = ast.BinOp(args[last], ast.Sub(), ast.Constant(1))
        return ast.Call(node.func, args, [])
    return None


def condition(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.If | ast.While):
        new = copy.deepcopy(node)
        new.test = ast.UnaryOp(ast.Not(), node.test)
        return new
    return None


OPERATORS = {
    "boundary": compare_with(BOUNDARY), "negated": compare_with(NEGATED), "arithmetic": arithmetic, "constant+1": constant(1),
    "constant-1": constant(-1), "boolean": boolean, "range": short_range, "condition": condition,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    task: Task
    operator: str
    source: str

    @property
    def change(self) -> str:
        """The changed line: before → after."""
        original = ast.unparse(ast.parse(str(self.task.truth["prompt"] + self.task.meta["solution"]))).split("\n")
        pairs = zip(original, self.source.split("\n"), strict=False)
        return next((f"`{a.strip()}` → `{b.strip()}`" for a, b in pairs if a != b), "")

    @property
    def equivalent(self) -> str:
        """Why the mutant is equivalent to the original, or "" if no reason is known."""
        after = self.change.rpartition(" → ")[2]
        return next((why for (task, text), why in EQUIVALENT.items() if task == self.task.id and text in after), "")


class _Apply(ast.NodeTransformer):
    """Makes the change at one place; ``found`` counts the places where it can be made."""

    def __init__(self, change: Callable[[ast.AST], ast.AST | None], place: int) -> None:
        self.change, self.place, self.found = change, place, 0

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return node  # a docstring
        new = self.change(node)
        if new is not None:
            self.found += 1
            if self.found - 1 == self.place:
                return new
        return super().generic_visit(node)


def mutants(task: Task, most: int, rng: random.Random) -> list[Mutant]:
    """At most ``most`` first-order mutants, drawn uniformly; a mutant differs from the program."""
    program = str(task.truth["prompt"] + task.meta["solution"])
    tree = ast.parse(program)
    found: dict[str, str] = {}
    for name, change in OPERATORS.items():
        counter = _Apply(change, -1)
        counter.visit(copy.deepcopy(tree))
        for place in range(counter.found):
            text = ast.unparse(ast.fix_missing_locations(_Apply(change, place).visit(copy.deepcopy(tree))))
            if text != ast.unparse(tree):
                found.setdefault(text, name)
    chosen = rng.sample(sorted(found), min(most, len(found)))
    return [Mutant(task, found[text], text) for text in chosen]


# ------------------------------------------------------------------------------------------------------------ judging


def killed_by_own_tests(sandbox: Sandbox, found: Sequence[Mutant]) -> list[bool]:
    """Whether each mutant fails in one interpreter with its tests, as the set runs them; not ending is failing."""
    scripts = [Program(f"{m.source}\n{m.task.truth['tests'][0]['asserts']}\n") for m in found]
    return [isinstance(outcome, Outcome) and not outcome.ok for outcome in sandbox.run_many(scripts, LIMITS)]


def refused(verifier: Code, found: Sequence[Mutant], truths: dict[str, dict[str, object]]) -> list[bool]:
    verdicts = verifier.many([f"```python\n{m.source}\n```" for m in found], [truths[m.task.id] for m in found])
    return [verdict.reward == 0.0 for verdict in verdicts]


def difference(sandbox: Sandbox, mutant: Mutant, tries: int) -> str:
    """An input on which mutant and original differ, or "". Inputs are those of the tests, changed without limits."""
    plan = replace(read_truth(mutant.task.truth), limits=LIMITS)
    rng = random.Random(repr((mutant.task.id, mutant.operator)))
    seen = inputs_of(sandbox, plan)
    domain = Domain(seen)
    corpus = list(seen)
    for _ in range(tries):
        corpus.append(domain.change(rng.choice(corpus), rng))
    for start in range(0, len(corpus), 200):
        calls = [Call(args, {}) for args in corpus[start : start + 200]]
        original, _ = call_records(sandbox, plan, Program(plan.reference, "python"), calls, stop=False)
        changed, _ = call_records(sandbox, plan, Program(mutant.source, "python"), calls, stop=False)
        for number, call in enumerate(calls):
            ours, theirs = (records.get(str(number)) or {} for records in (original, changed))
            if "v" in ours and ours["v"] != theirs.get("v", ours):
                return repr(call.args)[:100]
    return ""


def paid(killed: Sequence[bool], no: Sequence[bool]) -> int:
    return sum(dead and not refused for dead, refused in zip(killed, no, strict=True))


def _why_alive(mutant: Mutant, input_: str) -> str:
    parts = [mutant.equivalent and f"equivalent, {mutant.equivalent}", input_ and f"differs on {input_}"]
    return "; ".join(filter(None, parts)) or "no input was found"


@dataclass(frozen=True)
class Judged:
    """Which mutants were killed, by each of three judges; what survived; and which originals were refused."""

    own: list[bool]
    plain: list[bool]
    generated: list[bool]
    lost: list[str]
    survivors: list[tuple[Mutant, str]]


def judged(sandbox: Sandbox, tasks: Sequence[Task], found: Sequence[Mutant], count: int, tries: int) -> Judged:
    """Judge mutants and originals; each survivor comes with an input on which it differs from its original, or ""."""
    truths: dict[str, dict[str, object]] = {task.id: {**task.truth, "limits": {"cpu_s": 1}} for task in tasks}
    own = killed_by_own_tests(sandbox, found)
    plain = refused(Code(sandbox), found, truths)
    strong = Code(sandbox, generated_tests=count)
    generated = refused(strong, found, truths)
    originals = [Mutant(task, "none", str(task.truth["reference"])) for task in tasks]
    lost = [m.task.id for m, no in zip(originals, refused(strong, originals, truths), strict=True) if no]
    alive = [m for m, dead in zip(found, generated, strict=True) if not dead]
    return Judged(own, plain, generated, lost, [(m, difference(sandbox, m, tries)) for m in alive])


def report(options: argparse.Namespace, tasks: Sequence[Task], found: Sequence[Mutant], rates: Judged) -> str:
    equivalent = sum(bool(m.equivalent) for m in found)
    by_plain, by_strong = paid(rates.own, rates.plain), paid(rates.own, rates.generated)
    total, real = len(found), len(found) - equivalent
    strong = f"and {options.count} generated, `Code(generated_tests={options.count})`"
    rows = (
        ("the set's own, plain interpreter", rates.own),
        ("the set's own, `Code()`", rates.plain),
        (strong, rates.generated),
    )
    lines = [
        "# Mutants of HumanEval's solutions",
        "",
        f"{total} first-order mutants, at most {options.most} of each of {len(tasks)} programs (seed {options.seed}).",
        f"{equivalent} of them do what the original does on every input of their task (reasons below); {real} do not.",
        "",
        "| tests | killed | of all | of those that are not equivalent |",
        "|---|---|---|---|",
        *(f"| {name} | {sum(dead)} | {sum(dead) / total:.1%} | {sum(dead) / real:.1%} |" for name, dead in rows),
        "",
        f"Killed by the set's own tests and yet paid: {by_plain} by `Code()`, {by_strong} with generated tests.",
        f"Canonical solutions refused with generated tests: {', '.join(rates.lost) or 0}.",
        "",
        f"Survivors: {len(rates.survivors)}. Each with an input that tells mutant and original apart (of {options.tries} more inputs,",
        "including some outside of the task's domain), or the reason why there is none.",
        "",
        *(f"- {m.task.id} {m.operator}: {m.change}: {_why_alive(m, input_)}" for m, input_ in rates.survivors),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="HumanEval.jsonl.gz")
    parser.add_argument("--backend", default="auto")
    parser.add_argument("--most", type=int, default=4, help="mutants for each task")
    parser.add_argument("--seed", type=int, default=0, help="seed of the draw of mutants")
    parser.add_argument("--count", type=int, default=100, help="generated tests for each task")
    parser.add_argument(
        "--tries", type=int, default=2000, help="inputs on which survivors are compared with the original"
    )
    parser.add_argument("--save", type=Path, help="also write the report to this file")
    options = parser.parse_args()
    tasks = load_tasks(options.data, "code")
    rng = random.Random(options.seed)
    found = [mutant for task in tasks for mutant in mutants(task, options.most, rng)]
    try:
        sandbox = open_sandbox(options.backend)
    except SandboxUnavailable as refusal:
        sys.exit(f"bench_mutants: {refusal}")
    with sandbox:
        text = report(options, tasks, found, judged(sandbox, tasks, found, options.count, options.tries))
    print(text)
    if options.save:
        command = "python " + " ".join(["benchmarks/bench_mutants.py", *sys.argv[1:]])
        options.save.write_text(text + f"\nCommand: `{command}`\n", encoding="utf-8")


if __name__ == "__main__":
    main()
