"""Demands: instructions in IFEval's form, each with its wording, a way to follow it and ways to break it. No family."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from r1.datasets.families.format_draft import TOPICS, Draft, sample_paragraphs

Options = dict[str, Any]
_RARE = ("harvest", "lantern", "violin", "compass", "thunder", "velvet", "orchard", "magnet", "puzzle", "kettle")
_PHRASES = ("That is all for today.", "Is there anything else you need?", "So the day ends here.", "Write to me soon.")


@dataclass(frozen=True)
class Demand:
    """One kind of instruction.

    Attributes:
        kind: its name in IFEval.
        choose: draws its arguments, knowing the text as it stands (counts are set from it).
        ask: the wording.
        shape: changes the draft so that it follows; ``last`` demands only measure and change nothing.
        spoil: texts that follow no longer, made from one that does.
        holds: whether a text follows, by another way than the verifier's.
        rivals: further kinds that this text could not follow beside it.
    """

    kind: str
    choose: Callable[[random.Random, str], Options]
    ask: Callable[[Options], str]
    shape: Callable[[Draft, Options], None]
    spoil: Callable[[str, Options], list[str]]
    holds: Callable[[str, Options], bool]
    measures: bool = False
    rivals: frozenset[str] = frozenset()


def nothing(draft: Draft, options: Options) -> None:
    """The shape of a demand that only measures."""


class Demanding:
    """What families made of demands share: level n asks n + 1 of a pool, all at once."""

    name: str
    version = 1
    levels = range(5)
    pool: Sequence[Demand]
    always: Sequence[Demand] = ()

    def generate(self, level: int, rng: random.Random) -> Mapping[str, Any]:
        paragraphs = sample_paragraphs(rng)
        demands = self._pick(level + 1, rng)
        draft, asked = Draft([list(sentences) for sentences in paragraphs]), []
        for demand in sorted(demands, key=lambda demand: demand.measures):
            options = demand.choose(rng, draft.text())
            demand.shape(draft, options)
            asked.append([demand.kind, options])
        return {"topic": rng.choice(TOPICS), "paragraphs": paragraphs, "asked": asked}

    def _pick(self, count: int, rng: random.Random) -> list[Demand]:
        """``count`` demands that go together; every order of the pool ends with a full set or is tried again."""
        while True:
            picked = [rng.choice(list(self.always))] if self.always else []
            for demand in rng.sample(list(self.pool), len(self.pool)):
                if len(picked) == count:
                    return picked
                if not any(_rivals(demand, other) for other in picked):
                    picked.append(demand)
            if len(picked) == count:
                return picked

    def canonical(self, instance: Mapping[str, Any]) -> Any:
        return [instance["topic"], sorted(map(str, instance["asked"]))]

    def bounds(self, level: int) -> float:
        return 5.0 + 4.0 * level

    def render(self, instance: Mapping[str, Any]) -> str:
        asked = [f"- {BY_KIND[kind].ask(options)}" for kind, options in instance["asked"]]
        return f"Write a short English text about {instance['topic']}.\n" + "\n".join(asked)

    def truth(self, instance: Mapping[str, Any]) -> dict[str, Any]:
        kinds, options = zip(*instance["asked"], strict=True)
        return {
            "verifier": "instructions",
            "instruction_id_list": list(kinds),
            "kwargs": [dict(one) for one in options],
        }

    def solution(self, instance: Mapping[str, Any]) -> str:
        draft = Draft([list(sentences) for sentences in instance["paragraphs"]])
        for kind, options in instance["asked"]:
            BY_KIND[kind].shape(draft, options)
        return draft.text()

    def check(self, instance: Mapping[str, Any], answer: str) -> bool:
        """By each demand's own plain check."""
        return all(BY_KIND[kind].holds(answer, options) for kind, options in instance["asked"])

    def mutations(self, instance: Mapping[str, Any], good: str) -> list[str]:
        return [bad for kind, options in instance["asked"] for bad in BY_KIND[kind].spoil(good, options)]


def _rivals(one: Demand, other: Demand) -> bool:
    return one.kind == other.kind or other.kind in one.rivals or one.kind in other.rivals


# Counts --------------------------------------------------------------------------------------------------------------


def _relation(rng: random.Random) -> str:
    return rng.choice(["at least", "less than"])


def _bound(rng: random.Random, count: int, relation: str, slack: int) -> int:
    """A number that ``count`` satisfies, more or less closely."""
    return max(2, count - rng.randint(0, slack)) if relation == "at least" else count + rng.randint(1, slack)


def _word_count(text: str) -> int:
    return sum(any(map(str.isalnum, token)) for token in text.split())


def _choose_words(rng: random.Random, text: str) -> Options:
    relation = _relation(rng)
    return {"num_words": _bound(rng, _word_count(text), relation, 15), "relation": relation}


