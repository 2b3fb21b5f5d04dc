"""Constants: the share of a family's tasks that an answer earns which does not depend on the task, or only copies from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from r1.datasets.families import families_of
from r1.datasets.families.code._interpreter import CannotRun, call, run
from r1.datasets.family import Family, task
from r1.datasets.task import Task
from r1.envs.domain import domain_of
from r1.envs.judging import judging

DOMAINS = ("code", "format", "language", "math")
BOUND = 0.05

_LIST = "harvest lantern violin compass thunder velvet orchard " * 4
_PROSE = (
    "The old boat waits near the quiet garden. A farmer looks at the bright tower, and the river turns toward the market. "
    "We walked along the harbor until the bell rang. Then the teacher told us about the letter that nobody had read. "
)
_TEXTS = (
    "", "yes", "no", "none", "I do not know.", "ok", "true", "null", "x", "A", "B", "{}", "[]", "[1]", '{"name": ""}', "0/1", "1/2",
    "-1/2", "1/3", "(0, 0)", "(1, 1)", "{0}", "{1, -1}", "a: 1", "a,b\n1,2", "name,city", "| a |\n|---|\n| 1 |", "<a/>",
    "<report></report>", "AB-12", "aa-22", "22.22", "22/22", "00:00", "print(0)", "print('x')", "def f(x):return x",
    "def f(a,b):return a+b", "def f(a,b):return 0", "def g(x):return x", "def h(x):return x", "def solve(x):\n    return x",
    "def f(n):\n    return 0", "input()\nprint(0)", "print(input())", "a,b=map(int,input().split())\nprint(a+b)",
    "```lua\nprint(\"red blue\")\n```", "```python\nprint(\"red boat\")\n```",
    *(f"<{a}>words that say why this is so</{a}><{b}>100</{b}>" for a, b in (("think", "answer"), ("work", "result"))),
    "§§ so §§ 100", "<think>so</think>100", "<think>so it is</think><answer>```lua\nprint(\"a\")\n```</answer>",
    _LIST, _LIST.upper(), _LIST.replace(" ", ". "), *(_PROSE * n for n in range(1, 6)), _PROSE.upper(), (_PROSE * 2).lower(),
    (_PROSE * 2).replace(",", ""), f'"{_PROSE}"', f"{_PROSE}\n\n***\n\n{_PROSE}", f"{_PROSE}\n******\n{_PROSE} And so on.",
    f"<<A day>>\n{_PROSE * 2}", f"Part 1\n{_PROSE}\nPart 2\n{_PROSE}", f"{_PROSE}\nP.S. {_PROSE}", f"* one\n* two\n{_PROSE}",
    f"{_PROSE} Please fill in [name] and [date] and [place] and [time] and [price].", _LIST + _PROSE,
    *(" ".join((_LIST + _PROSE * 3).split()[:n]) + "." for n in range(30, 130, 10)),
)  # fmt: skip
TEXTS = (*_TEXTS, *map(str, range(-10, 190 - len(_TEXTS))))[:200]
"""200 texts: what each kind of task asks for, lists of words, prose in many layouts, and numbers."""


class Best(NamedTuple):
    """The answer that pays best without solving the task.

    Attributes:
        share: the share of fresh tasks that it earns.
        strategy: how it was made.
    """

    share: float
    strategy: str


Strategy = Callable[[Task], str]


def best_constant(
    domain: str, family: Family, level: int, texts: int = 200, others: int = 60, drawn: int = 40, fresh: int = 200
) -> Best:
    """The best of all strategies on ``drawn`` tasks, measured on ``fresh`` others, so that chance does not choose the figure."""
    pays = _judge(domain)
    strategies = dict(_strategies(domain, family, level, texts, others))
    first = [task(family, domain, "train", level, 11, i) for i in range(drawn)]
    hits = Counter({name: sum(pays(make(one), one, family) for one in first) for name, make in strategies.items()})
    candidates = [name for name, _ in hits.most_common(3)] + ["the most frequent answer"]
    second = [task(family, domain, "test", level, 12, i) for i in range(fresh)]
    shares = {name: sum(pays(strategies[name](one), one, family) for one in second) / fresh for name in candidates}
    name = max(shares, key=shares.__getitem__)
    return Best(shares[name], name)


def _strategies(domain: str, family: Family, level: int, texts: int, count: int) -> Iterator[tuple[str, Strategy]]:
    for number, text in enumerate(TEXTS[:: max(1, len(TEXTS) // texts)]):
        yield f"text {number}: {text[:20]!r}", lambda one, text=text: text
    yield "the prompt", lambda one: one.question
    yield "the first number", lambda one: (re.findall(r"\d+", one.question) or [""])[0]
    yield "the last number", lambda one: (re.findall(r"\d+", one.question) or [""])[-1]
    yield "the first word", lambda one: one.question.split()[0]
    yield "the last word", lambda one: one.question.split()[-1]
    others = [family.solution(task(family, domain, "train", level, 13, i).meta["instance"]) for i in range(count)]
    for number, other in enumerate(others[:8]):
        yield f"the answer to task {number}", lambda one, other=other: other
    yield "the most frequent answer", lambda one, common=Counter(others).most_common(1)[0][0]: common


def _judge(domain: str) -> Callable[[str, Task, Family], bool]:
    """Whether an answer is paid: by the primary verifier of the environment, behind its template's thought."""
    if domain == "code":
        return lambda answer, asked, family: _passes_tests(answer, asked)
    form = domain_of(domain).template
    judge = judging(domain, template=form)
    layout = "<think>so</think><answer>{}</answer>" if judge.template.after_thought else "{}"
    accuracy = judge.verifier.components["accuracy"][1]
    return lambda answer, asked, family: accuracy(layout.replace("{}", answer), asked.truth).reward == 1.0


def _passes_tests(answer: str, asked: Task) -> bool:
    """The tests of the truth, run by the interpreter of the families, which needs no sandbox."""
    truth = asked.truth
    try:
        if "entry_point" in truth:
            return all(call(answer, truth["entry_point"], test["args"]) == test["returns"] for test in truth["tests"])
        return all(run(answer, test["stdin"]).split() == test["stdout"].split() for test in truth["tests"])
    except (CannotRun, RecursionError):
        return False


def every_level() -> list[tuple[str, Family, int]]:
    """Each family and level of each environment."""
    return [(domain, family, n) for domain in DOMAINS for family in families_of(domain).values() for n in family.levels]
