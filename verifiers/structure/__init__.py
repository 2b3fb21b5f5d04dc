"""Structure: whether a completion is a document of the asked format, shape and content."""

from r1.verifiers.structure.verifier import Structure

__all__ = ["Structure"]
