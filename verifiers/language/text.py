"""The prose of a text: without invisible characters, with math, code and markup masked. Every scan takes linear time."""

from __future__ import annotations

import json
import re

from r1.verifiers.text.visible import nfkc

NEUTRAL = " \ufffc "  # replaces a neutral span: it separates words and is not a word
OPEN_QUOTE, CLOSE_QUOTE = "\ue000", "\ue001"  # private characters that mark short quotations

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u0640\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ue000\ue001\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffc\U000e0000-\U000e0fff]+"
)
_FENCE = re.compile(r"(`{3,}|~{3,})")
_ENVIRONMENT = re.compile(r"\\(begin|end)\{[^{}\n]{1,40}\}")
_COMMAND = (
    r"\\[A-Za-z]+\*?(?:\s?\{(?:[^{}]|\{[^{}]{0,60}\}){0,200}+\}|\[[^\[\]\n]{0,60}\]|[_^](?:\w|\{[^{}]{0,60}\})){0,6}+"
)
# Each alternative begins with a literal and cannot match in two ways; its length is bounded, or it ends before a new opener.
_SPAN = re.compile(
    r"`[^`\n]{1,500}`"
    r"|\$\$[^$]{1,5000}\$\$"
    r"|\$(?=\S)[^$\n]{1,500}(?<=\S)\$(?!\d)"
    r"|\\\[(?:[^\\]|\\(?![\[\]]))*+\\\]"
    r"|\\\((?:[^\\]|\\(?![()]))*+\\\)"
    rf"|(?:{_COMMAND}\s{{0,3}}+)++"
    r"|</?[A-Za-z!][^<>\n]{0,200}>"
    r'|\{\s{0,20}"(?:[^{}]|\{[^{}]{0,500}\}){1,2000}+\}'
    r'|\[\s{0,20}"[^\[\]]{1,2000}\]'
)
_IMPORT = re.compile(
    r"^[ \t]{0,20}(?:import[ ]\w[\w.]{0,80}(?:,[ ]?\w[\w.]{0,80}){0,10}+|using[ ]namespace[ ]\w{1,40});?[ \t]{0,20}$"
    r"|\bimport[ ]\w[\w.]{0,80}[ ]as[ ]\w{1,40}"
    r"|\bfrom[ ]\w[\w.]{0,80}[ ]import[ ](?:\*|\w{1,80}(?:,[ ]\w{1,80}){0,20}+)"
    r"|#include[ ]?<[\w./]{1,80}>",
    re.MULTILINE | re.ASCII,
)
_ADDRESS = re.compile(
    r"(?<![A-Za-z0-9_/.:-])(?:https?://|www\.|[~.]{0,2}/|[A-Za-z]{1,30}_[A-Za-z]{1,30}_[A-Za-z]{1,30}_)[!-~]{20,}"
)
_UNITS = (
    "km|hm|dm|cm|mm|μm|nm|m|kg|mg|μg|g|lb|lbs|oz|ft|yd|mi|mph|kmh|kph|ml|mL|cl|dl|L|l|ms|μs|ns|s|h|hr|hrs|min|sec|Hz|kHz|MHz|GHz|"
    "V|kV|mV|A|mA|W|kW|MW|kWh|J|kJ|cal|kcal|N|Pa|kPa|K|C|F|mol|rad|deg|B|kB|KB|MB|GB|TB|bit|bits|USD|EUR|GBP|RMB|CNY|JPY|px|pt|am|pm|AM|PM"
)
_MEASURE = re.compile(
    rf"\d\s?°?(?:{_UNITS})(?:[²³23]|\^\{{?\d\}}?)?(?:/(?:{_UNITS})(?:[²³23]|\^\{{?\d\}}?)?)?(?![A-Za-zÀ-ɏ])", re.ASCII
)
_MONTH = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    "Nov(?:ember)?|Dec(?:ember)?)"
)
_DATE = re.compile(rf"\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH}\b\.?|{_MONTH}\.?\s\d{{1,2}}(?!\d)", re.ASCII)
_QUOTATION = re.compile(r'“[^“”\n]+”|„[^„“”\n]+[“”]|«[^«»\n]+»|「[^「」\n]+」|『[^『』\n]+』|"[^"\n]*"')
_LONGEST_QUOTATION = 80
_TAG = re.compile(
    r"</?[A-Za-z][\w:.-]{0,40}(?:\s{1,4}[\w:-]{1,40}\s?=\s?(?:\"[^\"]{0,200}\"|'[^']{0,200}'|\w{1,60})){0,20}+\s?/?>|<!"
)
_PROSE = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}")
_MARKUP = re.compile(r"[`$\\<{\[]")
_DELIMITERS = "`~$\\[]()<>{} \n"


