"""Further attacks on the reward, and correct programs that look like attacks: none of the former is paid, all of the latter."""

from __future__ import annotations

# ruff: noqa: E501
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from r1.sandbox import Sandbox, open_sandbox
from r1.verifiers.code import Code

LIMITS = {"cpu_s": 1, "wall_s": 3, "memory_mb": 128}
STDIO = {
    "language": "python",
    "limits": LIMITS,
    "tests": [{"stdin": "19 23\n", "stdout": "42\n"}, {"stdin": "5 -7\n", "stdout": "-2\n"}],
}
CALLS = {
    "language": "python",
    "limits": LIMITS,
    "entry_point": "add",
    "tests": [{"args": [19, 23], "returns": 42}, {"args": [5, -7], "returns": -2}],
}
CHECK = {
    "language": "python",
    "limits": LIMITS,
    "entry_point": "add",
    "tests": [
        {
            "asserts": "def check(candidate):\n    for i in range(5):\n        for j in range(3):\n"
            "            assert candidate(i, j) == i + j\n\ncheck(add)\n"
        }
    ],
}
UNIT = {
    "language": "python",
    "limits": LIMITS,
    "entry_point": "add",
    "tests": [
        {
            "unittest": "import unittest\nfrom solution import add\n\nclass TestAdd(unittest.TestCase):\n"
            "    def test_small(self):\n        self.assertEqual(add(1, 2), 3)\n"
            "    def test_negative(self):\n        self.assertEqual(add(5, -7), -2)\n"
            "    def test_refuses(self):\n        self.assertRaises(TypeError, add, 1, None)\n"
        }
    ],
}
SUM_LIST = {
    "language": "python",
    "limits": LIMITS,
    "entry_point": "evens",
    "tests": [{"args": [[1, 2, 4]], "returns": [2, 4]}, {"args": [[3]], "returns": []}],
}

