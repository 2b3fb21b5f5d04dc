"""Option letters: those that a text names, and those that a completion chooses."""

from __future__ import annotations

import re

from r1.verifiers.answer.find import find_answer
from r1.verifiers.answer.region import answer_region

_DRESS = re.compile(
    r"\\(?:text|textbf|textit|mathrm|mathbf|textrm|mbox|boldsymbol)\s*\{([^{}]*)\}|\$|\*+|\\[()\[\] ]|(?<=\w)_(?=\s|$)"
)
_LABELS = re.compile(
    r"(?:(?:the\s+)?(?:correct\s+)?(?:options?|choices?|answers?|选项|答案)(?:\s+(?:is|are)|[是为])?\s*[:：]?\s*)?"
    r"([(（\[]?[A-Z][)）\]]?(?:\s*(?:,|，|、|;|&|\band\b|和|与)?\s*[(（\[]?[A-Z][)）\]]?)*)\s*[.。:：]?",
    re.I,
)
LABEL_AND_TEXT = re.compile(r"(?:[(（\[]([A-Za-z])[)）\]]|([A-Z])[).:．。、：])\s*(.+)", re.S)
_BEFORE_VALUE = re.compile(
    r"\\(?:text|mathrm)(?:bf|rm)?\s*\{\s*\([A-Z]\)\s*\}(?:\s|\\[ ,~;:]|~)*(?=\S)|\([A-Z]\)\s+(?=[-\d.\\$])"
)
_LETTER = re.compile(r"(?<![A-Za-z0-9'\\])[(（\[]?([A-Z])[)）\]]?(?![A-Za-z0-9'])")
_LEADING = re.compile(r"\W*([A-Z])(?=[).:。．、，,;：]|\s*(?:不是|因为|because|since)|\s*$)")
_REFUTED = re.compile(
    r"\s*(?:is|are|was|were|can\s+be)\s+(?:not\b|wrong|incorrect|false|eliminated|excluded|ruled\s+out|impossible)|\s*(?:是错|错误|不正确|不对)"
)
_CALLED_RIGHT = re.compile(
    r"(?:[Oo]ption|[Cc]hoice|[Aa]nswer|选项)\s{0,3}[(（]?([A-Z])[)）]?\s{0,3}(?:(?:is|must\s+be)\s+)?(?:the\s+)?(?:correct|right|best|正确)\b"
    r"|\b(?:[Ii]\s+(?:choose|select|pick|go\s+with)|(?:best|right|correct)\s+(?:one\s+)?is)\s+(?:[Oo]ption\s+)?[(（]?([A-Z])[)）]?(?![A-Za-z'])"
)
_DENIED = re.compile(
    r"(?i:\bnot|n't(?:\s+be)?|\bnon|\bneither|\bnor|\bnever|\bcannot\s+be|不是|并非|不选|排除|除了?|\brather\s+than|\bno[nt]?\s+pas|\binstead\s+of"
    r"|\brule\s+out|\bruling\s+out|\beliminated?|\bexcept)\s*(?:be\s+|option\s+|choice\s+|just\s+|only\s+)?(?:[(（]?[A-Z][)）]?\s*(?:,|、|or|nor|and|或|和)\s*)*$"
)
_ALTERNATIVE = re.compile(r"\s*(?:or|或者?|/|and|和|&|,|、)\s*(?:option\s+)?[(（]?[A-Z][)）]?(?![A-Za-z'])")
_ARTICLE = re.compile(r"\s+(?!because\b|since\b|is\b|as\b|and\b|or\b|it\b|for\b|not\b|non\b)[a-z]")


def plain(text: str) -> str:
    """The text without LaTeX styling and Markdown emphasis."""
    for _ in range(2):
        text = _DRESS.sub(lambda m: m[1] if m[1] is not None else "", text)
    return text.strip()


def labels(text: str) -> str:
    """The option letters that a short answer consists of, sorted ("AC"), or "".

    >>> labels("(B)"), labels("A, C"), labels("\\\\text{B}"), labels("Banana"), labels("Option D.")
    ('B', 'AC', 'B', '', 'D')
    """
    if len(text) > 80:
        return ""
    match = _LABELS.fullmatch(plain(text))
    if not match:
        return ""
    written = re.sub(r"\band\b|\b(?:AND|And)\b", ",", match[1])
    letters = re.findall(r"[A-Za-z]", written)
    capital = all(letter.isupper() for letter in letters) or (len(letters) == 1 and letters[0] in "abcde")
    if len(set(letters)) < len(letters):
        return ""  # "II" and "III" are Roman numerals
    return "".join(sorted({letter.upper() for letter in letters})) if capital else ""


def find_choice(completion: str, *, strict: bool = False) -> str:
    """The option letters that a completion chooses, sorted, or "".

    A box must hold letters or a labeled option. In prose the rules are, in this order: the first letter after the last "the
    answer is" (or in ``<answer>``), the option that is called correct, a label that opens the text, the last letter that is
    not denied ("not A", "不是 A").

    Args:
        completion: the policy's text.
        strict: only a box counts.
    """
    found = find_answer(completion, strict=strict)
    if found is None or not found.text:
        return ""
    exact = labels(found.text) or labeled_option(found.text)
    if exact or found.kind in ("box", "boxes"):
        return exact
    if found.kind in ("anchor", "tag", "json"):
        stated = _stated(plain(found.text), last=False)
        if stated:
            return stated
    start, end = answer_region(completion)
    region = plain(completion[max(start, end - 4000) : end])
    called_right = _CALLED_RIGHT.findall(region)
    if called_right:
        return "".join(called_right[-1])
    leading = _LEADING.match(region)
    return leading[1] if leading else _stated(region, last=True)


def labeled_option(text: str) -> str:
    """The letter of a labeled option such as "B. 12" or "(B) twelve", or ""."""
    match = LABEL_AND_TEXT.fullmatch(plain(text))
    return (match[1] or match[2]).upper() if match and len(text) < 400 and "\n" not in match[3].strip() else ""


def option_before_value(text: str) -> int:
    """Index of the value behind an option label, as in "(B) 12"; 0 without a label."""
    match = _BEFORE_VALUE.match(text) if "(" in text[:12] else None
    return match.end() if match else 0


def _stated(text: str, *, last: bool) -> str:
    """The first (or last) letter in a text that is neither denied nor an English word ("A", "I"); "AC" for "A and C"."""
    best, at = "", 0
    for match in _LETTER.finditer(text):
        if match.start() < at:
            continue  # part of the list before
        bare = match[0] == match[1]
        if bare and match[1] in "AI" and _ARTICLE.match(text, match.end()):
            continue
        if _DENIED.search(text[max(0, match.start() - 40) : match.start()]):
            continue
        letters, at = match[1], match.end()
        while more := _ALTERNATIVE.match(text, at):
            letters += re.findall(r"[A-Z]", more[0])[-1]
            at = more.end()
        if _REFUTED.match(text, at):
            continue
        best = "".join(sorted(set(letters)))
        if not last or len(best) > 1:
            return best
    return best
