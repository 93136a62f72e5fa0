"""With a cache, what any run of a store was answered is not asked again; without one, runs are strangers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import moot
from moot import Agent, Debate, Run
from moot.errors import SpecError, StoreError
from moot.runs.journal import Reader
from moot.testing import Stub

QUESTIONS = [moot.Question(f"What is {number} + 1?", kind="number", id=f"q{number}") for number in range(3)]
CALLS = 3 * 2 * 2 * 2
"""Of the run below: questions, agents, rounds, trials."""


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub() as stub:
        yield stub


def held(stub: Stub, store: Path, name: str, *, cache: Any = None, rounds: int = 2, seed: int = 5) -> Run:
    agents = [Agent(name, "openai/m", api_base=stub.api_base, price=(1, 4), max_tokens=50) for name in ("ada", "bo")]
    debate = Debate(agents, protocol="society", rounds=rounds, seed=seed)
    given: dict[str, Any] = {"store": store, "name": name, "cache": cache, "runtime": "local", "progress": False}
    return debate.run_many(QUESTIONS, trials=2, **given)


def sent(stub: Stub) -> int:
    return sum(stub.counts.values())


def test_a_second_run_is_answered_from_the_cache_and_costs_nothing(stub: Stub, tmp_path: Path) -> None:
    store = tmp_path / "runs.sqlite"
    first = held(stub, store, "first")
    assert sent(stub) == CALLS
    second = held(stub, store, "second", cache=True)
    assert sent(stub) == CALLS
    results = list(second.results())
    assert sum(result.usage.cached_calls for result in results) == CALLS
    assert [result.digest for result in results] == [result.digest for result in first.results()]
    assert (second.usage.cost_nano_usd, second.usage.tokens) == (0, 0)
    assert (first.usage.cost_nano_usd or 0) > 0
    assert moot.verify(store).clean


def test_without_a_cache_runs_know_nothing_of_each_other(stub: Stub, tmp_path: Path) -> None:
    for name in ("first", "second"):
        held(stub, tmp_path / "runs.sqlite", name)
    assert sent(stub) == 2 * CALLS


def test_only_what_was_never_asked_is_sent(stub: Stub, tmp_path: Path) -> None:
    held(stub, tmp_path / "other.sqlite", "first")
    longer = held(stub, tmp_path / "runs.sqlite", "longer", cache=tmp_path / "other.sqlite", rounds=3)
    assert sent(stub) == CALLS + CALLS // 2
    stub.reset()
    assert held(stub, tmp_path / "runs.sqlite", "longer", rounds=3).ended == longer.asked
    held(stub, tmp_path / "runs.sqlite", "drawn", cache=True, seed=6)
    assert sent(stub) == CALLS, "another seed asks other calls"


def test_no_two_samples_have_one_reply(stub: Stub, tmp_path: Path) -> None:
    """Seats with one prompt, and trials of one question, are told apart by their seeds."""
    store = tmp_path / "runs.sqlite"
    held(stub, store, "first", cache=True)
    assert sent(stub) == CALLS
    reader = Reader(store)
    hashes = [call.request_hash for row in reader.debates("first") for call in reader.calls(row.id)]
    assert len(set(hashes)) == len(hashes) == CALLS
    held(stub, store, "second", cache=True)
    for row in reader.debates("second"):
        given = [exchange.completion for exchange in reader.debate(row.id).exchanges.values()]
        sources = [completion.source for completion in given if completion is not None]
        assert len(set(sources)) == len(sources) == 4
        assert all(sources)


def test_a_run_from_the_cache_is_resumed_and_replayed_like_any(stub: Stub, tmp_path: Path) -> None:
    store = tmp_path / "runs.sqlite"
    held(stub, store, "first")
    run = held(stub, store, "second", cache=True)
    assert run.resume(runtime="local", progress=False).ended == run.asked
    assert "6 of 6 debates equal" in str(run.replay())
    assert sent(stub) == CALLS
    held(stub, store, "third", cache=True)
    sources = [
        {exchange.completion.source for row in run.records.debates(name) for exchange in exchanges(run, row.id)}
        for name in ("second", "third")
    ]
    assert sources[0] == sources[1], "a reply keeps its source, however often it is taken over"


def exchanges(run: Run, debate_id: str) -> list[Any]:
    return list(run.records.debate(debate_id).exchanges.values())


@pytest.mark.parametrize(("cache", "store"), [(True, None), (5, "runs.sqlite")])
def test_a_cache_that_is_none_is_refused(cache: Any, store: str | None, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=f"cache={cache}: give the path of a store, or store= and cache=True"):
        Debate(["sim/debater"], protocol="vote").run(
            "2 + 2?", cache=cache, store=store and tmp_path / store, runtime="local"
        )


def test_a_cache_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no store at .*none\.sqlite to take replies from"):
        Debate(["sim/debater"], protocol="vote").run("2 + 2?", cache=tmp_path / "none.sqlite", runtime="local")
