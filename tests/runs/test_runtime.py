"""Where LLMs live, by name; and the runtime that is this process."""

import gc

import anyio
import anyio.lowlevel
import pytest

from moot.agents.llm import LLM, Capabilities, Endpoint
from moot.agents.models import endpoint_of
from moot.agents.records import Completion, Message, Request
from moot.errors import UnknownNameError
from moot.runs.loop import end_loop, run_in_loop
from moot.runs.ray.runtime import RayRuntime
from moot.runs.runtime import LocalRuntime, Runtime, host_object, runtime_of, shutdown


class Counting:
    """Counts its calls, and says whether it was closed."""

    name = "counting"
    capabilities = Capabilities()

    def __init__(self, endpoint: Endpoint | None = None) -> None:
        self.calls = 0
        self.closed = False

    async def complete(self, request: Request) -> Completion:
        self.calls += 1
        await anyio.lowlevel.checkpoint()
        return Completion(kind="ok", text=request.key)

    async def close(self) -> None:
        self.closed = True


def asking(key: str) -> Request:
    return Request(key=key, model="m", messages=(Message(role="user", content="?"),))


ONE = Endpoint(id="counting/one", kind="counting", model="one")
TWO = Endpoint(id="counting/two", kind="counting", model="two")


@pytest.mark.parametrize(
    ("name", "kind"), [("ray", RayRuntime), ("local", LocalRuntime), ("ray://h:10001", RayRuntime)]
)
def test_a_runtime_is_known_by_its_name_and_there_is_one_of_each(name: str, kind: type[Runtime]) -> None:
    runtime = runtime_of(name)
    assert isinstance(runtime, kind)
    assert runtime.name == name
    assert runtime_of(name) is runtime


def test_without_a_name_the_environment_decides_and_otherwise_it_is_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOOT_RUNTIME", raising=False)
    assert runtime_of(None).name == "ray"
    monkeypatch.setenv("MOOT_RUNTIME", "local")
    assert runtime_of(None).name == "local"
    assert runtime_of("ray").name == "ray"
    monkeypatch.setenv("MOOT_RUNTIME", "lokal")
    with pytest.raises(UnknownNameError, match="no runtime 'lokal': did you mean 'local'"):
        runtime_of(None)


@pytest.mark.parametrize("name", ["cluster", "ray://", "ray://host", "ray://:10001", "ray://host:port", "http://h:1"])
def test_what_is_no_runtime_is_refused(name: str) -> None:
    with pytest.raises(UnknownNameError):
        runtime_of(name)


def test_after_a_shutdown_runtimes_are_made_anew() -> None:
    before = runtime_of("local")
    shutdown()
    assert runtime_of("local") is not before
    end_loop()


async def test_an_endpoint_is_opened_once_however_many_ask_at_once() -> None:
    opened: list[str] = []

    def opening(endpoint: Endpoint) -> LLM:
        opened.append(endpoint.id)
        return Counting(endpoint)

    runtime = LocalRuntime(opening)
    runtime.prepare()
    hosts = await anyio.amap(runtime.host, [ONE, TWO, ONE, TWO, ONE])
    assert sorted(opened) == ["counting/one", "counting/two"]
    assert hosts[0] is hosts[2]
    assert hosts[0] is not hosts[1]


async def test_equal_keys_are_one_call_until_they_are_forgotten() -> None:
    llm = Counting()
    host = await LocalRuntime(lambda endpoint: llm).host(ONE)
    first, second = await anyio.amap(host.complete, [asking("k"), asking("k")])
    assert (first.text, second.text, llm.calls) == ("k", "k", 1)
    assert (await host.complete(asking("k"))).text == "k"
    assert llm.calls == 1
    host.forget(["k"])
    await host.complete(asking("k"))
    assert llm.calls == 2


async def test_closing_closes_what_has_something_to_close() -> None:
    llm = Counting()
    runtime = LocalRuntime(lambda endpoint: llm)
    await runtime.host(ONE)
    await runtime.close()
    assert llm.closed


async def test_a_failed_opening_is_raised_and_tried_again_the_next_time() -> None:
    outcomes: list[LLM | None] = [None, Counting()]

    def opening(endpoint: Endpoint) -> LLM:
        llm = outcomes.pop(0)
        if llm is None:
            raise UnknownNameError("kind of model", endpoint.kind, ())
        return llm

    runtime = LocalRuntime(opening)
    with pytest.raises(UnknownNameError):
        await runtime.host(ONE)
    assert (await (await runtime.host(ONE)).complete(asking("k"))).text == "k"


async def test_an_object_is_hosted_here_and_debates_that_share_it_share_its_host() -> None:
    llm, other = Counting(), Counting()
    host = host_object(llm)
    assert host_object(llm) is host
    assert host_object(other) is not host
    assert (await host.complete(asking("k"))).text == "k"
    before = id(host)
    del host
    gc.collect()
    again = host_object(llm)
    assert (await again.complete(asking("k"))).text == "k"
    assert llm.calls == 2, f"the host of {before} kept an outcome after nobody held it"


def test_simulated_models_live_in_this_process_too() -> None:
    async def ask() -> Completion:
        host = await runtime_of("local").host(endpoint_of("sim/exact-zealot?init=B"))
        return await host.complete(
            Request(key="k", model="sim/exact-zealot?init=B", messages=(Message(role="user", content="?"),))
        )

    assert run_in_loop(ask).text == "Final answer: B"
    shutdown()
