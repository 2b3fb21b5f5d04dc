"""Phrases: the languages of these families, and the request to think in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

THINK: Mapping[str, str] = {
    "en": "Think in English and give the result as a number.",
    "zh": "请用中文思考，并以数字给出结果。",
    "es": "Piensa en español y da el resultado como un número.",
    "fr": "Réfléchis en français et donne le résultat sous forme de nombre.",
    "de": "Denke auf Deutsch nach und gib das Ergebnis als Zahl an.",
    "ja": "日本語で考えて、結果を数字で答えてください。",
    "ru": "Думай по-русски и запиши результат числом.",
    "pt": "Pense em português e dê o resultado como um número.",
    "it": "Ragiona in italiano e dai il risultato come numero.",
    "ko": "한국어로 생각하고 결과를 숫자로 답하세요.",
}
LANGUAGES = tuple(THINK)
_UNSPACED = ("zh", "ja")


def prompt(language: str, sentences: Iterable[str]) -> str:
    """The sentences and the request to think in ``language``, joined with spaces where the language uses them."""
    return ("" if language in _UNSPACED else " ").join([*sentences, THINK[language]])
