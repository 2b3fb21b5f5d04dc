"""Inside: what runs in a box; imports the standard library, wall, protocol and languages only. Copied into boxes, so it imports nothing."""
