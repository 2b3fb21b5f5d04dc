"""A process whose judge has two workers that never end: it prints their pids once both are busy, then waits to be killed.

python judge_parent.py FOLDER       # FOLDER: where the workers leave a file when they begin
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

from judge_verifiers import Moody

from r1.verifiers.judge import Judge


def main() -> None:
    flags = [Path(sys.argv[1]) / name for name in ("spin", "hang")]
    judge = Judge(Moody(), workers=2, timeout_s=600)
    judge(["a"] * 4, [{}] * 4)
    texts = [f"{flag.name}:{flag}" for flag in flags]
    threading.Thread(target=judge, args=(texts, [{}] * 2), daemon=True).start()
    while not all(flag.exists() for flag in flags):
        time.sleep(0.01)
    print(*judge.pids(), flush=True)
    time.sleep(600)


if __name__ == "__main__":
    main()