def _choose_sentences(rng: random.Random, text: str) -> Options:
    relation = _relation(rng)
    return {"num_sentences": _bound(rng, text.count("."), relation, 3), "relation": relation}


def _spoil_words(text: str, options: Options) -> list[str]:
    number = options["num_words"]
    if options["relation"] == "at least":
        return [" ".join(text.split()[: number - 1]), "word-" * (2 * number) + "word"]
    return [text + " more" * number, text + "\n\n" + "A word is a word. " * number]


def _spoil_sentences(text: str, options: Options) -> list[str]:
    number = options["num_sentences"]
    if options["relation"] == "at least":
        return [
            text.replace(".", " and").replace("\n", " "),
            " ".join(text.replace("\n", " ").split(".")[: number - 1]),
        ]
    return [text + " It goes on." * number]


def _satisfies(count: int, number: int, relation: str) -> bool:
    return count >= number if relation == "at least" else count < number


WORDS = Demand(
    "length_constraints:number_words",
    _choose_words,
    lambda o: f"Use {o['relation']} {o['num_words']} words.",
    nothing,
    _spoil_words,
    lambda text, o: _satisfies(_word_count(text), o["num_words"], o["relation"]),
    measures=True,
)
SENTENCES = Demand(
    "length_constraints:number_sentences",
    _choose_sentences,
    lambda o: f"Write {o['relation']} {o['num_sentences']} sentences.",
    nothing,
    _spoil_sentences,
    lambda text, o: _satisfies(len(re.findall(r"\.(?=\s|$)", text)), o["num_sentences"], o["relation"]),
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

COUNTS = (WORDS, SENTENCES, PARAGRAPHS, BULLETS, HIGHLIGHTS, PLACEHOLDERS)

# Words and letters ---------------------------------------------------------------------------------------------------


def _say(draft: Draft, words: Sequence[str]) -> None:
    draft.paragraphs[0].append("We also saw a " + " and a ".join(words) + ".")


EXISTENCE = Demand(
    "keywords:existence",
    lambda rng, text: {"keywords": rng.sample(_RARE[:4], rng.randint(1, 3))},
    lambda o: "Use the words " + ", ".join(map(repr, o["keywords"])) + ".",
    lambda draft, o: _say(draft, o["keywords"]),
    lambda text, o: [
        re.sub(o["keywords"][0], "thing", text, flags=re.IGNORECASE),
        re.sub(o["keywords"][-1], o["keywords"][-1] + "ist", text, flags=re.IGNORECASE),
    ],
    lambda text, o: all(word in re.findall("[a-z]+", text.lower()) for word in o["keywords"]),
)
FREQUENCY = Demand(
    "keywords:frequency",
    lambda rng, text: {"keyword": rng.choice(_RARE[4:7]), "frequency": rng.randint(2, 4), "relation": "at least"},
    lambda o: f"Use the word {o['keyword']!r} {o['relation']} {o['frequency']} times.",
    lambda draft, o: _say(draft, [o["keyword"]] * o["frequency"]),
    lambda text, o: [
        re.sub(o["keyword"], "thing", text, count=1, flags=re.IGNORECASE),
        re.sub(o["keyword"], o["keyword"] + "s", text, flags=re.IGNORECASE),
    ],
    lambda text, o: re.findall("[a-z]+", text.lower()).count(o["keyword"]) >= o["frequency"],
)
FORBIDDEN = Demand(
    "keywords:forbidden_words",
    lambda rng, text: {"forbidden_words": rng.sample(_RARE[7:], rng.randint(1, 3))},
    lambda o: "Do not use the words " + ", ".join(map(repr, o["forbidden_words"])) + ".",
    nothing,
    lambda text, o: [
        f"{text} {form}"
        for word in o["forbidden_words"]
        for form in (word, word.upper(), f"{word[0]}\u200b{word[1:]}", f"**{word}**", word.replace("e", "\u0435"))
    ],
    lambda text, o: not set(o["forbidden_words"]) & set(re.findall("[a-z]+", text.lower())),
)


def _choose_letter(rng: random.Random, text: str) -> Options:
    letter, relation = rng.choice("aehinorst"), _relation(rng)
    count = text.lower().count(letter)
    return {"letter": letter, "let_frequency": _bound(rng, count, relation, 4), "let_relation": relation}


LETTERS = Demand(
    "keywords:letter_frequency",
    _choose_letter,
    lambda o: f"Let the letter {o['letter']!r} appear {o['let_relation']} {o['let_frequency']} times.",
    nothing,
    lambda text, o: (
        [re.sub(o["letter"], "", text, flags=re.IGNORECASE), re.sub(o["letter"], "\u00e7", text, flags=re.IGNORECASE)]
        if o["let_relation"] == "at least"
        else [text + " " + o["letter"] * o["let_frequency"]]
    ),
    lambda text, o: _satisfies(text.lower().count(o["letter"]), o["let_frequency"], o["let_relation"]),
    measures=True,
)
NO_COMMA = Demand(
    "punctuation:no_comma",
    lambda rng, text: {},
    lambda o: "Do not use any commas.",
    nothing,
    lambda text, o: [text.replace(" ", f"{comma} ", 1) for comma in (",", "，", "、", "،")],
    lambda text, o: "," not in text,
)


def _capitals(draft: Draft, options: Options) -> None:
    if options["capital_relation"] == "at least":
        draft.paragraphs[0].append(
            "Then " + " and ".join(["NASA", "ESA", "UNESCO", "NATO"][: options["capital_frequency"]]) + " came."
        )


def _spoil_capitals(text: str, options: Options) -> list[str]:
    if options["capital_relation"] == "at least":
        return [text.lower(), re.sub(r"\b[A-Z]{2,}\b", lambda match: match[0].capitalize(), text)]
    return [text.upper(), text + " NO" * options["capital_frequency"]]


def _capitals_hold(text: str, options: Options) -> bool:
    shouted = [word for word in re.findall(r"[A-Za-z.]*[A-Za-z][A-Za-z.]*", text) if word == word.upper()]
    return _satisfies(len(shouted), options["capital_frequency"], options["capital_relation"])


CAPITAL_WORDS = Demand(
    "change_case:capital_word_frequency",
    lambda rng, text: {"capital_frequency": rng.randint(1, 4), "capital_relation": _relation(rng)},
    lambda o: f"Write {o['capital_relation']} {o['capital_frequency']} words in all capital letters.",
    _capitals,
    _spoil_capitals,
    _capitals_hold,
    rivals=frozenset({"change_case:english_capital", "change_case:english_lowercase"})
    | {"detectable_format:multiple_sections", "detectable_content:postscript"},
)


def _case(case: str) -> Callable[[Draft, Options], None]:
    def shape(draft: Draft, options: Options) -> None:
        draft.case = case

    return shape


UPPER = Demand(
    "change_case:english_capital",
    lambda rng, text: {},
    lambda o: "Write everything in English and in capital letters.",
    _case("upper"),
    lambda text, o: [text.lower(), text[:-3] + text[-3:].lower() + "a", text + " ok"],
    lambda text, o: text == text.upper(),
    rivals=frozenset({"change_case:english_lowercase", "startend:end_checker"}),
)
LOWER = Demand(
    "change_case:english_lowercase",
    lambda rng, text: {},
    lambda o: "Write everything in English and in small letters; no capital letter is allowed.",
    _case("lower"),
    lambda text, o: [text.upper(), text.capitalize() + "A", text + " Ok"],
    lambda text, o: text == text.lower(),
    rivals=frozenset({"startend:end_checker"}),
)

LETTER_DEMANDS = (NO_COMMA, CAPITAL_WORDS, UPPER, LOWER, LETTERS)
WORD_DEMANDS = (EXISTENCE, FREQUENCY, FORBIDDEN, LETTERS, WORDS)

# Places --------------------------------------------------------------------------------------------------------------


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
    lambda text, o: len(text) > 2 and text[0] == text[-1] == '"' and '"' not in text[1:-1],
)

