"""Tokens: the words of a masked text, each with its script and kind."""

from __future__ import annotations

import re
from bisect import bisect_right
from enum import IntEnum
from functools import lru_cache

from r1.verifiers.language.text import CLOSE_QUOTE, OPEN_QUOTE
from r1.verifiers.language.unspaced import segment_han, segment_thai


class Kind(IntEnum):
    """The kind of a token, as far as it is known without its neighbors."""

    WORD = 0
    ACRONYM = 1  # at most five capitals: neutral, unless the text is written in capitals
    LETTER = 2  # a single letter: a variable, unless its language has it as a word
    IDENTIFIER = 3  # path, file name, hashtag, mention, word with digits or inner capitals: neutral up to a limit
    MIXED = 4  # letters of several scripts in one word: never the target
    GAP = 5  # number, operator or neutral span: not a word, but it separates its neighbors
    OPEN = 6  # a short quotation begins
    CLOSE = 7  # a short quotation ends


class Token:
    """One token. Tokens of equal text are one shared object, so a token does not know its place in the text.

    Attributes:
        form: the word as it is looked up: case-folded, with plain apostrophes (`normal`).
        script: "Latin", "Cyrillic", ..., "Han" for Chinese characters and kana.
        kind: see `Kind`.
        capital: the first letter is a capital.
        shouted: all letters are capitals.
        end: a sentence ends after it.
    """

    __slots__ = ("capital", "end", "form", "kind", "script", "shouted")

    def __init__(
        self, form: str, script: str, kind: Kind, capital: bool = False, shouted: bool = False, end: bool = False
    ):
        self.form, self.script, self.kind = form, script, kind
        self.capital, self.shouted, self.end = capital, shouted, end

    def __repr__(self) -> str:
        return f"{self.form}/{self.script}/{self.kind.name}"


GAP = Token("", "", Kind.GAP)
GAP_END = Token("", "", Kind.GAP, end=True)
_QUOTES = {OPEN_QUOTE: Token("", "", Kind.OPEN), CLOSE_QUOTE: Token("", "", Kind.CLOSE)}

_RANGES = [
    (0x0041, "Latin"), (0x0250, "Latin"), (0x0370, "Greek"), (0x0400, "Cyrillic"), (0x0530, "Armenian"),
    (0x0590, "Hebrew"),
    (0x0600, "Arabic"), (0x0700, "Other"), (0x0750, "Arabic"), (0x0780, "Other"), (0x08A0, "Arabic"),
    (0x0900, "Devanagari"),
    (0x0980, "Bengali"), (0x0A00, "Gurmukhi"), (0x0A80, "Gujarati"), (0x0B00, "Odia"), (0x0B80, "Tamil"),
    (0x0C00, "Telugu"),
    (0x0C80, "Kannada"), (0x0D00, "Malayalam"), (0x0D80, "Sinhala"), (0x0E00, "Thai"), (0x0E80, "Lao"),
    (0x0F00, "Other"),
    (0x1000, "Burmese"), (0x10A0, "Georgian"), (0x1100, "Hangul"), (0x1200, "Ethiopic"), (0x13A0, "Other"),
    (0x1780, "Khmer"),
    (0x1800, "Other"), (0x1C80, "Cyrillic"), (0x1C90, "Georgian"), (0x1CC0, "Other"), (0x1D00, "Other"),
    (0x1E00, "Latin"),
    (0x1F00, "Greek"), (0x2000, "Other"), (0x2C60, "Latin"), (0x2C80, "Other"), (0x2D00, "Georgian"), (0x2D30, "Other"),
    (0x2DE0, "Cyrillic"), (0x2E00, "Other"), (0x3005, "Han"), (0x3100, "Other"), (0x3130, "Hangul"), (0x3190, "Other"),
    (0x31F0, "Han"), (0x3200, "Other"), (0x3400, "Han"), (0xA000, "Other"), (0xA640, "Cyrillic"), (0xA6A0, "Other"),
    (0xA720, "Latin"), (0xA800, "Other"), (0xA8E0, "Devanagari"), (0xA900, "Other"), (0xA960, "Hangul"),
    (0xA980, "Other"),
    (0xAC00, "Hangul"), (0xD800, "Other"), (0xF900, "Han"), (0xFB00, "Latin"), (0xFB1D, "Hebrew"), (0xFB50, "Arabic"),
    (0xFE00, "Other"), (0xFE70, "Arabic"), (0xFF00, "Other"), (0x20000, "Han"), (0x32000, "Other"),
]  # fmt: skip
_STARTS = [start for start, _ in _RANGES]

