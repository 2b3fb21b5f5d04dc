"""Option letters: those that a text names, and those that a completion chooses.

A letter in prose is a mention of an option only if

- it is dressed as one: "(B)", "option B", "answer B", bold, alone on its line, "B." or "B:" at the beginning of the text; or
- it is what is chosen: the complement of "the answer/option/it is", "choose", "leaving", "hence"; or the subject of "is
  correct", "works", "satisfies"; or a label that a sentence of denial spares ("D works; A and B do not").

Points, angles, sets and abbreviations ("right-angled at A", "vitamin C", "D. rerio") fit none of these. Mentions that belong to
one list are one group; `stance` says whether the text denies or doubts a group. The last sentence that affirms a group decides;
"A or B", and an end that says that nothing can be decided, choose nothing.
"""

from __future__ import annotations

import re

from r1.verifiers.answer.find import find_answer
from r1.verifiers.answer.region import answer_region
from r1.verifiers.answer.stance import Stance, stance

_DRESS = re.compile(
    r"\\(?:text|textbf|textit|mathrm|mathbf|textrm|mbox|boldsymbol)\s*\{([^{}]*)\}|\$|\*+|\\[()\[\] ]|(?<=\w)_(?=\s|$)"
)
_LABELS = re.compile(
    r"(?:(?:the\s+)?(?:correct\s+)?(?:options?|choices?|answers?|选项|答案)(?:\s+(?:is|are)|[是为])?\s*[:：]?\s*)?"
    r"([(（\[]?[A-Z][)）\]]?(?:\s*(?:,|，|、|;|&|\band\b|和|与)?\s*[(（\[]?[A-Z][)）\]]?)*)\s*[.。:：]?",
    re.I,
)
LABEL_AND_TEXT = re.compile(r"(?:[(（\[]([A-Za-z])[)）\]]|([A-Z])[).:．。、：])\s*(.+)", re.S)
_OTHER_LABEL = re.compile(r"(?<![A-Za-z])[(（]?[A-H][)）]?(?=\s?[).:．：]\s|[、，][A-H]|(?:正确|错误|对|错|都))")
_BEFORE_VALUE = re.compile(
    r"\\(?:text|mathrm)(?:bf|rm)?\s*\{\s*\([A-Z]\)\s*\}(?:\s|\\[ ,~;:]|~)*(?=\S)|\([A-Z]\)\s+(?=[-\d.\\$])"
)
_GROUP = (
    r"(?:[(（\[][A-Za-z][)）\]]|[A-Z](?![A-Za-z'’0-9]))"
    r"(?:\s*(?:,\s*and|,\s*or|,|，|、|;|&|\band\b|\bor\b|\bnor\b|/|和|与|或者?)\s*(?:option\s+)?(?:[(（\[][A-Za-z][)）\]]|[A-Z](?![A-Za-z'’0-9]))){0,12}"
)
_NAMED = r"(?:(?:options?|choices?|answers?|letters?|statements?)\b|选项|答案)"
_SURELY = (
    r"(?:thus|therefore|then|clearly|simply|just|actually|really|indeed|in\s+fact|definitely|certainly|surely|obviously"
    r"|undoubtedly|for\s+sure)"
)
_VERBS = (
    r"\b(?:choos(?:e|ing)|select|pick|say|(?:go|goes|going)\s+(?:with|for)|opt\s+for|settle\s+(?:on|for)|vote\s+for|points?\s+to"
    r"|leav(?:es|ing)(?:\s+only)?|left\s+with)"
)
_CHOOSES = (
    rf"(?:{_NAMED}|\bit|\bthat|\bthis|\bone|correct|right|best|true|正确|it's|that's|'s)(?:\s+[^\s.,;:(]+){{0,6}}?"
    rf"(?:\s+(?:is|are|be|must\s+be|should\s+be|would\s+be)|'s|是|为)(?:\s+{_SURELY})?"
    rf"|{_VERBS}|\b(?:hence|thus|so|therefore|think|conclude|but|est|ist|{_SURELY})"
    r"|[选選]择?|故|因此|所以|是|为"
)
_PREDICATE = (
    r"(?:it\s+is\b|is|are|was|must|works?|fits?|holds?|satisf|match|remains?|seems?|looks?"
    r"|do\b|does|don't|can\b|can't|cannot|could|might|may|fails?|是|不|正确|错误|选项|[项都才]|对|符合)"
)
_DRESSED = re.compile(
    rf"(?:(?P<verb>{_VERBS}\s+(?:the\s+)?)?{_NAMED}\s*[:：]?\s*(?P<named>{_GROUP})"
    rf"|(?<![A-Za-z0-9\]}})\\])(?P<round>[(（\[][A-H][)）\]](?:(?:(?!\b(?:is|are|was|were)\b)[^().;。\n]){{0,40}}?(?:,|\band\b|和)\s*[(（\[][A-H][)）\]])*)"
    rf"|(?:{_CHOOSES})\s*[:：,]?\s*(?:(?:the\s+)?{_NAMED}\s+)?(?P<chosen>{_GROUP})(?=\s*(?:[.,;:!。，；)(]|$|\n|because|since|over\b|instead|rather|as\b|and\b|but\b|not\b|non\b|不|吧|选?项|而))"
    r"|(?:^|[.;:,\n。；，]\s?|只有|\b(?:only|because|that|both|but|while|whereas|and|although|so|hence|thus|therefore)\s)"
    rf"(?P<subject>{_GROUP})(?=\s*{_PREDICATE})"
    r"|(?:^|\n|[.:;!?]\s|\b(?:only|just)\s)\s*(?P<alone>[(（\[]?[A-Z][)）\]]?)(?=[.:)。：]?\s*(?:\n|$)))",
    re.I,
)
_OTHER_PREDICATE = re.compile(
    r"\s*(?:is|are|was|were|seems?|looks?|has|have|had|would|could|might|may|can|will|does|did|says?|states?|uses?|means?|refers?)\b",
    re.I,
)
_OPENS = re.compile(r"\W*([A-Z])(?=[).:。．、：]\s+(?![a-z]{3,}\s*[;.])|[,;，；]|\s*(?:不是|因为|because|since)|\s*$)")
_RIGHT = re.compile(
    r"\s*[,，]?\s*(?:is|are|was|must\s+be|(?:seems?|looks?)(?:\s+to\s+be)?|(?:选项|[是项都才])+)?\s*"
    rf"(?:(?:also|the|my|our|both|most|{_SURELY})\s+){{0,3}}(?:(?:final|correct|right|best|only)\s+)?"
    r"(?:correct|right|best|better|true|valid|it\b|answer|choice|only|one\b|complete|accurate|appropriate|suitable|likely|works?|fits?|holds?|satisf|match|remain"
    r"|正确|对|符合|成立)",
    re.I,
)
_TRUE = r"true\b|correct\b|right\b|yes\b|valid\b|✓|✔|✅|正确|[都均]?对"
_FALSE = r"false\b|incorrect\b|wrong\b|not\s+(?:correct|true|right|valid)\b|no\b|invalid\b|✗|✘|❌|✕|错误?|不对|不正确|[都均]错"
_ITEM = re.compile(  # "A: wrong", "(B) is true", "C ✓", "A、B都对"
    rf"(?<![A-Za-z0-9])(?:(?:option|statement|choice)s?\s+|选项)?({_GROUP})[)）]?\s*项?\s*(?:[:：.=,，–—-]|is\b|are\b|是)?\s*"
    rf"(?:({_TRUE})|({_FALSE}))",
    re.I,
)
_LINE_VERDICT = re.compile(
    r"^\W{0,4}(?:option\s+|statement\s+|选项)?[(（]?([A-H])[)）]?\s*(?:[:：.\-–—=]|is)+\s*(?:[^\n]{0,80}\W)?"
    r"(?:(true|correct|right|yes|valid|✓|✔|✅|正确|对)|(false|incorrect|wrong|not\s+correct|no|invalid|✗|✘|❌|✕|错误|错))\W{0,3}$",
    re.I | re.M,
)
_UNDECIDED = re.compile(
    r"\b(?:cannot|can\s?not|can't|could\s+not|unable\s+to)\s+(?:be\s+)?(?:decide|determine|tell|say|conclude|choose|answer|know)"
    r"|\bnone\s+of\s+(?:the|these|them)\b|\b(?:not\s+sure|undecided|settles?\s+nothing|I\s+(?:do\s+not|don't)\s+know|no\s+(?:option|choice)\s+(?:fits|is))"
    r"|无法确定|不能确定|不确定",
    re.I,
)
_SENTENCE = re.compile(r"(?<=[.!?;])(?<!\b[A-Z]\.)\s+|(?<=[。！？；])|\n")
_ROUND = re.compile(r"[(（\[]([A-Za-z])[)）\]]")
_LETTERS = re.compile(r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])")
_UNDECIDED_GROUP = re.compile(r"\bor\b|/|或")
_REGION = 4000
_MENTIONS = 24  # the last mentions of a sentence that are looked at
_ARTICLE = re.compile(r"\s+(?!because\b|since\b|is\b|as\b|and\b|or\b|it\b|for\b|not\b|non\b)[a-z]")
_FIRST = re.compile(
    rf"\W*(?:(?:the|la|le|el|die)\s+)?(?:(?:{_NAMED}|opci[óo]n|lettre|letra)\s+)?({_GROUP})(?=\W|$|[\u3040-\u9fff])(?!\s+[a-z]+\s+(?:is|are)\b)"
)


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


