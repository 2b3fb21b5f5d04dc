"""Read: turns the text of an answer into its readings, the trees that it may mean."""
