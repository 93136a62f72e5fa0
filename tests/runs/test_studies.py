"""Studies: baselines at equal cost, debates from both sides, tournaments."""

import pytest

from moot import Agent, Debate, Question, sim
from moot.errors import SpecError
from moot.runs.studies import budget_match, from_both_sides, points_of, position_swap, tournament
from moot.testing import Script

PANEL = ["sim/debater", "sim/debater?family=b", "sim/debater?family=c"]
QUESTIONS = [question for question in sim.questions() if question.kind == "choice"][:12]


@pytest.mark.parametrize(
    ("protocol", "judge", "samples"),
    [("society?rounds=3", None, 3), ("du?rounds=2", None, 2), ("du?rounds=2", "sim/debater", 3), ("vote", None, 1)],
)
def test_a_baseline_takes_the_calls_of_the_debate(protocol: str, judge: str | None, samples: int) -> None:
    debate = Debate(PANEL, protocol=protocol, judge=judge, seed=3)
    baseline = budget_match(debate, QUESTIONS[:2])
    assert baseline.plan(QUESTIONS[0]).calls.low == 3 * samples
    assert baseline.plan(QUESTIONS[0]).calls.low >= debate.plan(QUESTIONS[0]).calls.high
    assert baseline.seed == 3


def test_swapped_seats_speak_in_the_opposite_order() -> None:
    debate = Debate([Agent("ada", PANEL[0]), Agent("bo", PANEL[1])], protocol="sequential", seed=1)
    order = [turn.seat for turn in position_swap(debate).run(QUESTIONS[0], runtime="local").turns]
    assert order == ["bo", "ada", "bo", "ada"]
    with pytest.raises(SpecError, match="by position"):
        position_swap(Debate([Agent("ada", PANEL[0]), Agent("bo", PANEL[1])], [("ada", "bo")]))


def test_only_what_both_sides_say_is_an_answer() -> None:
    debate = Debate(PANEL, protocol="sequential?rounds=1", decide="last", seed=5)
    pairs = from_both_sides(debate, QUESTIONS, runtime="local")
    assert {pair.answer is None for pair in pairs} == {True, False}
    for pair in pairs:
        same = pair.straight.answer == pair.swapped.answer
        assert pair.answer == (pair.straight.answer if same else None)


def test_a_tournament_ranks_the_better_model_first_and_needs_everyone_to_lose_once() -> None:
    agents = [
        Agent(f"m{n}", f"sim/debater?accuracy={share}&family={f}")
        for n, (share, f) in enumerate([(0.5, "a"), (0.75, "b"), (0.93, "c")])
    ]
    judged = Debate(agents[:2], protocol="vote", judge="sim/debater?accuracy=0.9&family=d", seed=2)
    rated = tournament(agents, judged, QUESTIONS * 1, runtime="local")
    assert list(rated.strengths) == ["m2", "m1", "m0"]
    assert rated.side is not None


def test_verdicts_for_both_or_neither_are_ties() -> None:
    question = Question("Which?", options=["red", "green", "blue"], gold="red")
    agents = [Agent("x", Script.by(lambda _: "Final answer: A")), Agent("y", Script.by(lambda _: "Final answer: A"))]
    result = Debate(agents, protocol="vote").run(question, runtime="local")

    assert points_of(result, "x", "y") == 0.5