def find_choice(completion: str, *, strict: bool = False, n_options: int = 26) -> str:
    """The option letters that a completion chooses, sorted, or "".

    A box must hold letters or a labeled option; a box with something else leaves the answer to an anchor behind it. In prose
    the rules are, in this order: an anchored letter ("The answer is B"), a list of verdicts line by line, the last sentence
    that affirms an option, a label that opens the text.

    Args:
        completion: the policy's text.
        strict: only a box counts.
        n_options: how many options there are; letters beyond them are no options.
    """
    found = find_answer(completion, strict=strict)
    if found is None or not found.text:
        return ""
    start, end = answer_region(completion)
    listed = _listed_verdicts(plain(completion[max(start, end - _REGION) : end])) if found.kind == "whole" else ""
    letters = listed or labels(found.text) or labeled_option(found.text)
    if found.kind not in ("box", "boxes") and undecided(completion):
        return ""
    if not letters and found.kind in ("box", "boxes"):
        behind = find_answer(completion[found.end : end]) if not strict else None
        letters = labels(behind.text) or _affirmed(behind.text) if behind and behind.kind == "anchor" else ""
    elif not letters:
        region = plain(completion[max(start, end - _REGION) : end])
        letters = _in_prose(found.text, found.kind, region)
    return (
        letters if letters <= chr(64 + n_options) and all(ord(letter) - 64 <= n_options for letter in letters) else ""
    )


