"""Inputs: new arguments for a function, made by changing those in its tests without losing what these have in common.

The method is that of EvalPlus (Liu et al. 2023, arXiv:2305.01210, section 2.2: type-aware mutation with ingredients of
the seeds), but without hand-written contracts: a property of every seen input (a range, sorted, distinct, balanced, as
long as another argument ...) is taken for a requirement of the task, and every new input has it too. This keeps most
inputs, though not all, within what the task promises.
"""

from __future__ import annotations

import math
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from r1.verifiers.code.properties import FAR, Args, is_true, relations, shared_properties

_TRIES = 40  # candidates for each requested input
_DIGITS = re.compile(r"[0-9]{1,9}")


def new_inputs(seen: Sequence[Args], count: int, rng: random.Random, constants: Sequence[int] = ()) -> list[Args]:
    """At most ``count`` inputs, all different and none of them in ``seen``.

    Args:
        constants: integers near which the function's behavior may change; they become ingredients.
    """
    if not seen or not any(seen):
        return []
    domain = Domain(seen, constants)
    corpus, found = list(seen), []
    known = {repr(args) for args in seen}
    for _ in range(_TRIES * count):
        args = domain.change(rng.choice(corpus), rng)
        if repr(args) not in known and domain.admits(args):
            known.add(repr(args))
            corpus.append(args)
            found.append(args)
            if len(found) == count:
                break
    return found


class Domain:
    """The properties that all seen inputs share, and the values that occur in them."""

    def __init__(self, seen: Sequence[Args], constants: Sequence[int] = ()) -> None:
        self.turns = [value + by for value in constants for by in (-1, 0, 1)]
        self.values: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
        for args in seen:
            for path, value in walk(args, ()):
                self.values[path].append(value)
        self.limits = {path: shared_properties(values) for path, values in self.values.items()}
        self.relations = [holds for holds in relations(len(seen[0])) if all(is_true(holds, args) for args in seen)]

    def admits(self, args: Args) -> bool:
        """Whether the input has every property that all seen ones share."""
        for path, value in walk(args, ()):
            if path not in self.limits or not all(is_true(holds, value) for holds in self.limits[path]):
                return False
        return all(is_true(holds, args) for holds in self.relations)

    def change(self, args: Args, rng: random.Random) -> Args:
        """The input after one to three small changes, or with a number derived from another argument."""
        new: Any = args
        places = [place for place, value in enumerate(args) if type(value) in (int, float)]
        if len(args) > 1 and places and rng.random() < 0.2:
            place = rng.choice(places)
            given = _derived([value for i, value in enumerate(args) if i != place], rng)
            return (*args[:place], args[place] if given is None else type(args[place])(given), *args[place + 1 :])
        for _ in range(rng.choice((1, 1, 2, 3))):
            place = rng.randrange(len(args))
            new = tuple(self._change(v, (place,), rng) if i == place else v for i, v in enumerate(new))
        return tuple(new)

    def _change(self, value: Any, path: tuple[Any, ...], rng: random.Random) -> Any:
        if rng.random() < 0.15 and self.values[path]:
            return rng.choice(self.values[path])  # an ingredient: a value of this place in another input
        match value:
            case bool():
                return not value
            case int() | float():
                if self.turns and rng.random() < 0.15:
                    return type(value)(rng.choice(self.turns))
                return _number(value, self.values[path], rng)
            case str():
                return _text(value, self.values[path], self.turns, rng)
            case list() | tuple():
                return type(value)(self._items(list(value), path, rng))
            case set() | frozenset():
                return type(value)(self._items(sorted(value, key=repr), path, rng))
            case dict() if value:
                return self._mapping(value, path, rng)
        return value

    def _items(self, items: list[Any], path: tuple[Any, ...], rng: random.Random) -> list[Any]:
        inside = (*path, "*")
        pool = self.values.get(inside, [])
        kind = rng.randrange(9) if items else 0
        at = rng.randrange(len(items)) if items else 0
        if kind == 0 and pool:
            items.insert(rng.randint(0, len(items)), rng.choice(pool))
        elif kind == 1:
            del items[at]
        elif kind == 2:
            items.insert(rng.randint(0, len(items)), items[at])
        elif kind == 3:
            other = rng.randrange(len(items))
            items[at], items[other] = items[other], items[at]
        elif kind == 7:
            items = [items[at]] * rng.randint(1, len(items))
        elif kind == 8:
            items = [items[at]]
        elif kind == 4:
            items = rng.choice((items[::-1], items[: at + 1], items[at:], _sorted(items)))
        elif items:
            items[at] = self._change(items[at], inside, rng)
        return items

    def _mapping(self, value: dict[Any, Any], path: tuple[Any, ...], rng: random.Random) -> dict[Any, Any]:
        key = rng.choice(list(value))
        new = dict(value)
        kind = rng.randrange(4)
        if kind == 0:
            del new[key]
        elif kind == 1:
            new[self._change(key, (*path, "key"), rng)] = new.pop(key)
        elif kind == 2 and self.values[*path, "key"]:
            new[rng.choice(self.values[*path, "key"])] = rng.choice(self.values[*path, "value"])
        else:
            new[key] = self._change(new[key], (*path, "value"), rng)
        return new


