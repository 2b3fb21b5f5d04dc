"""Verifiers: `(completion, truth) -> Verdict`, pure, picklable, never raising for a bad completion."""

if __name__ == "verifiers":
    # The checkout's root is on sys.path (`python -m pytest`, a notebook, a Ray worker), so this folder shadows the
    # package that was meant (PrimeIntellect's). Find that package and put it in place of this one.
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
else:
    # The fixed public names, imported on first use, so that `import r1.verifiers` stays cheap.
    _HOMES = {
        "Choice": "choice",
        "Code": "code",
        "Compiler": "compiler",
        "CosineLength": "length",
        "Format": "format",
        "Instructions": "instructions",
        "Judge": "judge",
        "KimiLength": "length",
        "Language": "language",
        "Lint": "compiler",
        "Math": "math",
        "Repetition": "repetition",
        "SoftOverlong": "length",
        "Status": "verdict",
        "Structure": "structure",
        "TagCount": "think",
        "Think": "think",
        "Verdict": "verdict",
        "Verifier": "verdict",
        "Weighted": "weighted",
    }
    __all__ = sorted(_HOMES)

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        import importlib

        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)

    def __dir__() -> list[str]:
        return __all__
