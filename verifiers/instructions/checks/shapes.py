"""Instructions about the shape of a response: nesting, quotations, lists, sections, stairs, emoji, templates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice, pairwise
from typing import Any

from r1.verifiers.instructions.checks.layout import number_paragraphs
from r1.verifiers.instructions.checks.words import forbidden_words
from r1.verifiers.instructions.response import Response
from r1.verifiers.instructions.units import (
    MAX_CHARS,
    MAX_LINES,
    MAX_SENTENCES,
    MAX_UNITS,
    TooLong,
    lines,
    paragraphs,
    sentences,
)
from r1.verifiers.text.visible import has_content
from r1.verifiers.verdict import TruthError

_BRACKETS = re.compile(r"[()\[\]{}]")
_CLOSED_BY = {"(": ")", "[": "]", "{": "}"}
_DOUBLE = str.maketrans("“”„«»‘’‚", '"""""\'\'\'')
_QUOTED = re.compile(r"\"([^\"]*+)\"")
_BULLET = re.compile(r"[ \t]*+([*•+-]|\d{1,3}[.)])[ \t]++(?=\S)")
_HEADING = re.compile(r"[ \t]*+(?:#{1,6}[ #]|\*\*[^*]++\*\*:?[ \t]*+$|<h[1-6]\b)|(?:[ \t]*+[*_-]){3,}+[ \t]*+$")
_THESIS = re.compile(r"[\s*_>]*+(?:<p>\s*+)?<(i|em)>([^<]++)</\1>", re.IGNORECASE)
_TEMPLATE = re.compile(r"(?<!\w)(My Answer|My Conclusion|Future Outlook):[*_]*+")
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u231a\u231b\u23e9-\u23f3\u25b6\u25c0\u2600-\u2604\u260e\u2611\u2614\u2615\u2618\u261d\u2620\u2622\u2623"
    "\u2626\u262a\u262e\u262f\u2638-\u263a\u2640\u2642\u2648-\u2653\u265f\u2660\u2663\u2665\u2666\u2668\u267b\u267e\u267f\u2692-\u2697"
    "\u2699\u269b\u269c\u26a0\u26a1\u26a7\u26aa\u26ab\u26b0\u26b1\u26bd\u26be\u26c4\u26c5\u26c8\u26ce\u26cf\u26d1\u26d3\u26d4\u26e9"
    "\u26ea\u26f0-\u26f5\u26f7-\u26fa\u26fd\u2702\u2705\u2708-\u270d\u270f\u2712\u2714\u2716\u271d\u2721\u2728\u2733\u2734\u2744\u2747"
    "\u274c\u274e\u2753-\u2755\u2757\u2763\u2764\u2795-\u2797\u27a1\u27b0\u27bf\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55]"
)


def parentheses(response: Response, options: Mapping[str, Any]) -> str:
    """Five levels of brackets, all closed by their own marks, around some content."""
    open_marks: list[tuple[str, int]] = []
    depths = [0]  # for each open bracket, and the text outside, the deepest closed nesting inside it
    for examined, mark in enumerate(_BRACKETS.finditer(response.seen)):
        if examined > MAX_UNITS:
            raise TooLong(f"more than {MAX_UNITS} brackets")
        if mark.group() in _CLOSED_BY:
            open_marks.append((_CLOSED_BY[mark.group()], mark.start()))
            depths.append(0)
        elif open_marks and open_marks[-1][0] == mark.group():
            start = open_marks.pop()[1]
            inner = depths.pop()
            depth = inner + 1 if inner or has_content(response.seen[start : mark.end()]) else 0
            depths[-1] = max(depths[-1], depth)
            if depths[-1] >= 5:
                return ""
        elif open_marks:
            open_marks, depths = [], [0]
    return f"brackets are nested {max(depths)} deep, asked: 5"


def quotes(response: Response, options: Mapping[str, Any]) -> str:
    """Quotations three deep, double and single marks in turn; an apostrophe is no mark."""
    deepest = max(map(_quote_depth, paragraphs(response.seen[:MAX_CHARS])), default=0)
    return "" if deepest >= 3 else f"quotations are nested {deepest} deep, asked: 3"