FUNCTION_HACKS = {
    "eq": "class A(int):\n    def __eq__(s, o): return True\n    __ne__ = lambda s, o: False\n    __hash__ = int.__hash__\n"
    "def add(a, b): return A(0)",
    "reflected eq": "class A:\n    def __eq__(s, o): return True\n    def __rsub__(s, o): return 0\n    __radd__ = __rsub__\n"
    "def add(a, b): return A()",
    "str that is everything": "class S(str):\n    def __eq__(s, o): return True\n    def __hash__(s): return hash('x')\n"
    "def add(a, b): return S('42')",
    "float that is near all": "class F(float):\n    def __eq__(s, o): return True\n    def __sub__(s, o): return 0.0\n"
    "    __rsub__ = __abs__ = __sub__\ndef add(a, b): return F('nan')",
    "mock": "from unittest.mock import ANY\ndef add(a, b): return ANY",
    "magic mock": "from unittest.mock import MagicMock\nadd = MagicMock()",
    "lazy object": "class L:\n    def __getattr__(s, n): return lambda *a: True\n    def __bool__(s): return True\n"
    "def add(a, b): return L()",
    "raises StopIteration": "def add(a, b): raise StopIteration",
    "raises GeneratorExit": "def add(a, b): raise GeneratorExit",
    "raises SystemExit 0": "def add(a, b): raise SystemExit(0)",
    "raises KeyboardInterrupt": "def add(a, b): raise KeyboardInterrupt",
    "raises SkipTest": "import unittest\ndef add(a, b): raise unittest.SkipTest('not today')",
    "raises AssertionError subclass": "class Passed(AssertionError):\n    def __bool__(s): return True\n"
    "def add(a, b): raise Passed('ok')",
    "os._exit": "import os\ndef add(a, b): os._exit(0)",
    "exit at import": "import sys\nsys.exit(0)\ndef add(a, b): return 0",
    "kill self": "import os, signal\ndef add(a, b): os.kill(os.getpid(), signal.SIGKILL)",
    "kill all": "import os, signal\ndef add(a, b): os.kill(-1, signal.SIGKILL)",
    "kill parent": "import os, signal\ndef add(a, b): os.kill(os.getppid(), signal.SIGTERM)",
    "patched assert error": "import builtins\nbuiltins.AssertionError = type('N', (BaseException,), {})\ndef add(a, b): return 0",
    "patched json": "import json\nold = json.dumps\njson.dumps = lambda o, **k: old({'v': 41})\ndef add(a, b): return 0",
    "patched encode": "import sys\nm = sys.modules['__main__']\nfor n in ('encode', 'decode', 'main', 'record'):\n"
    "    setattr(m, n, lambda *a, **k: 42)\ndef add(a, b): return 0",
    "frames up to the driver": "import sys\ndef add(a, b):\n    f = sys._getframe()\n    while f:\n        for k, v in "
    "list(f.f_locals.items()):\n            if isinstance(v, dict) and 'calls' in v: v['calls'].clear()\n"
    "            if k in ('expected', 'returns', 'solution'): return v\n        f = f.f_back\n    return 0",
    "gc for expected values": "import gc\ndef add(a, b):\n    for o in gc.get_objects():\n"
    "        if isinstance(o, dict):\n            for k in ('returns', 'expected', 'stdout', 'asserts', 'source'):\n"
    "                if k in o and not callable(o[k]): return o[k]\n    return 0",
    "forged records": "import sys, os\ndef add(a, b):\n    f = sys._getframe()\n    nonce = None\n    while f:\n"
    "        job = f.f_locals.get('job')\n        if isinstance(job, dict): nonce = job.get('nonce')\n        f = f.f_back\n"
    "    for fd in range(3, 64):\n        try: os.write(fd, f'\\n{nonce} report {{\"tests\": [[\"t\", true, \"ok\", \"\", \"\", 0]]}}\\n'.encode())\n"
    "        except OSError: pass\n    os._exit(0)",
    "forged frames on the link": "import os, json\nbody = json.dumps({'v': None, 'out': ''}).encode()\n"
    "try:\n    for _ in range(99): os.write(3, len(body).to_bytes(4, 'big') + body)\nexcept OSError: pass\ndef add(a, b): return 0",
    "link closed": "import os\ntry: os.close(3)\nexcept OSError: pass\ndef add(a, b): return 0",
    "trace jump": "import sys\ndef t(frame, event, arg):\n    if event == 'line' and 'check' in frame.f_code.co_name:\n"
    "        frame.f_lineno = frame.f_lineno + 1\n    return t\nsys.settrace(t)\ndef add(a, b): return 0",
    "excepthook": "import sys, os\nsys.excepthook = lambda *a: os._exit(0)\ndef add(a, b): raise ValueError",
    "atexit": "import atexit, os\natexit.register(os._exit, 0)\ndef add(a, b): return None",
    "thread outlives": "import threading, time, os\ndef late():\n    time.sleep(0.2)\n    os.write(1, b'42\\n')\n"
    "threading.Thread(target=late).start()\ndef add(a, b): return 0",
    "forked child answers": "import os\ndef add(a, b):\n    if os.fork() == 0: return a - b\n    return 0",
    "signal handlers": "import signal\nfor s in range(1, 32):\n    try: signal.signal(s, signal.SIG_IGN)\n    except (OSError, ValueError): pass\n"
    "def add(a, b):\n    while True: pass",
    "environment and proc": "import os\ndef add(a, b):\n    text = ''\n    for n in ('environ', 'cmdline', 'maps'):\n"
    "        try: text += open(f'/proc/1/{n}').read()\n        except OSError: pass\n    return 42 if 'returns' in text else 0",
    "reads its tests": "import glob\ndef add(a, b):\n    for p in glob.glob('**/*', recursive=True) + glob.glob('/tmp/*'):\n"
    "        try: t = open(p).read()\n        except OSError: continue\n        if 'assert' in t and 'candidate' in t: return 42\n    return 0",
    "shadowed modules": "import sys, types\nfor n in ('unittest', 'pytest', 'tests', 'solution'):\n"
    "    sys.modules[n] = types.ModuleType(n)\ndef add(a, b): return 0",
    "conftest": "open('conftest.py', 'w').write('import os; os._exit(0)')\nopen('sitecustomize.py', 'w').write('import os; os._exit(0)')\n"
    "def add(a, b): return 0",
    "patched TestCase": "import unittest\nunittest.TestCase.run = lambda s, r=None: r\nunittest.TestCase.assertEqual = lambda *a: None\n"
    "def add(a, b): return 0",
    "patched int": "import builtins\nclass I(int):\n    def __eq__(s, o): return True\nbuiltins.int = I\ndef add(a, b): return I(0)",
    "callable result": "def add(a, b): return lambda *x: True",
    "generator result": "def add(a, b):\n    yield a + b",
    "coroutine result": "async def add(a, b): return a + b",
    "bool for int": "def add(a, b): return None",
    "text of it": "def add(a, b): return str(a + b)",
    "tuple around it": "def add(a, b): return (a + b,)",
    "huge result": "def add(a, b): return [0] * 3_000_000",
    "deep result": "def add(a, b):\n    x = 0\n    for _ in range(5000): x = [x]\n    return x",
    "cyclic result": "def add(a, b):\n    x = []\n    x.append(x)\n    return x",
    "huge exception": "def add(a, b): raise ValueError('x' * 10_000_000)",
    "exception whose str hangs": "class E(Exception):\n    def __str__(s):\n        while True: pass\ndef add(a, b): raise E",
    "missing": "def sub(a, b): return a + b",
    "the import's own add": "from operator import sub as add",
    "deleted main": "import sys\ndel sys.modules['__main__']\ndef add(a, b): return 0",
    "endless print": "def add(a, b):\n    while True: print('42' * 1000)",
}  # fmt: skip


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox("namespaces", workers=2) as box:
        yield box


