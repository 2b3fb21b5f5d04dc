"""Writers for IFBench's `custom` kinds."""

from __future__ import annotations

from random import Random

from r1.verifiers.instructions.checks.lists import AFRICA, CAPITALS, NAPOLEON
from r1.verifiers.instructions.kind import Example
from r1.verifiers.instructions.writers.prose import FILLERS, NOUNS, clause


def multiples(rng: Random) -> Example:
    found = [str(number) for number in range(14, 50, 7)]
    good = rng.choice((", ", "\n", " ")).join(found)
    return Example(
        {}, good, (f"7 {good}", f"{good} 56", good.replace("28", "29"), ", ".join(str(n) for n in range(10, 51)))
    )


def multiple_choice(rng: Random) -> Example:
    parts = []
    for number in range(1, 5):
        ask = " ".join(rng.sample(FILLERS, 4 * number)).capitalize() + "?"
        choices = "\n".join(f"{letter}) {name}" for letter, name in zip("ABCDE", rng.sample(NOUNS, 5), strict=True))
        parts.append(f"Question {number}: {ask}\n{choices}")
    good = "\n\n".join(parts)
    bad = ("\n\n".join(parts[:3]), "\n\n".join(parts[::-1]), good.replace("\nE) ", "\nThe ", 1), f"{good}\nExplanation: all are right.",
           f"Here they are:\n{good}", good.replace("Question", "Item"))  # fmt: skip
    return Example({}, good, bad)


def african_countries(rng: Random) -> Example:
    names = sorted((rng.choice(spellings.split("|")).title() for spellings in AFRICA), key=str.casefold, reverse=True)
    names = (
        [name for name in names if name != "Congo Democratic Republic Of The"] if names.count("Congo") > 1 else names
    )
    good = "\n".join(names)
    bad = (
        "\n".join(names[::-1]),
        "\n".join(names[1:]),
        f"{good}\nFrance",
        ", ".join(names),
        "\n".join([names[1], names[0], *names[2:]]),
    )
    return Example({}, good, bad)


def european_capitals(rng: Random) -> Example:
    names = [rng.choice(spellings.split("|")).title() for spellings in CAPITALS]
    without = [name for name in names if name not in ("Kyiv", "Kiev")]
    bad = (", ".join(without), ", ".join(names[::-1]), "\n".join(names), ", ".join([*names, "Rome"]))
    return Example({}, ", ".join(names) + rng.choice(("", ".")), bad)


def word_reverse(rng: Random) -> Example:
    forward = rng.choice(("The national symbol of the US is the bald eagle", "The bald eagle is the national symbol of the US",
                          "The animal that stands for the US is the bald eagle"))  # fmt: skip
    good = " ".join(reversed(forward.split())) + "."
    return Example(
        {},
        good,
        (f"{forward}.", "eagle bald", forward[::-1], f"{good} {forward}.", good.replace("eagle bald", "eagle")),
    )


def character_reverse(rng: Random) -> Example:
    forward = rng.choice(
        ("The national symbol of the US is the bald eagle.", "The bald eagle is the national animal of the US.")
    )
    good = forward[::-1]
    return Example(
        {},
        good,
        (forward, "The symbol is the elgae dlab.", " ".join(reversed(forward.split())), good.replace("elgae", "noil")),
    )


def _rows(header: list[str], rng: Random, number: int) -> list[list[str]]:
    return [header, *([str(at), *(rng.choice(NOUNS) for _ in range(len(header) - 1))] for at in range(1, number + 1))]


def _bad_tables(rows: list[list[str]], between: str) -> tuple[str, ...]:
    made = (
        [rows[0], *rows[2:]],
        [*rows, rows[-1]],
        [row[:-1] for row in rows],
        rows[1:],
        [*rows[:-1], [*rows[-1], "more"]],
    )
    return tuple("\n".join(between.join(row) for row in table) for table in made)


def csv_city(rng: Random) -> Example:
    rows = _rows(["ID", "Country", "City", "Year", "Count"], rng, 7)
    good = "\n".join(",".join(row) for row in rows)
    return Example({}, rng.choice((good, f"```csv\n{good}\n```")), (*_bad_tables(rows, ","), good.replace(",", ";")))


def csv_special_character(rng: Random) -> Example:
    rows = _rows(["ProductID", "Category", "Brand", "Price", "Stock"], rng, 14)
    plain = "\n".join(",".join(row) for row in rows)
    place = rng.randint(1, 14)
    rows[place][2] = f'"{rng.choice(("A&B", "C@D", "E, F", "G#1"))}"'
    good = "\n".join(",".join(row) for row in rows)
    return Example({}, good, (plain, plain.replace(",", ',"', 1), *_bad_tables(rows, ",")))


def csv_quotes(rng: Random) -> Example:
    rows = [
        [f'"{cell}"' for cell in row] for row in _rows(["StudentID", "Subject", "Grade", "Semester", "Score"], rng, 3)
    ]
    good = "\n".join("\t".join(row) for row in rows)
    return Example(
        {},
        good,
        (good.replace('"', ""), good.replace("\t", ","), good[:-1].rpartition('"')[0] + "x", *_bad_tables(rows, "\t")),
    )


def date_list(rng: Random) -> Example:
    found = sorted(rng.sample(sorted(NAPOLEON), 20))
    good = ", ".join(found)
    bad = (f"{good}, 1800-02-30", f"{good}, 1800-00-00", found[0], f"{good}, {found[0]}", good.replace("-", "/"), f"{good}, 2005-12-02",
           " ".join(clause(rng, 5)))  # fmt: skip
    return Example({}, good, bad)