def _quote_depth(text: str) -> int:
    """How deep the closed quotations of a paragraph are nested. A mark unlike the innermost open one opens before a word."""
    text = text.translate(_DOUBLE)
    marks: list[tuple[str, int]] = []
    depths = [0]
    for examined, place in enumerate(re.finditer("[\"']", text)):
        if examined > MAX_UNITS:
            raise TooLong(f"more than {MAX_UNITS} quotation marks")
        mark, at = place.group(), place.start()
        before, after = text[max(at - 1, 0) : at], text[at + 1 : at + 2]
        if mark == "'" and before.isalnum() and after.isalnum():
            continue
        if marks and marks[-1][0] == mark:
            start = marks.pop()[1]
            inner = depths.pop()
            depths[-1] = max(depths[-1], inner + 1 if inner or has_content(text[start:at]) else 0)
        elif not before.isalnum() and after and not after.isspace():
            marks.append((mark, at))
            depths.append(0)
    return depths[0]


def quote_unquote(response: Response, options: Mapping[str, Any]) -> str:
    """Between two quotations, and after the last one, stand words of explanation."""
    text = response.seen.translate(_DOUBLE)
    found = list(islice(_QUOTED.finditer(text), MAX_LINES))
    if not any(has_content(quotation[1]) for quotation in found):
        return "there is no quoted phrase"
    ends = [quotation.start() for quotation in found[1:]] + [len(text)]
    bare = next((one[1] for one, end in zip(found, ends, strict=True) if not has_content(text[one.end() : end])), None)
    return f"no explanation follows {bare[:40]!r}" if bare is not None else ""


def emoji(response: Response, options: Mapping[str, Any]) -> str:
    """An emoji is the last sign of each sentence, or follows its last mark."""
    text, at, examined = response.seen[:MAX_CHARS], 0, 0
    for sentence in sentences(response.seen):
        start = text.find(sentence, at)
        at = max(start, at) + len(sentence)
        own = sentence.rstrip(" \n\t.!?…。！？\"'”’)*_")
        after = text[at : at + 10].lstrip(" \t*_\"'”’)")
        if not _EMOJI.match(own[-1:]) and not _EMOJI.match(after[:1]):
            return f"no emoji ends the sentence {sentence.strip()[-40:]!r}"
        examined += 1
    return "" if examined else "there is no sentence"


def line_indent(response: Response, options: Mapping[str, Any]) -> str:
    """Each line with text is indented more than the one before."""
    found = response.indented[: MAX_CHARS + 1].split("\n", MAX_LINES + 1)
    if len(found) > MAX_LINES or len(response.indented) > MAX_CHARS:
        raise TooLong(f"more than {MAX_LINES} lines or {MAX_CHARS} characters")
    widths = [len(line) - len(line.lstrip()) for line in (line.expandtabs(4) for line in found) if line.strip()]
    if len(widths) < 2:
        return "there is only one line"
    return "" if all(one < two for one, two in pairwise(widths)) else "a line is not indented more than the one before"


def special_list(response: Response, options: Mapping[str, Any]) -> str:
    """At least two lines begin with the marker and have content; no line begins with another bullet."""
    marker = options["sep"].strip()
    found = list(lines(response.seen))
    items = [line for line in found if line.startswith(marker) and has_content(line.removeprefix(marker))]
    other = next((line for line in found if not line.startswith(marker) and _BULLET.match(line)), None)
    if other is not None:
        return f"a line begins with another bullet: {other[:40]!r}"
    return "" if len(items) >= 2 else f"{len(items)} lines begin with {marker!r} and have content"


def thesis(response: Response, options: Mapping[str, Any]) -> str:
    """Each section, after a heading or a divider, or else all of the response, begins with text in <i> or <em> and goes on."""
    sections = list(_sections(response.seen))
    for section in sections:
        found = _THESIS.match(section)
        if found is None or not has_content(found[2]):
            return f"a section begins with {section.strip()[:40]!r}, not with a thesis in italics"
        if not has_content(re.sub(r"<[^<>]++>", "", section[found.end() :][:MAX_CHARS])):
            return "a section holds nothing but its thesis"
    return "" if sections else "there is no section"


def _sections(text: str) -> Iterator[str]:
    """The texts after headings and dividers; what stands before the first heading is an introduction. Raises TooLong."""
    parts: list[list[str]] = [[]]
    for line in lines(text):
        if _HEADING.match(line):
            parts.append([])
        else:
            parts[-1].append(line)
    filled = ["\n".join(part) for part in parts[1:] if part] or ["\n".join(parts[0])]
    return filter(has_content, filled)


