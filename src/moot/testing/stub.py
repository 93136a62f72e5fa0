"""The stub as a process: `python -m moot.testing.stub --port 8811 --latency lognormal:1.0:0.5`.

Prints its address on one line when it listens. With `--workers N`, N processes share the port;
each keeps its own counters, and `--log` is the one place where all of them write.
"""

import argparse
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from moot.testing.server import Stub

__all__ = ["Stub", "main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted."""
    given = _parser().parse_args(arguments)
    stub = Stub(
        port=given.port,
        latency=given.latency,
        rate=None if given.rate is None else (given.rate, given.burst or given.rate),
        chars=given.chars,
        keep=given.keep,
        log_file=given.log,
        shared=given.workers > 1 or given.leashed,
    ).start()
    if given.leashed:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    workers = [_worker(stub.port, sys.argv[1:] if arguments is None else arguments) for _ in range(given.workers - 1)]
    if not given.leashed:
        sys.stdout.write(f"{stub.url}\n")
        sys.stdout.flush()
    try:
        stub.join()
    except KeyboardInterrupt:
        stub.stop()
    for worker in workers:
        worker.communicate()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m moot.testing.stub", description=Stub.__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--latency", default="0", help="seconds, or lognormal:MEDIAN:SIGMA")
    parser.add_argument("--rate", type=float, help="requests a second; beyond it 429 with Retry-After")
    parser.add_argument("--burst", type=float, help="how many at once (a second's worth)")
    parser.add_argument("--chars", type=int, default=400, help="length of a reply")
    parser.add_argument("--keep", type=int, default=10_000, help="log records kept in memory")
    parser.add_argument("--log", type=Path, help="a JSON-lines file for every arrival and end")
    parser.add_argument("--workers", type=int, default=1, help="processes that share the port")
    parser.add_argument("--leashed", action="store_true", help=argparse.SUPPRESS)
    return parser


def _worker(port: int, arguments: Sequence[str]) -> "subprocess.Popen[bytes]":
    # The last of two equal options holds. The pipe is the leash: it closes however this process ends.
    command = [
        sys.executable,
        "-m",
        "moot.testing.stub",
        *arguments,
        "--port",
        str(port),
        "--workers",
        "1",
        "--leashed",
    ]
    return subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603  our own interpreter and module


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
