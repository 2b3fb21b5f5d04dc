"""Find: which text of a completion is the program."""