def sub_bullets(response: Response, options: Mapping[str, Any]) -> str:
    """Each line that begins with * has content and is followed by one that begins with -."""
    groups: list[int] = []
    for line in lines(response.seen):
        mark, rest = line[:1], line[1:]
        if mark == "*" and rest[:1].isspace() and has_content(rest):
            groups.append(0)
        elif mark == "-" and rest[:1].isspace() and has_content(rest) and groups:
            groups[-1] += 1
    if not groups:
        return "there is no bullet point with *"
    return "" if all(groups) else "a bullet point has no sub-bullet with -"


def some_bullets(response: Response, options: Mapping[str, Any]) -> str:
    """Two sentences that end with a period, then two bullet points with *."""
    found = list(lines(response.seen))
    is_bullet = [line[:1] == "*" and line[1:2].isspace() and has_content(line[1:]) for line in found]
    if sum(is_bullet) < 2:
        return f"{sum(is_bullet)} bullet points with *, asked: at least 2"
    before = "\n".join(found[: is_bullet.index(True)])
    ended = sum(sentence.rstrip("\"'”’)*_ \n").endswith((".", "。")) for sentence in sentences(before))
    return "" if ended >= 2 else f"{ended} sentences that end with a period stand before the bullet points, asked: 2"


def one_of_options(response: Response, options: Mapping[str, Any]) -> str:
    """The response is one of the options, which are divided by ``/``, else by the word "or", else by commas."""
    given = options["options"]
    divided = given.split("/") if "/" in given else re.split(r"\s+or\s+|,", given)
    choices = {_choice(choice) for choice in divided} - {""}
    if len(choices) < 2:
        raise TruthError(f"options: expected at least two, got {given!r}")
    return "" if _choice(response.seen[:1000]) in choices else f"the response is none of the options {given!r}"


def _choice(text: str) -> str:
    return " ".join(text.translate(_DOUBLE).casefold().split()).strip(" .,;:!?\"'()[]*_`")


def output_template(response: Response, options: Mapping[str, Any]) -> str:
    """The three labels, once each, in their order, filled in, and nothing before them."""
    found = list(islice(_TEMPLATE.finditer(response.seen), 5))
    if [label[1] for label in found] != ["My Answer", "My Conclusion", "Future Outlook"]:
        return f"the labels are {[label[1] for label in found]}"
    if has_content(response.seen[: found[0].start()]):
        return "there is a text before the template"
    ends = [label.start() for label in found[1:]] + [len(response.seen)]
    for label, end in zip(found, ends, strict=True):
        filled = response.seen[label.end() : end].strip(" \n\t*_")
        if not has_content(filled) or re.fullmatch(r"\[[^\[\]]*+\]", filled):
            return f"{label[1]} is not filled in"
    return ""


def sentence_hyphens(response: Response, options: Mapping[str, Any]) -> str:
    """Sentences joined by hyphens without spaces, so that no sentence ends inside a piece."""
    if len(response.seen) > MAX_CHARS:
        raise TooLong(f"more than {MAX_CHARS} characters")
    pieces = re.split(r"(?<=[.!?\"'”’)])-(?=\S)", response.seen, maxsplit=MAX_SENTENCES)
    if len(pieces) < 2:
        return "no two sentences are joined by a hyphen"
    wrong = next(
        (piece for piece in pieces if piece != piece.strip() or len(list(islice(sentences(piece), 2))) != 1), None
    )
    return f"sentences are not joined by a hyphen in {wrong[:40]!r}" if wrong is not None else ""


def two_paragraphs(response: Response, options: Mapping[str, Any]) -> str:
    return number_paragraphs(response, {"num_paragraphs": 2})


def two_blocks(response: Response, options: Mapping[str, Any]) -> str:
    found = [block for block in paragraphs(response.seen) if has_content(block)]
    return "" if len(found) == 2 else f"{len(found)} paragraphs between blank lines, asked: 2"


def no_dots(response: Response, options: Mapping[str, Any]) -> str:
    found = re.search("[.。｡]", response.seen)
    return f"there is a dot {found.group()!r}" if found else ""


def no_exclamation(response: Response, options: Mapping[str, Any]) -> str:
    found = re.search("[!¡❗❕]", response.seen)
    return f"there is an exclamation mark {found.group()!r}" if found else ""


def exclude_word(response: Response, options: Mapping[str, Any]) -> str:
    return forbidden_words(response, {"forbidden_words": [options["keyword"].strip()]})