def fenced(program: str, language: str = "python") -> str:
    return f"```{language}\n{program}\n```"


@pytest.mark.parametrize("name", FUNCTION_HACKS)
def test_no_function_hack_is_paid(name: str, sandbox: Sandbox) -> None:
    truths = [CALLS, CHECK, UNIT]
    verdicts = Code(sandbox).many([fenced(FUNCTION_HACKS[name])] * 3, truths)
    assert [(v.reward, v.note) for v in verdicts if v.reward != 0.0] == []
    partly = Code(sandbox, mode="fraction", max_timeouts=3).many([fenced(FUNCTION_HACKS[name])] * 2, [CALLS, CHECK])
    assert [(v.reward, v.note) for v in partly if v.reward != 0.0] == []


STDIO_HACKS = {
    "first line only": "print(42)",
    "all answers": "print(42)\nprint(-2)",
    "answer in the error stream": "import sys\na, b = map(int, input().split())\nprint(a + b, file=sys.stderr)",
    "nothing": "import os\nos._exit(0)",
    "full-width digits": "a, b = map(int, input().split())\nprint(''.join(chr(0xFF10 + int(c)) if c.isdigit() else c for c in str(a + b)))",
    "zero-width": "a, b = map(int, input().split())\nprint(f'{a + b}\\u200b')",
    "nul": "a, b = map(int, input().split())\nprint(f'{a + b}\\0')",
    "float": "a, b = map(int, input().split())\nprint(float(a + b))",
    "leading zeros": "a, b = map(int, input().split())\nprint(f'{a + b:05}')",
    "plus sign": "a, b = map(int, input().split())\nprint(f'{a + b:+}')",
    "with words": "a, b = map(int, input().split())\nprint('The answer is', a + b)",
    "reads the answer file": "import glob\nfor p in glob.glob('/**/*answer*', recursive=True)[:99]:\n    try: print(open(p).read())\n    except OSError: pass",
    "stdin rewound": "import os, sys\nos.lseek(0, 0, 2)\nprint(sys.stdin.read())",
    "writes to stdin": "import os\ntry: os.write(0, b'42')\nexcept OSError: pass",
    "endless": "while True: print(42)",
    "sleeps": "import time\na, b = map(int, input().split())\ntime.sleep(30)\nprint(a + b)",
    "crash after half": "a, b = map(int, input().split())\nprint(a + b if a > 6 else 0)\nraise SystemExit(3)",
}  # fmt: skip


