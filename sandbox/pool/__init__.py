"""Pool: warm boxes behind the Sandbox protocol."""

from r1.sandbox.pool.pool import Pool

__all__ = ["Pool"]
