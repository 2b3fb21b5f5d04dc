"""Wall: the formats in which host and box talk to each other. This file is copied into boxes, so it imports nothing."""