@pytest.mark.parametrize("name", STDIO_HACKS)
def test_no_stdio_hack_is_paid(name: str, sandbox: Sandbox) -> None:
    verdict = Code(sandbox)(fenced(STDIO_HACKS[name]), STDIO)
    assert verdict.reward == 0.0, verdict


RIGHT_FUNCTIONS = {
    "prints on the way": "def add(a, b):\n    print('42', a, b)\n    return a + b",
    "writes to the error stream": "import sys\ndef add(a, b):\n    sys.stderr.write('x' * 5000)\n    return a + b",
    "a main guard": "def add(a, b):\n    return a + b\n\nif __name__ == '__main__':\n    print(add(*map(int, input().split())))",
    "its own asserts": "def add(a, b):\n    return a + b\n\nassert add(1, 2) == 3\nprint('ok')",
    "a doctest": 'def add(a, b):\n    """\n    >>> add(1, 2)\n    3\n    """\n    return a + b\n\nimport doctest\ndoctest.testmod()',
    "hints without their import": "from __future__ import annotations\ndef add(a: List[int], b: Optional[int]) -> int:\n    return a + b",
    "a class beside it": "class Adder:\n    def __init__(self, a): self.a = a\n    def plus(self, b): return self.a + b\n"
    "def add(a, b): return Adder(a).plus(b)",
    "a dataclass": "from dataclasses import dataclass\n@dataclass\nclass P:\n    a: int\n    b: int\ndef add(a, b):\n    p = P(a, b)\n    return p.a + p.b",
    "an enum and a NamedTuple": "from enum import Enum\nfrom typing import NamedTuple\nclass K(Enum):\n    A = 1\nclass N(NamedTuple):\n    x: int\n"
    "def add(a, b): return N(a + b).x",
    "a cache": "from functools import lru_cache\n@lru_cache(None)\ndef add(a, b): return a + b",
    "a decorator": "def deco(f):\n    def g(*a): return f(*a)\n    return g\n@deco\ndef add(a, b): return a + b",
    "a lambda": "add = lambda a, b: a + b",
    "a partial": "from functools import partial\nimport operator\ndef plus(op, a, b): return op(a, b)\nadd = partial(plus, operator.add)",
    "a callable object": "class Add:\n    def __call__(self, a, b): return a + b\nadd = Add()",
    "a thread": "import threading\ndef add(a, b):\n    out = []\n    t = threading.Thread(target=lambda: out.append(a + b))\n    t.start(); t.join()\n    return out[0]",
    "asyncio inside": "import asyncio\nasync def work(a, b):\n    await asyncio.sleep(0)\n    return a + b\ndef add(a, b): return asyncio.run(work(a, b))",
    "recursion": "import sys\nsys.setrecursionlimit(20000)\ndef down(n): return 0 if n == 0 else down(n - 1)\ndef add(a, b):\n    down(5000)\n    return a + b",
    "an int subclass": "class I(int): pass\ndef add(a, b): return I(a + b)",
    "a seed and time": "import random, time\nrandom.seed(1)\ndef add(a, b):\n    time.perf_counter()\n    random.random()\n    return a + b",
    "a temporary file": "import tempfile\ndef add(a, b):\n    with tempfile.TemporaryFile('w+') as f:\n        f.write(str(a + b)); f.seek(0)\n        return int(f.read())",
    "a subprocess": "import subprocess\ndef add(a, b): return int(subprocess.run(['expr', str(a), '+', str(b)], capture_output=True, text=True).stdout)",
    "globals": "count = 0\ndef add(a, b):\n    global count\n    count += 1\n    return a + b",
    "a nested function": "def add(a, b):\n    def go():\n        nonlocal a\n        a += b\n    go()\n    return a",
    "a walrus, match and f-strings": "def add(a, b):\n    match (a, b):\n        case (x, y) if (s := x + y) is not None:\n            return int(f'{s!s}')",
    "eval of its own": "def add(a, b): return eval('a + b')",
    "exec of its own": "exec('def add(a, b): return a + b')",
    "sys.exit at its end": "import sys\ndef add(a, b): return a + b\nif len(sys.argv) > 5: sys.exit(0)",
    "names like ours": "def main(): raise RuntimeError\ndef encode(*a): raise RuntimeError\ndecode = record = _load = encode\njob = None\ndef add(a, b): return a + b",
    "stdout replaced": "import sys, io\nsys.stdout = io.StringIO()\ndef add(a, b): return a + b",
    "stdout closed": "import sys\nsys.stdout.close()\ndef add(a, b): return a + b",
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT_FUNCTIONS)
def test_right_functions_are_paid(name: str, sandbox: Sandbox) -> None:
    verdicts = Code(sandbox).many([fenced(RIGHT_FUNCTIONS[name])] * 2, [CALLS, CHECK])
    assert [(v.reward, v.note) for v in verdicts if v.reward != 1.0] == []


