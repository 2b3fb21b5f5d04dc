"""The doctor: findings that are true here, and a remedy for each thing that is missing."""

from __future__ import annotations

import pytest

from r1.command import doctor
from r1.sandbox.protocol import SandboxUnavailable


def test_every_missing_thing_has_a_remedy() -> None:
    for finding in [*doctor.machine(), *doctor.packages(), *doctor.languages()]:
        assert finding.found and (finding.there or finding.remedy), finding


def test_a_tier_that_cannot_start_is_named_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(backend: str, workers: int) -> None:
        raise SandboxUnavailable(f"this machine offers no isolation. {backend}: not permitted (errno 1)")

    monkeypatch.setattr(doctor, "open_sandbox", refuse)
    assert doctor.doctor() == 1
    out = capsys.readouterr().out
    assert "--  namespaces     namespaces: not permitted (errno 1); remedy: allow user namespaces" in out
    assert out.splitlines()[-1] == "no tier isolates programs here, so r1/code-v0 runs only with --unsafe-sandbox"


def test_a_box_is_tried(capsys: pytest.CaptureFixture[str]) -> None:
    found = {finding.what: finding for finding in doctor.tiers(True)}
    assert doctor.doctor() == (0 if any(finding.there for finding in found.values()) else 1)
    if found["namespaces"].there:
        assert "ok  namespaces     runs programs" in capsys.readouterr().out


def test_without_boxes_nothing_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "open_sandbox", lambda *_: pytest.fail("a box was started"))
    assert doctor.doctor(boxes=False) == 0