PLACES = (FIRST_WORD, TITLE, SECTIONS, END, POSTSCRIPT, QUOTATION)

# Whole answers -------------------------------------------------------------------------------------------------------


def _two(draft: Draft, options: Options) -> None:
    draft.divider = "\n\n******\n\n"
    while len(draft.paragraphs) > 2:
        tail = draft.paragraphs.pop()
        draft.paragraphs[-1].extend(tail)
    draft.paragraphs[1].append("This is another way to tell it.")


TWO = Demand(
    "combination:two_responses",
    lambda rng, text: {},
    lambda o: "Write two different texts, separated by six asterisks: ******",
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


def _choose_request(rng: random.Random, text: str) -> Options:
    return {"prompt_to_repeat": f"Write a short English text about {rng.choice(TOPICS)}."}


REPEAT = Demand(
    "combination:repeat_prompt",
    _choose_request,
    lambda o: f'First repeat this request word for word: "{o["prompt_to_repeat"]}" Then write the text.',
    lambda draft, o: draft.before.insert(0, o["prompt_to_repeat"]),
    lambda text, o: [
        o["prompt_to_repeat"],
        text.replace(o["prompt_to_repeat"], ""),
        "Sure! " + text,
        text.replace("short", "long", 1),
    ],
    lambda text, o: text.startswith(o["prompt_to_repeat"]) and len(text) > len(o["prompt_to_repeat"]) + 5,
    rivals=frozenset({"change_case:english_capital", "change_case:english_lowercase", "keywords:forbidden_words"})
    | {"keywords:letter_frequency", "punctuation:no_comma", "startend:quotation"},
)

ALL = (*COUNTS, *WORD_DEMANDS[:4], *LETTER_DEMANDS[:4], *PLACES, TWO, REPEAT)
BY_KIND = {demand.kind: demand for demand in ALL}
