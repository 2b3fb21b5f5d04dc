"""Operands: numerals, brackets, commands, variables and words, by the kind of the next token."""

from __future__ import annotations

import re
from fractions import Fraction

from r1.verifiers.math.grammar import names
from r1.verifiers.math.grammar.brackets import parse_bracket
from r1.verifiers.math.grammar.commands import parse_command
from r1.verifiers.math.grammar.cursor import Cursor
from r1.verifiers.math.grammar.functions import parse_function
from r1.verifiers.math.grammar.lexer import Token
from r1.verifiers.math.grammar.numerals import letter, numeral, product_of_letters, repeating
from r1.verifiers.math.grammar.scripts import parse_named, parse_variable
from r1.verifiers.math.spelling import words
from r1.verifiers.math.tree import Node, Num, Sym, Text

_FUNCTION_FIRST = re.compile(r"(arc(?:sin|cos|tan)|sinh?|cosh?|tanh?|cot|sec|csc|ln|log|lg|sqrt|pi|exp)")
_NUMERAL = re.compile(r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?")


def parse_operand(p: Cursor) -> Node:
    """One operand, without the sign before it and the powers behind it.

    Raises:
        ParseError: the next token begins no operand, or a word is neither a name nor a product of letters.
    """
    token = p.peek
    kind = token.kind
    if kind == "num":
        p.take()
        return numeral(token.text)
    if token.bracket:
        return parse_bracket(p, token.bracket)
    if kind == "word":
        return _parse_word(p)
    if kind == "cmd":
        return parse_command(p)
    if kind == "text" or kind == "vec":
        return _parse_text(p)
    if kind == "rep":
        p.take()
        return repeating(token.text)
    if kind == "mix":
        p.take()
        whole, top, bottom = map(int, re.findall(r"\d+", token.text))
        return Num(whole + Fraction(top, bottom)) if bottom else p.operand()
    if kind == "op" and token.text in ("∂", "∇"):
        p.take()
        return Sym(token.text)
    raise p.fail("no operand")


def _parse_word(p: Cursor) -> Node:
    """A function, a constant, a variable, or letters that are split into those."""
    token = p.peek
    word = token.text
    if word in names.FUNCTIONS:
        p.take()
        return parse_function(p, names.FUNCTIONS[word])
    if word in names.CONSTANTS:
        p.take()
        return names.CONSTANTS[word]
    if len(word) == 1:
        p.take()
        return parse_variable(p, letter(word))
    if word in names.SPELLED_GREEK:
        p.take()
        return parse_variable(p, Sym(word))
    first = _FUNCTION_FIRST.match(word)
    if first and len(word) - first.end() <= 1:
        p.put(Token("word", first[1], token.spaced), Token("word", word[first.end() :], False))
        return _parse_word(p)
    if not product_of_letters(word):
        raise p.fail("a word")
    p.put(*(Token("word", char, False) for char in word))
    return _parse_word(p)


def _parse_text(p: Cursor) -> Node:
    r"""``\text{...}`` as an operand: a numeral, a function, one letter, else words."""
    token = p.take()
    word = token.text.strip()
    if word in names.FUNCTIONS:
        return parse_function(p, names.FUNCTIONS[word])
    if word in names.CONSTANTS:
        return names.CONSTANTS[word]
    if len(word) == 1 and word.isalpha():
        return parse_variable(p, letter(word))
    if _NUMERAL.fullmatch(word):
        return numeral(word)
    attached = p.peek.text in ("(", "_") and not p.peek.spaced
    if token.kind == "vec" or (attached and word.isalpha() and word.isascii()):
        return parse_named(p, Sym(word))
    return Text(words(word)) if word else p.operand()
