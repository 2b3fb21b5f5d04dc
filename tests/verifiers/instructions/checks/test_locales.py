"""Instructions that exist in French, Spanish or Japanese only."""

from __future__ import annotations

from typing import Any

import pytest
from instruction_examples import GOOD_AND_BAD, assert_told_apart, examples_of, follows

from r1.verifiers.instructions.checks import locales
from r1.verifiers.instructions.table import M_IFEVAL_KINDS


@pytest.mark.parametrize(("kind", "options", "good", "bad"), examples_of(locales))
def test_a_text_that_follows_is_told_from_one_that_does_not(
    kind: str, options: dict[str, Any], good: str, bad: str
) -> None:
    assert_told_apart(kind, options, good, bad)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("fr:detectable_content:no_digits", "trois chats", "3 chats"),
        ("es:punctuation:exclamation_marks", "¡Hola!", "Hola!"),
        ("ja:letters:katakana_only", "オハヨウ。", "おはよう。"),
        ("ja:letters:no_hiragana", "水火", "水の火"),
        ("ja:letters:no_katakana", "水の火", "水ノ火"),
        ("ja:letters:kansuuji", "三匹", "3匹"),
        ("ja:punctuation:no_period", "水です！", "水です。"),
    ],
)
def test_kinds_without_arguments(kind: str, good: str, bad: str) -> None:
    assert kind in M_IFEVAL_KINDS
    assert follows(good, kind) and not follows(bad, kind)


@pytest.mark.parametrize(
    ("kind", "options", "good", "bad"),
    [
        ("es:special_character:dieresis", {"let_frequency": 1}, "una cigüeña", "una ciguena"),
        ("ja:length_constraints:number_letters", {"num_letters": 3, "relation": "以上"}, "水の火", "水火"),
        ("ja:detectable_format:number_numbered_lists", {"num_items": 2}, "1. 水\n2. 火", "1. 水"),
        ("fr:change_case:french_lowercase", {}, "le chat dort dans la maison.", "Le chat dort dans la maison."),
        ("es:change_case:spanish_capital", {}, "EL GATO DUERME EN LA CASA.", "El gato duerme en la casa."),
        ("fr:change_case:french_capital", {}, "LE CHAT DORT DANS LA MAISON.", "THE CAT SLEEPS IN THE HOUSE."),
        ("es:change_case:spanish_lowercase", {}, "el gato duerme en la casa.", "the cat sleeps in the house."),
    ],
)
def test_kinds_with_arguments(kind: str, options: dict[str, Any], good: str, bad: str) -> None:
    assert_told_apart(kind, options, good, bad)


def test_every_kind_has_an_example() -> None:
    tested = {row[0] for row in GOOD_AND_BAD}
    for test in (test_kinds_without_arguments, test_kinds_with_arguments):
        tested |= {row[0] for row in test.pytestmark[0].args[1]}
    assert tested >= set(M_IFEVAL_KINDS)
