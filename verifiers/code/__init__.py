"""Code: whether a program does what the tests ask."""

from r1.verifiers.code.verifier import Code

__all__ = ["Code"]
