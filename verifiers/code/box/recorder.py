"""Recorder: runs a reference solution under its tests and reports the arguments with which they call it.

Solution and tests may share a box because both belong to the task.
"""

import json
import os
import random
import sys

MAX_CALLS = 300  # random tests make many similar calls


def main():
    job = json.loads(sys.stdin.buffer.read())
    out = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    names, calls = {"__name__": "solution"}, []
    try:
        exec(compile(job["context"] + "\n" + job["source"], "solution.py", "exec"), names)
        names[job["entry"]] = recording(names[job["entry"]], calls)
        random.seed(0)  # tests with random inputs draw the same ones in every run
        exec(compile(job["tests"], "tests.py", "exec"), names)
    except Exception:
        pass  # the calls recorded so far are reported
    os.write(out, f"\n{job['nonce']} calls {json.dumps(calls)}\n".encode())
    os._exit(0)


def recording(function, calls):
    def recorded(*args):
        if len(calls) < MAX_CALLS:
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
