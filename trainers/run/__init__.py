"""Run: the files that a run leaves behind, from checkpoints to the report, and its output on the terminal."""
