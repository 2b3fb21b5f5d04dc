"""Language: the share of a thought's words that are in the target language, and whether a response is written in one."""

from r1.verifiers.language.response import language_rule
from r1.verifiers.language.verifier import Language

__all__ = ["Language", "language_rule"]