RIGHT_PROGRAMS = {
    "no newline": "a, b = map(int, input().split())\nprint(a + b, end='')",
    "carriage returns": "a, b = map(int, input().split())\nprint(a + b, end=' \\r\\n\\r\\n')",
    "sys.stdin": "import sys\na, b = map(int, sys.stdin.readline().split())\nsys.stdout.write(f'{a + b}')",
    "buffer": "import sys\na, b = map(int, sys.stdin.buffer.readline().split())\nsys.stdout.buffer.write(b'%d' % (a + b))",
    "open(0)": "a, b = map(int, open(0).read().split())\nprint(a + b)",
    "os.read": "import os\na, b = map(int, os.read(0, 100).split())\nos.write(1, str(a + b).encode())",
    "/dev/stdin": "a, b = map(int, open('/dev/stdin').read().split())\nprint(a + b)",
    "fileinput": "import fileinput\nfor line in fileinput.input():\n    a, b = map(int, line.split())\n    print(a + b)",
    "iter(input, '')": "try:\n    for line in iter(input, ''):\n        print(sum(map(int, line.split())))\nexcept EOFError: pass",
    "exit": "a, b = map(int, input().split())\nprint(a + b)\nexit(0)",
    "sys.exit()": "import sys\ndef main():\n    print(sum(map(int, input().split())))\n    sys.exit()\nmain()",
    "os._exit after a flush": "import os\nprint(sum(map(int, input().split())), flush=True)\nos._exit(0)",
    "main guard": "def main():\n    print(sum(map(int, input().split())))\n\n\nif __name__ == '__main__':\n    main()",
    "a big stack in a thread": "import sys, threading\nsys.setrecursionlimit(10**6)\nthreading.stack_size(1 << 26)\n"
    "def f(n): return 0 if n == 0 else f(n - 1)\ndef main():\n    f(20000)\n    print(sum(map(int, input().split())))\n"
    "t = threading.Thread(target=main)\nt.start()\nt.join()",
    "atexit prints": "import atexit\natexit.register(lambda: print(sum(map(int, input().split()))))",
    "stdout as StringIO": "import io, sys\nout = io.StringIO()\nprint(sum(map(int, input().split())), file=out)\nsys.stdout.write(out.getvalue())",
    "stderr noise": "import sys\nprint('debug' * 999, file=sys.stderr)\nprint(sum(map(int, input().split())))",
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT_PROGRAMS)
def test_right_programs_are_paid(name: str, sandbox: Sandbox) -> None:
    verdict = Code(sandbox)(fenced(RIGHT_PROGRAMS[name]), STDIO)
    assert verdict.reward == 1.0, verdict


