"""Instructions about layout: paragraphs, bullets, highlights, sections, titles, first and last words (as in IFEval)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

from r1.verifiers.instructions.response import Check, Response, argument
from r1.verifiers.instructions.units import MAX_UNITS, count_rule, paragraphs, showing
from r1.verifiers.structure.limits import Malformed
from r1.verifiers.structure.readers.json import read_json
from r1.verifiers.text.fences import unfenced
from r1.verifiers.text.visible import has_content, visible
from r1.verifiers.verdict import TruthError

_DIVIDER = re.compile(r"^[ \t]*+\*\*\*[ \t]*+$", re.MULTILINE)
_SIX_STARS = re.compile(r"(?<!\*)\*{6}(?!\*)")
_BRACKETS = re.compile(r"\[([^\[\]\n]++)\](?!\()")
_BULLET = re.compile(r"^[ \t]*+(?:[*+-][ \t]++|[・•][ \t]*+)([^\n]++)$", re.MULTILINE)
_NUMBERED = re.compile(r"^[ \t]*+\d{1,3}[.)][ \t]*+([^\n]++)$", re.MULTILINE)
# `*x*` and `**x**`: no white space inside the marks, so that the star of a list item opens no highlight.
_HIGHLIGHT = {
    "en": re.compile(r"(?<![*\\])(\*{1,3}+)(?!\s)([^*\n]++)(?<!\s)\1(?!\*)"),
    "ja": re.compile(r"(《)([^《》\n]++)》"),
}
_TITLE = {
    "en": re.compile(r"<<([^<>\n]++)>>"),
    "fr": re.compile(r"##([^#\n]++)##"),
    "ja": re.compile(r"『([^『』\n]++)』"),
}
_OPTIONS = {
    "en": ("My answer is yes.", "My answer is no.", "My answer is maybe."),
    "fr": ("Oui.", "Non.", "Peut-être."),
    "es": ("Sí.", "No.", "Quizás."),
    "ja": ("はい、そうです。", "いいえ、違います。", "どちらとも言えません。"),
}
_MOST_MENTIONS = 1000  # occurrences of one option or section mark that are examined
_QUOTES = "\"'“”‘’„«»「」『』`"
_MARKUP = "#>*_`~-+• \t"
_PAIRS = {"“": "”", "„": "“", "«": "»", "「": "」", "『": "』"}


def number_paragraphs(response: Response, options: Mapping[str, Any]) -> str:
    number = argument(options, "num_paragraphs", int)
    blocks = _DIVIDER.split(response.seen)
    inner = blocks[1 if not blocks[0].strip() else 0 : -1 if len(blocks) > 1 and not blocks[-1].strip() else None]
    if not all(map(has_content, inner)):
        return "a paragraph between two dividers is empty"
    return "" if len(inner) == number else f"{len(inner)} paragraphs divided by ***, asked: {number}"


def number_placeholders(response: Response, options: Mapping[str, Any]) -> str:
    found = showing(_BRACKETS.finditer(response.seen))
    return count_rule(found, options.get("num_placeholders"), options.get("relation", "at least"), "placeholders")


def number_bullet_lists(response: Response, options: Mapping[str, Any]) -> str:
    found = showing(_BULLET.finditer(response.seen))
    return count_rule(found, options.get("num_bullets"), options.get("relation", "exactly"), "bullet points")


def number_numbered_lists(response: Response, options: Mapping[str, Any]) -> str:
    found = showing(_NUMBERED.finditer(response.seen))
    return count_rule(found, options.get("num_items"), options.get("relation", "exactly"), "numbered items")


def number_highlighted_sections(response: Response, options: Mapping[str, Any]) -> str:
    pattern = _HIGHLIGHT.get(response.home, _HIGHLIGHT["en"])
    found = showing(pattern.finditer(response.seen), 2)
    return count_rule(found, options.get("num_highlights"), options.get("relation", "at least"), "highlighted sections")


def multiple_sections(response: Response, options: Mapping[str, Any]) -> str:
    """Count sections with different numbers, since two versions of one plan may both have a Day 1."""
    mark = re.escape(response.fold(argument(options, "section_spliter", str)).strip())
    number = r"(\d{1,4}|[ivxlc]{1,7}|[IVXLC]{1,7})"
    if response.home == "ja":
        pattern = rf"^[{re.escape(_MARKUP)}]*+第?([0-9一二三四五六七八九十]{{1,4}}){mark}"
    else:
        pattern = rf"^[{re.escape(_MARKUP + _QUOTES)}\[(]*+{mark}[ \t#]*+{number}(?![^\W_])"
    text = response.fold(response.seen)
    marks = list(islice(re.finditer(pattern, text, re.MULTILINE), _MOST_MENTIONS))
    ends = [match.start() for match in marks[1:]] + [len(text)]
    filled = {match[1] for match, end in zip(marks, ends, strict=False) if has_content(text[match.end() : end])}
    return count_rule(filled, options.get("num_sections"), options.get("relation", "at least"), "sections with a text")


def title(response: Response, options: Mapping[str, Any]) -> str:
    pattern = _TITLE.get(response.home, _TITLE["en"])
    return "there is no title" if next(showing(pattern.finditer(response.seen)), None) is None else ""


def json_format(response: Response, options: Mapping[str, Any]) -> str:
    body = unfenced(response.seen)
    try:
        value = read_json(response.seen if body is None else body)
    except Malformed as error:
        return f"not JSON: {error}"
    return "" if isinstance(value, dict | list) else "a single value, not a JSON object or array"


def constrained_response(response: Response, options: Mapping[str, Any]) -> str:
    """The response contains exactly one of the options, as a separate sentence and not in quotation marks."""
    text = response.seen.strip(_QUOTES + "*_ \t\n()").casefold() + " "
    chosen = {choice for choice in _OPTIONS[response.home] if _says(text, visible(choice).casefold())}
    return "" if len(chosen) == 1 else f"{len(chosen)} of the options are given, not one"


def _says(text: str, choice: str) -> bool:
    """Whether ``choice`` occurs in ``text`` as a separate sentence."""
    body = choice.rstrip(".。")
    at, examined = text.find(body), 0
    while at >= 0 and examined < _MOST_MENTIONS:
        before = text[max(at - 40, 0) : at]
        bare = before.rstrip("*_ \t\n")
        starts = not bare or bare[-1] in ".!?:。" or "\n" in before[len(bare) :]
        after = text[at + len(body) : at + len(body) + 4].lstrip(".。").lstrip("*_")
        if starts and (not after or after[0].isspace()):
            return True
        at, examined = text.find(body, at + 1), examined + 1
    return False


def two_responses(response: Response, options: Mapping[str, Any]) -> str:
    blocks = _SIX_STARS.split(response.seen, maxsplit=4)
    inner = blocks[1 if not blocks[0].strip() else 0 : -1 if len(blocks) > 1 and not blocks[-1].strip() else None]
    if len(inner) != 2 or not all(map(has_content, inner)):
        return f"{len(inner)} responses separated by ******, asked: 2"
    first, second = ("".join(filter(str.isalnum, block.casefold())) for block in inner)
    return "the two responses are the same" if first == second else ""


def repeat_prompt(response: Response, options: Mapping[str, Any]) -> str:
    prompt = " ".join(response.fold(argument(options, "prompt_to_repeat", str)).split())
    # White space may differ; the text after the prompt is the answer.
    text = " ".join(response.fold(response.seen).split())
    if not text.startswith(prompt):
        return "the response does not begin with the request"
    return "" if has_content(text[len(prompt) :]) else "the request is repeated but not answered"


def end_checker(response: Response, options: Mapping[str, Any]) -> str:
    phrase = " ".join(response.fold(argument(options, "end_phrase", str)).split()).strip(_QUOTES)
    tail = " ".join(response.fold(response.seen[-2 * len(phrase) - 200 :]).split()).rstrip(_QUOTES + "*_ )")
    wanted = phrase.rstrip(_QUOTES + "*_ )")
    if not wanted:
        raise TruthError(f"end_phrase: expected a phrase with words, got {options.get('end_phrase')!r}")
    before = tail[: -len(wanted)][-1:]
    is_inside_word = before.isalnum() and wanted[0].isalnum() and wanted[0].isascii()
    return "" if tail.endswith(wanted) and not is_inside_word else f"the response does not end with {phrase!r}"


def quotation(response: Response, options: Mapping[str, Any]) -> str:
    text = response.seen
    if len(text) < 3 or not has_content(text):
        return "there is nothing in quotation marks"
    opening, closing = text[0], text[-1]
    if opening == closing == '"':
        return "" if _quoted_depth_holds(text) else "the quotation ends before the response does"
    if _PAIRS.get(opening) != closing or (opening in "「『") != (response.home == "ja"):
        return "the response is not wrapped in quotation marks"
    depth = 0
    for match in re.finditer(f"[{opening}{closing}]", text):
        depth += 1 if match.group() == opening else -1
        if depth <= 0 and match.end() < len(text):
            return "the quotation ends before the response does"
    return ""


def _quoted_depth_holds(text: str) -> bool:
    """Whether the last straight quotation mark closes the first: a mark after a space opens, others close."""
    depth = 0
    for match in re.finditer('"', text):
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        opens = (not before or before.isspace() or before in "([{—–-") and after != "" and not after.isspace()
        depth += 1 if opens else -1
        if depth <= 0 and match.end() < len(text):
            return False
    return True


def postscript(response: Response, options: Mapping[str, Any]) -> str:
    """The last part of the response begins with the marker on a new line and has content."""
    marker = "".join(visible(argument(options, "postscript_marker", str)).split())
    body = r"[ \t]?".join(map(re.escape, marker))
    end = r"(?![^\W_])" if marker[-1].isalnum() and marker.isascii() else ""
    line = re.compile(rf"^[{re.escape(_MARKUP + _QUOTES)}]*+{body}{end}([^\n]*+)", re.MULTILINE | re.IGNORECASE)
    last = None
    for match in islice(line.finditer(response.seen), MAX_UNITS):
        last = match if has_content(match[1]) else last
    if last is None:
        return f"no line begins with {options['postscript_marker']!r} and goes on"
    if not has_content(response.seen[: last.start()]):
        return "the postscript stands before the response"
    after = [
        block for block in paragraphs(response.seen[last.end() : last.end() + 20_000]) if not _FURTHER.match(block)
    ]
    return "" if len(after) <= 2 and last.end() + 20_000 > len(response.seen) else "the postscript is not at the end"


_FURTHER = re.compile(r"[\W_]{0,9}p\.? ?-?(?:p\.? ?-?)?s", re.IGNORECASE)


LAYOUT_KINDS: dict[str, Check] = {
    "length_constraints:number_paragraphs": number_paragraphs,
    "detectable_content:number_placeholders": number_placeholders,
    "detectable_content:postscript": postscript,
    "detectable_format:number_bullet_lists": number_bullet_lists,
    "detectable_format:constrained_response": constrained_response,
    "detectable_format:number_highlighted_sections": number_highlighted_sections,
    "detectable_format:multiple_sections": multiple_sections,
    "detectable_format:json_format": json_format,
    "detectable_format:title": title,
    "combination:two_responses": two_responses,
    "combination:repeat_prompt": repeat_prompt,
    "startend:end_checker": end_checker,
    "startend:quotation": quotation,
}
