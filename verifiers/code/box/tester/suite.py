"""Suite: runs the tests of a task in the tester's box and records the result of each.

A test is an assert statement, ``check(candidate)``, a unittest method or a pytest function. A skipped test has not
passed, and a suite without tests has not passed either.
"""

import ast
import string
import sys
import types


class Skipped(Exception):
    """A test that skips itself."""


class BrokenTests(Exception):
    """The tests themselves cannot be run: they do not compile, or they need a module that is missing."""


def run_tests(job, bridge, report):
    """Append [name, passed, how, kind, text, line] of each test to ``report["tests"]``, in order.

    ``how`` is "ok", "wrong", "error" (the program raised), "skipped" or "missing" (the program's process is gone).
    """
    _prepare_modules(job["source"], bridge)
    try:
        tree = ast.parse(job["source"], "tests.py")
    except Exception as error:
        raise BrokenTests(f"the tests do not load: {error!r}") from None
    helpers = _run_once(tree, job, bridge, report, prompt_helpers(job["prompt"], job["entry"]))
    if report["tests"] and all(entry[1] for entry in report["tests"]) and not bridge.reached:
        raise BrokenTests("the tests pass without a result of the program")
    # It must pass with its own versions of the prompt's helpers as well: the original data set judges it with these.
    if (
        job["own_helpers"]
        and helpers
        and all(entry[1] for entry in report["tests"])
        and any(has_name(bridge, name) for name in helpers)
    ):
        _run_once(tree, job, bridge, report, {})


def _prepare_modules(source, bridge):
    """Install or adapt the modules that the tests use; only these, because each costs time."""
    if "pytest" in source:
        install_pytest()
    if "patch" in source:
        refuse_patches()
    if "asyncio" in source:
        await_remotes()
    if "numpy" in source:
        install_numpy()
    if "random" in source and "seed" in source:
        share_seeds(bridge)
    if _FILE_WORDS & set(source.translate(_PUNCTUATION).split()):
        watch_files()


_FILE_WORDS = {"open", "os", "Path", "tempfile", "shutil"}
_PUNCTUATION = dict.fromkeys(map(ord, string.punctuation.replace("_", "")), " ")


def _run_once(tree, job, bridge, report, helpers):
    """Run the tests in a fresh module ``tests``. Returns the names of the helpers that they use."""
    space = sys.modules["tests"] = types.ModuleType("tests")
    names = space.__dict__
    try:
        if job["context"]:
            exec(compile(job["context"], "context.py", "exec"), names)
    except Exception as error:
        raise BrokenTests(f"the tests do not load: {error!r}") from None
    names.update(helpers, r1_assertion=Assertion(bridge))
    bind_candidate(tree, job["entry"], names, bridge)
    run = _Runner(report, job["stop"], job["framework"] != "asserts", tree)
    (run_asserts if job["framework"] == "asserts" else run_suite)(tree, names, run)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return [name for name in helpers if name in used and isinstance(helpers[name], (types.FunctionType, type))]


class _Runner:
    """Runs one test per call and reports it. With ``stop``, nothing is run after the first failure.

    ``apart``: the tests are independent, so a use of files by one does not excuse the failure of the next.
    """

    def __init__(self, report, stop, apart, tree):
        self.report, self.stop, self.apart, self.tree, self.ended = report, stop, apart, tree, False

    def __call__(self, name, test):
        if self.ended:
            return
        before = FILES["touched"]
        try:
            test()
            entry = [name, True, "ok", "", "", 0]
        except BrokenTests:
            raise
        except BaseException as error:
            if type(error).__name__ == "Gone":
                self.report["tests"].append([name, False, "missing", "", "", 0])
                raise
            entry = self._failed(name, error)
        if self.apart:
            FILES["touched"] = before
        self.report["tests"].append(entry)
        self.ended = self.stop and not entry[1]

    def _failed(self, name, error):
        """The report of a failed test; raises `BrokenTests` if the failure may not be the program's fault."""
        if isinstance(error, ImportError) and not hasattr(error, "r1_remote") and error.name not in MODULES:
            raise BrokenTests(f"the tests need a module: {error}") from None
        refuse_files()
        refuse_unshared(self.tree, name.partition("[")[0].rpartition(".")[2])
        kind, text, line = getattr(error, "r1_remote", [type(error).__name__, str(error)[:300], 0])
        how = "skipped" if type(error).__name__ in ("Skipped", "SkipTest") else "wrong"
        how = "error" if hasattr(error, "r1_remote") else how
        return [name, False, how, kind, text, line]


def run_asserts(tree, names, run):
    """Run each top-level assert, call and block as a test of its own, then ``check`` and the ``test_*`` functions.

    Other top-level statements prepare the test that follows them.
    """

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
        is_block = isinstance(node, (ast.For, ast.While, ast.With, ast.Try, ast.If)) or _asserts_in_class(node)
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("__name__ == '__main__'", "'__main__' == __name__"):
            node.test = ast.copy_location(ast.Constant(True), node.test)
        if isinstance(node, ast.Assert) or is_call or is_block:
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
            run("set-up", lambda error=error: raise_error(error))
            return
    if "check" in names and "check" not in called and isinstance(names["check"], types.FunctionType):
        run("check", lambda: names["check"](entry_point(names)))
    run_functions(names, called, run)


def _asserts_in_class(node):
    return isinstance(node, ast.ClassDef) and any(isinstance(inner, ast.Assert) for inner in node.body)


def raise_error(error):
    raise error
