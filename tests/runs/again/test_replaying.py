"""Held again from the record alone: equal, without a call, and honest about what has changed."""

import hashlib
import os
import signal
import stat
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anyio
import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moot import Agent, Budget, Debate, Policy, Question, open_run
from moot.agents.records import Completion, Request
from moot.errors import StoreError
from moot.protocols.events import Event, TurnEnded
from moot.runs.again.recorded import PAGE
from moot.runs.journal import Reader
from moot.runs.journal.sql import connected
from moot.testing import Script

ASKED = Question("What is 17 * 24?", kind="number", gold="408")
NAMES = (
    "society", "free pace", "du", "chateval", "liang", "reconcile", "dylan", "nested", "judged by a debate",
    "stopped by a judge", "two judges", "compared", "ballots", "consistency", "summaries", "failures", "capped",
    "capped within", "capped around", "by the minute", "by the call", "changing graph",
)  # fmt: skip


def spoilt(store: Path, statement: str) -> None:
    """A store whose record was changed by hand."""
    connection = connected(str(store), flags=apsw.SQLITE_OPEN_READWRITE)
    connection.execute(statement)
    connection.close()


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("sort", NAMES)
def test_every_sort_of_debate_is_the_same_again(
    sort: str, sorts: Mapping[str, Mapping[str, Any]], questions: tuple[Question, ...], tmp_path: Path
) -> None:
    store = tmp_path / "s.sqlite"
    run = Debate(**sorts[sort], seed=5).run_many(questions, trials=2, store=store, name="r", progress=False)
    before = hashlib.sha256(store.read_bytes()).hexdigest()
    for one in (run, open_run(store)):
        report = one.replay()
        assert (report.equal, report.differing, report.skipped, report.drifts) == (6, 0, 0, [])
    assert hashlib.sha256(store.read_bytes()).hexdigest() == before


def test_the_sorts_are_all_there(sorts: Mapping[str, Mapping[str, Any]]) -> None:
    assert set(NAMES) == set(sorts)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    protocol=st.sampled_from(["society", "du", "chateval_one_by_one", "mad_liang", "reconcile", "dylan", "nested"]),
    seed=st.integers(0, 2**32 - 1),
    fail=st.sampled_from([0.0, 0.3, 0.9]),
    calls=st.none() | st.integers(1, 12),
)
def test_whatever_fails_and_whatever_the_cap_the_debate_is_the_same_again(
    protocol: str, seed: int, fail: float, calls: int | None
) -> None:
    models = ["sim/debater", f"sim/debater?family=b&fail={fail}", "sim/debater?family=c"]
    team = Debate(models, protocol="society", rounds=2)
    agents: list[Any] = [models[0], team] if protocol == "nested" else models[: 2 if protocol == "mad_liang" else 3]
    name = "society" if protocol == "nested" else protocol
    judge = "sim/debater?family=d" if name == "mad_liang" else None
    budget = None if calls is None else Budget(calls=calls)
    policy = Policy(retries=0)
    debate = Debate(agents, protocol=name, judge=judge, budget=budget, policy=policy, seed=seed)
    report = debate.run_many([ASKED], progress=False).replay()
    assert (report.equal, report.drifts) == (1, [])


def test_a_replay_asks_nobody_and_needs_no_object(tmp_path: Path, talker: Callable[[str], Any]) -> None:
    speakers = [talker("a"), talker("b")]
    debate = Debate([Agent("a", speakers[0]), Agent("b", speakers[1])], protocol="society", rounds=2, seed=1)
    run = debate.run_many([ASKED], store=tmp_path / "s.sqlite", name="r", progress=False)
    asked = [len(speaker.asked) for speaker in speakers]
    assert run.replay().equal == 1
    assert open_run(tmp_path / "s.sqlite").replay().equal == 1  # where they are not even there
    assert [len(speaker.asked) for speaker in speakers] == asked == [2, 2]


