r"""The answer part: the text of a completion that the prompt template in use addresses to the reader.

It is the answer region (after the thought, before the end of the turn), and inside it the content of the last ``<answer>``.
Math, Choice and Code look for their answer in it, and `Format` judges it. What the template prescribes around it is the
business of the format reward (`Think`).

The part is taken from the *whole* text, which begins with what a prefilled prompt already holds: without its ``<think>``
a thought that is never closed would look like an answer.

A task may ask for a layout of thought and answer itself ("write <notes>…</notes>", or the template's own tags). Then only
the first thought can be the template's, since later ones belong to the answer: `inside_template`.
"""

from __future__ import annotations

from r1.verifiers.answer.region import answer_region, last_tag
from r1.verifiers.text.visible import ASCII_SPACE


def answer_span(completion: str) -> tuple[int, int, bool]:
    """``(start, end, tagged)`` of the answer part; ``tagged`` says that it is the content of an ``<answer>``.

    The part is empty if a thought is never closed. Takes linear time.
    """
    start, end = answer_region(completion)
    tag = last_tag(completion, start, end) if "<" in completion else None
    return (*tag, True) if tag else (start, end, False)


def answer_part(completion: str) -> str:
    """The answer part without white space around it, which models write between a prompt or a tag and the answer."""
    start, end, _ = answer_span(completion)
    return completion[start:end].strip(ASCII_SPACE)


def inside_template(completion: str, opening: str = "<think>", closing: str = "</think>") -> str | None:
    """What follows the first thought, inside ``<answer>`` if that tag is around all of it; None without a first thought."""
    text = completion.strip(ASCII_SPACE)
    thought, closed, rest = text.partition(closing)
    if not closed or not thought.startswith(opening):
        return None
    rest = rest.strip(ASCII_SPACE)
    if rest.startswith("<answer>") and rest.endswith("</answer>"):
        rest = rest[len("<answer>") : -len("</answer>")].strip(ASCII_SPACE)
    return rest
