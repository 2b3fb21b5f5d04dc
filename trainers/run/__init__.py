"""Run: what a run leaves behind, from checkpoints to the report."""
