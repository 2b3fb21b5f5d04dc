"""IFEval's own verdicts, mistakes included (google-research, instruction_following_eval), to reproduce published figures.

What is different from the original: langdetect gets a fixed seed (the original's verdicts vary between runs), a letter that is
no letter from a to z is counted as it is given (the original draws one by chance), and patterns that can take quadratic time are
replaced by linear scans with the same result. Sentences and tokens come from Punkt's English model and NLTK's tokenizer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from r1.verifiers.instructions.units import TooLong
from r1.verifiers.verdict import TruthError

_LONGEST = 200_000  # characters; NLTK's tokenizer and langdetect take seconds for more

Options = Mapping[str, Any]


def follows_original(completion: str, kind: str, options: Options) -> bool:
    """Whether IFEval's checker says that the completion follows the instruction.

    Raises:
        TruthError: a kind that IFEval does not have.
        TooLong: the completion is longer than 200,000 characters.
        ModuleNotFoundError: the extra ``ifeval`` is not installed.
    """
    if kind not in _CHECKS:
        raise TruthError(f"unknown instruction {kind!r} for mode='original'; expected one of: {', '.join(_CHECKS)}")
    if len(completion) > _LONGEST:
        raise TooLong(f"more than {_LONGEST} characters")
    return bool(completion.strip()) and _CHECKS[kind](completion, options)


def _library(name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"mode='original' needs {error.name}; install it with: pip install r1-gym[ifeval]"
        ) from None


def _compare(found: int, number: int, relation: str) -> bool:
    """IFEval knows two relations; everything but "less than" is "at least"."""
    return found < number if relation == "less than" else found >= number


def _language(text: str) -> str | None:
    """langdetect's language with seed 0; None if it finds no feature."""
    library = _library("langdetect")
    factory = library.detector_factory
    factory.init_factory()
    detector = factory._factory.create()
    detector.seed = 0
    detector.append(text)
    try:
        return str(detector.detect())
    except library.LangDetectException:
        return None


def _is_language(text: str, language: str) -> bool:
    found = _language(text)
    return found is None or found == language


@cache
def _word_tokenizer() -> Any:
    return _library("nltk.tokenize.destructive").NLTKWordTokenizer()


def _sentences(text: str) -> list[str]:
    return list(_library("punkt").sent_tokenize(text, "english"))


def _tokens(text: str) -> list[str]:
    return [token for sentence in _sentences(text) for token in _word_tokenizer().tokenize(sentence)]


def _keywords(text: str, options: Options) -> bool:
    return all(re.search(keyword, text, re.IGNORECASE) for keyword in options["keywords"])


def _frequency(text: str, options: Options) -> bool:
    found = len(re.findall(options["keyword"].strip(), text, re.IGNORECASE))
    return _compare(found, options["frequency"], options["relation"])


def _forbidden(text: str, options: Options) -> bool:
    return not any(re.search(rf"\b{word}\b", text, re.IGNORECASE) for word in options["forbidden_words"])


def _letters(text: str, options: Options) -> bool:
    return _compare(text.lower().count(options["letter"].lower()), options["let_frequency"], options["let_relation"])


def _dividers(text: str, options: Options) -> bool:
    blocks = re.split(r"\s?\*\*\*\s?", text)
    empty = [at for at, block in enumerate(blocks) if not block.strip()]
    inner = [at for at in empty if at not in (0, len(blocks) - 1)]
    return not inner and len(blocks) - len(empty) == options["num_paragraphs"]


def _first_word(text: str, options: Options) -> bool:
    blocks = text.split("\n\n")
    number, nth = sum(1 for block in blocks if block.strip()), options["nth_paragraph"]
    if nth > number or not blocks[nth - 1].strip():
        return False
    word = blocks[nth - 1].split()[0].lstrip("'").lstrip('"')
    first = re.split(r"[.,?!'\"]", word, maxsplit=1)[0].lower()
    return number == options["num_paragraphs"] and first == options["first_word"].lower()


def _placeholders(text: str, options: Options) -> bool:
    """``\\[.*?\\]`` in linear time: a bracket is closed by the next closing one on its line."""
    found, at = 0, text.find("[")
    while at >= 0:
        end, line_end = text.find("]", at), text.find("\n", at)
        if end < 0:
            break
        if 0 <= line_end < end:
            at = text.find("[", line_end)
            continue
        found, at = found + 1, text.find("[", end + 1)
    return found >= options["num_placeholders"]


