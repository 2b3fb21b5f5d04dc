"""Structure: whether a completion is a document in the requested format, with the requested shape and content."""

from r1.verifiers.structure.verifier import Structure

__all__ = ["Structure"]
