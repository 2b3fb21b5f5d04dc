"""The lexer: kinds and limits of tokens, the text and brackets they keep, and the caps on its work."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.grammar.lexer import MAX_DIGITS, MAX_TOKENS, tokenize
from r1.verifiers.math.tree import ParseError


def kinds(text: str, **options: bool) -> list[tuple[str, str]]:
    *tokens, end = tokenize(text, **options)
    assert end.kind == end.bracket == "end"
    return [(token.kind, token.text) for token in tokens]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.5x", [("num", "2.5"), ("word", "x")]),
        (".5", [("num", ".5")]),
        ("1e5", [("num", "1e5")]),
        ("0.(27)", [("rep", "0.(27)")]),
        (r"0.1\overline{6}", [("rep", r"0.1\overline{6}")]),
        ("1 1/2", [("mix", "1 1/2")]),
        ("2 x", [("num", "2"), ("word", "x")]),
        (r"\frac12", [("cmd", "frac"), ("num", "12")]),
        (r"\text{ cm }", [("text", " cm ")]),
        (r"\mathrm cm", [("cmd", "mathrm"), ("word", "cm")]),
        (r"\vec{AB}", [("vec", "AB")]),
        (r"\mathbf{x+1}", [("cmd", "mathbf"), ("op", "{"), ("word", "x"), ("op", "+"), ("num", "1"), ("op", "}")]),
        ("a<=b", [("word", "a"), ("op", "<="), ("word", "b")]),
        ("3!=x", [("num", "3"), ("op", "!"), ("op", "="), ("word", "x")]),
        ("x!=3", [("word", "x"), ("op", "!="), ("num", "3")]),
        ("f''", [("word", "f"), ("op", "''")]),
        ("x元", [("word", "x"), ("word", "元")]),
    ],
)
def test_tokens(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize("text", ["1,234", "1 234", "1,234,567", "12 345 678"])
def test_groups_of_thousands_are_one_numeral_unless_they_may_be_a_list(text: str) -> None:
    assert kinds(text) == [("num", text)]
    assert len(kinds(text, thousands=False)) > 1


def test_a_comma_in_braces_joins_digits_in_both_readings() -> None:
    assert kinds("1{,}234") == kinds("1{,}234", thousands=False) == [("num", "1{,}234")]


@pytest.mark.parametrize(
    ("text", "bracket"),
    [("(", "("), (r"\{", r"\{"), (r"\lbrace", r"\{"), (r"\rbrace", r"\}"), (r"\|", "||"), (r"\lVert", "||"),
     (r"\langle", "<("), (r"\lfloor", "lfloor"), (r"\cr", r"\\"), ("&", "&"), ("+", ""), (r"\pi", ""), ("x", "")],
)  # fmt: skip
def test_brackets_have_one_spelling(text: str, bracket: str) -> None:
    assert tokenize(text)[0].bracket == bracket


def test_a_token_knows_the_white_space_before_it() -> None:
    assert [token.spaced for token in tokenize(r"5 m\text{ s}x")] == [False, True, True, False, False]


@given(st.text(alphabet="0123456789.abxyz+-*/^_=<>()[]{}|!,:; ", max_size=60))
def test_no_character_is_lost(text: str) -> None:
    written = "".join(piece for _, piece in kinds(text))
    assert written.replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    "text", ["\\;", "\\é", "x\\", "1" * (MAX_DIGITS + 1), "0." + "1" * MAX_DIGITS, "x+" * (MAX_TOKENS // 2 + 1)]
)
def test_unknown_characters_and_excess_are_errors(text: str) -> None:
    with pytest.raises(ParseError):
        tokenize(text)