def test_a_store_that_cannot_be_written_is_read(tmp_path: Path, questions: tuple[Question, ...]) -> None:
    store = tmp_path / "kept" / "s.sqlite"
    Debate(["sim/debater"] * 2, protocol="du", seed=3).run_many(questions, store=store, name="r", progress=False)
    store.chmod(stat.S_IRUSR)
    store.parent.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        assert open_run(store).replay().equal == 3
    finally:
        store.parent.chmod(stat.S_IRWXU)


class Slow(Script):
    """Never in time once it has said its lines."""

    async def complete(self, request: Request) -> Completion:
        """Say a line, or nothing for ever."""
        if request.turn:
            await anyio.sleep(60)
        return await super().complete(request)


@pytest.mark.parametrize("lines", [["Final answer: 1"], ["who knows", "who knows"]])
def test_who_was_late_is_late_again(tmp_path: Path, lines: list[str]) -> None:
    agents = [Agent("ada", "sim/debater"), Agent("bo", "sim/debater?family=b"), Agent("cy", Slow(lines))]
    policy = Policy(round_deadline_s=0.2)
    debate = Debate(agents, protocol="society", rounds=2, policy=policy, quorum=2, seed=1)
    run = debate.run_many([ASKED], store=tmp_path / "s.sqlite", name="r", progress=False)
    result = next(run.results())
    assert [turn.reason for turn in result.turns if turn.seat == "cy"][-1] == "late"
    assert run.replay().equal == open_run(tmp_path / "s.sqlite").replay().equal == 1


def test_a_debate_in_a_seat_that_was_late_is_late_again() -> None:
    slow = [Slow.by(lambda _: "Final answer: 1") for _ in range(2)]
    team = Debate([Agent("x", slow[0]), Agent("y", slow[1])], protocol="society")
    agents = [Agent("ada", "sim/debater"), Agent("bo", "sim/debater?family=b"), Agent("team", team)]
    debate = Debate(agents, protocol="society", rounds=2, policy=Policy(round_deadline_s=0.2), seed=1, quorum=2)
    run = debate.run_many([ASKED], progress=False)
    late = [turn for turn in next(run.results()).turns if turn.seat == "team"]
    assert [turn.reason for turn in late] == ["late"] * 2
    assert all(turn.attempts > turn.usage.calls for turn in late), "what was under way was sent, too"
    assert run.replay().equal == 1


class Broken:
    """Fails every call."""

    name = "broken"
    capabilities = Script([]).capabilities

    async def complete(self, request: Request) -> Completion:
        """Fail."""
        return Completion(kind="bad_request", requests=1)


def test_fallbacks_answer_again_and_are_missed_again_where_a_cap_forbade_them() -> None:
    agents = [Agent("ada", Broken(), fallback="sim/debater"), Agent("bo", Broken(), fallback="sim/debater?family=b")]
    models = {"sim/debater", "sim/debater?family=b"}
    for calls in (None, 3):
        budget = None if calls is None else Budget(calls=calls)
        run = Debate(agents, protocol="vote", seed=2, quorum=1, budget=budget).run_many([ASKED], progress=False)
        result = next(run.results())
        assert {turn.model for turn in result.turns} == models
        assert sorted(turn.reason for turn in result.turns) == ([""] * 2 if calls is None else ["", "budget"])
        assert run.replay().equal == 1


def test_a_cap_on_the_run_that_kept_a_seat_from_being_asked_again_is_told_and_met_again() -> None:
    mumbling = [Agent(name, Script.by(lambda _: "Well, well.")) for name in "xy"]
    run = Debate([*mumbling, "sim/debater"], protocol="vote", quorum=1, seed=1).run_many(
        [ASKED], budget=Budget(calls=4), progress=False
    )
    result = next(run.results())
    assert (result.usage.calls, result.capped) == (4, True)
    run.replay().check()


