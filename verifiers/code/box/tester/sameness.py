"""Sameness: whether two objects of the candidate hold the same state; its own ``==`` could claim anything."""


def _is_data(value):
    return isinstance(value, (int, float, complex, str, bytes, list, tuple, dict, set, frozenset))


def _same_state(a, b, depth=0):
    """Whether two objects of the program have the same class and equal fields, at any depth up to 50."""
    states = [one._r1_bridge.ask("state", one) for one in (a, b)]
    return depth < 50 and _same(*states, depth)


def _same(a, b, depth):
    if isinstance(a, Remote) and isinstance(b, Remote):
        return a is b or _same_state(a, b, depth + 1)
    if isinstance(a, (list, tuple)) and type(a) is type(b):
        return len(a) == len(b) and all(_same(x, y, depth) for x, y in zip(a, b))  # noqa: B905
    if isinstance(a, dict) and type(a) is type(b):
        return a.keys() == b.keys() and all(_same(a[key], b[key], depth) for key in a)
    return a == b


def _snapshot(one):
    """The state of an object of the program as data, objects that it holds included, at most 100 of them."""
    seen = {}

    def plain(value):
        if type(value) is Remote:
            number = value._r1_number
            if number not in seen and len(seen) < _MOST_OBJECTS:
                seen[number] = None
                seen[number] = plain(value._r1_bridge.ask("state", value)[1:])  # the first item is its class
            return ("object", number)
        if isinstance(value, dict):
            return [(plain(key), plain(inner)) for key, inner in value.items()]
        if isinstance(value, (list, tuple)):
            return [plain(inner) for inner in value]
        return (type(value).__name__, repr(value) if isinstance(value, (set, frozenset, float, complex)) else value)

    plain(one)
    return seen


def _holds(data, one):
    """Whether an object is among nested arguments."""
    if isinstance(data, dict):
        return any(_holds(inner, one) for pair in data.items() for inner in pair)
    if isinstance(data, (list, tuple, set, frozenset)):
        return any(_holds(inner, one) for inner in data)
    return data is one


def _tells(made):
    """Whether an object's state depends on the values that the tests created it from.

    Objects that hold nothing, or always the same, would all be equal.
    """
    others = [one for one in made._r1_siblings if one._r1_of != made._r1_of]
    if others:
        return any(not _same_state(made, one) for one in others[:_MOST_SIBLINGS])
    return not made._r1_of or bool(_values_in(made))


_MOST_SIBLINGS = 20


def _values_in(data):
    """The set of (type, value) of all numbers and strings inside nested containers and objects of the program."""
    found, seen, waiting = set(), [], [data]
    while waiting:
        one = waiting.pop()
        if isinstance(one, (int, float, complex, str, bytes)):
            found.add((type(one), one))
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, (list, tuple, set, frozenset)):
            waiting += one
        elif type(one) is Remote and len(seen) < _MOST_OBJECTS and not any(one is other for other in seen):
            seen.append(one)
            waiting += one._r1_bridge.ask("state", one)[1:]  # the first item is its class
    return found


_MOST_OBJECTS = 100
