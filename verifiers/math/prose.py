"""The answer that prose states: one value or list, or the closing words. A denied, doubtful or hedged value does not count."""

from __future__ import annotations

import re
from typing import NamedTuple

from r1.verifiers.answer.clauses import sentence_around, stated_part
from r1.verifiers.answer.region import Found
from r1.verifiers.answer.stance import Stance, stance
from r1.verifiers.answer.values import last_number, last_value, value_in_sentence, value_of_clause
from r1.verifiers.math.read.readings import read
from r1.verifiers.math.spelling import to_ascii_math, words
from r1.verifiers.math.tree import Node, Seq, Text, is_expr
from r1.verifiers.math.units import canonical_unit, known_unit

_HEDGE_AFTER = re.compile(
    r"\s*[$\\)\]]*\s*\(?(?:\w+\s+)?(?:(?:or|and|或者?|和|还是|、|,)\s*(?:\w+\s*=?\s*)?[$\\(\[]*\s*-?[\d\\√π]"
    r"|(?:or|and)\s+(?:at\s+(?:most|least)|more|less|fewer|greater|higher|lower|above|below|over)\b)",
    re.I,
)
_BOUND_BEFORE = re.compile(r"(?:(?<![=<-])>|<(?![=-])|[<>]=|[≤≥]|\\(?:leq?|geq?|lt|gt)(?:q|slant)?)\s*[$({\[]*\s*$")
_BOUND_SIGNS = frozenset("<>≤≥\\")
_HTML_TAG = re.compile(r"</?\w+>\s*$")
_IN_TEXT = re.compile(r"\\(?:text|textbf|mathrm|mbox)\s*\{([^{}]*)\}")
_OPERATORS = frozenset("<>=+^'/\\≤≥≠")
_DELIMITERS = re.compile(r"\\[()\[\]\\]|\$|</?\w+>")
_HEDGE_BEFORE = re.compile(
    r"\d\s+$|[\d})$\]]\s*(?:\w+\s+)?,?\s*(?:\bor|\band|或者?|和|还是|、|,)\s*[$\\(\[]*\s*$", re.I
)
_NAME_BEFORE = re.compile(r"(?<![A-Za-z])[A-Za-z](?:_\{?\w{1,3}\}?)?\s*=\s*$")  # "1 or x = 2"
_JOINERS = ("or", "and", "或", "者", "和", "是", "、", ",")
_PROSE = re.compile(r"(?<![^\W\d_])(?<!\\)[^\W\d_]{2,}|[\u4e00-\u9fff]")  # two letters outside a LaTeX command


