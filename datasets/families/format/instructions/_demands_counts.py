"""Demands on counts: sentences, paragraphs, bullets, highlights, placeholders."""

from __future__ import annotations

import random
import re

from r1.datasets.families.format.instructions._demands import Demand, Options, bound, draw_relation, nothing, satisfies
from r1.datasets.families.format.instructions._draft import Draft


def _choose_sentences(rng: random.Random, text: str) -> Options:
    relation = draw_relation(rng)
    return {"num_sentences": bound(rng, text.count("."), relation, 3), "relation": relation}


def _sentence_counts(text: str) -> tuple[int, int]:
    """The full stops, and the pieces between full stops and line ends: a piece without a full stop may be a sentence."""
    pieces = re.split(r"[.!?](?=\s|$)|\n", text)
    return len(re.findall(r"\.(?=\s|$)", text)), sum(any(map(str.isalpha, piece)) for piece in pieces)


def _spoil_sentences(text: str, options: Options) -> list[str]:
    number = options["num_sentences"]
    if options["relation"] == "at least":
        return [
            text.replace(".", " and").replace("\n", " "),
            " ".join(text.replace("\n", " ").split(".")[: number - 1]),
        ]
    return [text + " It goes on." * number, text + "\n\nYes! No?" * number]


SENTENCES = Demand(
    "length_constraints:number_sentences",
    _choose_sentences,
    lambda o: f"Write {o['relation']} {o['num_sentences']} sentences.",
    nothing,
    _spoil_sentences,
    lambda text, o: any(satisfies(n, o["num_sentences"], o["relation"]) for n in _sentence_counts(text)),
    measures=True,
    rivals=frozenset(
        {
            "detectable_format:number_bullet_lists",
            "detectable_content:postscript",
            "startend:quotation",
            "startend:end_checker",
            "combination:two_responses",
            "combination:repeat_prompt",
        }
    ),
)


def _divide(draft: Draft, options: Options) -> None:
    draft.divider = "\n\n***\n\n"
    while len(draft.paragraphs) > options["num_paragraphs"]:
        tail = draft.paragraphs.pop()
        draft.paragraphs[-1].extend(tail)


PARAGRAPHS = Demand(
    "length_constraints:number_paragraphs",
    lambda rng, text: {"num_paragraphs": 2},
    lambda o: f"Write {o['num_paragraphs']} paragraphs, separated by a line with the Markdown divider ***.",
    _divide,
    lambda text, o: [text.replace("***", "---"), text + "\n\n***\n\nOne more.", text.replace("***", "***\n***")],
    lambda text, o: len(re.split(r"\n\*\*\*\n", text)) == o["num_paragraphs"],
    rivals=frozenset({"length_constraints:nth_paragraph_first_word", "detectable_format:multiple_sections"})
    | {"combination:two_responses", "combination:repeat_prompt"},
)


def _bullets(draft: Draft, options: Options) -> None:
    draft.after = [f"* point {'abcdefghij'[i]}" for i in range(options["num_bullets"])] + draft.after


BULLETS = Demand(
    "detectable_format:number_bullet_lists",
    lambda rng, text: {"num_bullets": rng.randint(2, 6)},
    lambda o: f"Include exactly {o['num_bullets']} bullet points in the form: * This is a point.",
    _bullets,
    lambda text, o: [re.sub(r"^\W?\* .*\n?", "", text, count=1, flags=re.MULTILINE), text + "\n* one\n* more"],
    lambda text, o: sum(line.startswith("* ") for line in text.split("\n")) == o["num_bullets"],
    rivals=frozenset({"startend:quotation", "startend:end_checker"}),
)


def _highlight(draft: Draft, options: Options) -> None:
    left = options["num_highlights"]
    for sentences in draft.paragraphs:
        for i, sentence in enumerate(sentences):
            if left:
                first, noun, rest = sentence.split(" ", 2)
                sentences[i] = f"{first} *{noun}* {rest}"
                left -= 1


HIGHLIGHTS = Demand(
    "detectable_format:number_highlighted_sections",
    lambda rng, text: {"num_highlights": rng.randint(1, 4)},
    lambda o: f"Highlight at least {o['num_highlights']} words or phrases with Markdown, like *this*.",
    _highlight,
    lambda text, o: [re.sub(r"\*(\w+)\*", r"\1", text), re.sub(r"\*(\w+)\*", r"* \1 *", text), text.replace("*", "_")],
    lambda text, o: len(re.findall(r"\*\w+\*", text)) >= o["num_highlights"],
    rivals=frozenset({"length_constraints:nth_paragraph_first_word"}),
)


def _placeholders(draft: Draft, options: Options) -> None:
    names = ["name", "date", "place", "time", "price"][: options["num_placeholders"]]
    draft.paragraphs[0].append("Please fill in " + " and ".join(f"[{name}]" for name in names) + ".")


PLACEHOLDERS = Demand(
    "detectable_content:number_placeholders",
    lambda rng, text: {"num_placeholders": rng.randint(1, 5)},
    lambda o: f"Include at least {o['num_placeholders']} placeholders in square brackets, such as [address].",
    _placeholders,
    lambda text, o: [
        re.sub(r"\[\w+\]", "[]", text),
        re.sub(r"\[(\w+)\]", r"(\1)", text),
        re.sub(r"\[\w+\]", "x", text, count=1) if text.count("[") == o["num_placeholders"] else "",
    ],
    lambda text, o: len(re.findall(r"\[\w+\]", text)) >= o["num_placeholders"],
)

COUNTS = (SENTENCES, PARAGRAPHS, BULLETS, HIGHLIGHTS, PLACEHOLDERS)
