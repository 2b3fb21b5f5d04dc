r"""The text of an answer before any parsing: one spelling for what can be written in many ways.

Unicode math, full-width forms and Chinese punctuation become LaTeX and ASCII; commands that change only the looks are
dropped. Nothing here changes the value of an answer.
"""

from __future__ import annotations

import re
import unicodedata

MAX_ANSWER = 4096
"""Longer answers, in characters, are not parsed; they equal only the same text."""

_SUPER = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᵏᵐᵖᵗˣʸᶻ", "0123456789+-=()niabcdekmptxyz", strict=True))
_SUB = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢₖₗₘₙₚₛₜₓ", "0123456789+-=()aehiklmnpstx", strict=True))
_SUPER_RUN = re.compile(f"[{''.join(_SUPER)}]+")
_SUB_RUN = re.compile(f"[{''.join(_SUB)}]+")
_ROOT_IN_WORDS = re.compile("倍?根号下?")
_SLASHED = re.compile("([⁰¹²³⁴-⁹]+)[⁄∕/]([₀-₉]+)")
_CIRCLED = re.compile("[①-⑳](?:[ ,，、;；和与]*[①-⑳])+")

_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega"
).split()
_CHARS: dict[str, str | None] = {
    **dict(zip("αβγδεζηθικλμνξοπρστυφχψω", (f"\\{name} " for name in _GREEK), strict=True)),
    **dict(zip("ΓΔΘΛΞΠΣΦΨΩ", (f"\\{n} " for n in "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega".split()), strict=True)),
    **dict.fromkeys("−–—‒﹣", "-"),
    **dict.fromkeys("×✕✖⨯", "\\times "),
    **dict.fromkeys("·⋅∙•∗", "\\cdot "),
    **dict.fromkeys("⁄∕", "/"),
    **dict.fromkeys("≤≦⩽", "\\le "),
    **dict.fromkeys("≥≧⩾", "\\ge "),
    **dict.fromkeys("≈≃≅≒", "\\approx "),
    **dict.fromkeys("∅⌀Ø", "\\emptyset "),
    **dict.fromkeys("°º˚", "^\\circ "),
    **dict.fromkeys("，﹐", ","),
    **dict.fromkeys("、", ","),
    **dict.fromkeys("；﹔", ";"),
    **dict.fromkeys("。．", "."),
    **dict.fromkeys("：∶﹕", ":"),
    **dict.fromkeys("“”„«»「」『』", '"'),
    **dict.fromkeys("‘’′`´", "'"),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", None),
    **dict.fromkeys("\u00a0\u2002\u2003\u2009\u200a\u202f\u205f\u3000", " "),
    "÷": "/", "±": "\\pm ", "∓": "\\mp ", "≠": "\\ne ", "∞": "\\infty ", "√": "\\sqrt ", "∛": "\\sqrt[3] ", "∜": "\\sqrt[4] ",
    "∪": "\\cup ", "∩": "\\cap ", "∈": "\\in ", "∉": "\\notin ", "∖": "\\setminus ", "∣": "\\mid ", "≡": "\\equiv ",
    "ℝ": "\\mathbb{R}", "ℤ": "\\mathbb{Z}", "ℕ": "\\mathbb{N}", "ℚ": "\\mathbb{Q}", "ℂ": "\\mathbb{C}",
    "∧": "\\wedge ", "∨": "\\vee ", "→": "\\to ", "⇒": "\\Rightarrow ", "⇔": "\\Leftrightarrow ", "″": "''", "∠": "\\angle ",
    "⌊": "\\lfloor ", "⌋": "\\rfloor ", "⌈": "\\lceil ", "⌉": "\\rceil ", "⟨": "\\langle ", "⟩": "\\rangle ", "∑": "\\sum ",
    "∏": "\\prod ", "∫": "\\int ", "ℓ": "l", "ϕ": "\\phi ", "ϵ": "\\epsilon ", "ϑ": "\\theta ", "…": "\\ldots ", "⋯": "\\ldots ",
    "【": "[", "】": "]", "〈": "\\langle ", "〉": "\\rangle ", "△": "\\triangle ", "∥": "\\parallel ", "⊥": "\\perp ", "¬": "\\neg ",
    "‰": "/1000 ", "∆": "\\Delta ", "µ": "\\mu ", "⊂": "\\subset ", "⊆": "\\subseteq ", "¥": "\\yen ", "￥": "\\yen ",
    "\ufffd": " ", "￠": "¢", "‖": "\\|", "∝": "\\propto ", "′": "'",
}  # fmt: skip
_TABLE = str.maketrans(_CHARS)

