"""Writers: for each kind of instruction, a text that follows it and texts that nearly do."""
