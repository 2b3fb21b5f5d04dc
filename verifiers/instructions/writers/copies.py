"""Writers for the kinds that ask for a copy."""

from __future__ import annotations

from random import Random

from r1.verifiers.instructions.checks.copies import ONLY_SENTENCE
from r1.verifiers.instructions.kind import Example
from r1.verifiers.instructions.writers.prose import clause, sentence, text


def _prompt(rng: Random) -> str:
    return f"Write about {' '.join(clause(rng, 6))}."


def copy(rng: Random) -> Example:
    good = _prompt(rng)
    return Example(
        {"prompt_to_repeat": good},
        good,
        (f"{good} {sentence(rng)}", f"Sure: {good}", good[:-1], good.lower(), text(rng, 1)),
    )


def copying_multiple(rng: Random) -> Example:
    prompt, number = _prompt(rng), rng.randint(2, 4)
    good = "\n******\n".join([prompt] * number)
    bad = (
        "\n******\n".join([prompt] * (number + 1)),
        "\n***\n".join([prompt] * number),
        f"{good} Yes.",
        good.replace("about", "of", 1),
    )
    return Example({"prompt_to_repeat": prompt, "N": number}, good, bad)


def repeat_change(rng: Random) -> Example:
    prompt = _prompt(rng)
    good = prompt.replace("Write", rng.choice(("Sing", "Talk", "Report")))
    bad = (
        prompt,
        f"  {prompt}".replace(" ", "  "),
        f"{good} {sentence(rng)}",
        good.replace("about", "of"),
        prompt.removeprefix("Write "),
    )
    return Example({"prompt_to_repeat": prompt}, good, bad)


def repeat_simple(rng: Random) -> Example:
    end = rng.choice(("", "\n"))
    return Example(
        {}, f"{ONLY_SENTENCE}{end}", (f"Sure. {ONLY_SENTENCE}", ONLY_SENTENCE[:-9], f"{ONLY_SENTENCE} {sentence(rng)}")
    )


def repeat_span(rng: Random) -> Example:
    prompt = _prompt(rng)
    words = prompt.split()
    start = rng.randint(0, 3)
    end = rng.randint(start + 1, len(words) - 2)
    good = " ".join(words[start : end + 1])
    bad = (
        " ".join(words[start:end]),
        " ".join(words[start : end + 2]),
        " ".join(words[start + 1 : end + 1]),
        prompt[start : end + 1],
    )
    return Example({"prompt_to_repeat": prompt, "n_start": start, "n_end": end}, good, bad)


def copy_span_idx(rng: Random) -> Example:
    prompt = "".join(_prompt(rng).split())
    start = rng.randint(0, 5)
    end = rng.randint(start + 3, len(prompt) - 3)
    bad = (prompt[start:end], prompt[start : end + 2], prompt[start + 1 : end + 1], prompt)
    return Example({"prompt_to_repeat": prompt, "n_start": start, "n_end": end}, prompt[start : end + 1], bad)


def repeat_phrase(rng: Random) -> Example:
    phrase, number = clause(rng, 6), rng.randint(2, 3)
    changed = [
        [*phrase[:2], word, *phrase[3:]] for word in rng.sample(("purple", "silent", "modern", "clever"), number + 1)
    ]
    twice = [*phrase[:2], "purple", "silent", *phrase[4:]]
    lines = [" ".join(words).capitalize() + "." for words in changed]
    good = "\n".join(lines[:number])
    bad = ("\n".join(lines), "\n".join(lines[: number - 1]), f"{good}\n{' '.join(phrase)}.",
           "\n".join([*lines[: number - 1], " ".join(twice)]))  # fmt: skip
    return Example({"phrase": " ".join(phrase), "small_n": number}, good, bad)
