"""Inside: what runs in a box; standard library, wall, protocol and languages only. This door is copied into boxes and stays empty."""