def clean(text: str) -> str:
    """The text as a reader sees it: in NFKC, without invisible characters."""
    if text.isascii():
        return text
    return nfkc(_INVISIBLE.sub("", text))


def mask(text: str) -> tuple[str, str]:
    """The text with neutral spans replaced and short quotations marked, and the contents of the spans, one per line.

    Neutral spans are code (fences, inline), math (dollars, brackets, environments, commands with arguments), tags, JSON,
    import lines, measures and dates. Text between dollars or angle brackets that is plainly prose stays. Long addresses,
    paths and identifiers are added to the contents, but stay in the text, too: the tokens make them neutral.
    """
    hidden: list[str] = []

    def drop(match: re.Match[str]) -> str:
        span = match.group()
        if _is_prose(span):
            return f" {span[1:-1]} "
        hidden.append(span)
        return NEUTRAL

    if _MARKUP.search(text) or "~~~" in text:
        text = _without_environments(_without_fences(text, hidden), hidden)
        if "import" in text or "#include" in text or "using n" in text:
            text = _IMPORT.sub(drop, text)
        text = _SPAN.sub(drop, text)
    elif "import" in text or "#include" in text or "using n" in text:
        text = _IMPORT.sub(drop, text)
    if "/" in text or "_" in text or "www" in text:
        hidden += _ADDRESS.findall(text)
    text = _MEASURE.sub(NEUTRAL, text)
    text = _DATE.sub(NEUTRAL, text)
    return _QUOTATION.sub(_mark, text), "\n".join(span.strip(_DELIMITERS) for span in hidden)


def _mark(match: re.Match[str]) -> str:
    """Mark a short quotation. Long ones are matched too: otherwise one more word could change how straight marks pair up."""
    if match.end() - match.start() > _LONGEST_QUOTATION + 2:
        return match.group()
    return f" {OPEN_QUOTE} {match.group()[1:-1]} {CLOSE_QUOTE} "


def _is_prose(span: str) -> bool:
    """Whether a span is ordinary prose inside markup: ``$First we need to ...$``, ``<First we need ...>``."""
    opener = span[0]
    if opener == "<":
        return _TAG.match(span) is None
    if opener in "{[":
        return not _is_json(span)
    if opener == "$" and "\\" not in span:
        return len(_PROSE.findall(span)) >= 4
    return False


def _is_json(span: str) -> bool:
    try:
        json.loads(span)
    except (ValueError, RecursionError):
        return False
    return True


def _without_fences(text: str, hidden: list[str]) -> str:
    """The text without code blocks, from a run of three or more back-ticks or tildes to the next such run or the end.

    This is not `text.fences`, which follows CommonMark and would change verdicts: here a fence may begin and end within
    a line, because thoughts contain such fences.
    """
    if "```" not in text and "~~~" not in text:
        return text
    kept, position, opener = [], 0, ""
    for match in _FENCE.finditer(text):
        if not opener:
            kept.append(text[position : match.start()])
            opener, position = match.group(), match.start()
        elif match.group().startswith(opener):
            hidden.append(text[position : match.end()])
            kept.append(NEUTRAL)
            opener, position = "", match.end()
    (hidden if opener else kept).append(text[position:])
    return "".join(kept)


def _without_environments(text: str, hidden: list[str]) -> str:
    """The text without LaTeX environments (the outermost ones with their contents); one that is not closed stays."""
    if "\\begin{" not in text:
        return text
    spans: list[tuple[int, int]] = []
    stack: list[int] = []
    for match in _ENVIRONMENT.finditer(text):
        if match.group(1) == "begin":
            stack.append(match.start())
        elif stack:
            start = stack.pop()
            while spans and spans[-1][0] >= start:
                spans.pop()
            spans.append((start, match.end()))
    kept, position = [], 0
    for start, end in spans:
        kept += [text[position:start], NEUTRAL]
        hidden.append(text[start:end])
        position = end
    return "".join([*kept, text[position:]])
