"""IFBench's `custom` kinds: whole tasks with one right form, such as a list of countries or a CSV file."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from r1.verifiers.instructions.checks.lists import AFRICA, CAPITALS, NAPOLEON
from r1.verifiers.instructions.response import Response
from r1.verifiers.instructions.units import letters_of, lines, plain_words, sentences
from r1.verifiers.text.fences import unfenced
from r1.verifiers.text.visible import has_content

_LONGEST = 20_000  # characters; no right answer to these tasks is longer
_QUESTION = re.compile(r"[#*_ \t]*+Question\b[ \t#]*+\d{0,3}[.:)*_]*+(.*)")
_OPTION = re.compile(r"[-*_ \t(]*+([A-Ea-e])[.):*_]++[ \t]*+(.*)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CELL = re.compile(r'"(?:[^"]|"")*+"')


def _body(response: Response) -> str:
    """The response, or the inside of the fence around it."""
    text = response.seen[: _LONGEST + 1]
    body = unfenced(text)
    return text if body is None else body


def multiples(response: Response, options: Mapping[str, Any]) -> str:
    found = re.findall(r"[^\W_]+", _body(response))
    wanted = [str(number) for number in range(14, 50, 7)]
    return (
        ""
        if [word for word in found if word.lower() != "and"] == wanted
        else "not the multiples of 7 from 10 to 50 alone"
    )


def multiple_choice(response: Response, options: Mapping[str, Any]) -> str:
    """Four questions labeled "Question", each with five options and longer than the one before, and nothing else."""
    questions: list[str] = []
    letters: list[str] = []
    for line in lines(_body(response)):
        question, option = _QUESTION.match(line), _OPTION.match(line)
        if question:
            questions.append(question[1].strip())
            letters.append("")
        elif option and questions and has_content(option[2]):
            letters[-1] += option[1].upper()
        elif questions and not letters[-1]:
            questions[-1] = f"{questions[-1]} {line}".strip()
        elif has_content(line):
            return f"{line[:40]!r} is neither a question nor an option"
    if len(questions) != 4 or any(found != "ABCDE" for found in letters):
        return f"{len(questions)} questions with {', '.join(map(str, map(len, letters)))} options, asked: 4 with 5 each"
    grows = all(len(one) < len(two) for one, two in pairwise(questions))
    return "" if grows and has_content(questions[0]) else "the questions do not get longer"


def _name(text: str) -> str:
    """A name without accents, signs and case, and without a number in front."""
    folded = re.sub(r"^[\W\d_]+", "", text.casefold().replace("&", " and "))
    return " ".join(letters_of(piece) for piece in re.split(r"[\W_]+", folded) if letters_of(piece))


def _known(names: list[str], wanted: tuple[str, ...]) -> list[int]:
    """For each name the place of what it names in ``wanted``; -1 if it names nothing there."""
    places = {spelling: place for place, spellings in enumerate(wanted) for spelling in spellings.split("|")}
    return [places.get(name, -1) for name in names]


def african_countries(response: Response, options: Mapping[str, Any]) -> str:
    names = [_name(line) for line in lines(_body(response))]
    found = _known(names, AFRICA)
    if sorted(found) != list(range(len(AFRICA))):
        wrong = next((name for name, place in zip(names, found, strict=True) if place < 0), None)
        return (
            f"{wrong[:40]!r} is no country of the list"
            if wrong is not None
            else f"{len(set(found))} countries, asked: 54"
        )
    bare = [name.removeprefix("the ") for name in names]
    is_sorted = names == sorted(names, reverse=True) or bare == sorted(bare, reverse=True)
    return "" if is_sorted else "the names are not in reverse alphabetical order"


def european_capitals(response: Response, options: Mapping[str, Any]) -> str:
    found = _known([_name(piece) for piece in _body(response).rstrip(". ").split(",")], CAPITALS)
    return "" if found == list(range(len(CAPITALS))) else "not the capitals north of 45 degrees, from north to south"


def word_reverse(response: Response, options: Mapping[str, Any]) -> str:
    """One sentence whose words, from the last to the first, say that the animal is the bald eagle."""
    found = plain_words(_body(response))
    backward = " ".join(reversed(found))
    if "bald eagle" not in backward or len(found) < 4:
        return "the words do not name the bald eagle from the last to the first"
    if len(list(sentences(_body(response)))) != 1:
        return "there is more than one sentence"
    return "" if _reads_forward(backward) and not _reads_forward(" ".join(found)) else "the sentence is not reversed"


_FORWARD = re.compile(
    r"\b(?:the|a|an) (?:bald|american|us|united|national|usa|symbol|animal)\b|\b(?:symbol|animal) of\b|\bis (?:the|a)\b"
)


def _reads_forward(text: str) -> bool:
    return _FORWARD.search(text) is not None


def character_reverse(response: Response, options: Mapping[str, Any]) -> str:
    """The text, read from its last letter, says that the animal is the bald eagle."""
    text = _body(response).casefold()
    backward = " ".join(plain_words(text[::-1]))
    if "bald eagle" not in backward or "bald eagle" in text:
        return "the letters do not name the bald eagle from the last to the first"
    forward = {"the", "is", "of", "national", "symbol", "animal", "united", "states", "answer"}.intersection(
        plain_words(text)
    )
    return f"{min(forward)!r} is not reversed" if forward else ""


def _table(text: str, header: list[str], rows: int, delimiter: str) -> str:
    """Why the text is not a CSV table with this header and number of rows, all filled, or ``""``."""
    try:
        found = list(csv.reader(text.strip("\n").split("\n"), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return f"not CSV: {error}"
    if not found or [cell.strip() for cell in found[0]] != header:
        return f"the header is not {', '.join(header)}"
    if len(found) != rows + 1:
        return f"{len(found) - 1} rows, asked: {rows}"
    if any(len(row) != len(header) or not all(map(has_content, row)) for row in found):
        return f"a row does not have {len(header)} filled fields"
    return ""


def csv_city(response: Response, options: Mapping[str, Any]) -> str:
    return _table(_body(response), ["ID", "Country", "City", "Year", "Count"], 7, ",")


def csv_special_character(response: Response, options: Mapping[str, Any]) -> str:
    body = _body(response)
    if reason := _table(body, ["ProductID", "Category", "Brand", "Price", "Stock"], 14, ","):
        return reason
    cells = _CELL.findall(body.partition("\n")[2])
    found = any(re.search(r"[^\w\s.]", cell[1:-1]) and has_content(cell) for cell in cells)
    return "" if found else "no field in double quotes has a special character"


def csv_quotes(response: Response, options: Mapping[str, Any]) -> str:
    body = _body(response)
    if reason := _table(body, ["StudentID", "Subject", "Grade", "Semester", "Score"], 3, "\t"):
        return reason
    cells = [cell.strip() for line in body.strip().split("\n") for cell in line.split("\t")]
    return "" if all(map(_CELL.fullmatch, cells)) else "a field is not in double quotes"


def date_list(response: Response, options: Mapping[str, Any]) -> str:
    """Real dates in the format, divided by commas, no date twice, ten or more of them first days of known battles."""
    found = [piece.strip() for piece in _body(response).rstrip(". \n").split(",")]
    for piece in found:
        try:
            day = date.fromisoformat(piece) if _DATE.fullmatch(piece) else None
        except ValueError:
            day = None
        if day is None or not date(1793, 1, 1) <= day <= date(1815, 6, 18):
            return f"{piece[:40]!r} is no date of a battle of Napoleon in the format YYYY-MM-DD"
    if len(set(found)) < len(found):
        return "a date occurs twice"
    known = len(NAPOLEON.intersection(found))
    enough = known >= 10 and 2 * known >= len(found)
    return "" if enough else f"{known} of {len(found)} dates are first days of known battles"
