"""The three lines that a reader tries first, through litellm over HTTP: in a script and in event loops."""

from collections.abc import Iterator

import anyio
import pytest

import moot
from moot.runs.result import Result
from moot.testing import Stub

MODELS = ["openai/gpt-5-mini", "perplexity/sonar", "deepseek/deepseek-chat"]
"""Two go over our own wire, perplexity's over litellm's."""
QUESTION = "Which is larger, 9.11 or 9.9?"


@pytest.fixture
def providers(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    """All three providers are the stub; what the debates opened is closed after the test."""
    for name in ("OPENAI", "PERPLEXITY", "PERPLEXITYAI", "DEEPSEEK"):
        monkeypatch.setenv(f"{name}_API_BASE", stub.api_base)
        monkeypatch.setenv(f"{name}_API_KEY", "sk-of-the-stub-0123456789")
    monkeypatch.setenv("MOOT_RUNTIME", "local")
    yield stub
    moot.shutdown()


def check(result: Result, stub: Stub) -> None:
    """A free-text question with a judge ends decided, and every call is in the log once."""
    assert (result.status, result.outcome.rule, result.rounds) == ("decided", "synthesis", 2)
    assert result.answer is not None
    assert not result.simulated
    assert {turn.model for turn in result.turns} == {*MODELS, "openai/gpt-5"}
    assert result.usage.calls == len(stub.log) == 2 * 3 + 1
    priced = {turn.model for turn in result.turns if turn.usage.cost_usd is not None}
    assert priced == {"openai/gpt-5-mini", "deepseek/deepseek-chat", "openai/gpt-5"}
    assert result.usage.cost_usd is None, "one price is not known"


def test_in_a_script(providers: Stub) -> None:
    result = moot.debate(QUESTION, MODELS, rounds=2, judge="openai/gpt-5")
    check(result, providers)
    assert str(result).startswith(f"{result.answer} (decided)")


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_inside_a_running_event_loop(providers: Stub, backend: str) -> None:
    async def cell() -> Result:
        return moot.debate(QUESTION, MODELS, rounds=2, judge="openai/gpt-5")

    check(anyio.run(cell, backend=backend), providers)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_awaited_in_a_running_event_loop(providers: Stub, backend: str) -> None:
    ticks = list[int]()

    async def tick() -> None:
        while True:
            ticks.append(1)
            await anyio.sleep(0.001)

    results = list[Result]()

    async def program() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(tick)
            results.append(await moot.adebate(QUESTION, MODELS, rounds=2, judge="openai/gpt-5"))
            group.cancel_scope.cancel()

    anyio.run(program, backend=backend)
    check(results[0], providers)
    assert len(ticks) > 1, "the caller's own loop must go on meanwhile"
