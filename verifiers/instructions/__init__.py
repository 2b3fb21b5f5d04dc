"""Instructions: whether a completion follows verifiable instructions: IFEval's, M-IFEval's, IFBench's and IF-RLVR's."""

from r1.verifiers.instructions.figures import Figures, figures
from r1.verifiers.instructions.table import KINDS
from r1.verifiers.instructions.verifier import Instructions

__all__ = ["KINDS", "Figures", "Instructions", "figures"]