# A Python string without its r prefix turns the first letters of some commands into control characters.
_DAMAGED = {"\x0crac": "\\frac", "\x08oxed": "\\boxed", "\x08eta": "\\beta", "\x08ig": "\\big", "\x0corall": "\\forall",
            "\x07pprox": "\\approx", "\x07lpha": "\\alpha", "\x0barphi": "\\varphi", "\x0barnothing": "\\varnothing",
            "\x0bec": "\\vec", "\text": "\\text", "\tfrac": "\\tfrac", "\times": "\\times", "\theta": "\\theta", "\tan": "\\tan",
            "\right": "\\right", "\rangle": "\\rangle", "\rfloor": "\\rfloor"}  # fmt: skip
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def _plain_char(char: str) -> str:
    """The plain spelling of a dash, a fraction, or a digit or letter of another form; any other character unchanged."""
    if char.isascii():
        return char
    if unicodedata.category(char) == "Pd":
        return "-"
    if (digit := unicodedata.decimal(char, None)) is not None:
        return str(digit)
    form, _, parts = unicodedata.decomposition(char).partition(" ")
    if form == "<fraction>":
        top, bottom = unicodedata.normalize("NFKC", char).split("⁄")
        return f"\\frac{{{top}}}{{{bottom or 1}}}"
    if form in _OTHER_FORMS and parts:
        plain = unicodedata.normalize("NFKC", char)
        return plain.translate(_TABLE)
    return char


_OTHER_FORMS = ("<wide>", "<narrow>", "<font>", "<circle>", "<compat>", "<small>")


def to_ascii_math(text: str) -> str:
    """Unicode math as LaTeX, full-width and other presentation forms as ASCII; letters of other scripts stay."""
    if text.isascii():
        return text
    if "①" <= max(text):
        text = _CIRCLED.sub(lambda m: "".join(char for char in m[0] if "①" <= char <= "⑳"), text)
    text = _SLASHED.sub(lambda m: "\\frac" + unicodedata.normalize("NFKC", f"{{{m[1]}}}{{{m[2]}}}"), text)
    text = _SUPER_RUN.sub(lambda m: "^{" + "".join(_SUPER[c] for c in m[0]) + "}", text)
    text = _SUB_RUN.sub(lambda m: "_{" + "".join(_SUB[c] for c in m[0]) + "}", text)
    text = _ROOT_IN_WORDS.sub(r"\\sqrt ", text.translate(_TABLE))
    return text if text.isascii() else "".join(map(_plain_char, text))


_LOOKS = re.compile(
    r"\\(?:left|right|middle|mleft|mright)(?![A-Za-z])\.?|\\([A-Za-z]+)|(?<!\\)\\[,;:> ]|(?<!\\)\\(?=\n)|~"
)
_PLAIN_LOOKS = frozenset(
    (
        "bigl bigr bigm big Bigl Bigr Bigm Big biggl biggr biggm bigg Biggl Biggr Biggm Bigg displaystyle "
        "textstyle scriptstyle limits nolimits rm bf it boldsymbol centering strut hfill null relax unicode "
        "qquad quad tiny small normalsize large Large LARGE huge Huge hskip nonumber notag enspace thinspace thickspace medspace "
    ).split()
)
_LOOKS_WITH_ARGUMENT = re.compile(r"\\(?:[hvm]space\*?|color|textcolor|label|tag\*?)\s*\{[^{}]*\}")


def _without_looks(match: re.Match[str]) -> str:
    return match[0] if match[1] and match[1] not in _PLAIN_LOOKS else " "


