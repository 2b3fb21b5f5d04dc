"""Tasks: what is asked, what is needed to judge it, and where it comes from."""

if __name__ == "datasets":
    # The checkout's root is on sys.path (`python -m pytest`, a notebook, a Ray worker), so this folder shadows the
    # package that was really asked for (Hugging Face's). Find that one on the rest of the path and put it in our place.
    import importlib.util as _util
    import os as _os
    import sys as _sys
    from importlib.machinery import PathFinder as _PathFinder

    _root = _os.path.dirname(_os.path.dirname(_os.path.realpath(__file__)))
    _spec = _PathFinder.find_spec(__name__, [p for p in _sys.path if _os.path.realpath(p or _os.getcwd()) != _root])
    if _spec is None or _spec.loader is None:
        raise ModuleNotFoundError(
            f"No module named {__name__!r} (this checkout's own folder is r1.{__name__})", name=__name__
        )
    _module = _sys.modules[__name__] = _util.module_from_spec(_spec)
    _spec.loader.exec_module(_module)
