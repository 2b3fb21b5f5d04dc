"""Truth: the instructions of a row, in each form in which a public set writes them."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from r1.verifiers.instructions.kind import Kind
from r1.verifiers.instructions.table import IFEVAL_KINDS, KINDS
from r1.verifiers.verdict import TruthError

LOCALES = ("en", "fr", "es", "ja")

Options = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """One instruction of a task.

    Attributes:
        name: the kind as the row writes it; ``#2`` follows a kind that occurs a second time.
        kind: its row in the table.
        options: its arguments.
        home: the language of the instruction.
    """

    name: str
    kind: Kind
    options: Options
    home: str


def read_truth(truth: Mapping[str, Any]) -> list[Asked]:
    """The instructions of a task. A row has one of these forms:

    - IFEval, M-IFEval, IFBench: ``instruction_id_list`` and ``kwargs``, one mapping of arguments for each;
    - IF-RLVR (several constraints): ``ground_truth``, a list, or its text, of one mapping with ``instruction_id`` and ``kwargs``;
    - RLVR-IFeval: ``ground_truth``, a mapping, or its JSON text, with ``func_name`` and the arguments of that function.

    Raises:
        TruthError: no form fits, an unknown kind, or a missing or wrong argument.
    """
    kinds, arguments = _lists(truth)
    if not all(isinstance(given, list | tuple) for given in (kinds, arguments)):
        raise TruthError(
            f"instruction_id_list and kwargs: expected lists, got {str(kinds)[:80]!r} and {str(arguments)[:80]!r}"
        )
    if not kinds or len(arguments) != len(kinds):
        raise TruthError(
            f"{len(kinds)} instructions but {len(arguments)} kwargs; expected one mapping for each of at least one instruction"
        )
    found: list[Asked] = []
    for number, (kind, options) in enumerate(zip(kinds, arguments, strict=True)):
        if not isinstance(kind, str) or not isinstance(options, Mapping | None):
            raise TruthError(f"instruction: expected a name and a mapping of arguments, got {kind!r} and {options!r}")
        given = {name: _whole(value) for name, value in (options or {}).items() if value is not None}
        row = find_kind(kind)
        row.validate(given)
        twice, locale = kinds[:number].count(kind), kind.partition(":")[0]
        found.append(Asked(f"{kind}#{twice + 1}" if twice else kind, row, given, locale if locale in LOCALES else "en"))
    return found


def find_kind(name: str) -> Kind:
    """The row of the table for a kind's name.

    Raises:
        TruthError: unknown kind.
    """
    locale, _, rest = name.partition(":")
    plain = rest if locale in LOCALES and rest in IFEVAL_KINDS else name
    if plain not in KINDS:
        raise TruthError(
            f"unknown instruction {name!r}; expected one of: {', '.join(KINDS)}, or IFEval's with the prefix fr:, es: or ja:"
        )
    return KINDS[plain]


def _whole(value: Any) -> Any:
    """Tables of data sets turn whole numbers into floats where other rows have none."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _lists(truth: Mapping[str, Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    if "ground_truth" in truth and "instruction_id_list" not in truth:
        given = _parsed(truth["ground_truth"])
        if isinstance(given, list) and len(given) == 1:
            given = _parsed(given[0])
        if isinstance(given, Mapping) and "func_name" in given:
            return _of_function(given)
        if isinstance(given, Mapping) and "instruction_id" in given:
            kinds = given["instruction_id"]
            return kinds, given.get("kwargs") or ({},) * len(kinds)
        raise TruthError(f"ground_truth: expected func_name, or instruction_id and kwargs, got {str(given)[:80]!r}")
    kinds = truth.get("instruction_id_list") or ()
    return kinds, truth.get("kwargs") or ({},) * len(kinds)


def _parsed(given: Any) -> Any:
    """A value that a set writes as JSON or as a Python literal."""
    if not isinstance(given, str):
        return given
    for read in (json.loads, ast.literal_eval):
        try:
            return read(given)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
    raise TruthError(f"ground_truth: expected JSON or a Python literal, got {given[:80]!r}")


# ---- RLVR-IFeval: the function's name -> our kind, its arguments under our names, and arguments that it implies

_FUNCTIONS: Mapping[str, tuple[str, Mapping[str, str], Options]] = {
    "verify_keywords": ("keywords:existence", {"keyword_list": "keywords"}, {}),
    "verify_keyword_frequency": ("keywords:frequency", {"word": "keyword", "N": "frequency"}, {"relation": "exactly"}),
    "validate_forbidden_words": ("keywords:forbidden_words", {"forbidden_words": "forbidden_words"}, {}),
    "verify_letter_frequency": (
        "keywords:letter_frequency", {"letter": "letter", "N": "let_frequency"}, {"let_relation": "exactly"},
    ),
    "validate_response_language": ("language:response_language", {"language": "language"}, {}),
    "verify_paragraph_count": ("length_constraints:number_paragraphs", {"N": "num_paragraphs"}, {}),
    "validate_word_constraint": ("length_constraints:number_words", {"N": "num_words", "quantifier": "relation"}, {}),
    "verify_sentence_constraint": (
        "length_constraints:number_sentences", {"N": "num_sentences", "quantifier": "relation"}, {"tolerance": 1},
    ),
    "validate_paragraphs": (
        "length_constraints:nth_paragraph_first_word", {"N": "num_paragraphs", "i": "nth_paragraph", "first_word": "first_word"}, {},
    ),
    "verify_postscript": ("detectable_content:postscript", {"postscript_marker": "postscript_marker"}, {}),
    "validate_placeholders": ("detectable_content:number_placeholders", {"N": "num_placeholders"}, {}),
    "verify_bullet_points": ("detectable_format:number_bullet_lists", {"N": "num_bullets"}, {}),
    "validate_title": ("detectable_format:title", {}, {}),
    "validate_choice": ("detectable_format:constrained_response", {"options": "options"}, {}),
    "validate_highlighted_sections": ("detectable_format:number_highlighted_sections", {"N": "num_highlights"}, {}),
    "validate_sections": (
        "detectable_format:multiple_sections", {"N": "num_sections", "section_splitter": "section_spliter"}, {"relation": "exactly"},
    ),
    "validate_json_format": ("detectable_format:json_format", {}, {}),
    "validate_repeat_prompt": ("combination:repeat_prompt", {"original_prompt": "prompt_to_repeat"}, {}),
    "validate_two_responses": ("combination:two_responses", {}, {}),
    "validate_uppercase": ("change_case:english_capital", {}, {}),
    "validate_lowercase": ("change_case:english_lowercase", {}, {}),
    "validate_frequency_capital_words": (
        "change_case:capital_word_frequency", {"N": "capital_frequency", "quantifier": "capital_relation"}, {},
    ),
    "validate_end": ("startend:end_checker", {"end_phrase": "end_phrase"}, {}),
    "validate_quotation": ("startend:quotation", {}, {}),
    "validate_no_commas": ("punctuation:no_comma", {}, {}),
}  # fmt: skip


def _of_function(given: Mapping[str, Any]) -> tuple[list[str], list[Options]]:
    """The instruction of a RLVR-IFeval row; it names all arguments of all functions, those of others with null."""
    name = given["func_name"]
    if name not in _FUNCTIONS:
        raise TruthError(f"unknown func_name {name!r}; expected one of: {', '.join(_FUNCTIONS)}")
    kind, names, implied = _FUNCTIONS[name]
    options = {ours: given[theirs] for theirs, ours in names.items() if given.get(theirs) is not None}
    return [kind], [{**implied, **options}]
