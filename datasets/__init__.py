"""Tasks: what is asked, what is needed to judge it, and where it comes from."""

if __name__ == "datasets":
    # The checkout's root is on sys.path (`python -m pytest`, a notebook, a Ray worker), so this folder shadows the
    # package that was meant (Hugging Face's). Find that package and put it in place of this one.
    import importlib.util as _util
    import sys as _sys
    from importlib.machinery import PathFinder as _PathFinder
    from pathlib import Path as _Path

    _root = _Path(__file__).resolve().parent.parent
    _spec = _PathFinder.find_spec(__name__, [entry for entry in _sys.path if _Path(entry).resolve() != _root])
    if _spec is None or _spec.loader is None:
        raise ModuleNotFoundError(
            f"No module named {__name__!r} (this checkout's own folder is r1.{__name__})", name=__name__
        )
    _module = _sys.modules[__name__] = _util.module_from_spec(_spec)
    _spec.loader.exec_module(_module)