def test_a_fallback_that_a_cap_forbade_after_another_ask_leaves_the_prompt_of_that_ask(tmp_path: Path) -> None:
    mute = Agent("ada", Broken(), fallback="sim/debater?garble=1")
    run = Debate([mute], protocol="vote", budget=Budget(calls=3), seed=1).run_many(
        [ASKED], store=tmp_path / "s.sqlite", progress=False
    )
    (turn,) = next(run.results()).turns
    assert (turn.reason, turn.attempts, len(turn.calls), len(turn.prompt)) == ("budget", 3, 2, 4)
    run.replay().check()


class Mended(Broken):
    """Fails until it is mended."""

    broken = True

    async def complete(self, request: Request) -> Completion:
        """Fail, or answer."""
        if self.broken:
            return await super().complete(request)
        return Completion(kind="ok", text="Final answer: 408")


def test_a_debate_is_the_one_that_ended_though_a_later_sitting_mended_it_and_was_cut_off(tmp_path: Path) -> None:
    mended = Mended()
    debate = Debate([Agent("a", mended), Agent("b", "sim/debater"), Agent("c", "sim/debater")], protocol="du", seed=3)
    run = debate.run_many([ASKED], store=tmp_path / "s.sqlite", name="r", progress=False)
    ended = next(run.results())
    assert ended.status == "degraded"
    mended.broken = False
    run.resume(progress=False)
    assert next(run.results()).status == "decided"
    spoilt(tmp_path / "s.sqlite", "DELETE FROM ending WHERE id = (SELECT max(id) FROM ending)")
    assert next(run.results()).digest == ended.digest
    assert run.replay().equal == 1


def test_a_debate_that_has_not_ended_is_skipped_and_one_that_is_asked_for_says_so(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    debate = Debate(["sim/debater"] * 2, protocol="vote", seed=3)
    debate.run_many([ASKED, "a?"], store=store, name="r", progress=False)
    spoilt(store, "DELETE FROM ending WHERE id = (SELECT max(id) FROM ending)")
    report = open_run(store).replay()
    assert (report.equal, report.skipped) == (1, 1)
    assert "1 skipped" in str(report)
    open_one = next(row.id for row in Reader(store).debates("r") if row.status is None)
    with pytest.raises(StoreError, match="has not ended"):
        open_run(store).replay(open_one)
    with pytest.raises(StoreError, match="no debate 'nobody'"):
        open_run(store).replay("nobody")


def test_after_an_extension_that_was_cut_off_debates_are_held_as_they_ended(tmp_path: Path) -> None:
    def held(rounds: int) -> Debate:
        return Debate(["sim/debater", "sim/debater?family=b"], protocol="society", rounds=rounds, seed=3)

    store = tmp_path / "s.sqlite"
    held(2).run_many([ASKED], store=store, name="r", progress=False)
    with pytest.raises(KeyboardInterrupt):
        held(4).run_many([ASKED], store=store, name="r", progress=False, listen=_interrupt)
    assert open_run(store).batch.debate.protocol.rounds == 4
    assert open_run(store).replay().equal == 1


def test_memory_does_not_grow_with_the_number_of_debates(tmp_path: Path) -> None:
    debate = Debate(["sim/debater"], protocol="vote", seed=3)
    peaks: list[int] = []
    for count in (PAGE, 4 * PAGE):
        store = tmp_path / f"{count}.sqlite"
        asked = [Question(f"Is {number} prime?", kind="bool") for number in range(count)]
        debate.run_many(asked, store=store, name="r", progress=False)
        run = open_run(store)
        run.replay(next(run.results()).debate_id)
        tracemalloc.start()
        assert run.replay().equal == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0]  # the questions are in the spec, which is read whole


def _interrupt(event: Event) -> None:
    """Stop the conductor in the middle of a debate, as a signal would."""
    if isinstance(event, TurnEnded) and event.turn.round == 2:
        os.kill(os.getpid(), signal.SIGINT)
