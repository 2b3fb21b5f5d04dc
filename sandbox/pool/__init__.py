"""Pool: warm boxes behind the Sandbox protocol."""

from r1.sandbox.pool.pool import open_sandbox

__all__ = ["open_sandbox"]
