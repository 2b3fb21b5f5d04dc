"""Records: the data that tasks ask to write as JSON, YAML, XML, CSV or a table."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

FIRST = ("Ann", "Bela", "Chen", "Dina", "Emil", "Fara", "Goro", "Hana", "Ivo", "Jana", "Kofi", "Lena", "Mika", "Nils")
LAST = ("Adler", "Brook", "Costa", "Duval", "Evans", "Frost", "Okoye", "Haas", "O'Neil", "Jones & Sons", "Kim", "Lund")
CITY = ("Oslo", "Rome", "São Paulo", "Kyōto", "Lagos", "Porto", "Austin, Texas", "Turin", "Łódź", "Quito", "Cairo")
ITEM = ("lamp", "rope", 'a 5" pipe', "tent <small>", "map | atlas", "axe", "drum", "kite: red", "yes", "no", "boat")
KEYS = ("who", "place", "years", "cost", "stock", "thing", "ready", "label", "number")
FIELDS = ("name", "city", "age", "price", "code", "item", "active")

Record = dict[str, Any]


def record(rng: random.Random, fields: Sequence[str]) -> Record:
    """One record with these fields; its texts contain characters that need quoting."""
    whole: Record = {
        "name": f"{rng.choice(FIRST)} {rng.choice(LAST)}",
        "city": rng.choice(CITY),
        "age": rng.randint(1, 99),
        "price": rng.randint(100, 99_999),
        "code": f"{rng.randint(0, 9999):04d}",  # a text of digits: a number in YAML unless it is quoted
        "item": rng.choice(ITEM),
        "active": rng.random() < 0.5,
    }
    return {field: whole[field] for field in fields}


def records(rng: random.Random, fields: Sequence[str], count: int) -> list[Record]:
    """``count`` records with different names."""
    found: dict[str, Record] = {}
    while len(found) < count:
        new = record(rng, fields)
        found.setdefault(new["name"], new)
    return list(found.values())


def shown(data: Sequence[Mapping[str, Any]]) -> str:
    """The records as a prompt shows them, one field per line."""
    blocks = ("\n".join(f"- {field}: {text(value)}" for field, value in one.items()) for one in data)
    return "\n\n".join(blocks)


def text(value: Any) -> str:
    """A value as text; booleans as in JSON."""
    return str(value).lower() if isinstance(value, bool) else str(value)


class Trees:
    """Base of the JSON, YAML and XML families.

    Levels add demands: 0 the fields as they are, 1 a field renamed, 2 a field left out, 3 everything below one key,
    4 several records in a list.
    """

    version = 1
    levels = range(5)

    def generate(self, level: int, rng: random.Random) -> Mapping[str, Any]:
        fields = ["name", *rng.sample(FIELDS[1:], rng.randint(3, 5))]
        old = rng.choice(fields[1:])
        return {
            "level": level,
            "records": records(rng, fields, rng.randint(2, 3) if level >= 4 else 1),
            "rename": [old, rng.choice(KEYS)] if level >= 1 else None,
            "omit": rng.choice([field for field in fields[1:] if field != old]) if level >= 2 else None,
            "wrap": rng.choice(("entry", "data", "person", "result")) if level >= 3 else None,
        }

    def canonical(self, instance: Mapping[str, Any]) -> Any:
        return [instance[key] for key in ("records", "rename", "omit", "wrap")]

    def bounds(self, level: int) -> float:
        return (30.0, 33.0, 35.0, 37.0, 60.0)[level]


def chosen(instance: Mapping[str, Any]) -> list[Record]:
    """The records with the fields left out and renamed as asked."""
    old, new = instance["rename"] or ("", "")
    return [
        {new if field == old else field: value for field, value in one.items() if field != instance["omit"]}
        for one in instance["records"]
    ]


def document(instance: Mapping[str, Any]) -> Any:
    """The value that the document of a JSON or YAML task must hold."""
    inner: Any = chosen(instance)
    if instance["level"] < 4:
        inner = inner[0]
    return {instance["wrap"]: inner} if instance["wrap"] else inner


def tree_prompt(instance: Mapping[str, Any], name: str) -> str:
    """The prompt: the demands, and the records."""
    asked = [f"Write the following as one {name} document and nothing else. Keep numbers as numbers."]
    if instance["rename"]:
        asked.append(f'Call the field "{instance["rename"][0]}" "{instance["rename"][1]}" instead.')
    if instance["omit"]:
        asked.append(f'Leave out the field "{instance["omit"]}".')
    if instance["wrap"]:
        what = "list of all records" if instance["level"] >= 4 else "record"
        asked.append(f'The document has the single key "{instance["wrap"]}", which holds the {what}.')
    asked.append("The fields code, name, city and item are texts; active is a boolean.")
    return "\n".join(asked) + "\n\n" + shown(instance["records"])


def spoiled(instance: Mapping[str, Any]) -> list[Any]:
    """Values of documents that each break one demand."""
    found = []
    for change in (_change_value, _drop_field, _add_field, _number_as_text, _rename_back):
        other = document(instance)
        inner = other[instance["wrap"]] if instance["wrap"] else other
        first = inner[0] if isinstance(inner, list) else inner
        if change(first, instance):
            found.append(other)
    if instance["wrap"]:
        found.append(document(instance)[instance["wrap"]])
    return found


def _change_value(one: Record, instance: Mapping[str, Any]) -> bool:
    one["name"] += "x"
    return True


def _drop_field(one: Record, instance: Mapping[str, Any]) -> bool:
    del one[list(one)[-1]]
    return True


def _add_field(one: Record, instance: Mapping[str, Any]) -> bool:
    one["extra"] = 1
    return True


def _number_as_text(one: Record, instance: Mapping[str, Any]) -> bool:
    numbers = [field for field, value in one.items() if type(value) is int]
    for field in numbers:
        one[field] = str(one[field])
    return bool(numbers)


def _rename_back(one: Record, instance: Mapping[str, Any]) -> bool:
    if instance["rename"]:
        one[instance["rename"][0]] = one.pop(instance["rename"][1])
    return bool(instance["rename"])
