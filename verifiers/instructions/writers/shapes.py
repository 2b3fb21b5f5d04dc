"""Writers for the kinds about the shape of a response."""

from __future__ import annotations

from random import Random

from r1.verifiers.instructions.kind import Example
from r1.verifiers.instructions.writers.prose import NOUNS, clause, paragraphs, sentence, text


def parentheses(rng: Random) -> Example:
    names = rng.sample(NOUNS, 6)
    good = f"A {names[0]} (a {names[1]} [a {names[2]} {{a {names[3]} (a {names[4]} [a {names[5]}])}}])."
    bad = (good.replace(")", "", 1), good.replace("[", "(", 1), good.replace(" [a", " a", 1).replace("]", "", 1).replace("(", "", 1),
           "(((((())))))", good.rpartition("]")[0], text(rng, 1))  # fmt: skip
    return Example({}, good, bad)


def quotes(rng: Random) -> Example:
    one, two, three = rng.sample(NOUNS, 3)
    good = f'She said, "He told me, \'They call it "the {one}" here,\' near the {two}." Don\'t forget the {three}.'
    bad = (good.replace("'They", "They").replace(",' near", ", near"), good.replace('"', ""), good.replace(f'"the {one}"', one),
           f'"the {one}" \'the {two}\' "the {three}"')  # fmt: skip
    return Example({}, good, bad)


def quote_unquote(rng: Random) -> Example:
    good = " ".join(f'"{" ".join(clause(rng, 4))}" {sentence(rng)}' for _ in range(rng.randint(1, 3)))
    bad = (f'{good} "{" ".join(clause(rng, 3))}"', f'"so" "it goes" {good}', text(rng, 2), f'"so" -- {good}')
    return Example({}, good, bad)


def emoji(rng: Random) -> Example:
    signs = "😀🎉🌧🚀❤"
    found = [
        f"{sentence(rng, 6, '')}{rng.choice((' {}.', '. {}', '! {}', ' {}'))}".format(rng.choice(signs))
        for _ in range(3)
    ]
    good = "\n".join(found)
    return Example(
        {},
        good,
        (
            f"{good}\n{sentence(rng)}",
            f"{sentence(rng)}\n{good}",
            text(rng, 2),
            good.replace(good[-1], "").rstrip() + " Yes.",
        ),
    )


def line_indent(rng: Random) -> Example:
    step = rng.randint(1, 4)
    found = [f"{' ' * step * at}{' '.join(clause(rng, 4))}" for at in range(rng.randint(3, 6))]
    good = "\n".join(found)
    return Example(
        {}, good, ("\n".join(found[::-1]), f"{good}\n{found[1]}", "\n".join(map(str.strip, found)), found[0])
    )


def special_list(rng: Random) -> Example:
    marker = rng.choice(("...", "SEPARATOR", "!?!?", "-"))
    good = "\n".join(f"{marker} {' '.join(clause(rng, 4))}" for _ in range(rng.randint(2, 5)))
    other = f"{rng.choice('*+')} more"
    bad = (
        f"{good}\n{other}",
        good.replace(marker, "*"),
        good.split("\n")[0],
        f"{sentence(rng)} {marker} or {marker}",
        f"{marker}\n{marker}",
    )
    return Example({"sep": marker}, good, bad)


def thesis(rng: Random) -> Example:
    tag = rng.choice(("i", "em"))
    parts = [
        f"## {' '.join(clause(rng, 3))}\n<{tag}>{sentence(rng)}</{tag}> {text(rng, 2)}"
        for _ in range(rng.randint(1, 3))
    ]
    good = "\n\n".join(parts)
    bare = f"## {' '.join(clause(rng, 3))}\n{text(rng, 2)}"
    bad = (f"{good}\n\n{bare}", good.replace(f"<{tag}>", "*").replace(f"</{tag}>", "*"), bare, f"<{tag}> </{tag}> {text(rng, 1)}",
           f"<{tag}>{sentence(rng)}</{tag}>")  # fmt: skip
    return Example({}, good, bad)


def sub_bullets(rng: Random) -> Example:
    groups = [
        [f"* {' '.join(clause(rng, 4))}", *[f"  - {' '.join(clause(rng, 4))}"] * rng.randint(1, 3)] for _ in range(3)
    ]
    good = "\n".join(line for group in groups for line in group)
    bad = (
        f"{good}\n* one more well-known",
        good.replace("  - ", "  * "),
        good.replace("* ", "+ "),
        text(rng, 2),
        f"**bold** - {good[2:]}".split("\n")[0],
    )
    return Example({}, good, bad)


def some_bullets(rng: Random) -> Example:
    bullets = [f"* {' '.join(clause(rng, 4))}" for _ in range(rng.randint(2, 4))]
    good = "\n".join([text(rng, 2), *bullets])
    bad = ("\n".join([sentence(rng), *bullets]), f"{text(rng, 2)}\n{bullets[0]}", good.replace("* ", "- "),
           "\n".join([*bullets, text(rng, 2)]), good.replace(".", "!"))  # fmt: skip
    return Example({}, good, bad)


def one_of_options(rng: Random) -> Example:
    options = rng.choice(("yes/no/maybe", "I know or I don't know", "a), b), c), d)"))
    choices = {"yes/no/maybe": ("yes", "No.", "Maybe"), "I know or I don't know": ("I know", "I don’t know.")}.get(
        options, ("a)", "(c)", "d")
    )
    good = rng.choice(choices)
    return Example({"options": options}, good, (f"{good} because it rains", "perhaps", options, f"My answer: {good}"))


def output_template(rng: Random) -> Example:
    labels = ("My Answer:", "My Conclusion:", "Future Outlook:")
    good = "\n".join(f"{rng.choice(('', '**'))}{label} {sentence(rng)}" for label in labels)
    bad = (good.replace(labels[1], "Conclusion:"), "\n".join(f"{label} [text]" for label in labels), f"Sure. {text(rng, 1)}\n{good}",
           "\n".join(f"{label} {sentence(rng)}" for label in labels[::-1]), "My Answer: My Conclusion: Future Outlook:")  # fmt: skip
    return Example({}, good, bad)


def two_paragraphs(rng: Random) -> Example:
    found = paragraphs(rng, 3)
    good = "\n***\n".join(found[:2])
    return Example({}, good, ("\n***\n".join(found), "\n\n".join(found[:2]), found[0]))


def no_dots(rng: Random) -> Example:
    good = text(rng, 2).replace(".", "!")
    return Example({}, good, (f"{good}.", f"{good} 3.5", f"{good}…", text(rng, 1)))


def no_exclamation(rng: Random) -> Example:
    good = text(rng, 2)
    return Example({}, good, (f"{good}!", good.replace(".", "！", 1), f"Wow! {good}"))


def exclude_word(rng: Random) -> Example:
    word = rng.choice(("zebra", "comet", "velvet"))
    good = f"{text(rng, 2)} A {word}like thing."
    return Example({"keyword": word}, good, (f"{good} A {word}.", f"{word.capitalize()}! {good}", f"{good} ({word})"))


def two_blocks(rng: Random) -> Example:
    found = paragraphs(rng, 3)
    good = "\n\n".join(found[:2])
    return Example({}, good, ("\n\n".join(found), "\n".join(found[:2]), found[0]))


def sentence_hyphens(rng: Random) -> Example:
    found = [sentence(rng) for _ in range(rng.randint(2, 5))]
    good = "-".join(found)
    return Example({}, good, (" ".join(found), " - ".join(found), f"{good} {found[0]}", found[0]))
