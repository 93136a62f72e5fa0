"""The local server that stands in for a provider: a process of its own, on loopback."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from benchmarks.processes import cpu_s, family
from benchmarks.workload import TEXT

MODEL = "openai/gpt-4o-mini"
CHARACTERS = 500
"""Length of a reply."""


@dataclass(frozen=True)
class Server:
    """Where it is."""

    url: str
    pid: int

    @property
    def api_base(self) -> str:
        """What a client takes as its base address."""
        return f"{self.url}/v1"

    @property
    def cpu_s(self) -> float:
        """CPU seconds it has used, all workers together."""
        return sum(cpu_s(family(self.pid)).values())

    def log(self) -> Sequence[dict[str, Any]]:
        """Every request it has seen; of one worker only."""
        with urllib.request.urlopen(f"{self.url}/log", timeout=60) as reply:
            seen: list[dict[str, Any]] = json.load(reply)
        return seen

    def ceiling(self, requests: int) -> float:
        """Requests a second that one worker could answer, by the CPU it uses for one."""
        host, port = self.url.removeprefix("http://").split(":")
        body = json.dumps({"model": MODEL, "messages": [{"role": "user", "content": TEXT}]})
        connection = HTTPConnection(host, int(port), timeout=60)
        before = self.cpu_s
        for _ in range(requests):
            connection.request("POST", "/v1/chat/completions", body)
            connection.getresponse().read()
        connection.close()
        return requests / max(self.cpu_s - before, 0.01)

    def reset(self) -> None:
        """Forget the log."""
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/reset", method="POST"), timeout=60).close()


@contextmanager
def served(*, latency: str = "0", workers: int = 1, keep: int = 0) -> Generator[Server]:
    """A server for as long as the block runs.

    Args:
        latency: Seconds, or `lognormal:MEDIAN:SIGMA`.
        workers: Processes that share its port.
        keep: How many requests its log keeps.
    """
    command = [sys.executable, "-m", "moot.testing.stub", "--latency", latency, "--chars", str(CHARACTERS)]
    command += ["--workers", str(workers), "--keep", str(keep)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Server(process.stdout.readline().strip(), process.pid)
        finally:
            process.terminate()