_LEFT_BRACE = re.compile(
    r"\\left\s*(?:\\\{|\\lbrace)\s*\\begin\s*\{(?:array|matrix|aligned|gathered|split)\}(?:\s*\{[^{}]*\})?"
)
_RIGHT_NOTHING = re.compile(r"\\end\s*\{(?:array|matrix|aligned|gathered|split)\}\s*\\right\s*\.")
_ROW_SKIP = re.compile(r"\\\\\s*\[-?[\d.]+\s*(?:pt|em|ex|mm|cm)\]")
_NOTHING = re.compile(r"(?<=[\d)])\{\}")
_REPETEND = re.compile(r"(?<=[\d.])\\bar(?![a-z])")  # 0.\bar{3}
_INVISIBLE = re.compile(r"\\[vh]?phantom\s*\{[^{}]*\}")
_TIGHT = re.compile(r"\{,\}|,?\\!\s*,?|\{\\,\}")
_RENAMED = re.compile(r"\\(?:[dtc]frac|nicefrac|sfrac|xfrac)(?![a-z])")
_DOUBLED = re.compile(
    r"(?<!\\)\\\\(?=(?:[dtc]?frac|left|right|sqrt|text|boxed|pi|infty|cdot|times|begin|end|pm|cup|cap|le|leq|ge|geq|ne|neq|in|mathbb|mathrm"
    r"|theta|alpha|beta|sin|cos|tan|log|ln|circ|angle|overline|binom|quad|ldots|dots|emptyset|varnothing|to|approx|sum|int)(?![A-Za-z]))"
)
_EMPTY_TEXT = re.compile(r"\\(?:text|mathrm|mbox)\s*\{\s*(?:([,;])|[.:])?\s*\}")
_UNIT_POWERS = re.compile(r"\\(?:text|mathrm)\s*\{[^{}^]*(?:\^\{-?\d\}[^{}^]*)+\}")  # \mathrm{m\,s^{-2}}
_CURRENCY_PREFIX = re.compile(
    r"^(?:(?:US|USD|CA|C|A|AU|HK|NT|S)\s?(\\?\$)|(?:Rs\.?|INR)(?=\s?\d)|(RMB|CNY)(?=\s?\d)|(USD)(?=\s?\d)|(EUR)(?=\s?\d))\s?"
)
_APOSTROPHES = re.compile(r"(?<=\d)'(?=\d{3}(?!\d))")
_TIMES_TEN = re.compile(r"(?<=[\d ])[xX] ?(?=10\s*(?:\^|\*\*|e))")
_GLUED = re.compile(r"(?<=[\d)\]}])(or|and)(?=[A-Z(\d\\-]|[a-z]=)")
_MIXED = re.compile(r"(?<=\d)\s*又\s*(?=[\d\\])")  # 3又1/2
_NEGATIVE = re.compile(r"^[负負](?=[\d\\])")  # 负3
_ORDINAL = re.compile(r"(?<=\d)(?:(?:st|nd|rd|th)\b|\\text\s*\{\s*(?:st|nd|rd|th)\s*\})")


def _currency_sign(match: re.Match[str]) -> str:
    dollars = match[1] or match[3]
    return "\\$" if dollars else "\\yen " if match[2] else "€" if match[4] else "₹"


_DELIMITED = re.compile(r"\$\$|\\\(|\\\)|\\\[|\\\]|(?<!\\)\$")


_GAP = re.compile(
    r"(?P<gap>\\q?quad(?![a-z])|\\\\(?![A-Za-z]{2})|\n)|(?P<thin>\\;)|(?P<open>\\begin\s*\{|(?<!\\)[{(\[]|\\\{)"
    r"|(?P<close>\\end\s*\{|(?<!\\)[})\]]|\\\})|\\."
)
_RELATION = re.compile(r"[=<>]|\\(?:leq?|geq?|lt|gt|neq?|in|equiv|approx)(?![a-z])")
_UNFINISHED = re.compile(r"(?:[-+*/=<>,;:&^_|]|\\(?:cdot|times|pm|cup|cap|leq?|geq?|neq?|in|text\s*\{[^{}]*\}))\s*$")
_CONTINUED = re.compile(
    r"\s*(?:[-+*/=<>,;:.&^_|)\]}%!']|\((?!.*[=<>,])|\(\s*\\text|\\(?:cdot|times|pm|cup|cap|leq?|geq?|neq?|approx|in|quad|qquad|[;,:!%])(?![a-z])"
    r"|\\(?:text|textbf|mathrm|mbox)\s*\{[^{}]*\}(?!.*[=<>])|[A-Za-z\u4e00-\u9fff]{2}(?!.*[=<>])|$)"
)


def _separated(text: str) -> str:
    r"""The text with a comma where a wide space, a line break or (between equations) ``\;`` separates two items.

    Only gaps outside of all brackets and environments count, behind a finished formula and before the beginning of another.
    """
    depth, cuts = 0, []
    for match in _GAP.finditer(text):
        if match["open"]:
            depth += 1 + match["open"].startswith("\\begin")  # its brace closes once more
        elif match["close"]:
            depth -= 1 if not match["close"].startswith("\\end") else 0
        elif not depth and (match["gap"] or match["thin"]):
            cuts.append(match)
    pieces, at, related = [], 0, False
    for cut, before, behind in zip(
        cuts, [0, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts[1:]), len(text)], strict=False
    ):
        right = text[cut.end() : behind]
        related = related or _RELATION.search(text, before, cut.start()) is not None
        tail = text[max(at, cut.start() - 60) : cut.start()]
        if not tail.strip() or _UNFINISHED.search(tail) or _CONTINUED.match(right[:200]):
            continue
        if cut["thin"] and not (related and _RELATION.search(right)):
            continue
        pieces.append(text[at : cut.start()])
        at, related = cut.end(), False
    return " , ".join([*pieces, text[at:]]) if pieces else text


