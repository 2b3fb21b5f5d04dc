"""The recorder in a box: runs a reference solution under its own tests and reports what they call it with.

Sent into the box as text behind `values`. Reference and tests are the task's own, so they may share a box.
"""

import json
import os
import random
import sys

MOST = 300  # calls; random tests make many of a kind


def main():
    job = json.loads(sys.stdin.buffer.read())
    out = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    names, calls = {"__name__": "solution"}, []
    try:
        exec(compile(job["context"] + "\n" + job["source"], "solution.py", "exec"), names)
        names[job["entry"]] = recording(names[job["entry"]], calls)
        random.seed(0)  # tests that draw their inputs draw the same ones each time
        exec(compile(job["tests"], "tests.py", "exec"), names)
    except Exception:
        pass  # what was seen so far will do
    os.write(out, f"\n{job['nonce']} calls {json.dumps(calls)}\n".encode())
    os._exit(0)


def recording(function, calls):
    def recorded(*args):
        if len(calls) < MOST:
            try:
                calls.append(encode(args, no_data))
            except ValueError:
                pass
        return function(*args)

    return recorded


def no_data(x):
    raise ValueError(f"{x!r} is no data")


if __name__ == "__main__":
    main()