VALUES: list[tuple[str, str, bool]] = [
    # what the function returns, what is expected as a literal, whether it is right
    ("{1, 2}", "{2, 1}", True),
    ("frozenset({1})", "frozenset({1})", True),
    ("(1, [2, {'a': None}])", "(1, [2, {'a': None}])", True),
    ("[1, 2]", "(1, 2)", False),
    ("True", "1", False),
    ("1", "True", False),
    ("1.0", "1", False),
    ("1", "1.0", True),
    ("-0.0", "0.0", True),
    ("float('inf')", "float('inf')", True),
    ("float('-inf')", "float('inf')", False),
    ("float('nan')", "float('nan')", False),
    ("10**40", "10**40", True),
    ("10**5000 + 1", "10**5000 + 1", True),
    ("float(10**16)", "10**16 + 1", False),
    ("b'ab'", "b'ab'", True),
    ("'ab'", "b'ab'", False),
    ("1 + 2j", "(1+2j)", True),
    ("{(1, 2): 'x'}", "{(1, 2): 'x'}", True),
    ("{1: 2, True: 3}", "{1: 3}", True),
    ("None", "None", True),
    ("''", "None", False),
    ("0", "None", False),
    ("'\\ud800'", "'\\ud800'", True),
    ("range(3)", "[0, 1, 2]", False),
    ("__import__('collections').OrderedDict(a=1)", "{'a': 1}", True),
    ("__import__('collections').Counter('aab')", "{'a': 2, 'b': 1}", True),
    ("__import__('collections').deque([1])", "[1]", False),
    ("iter([1])", "[1]", False),
]


@pytest.mark.parametrize(("value", "literal", "right"), VALUES)
def test_values_compare_by_type_and_content(value: str, literal: str, right: bool, sandbox: Sandbox) -> None:
    truth = {"language": "python", "entry_point": "f", "tests": [{"call": "f()", "returns_literal": literal}]}
    verdict = Code(sandbox)(fenced(f"def f():\n    return {value}"), truth)
    assert verdict.reward == float(right), verdict


def test_arguments_that_were_changed_in_place_do_not_count(sandbox: Sandbox) -> None:
    wrong = "def evens(xs):\n    xs[:] = [x for x in xs if x % 2 == 0]"
    assert Code(sandbox)(fenced(wrong), SUM_LIST).reward == 0.0
    assert Code(sandbox)(fenced(f"{wrong}\n    return xs"), SUM_LIST).reward == 1.0


def test_a_call_cannot_poison_the_next_ones_arguments(sandbox: Sandbox) -> None:
    program = "import operator\nseen = []\ndef evens(xs):\n    seen.append(xs)\n    for old in seen: old.clear()\n    return []"
    assert Code(sandbox, mode="fraction")(fenced(program), SUM_LIST).reward == 0.5


CPP = {
    "language": "cpp",
    "limits": {"cpu_s": 1, "memory_mb": 256},
    "signature": "int add(int a, int b)",
    "tests": [{"args": [19, 23], "returns": 42}, {"args": [5, -7], "returns": -2}],
}
NATIVE_HACKS = {
    "constructor": "#include <cstdio>\n#include <cstdlib>\nstruct S { S() { puts(\"42\"); std::exit(0); } } s;\nint add(int, int) { return 0; }",
    "destructor": "#include <cstdio>\nstruct S { ~S() { puts(\"42\"); } } s;\nint add(int, int) { return 0; }",
    "attribute constructor": "#include <unistd.h>\n__attribute__((constructor)) void f() { _exit(0); }\nint add(int, int) { return 0; }",
    "own main": "int main() { return 0; }\nint add(int, int) { return 0; }",
    "include a secret": "#include \"/etc/passwd\"\nint add(int a, int b) { return a + b; }",
    "include the driver": "#include \"main.cpp\"\nint add(int, int) { return 0; }",
    "macro over int": "#define int long\nint add(int a, int b) { return a - b; }",
    "incbin": "asm(\".incbin \\\"main.cpp\\\"\");\nint add(int, int) { return 0; }",
    "constexpr bomb": "constexpr long f(long n) { return n < 2 ? n : f(n - 1) + f(n - 2); }\nconstexpr long x = f(60);\nint add(int a, int b) { return a - b + x; }",
    "template bomb": "template <int N> struct A { A<N + 1> a; };\nA<0> a;\nint add(int a, int b) { return a + b; }",
    "wrapped write": "#include <cstdio>\n#include <cstdarg>\nextern \"C\" int fprintf(FILE *f, const char *, ...) { return 0; }\nint add(int, int) { return 0; }",
    "exit": "#include <cstdlib>\nint add(int, int) { std::_Exit(0); }",
    "longjmp": "#include <csetjmp>\njmp_buf b;\nint add(int, int) { longjmp(b, 1); }",
    "other symbol": "int add(long a, long b) { return a + b; }",
}  # fmt: skip


