"""Programs that would rather not be judged: they forge what the judge reads, swamp it, silence its clocks, or ask for secrets.

Whatever a program does is a verdict against it. None of these may stop the judge, take a neighbour along, or be UNSCORED.
"""

from __future__ import annotations

# ruff: noqa: E501
import shutil
import time
from collections.abc import Iterator
from typing import Any

import pytest
from forgery import FORGE

from r1.sandbox import Sandbox, open_sandbox
from r1.verifiers.code import Code

LIMITS = {"cpu_s": 1, "wall_s": 3, "memory_mb": 256}


def task(tests: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"language": "python", "limits": LIMITS, "tests": tests, **more}


def fenced(program: str, language: str = "python") -> str:
    return f"```{language}\n{program}\n```"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox("namespaces", workers=2) as box:
        yield box


SHOWN = task(
    [{"args": [19, 23], "returns": 42, "visible": True}, {"args": [70001, -70002], "returns": -1}], entry_point="add"
)
BY_EQUALITY = task([{"args": [19, 23], "returns": 42}], entry_point="add", compare="python")
UNORDERED = task([{"args": [19, 23], "returns": [1, 2, 3], "compare": "unordered"}], entry_point="add")
NEIGHBOUR = fenced("def add(a, b): return a + b")

FORGED: dict[str, tuple[Any, str]] = {
    "a fraction with an exponent": (0, '\'{"v": {"q": ["1e999999999"]}}\''),
    "a fraction of a decimal": (0, '\'{"v": {"q": [{"m": "1e999999999"}]}}\''),
    "a decimal that no int can hold": (0, '\'{"v": {"m": "1e999999999"}}\''),
    "an int of four million bits": (0, "'{\"v\": {\"i\": \"0x' + 'f' * 1_000_000 + '\"}}'"),
    "deeper than anything encodes": (0, "'{\"v\": [1, 2, ' + '[' * 150 + ']' * 150 + ']}'"),
    "deeper than anything decodes": (0, "'{\"v\": ' + '[' * 900 + ']' * 900 + '}'"),
    "deep in things to walk through": (0, "'{\"v\": ' + '{\"o\":[\"x\",[' * 300 + ']]}' * 300 + '}'"),
    "a C function's result": (0, "'{\"native\": \"42\"}'"),
    "an exception that is a number": (0, "'{\"e\": 5}'"),
    "an exception of odd parts": (0, "'{\"e\": [1, [2], {}]}'"),
    "an odd story of loading": ("load", "'[{}, [], 7]'"),
    "an odd time": ("time", "'{}'"),
    "an odd duration": (0, "'{\"v\": 0, \"s\": {}}'"),
    "no value": (0, "'{\"v\": {}}'"),
    "unhashable keys": (0, "'{\"v\": {\"d\": [[[1], 2]]}}'"),
    "pairs that are none": (0, "'{\"v\": {\"d\": [1]}}'"),
    "a set of lists": (0, "'{\"v\": {\"s\": [[1]]}}'"),
    "bytes beyond 255": (0, "'{\"v\": {\"b\": [999]}}'"),
    "a range of step 0": (0, "'{\"v\": {\"r\": [1, 2, 0]}}'"),
    "an endless duration": (0, "'{\"v\": {\"z\": \"timedelta 99999999999 1 1\"}}'"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_forged_records_are_wrong_and_stop_nobody(name: str, sandbox: Sandbox) -> None:
    number, body = FORGED[name]
    attack = fenced(f"{FORGE}\ndef add(a, b): forge({number!r}, {body})")
    began_s = time.monotonic()
    truths = [SHOWN, BY_EQUALITY, UNORDERED, SHOWN]
    answers = Code(sandbox).with_feedback([attack, attack, attack, NEIGHBOUR], truths)
    assert [verdict.reward for verdict, _ in answers] == [0.0, 0.0, 0.0, 1.0]
    assert time.monotonic() - began_s < 20  # an endless result took minutes, or all memory


ENDLESS = {  # results that are small to write and endless to work with, and what the test does with them
    "set of a range": ("set(f(3)) == {1, 2}", "range(10**15)"),
    "sorted range": ("sorted(f(3)) == [1, 2]", "range(10**15)"),
    "sum of a range": ("sum(f(3)) == 3", "range(10**15)"),
    "max of a range": ("max(f(3)) == 3", "range(10**15)"),
    "in a range": ("1.5 in f(3)", "range(10**15)"),
    "ranges in a list": ("set(f(3)[0]) == {1}", "[range(10**15)]"),
    "one hash for all, set": ("set(f(3)) == {1, 2}", "[i * (2**61 - 1) for i in range(140_000)]"),
    "one hash for all, dict": ("dict(f(3)) == {1: 2}", "[(i * (2**61 - 1), 0) for i in range(100_000)]"),
    "signalling nan": ("f(3) == 2", "__import__('decimal').Decimal('sNaN')"),
    "rounding": ("round(f(3)) == 2", "__import__('decimal').Decimal('1e999999999')"),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_endless_results_are_wrong_and_soon(name: str, sandbox: Sandbox) -> None:
    test, value = ENDLESS[name]
    truth = task([{"asserts": f"assert {test}"}], entry_point="f")
    began_s = time.monotonic()
    assert Code(sandbox)(fenced(f"def f(n): return {value}"), truth).reward == 0.0
    assert time.monotonic() - began_s < 20


def test_ranges_that_somebody_may_want_are_results(sandbox: Sandbox) -> None:
    asserts = "assert f(3) == range(3)\nassert list(f(3)) == [0, 1, 2]\nassert set(f(100_000)) == set(range(100_000))"
    assert (
        Code(sandbox)(fenced("def f(n): return range(n)"), task([{"asserts": asserts}], entry_point="f")).reward == 1.0
    )


@pytest.mark.parametrize("value", ["'\\ud800'", "['\\ud800']", "1 / 0", "(_ for _ in ()).throw(ValueError('\\udfff'))"])
def test_feedback_is_text_for_any_tokenizer(value: str, sandbox: Sandbox) -> None:
    verdict, text = Code(sandbox).with_feedback([fenced(f"def add(a, b): return {value}")], [SHOWN])[0]
    assert verdict.reward == 0.0
    assert text.encode()


def test_numbers_of_thousands_of_digits_are_arguments_like_others(sandbox: Sandbox) -> None:
    truth = task([{"call": "f(10**5000)", "returns_literal": "10**5000", "visible": True}], entry_point="f")
    found = Code(sandbox).many([fenced("def f(n): return n"), fenced("def f(n): return n + 1")], [truth, truth])
    assert [verdict.reward for verdict in found] == [1.0, 0.0]


LACKING = {  # ways to say that a module is not there
    "imported": "import torch\n{right}",
    "raised": "def add(a, b): raise ModuleNotFoundError(\"No module named 'numpy'\", name='numpy')",
    "raised while loading": "raise ModuleNotFoundError(\"No module named 'numpy'\")",
    "said": "import os, sys\nsys.stderr.write(\"ModuleNotFoundError: No module named 'numpy'\\n\")\nos._exit(1)",
}


@pytest.mark.parametrize("name", LACKING)
def test_a_program_cannot_choose_not_to_be_judged(name: str, sandbox: Sandbox) -> None:
    attack = fenced(LACKING[name].format(right="def add(a, b): return a + b"))
    check = task([{"unittest": "from solution import add\n\ndef test_add():\n    assert add(1, 2) == 3\n"}])
    stdio = task([{"stdin": "1 2\n", "stdout": "3\n"}])
    # A module that the task promises is owed; one that is there, as json is, nobody can miss.
    promising = {**SHOWN, "prompt": "import json\n"}
    lying = fenced("def add(a, b): raise ModuleNotFoundError(\"No module named 'json'\", name='json')")
    found = Code(sandbox).many([attack, attack, attack, lying], [SHOWN, check, stdio, promising])
    assert [verdict.reward for verdict in found] == [0.0] * 4


def test_a_module_that_the_task_promises_and_the_box_lacks_is_ours(sandbox: Sandbox) -> None:
    owed = {**SHOWN, "prompt": "import r1_nowhere\n"}
    assert Code(sandbox)(fenced("import r1_nowhere\ndef add(a, b): return a + b"), owed).reward is None


CHECKERS = {  # each reads a number and does as much work; fine for 6
    "memory": (
        "python",
        "import sys\nx = [0] * int(open(sys.argv[2]).read())\nsys.exit(0 if len(x) == 6 else 1)",
        10**11,
    ),
    "recursion": (
        "python",
        (
            "import sys\nsys.setrecursionlimit(10**9)\ndef f(n): return 0 if n <= 0 else 1 + f(n - 1)\n"
            "sys.exit(0 if f(int(open(sys.argv[2]).read())) == 6 else 1)"
        ),
        10**8,
    ),
    "output": (
        "python",
        "import sys\nn = int(open(sys.argv[2]).read())\nprint('x' * n)\nsys.exit(0 if n == 6 else 1)",
        10**7,
    ),
    "time": (
        "python",
        "import sys\nn = int(open(sys.argv[2]).read())\nfor i in range(n): pass\nsys.exit(0 if n == 6 else 1)",
        10**12,
    ),
    "buffer": (
        "c",
        (
            '#include <stdio.h>\nint main(int c, char **v) {\n  char b[64]; int n = 0; FILE *f = fopen(v[2], "r");\n'
            '  fscanf(f, "%s", b); sscanf(b, "%d", &n); return n == 6 ? 0 : 1;\n}'
        ),
        int("9" * 4000),
    ),
}


@pytest.mark.parametrize("name", [pytest.param(n, marks=[pytest.mark.slow] if n == "time" else []) for n in CHECKERS])
def test_an_output_that_fells_the_checker_is_wrong(name: str, sandbox: Sandbox) -> None:
    language, source, swamp = CHECKERS[name]
    if language == "c" and shutil.which("gcc") is None:
        pytest.skip("needs hardware: gcc")
    row = {"stdin": "", "stdout": "6\n", "checker": {"language": language, "source": source}}
    found = Code(sandbox).many([fenced(f"print({swamp})"), fenced("print(6)")], [task([row])] * 2)
    assert [verdict.reward for verdict in found] == [0.0, 1.0]


def test_a_checker_that_falls_over_the_answer_too_is_ours(sandbox: Sandbox) -> None:
    row = {"stdin": "", "stdout": "6\n", "checker": {"language": "python", "source": "import os\nos.abort()"}}
    assert Code(sandbox)(fenced("print(6)"), task([row])).reward is None


SILENCED = {
    "timers off": "signal.setitimer(signal.ITIMER_REAL, 0); signal.setitimer(signal.ITIMER_PROF, 0); signal.setitimer = lambda *a: None",
    "signals ignored": "signal.signal(signal.SIGALRM, signal.SIG_IGN); signal.signal(signal.SIGPROF, signal.SIG_IGN)",
    "signals blocked": "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))",
    "a clock that lies": "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65)); time.process_time = lambda: 0.0",
    "a driver that lies": "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nimport gc\n"
    "for o in gc.get_objects():\n    if type(o).__name__ == '_Clocks': o.used_s = lambda: 0.0",
}  # fmt: skip
TEN_CALLS = {"cpu_s": 0.5, "wall_s": 4, "memory_mb": 256}


@pytest.mark.parametrize("name", SILENCED)
def test_a_program_that_silences_the_clocks_is_late_all_the_same(name: str, sandbox: Sandbox) -> None:
    truth = {**task([{"args": [i], "returns": i} for i in range(10)], entry_point="f"), "limits": TEN_CALLS}
    spend = "    if n == 5:\n        end = clock(2) + 1.5\n        while clock(2) < end: pass\n    return n"
    program = f"import signal, time\nclock = time.clock_gettime\n{SILENCED[name]}\ndef f(n):\n{spend}"
    assert Code(sandbox)(fenced(program), truth).note.startswith("TLE")
    partly = Code(sandbox, mode="fraction")(fenced(program.replace("1.5", "0.2")), truth)
    assert partly.reward == 1.0


def test_ten_calls_may_each_take_nearly_the_limit(sandbox: Sandbox) -> None:
    truth = {**task([{"args": [i], "returns": i} for i in range(6)], entry_point="f"), "limits": TEN_CALLS}
    program = "import time\ndef f(n):\n    end = time.process_time() + 0.25\n    while time.process_time() < end: pass\n    return n"
    assert Code(sandbox)(fenced(program), truth).reward == 1.0


TELLING = {
    "in an exception": f"{FORGE}\ndef add(a, b): raise ValueError(repr(job()['calls']))",
    "in a result": f"{FORGE}\ndef add(a, b): return repr(job()['calls'])",
    "while loading": f"{FORGE}\nraise ValueError(repr(job()['calls']))",
    "in the error stream": f"{FORGE}\nsys.stderr.write(repr(job()['calls']))\nos._exit(1)",
}


@pytest.mark.parametrize("mode", ["all", "fraction"])
@pytest.mark.parametrize("name", TELLING)
def test_feedback_on_a_visible_test_cannot_tell_hidden_arguments(name: str, mode: str, sandbox: Sandbox) -> None:
    verdict, text = Code(sandbox, mode=mode).with_feedback([fenced(TELLING[name])], [SHOWN])[0]
    assert verdict.reward == 0.0
    assert "7000" not in text


@pytest.mark.skipif(shutil.which("g++") is None, reason="needs hardware: g++")
def test_a_compiler_does_not_quote_hidden_calls(sandbox: Sandbox) -> None:
    native = "}\nint main() {\n    auto candidate = add;\n    assert(candidate((70001), (2)) == (70003));\n}\n"
    prompt = "#include<assert.h>\n#include<bits/stdc++.h>\nlong add(long a, long b) {\n"
    truth = {"language": "cpp", "prompt": prompt, "tests": [{"native": native}]}
    unfit = "#include <bits/stdc++.h>\nstruct X {};\nlong add(X a, X b) { return 0; }"
    broken = "#include <bits/stdc++.h>\nlong add(long a, long b) { return nowhere; }"
    (first, told), (second, said) = Code(sandbox).with_feedback(
        [fenced(p, "cpp") for p in (unfit, broken)], [truth] * 2
    )
    assert (first.reward, second.reward) == (0.0, 0.0)
    assert "70001" not in told
    assert "nowhere" in said


STAR = task(
    [
        {
            "unittest": "import pytest\nfrom solution import *\n\n@pytest.mark.parametrize('a,b', [(1, 2), (5, -7)])\n"
            "def test_add(a, b):\n    assert add(a, b) == sum((a, b))\n    assert all([add(a, b) == a + b])\n"
        }
    ],
    entry_point="add",
)


@pytest.mark.parametrize(
    ("program", "reward"),
    [
        (
            "def all(x): return True\ndef sum(x): return 0\ndef isinstance(*a): return True\ndef add(a, b): return 0",
            0.0,
        ),
        (
            "class pytest:\n    class mark:\n        def parametrize(*a): return lambda f: None\ndef test_add(): pass\ndef add(a, b): return 0",
            0.0,
        ),
        ("def sum(x): return 7\ndef add(a, b): return a + b", 1.0),
    ],
)
def test_a_star_import_brings_no_judges(program: str, reward: float, sandbox: Sandbox) -> None:
    assert Code(sandbox)(fenced(program), STAR).reward == reward


def test_a_star_import_brings_what_the_task_asks_for(sandbox: Sandbox) -> None:
    test = {"unittest": "from solution import *\n\ndef test_it():\n    assert pow(2, 3) == 'two to three'\n"}
    program = "def pow(a, b): return 'two to three'"
    for more in ({"entry_point": "pow"}, {"prompt": 'def pow(a, b):\n    """Say it."""\n'}):
        assert Code(sandbox)(fenced(program), task([test], **more)).reward == 1.0


CHAINS = [
    "assert f(''" + ".a" * 2500 + ") == 2",
    "a" + ".b" * 2500 + "(1)",
    "-" * 5000 + "1",
    "f(" + "+".join("1" * 6000) + ")",
]


@pytest.mark.parametrize("text", CHAINS)
@pytest.mark.parametrize("what", ["input", "output"])
def test_predictions_that_no_parser_likes_are_wrong(text: str, what: str, sandbox: Sandbox) -> None:
    truth = task([{"predict": what, "code": "def f(a):\n    return a", "input": "1", "output": "1"}])
    assert Code(sandbox)(f"[ANSWER]\n{text}\n[/ANSWER]", truth).reward == 0.0


@pytest.mark.skipif(shutil.which("g++") is None, reason="needs hardware: g++")
def test_blank_lines_hold_nobody_up(sandbox: Sandbox) -> None:
    truth = {"language": "cpp", "tests": [{"stdin": "", "stdout": "3\n"}]}
    began_s = time.process_time()
    assert Code(sandbox)(fenced("int main() { return 1; }" + "\n" * 60_000 + "//", "cpp"), truth).reward == 0.0
    assert time.process_time() - began_s < 3


def test_a_compiler_bomb_goes_off_once(sandbox: Sandbox) -> None:
    if shutil.which("g++") is None:
        pytest.skip("needs hardware: g++")
    bomb = 'constexpr long f(long n) { long s = 0; for (long i = 0; i < n; i++) s += i; return s; }\nint main() { static_assert(f(1L << 40) > 0, ""); }'
    tests = [{"stdin": f"{n}", "stdout": "3\n"} for n in range(20)]
    ran: list[Any] = []

    class Counting:
        tier, workers = sandbox.tier, sandbox.workers

        def run(self, *args: Any) -> Any:
            ran.append(sandbox.run(*args))
            return ran[-1]

    box: Any = Counting()
    truth = {"language": "cpp", "tests": tests}
    assert Code(box, mode="fraction")(fenced(bomb, "cpp"), truth).note.startswith("CE")
    assert len(ran) == 1


EMPTIES = {
    "a variable": ({"asserts": "nums = [3, 1, 2]\nassert f(nums) == sorted(nums)\n"}, 0.0),
    "in unittest": (
        {
            "unittest": "import unittest\nfrom solution import f\nclass T(unittest.TestCase):\n    def test_f(self):\n"
            "        nums = [3, 1, 2]\n        self.assertEqual(f(nums), sorted(nums))\n"
        },
        0.0,
    ),
    "drawn": (
        {
            "unittest": "import random\nfrom solution import f\ndef test_f():\n    lists = [[random.random()] for _ in range(3)]\n"
            "    assert all(f(nums) == sorted(nums) for nums in lists)\n"
        },
        0.0,
    ),
    "looked at behind it": ({"asserts": "nums = [3, 1, 2]\nassert f(nums) == []\nassert nums == []\n"}, 1.0),
    "looked at in a helper": (
        {
            "asserts": "def right(nums):\n    got = f(nums)\n    return got == [] and nums == []\nfor n in range(3):\n    assert right([n, 1])\n"
        },
        1.0,
    ),
}


@pytest.mark.parametrize("name", EMPTIES)
def test_an_assertion_is_not_made_true_by_changing_its_arguments(name: str, sandbox: Sandbox) -> None:
    test, reward = EMPTIES[name]
    program = fenced("def f(nums):\n    nums.clear()\n    return nums")
    assert Code(sandbox)(program, task([test], entry_point="f")).reward == reward
