"""Pattern syntax: unsupported syntax is refused, and ECMA-262 differs from ASCII where the standard says so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.structure.pattern import Pattern
from r1.verifiers.structure.pattern_syntax import Alternation, Chars, Concatenation, Edge, Repeat, parse
from r1.verifiers.verdict import TruthError


@pytest.mark.parametrize(
    "pattern", ["(?=a)", r"(a)\1", r"\bа", "a++", "(", ")", "[a", "*", "a{2000}", "[b-a]", "(?i)a", "a**b(("]
)
def test_syntax_beyond_regular_languages_is_refused(pattern: str) -> None:
    with pytest.raises(TruthError, match="pattern"):
        Pattern(pattern)


@given(st.text("ab()[]{}|*+?\\^$.-,1pLux<>:=!", max_size=12), st.booleans())
def test_any_text_is_read_or_refused(pattern: str, ecma: bool) -> None:
    try:
        tree = parse(pattern, ecma)
    except TruthError as error:
        assert repr(pattern) in str(error) and "\n" not in str(error)
    else:
        assert isinstance(tree, Alternation | Chars | Concatenation | Edge | Repeat)


@pytest.mark.parametrize(
    ("pattern", "text", "ascii", "ecma"),
    [
        (r"\s", "\u00a0", False, True),
        (r"\d", "٣", False, False),
        (".", "\u2028", True, False),
        (r"[\p{Lu}]", "É", None, True),
        (r"\P{L}", "1", None, True),
        ("[^]", "\n", None, True),
        ("[]", "a", None, False),
        (r"\u{1F600}", "😀", None, True),
        (r"\cJ", "\n", None, True),
        (r"\Aa\Z", "a", True, None),
    ],
)
def test_ascii_and_ecma_262(pattern: str, text: str, ascii: bool | None, ecma: bool | None) -> None:
    for wanted, is_ecma in ((ascii, False), (ecma, True)):
        if wanted is None:
            with pytest.raises(TruthError):
                Pattern(pattern, ecma=is_ecma)
        else:
            assert Pattern(pattern, ecma=is_ecma).fullmatch(text) is wanted
