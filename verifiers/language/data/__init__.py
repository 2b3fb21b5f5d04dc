"""Data of `r1.verifiers.language`: word lists and letter statistics, and the scripts that build them. README.md names the sources."""
