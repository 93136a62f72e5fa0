"""Debates under way are held back, let go on and ended by a person; what was said is kept, and can be gone on with."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import moot
from moot import Agent, Debate, Run
from moot.protocols.events import DebateEnded, Event, Stopped, TurnEnded
from moot.runs.run import open_run
from moot.runs.underway import STOPPED, order

pytestmark = pytest.mark.usefixtures("at_home")


@pytest.fixture
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOOT_RUNTIME", "local")


def slow(pace: str = "round", rounds: int = 3) -> Debate:
    models = ("sim/debater?latency=0.05", "sim/debater?family=b&latency=0.1")
    agents = [Agent(name, model) for name, model in zip(("ada", "bo"), models, strict=True)]
    return Debate(agents, protocol=f"society?pace={pace}", rounds=rounds, seed=3)


def ordering(when: Callable[[Event], bool], given: str) -> tuple[Callable[[Event], None], list[Event]]:
    """A listener that gives an order at an event, and all it was told."""
    told: list[Event] = []

    def listen(event: Event) -> None:
        told.append(event)
        if when(event):
            assert order(event.debate_id, given)  # type: ignore[arg-type]

    return listen, told


def first_of(round: int, seat: str = "ada") -> Callable[[Event], bool]:
    return lambda event: isinstance(event, TurnEnded) and event.turn.round == round and event.turn.seat == seat


def held(debate: Debate, store: Path, listen: Callable[[Event], None] | None = None) -> Run:
    return debate.run_many(["What is 17 * 24?"], store=store, name="r", listen=listen, progress=False)


@pytest.mark.parametrize("pace", ["round", "free"])
def test_a_debate_that_is_stopped_ends_with_what_was_said_and_why(tmp_path: Path, pace: str) -> None:
    listen, told = ordering(first_of(1), "stop")
    run = held(slow(pace), tmp_path / "s", listen)
    result = next(run.results())
    assert result.stopped_by == STOPPED
    assert result.status in {"degraded", "undecided"}
    assert {len(turns) for turns in result.transcript.by_round.values()} == {2}, "no round is left half told"
    assert result.rounds < 3
    assert [event.words for event in told if isinstance(event, Stopped)] == [STOPPED]
    assert isinstance(told[-1], DebateEnded)


@pytest.mark.parametrize("pace", ["round", "free"])
def test_the_record_of_a_stopped_debate_replays_and_verifies(tmp_path: Path, pace: str) -> None:
    listen, _ = ordering(first_of(1), "stop")
    run = held(slow(pace), tmp_path / "s", listen)
    assert run.replay().equal == 1
    assert not moot.verify(tmp_path / "s").violations


def test_a_stopped_debate_is_gone_on_with_to_the_result_it_would_have_had(tmp_path: Path) -> None:
    listen, _ = ordering(first_of(1), "stop")
    held(slow(), tmp_path / "s", listen)
    resumed = next(open_run(tmp_path / "s").resume(progress=False).results())
    undisturbed = next(held(slow(), tmp_path / "t").results())
    assert resumed.stopped_by == undisturbed.stopped_by
    assert resumed.digest == undisturbed.digest


def test_a_debate_that_is_held_back_begins_no_wave_until_it_is_let_go_on(tmp_path: Path) -> None:
    pause, told = ordering(first_of(0), "pause")
    waiting: list[threading.Timer] = []
    at_resume: list[int] = []

    def listen(event: Event) -> None:
        pause(event)
        if first_of(0, "bo")(event):  # in flight when the order came, and comes in all the same

            def resume() -> None:
                at_resume.append(len(told))
                order(event.debate_id, "resume")

            waiting.append(threading.Timer(0.3, resume))
            waiting[-1].start()

    result = next(held(slow(), tmp_path / "s", listen).results())
    turns = [event for event in told if event.kind == "turn_started"]
    second = next(event for event in turns if event.round == 1)
    last = next(event for event in told if first_of(0, "bo")(event))
    assert second.at_s - last.at_s >= 0.25
    assert told.index(second) >= at_resume[0], "nobody was asked while it was held back"
    assert result.rounds == 3
    assert result.digest == next(held(slow(), tmp_path / "t").results()).digest


def test_a_debate_that_is_held_back_can_be_stopped(tmp_path: Path) -> None:
    pause, _ = ordering(first_of(0), "pause")

    def listen(event: Event) -> None:
        pause(event)
        if first_of(0, "bo")(event):
            threading.Timer(0.1, order, (event.debate_id, "stop")).start()

    result = next(held(slow(), tmp_path / "s", listen).results())
    assert (result.stopped_by, result.rounds) == (STOPPED, 1)


def test_nobody_takes_orders_for_a_debate_that_is_over_or_was_never_held(tmp_path: Path) -> None:
    run = held(slow(rounds=1), tmp_path / "s")
    assert not order(next(run.results()).debate_id, "pause")
    assert not order("nothing", "stop")
