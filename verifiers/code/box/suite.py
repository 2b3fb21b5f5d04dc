"""Running test code in the tester's box: assert statements, ``check(candidate)``, unittest classes, pytest functions.

Each test reports by itself; a test that was skipped did not pass, and no tests at all is no pass either.
"""

import ast
import builtins
import inspect
import string
import sys
import types

MODULES = ("solution", "main", "submission", "candidate", "your_module")  # what tests may import the program as


class Skipped(Exception):
    """A test that does not want to run."""


class SetUp(Exception):
    """The tests themselves are broken (they cannot be compiled, they need a module that is not there)."""


def run_tests(job, bridge, report):
    """Fill ``report["tests"]`` with [name, passed, how, kind, text, line] of each test, in order."""
    if "pytest" in job["source"]:
        install_pytest()  # of pocket_pytest
    if "patch" in job["source"]:
        refuse_patches()  # of refusals
    if "asyncio" in job["source"]:
        await_remotes()
    if "numpy" in job["source"]:
        install_numpy()  # of pocket_numpy
    if "random" in job["source"] and "seed" in job["source"]:
        share_seeds(bridge)
    if _FILES & set(job["source"].translate(_NO_WORDS).split()):
        watch_files()
    try:
        tree = ast.parse(job["source"], "tests.py")
    except Exception as error:
        raise SetUp(f"the tests do not load: {error!r}") from None
    helpers = _run_once(tree, job, bridge, report, _helpers(job["prompt"], job["entry"]))
    # With other helpers of its own it must pass as well: that is how the set itself judges.
    if (
        job["own_helpers"]
        and helpers
        and all(entry[1] for entry in report["tests"])
        and any(_has(bridge, name) for name in helpers)
    ):
        _run_once(tree, job, bridge, report, {})


_FILES = {"open", "os", "Path", "tempfile", "shutil"}
_NO_WORDS = dict.fromkeys(map(ord, string.punctuation.replace("_", "")), " ")


def _run_once(tree, job, bridge, report, helpers):
    """The tests in a module of their own; returns those of the helpers that they use."""
    space = sys.modules["tests"] = types.ModuleType("tests")
    names = space.__dict__
    try:
        if job["context"]:
            exec(compile(job["context"], "context.py", "exec"), names)
    except Exception as error:
        raise SetUp(f"the tests do not load: {error!r}") from None
    names.update(helpers, r1_assertion=Assertion(bridge))
    _bind(tree, job["entry"], names, bridge)
    runner = _Runner(report, job["stop"], job["framework"] != "asserts")
    (run_asserts if job["framework"] == "asserts" else run_suite)(tree, names, job["entry"], runner)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return [name for name in helpers if name in used and isinstance(helpers[name], (types.FunctionType, type))]


def _helpers(prompt, entry):
    """What the task's prompt defines besides the entry point is the task's own word, whatever the candidate makes of it.

    HumanEval's `encode_cyclic` stands in the prompt and is used by the tests: a candidate's own would pass any decoder.
    """
    if not entry:
        return {}  # any function of the prompt may be the one that is asked for
    for end in ("", "\n    pass\n"):  # it may end within the entry point
        try:
            tree = ast.parse(prompt + end)
            break
        except SyntaxError:
            continue
    else:
        return {}  # a prompt that is no code defines nothing
    tree.body = [_bearable(node) for node in tree.body if getattr(node, "name", "") != entry]
    names = {"__name__": "prompt"}
    try:
        exec(compile(tree, "prompt.py", "exec"), names)
    except Exception as error:
        raise SetUp(f"the prompt's code does not run: {error!r}") from None
    return {name: value for name, value in names.items() if not name.startswith("__")}


def _bearable(node):
    """An import of the prompt's that may fail here: only what uses the module misses it."""
    if not isinstance(node, (ast.Import, ast.ImportFrom)) or getattr(node, "module", "") == "__future__":
        return node
    guarded = ast.parse("try: pass\nexcept ImportError: pass").body[0]
    guarded.body = [node]
    return ast.fix_missing_locations(guarded)


def _has(bridge, name):
    try:
        return bridge.ask("name", name) is not None
    except NameError:
        return False


