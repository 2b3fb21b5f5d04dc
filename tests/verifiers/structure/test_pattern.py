"""Pattern: agreement with Python's `re`, linear time, bounded memory."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structures import status_of
from timing import LIMIT_S, least_seconds

from r1.verifiers.structure import Structure
from r1.verifiers.structure.pattern import MAX_NODES, Pattern
from r1.verifiers.verdict import Status, TruthError

atoms = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", r"\d", r"\w", r"\.", "x-", "[a-c1]", r"\x61", "^", "$"])


patterns = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{,2}", "{2,}", "+?"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=500, deadline=None)
@given(patterns, st.lists(st.text("abc1x-.\n{,2}", max_size=7), min_size=1, max_size=8))
def test_patterns_match_the_same_texts_as_re(pattern: str, texts: list[str]) -> None:
    ours = Pattern(pattern)
    # Here `$` is the end of the text, and `{,2}` is literal as in ECMAScript, which JSON Schema follows.
    reference = re.compile(pattern.replace("$", r"\Z").replace("{,2}", r"\{,2\}"), re.ASCII)
    for text in texts:
        assert ours.search(text) == bool(reference.search(text))
        assert ours.fullmatch(text) == bool(reference.fullmatch(text))


@pytest.mark.parametrize(
    "pattern", ["^(a+)+$", "^(a|aa)+$", "(.*a){12}$", "^(([a-z])+.)+[A-Z]([a-z])+$", "a*a*a*a*a*b"]
)
def test_patterns_that_stall_re_take_linear_time_here(pattern: str) -> None:
    text = "a" * 100_000 + "!"
    truth = {"format": "regex", "pattern": pattern, "full": False}
    assert least_seconds(lambda: Structure()(text, truth), LIMIT_S) <= LIMIT_S
    assert status_of(json.dumps("a" * 28 + "b"), {"format": "json", "schema": {"pattern": "^(a+)+$"}}) is Status.FAIL


def test_a_pattern_too_costly_for_a_text_ends_as_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("r1.verifiers.structure.pattern.MAX_WORK", 2000)
    pattern = "(?:a?){100}b"
    assert status_of("a" * 100, {"format": "regex", "pattern": pattern}) is Status.TIMEOUT
    assert status_of("aab", {"format": "regex", "pattern": pattern}) is Status.PASS


def test_a_pattern_with_too_many_states_is_refused() -> None:
    with pytest.raises(TruthError, match="pattern too large"):
        Pattern("(?:a{1000}){10}")


def test_an_automaton_with_too_many_nodes_starts_again_and_still_answers() -> None:
    pattern, reference = Pattern("(?:a|b)*a(?:a|b){12}"), re.compile("(?:a|b)*a(?:a|b){12}")
    texts = [f"{number:014b}".replace("0", "a").replace("1", "b") for number in range(0, 1 << 14, 3)]
    assert len(texts) > MAX_NODES
    assert [pattern.fullmatch(text) for text in texts] == [bool(reference.fullmatch(text)) for text in texts]
