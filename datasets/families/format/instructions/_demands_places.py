"""Demands on places and on the whole text: titles, sections, first and last words, two texts."""

from __future__ import annotations

import random
import re

from r1.datasets.families.format.instructions._demands import Demand, Options
from r1.datasets.families.format.instructions._draft import Draft

_PHRASES = ("That is all for today.", "Is there anything else you need?", "So the day ends here.", "Write to me soon.")


def _choose_first_word(rng: random.Random, text: str) -> Options:
    number = len(text.split("\n\n"))
    word = rng.choice(["yesterday", "outside", "perhaps", "now"])
    return {"num_paragraphs": number, "nth_paragraph": rng.randint(1, number), "first_word": word}


def _first_word(draft: Draft, options: Options) -> None:
    sentences = draft.paragraphs[options["nth_paragraph"] - 1]
    sentences[0] = f"{options['first_word'].capitalize()} {sentences[0][0].lower()}{sentences[0][1:]}"


def _spoil_first_word(text: str, options: Options) -> list[str]:
    word = options["first_word"]
    return [
        text.replace("\n\n", "\n"),
        re.sub(rf"\b{word}\b", "so", text, flags=re.IGNORECASE),
        re.sub(rf"\b{word}\b", word + "s", text, flags=re.IGNORECASE),
        text + "\n\nOne more.",
    ]


FIRST_WORD = Demand(
    "length_constraints:nth_paragraph_first_word",
    _choose_first_word,
    lambda o: (
        f"Write {o['num_paragraphs']} paragraphs, separated by an empty line. Paragraph {o['nth_paragraph']} begins "
        f"with the word {o['first_word']!r}."
    ),
    _first_word,
    _spoil_first_word,
    lambda text, o: (
        len(text.split("\n\n")) == o["num_paragraphs"]
        and any(
            line.lower().strip('"').startswith(o["first_word"] + " ")
            for line in text.split("\n\n")[o["nth_paragraph"] - 1].split("\n")
        )
    ),
    rivals=frozenset(
        {"detectable_format:multiple_sections", "detectable_format:title", "combination:two_responses"}
        | {"combination:repeat_prompt"}
    ),
)
TITLE = Demand(
    "detectable_format:title",
    lambda rng, text: {},
    lambda o: "Give the text a title in double angle brackets, such as <<a day in spring>>.",
    lambda draft, o: draft.before.append("<<Small places>>"),
    lambda text, o: [
        text.replace("<<", "<").replace(">>", ">"),
        re.sub("<<.*>>", "<< >>", text),
        text.replace("<<", "##"),
    ],
    lambda text, o: re.search(r"<<\w[^<>]*>>", text) is not None,
)


def _sections(draft: Draft, options: Options) -> None:
    while len(draft.paragraphs) < options["num_sections"]:
        draft.paragraphs.append([draft.paragraphs[0][0]])
    draft.marks = [f"{options['section_spliter']} {i}" for i in range(1, len(draft.paragraphs) + 1)]


