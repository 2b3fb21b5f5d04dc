"""Prose: whether a text consists of sentences in English, or is a list of words that were asked for.

The model. About two fifths of the words of English prose are function words (the, of, and …), whoever wrote it; a list of
content words has nearly none. Prose ends a sentence every twenty words or so, and repeats few of its words: a text of 60
words has about 40 different ones. The bounds stay far below these figures, so that no prose fails; they catch lists, lists
with full stops, and a few words over and over. Whether the sentences make sense is beyond a rule.
"""

from __future__ import annotations

import re

from r1.verifiers.text.visible import visible

LEAST_FUNCTION_WORDS = 0.2  # share of all words
MOST_WORDS_A_SENTENCE = 50  # on average
LEAST_DIFFERENT = 0.2  # share of all words; only the first 200 words count, because longer texts repeat more
_HEAD = 200

_FUNCTION_WORDS = frozenset(
    """a about after all an and are as at be because been before but by can could did do does down each every for from had has
    have he her him his how i if in into is it its many may me more most my near no not of off on one or our out over she should
    so some than that the their them then there these they this those through to too under until up very was we were what when
    where which while who will with would you your""".split()
)
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_END = re.compile(r"[.!?…](?=[\s\"'”’)\]*_]|$)")


def prose_rule(text: str) -> str:
    """The rule that an English text of sentences keeps and ``text`` breaks, or "". Takes linear time."""
    seen = visible(text)
    words = [word.lower() for word in _WORD.findall(seen)]
    if not words:
        return "the text holds no English word"
    functional = sum(word in _FUNCTION_WORDS for word in words)
    if functional < LEAST_FUNCTION_WORDS * len(words):
        return f"a list of words: only {functional} of {len(words)} words join others, as in a sentence"
    if len(words) > MOST_WORDS_A_SENTENCE * (sentences := len(_END.findall(seen))):
        return f"{len(words)} words in {sentences} sentences"
    head = words[:_HEAD]
    if len(set(head)) < LEAST_DIFFERENT * len(head):
        return f"only {len(set(head))} different words among {len(head)}"
    return ""