class _Runner:
    """Runs one test at a time; after a failure (if asked) the rest is not run."""

    def __init__(self, report, stop, apart):
        self.report, self.stop, self.apart, self.ended = report, stop, apart, False

    def __call__(self, name, test):
        if self.ended:
            return
        before = FILES["touched"]
        try:
            test()
            entry = [name, True, "ok", "", "", 0]
        except SetUp:
            raise
        except BaseException as error:
            if type(error).__name__ == "Gone":
                self.report["tests"].append([name, False, "missing", "", "", 0])
                raise
            if isinstance(error, ImportError) and not hasattr(error, "r1_remote") and error.name not in MODULES:
                raise SetUp(f"the tests need a module: {error}") from None
            refuse_files()  # of refusals
            kind, text, line = getattr(error, "r1_remote", [type(error).__name__, str(error)[:300], 0])
            how = "skipped" if type(error).__name__ in ("Skipped", "SkipTest") else "wrong"
            how = "error" if hasattr(error, "r1_remote") else how
            entry = [name, False, how, kind, text, line]
        if self.apart:  # what one test did with files is no excuse for the next one
            FILES["touched"] = before
        self.report["tests"].append(entry)
        self.ended = self.stop and not entry[1]


def _bind(tree, entry, names, bridge):
    """Give the tests the candidate's names that they use and nobody else defines."""
    names.pop(entry, None)  # the context may hold a stub of it
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    defined = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            defined.add(node.name)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            defined |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        if isinstance(node, ast.arg):
            defined.add(node.arg)
    for name in sorted(used - defined - set(names)):
        if not hasattr(builtins, name) or name == entry:
            try:
                names[name] = bridge.ask("name", name)
            except NameError:
                pass  # the test that uses it will say so
    if entry and entry not in names:
        try:
            names["_r1_entry"] = bridge.ask("name", entry)
        except Exception as error:
            names["_r1_missing"] = error
    elif entry:
        names["_r1_entry"] = names[entry]


def run_asserts(tree, names, entry, run):
    """Top-level assert statements are a test each, other statements set them up; then ``check`` and ``test_*``."""

    def execute(nodes):
        exec(compile(with_assertions(ast.Module(list(nodes), [])), "tests.py", "exec"), names)

    called = {
        node.value.func.id
        for node in tree.body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name)
    }
    setting_up = []
    for node in tree.body:
        is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        is_loop = isinstance(node, (ast.For, ast.While, ast.With, ast.Try))
        if isinstance(node, ast.Assert) or is_call or is_loop:
            nodes, setting_up = [*setting_up, node], []
            run(f"line {node.lineno}", lambda nodes=nodes: execute(nodes))
        else:
            setting_up.append(node)
        if run.ended:
            return
    if setting_up:
        try:
            execute(setting_up)
        except BaseException as error:
            run("set-up", lambda error=error: _raise(error))
            return
    if "check" in names and "check" not in called and isinstance(names["check"], types.FunctionType):
        run("check", lambda: names["check"](_entry(names)))
    run_suite_functions(names, called, run)


def run_suite(tree, names, entry, run):
    """unittest classes, pytest classes and functions."""
    import unittest

    failed = []
    try:
        exec(compile(with_assertions(tree), "tests.py", "exec"), names)
    except BaseException as error:
        failed.append(error)
    if failed:
        run("import of the tests", lambda: _raise(failed[0]))
        return
    for name in _unwanted(tree):
        names.pop(name, None)
    try:
        for name in ("setUpModule", "setup_module"):
            if name in names:
                names[name](*[None] * names[name].__code__.co_argcount)
    except BaseException as error:
        failed.append(error)
        run("set-up of the module", lambda: _raise(failed[0]))
        return
    for cls in [c for c in list(names.values()) if isinstance(c, type) and c.__module__ == "tests"]:
        for name in _unwanted(next((n for n in tree.body if getattr(n, "name", "") == cls.__name__), tree)):
            if name in vars(cls):
                delattr(cls, name)
        if issubclass(cls, unittest.TestCase):
            own = ["runTest"] if hasattr(cls, "runTest") else []
            for name in unittest.TestLoader().getTestCaseNames(cls) or own:
                run(f"{cls.__name__}.{name}", lambda cls=cls, name=name: _run_case(cls(name)))
        elif cls.__name__.startswith("Test"):
            for name in [n for n in vars(cls) if n.startswith("test")]:
                _run_function(f"{cls.__name__}.{name}", getattr(cls(), name), names, run, set_up=cls)
    run_suite_functions(names, set(), run)


