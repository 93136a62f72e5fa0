"""A store with a few debates, the page's stand-in, and the server as its clients meet it."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from moot import Agent, Debate, Question
from moot.runs.journal import Reader
from moot.runs.viewer.bundle import Bundle
from moot.runs.viewer.live import Live
from moot.runs.viewer.server import application
from moot.runs.viewer.source import Source

TOKEN = "a-token-of-this-start"
HOST = "127.0.0.1:8000"
HOSTS = (HOST, "localhost:8000", "[::1]:8000")
PAGE = Bundle("<!doctype html><title>moot</title><script src=app.js></script>", "let page = 1;", "body { margin: 0 }")


@pytest.fixture(scope="package")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six debates of three over sums, one of which nobody ended, and a fork."""
    path = tmp_path_factory.mktemp("viewer") / "runs.sqlite"
    agents = [Agent(name, f"sim/debater?accuracy=0.{place}") for place, name in enumerate(("ada", "bo", "cy"), 4)]
    debate = Debate(agents, protocol="society", rounds=2, judge="sim/debater", decide="plurality >> judge", seed=11)
    asked = [Question(f"What is {n} * 7?", options=[str(n * 7), str(n * 7 + 1)], gold=str(n * 7)) for n in range(2, 8)]
    run = debate.run_many(asked, store=path, name="sums", runtime="local", progress=False)
    run.fork(next(run.results()).debate_id, after_round=0, rounds=3, runtime="local")
    return path


@pytest.fixture
def source(store: Path, live: Live) -> Source:
    return Source(Reader(store), "runs.sqlite", running=live.running)


@pytest.fixture
def live() -> Live:
    return Live()


@pytest.fixture
async def client(source: Source, live: Live) -> Any:
    """A client that bears the token."""
    app = application(source, PAGE, token=TOKEN, hosts=HOSTS, live=live)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}", headers=headers) as client:
        yield client


@pytest.fixture
async def stranger(client: httpx.AsyncClient) -> Any:
    """One that does not."""
    del client.headers["Authorization"]
    return client
