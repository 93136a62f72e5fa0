"""A local server that speaks the chat APIs of OpenAI, Anthropic and Gemini: it answers, dawdles and fails.

    with Stub() as stub:
        stub.script("gpt-x", [Fault("429", retry_after=1), Reply("Final answer: B")])
        moot.debate("…", [Agent("ada", "openai/gpt-x", api_base=stub.api_base), …])
    assert [seen.served for seen in stub.log] == ["429", "reply"]

It runs on a thread and event loop of its own, on loopback only, so it serves tests on any loop,
other processes and Ray actors alike.
"""

import asyncio
import socket
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import anyio
import anyio.to_thread

from moot.errors import RuntimeStartError
from moot.testing.behaviour import Behaviour, Latency
from moot.testing.service import Service
from moot.testing.steps import Steps
from moot.testing.wire import Connection
from moot.testing.witness import Seen, Witness


class Stub:
    """A local server with faults, scripts and a log, in a provider's place; a context manager, plain or async.

    Answers `POST …/chat/completions` as OpenAI does (streamed where asked), `POST …/messages` as Anthropic
    and `POST …/MODEL:generateContent` as Gemini, and `GET …/models`; for other processes also
    `GET /log`, `GET /stats` and `POST /reset`.

    Args:
        port: 0 takes any free one.
        latency: Of every good reply: seconds, or `"lognormal:MEDIAN:SIGMA"`, drawn from a hash
            of the request so that every client meets the same delays.
        rate: Requests a second and how many at once; beyond it 429 with Retry-After.
        chars: Length of a reply the stub makes up.
        models: What `GET …/models` lists.
        keep: How many log records stay in memory; None keeps all.
        log_file: JSON lines of every arrival and end, each written at once.
        accept_s: How long every new connection waits before anything on it is read.
        shared: Let other processes listen on the same port.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        latency: float | str = 0.0,
        rate: tuple[float, float] | None = None,
        chars: int = 400,
        models: tuple[str, ...] = ("stub",),
        keep: int | None = None,
        log_file: Path | None = None,
        accept_s: float = 0.0,
        shared: bool = False,
    ) -> None:
        self.port = port
        self._accept_s, self._shared = accept_s, shared
        self._witness = Witness(keep=keep, path=log_file)
        behaviour = Behaviour(latency=Latency.of(latency), bucket=rate)
        self._service = Service(behaviour, self._witness, chars=chars, models=models)
        self._connections: set[Connection] = set()
        self._thread: threading.Thread | None = None
        self._deaf: socket.socket | None = None

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_base(self) -> str:
        """What a client takes as its base address."""
        return f"{self.url}/v1"

    @property
    def deaf_base(self) -> str:
        """A base address at which nobody ever speaks: connecting succeeds, and the TLS handshake hangs."""
        if self._deaf is None:
            self._deaf = socket.create_server(("127.0.0.1", 0), backlog=4096)
        return f"https://127.0.0.1:{self._deaf.getsockname()[1]}/v1"

    @property
    def log(self) -> tuple[Seen, ...]:
        """Every chat request so far, in order of arrival."""
        return tuple(self._witness.log)

    @property
    def counts(self) -> Mapping[str, int]:
        """Requests per model."""
        return dict(self._witness.counts)

    @property
    def in_flight(self) -> int:
        """Requests being served now."""
        return self._witness.in_flight

    @property
    def peak(self) -> int:
        """Most requests served at once so far."""
        return self._witness.peak

    def script(self, model: str, steps: Steps) -> None:
        """Say what a model does from now on.

        Args:
            model: Its name as the server sees it; `"*"` is every model without a script of its own.
            steps: A step for every call; a function of the request; or a list of steps, one a
                call, after which the model answers as if it had none.
        """
        self._service.behaviour.script(model, steps)

    def reset(self) -> None:
        """Forget the log and begin every script again."""
        self._service.reset()

    def start(self) -> Self:
        """Listen; returns when the port is open.

        Raises:
            RuntimeStartError: The port cannot be had.
        """
        listening = self._listen()
        self.port = listening.getsockname()[1]
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(listening, ready), name="moot-stub", daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def stop(self) -> None:
        """Close every connection, whatever hangs on it, and end the thread."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
            thread.join()
            self._witness.close()
        if self._deaf is not None:
            self._deaf.close()

    def join(self) -> None:
        """Wait for as long as the server runs."""
        if self._thread is not None:
            self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        return await anyio.to_thread.run_sync(self.start)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(self.stop)

    def _listen(self) -> socket.socket:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if self._shared:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            listening.bind(("127.0.0.1", self.port))
        except OSError as problem:
            listening.close()
            raise RuntimeStartError(f"the stub cannot listen on port {self.port}: {problem.strerror}") from problem
        return listening

    def _run(self, listening: socket.socket, ready: threading.Event) -> None:
        with asyncio.Runner() as runner:
            runner.run(self._until_stopped(listening, ready))

    async def _until_stopped(self, listening: socket.socket, ready: threading.Event) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        server = await self._loop.create_server(
            lambda: Connection(self._service.serve, self._connections, self._accept_s), sock=listening, backlog=4096
        )
        ready.set()
        await self._stopping.wait()
        server.close()
        for connection in tuple(self._connections):
            connection.abort()
        for _ in range(3):  # aborted transports close on the loop's next pass
            await asyncio.sleep(0)
