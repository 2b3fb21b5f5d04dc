"""Wire: JSON messages between a candidate's box and its tester's box, each in a frame that starts with its length.

A part of the programs in both boxes.
"""

import json
import os

MAX_FRAME = 32 << 20


class Link:
    """One end of the socket pair."""

    def __init__(self, fd):
        self.fd = fd

    def send(self, data):
        body = json.dumps(data).encode()
        rest = memoryview(len(body).to_bytes(4, "big") + body)
        while rest:
            rest = rest[os.write(self.fd, rest) :]

    def receive(self):
        """The next message, or None if the other side is gone or sent something that is not a frame."""
        head = self._read(4)
        if len(head) < 4 or int.from_bytes(head, "big") > MAX_FRAME:
            return None
        body = self._read(int.from_bytes(head, "big"))
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            return None

    def _read(self, count):
        pieces, left = [], count
        while left:
            try:
                piece = os.read(self.fd, min(left, 1 << 20))
            except OSError:
                piece = b""
            if not piece:
                break
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)
