"""Grader: a verifier for rows as other frameworks hold them; the adapters `r1.trl`, `r1.verl` ... are made of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import gymnasium as gym

from r1.datasets.task import Task
from r1.envs.judging import Judging, judging
from r1.envs.own import Own
from r1.envs.unknown import unknown
from r1.verifiers.answer.region import without_end_of_turn
from r1.verifiers.verdict import TruthError, Verdict, Verifier, completion_text
from r1.verifiers.weighted import judge_many

EPISODE_SETTINGS = ("max_turns", "discount", "render_mode")
"""Arguments of an environment that do not concern how one completion is judged."""


class Grader:
    """Judges completions against the columns of a data set.

    The truth of row i is the column ``truth`` (a mapping or its JSON text), if there is one, else all columns of that row.

    Args:
        verifier: a verifier, any callable ``(completion, truth) -> Verdict | float | bool | None``, or the id of an environment
            such as ``r1/math-v0``, whose weighted verifier and prompt template are then used.

    Attributes:
        name: what a log may call this reward.

    Raises:
        TypeError: the verifier is neither callable nor an id.
        ValueError: an unknown environment.
    """

    def __init__(self, verifier: Verifier | str) -> None:
        self.opening = ""
        if isinstance(verifier, str):
            found = judging_of(verifier)
            self.name, self.verifier, self.opening = verifier, found.verifier, found.template.opening
        else:
            self.verifier = verifier if _is_ours(verifier) else Own(verifier)  # type: ignore[assignment]
            self.name = getattr(verifier, "__name__", type(verifier).__name__)
        self._checked = False

    def verdict(self, completion: Any, truth: Any) -> Verdict:
        """Judge one completion; ``truth`` is a mapping, its JSON text, or a bare answer."""
        return self.verdicts([completion], {"truth": [truth]})[0]

    def verdicts(self, completions: Sequence[Any], columns: Mapping[str, Any]) -> list[Verdict]:
        """Judge a batch.

        Args:
            completions: texts, or lists of chat messages. Tokens that end a turn are cut off; some frameworks leave them in the text.
            columns: name -> one value for each completion. What is no sequence of that length belongs to the framework and is left out.

        Raises:
            ValueError: there is no column ``truth``, and no row of the first batch is a truth that the verifier can judge.
        """
        count = len(completions)
        rows = {name: column for name, column in columns.items() if _is_column(column, count)}
        if "truth" in rows:
            truths = [truth_of(value) for value in rows["truth"]]
        else:
            truths = [{name: column[i] for name, column in rows.items()} for i in range(count)]
            if truths and not self._checked:
                self._check(truths, sorted(rows))
        texts = [self.opening + without_end_of_turn(completion_text(completion)) for completion in completions]
        return judge_many(self.verifier, texts, truths)

    def _check(self, truths: Sequence[Mapping[str, Any]], names: list[str]) -> None:
        """Raise if no truth of the first batch is valid: then the columns are wrong, and each later reward would be missing, too."""
        validate = getattr(self.verifier, "validate", None)
        complaints = [_complaint(validate, truth) for truth in truths] if validate is not None else [""]
        if all(complaints):
            raise ValueError(
                f"{self.name} cannot judge the columns {names}: {complaints[0]}; add the missing column, or one named 'truth'"
            )
        self._checked = True


def judging_of(env_id: str, **settings: Any) -> Judging:
    """The tasks, template and verifier of a registered environment.

    Raises:
        ValueError: no environment of r1 has this id, or a setting is wrong.
    """
    known = {name: spec for name, spec in gym.registry.items() if spec.entry_point == "r1.envs.text:TextEnv"}
    if env_id not in known:
        raise unknown("environment", env_id, sorted(known))
    arguments = {**known[env_id].kwargs, **settings}
    return judging(**{name: value for name, value in arguments.items() if name not in EPISODE_SETTINGS})


def tasks_of(
    env_id: str, split: str = "train", count: int | None = None, **settings: Any
) -> Iterator[tuple[Task, list[Any]]]:
    """The tasks of a split with their chat messages, for a data set in the form of another framework.

    Args:
        env_id: such as ``r1/math-v0``.
        split: which split.
        count: how many, from the start; None means all of a list of tasks, or 1,000 generated ones.
        **settings: further arguments of the environment: ``tasks``, ``level``, ``template`` ...

    Raises:
        ValueError: an unknown environment, split or setting.
    """
    found = judging_of(env_id, split=split, **settings)
    size = found.source.size(split)
    if count is None:
        count = size if settings.get("tasks") is not None else min(size, 1000)
    for index in range(min(count, size)):
        task = found.source.at(split, index)
        yield task, found.template.messages(task)


def truth_of(value: Any) -> Any:
    """A truth from what a column may hold: a mapping, its JSON text, or a bare answer (``"42"`` becomes ``{"answer": "42"}``)."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            read = json.loads(value)
        except ValueError:
            read = None
        if isinstance(read, Mapping):
            return read
    return {"answer": value}


def _complaint(validate: Callable[[Any], None], truth: Any) -> str:
    try:
        validate(truth)
    except TruthError as error:
        return str(error) or "invalid"
    return ""


def _is_ours(verifier: Any) -> bool:
    return hasattr(verifier, "many") and callable(verifier) and not isinstance(verifier, type)


def _is_column(column: Any, count: int) -> bool:
    return hasattr(column, "__getitem__") and not isinstance(column, str | Mapping) and len(column) == count
