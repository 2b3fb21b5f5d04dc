"""Units behind a number: all spellings of a unit have one canonical form. Units are not converted: ``100 cm`` is not ``1 m``."""

from __future__ import annotations

import re
from functools import lru_cache

_SPELLINGS = """
mm: millimeter millimetre 毫米
cm: centimeter centimetre 厘米 公分
dm: decimeter decimetre 分米
m: meter metre 米 公尺
km: kilometer kilometre 千米 公里
nm: nanometer nanometre 纳米
um: micron mum 微米
in: inch inches ins 英寸
ft: foot feet 英尺
yd: yard 码
mi: mile 英里
ly: lightyear
mg: milligram 毫克
ug: mug
g: gram gramme gm 克
kg: kilogram kilogramme kilo 千克 公斤
t: tonne ton 吨
lb: pound lbs
oz: ounce
ml: milliliter millilitre mL 毫升
l: liter litre L 升
gal: gallon
ha: hectare
point: pts
qt: quart
pt: pint
cup: cups 杯
tbsp: tablespoon
tsp: teaspoon
ms: millisecond 毫秒
s: second sec secs 秒 秒钟
min: minute mins 分钟
h: hour hr hrs 小时 时
day: days 天 日
week: weeks wk 周 星期
month: months 月 个月
year: years yr yrs 年
us: mus
ns:
Hz: hertz
kHz:
MHz:
GHz:
N: newton
kN:
J: joule
kJ:
MJ:
mJ:
W: watt
kW:
MW:
mW:
V: volt
kV:
mV:
A: ampere amp
mA:
uA: muA
Pa: pascal
kPa:
MPa:
GPa:
F: farad
uF: muF
nF:
pF:
H: henry
T: tesla
mT:
bar: bars
atm: atmosphere atmospheres
psi:
torr:
rpm:
K: kelvin
mol: mole
mmol:
mol/l: M molar
mmol/l: mM
C: coulomb
uC: muC
nC:
ohm: ohms Omega
kohm: kOmega
Mohm: MOmega
cal: calorie
kcal:
eV: electronvolt
keV:
MeV:
GeV:
N*m: Nm
N*s: Ns
kW*h: kWh
°C: celsius
°F: fahrenheit
°: degree degrees deg 度 degres
rad: radian
%: percent pct percentage percents pourcent per_cent
$: dollar dollars usd 美元 bucks
¢: cent cents
€: euro euros eur
£: gbp sterling
¥: yen yuan rmb cny 元 人民币
₹: rupee rupees rs inr
角: 毛
people: person persons 人
unit: units
"""

_ALIASES: dict[str, str] = {}
for _line in _SPELLINGS.strip().splitlines():
    _name, _, _others = _line.partition(":")
    _ALIASES |= dict.fromkeys((_name, *_others.split()), _name)
_ALIASES |= {
    "\\$": "$", "yen": "¥", "mph": "mi/h", "kph": "km/h", "kmh": "km/h", "kmph": "km/h", "fps": "ft/s",
    "sqft": "ft^2", "sqm": "m^2", "cc": "cm^3",
}  # fmt: skip
_KNOWN = frozenset(_ALIASES.values())

_PREFIXES = dict(zip("giga mega kilo deci centi milli micro nano pico".split(), "GMkdcmunp", strict=True))

_FACTORS = {
    "hundred": 100, "thousand": 1000, "million": 10**6, "millions": 10**6, "billion": 10**9, "billions": 10**9, "trillion": 10**12,
    "百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "萬": 10**4, "億": 10**8,
    "dozen": 12, "mn": 10**6, "bn": 10**9,
}  # fmt: skip