def _in_prose(answer: str, kind: str, region: str) -> str:
    if kind in ("anchor", "tag", "json") and (stated := _affirmed(plain(answer), opening=True)):
        return stated
    if listed := _listed_verdicts(region):
        return listed
    if chosen := affirmed_last(region):
        return chosen
    opens = _OPENS.match(region)
    return opens[1] if opens and stance("", region[opens.end() : opens.end() + 60]) is Stance.STATED else ""


def _listed_verdicts(region: str) -> str:
    """The letters that a list of verdicts calls right; "" without such a list, or if a conclusion follows it."""
    items = [match for match in _ITEM.finditer(region) if not match[1].islower()]
    if len({match[1] for match in items}) > 1 and not any(map(_affirmed, _sentences(region[items[-1].end() :]))):
        verdicts = [(letter, match[2]) for match in items for letter in _LETTERS.findall(match[1])]
    else:
        verdicts = [(letter, right) for letter, right, _ in _LINE_VERDICT.findall(region)]
        last = region[region.rfind("\n") + 1 :].strip().lower()
        if len(verdicts) < 2 or last.startswith(("so", "hence", "thus", "the")):
            return ""
    return "".join(sorted({letter.upper() for letter, right in verdicts if right}))


def affirmed_last(text: str) -> str:
    """The letters that the last sentence to affirm an option affirms, sorted, or ""."""
    return next((chosen for sentence in reversed(_sentences(text)) if (chosen := _affirmed(sentence))), "")


def undecided(completion: str) -> bool:
    """Whether a completion ends with the remark that nothing can be decided."""
    start, end = answer_region(completion)
    return _undecided(plain(completion[max(start, end - _REGION) : end]))


def _undecided(region: str) -> bool:
    last = _sentences(region)[-1]
    return _UNDECIDED.search(last) is not None and not _affirmed(last)


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE.split(text) if sentence and sentence.strip()] or [""]


def _affirmed(sentence: str, *, opening: bool = False) -> str:
    """The letters of the last group of mentions in a sentence that it affirms, sorted; "" if it leaves them undecided."""
    if opening and (first := _FIRST.match(sentence)):
        if _UNDECIDED_GROUP.search(first[1]) or stance("", sentence[first.end() :]) is not Stance.STATED:
            return ""
        return "".join(sorted({letter.upper() for letter in _LETTERS.findall(first[1])}))
    sentence = sentence[-1000:]
    for match in reversed(list(_DRESSED.finditer(sentence))[-_MENTIONS:]):
        group = match[match.lastgroup or 0]
        written = (_ROUND if match["round"] else _LETTERS).findall(group)
        if written and _is_option(match, group, sentence) and _is_affirmed(match, sentence):
            return "" if _UNDECIDED_GROUP.search(group) else "".join(sorted({letter.upper() for letter in written}))
    return ""


def _is_option(match: re.Match[str], group: str, sentence: str) -> bool:
    """Whether a mention is no article, pronoun or other small word."""
    if (match["chosen"] and group in ("a", "i")) or (group.islower() and not match["named"] and not match["round"]):
        return False
    return not (group in ("A", "I") and _ARTICLE.match(sentence, match.end()))


def _is_affirmed(match: re.Match[str], sentence: str) -> bool:
    """Whether the sentence neither denies a mention nor only says something else about it."""
    before, after = sentence[: match.start(match.lastgroup or 0)], sentence[match.end() :]
    if (match["subject"] or _OTHER_PREDICATE.match(after)) and not (match["verb"] or _RIGHT.match(after)):
        return False
    return stance(before, after) is Stance.STATED


def labeled_option(text: str) -> str:
    """The letter of a labeled option such as "B. 12" or "(B) twelve", or ""."""
    match = LABEL_AND_TEXT.fullmatch(plain(text)) if len(text) < 400 else None
    if match and _OTHER_LABEL.search(match[3]):
        return ""
    if match and stance("", f" {match[3]}") is not Stance.STATED:
        return ""
    return (match[1] or match[2]).upper() if match and "\n" not in match[3].strip() else ""


def option_before_value(text: str) -> int:
    """Index of the value behind an option label, as in "(B) 12"; 0 without a label."""
    match = _BEFORE_VALUE.match(text) if "(" in text[:12] else None
    return match.end() if match else 0
