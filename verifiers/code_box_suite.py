"""Running test code in the tester's box: assert statements, ``check(candidate)``, unittest classes, pytest functions.

Each test reports by itself; a test that was skipped did not pass, and no tests at all is no pass either.
"""

import ast
import builtins
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
        _install_pytest()
    if "numpy" in job["source"]:
        install_numpy()  # of code_box_numpy
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


def _run_once(tree, job, bridge, report, helpers):
    """The tests in a module of their own; returns those of the helpers that they use."""
    space = sys.modules["tests"] = types.ModuleType("tests")
    names = space.__dict__
    try:
        if job["context"]:
            exec(compile(job["context"], "context.py", "exec"), names)
    except Exception as error:
        raise SetUp(f"the tests do not load: {error!r}") from None
    names.update(helpers)
    _bind(tree, job["entry"], names, bridge)
    runner = _Runner(report, job["stop"])
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
    tree.body = [node for node in tree.body if getattr(node, "name", "") != entry]
    names = {"__name__": "prompt"}
    try:
        exec(compile(tree, "prompt.py", "exec"), names)
    except Exception as error:
        raise SetUp(f"the prompt's code does not run: {error!r}") from None
    return {name: value for name, value in names.items() if not name.startswith("__")}


def _has(bridge, name):
    try:
        return bridge.ask("name", name) is not None
    except NameError:
        return False


class _Runner:
    """Runs one test at a time; after a failure (if asked) the rest is not run."""

    def __init__(self, report, stop):
        self.report, self.stop, self.ended = report, stop, False

    def __call__(self, name, test):
        if self.ended:
            return
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
            kind, text, line = getattr(error, "r1_remote", [type(error).__name__, str(error)[:300], 0])
            how = "skipped" if type(error).__name__ in ("Skipped", "SkipTest") else "wrong"
            how = "error" if hasattr(error, "r1_remote") else how
            entry = [name, False, how, kind, text, line]
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
        exec(compile(ast.Module(nodes, []), "tests.py", "exec"), names)

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
        exec(compile(tree, "tests.py", "exec"), names)
    except BaseException as error:
        failed.append(error)
    if failed:
        run("import of the tests", lambda: _raise(failed[0]))
        return
    for cls in [c for c in list(names.values()) if isinstance(c, type) and c.__module__ == "tests"]:
        if issubclass(cls, unittest.TestCase):
            for name in unittest.TestLoader().getTestCaseNames(cls):
                run(f"{cls.__name__}.{name}", lambda cls=cls, name=name: _run_case(cls(name)))
        elif cls.__name__.startswith("Test"):
            for name in [n for n in vars(cls) if n.startswith("test")]:
                _run_function(f"{cls.__name__}.{name}", getattr(cls(), name), names, run, set_up=cls)
    run_suite_functions(names, set(), run)


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
    for given in getattr(function, "r1_params", [{}]):
        label = f"{name}[{', '.join(f'{k}={v!r}' for k, v in given.items())}]" if given else name
        run(label[:120], lambda given=given: _call_with_fixtures(function, given, names))


def _call_with_fixtures(function, given, names, depth=0):
    code = function.__code__
    wanted = code.co_varnames[: code.co_argcount]
    if isinstance(function, types.MethodType):
        wanted = wanted[1:]
        if hasattr(function.__self__, "setup_method") and function.__name__ != "setup_method":
            function.__self__.setup_method()
    values, clean = dict(given), []
    defaults = len(function.__defaults__ or ())
    for name in wanted[: len(wanted) - defaults] if defaults else wanted:
        if name in values:
            continue
        fixture = names.get(name)
        if not hasattr(fixture, "r1_fixture") or depth > 8:
            raise SetUp(f"no fixture {name!r}")
        value = _call_with_fixtures(fixture.r1_fixture, {}, names, depth + 1)
        if isinstance(value, types.GeneratorType):
            clean.append(value)
            value = next(value)
        values[name] = value
    try:
        return function(**values)
    finally:
        for generator in clean:
            next(generator, None)


def _entry(names):
    if "_r1_missing" in names:
        raise names["_r1_missing"]
    return names["_r1_entry"]


def _raise(error):
    raise error


def _install_pytest():
    """A pocket edition of pytest where there is none: raises, approx, parametrize, fixture, skip, fail."""
    try:
        import pytest  # noqa: F401
    except ImportError:
        sys.modules["pytest"] = _pocket_pytest()


def _pocket_pytest():
    import math
    import re

    class Raises:
        def __init__(self, expected, match=None):
            self.expected, self.match, self.value = expected, match, None

        def __enter__(self):
            return self

        def __exit__(self, kind, error, trace):
            if kind is None:
                raise AssertionError(f"did not raise {self.expected}")
            self.value, self.type = error, kind
            if not issubclass(kind, self.expected):
                return False
            if self.match is not None and not re.search(self.match, str(error)):
                raise AssertionError(f"{error} does not match {self.match!r}")
            return True

    class Approx:
        def __init__(self, expected, rel=1e-6, abs=1e-12, nan_ok=False):
            self.expected, self.rel, self.abs = expected, rel, abs

        def __eq__(self, got):
            return self._near(got, self.expected)

        def _near(self, got, expected):
            if isinstance(expected, dict):
                return (
                    isinstance(got, dict)
                    and got.keys() == expected.keys()
                    and all(self._near(got[k], v) for k, v in expected.items())
                )
            if isinstance(expected, (list, tuple)):
                return (
                    isinstance(got, (list, tuple)) and len(got) == len(expected) and all(map(self._near, got, expected))
                )
            if isinstance(got, (int, float)) and isinstance(expected, (int, float)):
                return math.isclose(got, expected, rel_tol=self.rel, abs_tol=self.abs)
            return got == expected

    def raises(expected, function=None, *args, match=None, **kwargs):
        if function is None:
            return Raises(expected, match)
        with Raises(expected, match):
            function(*args, **kwargs)

    def parametrize(names, values, **_):
        keys = [k.strip() for k in names.split(",")] if isinstance(names, str) else list(names)

        def mark(function):
            rows = [dict(zip(keys, v if len(keys) > 1 else [v], strict=True)) for v in values]
            old = getattr(function, "r1_params", [{}])
            function.r1_params = [{**a, **b} for a in old for b in rows]
            return function

        return mark

    def fixture(function=None, **_):
        if function is None:
            return fixture
        holder = types.SimpleNamespace(r1_fixture=function)
        return holder

    def skip(reason=""):
        raise Skipped(reason)

    def fail(reason="", **_):
        raise AssertionError(reason)

    class Mark:
        def __getattr__(self, name):
            if name == "parametrize":
                return parametrize
            if name in ("skip", "skipif", "xfail"):
                return lambda *a, **k: lambda f: (lambda: skip(name)) if name == "skip" or (a and a[0]) else f
            return lambda *a, **k: a[0] if a and callable(a[0]) else (lambda f: f)

    module = types.ModuleType("pytest")
    for value in (raises, fixture, skip, fail):
        setattr(module, value.__name__, value)
    module.approx, module.mark, module.param = Approx, Mark(), lambda *a, **k: a if len(a) > 1 else a[0]
    return module
