"""Language: the share of a thought's words that are in the target language."""

from r1.verifiers.language.verifier import Language

__all__ = ["Language"]
