"""A run in which calls failed, begun again: just those are tried again, and what hangs on their replies."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from moot import Agent, Debate, Policy, Question, Run, open_run
from moot.agents.provider.gateway import load
from moot.runs.journal import Reader
from moot.runs.seeds import call_seed
from moot.testing import Fault, Reply, Seen, Stub, StubRequest
from moot.testing.steps import Step

QUESTIONS = [Question(f"Is {number} one of them?", kind="bool") for number in range(20)]


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    load()


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub(chars=80) as stub:
        yield stub


def held(stub: Stub, store: Path, rounds: int) -> Run:
    agents = [Agent(name, f"openai/{name}", api_base=stub.api_base) for name in ("ada", "bo", "cy")]
    debate = Debate(agents, "ring", f"society?rounds={rounds}", policy=Policy(retries=0), seed=3)
    return debate.run_many(QUESTIONS, store=store, name="r", runtime="local", progress=False)


def failing(request: StubRequest) -> Step:
    """Every third call of cy in the last round is refused."""
    unlucky = request.model == "cy" and seed_of(request.body) % 3 == 0 and "This is round 1" in request.prompt
    return Fault("400") if unlucky else Reply()


def failing_early(request: StubRequest) -> Step:
    """Every third call of cy in the first round is refused."""
    unlucky = request.model == "cy" and seed_of(request.body) % 3 == 0 and "This is round 0" in request.prompt
    return Fault("400") if unlucky else Reply()


def seed_of(body: object) -> int:
    assert isinstance(body, dict)
    return int(body["seed"])  # pyright: ignore[reportUnknownArgumentType]  (JSON)


def asked(log: tuple[Seen, ...]) -> list[tuple[int, str]]:
    """Which call, and what it asked."""
    return [(seed_of(seen.body), str(seen.body["messages"])) for seen in log]


def failed(store: Path) -> set[int]:
    """Seeds of the calls that no model answered."""
    reader = Reader(store)
    calls = [call for row in reader.debates("r") for call in reader.calls(row.id)]
    return {call_seed(*call.key) for call in calls if call.state != "done"}


def test_only_failed_calls_are_tried_again_where_nothing_hangs_on_them(stub: Stub, tmp_path: Path) -> None:
    store = tmp_path / "runs.sqlite"
    stub.script("*", failing)
    first = held(stub, store, rounds=2)
    lost = failed(store)
    assert 3 <= len(lost) <= 17
    assert first.statuses["degraded"] == len(lost)
    whole = {result.debate_id: result.digest for result in first.results() if result.status == "decided"}
    stub.script("*", Reply())
    stub.reset()
    again = first.resume(runtime="local", progress=False)
    assert sorted(seed for seed, _ in asked(stub.log)) == sorted(lost)
    assert set(again.statuses) <= {"decided", "undecided"}
    assert {result.debate_id: result.digest for result in again.results()}.items() >= whole.items()
    stub.reset()
    assert open_run(store, "r").resume(runtime="local", progress=False).usage.calls == 20 * 6
    assert stub.log == ()


def test_what_hangs_on_a_reply_that_now_came_is_asked_anew_and_nothing_else(stub: Stub, tmp_path: Path) -> None:
    store = tmp_path / "runs.sqlite"
    stub.script("*", failing_early)
    first = held(stub, store, rounds=2)
    lost = failed(store)
    answered = {one for one in asked(stub.log) if one[0] not in lost}
    stub.script("*", Reply())
    stub.reset()
    again = held(stub, store, rounds=2)
    assert again.name == first.name
    sent = asked(stub.log)
    assert len(set(sent)) == len(sent)
    assert not set(sent) & answered
    assert len(sent) == len(lost) * 4, "the lost turn, its seat's next and those of its two neighbours"
    clean = tmp_path / "clean.sqlite"
    assert [one.digest for one in again.results()] == [one.digest for one in held(stub, clean, rounds=2).results()]
