"""Side clauses, which add to a sentence and state no answer."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.answer.clauses import SIDE_CLAUSES, SideClause, sentence_around, stated_part
from r1.verifiers.answer.values import last_value


@pytest.mark.parametrize("clause", SIDE_CLAUSES, ids=lambda clause: clause.name)
def test_a_side_clause_is_blanked(clause: SideClause) -> None:
    text = stated_part(clause.example)
    found = last_value(text)
    assert len(text) == len(clause.example) and found is not None and found.text == "7"
    assert any(hint in clause.example for hint in clause.hints)


@pytest.mark.parametrize(
    "text", ["The area is 12 in 2D.", "It takes 3 days.", "We get 5 (mod 7).", "f(3) = 4", "2 of them"]
)
def test_what_belongs_to_the_statement_stays(text: str) -> None:
    assert stated_part(text) == text


def test_the_sentence_of_a_place() -> None:
    text = "First 3.2 of it. So it is 4! Then 5。"
    assert [text[slice(*sentence_around(text, text.index(digit)))].strip() for digit in "345"] == [
        "First 3.2 of it.",
        "So it is 4!",
        "Then 5。",
    ]


@given(
    st.text(
        alphabet=st.sampled_from(list("after in of the 3 days, which is (see 2)\n.#当且仅当比多，。")), max_size=150
    )
)
def test_every_other_character_keeps_its_place(text: str) -> None:
    part = stated_part(text)
    assert len(part) == len(text)
    assert all(new in (old, " ") for new, old in zip(part, text, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "after 3 days " * 5000,
        ", which is " * 6000,
        " (in " * 16_000,
        " of the 3" * 8000,
        "，当且仅当" * 12_000,
        ", from" * 10_000,
        "7 because " * 6000,
        "not " * 15_000,
        " " * 60_000,
        "7 (1+" * 10_000,
        " in 3 as" * 8000,
    ],
)
def test_hostile_texts_take_little_cpu_time(text: str) -> None:
    start = time.thread_time()
    stated_part(text)
    assert time.thread_time() - start < 0.25
