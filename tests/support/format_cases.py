"""The labelled format cases: rows name a verifier and its options; this module makes that verifier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared_data import rows

from r1.verifiers.instructions import Instructions
from r1.verifiers.length import CosineLength, KimiLength, SoftOverlong
from r1.verifiers.repetition import Repetition
from r1.verifiers.structure import Structure
from r1.verifiers.think import TagCount, Think, special_token
from r1.verifiers.verdict import Verdict


def cases(*verifiers: str) -> list[dict[str, Any]]:
    """The rows for these verifiers (`ifeval` means all its kinds); without arguments all rows."""
    return [row for row in rows("cases/format.jsonl") if not verifiers or row["verifier"].split(":")[0] in verifiers]


def completion_of(row: Mapping[str, Any]) -> str:
    if "completion_parts" in row:
        return "".join(piece * times for piece, times in row["completion_parts"])
    return row["completion"]


def verdict_of(row: Mapping[str, Any]) -> Verdict:
    verifier, truth = for_case(row["verifier"], row["config"])
    return verifier(completion_of(row), truth)


def for_case(kind: str, config: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The verifier and the truth for a row's `verifier` and `config`."""
    if kind in _THINK:
        return _THINK[kind](dict(config)), {}
    if kind in _SHAPING:
        options = {name: value for name, value in config.items() if name not in _TRUTH_KEYS}
        return _SHAPING[kind](**options), {name: config[name] for name in _TRUTH_KEYS if name in config}
    if kind in _STRUCTURE:
        return Structure(), {"format": _STRUCTURE[kind], **config}
    if kind.startswith("ifeval:"):
        return Instructions(), {"instruction_id_list": [kind.removeprefix("ifeval:")], "kwargs": [dict(config)]}
    raise LookupError(f"unknown verifier {kind!r}")


def _think(template: Any = "r1_zero", **fixed: Any):
    def make(config: dict[str, Any]) -> Think:
        for old, new in (("prefilled_think", "prefilled"), ("answer_boxed", "boxed"), ("language", "fence")):
            if old in config:
                config[new] = config.pop(old)
        return Think(template, **fixed, **config)

    return make


_TRUTH_KEYS = ("correct", "group_lengths", "group_correct", "index")
_SHAPING = {"soft_overlong": SoftOverlong, "cosine": CosineLength, "len_kimi": KimiLength, "repetition": Repetition}
_STRUCTURE = {name: name for name in ("yaml", "xml", "csv", "md_table", "regex")} | {"json_schema": "json"}
_THINK = {
    "think_answer": _think(),
    "code_format": _think(),
    "think_only": _think("think_only"),
    "special_token": lambda config: _think(special_token(config.pop("token", "|special_token|")))(config),
    "tag_count": lambda config: TagCount(**config),
}
