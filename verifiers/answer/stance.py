"""Whether the words around a value state it, deny it or doubt it: one table of phrases for every verifier.

A phrase has a side and a reach. NEAR phrases stand beside the value, apart from fillers ("not exactly", "is simply"). CLAUSE
phrases stand anywhere before it in its clause: a doubt about the subject ("the primes less than 10 are 4 in number") is near
the subject and does not reach the value. A clause begins behind a comma, a semicolon, or a word such as "but" or "then".
SENTENCE phrases reach over commas: they say whose opinion a sentence reports. A doubt that is itself denied ("no doubt",
"nothing but") is none.
What is asked, supposed, made conditional or only possible is HEDGED; what is called wrong is DENIED.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cache
from itertools import groupby
from typing import Literal, NamedTuple


class Stance(Enum):
    """What a text says about a value that it names."""

    STATED = "stated"
    DENIED = "denied"
    HEDGED = "hedged"


class Phrase(NamedTuple):
    """A phrase that takes credit from a value.

    Attributes:
        pattern: the phrase as a regular expression.
        side: where it stands as seen from the value, and how near: "near", "clause" and "sentence" before it, "after" behind it.
        language: its language code, or "" for signs.
        meaning: what it says about the value.
        example: a text with the phrase; "{}" stands for the value.
    """

    pattern: str
    side: Literal["near", "clause", "sentence", "after"]
    language: str
    meaning: Stance
    example: str


_D, _H = Stance.DENIED, Stance.HEDGED
_NOT_RIGHT = (
    r"(?:the\s+)?(?:right|correct|true|possible|valid|the\s+(?:right\s+|correct\s+|final\s+)?(?:answer|solution)|it)\b"
)
PHRASES: tuple[Phrase, ...] = (
    Phrase(r"\b(?:not|never|neither|nor|non)\b|n't\b|\bcannot\b", "near", "en", _D, "It is not {}."),
    Phrase(r"\b(?:other|rather)\s+than\b", "near", "en", _D, "It is something other than {}."),
    Phrase(r"\binstead\s+of\b", "near", "en", _D, "Instead of {}."),
    Phrase(r"\b(?:except|excluding)(?:\s+for)?\b", "near", "en", _D, "Anything except {}."),
    Phrase(r"\b(?:unequal\s+to|different\s+from|differs\s+from)", "near", "en", _D, "It is different from {}."),
    Phrase(
        r"\b(?:rul(?:e[sd]?|ing)\s+out|eliminat(?:e[sd]?|ing)|exclude[sd]?|reject(?:s|ed|ing)?)\b",
        "near",
        "en",
        _D,
        "We can rule out {}.",
    ),
    Phrase(r"\b(?:hardly|scarcely|far\s+from|used\s+to)\b", "near", "en", _D, "It is hardly {}."),
    Phrase(
        r"\b(?:anything|everything|every(?:\s+\w+)?|all(?:\s+\w+)?|any(?:\s+\w+)?)\s+(?:but|except(?:\s+for)?)\b",
        "near",
        "en",
        _D,
        "Everything but {}.",
    ),
    Phrase(
        r"\b(?:almost|nearly|not\s+quite|(?:just|slightly)\s+(?:under|over|above|below))\b",
        "near",
        "en",
        _H,
        "Almost {}.",
    ),
    Phrase(r"\b(?:refut|disprov)\w{0,5}\b", "clause", "en", _D, "We refuted that it is {}."),
    Phrase(
        r"\bcommon\s+(?:mistake|error|misconception|trap|pitfall)s?\b|\btempt(?:ed|ing)\b",
        "clause",
        "en",
        _D,
        "A common mistake is to say {}.",
    ),
    Phrase(
        r"\b(?:some|many|most|others?|several|few|(?:my|his|her|their|your|a|another|one|some)\s+(?:teacher|friend|student|classmate|brother|sister"
        r"|colleague|neighbor|book)s?)\s+(?:(?:people|students|readers|textbooks|sources|users|of\s+(?:you|us|them))\s+)?"
        r"(?:would\s+|might\s+|may\s+|will\s+)?(?:says?|said|thinks?|thought|believes?|believed|claim(?:s|ed)?|argue[sd]?|answer(?:s|ed)?"
        r"|guess(?:es|ed)?|insist(?:s|ed)?)\b",
        "clause",
        "en",
        _H,
        "Some say it is {}.",
    ),
    Phrase(
        r"\baccording\s+to\s+(?:my|his|her|their|your|some|a|an|one)\s+(?:\w+\s+)?(?:teacher|friend|student|classmate|brother|sister|mother|father"
        r"|colleague|neighbor|book|website|people|sources)\b",
        "sentence",
        "en",
        _H,
        "According to my friend, it is {}.",
    ),
    Phrase(r"\bdoubt(?:s|ed|ful)?\b|\bunlikely\b|\bimpossible\b", "clause", "en", _D, "I doubt it is {}."),
    Phrase(
        r"(?:\b(?:not|never)|n't)\s+(?:true|think|believe|say|claim|mean|imply|sure|certain|clear|know|enough|possible|convinced|persuaded|the\s+case|to\s+say)\b",
        "clause",
        "en",
        _D,
        "I do not think it is {}.",
    ),
    Phrase(
        r"(?<!not )\b(?:false|untrue|wrong|incorrect)\s+(?:that|to\s+\w+|if)\b",
        "clause",
        "en",
        _D,
        "It is wrong to say it is {}.",
    ),
    Phrase(r"\b(?:nobody|no\s+one|few\s+people)\b", "clause", "en", _D, "Nobody would say it is {}."),
    Phrase(
        r"\bno\s+(?:way|chance|reason|evidence|proof|possibility|grounds)\b",
        "clause",
        "en",
        _D,
        "There is no way it is {}.",
    ),
    Phrase(
        r"\b(?:wrong|incorrect|false|mistaken|erroneous|tempting|naive|bad)\s+(?:answer|choice|option|value|result|solution)s?\b",
        "near",
        "en",
        _D,
        "The wrong answer is {}.",
    ),
    Phrase(
        r"\b(?:was|were)\s+(?:once\s+|long\s+|first\s+|originally\s+|previously\s+|initially\s+)?"
        r"(?:thought|believed|assumed|supposed|claimed|expected|guessed)\b",
        "clause",
        "en",
        _H,
        "It was thought to be {}.",
    ),
    Phrase(
        r"(?:不(?:能|应该?|可以?|会|要|得)?(?:是|为|等于|选择?)|并非|排除|除了?|而非|错误的?(?:答案|结果)[是为]?)",
        "near",
        "zh",
        _D,
        "不是{}。",
    ),
    Phrase(r"≠|!=|\\neq?\b", "near", "", _D, "It is ≠ {}."),
    Phrase(r"\bno[nt]?\s+pas|\b(?:n'est|ne\s+sont)\s+pas", "near", "fr", _D, "Ce n'est pas {}."),
    Phrase(r"\b(?:ist|sind)\s+nicht|\bnicht", "near", "de", _D, "Es ist nicht {}."),
    Phrase(r"\bno\s+(?:es|son|era|puede\s+ser)\b", "near", "es", _D, "La respuesta no es {}."),
    Phrase(r"\bnão\s+(?:é|são|pode\s+ser)", "near", "pt", _D, "A resposta não é {}."),
    Phrase(r"\bnon\s+(?:è|sono|può\s+essere)", "near", "it", _D, "La risposta non è {}."),
    Phrase(r"\bне\b(?:\s+(?:равен|равна|равно|является))?", "near", "ru", _D, "Ответ не {}."),
    Phrase(
        r"\b(?:maybe|perhaps|possibly|potentially|presumably|supposedly|probably)\b", "clause", "en", _H, "Maybe {}."
    ),
    Phrase(
        r"\b(?:might|may|could)(?:\s+(?:also|well|just|even|possibly))*\s+be\b",
        "near",
        "en",
        _H,
        "It might be {}.",
    ),
    Phrase(r"\b(?:guess(?:ing)?|wonder(?:ing)?|imagine|pretend)\b", "clause", "en", _H, "I guess {}."),
    Phrase(r"\b(?:unless|whether)\b", "clause", "en", _H, "Unless it is {}."),
    Phrase(r"\bif\s+(?:\S+\s+){1,4}?(?:is|are|was|were|be|equals?)\b", "clause", "en", _H, "If it is {}, we are done."),
    Phrase(
        r"\b(?:assum(?:e[sd]?|ing)|suppos(?:e[sd]?|ing))\b",
        "clause",
        "en",
        _H,
        "Let me assume it is {} and verify it later.",
    ),
    Phrase(
        r"\b(?:cannot|can\s?not|can't|could\s+not|couldn't|unable\s+to)\s+(?:determine|decide|tell|say|conclude|prove|know|be\s+sure)\b",
        "clause",
        "en",
        _H,
        "I cannot determine whether it is {}.",
    ),
    Phrase(r"\b(?:unsure|uncertain|unclear|unknown)\b", "clause", "en", _H, "It is unclear if it is {}."),
    Phrase(
        r"\b(?:(?:less|more|greater|fewer|smaller|larger|bigger|higher|lower)\s+than|no\s+more\s+than|up\s+to|between"
        r"|(?<!need )(?<!needs )(?<!require )(?<!requires )at\s+(?:least|most))\b"
        r"(?:\s+or\s+equal\s+to)?",
        "near",
        "en",
        _H,
        "It is less than {}.",
    ),
    Phrase(r"\beither\b", "near", "en", _H, "It is either {} or something else."),
    Phrase(r"除非|或许|也许|可能|假设|如果|是否|不确定|无法确定", "clause", "zh", _H, "也许是{}。"),
    Phrase(r"大于|小于|超过|少于|多于|至少|至多", "near", "zh", _H, "它大于{}。"),
    Phrase(
        r"(?:is|are|was|were|can\s+be|could\s+be|has\s+been|must\s+be|being)\s+(?:therefore\s+|thus\s+|also\s+|simply\s+)?"
        r"(?:not|wrong|incorrect|false|impossible|invalid|excluded|eliminated|ruled\s+out|rejected|discarded|out\b|unlikely|never"
        r"|an?\s+(?:mistake|trap|distractor|error|typo|bad|wrong)|too\s+(?:small|large|big|high|low|many|few))",
        "after",
        "en",
        _D,
        "{} is ruled out.",
    ),
    Phrase(
        r"(?:(?:is|are|was|were|do|does|did|can|could|would|will)(?:n't|\s?not)|won't|never)"
        r"\s+(?:be|right|correct|work|fit|hold|satisfy|match|equal|possible|true|valid|make\s+sense|count|the|it|so)\b",
        "after",
        "en",
        _D,
        "{} can not be right.",
    ),
    Phrase(r"(?:fails?|violates?|contradicts?)\b", "after", "en", _D, "{} fails."),
    Phrase(r"(?:是错|不对|不正确|错误|不可能|被排除|不符合|不成立|不满足)", "after", "zh", _D, "{}不对。"),
    Phrase(r"(?:では|じゃ)(?:ない|ありません|なく)", "after", "ja", _D, "答えは{}ではありません。"),
    Phrase(r"[이가]?\s?아[니닙]", "after", "ko", _D, "답은 {}가 아닙니다."),
    Phrase(r"est\s+(?:faux|fausse|exclu)", "after", "fr", _D, "{} est faux."),
    Phrase(r"ist\s+(?:falsch|ausgeschlossen)", "after", "de", _D, "{} ist falsch."),
    Phrase(r"\?|？|吗", "after", "", _H, "Is it {}?"),
    Phrase(
        rf"(?:could|might|may)(?:\s+(?:also|well))?\s+be\s+{_NOT_RIGHT}", "after", "en", _H, "{} could be the answer."
    ),
    Phrase(
        r"(?:is|seems|looks|would\s+be)\s+(?:only\s+|just\s+|merely\s+)?(?:possible|plausible|probable|likely|doubtful|uncertain|questionable"
        r"|a\s+(?:guess|possibility|candidate|conjecture)|one\s+possibility)",
        "after",
        "en",
        _H,
        "{} is only a guess.",
    ),
    Phrase(r",?\s*(?:maybe|perhaps|possibly|I\s+guess|I\s+suppose|unless)\b", "after", "en", _H, "{}, perhaps."),
    Phrase(
        r",?\s*(?:if|provided|assuming)\b[^.]{0,60}\b(?:were|was|had)\b",
        "after",
        "en",
        _H,
        "It would be {} if x were positive.",
    ),
    Phrase(
        r",?\s*but\s+(?:that|this|it|I)\b[^.]{0,30}?\b(?:wrong|incorrect|not|unsure|uncertain|fails?)\b|,?\s*but\s+I['’]m\s+not\b",
        "after",
        "en",
        _H,
        "I got {}, but I'm not confident.",
    ),
    Phrase(r"\b(?:my|a|best)\s+guess\b(?:\s+is)?", "near", "en", _H, "My guess: {}"),
    Phrase(r"是可能的|有可能", "after", "zh", _H, "{}是可能的。"),
)

_FILLER = (
    r"(?:\s+(?:be|been|being|equal|equals|to|the|an?|exactly|simply|just|is|are|only|for|as|either|option|choice|letter|answer|value|number|of|necessarily|always|really|actually|get|obtain|la|el|le|die))*"
    r"[\s$\\(\[{*:\"“'（【]*(?:[A-Za-z]\s*=\s*)?$"
)
_CLAUSE = re.compile(
    r"[,;，；:：]|\b(?:but|then|so|therefore|hence|thus|however|because|since|while)\b|因此|所以|但是?|那么|则|则|而是",
    re.I,
)
_REASSURES = re.compile(
    r"\b(?:no|without(?:\s+a)?|beyond(?:\s+an?y?)?)\s+(?:(?:reason|need|cause|grounds)\s+to\s+|shadow\s+of\s+a\s+)?doubt\b|\bcannot\s+be\s+doubted\b"
    r"|\bnothing\s+(?:but|except|other\s+than)\b|\bno(?:ne|\s+\w+)\s+other\s+than\b|\bnot\s+only\b",
    re.I,
)
_WOULD_BE = re.compile(r"\bwould(?:\s+\w+)?\s+(?:be|equal|have\s+been)\b[\s$\\(*]*$", re.I)
_CONDITION = re.compile(r"[^.;!?]{0,40}?\b(?:if|unless|had)\b", re.I)
_CLOSING = re.compile(r"[\s$\\)\]}*\"”'）】]*")
_NOUN = re.compile(r"(?:[A-Za-z]{2,14}\s+)")
_REACH = 90


@cache
def _compiled(side: str, tail: str = "") -> tuple[tuple[re.Pattern[str], Stance], ...]:
    """One pattern for each meaning on a side, compiled when the first prose is judged: it takes 10 ms."""
    rows = sorted((row for row in PHRASES if row.side == side), key=lambda row: row.meaning.value)
    return tuple(
        (re.compile(f"(?:{'|'.join(f'(?:{row.pattern})' for row in group)}){tail}", re.I), meaning)
        for meaning, group in groupby(rows, key=lambda row: row.meaning)
    )


def stance(before: str, after: str) -> Stance:
    """What a text says about a value between ``before`` and ``after``, both within its sentence."""
    before = before[-_REACH:]
    if "doubt" in before or "no" in before or "No" in before:
        before = _REASSURES.sub("", before)
    beside = near(before)
    if beside is not Stance.STATED:
        return beside
    if conditional(before, after):
        return Stance.HEDGED
    for side, text in (("clause", _clause_before(before)), ("sentence", before)):
        for pattern, meaning in _compiled(side):
            if pattern.search(text):
                return meaning
    closing = _CLOSING.match(after)
    start = closing.end() if closing else 0
    noun = _NOUN.match(after, start)
    for pattern, meaning in _compiled("after"):
        if pattern.match(after, start):
            return meaning
        behind_noun = pattern.match(after, noun.end()) if noun else None
        if behind_noun and not behind_noun[0].endswith("not"):  # "5 people were not there" states 5
            return meaning
    return Stance.STATED


def near(before: str) -> Stance:
    """What the words right before a value say about it, fillers apart."""
    for pattern, meaning in _compiled("near", _FILLER):
        if pattern.search(before, max(0, len(before) - 60)):
            return meaning
    return Stance.STATED


def conditional(before: str, after: str) -> bool:
    """Whether a value holds in an imagined case only: "It would be {} if the coin were fair."."""
    return "would" in before and _WOULD_BE.search(before) is not None and _CONDITION.match(after) is not None


def denies(before: str) -> bool:
    """Whether the words right before a value deny it."""
    return stance(before, "") is Stance.DENIED


def _clause_before(before: str) -> str:
    """The part of ``before`` in the clause of the value. A word with a comma ("Maybe, ") belongs to its clause."""
    start = 0
    for match in _CLAUSE.finditer(before):
        if match[0] not in ",，" or len(before[start : match.start()].split()) > 1:
            start = match.start() if match[0] in ",;:，；：" else match.end()
    return before[start:]