_SPACELESS = (
    "\u3005-\u3007\u3021-\u3029\u303b\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U00031fff"
)
_THAI = "\u0e01-\u0e3a\u0e40-\u0e4e"
_PIECE = re.compile(f"([{_SPACELESS}]+)|([{_THAI}]+)|([^{_SPACELESS}{_THAI}]+)")
_PLAIN = re.compile(r"[\"'(\[]*([A-Za-z]{2,}(?:'[A-Za-z]+)?)((?:[.,;:!?\"')\]]|\.\.\.)*)\Z")
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983"
    "\u09bc-\u09cd\u0a01-\u0a03\u0a3c-\u0a4d\u0a70\u0a71\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03\u0b3c-\u0b4d"
    "\u0b82\u0bbe-\u0bcd\u0c00-\u0c04\u0c3c-\u0c56\u0c81-\u0c83\u0cbc-\u0cd6\u0d00-\u0d03\u0d3b-\u0d4d"
    "\u0d81-\u0ddf\u0eb1-\u0ebc\u0ec8-\u0ecd\u0f18-\u0fbc\u102b-\u103e\u1056-\u1059\u135d-\u135f\u17b4-\u17d3"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"
)
_WORD = re.compile(rf"[^\W\d_](?:['’ʼ]?[^\W\d_{_MARKS}]|[{_MARKS}])*")
_ENDS = re.compile(r"[.!?。!?…؟۔।]['\")\]»”」』]*\Z")
_STOPS = re.compile("[!?。؟۔।]")  # also between two characters, in scripts without spaces
_PATH = re.compile(r"(?:[~.]{0,2}|[A-Za-z]:)[/\\][\w.@~-]+(?:[/\\][\w.@~-]*)*[,;:)]?\Z")
_EXTENSION = re.compile(
    r"[\w./\\-]+\.(?:py|ipynb|txt|md|json|jsonl|ya?ml|toml|csv|tsv|xml|html?|css|js|ts|jsx|tsx|java|c|cc|cpp|h|hpp|rs|go|rb|php|sh|bat|exe|"
    r"pdf|docx?|xlsx?|pptx?|png|jpe?g|gif|svg|mp[34]|wav|zip|tar|gz|log|ini|cfg|conf|sql|db|tex|bib|lock|whl|npy|npz|pt|ckpt|bin|com|org|net|io|edu|gov)"
    r"[.,;:!?)\]'\"]*\Z",
    re.ASCII,
)
_INNER_CAPITAL = re.compile(r"[A-Za-z]*[a-z][A-Z]|[A-Z]{2,}[a-z]")
_CALL = re.compile(r"[A-Za-z_]\w{0,40}\(", re.ASCII)
FUNCTIONS = frozenset(
    str.split(
        "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln lg exp lim max min sup inf gcd lcm mod "
        "det dim ker deg arg sgn abs sqrt floor ceil argmax argmin var cov pdf cdf dx dy dt dz du dv lhs rhs qed "
        "iff etc"
    )
)
_GREEK_LOOKALIKES = frozenset("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοντυικρ")


def script_of(char: str) -> str:
    """The script of a letter, by its Unicode block; "Other" for scripts that we do not tell apart."""
    place = bisect_right(_STARTS, ord(char)) - 1
    return _RANGES[place][1] if place >= 0 else "Other"


def normal(word: str) -> str:
    """The form under which a word is looked up; ``data/build.py`` files the words under the same form."""
    return word.casefold().replace("\u0307", "").replace("’", "'").replace("ʼ", "'")


_chunks: dict[str, tuple[Token, ...]] = {}
_CACHED_CHUNKS = 50_000
_LONGEST_CACHED = 40


def tokens(masked: str) -> list[Token]:
    """All tokens of a masked text (see `mask`), in order."""
    found: list[Token] = []
    known = _chunks.get
    for chunk in masked.split():
        parts = known(chunk)
        if parts is None:
            parts = _remember(chunk)
        found += parts
    return found


def _remember(chunk: str) -> tuple[Token, ...]:
    parts = tuple(_parse(chunk))
    if len(chunk) <= _LONGEST_CACHED:
        if len(_chunks) >= _CACHED_CHUNKS:
            _chunks.clear()
        _chunks[chunk] = parts
    return parts


def _parse(chunk: str) -> list[Token]:
    """The tokens of a piece of text without spaces."""
    plain = _PLAIN.match(chunk)
    if plain:
        return [_word(plain.group(1), bool(_ENDS.search(plain.group(2))))]
    if chunk in _QUOTES:
        return [_QUOTES[chunk]]
    out: list[Token] = []
    for piece in _PIECE.findall(chunk):
        out += (_remembered if max(map(len, piece)) <= _LONGEST_CACHED else _tokens_of)(*piece)
    if _ENDS.search(chunk):
        out.append(GAP_END)
    return out


