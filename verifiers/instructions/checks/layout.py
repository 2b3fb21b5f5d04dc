"""Instructions about layout: paragraphs, bullets, highlights, sections, titles, first and last words (as in IFEval)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from r1.verifiers.instructions.response import Response, argument
from r1.verifiers.instructions.units import MAX_UNITS, count_rule, paragraphs, showing
from r1.verifiers.structure.limits import Malformed
from r1.verifiers.structure.readers.json import read_json
from r1.verifiers.text.fences import unfenced
from r1.verifiers.text.visible import has_content, visible
from r1.verifiers.verdict import TruthError

_DIVIDER = re.compile(r"^[ \t]*+\*[ \t]?\*[ \t]?\*[ \t]*+$", re.MULTILINE)
_SIX_STARS = re.compile(r"(?<!\*)\*{6}(?!\*)")
# Brackets after a letter, digit or bracket hold an index; before "(", the text of a link. `[a][b]` is two placeholders.
_BRACKETS = re.compile(r"\[(?<![\w)\]}`]\[)(?!\^)[^\[\]\n]++\](?!\()(?:\[(?!\^)[^\[\]\n]++\](?!\())*+")
_CHECK_BOX = re.compile(r"^[ \t]*+(?:[-*+]|\d{1,3}[.)])[ \t]++\[[xX ]\]", re.MULTILINE)
_CODE = re.compile(r"[=;\"{}()<>|\\]|\bfor\b.*\bin\b|^\w-\w|^\w?(?:, ?\w)+$|^[\d\W_]*+$")  # no placeholder holds this
_BULLET = re.compile(r"^[ \t]*+(?:[*+-][ \t]++|[・•][ \t]*+)([^\n]++)$", re.MULTILINE)
_NUMBERED = re.compile(r"^[ \t]*+\d{1,3}[.)][ \t]*+([^\n]++)$", re.MULTILINE)
# `*x*` and `**x**`: no white space inside the marks, so that the star of a list item opens no highlight.
_HIGHLIGHT = {
    "en": re.compile(r"(?<![*\\])(\*{1,3}+)(?!\s)([^*\n]++)(?<!\s)\1(?!\*)"),
    "ja": re.compile(r"(《)([^《》\n]++)》"),
}
_TITLE = {
    "en": re.compile(r"(?<!<)<<([^<>\n]++)>>(?!>)"),
    "fr": re.compile(r"##([^#\n]++)##"),
    "ja": re.compile(r"『([^『』\n]++)』"),
}
_CODE_LINE = re.compile(r"[;{}=]|(?:^|\s)(?:cout|cin|cat)\b")
_OPTIONS = {
    "en": ("My answer is yes.", "My answer is no.", "My answer is maybe."),
    "fr": ("Oui.", "Non.", "Peut-être."),
    "es": ("Sí.", "No.", "Quizás."),
    "ja": ("はい、そうです。", "いいえ、違います。", "どちらとも言えません。"),
}
_MOST_MENTIONS = 1000  # occurrences of one option or section mark that are examined
_QUOTES = "\"'“”‘’„«»「」『』`"
_END_MARKS = tuple(".!?…。！？")
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
    text = _CHECK_BOX.sub("", response.prose) if "[" in response.seen else ""
    groups = (match[0][1:-1].split("][") for match in showing(_BRACKETS.finditer(text), 0))
    found = (name for names in groups for name in names if has_content(name) and not _CODE.search(name[:200]))
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
    found = (match for match in showing(pattern.finditer(response.prose)) if match[0][0] != "<" or _is_title(match))
    return "there is no title" if next(found, None) is None else ""


def _is_title(match: re.Match[str]) -> bool:
    """Whether double angle brackets are the marks of a title: around a line, or tight around words in a line of prose."""
    text = match.string
    before = text[max(text.rfind("\n", 0, match.start()) + 1, match.start() - 200) : match.start()]
    after = text[match.end() : match.end() + 200].partition("\n")[0]
    if not before.strip(_MARKUP + _QUOTES) and not after.strip(_MARKUP + _QUOTES):
        return True
    is_tight = not match[1][0].isspace() and not match[1][-1].isspace() and not after[:1].isalnum()
    is_joined = before[-1:].isalnum() or before[-1:] in tuple(")]}")
    return is_tight and not is_joined and not _CODE_LINE.search(before + after)


def json_format(response: Response, options: Mapping[str, Any]) -> str:
    body = unfenced(response.seen)
    try:
        value = read_json(response.seen if body is None else body)
    except Malformed as error:
        return f"not JSON: {error}"
    return "" if isinstance(value, dict | list) else "a single value, not a JSON object or array"


def constrained_response(response: Response, options: Mapping[str, Any]) -> str:
    """The response contains exactly one of the options, as a separate sentence that nothing quotes or mentions."""
    choices = options.get("options") or _OPTIONS[response.home]
    choices = choices.split("/") if isinstance(choices, str) else choices
    if not isinstance(choices, list | tuple) or not all(
        isinstance(choice, str) and has_content(choice) for choice in choices
    ):
        raise TruthError(f"options: expected a list of texts, got {choices!r}")
    chosen = {choice for choice in choices if _says(response.seen, visible(choice).lower())}
    return "" if len(chosen) == 1 else f"{len(chosen)} of the options are given, not one"


_BEFORE = re.compile(
    r"(?:\A|\n|[.!?:。！？][\"'”’」』)*_]*+[ \t]?|[。！？][」』]?)[>#*_ \t(\-]*+([\"'“‘«「『]?)[*_]*+\Z"
)
_AFTER = re.compile(
    r"[*_]*+(?:(?P<end>[.。!])[*_]*+)?+(?P<quote>[\"'”’»」』]?+)[*_.。)]*+"
    r"(?:(?P<all>\s*+\Z|[ \t]*+\n)|(?P<space>\s++)(?=[^\s])|(?P<next>(?!と|って|は|が|を|に|の|で|も|か)[^\s]))"
)


def _says(seen: str, choice: str) -> bool:
    """Whether ``choice``, in lower case, occurs in ``seen`` as a sentence of its own.

    It begins the text, a line or a sentence, and a full stop or the line ends it. In quotation marks it counts only where
    nothing that could mention it precedes or follows on its line; a reason may follow in a new sentence.
    """
    body, text = choice.rstrip(".。"), seen.lower()
    at, examined = text.find(body), 0
    while at >= 0 and examined < _MOST_MENTIONS:
        before = _BEFORE.search(text[max(at - 12, 0) : at]) if at else _BEFORE.search("")
        after = _AFTER.match(text, at + len(body))
        if before and after:
            ends_line, has_end = after["all"] is not None, after["end"] is not None
            starts_line = not text[:at].rpartition("\n")[2].strip("\"'“‘«「『*_ >#(-")
            # A sentence may follow in the same line: after a space, in Japanese at once.
            goes_on = has_end and (after["space"] is not None or (after["end"] == "。" and after["next"] is not None))
            is_quoted = bool(before[1] or after["quote"])
            mentions = not starts_line or (not ends_line and seen[after.end() : after.end() + 1].islower())
            if (ends_line or goes_on) and not (is_quoted and mentions):
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
    closing = _QUOTES + "*_ )"
    wanted = phrase.rstrip(closing)
    if not wanted.endswith(_END_MARKS):
        closing += "".join(_END_MARKS)  # the mark that ends the sentence may follow the phrase
    tail = " ".join(response.fold(response.seen[-2 * len(phrase) - 200 :]).split()).rstrip(closing)
    if not wanted:
        raise TruthError(f"end_phrase: expected a phrase with words, got {options.get('end_phrase')!r}")
    before = tail[: -len(wanted)][-1:]
    is_inside_word = before.isalnum() and wanted[0].isalnum() and wanted[0].isascii()
    return "" if tail.endswith(wanted) and not is_inside_word else f"the response does not end with {phrase!r}"


def quotation(response: Response, options: Mapping[str, Any]) -> str:
    """The first mark of the response is closed by its last one, and by no mark before."""
    text = response.seen
    if len(text) < 3 or not has_content(text):
        return "there is nothing in quotation marks"
    opening, closing = text[0], text[-1]
    if response.home == "ja":
        is_frame = opening in "「『" and _PAIRS[opening] == closing
    else:
        is_frame = opening == closing == '"' or (opening not in "「『" and _PAIRS.get(opening) == closing)
    if not is_frame:
        return "the response is not wrapped in quotation marks"
    depth = 1
    for mark, opens in _straight_marks(text) if opening == '"' else _paired_marks(text, opening, closing):
        depth += 1 if opens else -1
        if depth <= 0 and mark < len(text) - 1:
            return "the quotation ends before the response does"
    return ""


def _paired_marks(text: str, opening: str, closing: str) -> Iterator[tuple[int, bool]]:
    """The place of each mark after the first, and whether it opens a quotation."""
    return ((mark.start(), mark.group() == opening) for mark in re.compile(f"[{opening}{closing}]").finditer(text, 1))


def _straight_marks(text: str) -> Iterator[tuple[int, bool]]:
    """The same for straight marks, where a mark opens before a word and closes after one; escaped marks are content."""
    for mark in re.finditer(r'(?<!\\)"', text[1:-1]):
        before, after = text[mark.start()], text[mark.end() + 1]
        yield mark.start() + 1, (before.isspace() or before in "([{—–-" or mark.start() == 0) and not after.isspace()


def postscript(response: Response, options: Mapping[str, Any]) -> str:
    """The last part of the response begins with the marker on a new line and has content, there or after it."""
    marker = "".join(visible(argument(options, "postscript_marker", str)).split())
    body = r"[ \t]?".join(map(re.escape, marker))
    end = r"(?![^\W_])" if marker[-1].isalnum() and marker.isascii() else ""
    line = re.compile(rf"^[{re.escape(_MARKUP + _QUOTES)}]*+{body}{end}([^\n]*+)", re.MULTILINE | re.IGNORECASE)
    last = None
    for match in islice(line.finditer(response.seen), MAX_UNITS):
        last = match if has_content(match[1] + response.seen[match.end() : match.end() + 500]) else last
    if last is None or not has_content(response.seen[last.start(1) :]):
        return f"no line begins with {options['postscript_marker']!r} and goes on"
    if not has_content(response.seen[: last.start()]):
        return "the postscript stands before the response"
    rest = response.seen[last.end() : last.end() + 20_000]
    after = [block for block in paragraphs(rest) if not _FURTHER.match(block)]
    allowed = 2 if has_content(last[1]) else 3  # paragraphs after the marker's line
    is_end = len(after) <= allowed and last.end() + 20_000 > len(response.seen)
    return "" if is_end else "the postscript is not at the end"


_FURTHER = re.compile(r"[\W_]{0,9}p\.? ?-?(?:p\.? ?-?)?s", re.IGNORECASE)