_WORDS = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}")
_PROOF_END = re.compile(r"\s*(?:\$?\\(?:blacksquare|square|qed|Box)\$?|[∎□■])[\s.]*$")
_APPROXIMATION = re.compile(  # "2/3 (about 66.7%).", "$\\frac23$, or about 0.667."
    r"(?<=[\d$)}π%])(?:\s*\(|,)\s*(?:(?:or|i\.e\.,?|which\s+is)\s+)?(?:about|approximately|approx\.?|roughly|≈|\$?\\approx)\s*\$?\d[\d.,]*\s*\\?%?\$?\)?"
    r"(?=\s*\.?\s*$)"
)
_LAST_VERB = re.compile(r".*(?:\b(?:is|are|be|solutions?|roots|namely|viz\.)\b|[:：是为得])[,，]?", re.S)
_BOTH = re.compile(r".*\bboth\s+(.{1,80}?)\s+(?:work|hold|fit|are|satisfy|solve)\b", re.S | re.I)
_CONFIRMED = re.compile(
    r"[\s$)*\\]*[?？]\s*(?:yes|indeed|correct|right|exactly)\b|[\s$)*\\]*[?？吗]+\s*(?:是的?|对|没错)", re.I
)
_REFUSES = re.compile(
    r"\b(?:I|we)\s*(?:can\s?not|can['’]t|could\s+not|couldn['’]t|(?:am|are|was|were|'m)\s+(?:unable|not\s+able)\s+to)\s+"
    r"(?:solve|answer|help|assist|determine|tell|decide|say)\b(?!.*(?:\b(?:so|therefore|thus|hence|however|instead)\b|=))",
    re.I | re.S,
)
_BULLET = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s+(\S.{0,80})")
_SEVERAL = re.compile(
    r"(?:solutions?|roots|values|answers|pairs|zeros?|triples|points|解|根|值)\W*(?:are|is|为|是)?\W*$", re.I
)
_UNIT = re.compile(
    r"[$\\)\]}*]*\s?((?:(?:square|cubic|sq\.?|cu\.?)\s)?[A-Za-z°]+(?:\s?(?:/|per\s)\s?[A-Za-z]+)?(?:\^?\{?[23]\}?(?!\d)|[²³])?"
    r"|[\u4e00-\u9fff]{1,4})"
)
_LEADING_WORDS = frozenset("therefore thus so hence it is was that then finally overall in conclusion".split())
_SENTENCES = re.compile(r"[.!?]\s+|\n")
_UNSURE = re.compile(r"\b(?:if|cannot|never|who|what|which)\b")
_DOUBT = re.compile(r"\b(?:not|or|nor|neither|and)\b|n't")
_ANSWERS_FIRST = re.compile(r"\W*(yes|no|true|false)\s*(?:[,.:;!—–]|$)", re.I)
_WORDS_BEHIND = re.compile(r"\W{0,4}[\d.,/]{1,40}(?=[^\W\d_]|[\s,]+[A-Za-z]{3}|\s*[?？])")
_NUMBER_WORD = (
    r"(?:zero|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-[a-z]{3,5})?|one)"
)
_COUNTED = re.compile(
    rf"\bthere\s+(?:are|is|were)\s+(?:exactly\s+|only\s+|a\s+total\s+of\s+)?({_NUMBER_WORD})\b"
    r"(?![ -]of\b|[ -]?(?:hundred|thousand|million|or|to)\b)"
    r"[^.\n]*\.?\s*\Z",
    re.I,
)
_BLANKS = re.compile(r"\n[^A-Za-z\n]{0,80}__[^A-Za-z\n]{0,80}\Z")
_CONCLUDING = re.compile(r"\s*(?:所以|因此|故|即|解得|得|综上(?:所述)?|答[:：])[，,]?\s*")
_SPACING = re.compile(r"\\\$(?=\d)|\\[;,:! ]|~|\\q?quad\b")
_IS_ANSWER = re.compile(
    r"\s+(?:is|are)\s+(?:the|our|my)\s+(?:final\s+|correct\s+)?(?:answer|result|solution)\s*[.!]?", re.I
)
_ENDS_SENTENCE = re.compile(
    rf"{_IS_ANSWER.pattern}|(?:\s+(?!(?:or|and|when|if|not|but|unless|for|where|with|any|is|are|to|than|more|less|plus|minus|times)\b)[A-Za-z]{{2,14}}){{0,3}}\s*[.!]?",
    re.I,
)
_OPEN_END = re.compile(
    r"\b(?:or|if|when|unless|where|any|about|least|most|than|from|to|every(?=\s*\Z)|next|previous|without|minus|plus|times|the\s+other)\b",
    re.I,
)
_PREDICATES = frozenset("does do is are has have cannot".split())
_HAN_PREDICATES = "无有不没"
_BOLD = re.compile(r"\*\*([^*\n]{1,40})\*\*")
_COPULAS = ("is", "are", "was", "were", "be", "called", "named")


def is_prose(text: str) -> bool:
    """Whether a text is too wordy to be parsed as one answer."""
    if not 100 < len(text) <= 400:
        return len(text) > 400
    other_scripts = 0 if text.isascii() else len(text) - len(text.encode("ascii", "ignore"))
    return other_scripts > 50 or sum(1 for _ in _WORDS.finditer(text)) > 12


class Candidate(NamedTuple):
    """A candidate value in prose, before its context is checked for denial or hedging.

    Attributes:
        text: the prose.
        place: where the value is in ``text``.
        after: at most 80 characters that follow the value.
        readings: the readings of the value.
    """

    text: str
    place: Found
    after: str
    readings: list[Node]


def candidate(found: Found, *, units: bool = True) -> Candidate | None:
    """The last value of a whole text, or the value of an anchored sentence ("The answer is ..."); None if there is no value.

    Args:
        found: the text, of kind "whole" or another kind of prose.
        units: whether to read the unit behind the value; needed if the gold has one. "percent" and "degrees" are always read.

    Raises:
        ParseError: the value is too long to be an answer.
    """
    whole = found.kind == "whole"
    text = _without_tail(found.text) if whole else found.text
    value = value_of_clause(text) or (last_value(text) if whole else value_in_sentence(text))
    if value is not None and _wordy(text):
        text, value = _in_main_clause(text, value, whole=whole)
    if value is None and (counted := _COUNTED.search(text[-400:])):
        start = max(0, len(text) - 400)
        place = Found(counted[1], start + counted.start(1), start + counted.end(1), "number")
        return Candidate(text, place, text[place.end : place.end + 80], read(counted[1]))
    if value is None or (not _wordy(text) and (whole or _inside_formula(text, value))):
        return None
    after = text[value.end : value.end + 80]
    readings = read(value.text)
    if isinstance(readings[0], Text) and value.kind == "math":
        number = last_number(value.text)
        piece = number is not None and not _wordy(value.text) and _inside_formula(value.text, number)
        if number is not None and not piece and stance(value.text[: number.start], "") is Stance.STATED:
            readings = read(number.text)
        return Candidate(text, value, after, readings)
    units |= "percent" in after[:12] or "degree" in after[:12]
    unit = _unit_behind(after[:60]) if units and is_expr(readings[0]) else ""
    return Candidate(text, value, after, read(f"{value.text}\\text{{ {unit}}}") if unit else readings)


