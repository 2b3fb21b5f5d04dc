"""Forms: the reader for a row of a public set of programming tasks, chosen by the row's fields."""

from __future__ import annotations

from collections.abc import Callable

from r1.datasets.code.functions import (
    ace_code,
    class_eval,
    cruxeval,
    eval_plus,
    humaneval,
    kodcode,
    mbpp,
    multipl_e,
    quix_bugs,
)
from r1.datasets.code.programs import (
    apps,
    code_contests,
    codeforces,
    deep_coder,
    live_code_bench,
    rstar_coder,
    sandbox_fusion,
    verifiable_coding,
    verl_code,
)
from r1.datasets.code.tests import Parts, Row

FORMS: list[tuple[set[str], Callable[[Row], Parts]]] = [
    ({"prompt", "test", "entry_point"}, humaneval),
    ({"complete_prompt", "test", "entry_point"}, humaneval),
    ({"prompt", "test", "declaration"}, humaneval),
    ({"entry_point", "base_input"}, eval_plus),
    ({"test_list"}, mbpp),
    ({"input_output", "question"}, apps),
    ({"verification_info"}, verifiable_coding),
    ({"question", "test_cases"}, ace_code),
    ({"reward_model", "prompt"}, verl_code),
    ({"question_content", "public_test_cases"}, live_code_bench),
    ({"description", "public_tests"}, code_contests),
    ({"description", "official_tests"}, codeforces),
    ({"problem", "tests"}, deep_coder),
    ({"buggy_program", "tests"}, quix_bugs),
    ({"prompt", "tests", "language"}, multipl_e),
    ({"question", "test"}, kodcode),
    ({"question", "test_code"}, kodcode),
    ({"skeleton", "test"}, class_eval),
    ({"question", "inputs", "outputs"}, rstar_coder),
    ({"code", "input", "output"}, cruxeval),
    ({"content", "test"}, sandbox_fusion),
]
"""Fields and reader of each set; a row belongs to the first form whose fields it has."""
