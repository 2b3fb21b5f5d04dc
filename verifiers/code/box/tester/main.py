"""Main: receives a job, runs its tests against the candidate on the other end of the link, and writes a report.

This program runs in a box that never executes candidate code: it receives only data and handles (`Remote`).
"""

import json
import os
import sys


def main():
    job = json.loads(sys.stdin.buffer.read())
    out = os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    bridge = Bridge(Link(3))
    if job["remote_operators"]:
        allow_operators()
    report = {"tests": []}
    try:
        loaded = bridge.link.receive()
        if not isinstance(loaded, dict):
            raise Gone
        if "e" in loaded:
            kind, text, line = bridge.error(loaded["e"], "load").r1_remote
            report["load"] = [kind, text, line]
        else:
            for name in MODULES:
                sys.modules[name] = SolutionModule(name)
                sys.modules[name].__dict__.update(_r1_bridge=bridge, _r1_kept=kept_names(job))
            run_tests(job, bridge, report)
    except BrokenTests as error:
        report["broken"] = str(error)[:300]
    except BaseException:
        report["gone"] = True  # the candidate's process has ended or does not follow the protocol
    rest = memoryview(f"\n{job['nonce']} report {json.dumps(report)}\n".encode())
    while rest:
        rest = rest[os.write(out, rest) :]
    os._exit(0)


if __name__ == "__main__":
    main()
