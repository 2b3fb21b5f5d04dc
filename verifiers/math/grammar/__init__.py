"""Grammar: a formula in LaTeX or plain text becomes a tree."""