def clean(text: str) -> str:
    r"""The same answer as the grammar expects it: without math delimiters, spacing and font commands, and Unicode math.

    >>> clean(r"$\left(x², \dfrac{1}{2}\right)$.")
    '(x^{2}, \\frac{1}{2} )'
    """
    if not text.isprintable():
        for damaged, repaired in _DAMAGED.items():
            if damaged in text:
                text = text.replace(damaged, repaired)
        text = _CONTROL.sub("", text)
    text = _MIXED.sub(" ", to_ascii_math(text)) if "又" in text else to_ascii_math(text)
    if text[:1] in ("负", "負"):
        text = _NEGATIVE.sub("-", text)
    if text[:1] in "URCAHNSIE":
        text = _CURRENCY_PREFIX.sub(_currency_sign, text)
    if "\\" in text:
        if "\\right" in text and "\\end" in text:  # a brace on the left only: a system, or a piecewise function
            text = _RIGHT_NOTHING.sub(r"\\end{cases}", _LEFT_BRACE.sub(r"\\begin{cases}", text))
        if "\\\\" in text:
            text = _ROW_SKIP.sub(r"\\\\", text) if "[" in text else text
            text = _DOUBLED.sub(r"\\", text)
        if "frac" in text:
            text = _RENAMED.sub(r"\\frac", text)
        if "phantom" in text:
            text = _INVISIBLE.sub(" ", text)
        if "{,}" in text or "\\!" in text or "{\\,}" in text:
            text = _TIGHT.sub(lambda m: "{,}" if "," in m[0] and m[0] != "{\\,}" else "", text)
        if "$" in text or "\\(" in text or "\\)" in text or "\\[" in text or "\\]" in text:
            text = _DELIMITED.sub(" ", text)
        if "\\text" in text or "\\m" in text:
            text = _EMPTY_TEXT.sub(lambda m: f" {m[1] or ''} ", text)
            if "^{" in text:
                text = _UNIT_POWERS.sub(lambda m: m[0].replace("^{", "^").replace("}", "", m[0].count("^{")), text)
        if "quad" in text or "\\\\" in text or "\\;" in text or "\n" in text:
            text = _separated(text)
        if "color" in text or "space" in text or "tag" in text or "label" in text:
            text = _LOOKS_WITH_ARGUMENT.sub(" ", text)
        text = _LOOKS.sub(_without_looks, text)
        if "{}" in text:
            text = _NOTHING.sub("", text)
        if "\\bar" in text:
            text = _REPETEND.sub(r"\\overline", text)
    else:
        text = text.replace("$", " ").replace("~", " ")
        if "\n" in text:
            text = _separated(text.strip())
        if text.endswith("{}"):
            text = _NOTHING.sub("", text)
    if "+/-" in text:
        text = text.replace("+/-", "\\pm ")
    if "..." in text:
        text = text.replace("...", "\\dots ")
    text = _APOSTROPHES.sub("", text) if "'" in text else text
    text = _TIMES_TEN.sub("\\\\times ", text) if "10" in text else text
    text = _GLUED.sub(r" \1 ", text) if "or" in text or "and" in text else text
    text = _ORDINAL.sub("", text) if "t" in text or "d" in text else text
    return trim(text)


def trim(text: str) -> str:
    """The text without outer white space, Markdown emphasis, quotes and closing punctuation; a factorial keeps its ``!``."""
    text = text.strip(" \t\r\n")
    while text:
        before = text
        if (
            text[-1] in ".,;:!?"
            and not text.endswith("..")
            and not (text[-1] == "!" and text[:-1].rstrip()[-1:].strip(".,") and text[:-1].rstrip().isascii())
        ):
            text = text[:-1].rstrip()
        elif text.endswith("\\\\") or text.endswith("\\"):
            text = text.rstrip("\\ ")
        elif len(text) > 1 and text[0] == text[-1] and text[0] in "*_\"'`":
            text = text[1:-1].strip()
        elif text.endswith("**"):
            text = text[:-2].rstrip()
        elif text.startswith("**"):
            text = text[2:].replace("**", " ", 1).strip()
        if text == before:
            break
    return text


