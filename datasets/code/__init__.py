"""Code: rows of public sets of programming tasks become prompt, truth and meta.

A reader for each set returns these three. The truths are those of `r1.verifiers.code`. Tests that the set shows to the
programmer are marked visible. Rows of a set whose own judge allows more time than our default allow as much.
"""

from r1.datasets.code.forms import FORMS

__all__ = ["FORMS"]
