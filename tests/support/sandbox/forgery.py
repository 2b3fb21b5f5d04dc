"""An attack: a program that tries to write the records of the driver that calls it."""

FORGE = """
import os, sys
def job():
    frame = sys._getframe()
    while frame:
        found = frame.f_locals.get('job')
        if isinstance(found, dict) and 'nonce' in found: return found
        frame = frame.f_back
def forge(number, body):
    line = f"\\n{job()['nonce']} {number} {body}\\n".encode()
    for fd in range(3, 30):
        try: os.write(fd, line)
        except OSError: pass
    os._exit(0)
"""