SECTIONS = Demand(
    "detectable_format:multiple_sections",
    lambda rng, text: {
        "section_spliter": rng.choice(["Part", "Chapter", "Day"]),
        "num_sections": len(text.split("\n\n")),
    },
    lambda o: (
        f"Write {o['num_sections']} sections; each begins with a line {o['section_spliter']} X, where X is its number."
    ),
    _sections,
    lambda text, o: [
        re.sub(o["section_spliter"], "Bit", text, flags=re.IGNORECASE),
        re.sub(rf"({o['section_spliter']}) \d+", r"\1 1", text, flags=re.IGNORECASE),
        text.replace("\n", " "),
    ],
    lambda text, o: (
        [int(n) for n in re.findall(rf"^\"?{o['section_spliter']} (\d+)$", text, re.MULTILINE | re.IGNORECASE)]
        == list(range(1, o["num_sections"] + 1))
    ),
    beyond=lambda o: [  # the kind counts sections, whatever their numbers are
        ("keywords:existence", {"keywords": [f"{o['section_spliter']} {i}" for i in range(1, o["num_sections"] + 1)]})
    ],
)
END = Demand(
    "startend:end_checker",
    lambda rng, text: {"end_phrase": rng.choice(_PHRASES)},
    lambda o: f'Finish with this exact phrase and no words after it: "{o["end_phrase"]}"',
    lambda draft, o: setattr(draft, "last", o["end_phrase"]),
    lambda text, o: [
        text.replace(o["end_phrase"], "The end."),
        text.rstrip('"') + " Yes.",
        text.replace(o["end_phrase"], o["end_phrase"] + " Bye"),
    ],
    lambda text, o: text.rstrip('"').endswith(o["end_phrase"]),
    rivals=frozenset({"detectable_content:postscript"}),
)
POSTSCRIPT = Demand(
    "detectable_content:postscript",
    lambda rng, text: {"postscript_marker": rng.choice(["P.S.", "P.P.S"])},
    lambda o: f"At the end, add a postscript that starts with {o['postscript_marker']}",
    lambda draft, o: draft.after.append(f"{o['postscript_marker']} Take warm clothes with you."),
    lambda text, o: [
        re.sub(rf"{re.escape(o['postscript_marker'])}.*", "", text, flags=re.IGNORECASE),
        re.sub(rf"{re.escape(o['postscript_marker'])}.*", o["postscript_marker"], text, flags=re.IGNORECASE),
    ],
    lambda text, o: text.lower().split("\n")[-1].lstrip('"').startswith(o["postscript_marker"].lower()),
)
QUOTATION = Demand(
    "startend:quotation",
    lambda rng, text: {},
    lambda o: "Wrap the whole text in double quotation marks.",
    lambda draft, o: setattr(draft, "wrap", '"'),
    lambda text, o: [text[1:], text[:-1], text[1:-1], text + ' "more"'],
    lambda text, o: len(text) > 2 and text[0] == text[-1] == '"',
)

PLACES = (FIRST_WORD, TITLE, SECTIONS, END, POSTSCRIPT, QUOTATION)


def _two(draft: Draft, options: Options) -> None:
    draft.divider = "\n\n******\n\n"
    while len(draft.paragraphs) > 2:
        tail = draft.paragraphs.pop()
        draft.paragraphs[-1].extend(tail)
    draft.paragraphs[1].append("This is another way to tell it.")


TWO = Demand(
    "combination:two_responses",
    lambda rng, text: {},
    lambda o: "Tell it twice, in two different ways, separated by six asterisks: ******",
    _two,
    lambda text, o: [
        text.replace("******", "***"),
        text.split("******")[0],
        text + "\n******\nA third one.",
        "Same.\n******\nSame!",
    ],
    lambda text, o: len(text.split("******")) == 2,
    rivals=frozenset({"detectable_format:multiple_sections", "detectable_content:postscript", "startend:quotation"})
    | {"combination:repeat_prompt"},
)


_REQUESTS = (
    "Tell me about a day that you remember.",
    "Describe the scene for a child.",
    "Say what happens there at noon.",
)

REPEAT = Demand(
    "combination:repeat_prompt",
    lambda rng, text: {"prompt_to_repeat": rng.choice(_REQUESTS)},
    lambda o: (
        f'First repeat this request word for word: "{o["prompt_to_repeat"]}" Then go on with what is asked above.'
    ),
    lambda draft, o: draft.before.insert(0, o["prompt_to_repeat"]),
    lambda text, o: [
        o["prompt_to_repeat"],
        text.replace(o["prompt_to_repeat"], ""),
        "Sure! " + text,
        text.replace(o["prompt_to_repeat"], o["prompt_to_repeat"].replace(" ", " not ", 1)),
    ],
    lambda text, o: text.startswith(o["prompt_to_repeat"]) and len(text) > len(o["prompt_to_repeat"]) + 5,
    rivals=frozenset({"change_case:english_capital", "change_case:english_lowercase", "keywords:forbidden_words"})
    | {"keywords:letter_frequency", "punctuation:no_comma", "startend:quotation"},
)