def walk(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value inside ``value`` with its place. Items of a container share one place; arguments do not."""
    if path:
        yield path, value
    match value:
        case tuple() if not path:
            for i, item in enumerate(value):
                yield from walk(item, (i,))
        case list() | tuple() | set() | frozenset():
            for item in value:
                yield from walk(item, (*path, "*"))
        case dict():
            for key, item in value.items():
                yield from walk(key, (*path, "key"))
                yield from walk(item, (*path, "value"))


def _number(value: Any, seen: Sequence[Any], rng: random.Random) -> Any:
    numbers = [x for x in seen if type(x) in (int, float)]
    low, high = min(numbers, default=value), max(numbers, default=value)
    choices = [value + 1, value - 1, -value, value * 2, value // 2, low, high]
    if type(value) is int and type(low) is type(high) is int:
        near = min(max(value, low), high)
        choices += [rng.randint(low, high)] * 3 + [rng.randint(max(low, near - 5), min(high, near + 5))] * 2
    if type(value) is float and math.isfinite(value):
        choices += [rng.uniform(low, high), value + 0.5, float(round(value)), value * 1.01, round(value, 1)]
    chosen = rng.choice(choices)
    return type(value)(chosen) if math.isfinite(chosen) else value


def _text(value: str, seen: Sequence[Any], turns: Sequence[int], rng: random.Random) -> str:
    letters = sorted({c for text in seen if isinstance(text, str) for c in text}) or ["a"]
    if not value:
        return rng.choice(letters)
    at, kind = rng.randrange(len(value)), rng.randrange(10)
    other = rng.randrange(len(value))
    if kind == 0:
        return value[:at] + value[at + 1 :]
    if kind == 1:
        return value[:at] + rng.choice(letters) + value[at:]
    if kind == 2:
        return value[:at] + value[at] + value[at:]
    if kind == 3:
        return value[:at] + rng.choice(letters) + value[at + 1 :]
    if kind == 4:
        low, high = sorted((at, other))
        return value[:low] + value[high:] if rng.random() < 0.5 else value[:high] + value[low:high] + value[high:]
    if kind == 5:
        words = value.split(" ")
        rng.shuffle(words)
        return " ".join(words)
    if kind == 6:
        return rng.choice((value[::-1], value + value[::-1], value.swapcase(), value + value))
    runs = list(_DIGITS.finditer(value))
    if kind == 9 and runs:  # replace a number in the text by one of the same width
        run = rng.choice(runs)
        number = rng.choice((0, 0, 1, int(run[0]) + 1, int(run[0]) - 1, 10 ** len(run[0]) - 1, *turns))
        return value[: run.start()] + str(abs(number)).zfill(len(run[0])) + value[run.end() :]
    if kind == 7:
        near = chr(ord(value[at]) + rng.choice((-1, 1)) if 1 < ord(value[at]) < 0xD000 else ord("a"))
        return value[:at] + near + value[at + 1 :]
    return value[:at] + value[at].swapcase() + value[at + 1 :]


def _derived(others: Sequence[Any], rng: random.Random) -> Any:
    """A number derived from the other arguments: an item, a difference or sum of two, a length, a count."""
    numbers = [x for _, x in walk(tuple(others), ()) if type(x) in (int, float) and -FAR < x < FAR]
    sized = [x for x in others if isinstance(x, (str, list, tuple, set, dict, frozenset))]
    found: list[Any] = [len(x) for x in sized] + [
        x.count(rng.choice(x)) for x in sized if isinstance(x, (str, list)) and x
    ]
    if numbers:
        a, b = rng.choice(numbers), rng.choice(numbers)
        found += [a, abs(a - b), abs(a - b), a + b]
    return rng.choice(found) if found else None


def _sorted(items: list[Any]) -> list[Any]:
    try:
        return sorted(items)
    except TypeError:
        return items
