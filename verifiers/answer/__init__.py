"""Answer: where the final answer of a completion is, and whether the text affirms it."""
