"""Names: foreign words that name people, places or products are neutral; other foreign words are not."""

from __future__ import annotations

import pytest

from r1.verifiers.language.labels import label
from r1.verifiers.language.names import names
from r1.verifiers.language.text import mask
from r1.verifiers.language.tokens import tokens
from r1.verifiers.language.verifier import measure


def named(text: str, target: str) -> list[str]:
    found = tokens(mask(text)[0])
    return [found[i].form for i in names(found, label(found, target).languages, target)]


@pytest.mark.parametrize(
    ("text", "target", "words"),
    [
        ("今天 Berlin 很冷", "zh", ["berlin"]),
        ("昨天 Ursula von der Leyen 来了", "zh", ["ursula", "von", "der", "leyen"]),
        ("昨天 the number 来了", "zh", []),  # no capital
        ("мы видели Anna вчера", "ru", ["anna"]),
        ("we saw 北京 there", "en", ["北京"]),
        ("then 周敏 and 陳大偉 left", "en", ["周", "敏", "陳", "大偉"]),  # a surname and one or two characters
        ("then 司马光 left", "en", ["司马光"]),
        ("she was 高兴 then", "en", []),  # a common word that begins with a surname
        ("she ate 苹果 then", "en", []),
    ],
)
def test_capitals_and_lists_make_a_name(text: str, target: str, words: list[str]) -> None:
    assert named(text, target) == words


def test_a_long_stretch_of_foreign_words_is_foreign_text_whatever_it_names() -> None:
    assert named("昨天 Anna Berlin wrote many long letters 来了", "zh") != []
    assert "wrote" not in named("昨天 Anna Berlin wrote many long letters 来了", "zh")
    assert measure("昨天 Anna Berlin wrote many long letters 来了", "zh").by_language["en"] >= 4


def test_too_many_names_count_as_foreign() -> None:
    found = measure("我 " + "Anna 和 Berlin 和 Oslo 和 Maria 和 Paris 和 Peter 和 ", "zh")
    assert found.n_neutral == 4 and found.by_language["names"] == 2
