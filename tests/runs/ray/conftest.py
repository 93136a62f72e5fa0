"""One Ray for all tests of a worker, and LLMs of our own to host on it."""

import os
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from moot.agents.llm import Endpoint
from moot.agents.records import Message, Request
from moot.runs.ray import sweeper
from moot.runs.runtime import shutdown

HOSTED = '''
"""LLMs that misbehave, importable in Ray's workers as a user's own module would be."""

import os
import time

import anyio

from moot.agents.llm import Capabilities
from moot.agents.records import Completion
from moot.errors import CredentialError, ScriptError


class Hosted:
    capabilities = Capabilities()

    def __init__(self, endpoint):
        self.name = endpoint.model

    async def complete(self, request):
        return await getattr(self, self.name)(request)

    async def echo(self, request):
        return Completion(kind="ok", text=f"{os.getpid()} {request.messages[-1].content}")

    async def slow(self, request):
        witness = request.extra.get("witness")
        try:
            await anyio.sleep(request.extra["sleep"])
        except anyio.get_cancelled_exc_class():
            if witness:
                open(witness, "w").close()
            raise
        return Completion(kind="ok", text="slept")

    async def interrupted(self, request):
        if request.seed == 0:
            raise KeyboardInterrupt
        if request.seed == 1:
            raise SystemExit(3)
        return await self.echo(request)

    async def deaf(self, request):
        if request.seed == 0:
            time.sleep(60)
        return await self.echo(request)

    async def scripted(self, request):
        raise ScriptError("the script has no such line")

    async def environment(self, request):
        return Completion(kind="ok", text=os.environ.get(request.messages[-1].content, "unset"))


def opening(endpoint):
    if endpoint.model == "locked":
        raise CredentialError("locked", ["LOCKED_API_KEY"])
    if endpoint.model == "broken":
        raise ZeroDivisionError("no such luck")
    return Hosted(endpoint)
'''


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def modules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for modules of tests, on the path before a Ray starts, since it tells its workers of the path then.

    A start costs more than most tests, so modules of tests go on with the Ray that is there, and leave it.
    """
    folder = tmp_path_factory.mktemp("modules")
    sys.path.insert(0, str(folder))
    yield folder
    shutdown()
    sys.path.remove(str(folder))


@pytest.fixture(scope="session")
def hosted(modules: Path) -> ModuleType:
    """The module above."""
    (modules / "hosted_for_tests.py").write_text(textwrap.dedent(HOSTED))
    import hosted_for_tests  # type: ignore[import-not-found]  # pyright: ignore[reportMissingImports]  (written just now)

    module: ModuleType = hosted_for_tests
    return module


def request_of(key: str, text: str = "hello", model: str = "m", **more: Any) -> Request:
    messages = (Message(role="user", content=text),)
    return Request(key=key, model=model, messages=messages, **more)


def endpoint(model: str) -> Endpoint:
    return Endpoint(id=f"hosted/{model}", kind="hosted", model=model)


@pytest.fixture
def asking() -> Callable[..., Request]:
    return request_of


@pytest.fixture
def endpoint_named() -> Callable[[str], Endpoint]:
    return endpoint


def gone(folders: list[str], within_s: float) -> bool:
    """Whether no process of these Rays is left, and no folder, before the time is out."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if not any(os.path.exists(folder) or sweeper.left(folder) for folder in folders):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def all_gone() -> Callable[[list[str], float], bool]:
    return gone


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for what `moot up` records, so that nobody's own is touched."""
    monkeypatch.setenv("MOOT_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def actors_of(kind: str) -> list[int]:
    """Processes of actors of that class that this process's Ray has, oldest first."""
    found: list[tuple[int, int]] = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            title = (entry / "cmdline").read_bytes()
            if title.startswith(f"ray::{kind}".encode()) and os.getpid() in ancestors(int(entry.name)):
                found.append((started(entry), int(entry.name)))
        except OSError:  # it ended meanwhile
            continue
    return [pid for _, pid in sorted(found)]


def ancestors(pid: int) -> Iterator[int]:
    while pid > 1:
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[1])
        yield pid


def started(process: Path) -> int:
    return int((process / "stat").read_text().rpartition(") ")[2].split()[19])


@pytest.fixture(scope="session")
def actors() -> Callable[[str], list[int]]:
    return actors_of
