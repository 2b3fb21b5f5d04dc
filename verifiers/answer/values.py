"""Values in prose: the last value of a text, and the value that a sentence states."""

from __future__ import annotations

import re

from r1.verifiers.answer.region import MAX_REGION, Found, stripped

_LATEX_RUN = re.compile(r"(?:\\[A-Za-z]+|\\[,;:! ]|[{}()\[\]\d.,+\-*/^_=<>| ]|(?<![A-Za-z\\])[A-Za-z](?![A-Za-z]))+")
_COPULA = re.compile(r"\b(?:is|are|be|equals|est|es|ist|sont)\b|(?<![<>!])=|[是为]|等于|共有|[:：]")
_HAN_CLAUSE = re.compile(
    r"[\u4e00-\u9fff](?:[是为]|等于)\s*((?:[^\u4e00-\u9fff。！？\n]|[或和与及零一二两三四五六七八九十百千万亿分之点负])+?)[。.]?\s*$"
)
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9_.^\\])[-−+]?\s?(?:[$€£¥]\s?)?(?:\d{1,3}(?:[,\u00a0\u202f ]\d{3})+(?!\d)|\d+)?(?:[.,]\d+|(?<=\d))"
    r"(?:[eE][-+]?\d+\b)?(?:\s?/\s?\d+(?!\d|/|\.\d))?(?:\s?(?:\\?%|％))?(?![A-Za-z]*\d)"
)
_LAST_DIGIT = re.compile(r".*\d", re.S)
_LAST_SYMBOL = re.compile(r".*[\dπ∞½⅓⅔¼¾]", re.S)
_LETTER = r"(?<![A-Za-z<])[A-Za-z](?![A-Za-z])"
_FUNCTION = r"(?:sqrt|pi|ln|log(?:_\d{1,3})?|exp|sin|cos|tan|cot|sec|csc|arcsin|arccos|arctan)(?![A-Za-z])"
_OPERAND = (
    r"(?:[$€£¥]?\d+ \d+/\d+|[$€£¥]?\d+(?:[.,]\d+)*|(?<=\d) (?:hundred|thousand|million|billion|trillion)\b"
    r"|[π∞√∛∜½⅓⅔¼¾²³¹⁰⁴-⁹⁻ⁿ!%°']"
    rf"|\^(?:[-−]|\{{[^{{}}\n]{{1,20}}\}})?|(?<=\d) [xyzn](?![A-Za-z'])"
    rf"|(?:(?<=\d) )?(?<![A-Za-z\\]){_FUNCTION} ?|(?<=\d) √|(?<!\d){_LETTER}"
    r"|(?<=\d)[a-ceinp-rt-z](?![A-Za-z])|(?<=\d)[A-Za-z](?= ?[+*/^−-] ?\w)"
    r"|(?<=\d) ?[AaPp]\.?[Mm]\b|(?<!\\)\{[^{}A-Za-z\n$\\]{1,40},[^{}A-Za-z\n$\\]{1,40}\}"
    rf"|(?<!\\)[(\[](?:[^()\[\]{{}}\nA-Za-z$\\]|{_LETTER}|{_FUNCTION}){{1,80}}[)\]])"
)
_OPERATOR = r"(?:[-+−–×÷·/±<>≤≥≠∪∩]|(?<!\*)\*(?!\*)|<=|>=|(?<=\d):(?=\d)|(?<=\d) : (?=\d)|(?<=\d) to (?=\d))"
_PLAIN_FORMULA = re.compile(rf"[-−+±]? ?{_OPERAND}+(?: ?{_OPERATOR} ?[-−]?{_OPERAND}+)*")
_EXPONENT = re.compile(r"\^[-−({]*\d*$")
# A number is part of a longer formula only if one of these is beside it. They are checked first: most numbers stand alone.
_GOES_ON = re.compile(
    r"[A-Za-z](?![A-Za-z])"
    rf"| ?(?:(?!\*\*)[^\w\s.,;?\"'$%=|\\)\]}}]|[π²³ⁿ]|[xyzn](?![A-Za-z'])|to \d|hundred|thousand|million|billion|trillion|{_FUNCTION})"
)
_BEGINS_BEFORE = re.compile(
    rf"(?:[-+−–×÷·/±<>≤≥≠^√∛∜π(\[,²³ⁿ]|\^\{{-?|(?<!\*)\*|\d ?:|\d to|\d|minus|negative|{_FUNCTION}) ?$", re.I
)
_MINUEND = re.compile(r"(?:\d|(?<![A-Za-z])[A-Za-z]|[)\]π²³]) ?$")
_WORDS_BEFORE = re.compile(rf".*(?:(?<![A-Za-z])(?!{_FUNCTION}|to )[A-Za-z]{{2,}}|\n)", re.S)
_MINUS_IN_WORDS = re.compile(r"(?<!\w)(?:minus|negative)\s*$", re.I)