def stated(found: Found, value: Candidate | None) -> list[Node] | None:
    """The readings of the one value or list that prose states; None if it states none, denies it or doubts it.

    Args:
        found: the prose.
        value: the `candidate` of this prose; its context is checked here.
    """
    if found.kind == "whole" and (listed := _bulleted(_without_tail(found.text))):
        return listed
    if value is None or (found.kind == "whole" and _REFUSES.search(found.text[-400:])):
        return None
    if _CONFIRMED.match(value.after):
        return value.readings
    start, end = sentence_around(value.text, value.place.start)
    before, after = value.text[start : value.place.start], value.text[value.place.end : end]
    if "\\" in after:
        after = _IN_TEXT.sub(r" \1 ", after)
    if stance(before, after) is not Stance.STATED:
        return None
    return _listed(value.text) if _HEDGE_AFTER.match(after) or _one_of_several(before) else value.readings


def denied(text: str) -> bool:
    """Whether a short text begins with a value that it denies or doubts: "5 fails."."""
    value = _WORDS_BEHIND.match(text)
    return value is not None and stance("", text[value.end() :]) is not Stance.STATED


def behind_conclusion(text: str) -> list[Node] | None:
    """The readings of what follows the word of conclusion that opens a text ("所以 x=4 或 x=-6。"); None if it is not a formula."""
    lead = _CONCLUDING.match(text)
    readings = read(text[lead.end() :].strip(" 。.")) if lead and len(text) < 200 else []
    return readings if readings and not isinstance(readings[0], Text) else None


def boxed_sentence(text: str, *, units: bool) -> list[Node] | None:
    """The readings of the only value of a sentence in a box; None if it has more values, or denies, bounds or doubts the value."""
    sentence = " ".join(_SPACING.sub(" ", _IN_TEXT.sub(r" \1 ", text)).split())
    if not _wordy(sentence):
        return None
    part = stated_part(sentence)
    value = last_value(part)
    if value is None or _inside_formula(part, value):
        return None
    before, after = part[: value.start], part[value.end :]
    if not _ENDS_SENTENCE.fullmatch(after) or not (
        before.strip() or _IS_ANSWER.fullmatch(after) or after.strip() == ""
    ):
        return None
    if stance(before, after) is not Stance.STATED or _one_of_several(before) or _OPEN_END.search(before):
        return None
    unit = _unit_behind(after[:60]) if units else ""
    return read(f"{value.text}\\text{{ {unit}}}" if unit else value.text)


def _in_main_clause(text: str, value: Found, *, whole: bool) -> tuple[str, Found]:
    """The text without the side clauses of the sentence that holds a value, and the value that the sentence states then."""
    start, end = sentence_around(text, value.start)
    sentence = text[start:end]
    if len(bold := _BOLD.findall(sentence)) == 1 and bold[0] != value.text:
        emphasized = last_value(bold[0])
        if emphasized and emphasized.text == bold[0].strip(" $.:"):
            at = text.index(f"**{bold[0]}**", start) + 2 + emphasized.start
            return text, emphasized._replace(start=at, end=at + len(emphasized.text))
    part = stated_part(sentence)
    if part == sentence:
        return text, value
    blanked = text[:start] + part + (text[end:] if not whole else "")
    stated_value = last_value(blanked, start) if whole else value_in_sentence(blanked)
    return (blanked, stated_value) if stated_value and stated_value.start >= start else (text, value)


def _without_tail(text: str) -> str:
    """The text without an end-of-proof sign and without the approximation that follows the exact value."""
    if "__" in text[-200:]:
        text = _BLANKS.sub("", text)
    tail = text[-70:]
    if "\\" in tail or not tail.isascii() or "about" in tail or "approx" in tail or "roughly" in tail:
        return text[:-70] + _APPROXIMATION.sub("", _PROOF_END.sub("", tail))
    return text


def _listed(text: str) -> list[Node] | None:
    """The list that ends the last sentence: "The solutions are $x=1$ and $x=2$."."""
    sentence = _SENTENCES.split(text[-400:].strip())[-1]
    both = _BOTH.match(sentence)
    verb = None if both else _LAST_VERB.match(sentence)
    listed = both[1] if both else sentence[verb.end() :].strip() if verb else ""
    if not listed or stance(sentence[: verb.end()] if verb else "", "") is not Stance.STATED:
        return None
    readings = read(listed)
    return readings if isinstance(readings[0], Seq) and readings[0].kind in ("list", "or") else None


