"""Truth: the tests of a code task, read into a plan."""