def _unwanted(tree):
    """The tests and classes here that the tests' author has taken out, without a condition: ``@unittest.skip("later")``."""
    found = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))]
    return {
        node.name
        for node in found
        for mark in node.decorator_list
        if ast.unparse(mark).partition("(")[0] in ("unittest.skip", "skip", "pytest.mark.skip")
    }


def run_suite_functions(names, called, run):
    for name, value in list(names.items()):
        if name.startswith("test") and isinstance(value, types.FunctionType) and name not in called:
            _run_function(name, value, names, run)


def _run_case(case):
    """One unittest test by its own machinery; what it reports is ours to read, for no candidate code runs here."""
    import unittest

    problems = []

    class Result(unittest.TestResult):
        def addFailure(self, test, err):
            problems.append(err[1])

        addError = addFailure

        def addSubTest(self, test, subtest, err):
            if err is not None:
                problems.append(err[1])

        def addSkip(self, test, reason):
            problems.append(Skipped(reason))

        def addUnexpectedSuccess(self, test):
            problems.append(AssertionError("unexpected success"))

        def addExpectedFailure(self, test, err):
            problems.append(Skipped("a failure that was expected proves nothing"))

    method = getattr(case, case._testMethodName)
    if inspect.iscoroutinefunction(method) and not isinstance(case, unittest.IsolatedAsyncioTestCase):
        setattr(case, case._testMethodName, lambda: _awaited(method()))  # unittest would not wait for it, and pass it
    result = Result()
    result.startTestRun()
    type(case).setUpClass()
    try:
        case.run(result)
    finally:
        type(case).tearDownClass()
        case.doClassCleanups()
    if problems:
        raise problems[0]


def _run_function(name, function, names, run, set_up=None):
    """One pytest function: once, or for each of its parameters; its other arguments are fixtures."""
    rows = getattr(function, "r1_params", [{}])
    rows = [{**a, **b} for a in getattr(set_up, "r1_params", [{}]) for b in rows]
    for fixture in filter(None, (_fixture(wanted, function, names) for wanted in _wanted(function))):
        if fixture.params is not None:
            rows = [{**row, "request": types.SimpleNamespace(param=value)} for row in rows for value in fixture.params]
    for given in rows:
        label = f"{name}[{', '.join(f'{k}={v!r}' for k, v in given.items())}]" if given else name
        run(label[:120], lambda given=given: _run_prepared(function, given, names))


def _run_prepared(function, given, names):
    owner = getattr(function, "__self__", None)
    own = [holder for holder in vars(type(owner)).values() if owner is not None]
    for holder in [*names.values(), *own]:
        if _is_fixture(holder) and holder.autouse:
            _fixture_value(holder, owner, given, names, [], 0)
    for place, name in ((names, "setup_function"), (vars(type(owner)), "setup_method"), (vars(type(owner)), "setup")):
        if (owner is None) == (place is names) and isinstance(place.get(name), types.FunctionType):
            before = place[name] if owner is None else getattr(owner, name)
            before(*[function] * len(_wanted(before)))
    result = _call_with_fixtures(function, given, names)
    if inspect.iscoroutine(result):
        result = _awaited(result)
    if isinstance(result, types.GeneratorType):
        raise SetUp("a test that is a generator would pass without running")


def _awaited(coroutine):
    import asyncio

    return asyncio.run(coroutine)


def _wanted(function):
    """The names of its arguments that have no default."""
    code = function.__code__
    wanted = code.co_varnames[: code.co_argcount]
    wanted = wanted[1:] if isinstance(function, types.MethodType) else wanted
    return wanted[: len(wanted) - len(function.__defaults__ or ())]


def _fixture(name, function, names):
    """The fixture of that name: of the function's class, or of the module."""
    found = getattr(type(getattr(function, "__self__", None)), name, None)
    return next((one for one in (found, names.get(name)) if _is_fixture(one)), None)


def _is_fixture(thing):
    """By its type: things of the program, which may answer anything, are not asked."""
    return type(thing) is types.SimpleNamespace and hasattr(thing, "r1_fixture")


def _fixture_value(fixture, owner, given, names, clean, depth):
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
    values, clean = dict(given), []
    for name in _wanted(function):
        if name in values:
            continue
        if name == "capsys":
            values[name] = Captured()  # of pocket_pytest
            continue
        fixture = _fixture(name, function, names)
        if fixture is None or depth > 8:
            raise SetUp(f"no fixture {name!r}")
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


def _entry(names):
    if "_r1_missing" in names:
        raise names["_r1_missing"]
    return names["_r1_entry"]


def _raise(error):
    raise error
