"""Rules for all tests: slow ones run on request only; with R1_NO_SKIP (continuous integration) a skip is a failure."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import hypothesis
import pytest
from shared_data import installed

hypothesis.settings.register_profile("r1", deadline=None)  # a deadline counts wall time, which depends on the neighbors
hypothesis.settings.load_profile("r1")

NEEDS = {
    "vllm": "trainers/rollout/test_vllm_engine.py",
    "dspy": "front/test_dspy.py",
    "inspect-ai": "front/test_inspect.py",
    "lm-eval": "front/test_lm_eval.py",
    "openenv": "front/test_openenv.py",
    "openrlhf": "front/test_openrlhf_executor.py",
    "skyrl-gym": "front/test_skyrl.py",
    "trl": "front/test_trl.py",
    "verifiers": "front/test_prime.py",
    "verl": "front/test_verl.py",
}
"""Tests of packages that are installed in environments of their own: `make test-vllm`, `make test-plugins`."""


collect_ignore = [file for distribution, file in NEEDS.items() if not installed(distribution)]
CANNOT_RUN_ANYWHERE = "needs hardware: "
"""Continuous integration accepts a skip with this prefix; every other skip is a failure there."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = config.getoption("markexpr") or ""
    left_out = [mark for mark in ("slow", "runs") if mark not in wanted and not os.environ.get("R1_SLOW")]
    deselected = [item for item in items if any(map(item.get_closest_marker, left_out))]
    if deselected:
        config.hook.pytest_deselected(items=deselected)
        items[:] = [item for item in items if not any(map(item.get_closest_marker, left_out))]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("R1_NO_SKIP") and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if CANNOT_RUN_ANYWHERE not in reason:
            report.outcome = "failed"
            report.longrepr = f"skipped where R1_NO_SKIP forbids it: {reason}"
    return report