def _postscript(text: str, options: Options) -> bool:
    marker = options["postscript_marker"].strip()
    patterns = {"P.P.S": r"p\.\s?p\.\s?s.*$", "P.S.": r"p\.\s?s\..*$"}
    return re.search(patterns.get(marker, marker.lower() + ".*$"), text.lower(), re.MULTILINE) is not None


def _bullets(text: str, options: Options) -> bool:
    stars = re.findall(r"^[^\S\n]*+\*[^\*].*$", text, re.MULTILINE)
    dashes = re.findall(r"^[^\S\n]*+-.*$", text, re.MULTILINE)
    return len(stars) + len(dashes) == options["num_bullets"]


def _options(text: str, options: Options) -> bool:
    return any(option in text for option in ("My answer is yes.", "My answer is no.", "My answer is maybe."))


def _highlights(text: str, options: Options) -> bool:
    single = [mark for mark in re.findall(r"\*[^\n\*]*\*", text) if mark.strip("*").strip()]
    double = [
        mark for mark in re.findall(r"\*\*[^\n\*]*\*\*", text) if mark.removeprefix("**").removesuffix("**").strip()
    ]
    return len(single) + len(double) >= options["num_highlights"]


def _sections(text: str, options: Options) -> bool:
    found = re.split(r"\s?" + options["section_spliter"].strip() + r"\s?\d+\s?", text)
    return len(found) - 1 >= options["num_sections"]


def _json(text: str, options: Options) -> bool:
    body = text.strip()
    for fence in ("```json", "```Json", "```JSON", "```"):
        body = body.removeprefix(fence)
    try:
        json.loads(body.removesuffix("```").strip())
    except (ValueError, RecursionError):
        return False
    return True


def _title(text: str, options: Options) -> bool:
    """``<<[^\\n]+>>`` in linear time: from the first mark of a line to its last."""
    for line in text.split("\n"):
        start, end = line.find("<<"), line.rfind(">>")
        if start >= 0 and end >= start + 3 and line[start : end + 2].lstrip("<").rstrip(">").strip():
            return True
    return False


def _two_responses(text: str, options: Options) -> bool:
    blocks = text.split("******")
    if any(not block.strip() for block in blocks[1:-1]):
        return False
    filled = [block.strip() for block in blocks if block.strip()]
    return len(filled) == 2 and filled[0] != filled[1]


def _capital_words(text: str, options: Options) -> bool:
    return _compare(sum(map(str.isupper, _tokens(text))), options["capital_frequency"], options["capital_relation"])


_CHECKS: Mapping[str, Callable[[str, Options], bool]] = {
    "keywords:existence": _keywords,
    "keywords:frequency": _frequency,
    "keywords:forbidden_words": _forbidden,
    "keywords:letter_frequency": _letters,
    "language:response_language": lambda text, options: _is_language(text, options["language"]),
    "length_constraints:number_sentences": lambda text, options: _compare(
        len(_sentences(text)), options["num_sentences"], options["relation"]
    ),
    "length_constraints:number_paragraphs": _dividers,
    "length_constraints:number_words": lambda text, options: _compare(
        len(re.findall(r"\w+", text)), options["num_words"], options["relation"]
    ),
    "length_constraints:nth_paragraph_first_word": _first_word,
    "detectable_content:number_placeholders": _placeholders,
    "detectable_content:postscript": _postscript,
    "detectable_format:number_bullet_lists": _bullets,
    "detectable_format:constrained_response": _options,
    "detectable_format:number_highlighted_sections": _highlights,
    "detectable_format:multiple_sections": _sections,
    "detectable_format:json_format": _json,
    "detectable_format:title": _title,
    "combination:two_responses": _two_responses,
    "combination:repeat_prompt": lambda text, options: (
        text.strip().lower().startswith(options["prompt_to_repeat"].strip().lower())
    ),
    "startend:end_checker": lambda text, options: (
        text.strip().strip('"').lower().endswith(options["end_phrase"].strip().lower())
    ),
    "startend:quotation": lambda text, options: (
        len(text.strip()) > 1 and text.strip()[0] == '"' and text.strip()[-1] == '"'
    ),
    "change_case:capital_word_frequency": _capital_words,
    "change_case:english_capital": lambda text, options: text.isupper() and _is_language(text, "en"),
    "change_case:english_lowercase": lambda text, options: text.islower() and _is_language(text, "en"),
    "punctuation:no_comma": lambda text, options: "," not in text,
}
