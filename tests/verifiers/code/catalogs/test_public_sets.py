"""Public sets: canonical solutions and right alternatives earn full reward, mutants that the tests kill earn none."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

import pytest
from golden import complaints, golden
from shared_data import SHARED, needs_shared

from r1.datasets.load import load_tasks
from r1.datasets.task import Task
from r1.sandbox import Limits, Outcome, Program, Sandbox, open_sandbox
from r1.verifiers.code import Code

FENCE = "```python\n{}\n```"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox("auto", workers=2) as box:
        yield box


@pytest.fixture(scope="module")
def humaneval() -> list[Task]:
    return load_tasks(SHARED / "data/humaneval/HumanEval.jsonl.gz", "code")


def whole(task: Task) -> str:
    return task.truth["prompt"] + task.meta["solution"]


@needs_shared
def test_humaneval_solutions_earn_full_reward(sandbox: Sandbox, humaneval: list[Task]) -> None:
    verdicts = Code(sandbox).many([FENCE.format(whole(t)) for t in humaneval], [t.truth for t in humaneval])
    assert [(t.id, v.note) for t, v in zip(humaneval, verdicts, strict=True) if v.reward != 1.0] == []


@needs_shared
def test_a_function_body_alone_continues_its_prompt(sandbox: Sandbox, humaneval: list[Task]) -> None:
    some = humaneval[::10]
    verdicts = Code(sandbox).many([FENCE.format(t.meta["solution"]) for t in some], [t.truth for t in some])
    assert [(t.id, v.note) for t, v in zip(some, verdicts, strict=True) if v.reward != 1.0] == []


@needs_shared
def test_generated_tests_accept_right_programs_that_are_written_differently(
    sandbox: Sandbox, humaneval: list[Task]
) -> None:
    """Other algorithms, other libraries, other orders: each is right by the statement of its task."""
    programs = golden("humaneval_alternatives")
    truths = {task.id: task.truth for task in humaneval}
    completions = [FENCE.format(row["program"]) for row in programs]
    verdicts = Code(sandbox, generated_tests=100).many(completions, [truths[row["task"]] for row in programs])
    wrong = [(row, verdict) for row, verdict in zip(programs, verdicts, strict=True) if verdict.reward != 1.0]
    assert not wrong, complaints(wrong)


class Mutator(ast.NodeTransformer):
    """Changes the operator or integer at one place; ``found`` counts the places that can be changed."""

    def __init__(self, which: int) -> None:
        self.which, self.found = which, 0

    def hit(self) -> bool:
        self.found += 1
        return self.found - 1 == self.which

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        swap = {
            ast.Lt: ast.LtE,
            ast.LtE: ast.Lt,
            ast.Gt: ast.GtE,
            ast.GtE: ast.Gt,
            ast.Eq: ast.NotEq,
            ast.NotEq: ast.Eq,
        }
        if type(node.ops[0]) in swap and self.hit():
            node.ops[0] = swap[type(node.ops[0])]()
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        swap = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Mod: ast.FloorDiv}
        if type(node.op) in swap and self.hit():
            node.op = swap[type(node.op)]()
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if type(node.value) is int and self.hit():
            return ast.Constant(node.value + 1)
        return node


def mutants(source: str, most: int) -> list[str]:
    tree = ast.parse(source)
    counter = Mutator(-1)
    counter.visit(copy.deepcopy(tree))
    step = max(1, counter.found // most)
    return [ast.unparse(Mutator(k).visit(copy.deepcopy(tree))) for k in range(0, counter.found, step)][:most]


@needs_shared
def test_mutants_that_the_sets_own_tests_kill_earn_nothing(sandbox: Sandbox, humaneval: list[Task]) -> None:
    """Killed: the set's own check, in a plain interpreter, fails or does not end. The verifier must agree."""
    pairs = [(task, mutant) for task in humaneval for mutant in mutants(whole(task), most=2)]
    scripts = [f"{mutant}\n{task.truth['tests'][0]['asserts']}\n" for task, mutant in pairs]
    limits = Limits(cpu_s=1)
    plain = sandbox.run_many([Program(script) for script in scripts], limits)
    killed = [isinstance(outcome, Outcome) and not outcome.ok for outcome in plain]
    assert sum(killed) / len(pairs) > 0.85
    truths = [{**task.truth, "limits": {"cpu_s": 1}} for task, _ in pairs]
    verdicts = Code(sandbox).many([FENCE.format(mutant) for _, mutant in pairs], truths)
    paid = [(t.id, m) for (t, m), v, dead in zip(pairs, verdicts, killed, strict=True) if dead and v.reward != 0.0]
    assert not paid