_IGNORED = frozenset(
    "approximately approx about in total the of a an each altogether exactly only old long tall wide high deep"
    " 个 只 张 本 条 件 页 颗 位 种 次 棵 块 辆 名 支 头".split()
)
_POWERS = {"square": 2, "sq": 2, "squared": 2, "cubic": 3, "cubed": 3, "cu": 3, "平方": 2, "立方": 3}
_REMARK = re.compile(
    r"\b(?:is|are|was|not|or|and|if|when|where|which|because|but|for|from|to|no|than|more|less|least|most|at|mod|base|since|wrong)\b|[=<>]|不|非"
)
_SECOND_VALUE = re.compile(r"(?<![\^\-A-Za-z\d])(?<!\^ )(?<!per )(?<!/ )(?<!/)\d")  # of "dogs, 13 cats", not of "m^2"
_MAX_LENGTH = 60
_DEGREES = re.compile(r"\b[Dd]egrees?\s+(C|F)(?![A-Za-z])")
_PIECE = re.compile(r"[^\W\d_]+|\d+|[\^/*·.\-]|\\[$a-z]+|[$€£¥%°¢₹]")
_BETWEEN = re.compile(r"[\s,'\"]")  # may stand between the pieces of a unit
_IN_BRACKETS = re.compile(r"\((?:(e?s)|([^\W\d_]+(?:\s*[\s·*.]\s*[^\W\d_]+)*))\)")  # mile(s), J/(kg·K), (each)
_LETTER_POWER = re.compile(r"([A-Za-z])(?:\^(\d))?")
_LETTERS = re.compile(r"(?:[A-Za-z](?:\^\d)?){1,2}(?:/[A-Za-z](?:\^\d)?)?")

GLUED = frozenset(("mm", "cm", "dm", "km", "kg"))
"""Units that are read as units right behind a root or a product as well (``\\sqrt2cm``); other letters are variables there."""


def is_unit(word: str, *, exact: bool = False) -> bool:
    """Whether one word is a unit, a currency or a percent sign, or begins one ("sq").

    Args:
        exact: only the spellings of the table count, not capitals, plurals, prefixes and powers.
    """
    if exact or word in _ALIASES:
        return word in _ALIASES
    return any(spelling in _ALIASES for spelling in _spellings(word)) or word in _POWERS or _prefixed(word) is not None


def known_unit(unit: str) -> bool:
    """Whether a canonical unit consists of units in the table, so that it may follow a formula as well as a number."""
    return all(part.partition("^")[0] in _KNOWN for part in re.split(r"[*/]", unit.lstrip("*").split(" ")[-1]) if part)


def same_unit(unit: str, other: str) -> bool:
    """Whether two canonical units are the same; "units" stands for any unit of its power ("square units", ``cm^2``)."""
    if unit == other:
        return True
    for general, special in ((unit, other), (other, unit)):
        name, _, power = general.partition("^")
        if name == "unit" and not set("*/ ").intersection(special):
            return special.partition("^")[2] == power
    return False


def letters_of(unit: str) -> list[tuple[str, int]]:
    """The letters and their powers of a unit that can also be read as a product ("m^2", "m/s", "mg"); [] for other units."""
    if not _LETTERS.fullmatch(unit):
        return []
    above, _, below = unit.partition("/")
    powers = [(letter, int(power or 1)) for letter, power in _LETTER_POWER.findall(above)]
    return powers + [(letter, -int(power or 1)) for letter, power in _LETTER_POWER.findall(below)]


@lru_cache(maxsize=1024)
def canonical_unit(written: str) -> str:
    """One spelling for a unit; other words become their singular in lower case.

    A leading "*" marks a factor: "million dollars" gives "*1000000 $". Filler words ("each", "in total") give "".

    Every token of the text is part of the unit: a formula behind a value ("m^2 - 8 m n") is no unit.

    Raises:
        ValueError: the words are a remark ("is wrong", "or 4") or a formula, or too long for a unit.

    >>> canonical_unit("square centimeters"), canonical_unit("cm^{2}"), canonical_unit("miles per hour"), canonical_unit("apples")
    ('cm^2', 'cm^2', 'mi/h', 'apple')
    """
    text = _plain(written)
    if factor := _leading_factor(text):
        word, value = factor
        return f"*{value} {canonical_unit(text[len(word) :])}".strip()
    if _REMARK.search(text.lower().removeprefix("in ")) or _SECOND_VALUE.search(text) or len(text) > _MAX_LENGTH:
        raise ValueError(f"{written!r} is a remark, not a unit")
    text = _BETWEEN.sub(" ", _IN_BRACKETS.sub(lambda m: m[1] or f" {m[2]} ", text) if "(" in text else text)
    commands = (piece for piece in _PIECE.findall(text) if piece[0] == "\\")
    if _PIECE.sub("", text).strip() or any(c not in _ALIASES and c[1:] not in _ALIASES for c in commands):
        raise ValueError(f"{written!r} is a formula, not a unit")
    powers = sorted(_powers(_PIECE.findall(text)).items())
    up = "*".join(unit if power == 1 else f"{unit}^{power}" for unit, power in powers if power > 0)
    down = "/".join(unit if power == -1 else f"{unit}^{-power}" for unit, power in powers if power < 0)
    return f"{up}/{down}" if down else up