def last_value(text: str, start: int = 0, end: int | None = None) -> Found | None:
    r"""The last value in prose: the last formula between ``$..$``, ``\(..\)`` or ``\[..\]``, or the last number if it comes later.

    The span of the result may begin after a "minus" that its text includes as a sign.
    """
    end = len(text) if end is None else end
    start = max(start, end - MAX_REGION)
    formula = _last_formula(text, start, end)
    if formula is not None and _last_digit(text, formula.end, end) < 0:
        return formula
    number = last_number(text, start, end)
    return formula if formula is not None and (number is None or formula.end >= number.end) else number


def value_in_sentence(sentence: str) -> Found | None:
    """The value that a sentence states: the first formula or number after its last "is" or "=", or else in the whole sentence."""
    verb = 0
    for match in _COPULA.finditer(sentence):
        verb = match.end()
    for begin in (verb, 0) if verb else (0,):
        span, number = _first_formula(sentence, begin), _NUMBER.search(sentence, begin)
        found = _formula_around(sentence, number.start(), number.end()) if number else None
        if span and (found is None or span.start <= found.start):
            found = span
        if found:
            return found
    return None


def value_of_clause(text: str) -> Found | None:
    """The value at the end of a Chinese clause, behind its copula: the ``（1，2）`` of "点的坐标为（1，2）。"."""
    if text.isascii():
        return None
    match = _HAN_CLAUSE.search(text[-200:])
    start = max(0, len(text) - 200)
    return stripped(text, start + match.start(1), start + match.end(1), "math") if match else None


def _last_formula(text: str, start: int, end: int) -> Found | None:
    best: Found | None = None
    for opener, closer in (("\\(", "\\)"), ("\\[", "\\]"), ("$", "$")):
        closed = text.rfind(closer, start, end)
        if closed < 0 or (best and closed < best.end):
            continue
        if closer == "$":
            span = _dollar_span(text, start, closed)
        else:
            opened = text.rfind(opener, start, closed)
            span = (opened + 2, closed) if opened >= 0 else None
        if span:
            found = stripped(text, span[0], span[1], "math")
            if found and found.text and (best is None or found.end > best.end):
                best = found
    return best or _latex_run(text, max(start, end - 4000), end, last=True)


def _dollar_before(text: str, start: int, end: int) -> int:
    r"""Index of the last dollar sign in ``text[start:end]`` that is not escaped, or -1."""
    at = text.rfind("$", start, end)
    while at > 0 and text[at - 1] == "\\":
        at = text.rfind("$", start, at)
    return at


def _dollar_span(text: str, start: int, closed: int) -> tuple[int, int] | None:
    """The span that the last dollar sign closes; None if the dollar signs do not pair up, as with prices."""
    closed = _dollar_before(text, start, closed + 1)
    if closed < 0:
        return None
    inner_end = closed
    while inner_end > start and text[inner_end - 1] == "$":
        inner_end -= 1
    opened = _dollar_before(text, start, inner_end)
    if opened < 0 or "\n\n" in text[opened:inner_end]:
        return None
    if (text.count("$", start, closed + 1) - text.count("\\$", start, closed + 1)) % 2:
        return None
    return opened + 1, inner_end


