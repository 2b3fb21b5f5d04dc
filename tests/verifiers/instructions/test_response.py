"""Response: the text as checks look at it, and the arguments of a check."""

from __future__ import annotations

import pytest

from r1.verifiers.instructions.response import Response, argument
from r1.verifiers.verdict import TruthError


def test_case_is_folded_only_if_another_instruction_forces_one() -> None:
    assert Response("text").fold("Ｈello") == "Hello"
    assert Response("text", any_case=True).fold("Hello") == "hello"


def test_own_words_leave_out_the_repeated_prompt() -> None:
    assert Response("Who am  I? You.", repeated="Who am I?").own_words == " You."
    assert Response("You.", repeated="Who am I?").own_words == "You."
    assert Response("Who am I?").own_words == "Who am I?"


@pytest.mark.parametrize("value", [None, "", 3.0, True])
def test_an_argument_of_another_type_is_refused(value: object) -> None:
    for kind in (str, int):
        with pytest.raises(TruthError, match="n"):
            argument({"n": value}, "n", kind)


def test_an_argument_is_returned_as_it_is() -> None:
    assert argument({"n": 0}, "n", int) == 0 and argument({"n": "x"}, "n", str) == "x"