_LATEX = {
    "**": "^", "{": "", "}": "", "~": " ", "\\cdot": "*", "\\Omega": "Omega", "\\mu ": "mu", "\\mu": "mu", "per cent": "percent", "每": "/",
}  # fmt: skip


def _plain(written: str) -> str:
    """The words of a unit without LaTeX."""
    text = written.strip(" .,;")
    for latex, plain in _LATEX.items():
        text = text.replace(latex, plain)
    return _DEGREES.sub(r"°\1", text)


def _leading_factor(text: str) -> tuple[str, int] | None:
    """The word before a unit that multiplies its value ("million"), and its value."""
    if is_unit(text) or is_unit(re.split("[/每]", text)[0]):
        return None
    lowered = text.lower()
    for word, value in _FACTORS.items():
        if lowered == word or lowered.startswith(word + " ") or (not word.isascii() and lowered.startswith(word)):
            return word, value
    return None


def _powers(pieces: list[str]) -> dict[str, int]:
    """The power of every unit in a product: ``kg``, ``m``, ``/``, ``s``, ``^``, ``2`` give ``{"kg": 1, "m": 1, "s": -2}``.

    Raises:
        ValueError: a number that is neither a power nor an amount behind "per", or a power without its number.
    """
    powers: dict[str, int] = {}
    pending, sign, last = 1, 1, ""
    for index, piece in enumerate(pieces):
        word = piece.lower()
        if word in ("per", "/"):
            sign, last = -1, ""
        elif word in _POWERS:
            if last and word in ("squared", "cubed"):
                powers[last] *= _POWERS[word]
            else:
                pending = _POWERS[word]
        elif piece.isdigit():
            if last:
                powers[last] *= -int(piece) if pieces[index - 1] == "-" else int(piece)
                last = ""
            elif pieces[index - 1].lower() == "per":  # 12 mg per 100 ml
                powers[piece] = -1
            else:
                raise ValueError(f"the number {piece} in a unit")
        elif piece == "^":
            if not last or not "".join(pieces[index + 1 : index + 3]).lstrip("-")[:1].isdigit():
                raise ValueError("a power without its number in a unit")
        elif piece != "-" and not _is_filler(piece, pieces[index + 1 : index + 2]):
            for prefix in ("平方", "立方"):
                if piece.startswith(prefix):
                    piece, pending = piece[2:], _POWERS[prefix]
            last = _base_unit(piece)
            powers[last] = powers.get(last, 0) + sign * pending
            pending = 1
    return powers


def _is_filler(piece: str, following: list[str]) -> bool:
    """Whether a piece adds nothing to a unit: a product sign, "about", a Chinese measure word, "in" unless it means inches."""
    if piece in ("*", "·", "."):
        return True
    word = piece.lower() if len(piece) > 1 else piece
    return word in _IGNORED and not (word == "in" and following in ([], ["^"], ["/"]))


def _base_unit(word: str) -> str:
    """The canonical spelling of one word."""
    # Mega and peta: 5 Mm is not 5 mm. But Min is a minute.
    if word[0] in "MP" and word[1:] in _ALIASES and word[1:] != "in":
        return word
    for spelling in _spellings(word):
        if spelling in _ALIASES:
            return _ALIASES[spelling]
    return _prefixed(word) or (_singular(word.lower()) if len(word) > 1 else word)


def _spellings(word: str) -> tuple[str, ...]:
    """The spellings to look up in the table: as written, and of several letters in lower case too (but 5 M is not 5 m)."""
    return (word, word.lower(), _singular(word.lower())) if len(word) > 1 else (word,)


def _prefixed(word: str) -> str | None:
    """The symbol of a unit that is written out with its prefix: "kilovolts" as "kV"; None for other words."""
    lower = word.lower()
    for prefix, symbol in _PREFIXES.items():
        if lower.startswith(prefix) and len(lower) > len(prefix):
            base = next((_ALIASES[s] for s in _spellings(lower[len(prefix) :]) if s in _ALIASES), None)
            return symbol + base if base else None
    return None


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("es") and word[:-2] in _ALIASES:
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
