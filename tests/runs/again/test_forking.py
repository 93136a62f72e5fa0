"""A fork keeps a beginning and asks only what its change can affect, counted by hand."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moot import Agent, Debate, Question, Request, Result, Run, open_run, stop
from moot.errors import SeatingError, SpecError, StoreError, UnknownNameError
from moot.runs.journal import Reader

ASKED = Question("What is 17 * 24?", kind="number", gold="408")
Talkers = Callable[..., Any]


class Table:
    """A debate of talkers on a ring, held once, and how many calls were made since."""

    def __init__(self, talker: Talkers, size: int, *, rounds: int = 4, store: Path | None = None, **given: Any) -> None:
        self.talkers = [talker(f"m{place}") for place in range(size)]
        agents = [Agent(f"a{place}", one) for place, one in enumerate(self.talkers)]
        debate = Debate(agents, "ring", "society", rounds=rounds, seed=3, **given)
        name = None if store is None else "r"
        self.run: Run = debate.run_many([ASKED], store=store, name=name, progress=False)
        self.result: Result = next(self.run.results())
        self.made = self._calls

    @property
    def _calls(self) -> int:
        return sum(len(one.asked) for one in self.talkers)

    @property
    def since(self) -> int:
        """Calls to the first talkers since the debate was held."""
        return self._calls - self.made

    def fork(self, after_round: int = -1, **changes: Any) -> Result:
        return self.run.fork(self.result.debate_id, after_round=after_round, **changes)


def test_another_judge_after_the_last_round_is_one_call(talker: Talkers) -> None:
    table, first, second = Table(talker, 3, judge=None), talker("j1"), talker("j2")
    judged = table.fork(judge=first, decide="judge")
    again = table.run.fork(judged.debate_id, judge=second)
    assert (len(first.asked), len(second.asked), table.since) == (1, 1, 0)
    assert (judged.outcome.rule, again.outcome.rule) == ("judge", "judge")
    assert judged.turns[:-1] == again.turns[:-1]
    assert (judged.usage.calls, judged.usage.cached_calls) == (13, 12)
    assert table.run.replay().equal == 3


@pytest.mark.parametrize(("after_round", "changed", "others"), [(0, 3, 2 + 4), (1, 2, 2), (2, 1, 0), (3, 0, 0)])
def test_another_agent_on_a_ring_is_heard_in_its_light_cone_and_nowhere_else(
    talker: Talkers, after_round: int, changed: int, others: int
) -> None:
    # Of 7 on a ring: the changed one speaks in every later round; one round later its 2 neighbours
    # answer what it said, and in the next one their 2 neighbours as well.
    table, other = Table(talker, 7), talker("other")
    forked = table.fork(after_round, agents={"a3": other})
    assert (len(other.asked), table.since) == (changed, others)
    kept = [turn for turn in forked.turns if turn.round is not None and turn.round <= after_round]
    same = [turn for turn in table.result.turns if turn.round is not None and turn.round <= after_round]
    assert [(t.id, t.prompt, t.text, t.model) for t in kept] == [(t.id, t.prompt, t.text, t.model) for t in same]
    assert table.run.replay().equal == 2


def test_more_rounds_make_only_those_calls(talker: Talkers) -> None:
    table = Table(talker, 3, rounds=2)
    forked = table.fork(rounds=5)
    assert (table.since, forked.rounds) == (9, 5)
    fresh = Table(talker, 3, rounds=5).result
    assert [turn.text for turn in forked.turns] == [turn.text for turn in fresh.turns]
    assert forked.digest == fresh.digest


def test_what_changes_nothing_asks_nobody(talker: Talkers) -> None:
    table = Table(talker, 4)
    for changes in ({}, {"decide": "unanimity"}, {"quorum": 1}, {"budget": 1.0 * 0 + 5}, {"policy": {"retries": 0}}):
        assert table.fork(0, **changes).rounds == 4
    assert table.since == 0


def test_asked_for_again_a_fork_is_the_same_and_asks_nobody(talker: Talkers, tmp_path: Path) -> None:
    table, other = Table(talker, 5, store=tmp_path / "s.sqlite"), talker("other")
    first = table.fork(1, agents={"a0": other})
    asked = len(other.asked), table.since
    again = table.fork(1, agents={"a0": other})
    assert (first.debate_id, first.digest) == (again.debate_id, again.digest)
    assert (len(other.asked), table.since) == asked


def test_a_fork_is_stored_in_the_run_beside_its_parent_and_is_none_of_its_debates(
    talker: Talkers, tmp_path: Path
) -> None:
    table = Table(talker, 3, store=tmp_path / "s.sqlite")
    forked = table.fork(1, topology="none")
    rows = Reader(tmp_path / "s.sqlite").debates("r")
    assert [(row.id, row.parent) for row in rows] == [
        (table.result.debate_id, None),
        (forked.debate_id, table.result.debate_id),
    ]
    assert forked.fork is not None
    assert (forked.fork.parent, forked.fork.after_round) == (table.result.debate_id, 1)
    again = open_run(tmp_path / "s.sqlite", "r")
    assert again.result(forked.debate_id).digest == forked.digest
    assert (again.asked, again.ended, [one.debate_id for one in again.results()]) == (1, 1, [table.result.debate_id])
    assert table.run.resume(progress=False).statuses == table.run.statuses
    assert again.replay().equal == 2


def test_kept_rounds_do_not_end_the_debate_whatever_the_stop_rule_is_now(talker: Talkers) -> None:
    table = Table(talker, 3)
    assert table.fork(1, stop=stop.unanimous()).rounds == 2
    assert table.fork(2, stop=stop.unanimous()).rounds == 3
    assert table.fork(2, stop=stop.rounds(1)).rounds == 3
    assert table.since == 0


def test_what_a_judge_was_asked_after_kept_rounds_is_kept(talker: Talkers) -> None:
    def on(_: Request) -> str:
        return "continue"

    judge = talker("j", answer=on)
    table = Table(talker, 3, judge=judge, stop=stop.judged(), decide="plurality")
    asked = len(judge.asked)
    forked = table.fork(2, stop=stop.rounds(4))
    assert (len(judge.asked), table.since, forked.rounds) == (asked, 0, 4)
    assert [turn.id for turn in forked.turns if turn.seat == "judge"] == ["1:judge", "3:judge"]
    with pytest.raises(SpecError, match="a judge was asked after them: give judge="):
        table.fork(2, stop=None, judge=None)
    assert table.run.replay().equal == 2


def test_an_agent_is_changed_in_part_or_whole(talker: Talkers) -> None:
    table = Table(talker, 3)
    sceptic = table.fork(2, agents={"a1": {"persona": "a sceptic"}})
    assert "<persona>a sceptic</persona>" in sceptic.turns[-2].prompt[0].content
    whole = table.fork(2, agents=[table.run.batch.debate.agents[0], Agent("a1", talker("x")), Agent("a2", talker("y"))])
    assert [turn.model for turn in whole.turns[-3:]] == ["m0", "x", "y"]


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"protocol": "du"}, SpecError, "protocol= cannot change where rounds are kept"),
        ({"seed": 4}, SpecError, "seed= cannot change where rounds are kept"),
        ({"rounds": 2}, SpecError, "rounds 0 to 3 are kept, so rounds=2 is too few"),
        ({"after_round": 4}, SpecError, "after_round=4: debate .* has rounds 0 to 3"),
        ({"after_round": -5}, SpecError, "after_round=-5"),
        ({"agents": {"x": "sim/debater"}}, UnknownNameError, "no agent 'x': there are a0, a1, a2"),
        ({"agents": ["sim/debater"] * 3}, SeatingError, "the debaters are still a0, a1, a2, not a1, a2, a3"),
        ({"jugde": "sim/debater"}, UnknownNameError, "no change of a fork 'jugde': did you mean 'judge'"),
        ({"agents": {"a1": 3}}, SpecError, "an agent is a model name"),
    ],
)
def test_what_does_not_go_with_what_is_kept_is_refused_in_one_sentence(
    talker: Talkers, changes: Mapping[str, Any], error: type[Exception], sentence: str
) -> None:
    table = Table(talker, 3)
    with pytest.raises(error, match=sentence):
        table.fork(**changes)
    assert table.since == 0
    with pytest.raises(StoreError, match="no debate 'nobody'"):
        table.run.fork("nobody")


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sort=st.sampled_from(
        ["society", "free pace", "du", "chateval", "liang", "dylan", "nested", "two judges", "compared", "capped"]
    ),
    seed=st.integers(0, 2**32 - 1),
)
def test_a_fork_that_changes_nothing_is_its_parent_and_costs_nothing(
    sort: str, seed: int, sorts: Mapping[str, Mapping[str, Any]]
) -> None:
    given_ = {key: value for key, value in sorts[sort].items() if key != "budget"}
    run = Debate(**given_, seed=seed).run_many([ASKED], progress=False)
    parent = next(run.results())
    before = run.usage.calls
    for after_round in range(parent.rounds):
        assert run.fork(parent.debate_id, after_round=after_round).digest == parent.digest
    assert run.usage.calls == before
    assert run.replay().differing == 0
