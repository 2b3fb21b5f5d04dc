"""Graded requests, as open-r1's Codeforces reward sends and reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from serving import (
    execute,
    needs_boxes,
    post,
    service_process,
)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with service_process("--workers", "2", "--max-memory-mb", "1024") as process:
        yield process.url


CHECKER = """
import sys
numbers = [open(name).read().split() for name in sys.argv[1:]]
print(1 if sorted(numbers[2]) == sorted(numbers[1]) else 0)
"""


def codeforces(
    url: str, source: str, checker: str | None = None, language: str = "python", answer: str = "1 2\n"
) -> Any:
    """open-r1's result for one case: None if it does not compile, else whether it passed."""
    config = "TIME_LIMIT=1.0\nMEMORY_LIMIT=256.0\nINPUT_MODE=stdio"
    files = [{"name": f"main.{language}", "content": source}]
    files += [{"name": "checker.py", "content": checker}] if checker else []
    files += [{"name": "input.txt", "content": "2 1\n"}, {"name": "correct_output.txt", "content": answer}]
    files += [{"name": "grader_config", "content": config}]
    name = "cf_python3" if language == "python" else "c++17"
    result = execute(url, name, "", files=files, run_timeout=4000)
    if result["compile"]["code"] != 0:
        return None
    return result["run"]["code"] == 0 and result["run"]["stdout"].strip() == "1"


SORTED = "print(*sorted(input().split()))"


@needs_boxes
def test_codeforces_submissions_are_graded(url: str) -> None:
    assert codeforces(url, SORTED)
    assert not codeforces(url, "print(input())")
    assert codeforces(url, "print(input())", CHECKER)
    assert not codeforces(url, "print(3)", CHECKER)
    assert not codeforces(url, "while True: pass")
    source = "#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << b << ' ' << a; }"
    assert codeforces(url, source, language="cpp")
    assert codeforces(url, "int main() { return oops; }", language="cpp") is None


@needs_boxes
@pytest.mark.parametrize(
    "cheat",
    [
        "print(1)",
        "print(open('correct_output.txt').read())",
        "import os; print(*[open(f).read() for f in os.listdir('.') if f != 'main.py'])",
        "import os\nfor f in ('checker.py', '../checker.py'): open(f.replace('..', '/tmp'), 'w').write('print(1)')",
        "import sys; print(1); sys.stdout.flush(); import os; os._exit(0)",
        "print('1 2'); raise SystemExit(1)",
    ],
)
def test_codeforces_cheats_earn_nothing(url: str, cheat: str) -> None:
    assert codeforces(url, cheat) is False and codeforces(url, cheat, CHECKER) is False


@needs_boxes
def test_a_checker_that_fails_is_not_the_programs_fault(url: str) -> None:
    config = [{"name": "input.txt", "content": ""}, {"name": "correct_output.txt", "content": ""}]
    files = [{"name": "main.py", "content": "print(1)"}, {"name": "checker.py", "content": "oops"}, *config]
    answer = post(url, "/api/v2/execute", {"language": "cf_python3", "version": "*", "files": files})
    assert answer.status_code == 500 and "checker failed" in answer.json()["message"]