def _bulleted(text: str) -> list[Node] | None:
    """The bullet points that end a text under a heading such as "The solutions are:", read as one list."""
    items: list[str] = []
    for line in reversed(text[-1500:].rstrip().split("\n")):
        bullet = _BULLET.fullmatch(line.rstrip())
        if bullet:
            items.append(bullet[1].strip(" $.,;*"))
        elif line.strip():
            break
    else:
        return None
    if len(items) < 2 or not _SEVERAL.search(line):
        return None
    readings = read(", ".join(reversed(items)))
    return readings if isinstance(readings[0], Seq) else None


def _unit_behind(after: str) -> str:
    """The unit that follows a value in prose, as written, or "". Words such as "in" do not count as units."""
    match = _UNIT.match(after)
    if match is None or match[1].split()[0] in ("in", "as", "at", "a", "am", "pm"):
        return ""
    written = match[1]
    for length in range(len(written), 0 if not written.isascii() else len(written) - 1, -1):
        try:
            unit = canonical_unit(to_ascii_math(written[:length]))
        except ValueError:  # not a unit
            continue
        if unit and not unit.startswith("*") and known_unit(unit):
            return written[:length]
    return ""


def _wordy(text: str) -> bool:
    """Whether a text begins with words rather than a formula."""
    return _PROSE.search(text, 0, 400) is not None


def _inside_formula(text: str, value: Found) -> bool:
    """Whether a value is only a part of a formula (one that could not be read as a whole)."""
    around = _DELIMITERS.sub("", text[: value.start] + text[value.end :])
    return not _OPERATORS.isdisjoint(around) or any(map(str.isdigit, around))


def _one_of_several(before: str) -> bool:
    """Whether the words before a value make it one of several ("3 or") or a bound ("x >")."""
    before = _NAME_BEFORE.sub("", before)
    tail = before[-30:]
    if not _BOUND_SIGNS.isdisjoint(tail) and _BOUND_BEFORE.search(_HTML_TAG.sub("", tail)):
        return True
    bare = before.lower().rstrip()
    joined = bare.rstrip("$\\([").rstrip().endswith(_JOINERS) or (len(bare) != len(before) and bare[-1:].isdigit())
    return joined and _HEDGE_BEFORE.search(before[-40:]) is not None


def concludes(text: str, gold: str, *, boxed: bool = False) -> bool:
    """Whether a text concludes with the words of a gold.

    They may follow a copula at the end of the last sentence ("The winner is Alice."), be its subject ("Therefore, Marc Bulger
    had more yards."), or open the text if they are a yes or no ("No, it is not possible.").

    Args:
        text: the prose, or the content of a box.
        gold: the gold answer as written.
        boxed: the text is the content of a box, in which a subject does not count.
    """
    if boxed:
        text = _IN_TEXT.sub(r" \1 ", text)
    if not gold.isascii() and (han := text.rstrip(" 。.")).endswith(gold.strip(" 。.")):
        lead = han[: -len(gold.strip(" 。."))]
        follows = lead[-1:] in ("是", "为", "：", ":") or (
            gold[0] in _HAN_PREDICATES and lead[-1:] not in tuple("不非没未无")
        )
        return bool(lead) and follows and stance(_SENTENCES.split(lead)[-1], "") is Stance.STATED
    wanted = words(gold).replace(" ,", "")
    opening = _ANSWERS_FIRST.match(text)
    if opening and wanted in ("yes", "no", "true", "false"):
        others = {match[1].lower() for match in map(_ANSWERS_FIRST.match, _SENTENCES.split(text)) if match}
        return others == {wanted}
    sentence = words(_SENTENCES.split(text[-2000:].rstrip(" .!\n"))[-1]).replace(" ,", "").split()
    while sentence and sentence[0] in _LEADING_WORDS:
        sentence = sentence[1:]
    plain = " ".join(sentence)
    before, behind, after = f" {plain}".rpartition(f" {wanted}")
    if behind and not after and before.split()[-1:] and before.split()[-1] in _COPULAS:
        sure = stance(f"{before} ", "") is Stance.STATED and not _UNSURE.search(before)
        return bool(wanted) and sure and not _DOUBT.search(before)
    if wanted and behind and not after and wanted.split()[0] in _PREDICATES and before.strip():
        return stance(before, "") is Stance.STATED and not _DOUBT.search(before) and not _UNSURE.search(before)
    if boxed and plain.partition(f"{wanted} ")[2].split(" ")[0] not in ("is", "are", "was"):
        return False
    return bool(wanted) and plain.startswith(wanted + " ") and not _DOUBT.search(plain[: len(wanted) + 20])
