"""A real vLLM server on the CPU, for tests."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

START_S = 240.0
OPTIONS = (
    *("--dtype", "float32", "--enforce-eager", "--disable-log-stats", "--logprobs-mode", "processed_logprobs"),
    "--no-enable-chunked-prefill",  # see trainers/rollout/server.py
)
SETTINGS = {
    "VLLM_SERVER_DEV_MODE": "1",
    "VLLM_CPU_KVCACHE_SPACE": "1",  # GiB
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "VLLM_NO_USAGE_STATS": "1",
    "HF_HUB_OFFLINE": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
}


@contextlib.contextmanager
def vllm_server(model: Path, log: Path) -> Iterator[str]:
    """Start a server and yield its URL, including ``/v1``, once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    # Not `vllm serve`: the command line of vllm-cpu 0.32 fails because it looks for a package named vllm.
    command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--host", "127.0.0.1", "--port", port]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--model", str(model), *OPTIONS],
            env=os.environ | SETTINGS,
            cwd=log.parent,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait(f"http://127.0.0.1:{port}/v1/models", process, log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.5)
    raise AssertionError(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")
