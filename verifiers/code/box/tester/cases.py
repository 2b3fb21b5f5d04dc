"""Cases: runs a test module: its unittest classes, its pytest classes and its test functions."""

import ast
import inspect


def run_suite(tree, names, run):
    """Execute the module ``tree`` in ``names``, then run each of its tests by ``run``."""
    import unittest

    try:
        exec(compile(with_assertions(tree), "tests.py", "exec"), names)
    except BaseException as error:
        run("import of the tests", lambda error=error: raise_error(error))
        return
    for name in _skipped_names(tree):
        names.pop(name, None)
    try:
        for name in ("setUpModule", "setup_module"):
            if name in names:
                names[name](*[None] * names[name].__code__.co_argcount)
    except BaseException as error:
        run("set-up of the module", lambda error=error: raise_error(error))
        return
    for cls in [c for c in list(names.values()) if isinstance(c, type) and c.__module__ == "tests"]:
        for name in _skipped_names(next((n for n in tree.body if getattr(n, "name", "") == cls.__name__), tree)):
            if name in vars(cls):
                delattr(cls, name)
        if issubclass(cls, unittest.TestCase):
            own = ["runTest"] if hasattr(cls, "runTest") else []
            for name in unittest.TestLoader().getTestCaseNames(cls) or own:
                run(f"{cls.__name__}.{name}", lambda cls=cls, name=name: _run_case(cls(name)))
        elif cls.__name__.startswith("Test"):
            for name in [n for n in vars(cls) if n.startswith("test")]:
                run_function(f"{cls.__name__}.{name}", getattr(cls(), name), names, run, cls=cls)
    run_functions(names, set(), run)


def _skipped_names(tree):
    """The tests and classes in the body of ``tree`` that are always skipped: ``@unittest.skip("later")``."""
    found = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))]
    return {
        node.name
        for node in found
        for mark in node.decorator_list
        if ast.unparse(mark).partition("(")[0] in ("unittest.skip", "skip", "pytest.mark.skip")
    }


def _run_case(case):
    """Run one unittest test; raises its first problem. Its result can be trusted: no candidate code runs in this process."""
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
        # unittest would pass the test without awaiting the coroutine
        setattr(case, case._testMethodName, lambda: run_coroutine(method()))
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