def _latex_run(text: str, start: int, end: int, *, last: bool) -> Found | None:
    r"""A run of LaTeX without delimiters, such as ``(\frac{2}{5})`` in the middle of a Chinese sentence."""
    best: Found | None = None
    if "\\" not in text[start:end]:
        return None
    for match in _LATEX_RUN.finditer(text, start, end):
        if "\\" in match[0] and any(c.isdigit() for c in match[0]):
            body = match[0].strip(" .,=")
            best = Found(body, match.start(), match.end(), "math")
            if not last:
                return best
    return best


def _first_formula(text: str, start: int) -> Found | None:
    spans = []
    for opener, closer in (("\\(", "\\)"), ("\\[", "\\]"), ("$$", "$$"), ("$", "$")):
        opened = text.find(opener, start)
        closed = text.find(closer, opened + len(opener)) if opened >= 0 else -1
        if closed >= 0:
            found = stripped(text, opened + len(opener), closed, "math")
            if found and found.text:
                spans.append(found)
    return min(spans, key=lambda found: found.start) if spans else _latex_run(text, start, len(text), last=False)


def _last_digit(text: str, start: int, end: int) -> int:
    """Index of the last digit (or other sign for a number, such as π) in the last 4000 characters, or -1."""
    match = (_LAST_DIGIT if text.isascii() else _LAST_SYMBOL).match(text, max(start, end - 4000), end)
    return match.end() - 1 if match else -1


def last_number(text: str, start: int = 0, end: int | None = None) -> Found | None:
    """The last number in the last 4000 characters of a text, with the plain formula around it."""
    end = len(text) if end is None else end
    digit = _last_digit(text, start, end)
    if digit < 0:
        return None
    before = text[max(0, digit - 12) : digit]
    if not text[digit].isdecimal() or ("^" in before and "\\" not in before and _EXPONENT.search(before)):
        formula = _formula_around(text, digit, digit + 1)
        unit = text[max(0, formula.start - 2) : formula.start].strip().isdecimal()  # of "8 m^2"
        if formula.text[0] != "^" and not formula.text.isdigit() and not unit:
            return formula
    end = min(end, digit + 5)  # a percent sign may follow
    last: re.Match[str] | None = None
    for window in (60, 400, 4000):
        begin = max(start, end - window)
        last = None
        for match in _NUMBER.finditer(text, begin, end):
            last = match
        # A number near the edge of the window may be cut; a larger window shows it whole.
        if begin == start or (last and last.start() > begin + 30):
            break
    return _formula_around(text, last.start(), last.end()) if last else None


def _formula_around(text: str, start: int, end: int) -> Found:
    """The number at ``text[start:end]``, or the formula in plain characters around it: ``2π``, ``3 + 5i``, ``(3, 4)``."""
    before = text[max(0, start - 9) : start]
    begins = (_MINUEND if text[start] in "-−+" else _BEGINS_BEFORE).search(before)
    if not begins and text[end - 1].isdecimal() and not _GOES_ON.match(text, end):
        return Found(text[start:end].strip(), start, end, "number")
    at = start + len(text[start:end]) - len(text[start:end].lstrip(" -−+"))
    words = _WORDS_BEFORE.match(text, max(0, start - 80), at)
    for match in _PLAIN_FORMULA.finditer(text, words.end() if words else max(0, start - 80), min(len(text), end + 80)):
        if match.end() > at:
            begin = match.end() - len(match[0].lstrip())
            if begin <= at and match.end() - begin > end - start:
                start, end = begin, match.end()
            break
    sign = "-" if _MINUS_IN_WORDS.search(text, max(0, start - 12), start) else ""
    return Found(sign + text[start:end].strip(), start, end, "number")
