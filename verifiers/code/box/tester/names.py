"""Names: where the names in the tests come from: the candidate's program, or helpers that the task's prompt defines."""

import ast
import builtins
import re
import types

MODULES = ("solution", "main", "submission", "candidate", "your_module")  # names under which tests import the program


class SolutionModule(types.ModuleType):
    """The module behind ``from solution import f``; its attributes are the candidate's globals."""

    def __getattr__(self, name):
        if name.startswith("__") and name != "__all__":
            raise AttributeError(name)
        bridge = self.__dict__["_r1_bridge"]
        try:
            if name == "__all__":
                return [one for one in bridge.ask("names") if one not in self.__dict__["_r1_kept"]]
            return bridge.ask("name", name)
        except NameError as error:
            raise AttributeError(str(error)) from None

    def __setattr__(self, name, value):
        if "_r1_bridge" in self.__dict__ and not name.startswith("__"):
            self.__dict__["_r1_bridge"].ask("set_global", name, value)
        else:
            super().__setattr__(name, value)


def imported_names(node):
    """The names that an import statement binds."""
    return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}


def kept_names(job):
    """The names that ``from solution import *`` does not overwrite: built-ins, and what the tests import or define.

    Otherwise a program's own ``all`` or ``isinstance`` would judge it. Names that the task asks for are not kept.
    """
    if "import *" not in job["source"]:
        return ()
    kept = set(dir(builtins))
    try:
        nodes = list(ast.walk(ast.parse(job["source"])))
    except (SyntaxError, ValueError):
        return kept  # `run_tests` reports this error
    for node in nodes:
        if isinstance(node, (ast.Import, ast.ImportFrom)) and getattr(node, "module", "") not in MODULES:
            kept |= imported_names(node)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            kept.add(node.name)
    asked = set(re.findall(r"\b(?:def|class)\s+(\w+)", job["prompt"]))
    return kept - asked - {job["entry"]}


def prompt_helpers(prompt, entry):
    """What the task's prompt defines besides the entry point; it replaces what the candidate defines under these names.

    HumanEval's prompt defines `encode_cyclic`, which the tests call: a candidate's own version could fit any decoder.

    Raises:
        BrokenTests: the prompt's code raises an exception.
    """
    if not entry:
        return {}  # any function of the prompt may be the requested one
    for end in ("", "\n    pass\n"):  # the prompt may end inside the entry point
        try:
            tree = ast.parse(prompt + end)
            break
        except SyntaxError:
            continue
    else:
        return {}  # the prompt is not code
    tree.body = [_optional_import(node) for node in tree.body if getattr(node, "name", "") != entry]
    names = {"__name__": "prompt"}
    try:
        exec(compile(tree, "prompt.py", "exec"), names)
    except Exception as error:
        raise BrokenTests(f"the prompt's code does not run: {error!r}") from None
    return {name: value for name, value in names.items() if not name.startswith("__")}


def _optional_import(node):
    """The statement; an import is wrapped so that a missing module matters only to code that uses it."""
    if not isinstance(node, (ast.Import, ast.ImportFrom)) or getattr(node, "module", "") == "__future__":
        return node
    guarded = ast.parse("try: pass\nexcept ImportError: pass").body[0]
    guarded.body = [node]
    return ast.fix_missing_locations(guarded)


def has_name(bridge, name):
    """Whether the candidate defines a global of this name."""
    try:
        return bridge.ask("name", name) is not None
    except NameError:
        return False


def bind_candidate(tree, entry, names, bridge):
    """Add to ``names``, the tests' globals, what the tests use, do not define, and the candidate may have.

    The entry point is also bound as ``_r1_entry``; if it is missing, the error is bound as ``_r1_missing``.
    """
    names.pop(entry, None)  # the context may hold a stub of it
    for name in sorted(_free_names(tree) - set(names)):
        if not hasattr(builtins, name) or name == entry:
            try:
                names[name] = bridge.ask("name", name)
            except NameError:
                pass  # the test that uses it will raise the error
    if entry and entry not in names:
        try:
            names["_r1_entry"] = bridge.ask("name", entry)
        except Exception as error:
            names["_r1_missing"] = error
    elif entry:
        names["_r1_entry"] = names[entry]


def _free_names(tree):
    """The names that the tests use and bind nowhere where they use them, as Python's compiler resolves names."""
    import symtable

    module = symtable.symtable(ast.unparse(tree), "tests.py", "exec")
    bound = {
        one.get_name() for one in module.get_symbols() if one.is_assigned() or one.is_imported() or one.is_namespace()
    }
    used, waiting = set(), [module]
    while waiting:
        scope = waiting.pop()
        waiting += scope.get_children()
        used |= {
            one.get_name()
            for one in scope.get_symbols()
            if one.is_referenced() and (scope is module or one.is_global())
        }
    return used - bound


def entry_point(names):
    """The candidate's entry point, as bound by `bind_candidate`; raises the error with which it was missing."""
    if "_r1_missing" in names:
        raise names["_r1_missing"]
    return names["_r1_entry"]
