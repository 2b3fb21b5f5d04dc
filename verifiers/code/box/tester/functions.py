"""Functions: runs pytest functions and methods, with their parameters and fixtures."""

import inspect
import sys
import types

_MAX_DEPTH = 8  # of fixtures that use fixtures


def run_functions(names, called, run):
    """Run every function ``test*`` of the module, except those that the module itself has ``called``."""
    for name, value in list(names.items()):
        if name.startswith("test") and isinstance(value, types.FunctionType) and name not in called:
            run_function(name, value, names, run)


def run_function(name, function, names, run, cls=None):
    """Run one test function, or method of ``cls``, once for each of its parameter sets."""
    rows = getattr(function, "r1_params", [{}])
    rows = [{**a, **b} for a in getattr(cls, "r1_params", [{}]) for b in rows]
    for fixture in filter(None, (_fixture(wanted, function, names) for wanted in _required_arguments(function))):
        if fixture.params is not None:
            rows = [{**row, "request": types.SimpleNamespace(param=value)} for row in rows for value in fixture.params]
    for given in rows:
        label = f"{name}[{', '.join(f'{k}={v!r}' for k, v in given.items())}]" if given else name
        run(label[:120], lambda given=given: _run_prepared(function, given, names))


def _run_prepared(function, given, names):
    """Run a test after its autouse fixtures and its ``setup_function`` or ``setup_method``."""
    owner = getattr(function, "__self__", None)
    own = [holder for holder in vars(type(owner)).values() if owner is not None]
    for holder in [*names.values(), *own]:
        if _is_fixture(holder) and holder.autouse:
            _fixture_value(holder, owner, given, names, [], 0)
    for place, name in ((names, "setup_function"), (vars(type(owner)), "setup_method"), (vars(type(owner)), "setup")):
        if (owner is None) == (place is names) and isinstance(place.get(name), types.FunctionType):
            before = place[name] if owner is None else getattr(owner, name)
            before(*[function] * len(_required_arguments(before)))
    result = _call_with_fixtures(function, given, names)
    if inspect.iscoroutine(result):
        result = run_coroutine(result)
    if isinstance(result, types.GeneratorType):
        raise BrokenTests("a test that is a generator would pass without running")


def run_coroutine(coroutine):
    import asyncio

    return asyncio.run(coroutine)


def _required_arguments(function):
    """The names of the arguments without a default, without ``self``."""
    code = function.__code__
    wanted = code.co_varnames[: code.co_argcount]
    wanted = wanted[1:] if isinstance(function, types.MethodType) else wanted
    return wanted[: len(wanted) - len(function.__defaults__ or ())]


def _fixture(name, function, names):
    """The fixture ``name`` of the function's class or of the module, or None."""
    found = getattr(type(getattr(function, "__self__", None)), name, None)
    return next((one for one in (found, names.get(name)) if _is_fixture(one)), None)


def _is_fixture(thing):
    """Whether `pocket_pytest` made it. Decided by its type: an object of the program could claim to have any attribute."""
    return type(thing) is types.SimpleNamespace and hasattr(thing, "r1_fixture")


def _fixture_value(fixture, owner, given, names, clean, depth):
    """Call a fixture function; if it yields its value, its generator is appended to ``clean``."""
    function = fixture.r1_fixture
    if owner is not None and fixture in vars(type(owner)).values():
        function = function.__get__(owner)
    request = {key: given[key] for key in given if key == "request"}
    value = _call_with_fixtures(function, request, names, depth + 1)
    if isinstance(value, types.GeneratorType):
        clean.append(value)
        value = next(value)
    return value


def _call_with_fixtures(function, given, names, depth=0):
    """Call a test or fixture with the arguments ``given``; the others that it requires come from fixtures."""
    values, clean = dict(given), []
    for name in _required_arguments(function):
        if name in values:
            continue
        if name == "capsys":
            values[name] = Captured()
            continue
        fixture = _fixture(name, function, names)
        if fixture is None or depth > _MAX_DEPTH:
            raise BrokenTests(f"no fixture {name!r}")
        values[name] = _fixture_value(fixture, getattr(function, "__self__", None), given, names, clean, depth)
    code = function.__code__
    try:
        return function(
            **{name: value for name, value in values.items() if name in code.co_varnames[: code.co_argcount]}
        )
    finally:
        sys.stdout = sys.__stdout__ if "capsys" in values else sys.stdout
        for generator in clean:
            next(generator, None)
