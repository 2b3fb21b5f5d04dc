"""Rows: one row of our own files, or of a public data set, becomes a task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from r1.datasets.code import FORMS
from r1.datasets.task import Message, Task

Row = Mapping[str, Any]


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
    if "truth" in row:
        return _own(row, default_id, default_split)
    for fits, read in _FORMS.get(domain, ()):
        if fits <= row.keys():
            prompt, truth, meta = read(row)
            own_id = row.get("id") or row.get("task_id") or row.get("unique_id") or default_id
            split = str(row.get("split") or default_split)
            return Task(str(own_id), prompt, truth, {**meta, "split": split})
    wanted = " or ".join("{" + ", ".join(sorted(fits)) + "}" for fits, _ in _FORMS.get(domain, ()))
    ours = "{prompt, truth}"
    raise ValueError(
        f"the fields {sorted(row)} fit no form of a {domain} row; expected {ours}{' or ' + wanted if wanted else ''}"
    )


def _own(row: Row, default_id: str, default_split: str) -> Task:
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


def _gsm8k(row: Row) -> tuple[str, dict[str, Any], dict[str, Any]]:
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


def _math(key: str) -> Callable[[Row], tuple[str, dict[str, Any], dict[str, Any]]]:
    """Reader for sets like MATH: a problem, and a short ``answer``, ``expected_answer`` or ``ground_truth``."""

    def read(row: Row) -> tuple[str, dict[str, Any], dict[str, Any]]:
        gold = next(row[name] for name in ("answer", "expected_answer", "ground_truth") if name in row)
        return _text(row, key), {"answer": _answer(gold)}, {}

    return read


def _ifeval(row: Row) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """IFEval and M-IFEval: one mapping of arguments for each instruction, with or without nulls."""
    kinds, arguments = row["instruction_id_list"], row["kwargs"]
    truth = {"verifier": "instructions", "instruction_id_list": kinds, "kwargs": arguments}
    return _text(row, "prompt"), truth, {"key": row["key"]} if "key" in row else {}


_Form = tuple[set[str], Callable[[Row], tuple[str, dict[str, Any], dict[str, Any]]]]
_FORMS: dict[str, list[_Form]] = {
    "math": [
        ({"question", "answer"}, _gsm8k),
        *[
            ({key, gold}, _math(key))
            for key in ("problem", "prompt", "question")
            for gold in ("answer", "expected_answer", "ground_truth")
        ],
    ],
    "code": FORMS,
    "format": [({"prompt", "instruction_id_list", "kwargs"}, _ifeval)],
}
