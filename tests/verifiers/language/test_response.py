"""Responses: nine tenths of own words, names neutral, made-up words undetectable, data judged by its texts."""

from __future__ import annotations

import pytest
from language_texts import HONEST

from r1.verifiers.language.response import code_of, language_rule, listed_share
from r1.verifiers.verdict import TruthError


@pytest.mark.parametrize("language", HONEST)
def test_an_honest_text_is_in_its_language_and_in_no_other(language: str) -> None:
    assert language_rule(HONEST[language], language) == ""
    assert all(language_rule(HONEST[language], other) for other in HONEST if other != language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Meine Antwort steht hier: Zuerst fahren wir nach Bonn. Then we take the bus and walk home from the station.",
            "de",
        ),
        ("Флурпик драмзать вобрюк зунькал и жмотряво кулебрил гапшуны.", "ru"),
        ("Die Grompel flinzten schmurbig durch den krulligen Wabelfost und zwurbten lorpig.", "de"),
        ("बाल्टुक गिमरान चोंदरु फिलापत झुमरैक टोंगला", "hi"),
        ("3 + 4 = 7", "en"),
        ("", "en"),
    ],
)
def test_mixed_made_up_and_empty_texts_are_in_no_language(text: str, language: str) -> None:
    assert language_rule(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Gestern traf ich Emily Johnson und Peter in San Francisco, und wir sprachen lange über Google und London.",
            "de",
        ),
        ('{"titel": "Ein schöner Tag am See", "text": "Wir waren gestern mit den Kindern baden."}', "de"),
        ("GUTEN MORGEN ZUSAMMEN, HEUTE IST EIN SCHÖNER TAG.", "de"),
        ("Olá, tudo bem com você? Hoje vamos à praia.", "pt-BR"),
        ("Tänään me menemme kauppaan ja ostamme leipää.", "fi"),
    ],
)
def test_names_data_and_capitals_do_no_harm(text: str, language: str) -> None:
    assert language_rule(text, language) == ""


def test_codes_may_have_a_region_or_another_name() -> None:
    assert [code_of(code) for code in ("pt_BR", "no", "zh-Hant", "ZH-tw", "iw")] == ["pt", "nb", "zh-Hant", "zh", "he"]
    with pytest.raises(TruthError, match="'tlh' is unknown"):
        code_of("tlh")


def test_a_language_without_a_word_list_has_all_its_words_listed() -> None:
    assert listed_share("Καλημέρα σας", "el") == 1.0
    assert listed_share("the cat sat", "en") == 1.0 and listed_share("frobbled quuxes zingled", "en") < 0.4
