"""Debates conducted by workers on a real Ray are those conducted here."""

import os
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from moot import Budget, Debate, Event, Question, Ray
from moot.errors import SpecError
from moot.protocols.events import TurnEnded
from moot.runs.ray.crew import workers_for
from moot.runs.ray.crew.crew import LARGE
from moot.runs.run import Run
from moot.testing import Script

pytestmark = pytest.mark.xdist_group("ray")

PANEL = ("sim/debater?accuracy=0.7", "sim/erratic?noise=real", "sim/swayable?family=b&fail=0.05", "sim/conformist")
SUMS = tuple(Question(f"What is {number} * 7?", kind="number", id=f"q{number}") for number in range(24))
CREW = Ray(workers=2)


def digests(run: Run) -> list[str]:
    return [result.digest for result in run.results()]


def story(events: list[Event]) -> dict[str, list[dict[str, object]]]:
    """What was told of each debate, in order, but for what was measured."""
    told: dict[str, list[dict[str, object]]] = defaultdict(list)
    for event in events:
        said = (event.turn.seat, event.turn.text) if isinstance(event, TurnEnded) else None
        told[event.debate_id].append({**event.model_dump(exclude={"at_s", "turn", "usage"}), "said": said})
    return told


@pytest.mark.parametrize("protocol", ["society?rounds=3", "sequential?rounds=2", "mad_liang?rounds=2"])
def test_debates_of_workers_are_those_conducted_here_with_all_that_is_told_of_them(protocol: str) -> None:
    sides = protocol.startswith("mad")
    debate = Debate(PANEL[: 2 if sides else 4], protocol=protocol, judge=PANEL[0] if sides else None, seed=31)
    here, there = list[Event](), list[Event]()
    expected = debate.run_many(SUMS, runtime="local", listen=here.append, name="r")
    run = debate.run_many(SUMS, runtime=CREW, listen=there.append, name="r")
    assert digests(run) == digests(expected)
    assert run.statuses == expected.statuses
    assert {id: Counter(map(repr, told)) for id, told in story(there).items()} == {
        id: Counter(map(repr, told)) for id, told in story(here).items()
    }
    for told in story(there).values():
        assert (told[0]["kind"], told[-1]["kind"]) == ("debate_started", "debate_ended")


def test_a_cap_of_the_run_is_kept_by_all_workers_together() -> None:
    debate = Debate(PANEL[:3], protocol="society", rounds=2, seed=3)
    run = debate.run_many(SUMS, budget=Budget(calls=40), runtime=CREW, name="r")
    attempts = [attempt for row in run.records.debates("r") for attempt in run.records.attempts(row.id)]
    assert 34 < len(attempts) <= 40
    assert any(result.capped for result in run.results())


def test_a_debate_s_own_cap_counts_what_it_spent_before(tmp_path: Path) -> None:
    debate = Debate(PANEL[:3], protocol="society", rounds=3, seed=3, budget={"calls": 6}, policy={"reasks": 0})
    for _ in range(2):
        run = debate.run_many(SUMS[:4], runtime=CREW, store=tmp_path / "s.sqlite", name="r")
        assert run.usage.calls <= 4 * 6


def test_objects_are_asked_in_this_process_and_workers_that_were_asked_for_are_refused() -> None:
    script = Debate([Script(["Final answer: 4"] * 2, name="scripted")], protocol="vote", seed=1)
    with pytest.raises(SpecError, match="workers cannot conduct this debate: agent 'a1' was given an object"):
        script.run_many(SUMS[:2], runtime=CREW)
    assert workers_for(script, Ray(), LARGE) == 0
    assert script.run_many(SUMS[:2], runtime="ray").ended == 2


def test_small_runs_stay_in_this_process_and_large_ones_have_workers() -> None:
    debate = Debate([PANEL[0]] * 2, protocol="vote", seed=1)
    assert debate.run_many(SUMS[:1], runtime="ray").ended == 1  # now there is a Ray, whose cores count
    shared = Ray(replicas=2)
    assert workers_for(debate, shared, LARGE - 1) == 0
    cores = len(os.sched_getaffinity(0))
    assert workers_for(debate, shared, LARGE) == (2 if cores >= 4 else 0)
    assert workers_for(debate, Ray(), LARGE) == 0  # what one process answers, one conducts
    assert workers_for(debate, Ray(workers=3), 2) == 2
    assert workers_for(debate, Ray(workers=0), 10 * LARGE) == 0
