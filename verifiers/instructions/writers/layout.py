"""Writers for IFEval's kinds about layout."""

from __future__ import annotations

import json
from random import Random

from r1.verifiers.instructions.kind import Example
from r1.verifiers.instructions.writers.prose import NOUNS, clause, paragraphs, sentence, text


def number_paragraphs(rng: Random) -> Example:
    number = rng.randint(2, 5)
    found = paragraphs(rng, number)
    good = rng.choice(("\n***\n", "\n\n***\n\n", "\n\n* * *\n\n")).join(found)
    bad = ("\n\n".join(found), f"{good}\n\n***\n\n{sentence(rng)}", "\n***\n".join(found[:-1]))
    return Example({"num_paragraphs": number}, good, bad)


def number_placeholders(rng: Random) -> Example:
    number = rng.randint(2, 4)
    names = rng.sample(NOUNS, number)
    good = f"{sentence(rng)} Please bring " + " and ".join(f"[{name}]" for name in names) + "."
    code = "; ".join(f"list[{name}] = row[{at}]" for at, name in enumerate(names))
    boxes = "\n".join(f"- [x] {name}" for name in names)
    bad = (good.replace(f"[{names[0]}]", "[]"), code, boxes, good.replace("[", "(").replace("]", ")"))
    return Example({"num_placeholders": number}, good, bad)


def postscript(rng: Random) -> Example:
    marker = rng.choice(("P.S.", "P.P.S"))
    note = sentence(rng)
    good = (
        text(rng, 2)
        + "\n\n"
        + rng.choice((f"{marker} {note}", f"**{marker}** {note}", f"## {marker}\n{note}", f"{marker}\n\n{note}"))
    )
    bad = (f"{marker} {note}\n\n{text(rng, 2)}", f"{text(rng, 2)}\n\n{marker}", f"{text(rng, 1)} See {marker} below.")
    return Example({"postscript_marker": marker}, good, bad)


def number_bullet_lists(rng: Random) -> Example:
    number, mark = rng.randint(2, 5), rng.choice("*-")
    good = "\n".join([sentence(rng), *(f"{mark} {sentence(rng)}" for _ in range(number))])
    bad = (f"{good}\n{mark} More.", good.replace(f"\n{mark} ", "\n", 1), good.replace(f"\n{mark} ", f"\n{mark}{mark}"))
    return Example({"num_bullets": number}, good, bad)


def constrained_response(rng: Random) -> Example:
    option = rng.choice(("My answer is yes.", "My answer is no.", "My answer is maybe."))
    good = rng.choice(
        (option, f"**{option}**", f'"{option}"', f"{option} {sentence(rng)}", f"{sentence(rng)}\n{option}")
    )
    other = "My answer is no." if option != "My answer is no." else "My answer is yes."
    bad = (
        f"{option}\n{other}",
        option.replace(".", " longer certain."),
        f'He wrote "{option}" and left.',
        sentence(rng),
    )
    return Example({}, good, bad)


def number_highlighted_sections(rng: Random) -> Example:
    number, mark = rng.randint(2, 4), rng.choice(("*", "**"))
    good = " ".join(f"{mark}{' '.join(clause(rng, 3))}{mark} {sentence(rng)}" for _ in range(number))
    bad = (good.replace(mark, "", 2), good.replace("*", ""), "\n".join(f"* {sentence(rng)}" for _ in range(number)))
    return Example({"num_highlights": number}, good, bad)


def multiple_sections(rng: Random) -> Example:
    number, mark = rng.randint(2, 4), rng.choice(("SECTION", "Day", "Audience"))
    parts = [f"{mark} {at}\n{text(rng, 1)}" for at in range(1, number + 1)]
    good = "\n\n".join(parts)
    bad = ("\n\n".join(parts[:-1]), "\n\n".join([parts[0]] * number), good.replace(mark, "Part"))
    return Example({"section_spliter": mark, "num_sections": number}, good, bad)


def json_format(rng: Random) -> Example:
    body = json.dumps({name: rng.randint(1, 99) for name in rng.sample(NOUNS, 3)})
    good = rng.choice((body, f"```json\n{body}\n```"))
    return Example({}, good, (body[:-1], f"Here it is: {body}", body.replace(":", "="), body.replace('"', "'")))


def title(rng: Random) -> Example:
    name = " ".join(clause(rng, 3))
    good = f"<<{name}>>\n\n{text(rng, 2)}"
    bad = (
        good.replace("<<", "<").replace(">>", ">"),
        good.replace(name, " "),
        "x = 1 << 2;\ny = 8 >> 1;",
        "cin >> a; cout << b >> c;",
    )
    return Example({}, good, bad)


def two_responses(rng: Random) -> Example:
    one, two = text(rng, 2), text(rng, 3)
    good = f"{one}\n******\n{two}"
    return Example({}, good, (f"{one}\n******\n{one}", f"{one}\n***\n{two}", f"{good}\n******\n{one} Yes.", one))


def repeat_prompt(rng: Random) -> Example:
    prompt = f"Tell me why {' '.join(clause(rng, 5))}."
    good = f"{prompt}\n\n{text(rng, 2)}"
    bad = (prompt, f"Sure! {good}", good.replace("why", "how"), text(rng, 2))
    return Example({"prompt_to_repeat": prompt}, good, bad)


def end_checker(rng: Random) -> Example:
    phrase = " ".join(clause(rng, 4)).capitalize()
    good = f"{text(rng, 2)} {phrase}{rng.choice('.!? ')}"
    return Example(
        {"end_phrase": phrase}, good, (f"{good} Tom", f"{phrase} {text(rng, 1)}", f"{text(rng, 1)} un{phrase}")
    )


def quotation(rng: Random) -> Example:
    inner = rng.choice((text(rng, 2), f"\n{text(rng, 2)}\n", f'He said "{sentence(rng)}" to me.'))
    good = f'"{inner}"'
    bad = (inner, good[:-1], f'"{sentence(rng)}"\n\n"{sentence(rng)}"', f'"{sentence(rng)}" and "{sentence(rng)}"')
    return Example({}, good, bad)
