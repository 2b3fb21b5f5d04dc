"""The domain of a user's own tasks: no format component, no box, no tasks of its own."""

from __future__ import annotations

from r1.envs.domains.text import DOMAIN
from r1.envs.judging import judging


def test_the_users_verifier_is_the_only_component() -> None:
    found = judging("text", tasks=[{"question": "?", "gold": 1}], verifier=lambda completion, truth: truth["gold"])
    assert found.names == ("accuracy",)
    assert found.template.name == DOMAIN.template == "plain"
    assert found.verify("anything", found.source.at("train", 0)).reward == 1.0
