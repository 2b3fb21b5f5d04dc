"""Command: what the shell command ``r1`` does; each subcommand is one module, imported when it is asked for."""
