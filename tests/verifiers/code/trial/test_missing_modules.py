"""Programs that fail for lack of a module: wrong, unless the task promises the module and the box lacks it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from code_tasks import fenced, task
from programs import programs
from tiers import sandbox_of

from r1.sandbox import Sandbox
from r1.verifiers.code import Code

MISSING = programs(Path(__file__).parent / "programs/missing_modules.txt")
CALLS = task([{"args": [19, 23], "returns": 42}, {"args": [70001, -70002], "returns": -1}], entry_point="add")
TESTED = task([{"unittest": "from solution import add\n\ndef test_add():\n    assert add(1, 2) == 3\n"}])
STDIO = task([{"stdin": "1 2\n", "stdout": "3\n"}])
SAYS_JSON_IS_MISSING = "def add(a, b): raise ModuleNotFoundError(\"No module named 'json'\", name='json')"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    yield from sandbox_of("namespaces", workers=2)


@pytest.mark.parametrize("name", MISSING)
def test_a_program_cannot_choose_to_be_unscored(name: str, sandbox: Sandbox) -> None:
    attack = fenced(MISSING[name])
    promising = {**CALLS, "prompt": "import json\n"}  # promised, but no box lacks it
    completions = [attack, attack, attack, fenced(SAYS_JSON_IS_MISSING)]
    found = Code(sandbox).many(completions, [CALLS, TESTED, STDIO, promising])
    assert [verdict.reward for verdict in found] == [0.0] * 4


def test_a_module_that_the_task_promises_and_the_box_lacks_is_unscored(sandbox: Sandbox) -> None:
    promising = {**CALLS, "prompt": "import r1_nowhere\n"}
    assert Code(sandbox)(fenced("import r1_nowhere\ndef add(a, b): return a + b"), promising).reward is None
