"""Box: the programs that run inside boxes; their parts use only the standard library, so this door stays empty."""