RIGHT_NATIVE = [
    "int add(int a, int b) { return a + b; }",
    '#include <iostream>\nusing namespace std;\nint add(int x, int y) { cout << "noise\\n" << flush; return x + y; }\nint unused() { return 1; }',
    "namespace { int helper(int a) { return a; } }\nint add(const int a, const int b) { return helper(a) + b; }",
]


@pytest.mark.skipif(shutil.which("g++") is None, reason="needs hardware: g++")
def test_a_header_may_be_included_twice(sandbox: Sandbox) -> None:
    include = "#include <bits/stdc++.h>\n"
    program = f"{include}#include <cstdio>\n{include}using namespace std;\nint main() {{ int a, b; cin >> a >> b; cout << a + b; }}"
    assert Code(sandbox)(fenced(program, "cpp"), {**STDIO, "language": "cpp"}).reward == 1.0


SCRIPT = {**CALLS, "language": "javascript", "limits": {"cpu_s": 2, "memory_mb": 512}}
SCRIPT_HACKS = {
    "prototype pollution": "Object.prototype.v = 42; Array.prototype.toJSON = () => 42;\nfunction add(a, b) { return 0 }",
    "toJSON": "function add(a, b) { return {toJSON: () => a + b} }",
    "JSON patched": "JSON.stringify = () => '{\"v\": 42}';\nfunction add(a, b) { return 0 }",
    "exit": "process.exit(0)",
    "exit in the call": "function add(a, b) { process.exit(0) }",
    "valueOf": "function add(a, b) { return {valueOf: () => a + b} }",
    "Number object": "function add(a, b) { return '' + (a + b) }",
    "a proxy": "function add(a, b) { return new Proxy({}, {get: () => 42}) }",
    "a getter": "function add(a, b) { return {get v() { return 42 }} }",
    "throws": "function add(a, b) { throw 42 }",
}


RIGHT_SCRIPTS = [
    "function add(a, b) { return a + b }",
    "const add = (a, b) => { console.log('noise'); return a + b };\nmodule.exports = { add };",
    "'use strict';\nclass A { static plus(a, b) { return a + b } }\nlet add = A.plus;",
]
FOREIGN = [  # tool, fence, verifier, truth, program, reward
    *(pytest.param("g++", "cpp", Code, CPP, program, 0.0, id=f"c++ {name}") for name, program in NATIVE_HACKS.items()),
    *(
        pytest.param("g++", "cpp", Code, CPP, program, 1.0, id=f"c++ right {n}")
        for n, program in enumerate(RIGHT_NATIVE)
    ),
    *(
        pytest.param("node", "javascript", Code, SCRIPT, program, 0.0, id=f"script {name}")
        for name, program in SCRIPT_HACKS.items()
    ),
    *(
        pytest.param("node", "javascript", Code, SCRIPT, program, 1.0, id=f"script right {n}")
        for n, program in enumerate(RIGHT_SCRIPTS)
    ),
]


@pytest.mark.parametrize(("tool", "fence", "verifier", "truth", "program", "reward"), FOREIGN)
def test_other_languages(
    tool: str, fence: str, verifier: Any, truth: dict[str, Any], program: str, reward: float, sandbox: Sandbox
) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"needs hardware: {tool}")
    verdict = verifier(sandbox)(fenced(program, fence), truth)
    assert verdict.reward == reward, verdict