def _tokens_of(han: str, thai: str, rest: str) -> tuple[Token, ...]:
    """The tokens of a run of Chinese characters and kana, of Thai letters, or of anything else."""
    if han:
        return tuple(_unspaced(word, "Han") for word in segment_han(han))
    return tuple(_unspaced(word, "Thai") for word in segment_thai(thai)) if thai else tuple(_parse_spaced(rest))


_remembered = lru_cache(maxsize=1 << 15)(_tokens_of)  # clauses of thoughts recur


@lru_cache(maxsize=1 << 15)
def _unspaced(word: str, script: str) -> Token:
    return Token(word, script, Kind.WORD)


def _parse_spaced(piece: str) -> list[Token]:
    """The tokens of a piece in a script with spaces: a link, a path, an identifier, or words."""
    bare = piece.strip(".,;:!?\"'()[]{}<>*_|“”„‘’«»‹›…")
    if not any(map(str.isalpha, bare)):
        return [GAP_END if _STOPS.search(piece) else GAP]
    if "://" in bare or bare.startswith("www.") or ("@" in bare and "." in bare):
        return [GAP]
    if len(bare) > 1 and bare[0] in "#@" and not bare[1:2].isspace():
        return [GAP, Token(normal(bare), script_of(bare[1]), Kind.IDENTIFIER), GAP]
    if _PATH.match(bare) or (bare.isascii() and ("." in bare) and _EXTENSION.match(bare)):
        return [GAP, Token(normal(bare), "Latin", Kind.IDENTIFIER), GAP]
    out: list[Token] = []
    position = 0
    for part in _SPLIT.finditer(piece):
        if piece[position : part.start()].strip("-'’\"(),.;:!?[]*"):
            out.append(GAP)
        out += _part(part.group(), piece[part.end() : part.end() + 1])
        position = part.end()
    if piece[position:].strip("-'’\"(),.;:!?[]*"):
        out.append(GAP)
    return out


_SPLIT = re.compile(rf"[\w{_MARKS}](?:['’ʼ]?[\w{_MARKS}])*")


def _part(part: str, after: str) -> list[Token]:
    """The tokens of a run of letters, digits and underscores; ``after`` is the character that follows it."""
    letters = _WORD.findall(part)
    if not letters:
        return [GAP]
    if "_" in part.strip("_") or (any(map(str.isdigit, part)) and part.isascii()):
        longest = max(map(len, letters))
        return [GAP] if longest <= 3 or part.isupper() else [GAP, Token(normal(part), "Latin", Kind.IDENTIFIER), GAP]
    if after == "(" and (len(part) == 1 or part.casefold() in FUNCTIONS):
        return [GAP]
    return [token for word in letters for token in _words(word)]


def _words(word: str) -> list[Token]:
    """The tokens of a run of letters: usually one word; cut where Hangul meets another script, as in 한국a."""
    if word.isascii():
        return [_word(word, False)]
    scripts = {script_of(c) for c in word if c.isalpha() and c != "ʼ"}
    if len(scripts) > 1 and "Hangul" in scripts:
        cut = re.findall("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]+|[^\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]+", word)
        return [token for piece in cut for token in _words(piece) if any(map(str.isalpha, piece))]
    return [_word(word, False)]


def _word(word: str, end: bool) -> Token:
    """The token of one word."""
    form = normal(word)
    if word.isascii():
        script = "Latin"
    else:
        scripts = {script_of(c) for c in word if c.isalpha() and c != "ʼ"}
        if len(scripts) > 1:
            if scripts == {"Latin", "Greek"} and len(word) <= 3 and not _GREEK_LOOKALIKES & set(word):
                return GAP  # Δx, μm
            return Token(form, "Mixed", Kind.MIXED, end=end)
        script = next(iter(scripts), "Other")
    capital = word[0].isupper()
    letters = sum(map(str.isalpha, word))
    if len(word) == 1 and script not in ("Han", "Thai", "Hangul"):
        return Token(form, script, Kind.LETTER, capital, capital, end)
    if letters <= 5 and word.isupper():
        return Token(form, script, Kind.ACRONYM, capital, True, end)
    if word.isascii() and _INNER_CAPITAL.match(word) and "'" not in word:
        return Token(form, script, Kind.IDENTIFIER, capital, False, end)
    return Token(form, script, Kind.WORD, capital, word.isupper(), end)
