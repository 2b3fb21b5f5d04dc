"""Guard for a checkout in a folder named ``r1``: it hands ``import r1`` on to the installed package.

Without it, Python started in the folder above such a checkout takes the checkout itself for a namespace package ``r1``, which
wins over an editable install. No part of this file is installed.
"""

if __name__ == "r1":
    import importlib.util as _util
    import sys as _sys
    from importlib.machinery import PathFinder as _PathFinder
    from pathlib import Path as _Path

    _checkout = _Path(__file__).resolve().parent
    _path = [_entry for _entry in _sys.path if _Path(_entry).resolve() != _checkout.parent]
    _finders = [_finder for _finder in _sys.meta_path if _finder is not _PathFinder]  # an editable install has one
    _specs = [_PathFinder.find_spec(__name__, _path), *(_finder.find_spec(__name__, None) for _finder in _finders)]
    _spec = next((_spec for _spec in _specs if _spec is not None and _spec.loader is not None), None)
    if _spec is None or _spec.loader is None:
        raise ModuleNotFoundError(
            f"No module named 'r1': the checkout {_checkout} is not installed; run: pip install -e {_checkout}",
            name="r1",
        )
    _module = _sys.modules[__name__] = _util.module_from_spec(_spec)
    _spec.loader.exec_module(_module)