_WORD_NOISE = re.compile(
    r"\\(?:text|textbf|textit|mathrm|mathbf|mbox|textrm|textnormal|operatorname)\s*\{([^{}]*)\}|\\[a-zA-Z]+|[{}$\\]"
)
_NOT_WORD = re.compile(r"[^\w\s+\-=/<>.^:,;、&]|(?<!\d)\.|\.(?!\d)|_")
_LISTED = re.compile(r"[,;、&]|(?<=[\u4e00-\u9fff])[和与及](?=[\u4e00-\u9fff])")
_HYPHEN = re.compile(r"(?<=\w)\s*-\s*(?=[^\W\d])")  # x\text{-axis}
_BRACKETED = re.compile(r"[(\[][^()\[\]]*[)\]]")
_BRACKET_WORDS = str.maketrans({"(": " < ", ")": " > ", "[": " <= ", "]": " >= "})
_DAY_FIRST = re.compile(  # 3 March is March 3
    r"^(\d{1,2}) (january|february|march|april|may|june|july|august|september|october|november|december)\b"
)
_ARTICLES = {"a", "an", "the"}


def _spelled_brackets(match: re.Match[str]) -> str:
    """The brackets of an interval or point inside a text as signs that are kept: ``[0,4)`` is not ``(0,4)``."""
    holds_numbers = "," in match[0] and any(map(str.isdigit, match[0]))
    return match[0].translate(_BRACKET_WORDS) if holds_numbers else match[0]


def words(text: str) -> str:
    """The words of a text without capitals, articles, punctuation and LaTeX.

    >>> words(r"\\text{A parabola.}")
    'parabola'
    """
    for _ in range(2):
        text = _WORD_NOISE.sub(
            lambda m: f" {m[1]} " if m[1] is not None else (" " if m[0] in "{}$\\" else f" {m[0][1:]} "), text
        )
    text = _HYPHEN.sub("-", text) if "-" in text else text
    if "," in text:
        text = _BRACKETED.sub(_spelled_brackets, text)
    plain = _LISTED.sub(" , ", _NOT_WORD.sub(" ", text)).casefold().split()
    while plain and plain[-1] == ",":
        plain.pop()
    text = " ".join([word for word in plain if word not in _ARTICLES] or plain)
    return _DAY_FIRST.sub(r"\2 \1", text) if text[:1].isdigit() else text


_SPACE = re.compile(r"(?<![A-Za-z0-9\\.,])\s+|\s+(?![A-Za-z0-9.,])")
_OUTER = re.compile(r"^(?:\$\$?|\\\[|\\\()(.*?)(?:\$\$?|\\\]|\\\))$", re.S)
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(?:(?:,|\{,\}|,\\!)\d{3})+")
_BRACKETS = ("(", "[", "\\{")
_LOOKALIKES = {"\\left": "", "\\right": "", "\\dfrac": "\\frac", "\\tfrac": "\\frac"}


def key(text: str) -> str:
    r"""A text that most spellings of one answer share. It is compared as a string and never parsed.

    >>> key(r"$ \dfrac{1}{2} $.") == key(r"\frac{1}{2}"), key(r"12,\!345") == key("12345"), key("1 1/2") == key("11/2")
    (True, True, False)
    >>> key("(1, 2)") == key("(1,2)"), key("1, 234") == key("1,234")
    (True, False)
    """
    if text.isalnum() and text.isascii():
        return text
    text = text.strip()
    if "\\" in text or "$" in text or " " in text:
        if text.endswith("$."):
            text = text[:-1]
        outer = _OUTER.match(text) if text[:1] in ("$", "\\") else None
        if outer and "$" not in outer[1]:
            text = outer[1].strip()
        for written, plain in _LOOKALIKES.items():
            if written in text:
                text = text.replace(written, plain)
        if " " in text or "\n" in text:
            text = _SPACE.sub("", text)
            if text.startswith(_BRACKETS):  # in brackets "1, 234" is two numbers
                text = text.replace(", ", ",")
    if "," in text and _THOUSANDS.fullmatch(text):
        text = re.sub(r"\D", "", text) if text[0] != "-" else "-" + re.sub(r"\D", "", text)
    return text[:-1] if len(text) > 1 and text[-1] == "." and text[-2] != "." else text
