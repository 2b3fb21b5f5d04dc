"""Command line of the service: ``python -m r1.sandbox.serve --port 8080 --token-file token``. See docs/serve.md."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from r1.sandbox.protocol import MIB, Program, Sandbox, SandboxError

MIN_TOKEN_CHARACTERS = 16
LOOPBACK = ("127.0.0.1", "::1", "localhost")
STOP = (signal.SIGTERM, signal.SIGINT)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line; ``tokens`` holds the accepted tokens. A mistake prints one line and exits with status 2."""
    parser = _Parser(prog="r1.sandbox.serve", description="Run untrusted programs for other machines, over HTTP.")
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on; other addresses than loopback need --token-file")
    add("--port", type=_whole(0, 65535), default=8080, help="0 takes a free one; the first line on stdout names it")
    add("--workers", type=_whole(1, 4096), default=len(os.sched_getaffinity(0)), help="boxes (default: one per core)")
    add("--backend", default="auto", help="auto, docker, namespaces or docker+runsc")
    add("--token-file", type=Path, help="file with the accepted tokens, one per line")
    add("--max-batch", type=_whole(1, 65536), default=256, help="programs in one request")
    add("--max-queue", type=_whole(1, 10**7), default=4096, help="programs that may wait; further requests get 429")
    add("--max-body-mb", type=_whole(1, 4096), default=64, help="largest size of one request")
    add("--max-held-mb", type=_whole(1, 10**6), default=1024, help="total size of requests and results in memory")
    add("--max-cpu-s", type=_whole(1, 86400), default=60, help="largest CPU limit that a request may ask for")
    add("--max-memory-mb", type=_whole(1, 10**7), default=2048, help="largest memory limit that a request may ask for")
    add("--max-output-mb", type=_whole(1, 4096), default=64, help="largest output limit that a request may ask for")
    add("--grace-s", type=_whole(0, 86400), default=60, help="after SIGTERM, seconds for runs in progress")
    args = parser.parse_args(argv)
    args.tokens = _tokens(parser, args.token_file)
    if args.host not in LOOPBACK and not args.tokens:
        parser.error(
            f"--host {args.host} without --token-file would let anyone run programs; give --token-file a file with a token"
        )
    if args.backend == "fake":
        parser.error(
            "--backend fake runs nothing and invents outcomes; expected one of: auto, docker, namespaces, docker+runsc"
        )
    return args


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT, then finish runs in progress, end every box and return 0. Returns 1 on failure."""
    args = parse(argv)
    for number in STOP:
        signal.signal(
            number, lambda *_: sys.exit(0)
        )  # uvicorn replaces these while it serves, and raises the signal again
    try:
        from r1.sandbox.opening import open_sandbox

        with listen(args.host, args.port) as listener, open_sandbox(args.backend, args.workers) as sandbox:
            _prove(sandbox)
            serve(sandbox, listener, args)
    except ImportError as error:
        return _fail(f"{error.name} is not installed; install it with: pip install 'r1-gym[serve]'")
    except OSError as error:
        return _fail(f"cannot listen on {args.host}:{args.port}: {error.strerror or error}")
    except (SandboxError, ValueError) as error:
        return _fail(str(error))
    return 0


def serve(sandbox: Sandbox, listener: socket.socket, args: argparse.Namespace) -> None:
    """Answer requests on a listening socket until a signal arrives; then end all runs and threads."""
    import uvicorn

    from r1.sandbox.serve.app import create_app
    from r1.sandbox.serve.connection import PromptProtocol
    from r1.sandbox.serve.service import CAPS, Service, Settings

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    asked = {"memory_bytes": args.max_memory_mb * MIB, "output_bytes": args.max_output_mb * MIB}
    caps = replace(CAPS, cpu_s=args.max_cpu_s, **asked)
    sizes = (args.max_batch, args.max_queue, args.max_body_mb * MIB, args.max_held_mb * MIB)
    service = Service(sandbox, Settings(args.workers, args.tokens, caps, *sizes))
    config = uvicorn.Config(
        create_app(service),
        http=PromptProtocol,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        limit_concurrency=4096,
        timeout_graceful_shutdown=args.grace_s,
    )
    print(
        f"listening on http://{args.host}:{listener.getsockname()[1]} ({sandbox.tier}, {args.workers} boxes)",
        flush=True,
    )
    try:
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        for number in STOP:
            signal.signal(number, signal.SIG_IGN)  # a second signal must not interrupt the closing
        service.queue.end()
        sandbox.close()
        service.queue.join()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Its connections inherit TCP_NODELAY, without which each answer would wait 40 ms for an ACK."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=1024)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _prove(sandbox: Sandbox) -> None:
    outcome = sandbox.run(Program("print(6 * 7)"))
    if outcome.stdout != b"42\n":
        raise SandboxError(f"the sandbox starts but does not work: print(6 * 7) gave {outcome}")


def _tokens(parser: argparse.ArgumentParser, path: Path | None) -> tuple[str, ...]:
    if path is None:
        return ()
    try:
        tokens = tuple(line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        parser.error(f"--token-file {path}: {error}")
    if not tokens or min(map(len, tokens)) < MIN_TOKEN_CHARACTERS:
        parser.error(f"--token-file {path}: each line must hold a token of at least {MIN_TOKEN_CHARACTERS} characters")
    return tokens


def _whole(least: int, most: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} to {most}")
        return number

    return whole


def _fail(message: str) -> int:
    print(f"r1.sandbox.serve: {' '.join(message.split())}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
