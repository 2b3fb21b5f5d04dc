"""Box: the programs that run inside a box; standard library only, so this door stays empty."""
