"""Other rules over a stored run: what each would have come to, without a call, or why that cannot be told."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from moot import Debate, Question, decide, open_run, stop
from moot.errors import UnknownNameError
from moot.runs.again.redecided import Redecided, Row

PANEL = ["sim/debater?accuracy=0.6", "sim/debater?family=b", "sim/debater?family=c"]
JUDGE = "sim/debater?family=d"


def only(table: Redecided) -> Row:
    """The only row."""
    (row,) = table.rows
    return row


def figures(row: Row) -> tuple[Any, ...]:
    return row.correct, row.decided, row.rounds, row.usage


@pytest.mark.parametrize(
    ("rule", "ending"),
    [
        ("plurality", None),
        ("unanimity", "unanimous"),
        ("majority?share=0.6", "rounds?limit=2"),
        ("plurality?tie=first", ["unanimous", "rounds?limit=3"]),
        (None, {"agreement": {"share": 0.6}}),
    ],
)
def test_a_rule_comes_to_what_a_debate_held_by_it_comes_to(
    rule: Any, ending: Any, questions: tuple[Question, ...]
) -> None:
    run = Debate(PANEL, protocol="society", rounds=4, seed=5).run_many(questions, trials=2, progress=False)
    row = only(run.redecide(decide=rule, stop=[ending]))
    fresh = Debate(PANEL, protocol="society", rounds=4, decide=rule, stop=ending, seed=5)
    held = fresh.run_many(questions, trials=2, progress=False)
    results = list(held.results())
    assert row.missing == 0
    assert row.correct == held.summary().correct
    assert row.decided is not None
    assert row.decided.hits == sum(result.answer is not None for result in results)
    assert row.rounds == sum(result.rounds for result in results) / len(results)
    assert row.usage is not None
    assert (row.usage.calls, row.usage.tokens, row.usage.cost_usd) == (
        held.usage.calls,
        held.usage.tokens,
        held.usage.cost_usd,
    )


def test_every_decision_is_tried_with_every_stop_rule(questions: tuple[Question, ...], tmp_path: Path) -> None:
    debate = Debate(PANEL, protocol="society", rounds=3, seed=5)
    debate.run_many(questions, store=tmp_path / "s.sqlite", name="r", progress=False)
    table = open_run(tmp_path / "s.sqlite").redecide(
        decide=["plurality", decide.unanimity()], stop=[stop.unanimous(), "rounds?limit=1", None]
    )
    endings = ("unanimous", "rounds?limit=1", "as recorded")
    assert [(row.decide, row.stop) for row in table.rows] == [
        (r, e) for r in ("plurality", "unanimity") for e in endings
    ]
    assert (table.debates, table.skipped, table.simulated) == (3, 0, True)
    assert [row.rounds for row in table.rows[1::3]] == [1.0, 1.0]
    assert "plurality" in str(table)


def test_nobody_is_asked(talker: Callable[..., Any]) -> None:
    speakers = [talker("a"), talker("b")]
    run = Debate(speakers, protocol="society", rounds=3, seed=5).run_many(["a?"], progress=False)
    run.redecide(decide=["plurality", "judge", "borda"], stop=["unanimous", "judged", "rounds?limit=2"])
    assert [len(speaker.asked) for speaker in speakers] == [3, 3]


@pytest.mark.parametrize(
    ("given", "rule", "ending", "reason"),
    [
        ({}, None, "judged", "it asks a judge, and none was seated"),
        ({}, "judge", None, "it asks a judge, and none was seated"),
        ({}, "weighted?by=confidence", None, "debaters were not asked how sure they are"),
        ({}, None, "confident", "debaters were not asked how sure they are"),
        ({}, None, "minutes?limit=1", "when a round was over was not recorded"),
        (
            {"agents": ["sim/exact-zealot?init=A", "sim/exact-zealot?init=B"]},
            "borda",
            None,
            "a call of a1 was not recorded",
        ),
        ({"judge": JUDGE}, "plurality", "judged", "a call of judge was not recorded"),
        ({"judge": JUDGE}, "judge", "rounds?limit=1", "a call of judge was not recorded"),
        ({"stop": "rounds?limit=2"}, None, "rounds?limit=3", "round 2 was not recorded"),
        (
            {"agents": PANEL[:2], "protocol": "mad_liang", "judge": JUDGE},
            "plurality",
            None,
            "protocol 'mad_liang' decides in its own way",
        ),
    ],
)
def test_what_is_not_on_record_has_no_figures_and_a_reason(
    given: Mapping[str, Any], rule: str | None, ending: str | None, reason: str
) -> None:
    asked = Question("Which of these is prime?", options=["91", "87", "97", "51"], gold="97")
    held: dict[str, Any] = {"agents": PANEL, "protocol": "society?rounds=3", **given}
    run = Debate(seed=1, **held).run_many([asked], progress=False)
    row = only(run.redecide(decide=rule, stop=ending))
    assert figures(row) == (None, None, None, None)
    assert (row.missing, row.reason) == (1, reason)


def test_a_judge_is_taken_at_its_word_where_exactly_that_call_is_on_record(questions: tuple[Question, ...]) -> None:
    debate = Debate(PANEL, protocol="society", rounds=3, judge=JUDGE, seed=5)
    run = debate.run_many(questions, progress=False)
    row = only(run.redecide(decide="judge"))
    assert (row.missing, row.correct, row.usage and row.usage.calls) == (0, run.summary().correct, run.usage.calls)
    chained = only(run.redecide(decide="plurality >> judge"))
    assert chained.usage is not None
    assert chained.usage.calls <= run.usage.calls


def test_one_debate_that_cannot_be_told_leaves_the_row_without_figures(questions: tuple[Question, ...]) -> None:
    run = Debate(PANEL, protocol="society", rounds=4, stop="unanimous", seed=5).run_many(questions, progress=False)
    rounds = [result.rounds for result in run.results()]
    row = only(run.redecide(stop="rounds?limit=4"))
    assert row.missing == sum(held < 4 for held in rounds)
    assert (row.correct is None) == (row.missing > 0)


def test_a_rule_there_is_none_of_is_refused() -> None:
    run = Debate(PANEL, protocol="vote", seed=5).run_many(["a?"], progress=False)
    with pytest.raises(UnknownNameError, match="did you mean 'plurality'"):
        run.redecide(decide="plurallity")
    with pytest.raises(UnknownNameError, match="did you mean 'unanimous'"):
        run.redecide(stop=["unanimos"])


def test_a_cap_in_the_rounds_stays_a_cap(questions: tuple[Question, ...]) -> None:
    run = Debate(PANEL, protocol="society", rounds=3, budget={"calls": 7}, seed=5).run_many(questions, progress=False)
    row = only(run.redecide(decide="unanimity"))
    assert (row.missing, row.rounds, row.usage and row.usage.calls) == (0, 2.0, 18)
    assert only(run.redecide(decide="plurality", stop="rounds?limit=1")).rounds == 1.0
