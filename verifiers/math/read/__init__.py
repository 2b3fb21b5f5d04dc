"""Read: the text of an answer becomes one or more readings of it."""
