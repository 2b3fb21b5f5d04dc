"""Thai runs: the words put together give the run, but for the repetition sign."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.language.thai import segment_thai


@given(st.text(st.sampled_from("เราเขียนสิ่งที่รู้แล้วตรวจสอบ"), max_size=30))
def test_the_words_of_a_run_put_together_are_the_run(run: str) -> None:
    assert "".join(segment_thai(run)) == run


def test_a_known_sentence_is_split_into_its_words() -> None:
    assert segment_thai("เราเขียนสิ่งที่เรารู้") == ["เรา", "เขียน", "สิ่ง", "ที่", "เรา", "รู้"]


def test_the_repetition_sign_adds_no_word() -> None:
    assert segment_thai("หนังสือๆ") == segment_thai("หนังสือ") == ["หนังสือ"]
