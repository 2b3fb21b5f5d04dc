"""Rows: one row of our own files, or of a public data set, becomes a task."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from r1.datasets.code import FORMS
from r1.datasets.task import Message, Task

Row = Mapping[str, Any]
Parts = tuple[str | tuple[Message, ...], dict[str, Any], dict[str, Any]]  # prompt, truth, meta


class _MessageRow(BaseModel):
    model_config = ConfigDict(extra="forbid")
    role: str
    content: str


class TaskRow(BaseModel):
    """A row of our own files: ``{"id"?, "prompt", "truth", "split"?, "meta"?}``."""

    model_config = ConfigDict(extra="forbid")
    id: str | None = None
    prompt: str | list[_MessageRow]
    truth: dict[str, Any]
    split: str | None = None
    meta: dict[str, Any] = {}


def task_of_row(row: Row, domain: str, default_id: str, default_split: str = "train") -> Task:
    """The task of a row in our own form (it has ``truth``), else in the first public form of the domain that fits.

    Raises:
        ValueError: no form fits (the message names the row's fields and the expected ones), or a value is wrong.
    """
    empty = sorted(key for key, value in row.items() if value is None)  # Arrow fills absent fields with None
    row = {key: value for key, value in row.items() if value is not None}
    if "truth" in row:
        return _own(row, default_id, default_split)
    for fits, read in _FORMS.get(domain, ()):
        if fits <= row.keys():
            prompt, truth, meta = read(row)
            own_id = row.get("id") or row.get("task_id") or row.get("unique_id") or default_id
            split = str(row.get("split") or default_split)
            return Task(str(own_id), prompt, truth, {**meta, "split": split})
    wanted = " or ".join("{" + ", ".join(sorted(fits)) + "}" for fits, _ in _FORMS.get(domain, ()))
    fields = f"{sorted(row)}{f' (None: {empty})' if empty else ''}"
    ours = "{prompt, truth}"
    raise ValueError(
        f"the fields {fields} fit no form of a {domain} row; expected {ours}{' or ' + wanted if wanted else ''}"
    )


def _own(row: Row, default_id: str, default_split: str) -> Task:
    if isinstance(row["truth"], str):
        try:
            row = {**row, "truth": json.loads(row["truth"])}
        except ValueError:
            raise ValueError(f"truth: expected a mapping or its JSON text, got {row['truth'][:80]!r}") from None
    try:
        parsed = TaskRow.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    prompt: str | tuple[Message, ...]
    if isinstance(parsed.prompt, str):
        prompt = parsed.prompt
    else:
        prompt = tuple(Message(turn.role, turn.content) for turn in parsed.prompt)
    meta = {**parsed.meta, "split": parsed.split or parsed.meta.get("split") or default_split}
    return Task(parsed.id or default_id, prompt, parsed.truth, meta)


# --- public forms: each returns (prompt, truth, meta) -------------------------------------------------------------


def _text(row: Row, key: str) -> str:
    value = row[key]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{key}: expected a non-empty text, got {value!r}")
    return value


def _prompt(row: Row, key: str) -> str | tuple[Message, ...]:
    """A prompt, as a text or as chat messages (TRL, verl)."""
    value = row[key]
    if isinstance(value, list | tuple) and value:
        try:
            turns = [_MessageRow.model_validate({k: v for k, v in turn.items() if v is not None}) for turn in value]
        except (ValidationError, AttributeError):
            raise ValueError(
                f"{key}: expected a text or messages with role and content, got {str(value)[:80]}"
            ) from None
        return tuple(Message(turn.role, turn.content) for turn in turns)
    return _text(row, key)


def _any(row: Row) -> Parts:
    """Rows for a verifier of the user's: the first prompt-like field is the question, all other fields are the truth."""
    key = next(name for name in _PROMPTS if name in row)
    truth = {name: value for name, value in row.items() if name not in (key, "id", "split", "meta")}
    return _prompt(row, key), truth, dict(row.get("meta") or {})


_PROMPTS = ("prompt", "question", "problem", "instruction", "input")


def _verl(row: Row) -> Parts:
    """verl: ``prompt`` as messages, the gold in ``reward_model["ground_truth"]``."""
    reward = row["reward_model"]
    if not isinstance(reward, Mapping) or "ground_truth" not in reward:
        raise ValueError(f"reward_model: expected a mapping with ground_truth, got {str(reward)[:80]}")
    return _prompt(row, "prompt"), {"answer": _answer(reward["ground_truth"])}, {}


def _boxed_solution(key: str) -> Callable[[Row], Parts]:
    """Reader for MATH and open-r1: a worked ``solution`` whose last ``\\boxed{}`` is the gold."""

    def read(row: Row) -> Parts:
        gold = _last_box(_text(row, "solution"))
        if not gold:
            raise ValueError("solution: expected a final answer in \\boxed{}, found no such box")
        return _prompt(row, key), {"answer": gold}, {"solution": row["solution"]}

    return read


def _last_box(text: str) -> str:
    """The contents of the last ``\\boxed{}`` with balanced braces, or ""."""
    start = text.rfind("\\boxed{")
    depth = 0
    for at in range(start + len("\\boxed"), len(text) if start >= 0 else 0):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return text[start + len("\\boxed{") : at].strip()
    return ""


def _gsm8k(row: Row) -> Parts:
    """GSM8K: the gold answer follows the last ``####``; its commas group digits."""
    answer = _answer(row["answer"])
    if isinstance(answer, str) and "####" in answer:
        solution, _, final = answer.rpartition("####")
        return _text(row, "question"), {"answer": final.strip().replace(",", "")}, {"solution": solution.strip()}
    return _text(row, "question"), {"answer": answer}, {}


def _answer(value: Any) -> str | list[str]:
    """A gold answer, or the list of accepted answers; numbers become text."""
    if isinstance(value, list):
        if not value:
            raise ValueError("answer: the list is empty")
        return [str(item) for item in value]
    if isinstance(value, bool) or not isinstance(value, str | int | float) or not str(value).strip():
        raise ValueError(f"answer: expected a text, a number or a list of them, got {value!r}")
    return str(value)


def _math(key: str) -> Callable[[Row], Parts]:
    """Reader for sets like MATH: a problem, and a short ``answer``, ``expected_answer`` or ``ground_truth``."""

    def read(row: Row) -> Parts:
        gold = next(row[name] for name in ("answer", "expected_answer", "ground_truth") if name in row)
        return _prompt(row, key), {"answer": _answer(gold)}, {}

    return read


def _ifeval(row: Row) -> Parts:
    """IFEval and M-IFEval: one mapping of arguments for each instruction, with or without nulls."""
    kinds, arguments = row["instruction_id_list"], row["kwargs"]
    truth = {"verifier": "instructions", "instruction_id_list": kinds, "kwargs": arguments}
    return _text(row, "prompt"), truth, {"key": row["key"]} if "key" in row else {}


_Form = tuple[set[str], Callable[[Row], Parts]]
_FORMS: Mapping[str, Sequence[_Form]] = {
    "math": [
        ({"question", "answer"}, _gsm8k),
        *[
            ({key, gold}, _math(key))
            for key in ("problem", "prompt", "question")
            for gold in ("answer", "expected_answer", "ground_truth")
        ],
        ({"prompt", "reward_model"}, _verl),
        *[({key, "solution"}, _boxed_solution(key)) for key in ("problem", "prompt", "question")],
    ],
    "code": FORMS,
    "format": [({"prompt", "instruction_id_list", "kwargs"}, _ifeval)],
    "text": [({key}, _any) for key in _PROMPTS],
}
