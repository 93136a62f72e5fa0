"""On a real Ray: four LLM actors of one key draw one pace, outlive their desk, and a wedged one costs no answer.

The default form asks a real server with a token bucket by a small client, with MOOT_CHAOS=1 whole debates
do so through litellm for a minute, and the desk is killed meanwhile.
"""

import os
import signal
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import anyio
import pytest

import moot
from moot import Agent, Debate, Question, Result
from moot.agents.llm import Endpoint
from moot.agents.records import Completion, Request
from moot.runs.holding import cast, hold
from moot.runs.journal import MemoryJournal
from moot.runs.loop import run_in_loop
from moot.runs.ray.library import library
from moot.runs.ray.runtime import RayRuntime
from moot.runs.ray.settings import Ray
from moot.runs.runtime import LocalRuntime, Runtime, shutdown
from moot.testing import Stub

pytestmark = pytest.mark.xdist_group("ray")

CHAOS = bool(os.environ.get("MOOT_CHAOS"))
Asking = Callable[..., Request]

PACED = '''
"""LLMs for tests of pace: a small client of a real server, and one that wedges its process once."""

import os
import time

import aiohttp
import anyio

from moot.agents.llm import Capabilities
from moot.agents.models import open_llm
from moot.agents.records import Completion


class Client:
    capabilities = Capabilities()

    def __init__(self, endpoint):
        self.name, self._url = endpoint.model, f"{endpoint.api_base}/chat/completions"

    async def complete(self, request):
        body = {"model": self.name.partition("/")[2], "messages": [{"role": "user", "content": request.key}]}
        async with aiohttp.ClientSession() as session, session.post(self._url, json=body) as answer:
            await answer.read()
            if answer.status == 429:
                return Completion(kind="rate_limited", retry_after_s=float(answer.headers["retry-after"]))
            return Completion(kind="ok", text=str(os.getpid()))


class Wedging:
    def __init__(self, llm):
        self._llm, self.name, self.capabilities = llm, llm.name, llm.capabilities

    async def complete(self, request):
        if request.turn == 1 and not os.path.exists(os.environ["WEDGED"]):
            open(os.environ["WEDGED"], "w").close()
            time.sleep(60)
        return await self._llm.complete(request)


def opening(endpoint):
    return Client(endpoint) if endpoint.kind == "paced" else Wedging(open_llm(endpoint))
'''


@pytest.fixture(scope="module")
def paced(modules: Path) -> Iterator[ModuleType]:
    """The module above, importable here and in workers."""
    (modules / "paced_for_tests.py").write_text(textwrap.dedent(PACED))
    import paced_for_tests  # type: ignore[import-not-found]  # pyright: ignore[reportMissingImports]  (written just now)

    yield paced_for_tests
    shutdown()


def ask_all(
    runtime: RayRuntime, stub: Stub, asking: Asking, debates: int, meanwhile: Callable[[], object]
) -> list[str]:
    """Debates of 5 seats and 4 rounds in lockstep, by two models with two actors each; what became of every call."""

    async def asked() -> list[str]:
        endpoints = [
            Endpoint(id=f"paced/m{n}", kind="paced", model=f"paced/m{n}", api_base=stub.api_base) for n in (0, 1)
        ]
        hosts = await anyio.amap(runtime.host, endpoints)

        async def call(number: int) -> str:
            completion = Completion(kind="late")
            for attempt in range(7):
                completion = await hosts[number % 2].complete(asking(f"{number}/{attempt}"))
                if completion.kind == "ok":
                    break
                await anyio.sleep(0.5)
            return completion.text or completion.kind

        async def debate(number: int) -> list[str]:
            first = number * 20
            return [text for at in range(first, first + 20, 5) for text in await anyio.amap(call, range(at, at + 5))]

        async def later() -> None:
            await anyio.sleep(3.0)
            meanwhile()

        outcomes = list[list[str]]()
        async with anyio.create_task_group() as group:
            group.start_soon(later)
            outcomes += await anyio.amap(debate, range(debates))
        return [text for texts in outcomes for text in texts]

    return run_in_loop(asked)


@pytest.mark.parametrize("death", [False, True] if CHAOS else [False])
def test_four_actors_of_one_key_settle_to_what_it_bears(paced: ModuleType, asking: Asking, *, death: bool) -> None:
    rate, debates, killed = 40.0, 12, list[int]()
    runtime = RayRuntime(Ray(replicas=2), opening=paced.opening)

    def kill() -> None:
        desk = library().get_actor(runtime.desk_name)
        killed.append(library().get(desk.hello.remote()))
        os.kill(killed[0], signal.SIGKILL)

    with Stub(rate=(rate, rate)) as stub:
        texts = ask_all(runtime, stub, asking, debates, kill if death else lambda: None)
        took_s, sent = stub.log[-1].at - stub.log[0].at, len(stub.log)
    assert len(killed) == death
    assert all(text.isdecimal() for text in texts)
    assert len(set(texts)) == 4
    assert sent <= 1.5 * len(texts)
    if CHAOS:  # where the machine has nothing else to do
        assert took_s <= 2 * len(texts) / rate + (20.0 if death else 5.0)  # a desk is back after seconds


def held(debate: Debate, runtime: Runtime) -> Result:
    async def holding() -> Result:
        journal = MemoryJournal()
        row = await journal.begin_run(None, debate.spec())
        voices = await cast(debate, runtime)
        return await hold(debate, Question("Which is larger, 9.11 or 9.9?"), voices, journal, row.name)

    return run_in_loop(holding)


def test_a_wedged_actor_is_replaced_in_time_and_its_debate_ends_as_any_other(paced: ModuleType, tmp_path: Path) -> None:
    debate = Debate(["sim/debater", "sim/debater?family=b", "sim/debater?family=c"], rounds=3, seed=5)
    wedged = tmp_path / "wedged"
    runtime = RayRuntime(opening=paced.opening, environment=lambda _: {"WEDGED": str(wedged)})
    undisturbed = held(debate, LocalRuntime())
    there = held(debate, runtime)
    took_s = time.time() - wedged.stat().st_mtime
    assert there.digest == undisturbed.digest
    assert 10 <= sum(turn.attempts for turn in there.turns) <= 12  # one more where the new process is slow to start
    assert 6.0 <= took_s < 55  # it would have been back after 60
    run_in_loop(runtime.close)


@pytest.mark.skipif(not CHAOS, reason="MOOT_CHAOS=1: a minute of whole debates")
@pytest.mark.timeout(400)
def test_a_minute_of_debates_in_lockstep_through_litellm(tmp_path: Path) -> None:
    rate, debates = 50.0, 200
    with Stub(rate=(rate, rate), latency=0.5) as stub:
        agents = [Agent(f"a{n}", f"openai/m{n % 2}", api_base=stub.api_base) for n in range(5)]
        debate = Debate(agents, protocol="society?rounds=3", seed=1)
        questions = [Question(f"Is {number} one of them?", kind="bool") for number in range(debates)]
        began = time.monotonic()
        run = debate.run_many(
            questions,
            runtime=Ray(replicas=2, workers=0),
            concurrency=debates,
            store=tmp_path / "runs.sqlite",
            progress=False,
        )
        took_s = time.monotonic() - began
        calls = sum(result.usage.calls for result in run.results())
        print(f"sent {len(stub.log) / calls:.2f}, took {took_s / (calls / rate):.2f} of ideal, calls {calls}")
        assert [result.status for result in run.results() if result.status != "decided"] == []
        assert len(stub.log) <= 1.5 * calls
        assert took_s <= 2 * calls / rate + 30  # the actors' start
    moot.shutdown()
