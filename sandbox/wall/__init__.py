"""Wall: the formats that host and box use to talk to each other. This door is copied into boxes and stays empty."""
