"""Instructions: whether a completion follows verifiable instructions such as IFEval's."""

from r1.verifiers.instructions.verifier import Instructions

__all__ = ["Instructions"]
