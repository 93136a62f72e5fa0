"""What every journal promises, in memory and in a file."""

import math
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import get_args

import pytest
from pydantic import JsonValue

from moot.agents.records import Completion, Kind, Usage
from moot.errors import SpecChangedError, SpecError, StoreError
from moot.runs.journal import DebateRow, Intent, Journal, Totals, state_of

Opening = Callable[[], AbstractAsyncContextManager[Journal]]
Rows = Callable[..., DebateRow]
Intents = Callable[..., Intent]
Replies = Callable[..., Completion]


async def begin(journal: Journal, row: DebateRow) -> None:
    await journal.begin_run(row.run, {"protocol": "du"})
    await journal.begin_debate(row)


async def call(journal: Journal, intent: Intent, completion: Completion) -> None:
    await journal.intend([intent])
    await journal.settle(intent, completion)


def remembers(journal: Journal, intent: Intent) -> Completion | None:
    return journal.recall(intent.debate_id, intent.key, intent.request_hash)


async def test_an_answered_call_is_recalled_when_the_debate_is_begun_again(
    opening: Opening, row: Rows, intent: Intents, reply: Replies
) -> None:
    said = reply("It is 408.", view={"peers": 2}, retry_after_s=0.5, status=200, requests=None)
    async with opening() as journal:
        await begin(journal, row())
        assert remembers(journal, intent()) is None
        await call(journal, intent(), said)
    async with opening() as journal:
        await begin(journal, row())
        assert remembers(journal, intent()) == said


async def test_what_is_settled_now_is_recalled_by_the_next_beginning(
    opening: Opening, row: Rows, intent: Intents, reply: Replies
) -> None:
    async with opening() as journal:
        await begin(journal, row())
        await call(journal, intent(), reply())
        assert remembers(journal, intent()) is None
        await journal.begin_debate(row())
        assert remembers(journal, intent()) == reply()


@pytest.mark.parametrize("kind", get_args(Kind))
async def test_only_answers_are_recalled(
    opening: Opening, row: Rows, intent: Intents, reply: Replies, kind: Kind
) -> None:
    async with opening() as journal:
        await begin(journal, row())
        await call(journal, intent(), reply(kind=kind))
        (made,) = journal.attempts("d")
        assert (made.kind, made.state) == (kind, state_of(kind))
        assert journal.calls("d")[0].state == state_of(kind)
        await journal.begin_debate(row())
        assert (remembers(journal, intent()) is not None) == (kind in {"ok", "empty", "refused", "truncated"})


async def test_a_call_is_known_by_place_and_request_together(
    opening: Opening, row: Rows, intent: Intents, reply: Replies
) -> None:
    async with opening() as journal:
        await begin(journal, row())
        await call(journal, intent(prompt="A?"), reply())
        await call(journal, intent("bo", prompt="A?"), reply(kind="timeout"))
        await journal.begin_debate(row())
        for other in (intent(prompt="B?"), intent("cy", prompt="A?"), intent(prompt="A?", turn=1)):
            assert remembers(journal, other) is None
        drifted = [intent(prompt="B?"), intent("bo", prompt="B?")]
        same = [intent(prompt="A?"), intent("bo", prompt="A?"), intent("cy", prompt="B?")]
        assert [journal.mismatch("d", one.key, one.request_hash) for one in (*drifted, *same)] == [True] * 2 + [
            False
        ] * 3


async def test_one_place_may_hold_several_requests(
    opening: Opening, row: Rows, intent: Intents, reply: Replies
) -> None:
    async with opening() as journal:
        await begin(journal, row())
        await call(journal, intent(prompt="A?"), reply("to A"))
        await call(journal, intent(prompt="B?"), reply("to B"))
        await journal.begin_debate(row())
        assert [remembers(journal, intent(prompt=prompt)) for prompt in ("A?", "B?")] == [reply("to A"), reply("to B")]


async def test_attempts_are_numbered_on_over_sittings_and_epochs(
    opening: Opening, row: Rows, intent: Intents, reply: Replies
) -> None:
    for _ in range(2):
        async with opening() as journal:
            await begin(journal, row())
            await call(journal, intent(), reply(kind="rate_limited"))
            await call(journal, intent(attempt=1), reply(kind="outage"))
    async with opening() as journal:
        await begin(journal, row())
        await call(journal, intent(), reply())
        attempts = journal.attempts("d")
        assert [one.number for one in attempts] == [0, 1, 2, 3, 4]
        assert [one.state for one in attempts] == ["failed"] * 4 + ["done"]
        epochs = [one.epoch for one in attempts]
        assert epochs == sorted(epochs)
        assert len(set(epochs)) == 3
        (whole,) = journal.calls("d")
        assert (whole.state, whole.attempts, whole.model) == ("done", 5, "sim/debater")


async def test_a_wave_is_intended_whole_or_not_at_all(opening: Opening, row: Rows, intent: Intents) -> None:
    async with opening() as journal:
        await begin(journal, row())
        await journal.intend([intent()])
        with pytest.raises(StoreError, match="intended before"):
            await journal.intend([intent("bo"), intent()])
        with pytest.raises(StoreError, match="not begun"):
            await journal.intend([intent("bo"), intent(debate_id="other")])
        with pytest.raises(StoreError, match="intended before"):
            await journal.intend([intent("bo"), intent("bo")])
        assert [one.key.seat for one in journal.attempts("d")] == ["ada"]
        await journal.intend([intent("bo"), intent("cy")])
        assert [(one.key.seat, one.state) for one in journal.attempts("d")] == [
            ("ada", "sent"),
            ("bo", "sent"),
            ("cy", "sent"),
        ]


async def test_an_attempt_is_settled_once(opening: Opening, row: Rows, intent: Intents, reply: Replies) -> None:
    async with opening() as journal:
        await begin(journal, row())
        with pytest.raises(StoreError, match="ada, turn 0, sample 0, ask 0 in debate 'd' is not in flight"):
            await journal.settle(intent(), reply())
        await call(journal, intent(), reply("first"))
        with pytest.raises(StoreError, match="is not in flight"):
            await journal.settle(intent(), reply("second"))
        (said,) = journal.debate("d").exchanges.values()
        assert said.completion == reply("first")


async def test_a_call_may_be_settled_after_its_debate_has_ended(
    opening: Opening, row: Rows, intent: Intents, reply: Replies
) -> None:
    async with opening() as journal:
        await begin(journal, row())
        await journal.intend([intent()])
        await journal.end_debate("d", "degraded", {})
        await journal.settle(intent(), reply(kind="late"))
        assert journal.attempts("d")[0].kind == "late"
        with pytest.raises(StoreError, match="has ended"):
            await journal.intend([intent("bo")])


async def test_a_debate_is_told_with_its_result_and_all_it_asked(
    opening: Opening, row: Rows, intent: Intents, reply: Replies
) -> None:
    result: dict[str, JsonValue] = {"answer": "408", "turns": [{"id": "0:ada", "calls": [intent().call_id]}]}
    async with opening() as journal:
        await begin(journal, row())
        await call(journal, intent(), reply("It is 408."))
        await call(journal, intent("bo"), reply(kind="timeout", text="", detail="no answer in 60 s"))
        await journal.intend([intent("cy")])
        assert journal.debate("d").result is None
        await journal.end_debate("d", "decided", result)
        record = journal.debate("d")
    assert record.row == row(status="decided")
    assert record.result == result
    told = record.exchanges
    assert told[intent().call_id].completion == reply("It is 408.")
    assert told[intent().call_id].messages == intent().request.messages
    assert told[intent("bo").call_id].completion == reply(kind="timeout", text="", detail="no answer in 60 s")
    assert told[intent("cy").call_id].completion is None


async def test_the_latest_ending_counts(opening: Opening, row: Rows) -> None:
    async with opening() as journal:
        await begin(journal, row())
        await journal.end_debate("d", "failed", {"answer": None})
    async with opening() as journal:
        await begin(journal, row())
        assert journal.run("r").statuses == {"failed": 1}
        await journal.end_debate("d", "decided", {"answer": "408"})
        assert journal.debate("d").result == {"answer": "408"}
        assert journal.run("r").statuses == {"decided": 1}


async def test_a_debate_is_told_as_it_stood_when_it_ended_last(
    opening: Opening, row: Rows, intent: Intents, reply: Replies
) -> None:
    async with opening() as journal:
        await begin(journal, row())
        await call(journal, intent(), reply(kind="outage"))
        await journal.end_debate("d", "degraded", {})
        ended = journal.debate("d").epoch
        await begin(journal, row())  # a later sitting, which is interrupted before the debate ends again
        await call(journal, intent(), reply("mended"))
        await call(journal, intent("bo"), reply("more"))
        told = journal.debate("d")
        assert ended is not None
        assert told.epoch == ended < journal.run("r").epoch
        assert told.exchanges[intent().call_id].completion == reply(kind="outage")
        assert told.exchanges[intent("bo").call_id].completion is None
        await journal.end_debate("d", "decided", {})
        told = journal.debate("d")
        assert told.epoch == journal.run("r").epoch
        assert told.exchanges[intent().call_id].completion == reply("mended")


async def test_the_spec_of_every_beginning_is_kept(opening: Opening) -> None:
    async with opening() as journal:
        first = await journal.begin_run("r", {"rounds": 2})
        second = await journal.begin_run("r", {"rounds": 4}, growable=["rounds"])
        assert [journal.spec(row.epoch) for row in (first, second)] == [{"rounds": 2}, {"rounds": 4}]
        with pytest.raises(StoreError, match="no run in epoch 77"):
            journal.spec(77)


async def test_a_fork_remembers_what_its_parent_asked_and_keeps_its_own(
    opening: Opening, row: Rows, intent: Intents, reply: Replies
) -> None:
    kept, failed, fresh = intent(prompt="A?"), intent("bo"), intent(prompt="B?", turn=1)
    async with opening() as journal:
        await begin(journal, row())
        await call(journal, kept, reply("kept"))
        await call(journal, failed, reply(kind="outage"))
        await journal.end_debate("d", "degraded", {})
        await journal.begin_debate(row("f", parent="d"))
        assert journal.recall("f", kept.key, kept.request_hash) == reply("kept")
        assert journal.recall("f", failed.key, failed.request_hash) is None
        again, new = intent("bo", debate_id="f"), intent(prompt="B?", turn=1, debate_id="f")
        await call(journal, again, reply("mended"))
        await call(journal, new, reply("new"))
        assert journal.mismatch("f", fresh.key, "0" * 32) is False
        assert len(journal.attempts("d")) == len(journal.attempts("f")) == 2
        told = {name: one.completion for name, one in journal.debate("f").exchanges.items()}
        assert told == {kept.call_id: reply("kept"), again.call_id: reply("mended"), new.call_id: reply("new")}
        assert journal.debate("d").exchanges[failed.call_id].completion == reply(kind="outage")
        await journal.end_debate("f", "decided", {})
        await journal.begin_debate(row("g", parent="f"))
        for one, said in ((kept, "kept"), (again, "mended"), (new, "new")):
            assert journal.recall("g", one.key, one.request_hash) == reply(said)


async def test_two_runs_of_one_seed_do_not_hear_each_other(
    opening: Opening, row: Rows, intent: Intents, reply: Replies
) -> None:
    async with opening() as journal:
        await begin(journal, row())
        await call(journal, intent(), reply())
        await begin(journal, row("e", run="other"))
        assert journal.recall("e", intent().key, intent().request_hash) is None
        assert journal.totals("other") == Totals()


async def test_totals_count_every_attempt_of_every_epoch(
    opening: Opening, row: Rows, intent: Intents, reply: Replies
) -> None:
    unread = Usage(prompt_tokens=5, completion_tokens=7, cost_nano_usd=11)
    async with opening() as journal:
        await begin(journal, row())
        await call(journal, intent(), reply(kind="unreadable", usage=unread))
        await call(journal, intent("bo"), reply(kind="timeout", usage=Usage()))
        await call(journal, intent("cy"), reply(kind="cancelled", usage=Usage()))
        await call(journal, intent("di", reserved=50), reply(kind="crashed", usage=Usage()))
    async with opening() as journal:
        await begin(journal, row())
        await begin(journal, row("d2"))
        await call(journal, intent(), reply())
        await call(journal, intent("bo", debate_id="d2"), reply(kind="refused"))
        await journal.intend([intent("di", reserved=60)])
        assert journal.totals("r") == Totals(
            calls=2,
            attempts=7,
            failed=2,
            cancelled=1,
            in_doubt=1,
            sent=1,
            prompt_tokens=25,
            completion_tokens=47,
            cost_nano_usd=611,
            held_nano_usd=110,
        )


async def test_a_total_with_an_unknown_price_is_unknown(
    opening: Opening, row: Rows, intent: Intents, reply: Replies
) -> None:
    async with opening() as journal:
        await begin(journal, row())
        await call(journal, intent(), reply())
        assert journal.totals("r").cost_nano_usd == 300
        await call(journal, intent("bo"), reply(usage=Usage(prompt_tokens=3)))
        assert journal.totals("r").cost_nano_usd is None


async def test_runs_without_a_name_get_new_ones(opening: Opening) -> None:
    async with opening() as journal:
        assert (await journal.begin_run(None, {})).name == "run-1"
        assert (await journal.begin_run("run-2", {})).name == "run-2"
        assert (await journal.begin_run(None, {})).name == "run-3"
    async with opening() as journal:
        assert (await journal.begin_run(None, {})).name == "run-4"
        assert [run.name for run in journal.runs()] == ["run-1", "run-2", "run-3", "run-4"]


async def test_a_run_begun_again_is_the_same_run_in_a_new_epoch(opening: Opening) -> None:
    spec = {"protocol": {"name": "du", "rounds": 3}, "agents": ("ada", "bo")}
    async with opening() as journal:
        first = await journal.begin_run("r", spec)
    async with opening() as journal:
        second = await journal.begin_run("r", spec)
    assert (first.epochs, second.epochs) == (1, 2)
    assert second.epoch > first.epoch
    assert second.began_ms == first.began_ms
    assert first.spec == second.spec == {"protocol": {"name": "du", "rounds": 3}, "agents": ["ada", "bo"]}


async def test_another_spec_under_a_name_is_refused_and_leaves_the_run_as_it_was(opening: Opening) -> None:
    async with opening() as journal:
        await journal.begin_run("r", {"protocol": {"name": "du", "rounds": 3}})
        with pytest.raises(SpecChangedError, match=r"run 'r' was recorded with protocol\.rounds = 3, and 4 is given"):
            await journal.begin_run("r", {"protocol": {"name": "du", "rounds": 4}})
        assert journal.run("r").epochs == 1
        assert journal.run("r").spec == {"protocol": {"name": "du", "rounds": 3}}


async def test_limits_may_be_raised_and_not_lowered(opening: Opening) -> None:
    growable = {"rounds", "questions"}
    async with opening() as journal:
        await journal.begin_run("r", {"rounds": 3, "questions": 10}, growable=growable)
        raised = await journal.begin_run("r", {"rounds": 4, "questions": None}, growable=growable)
        assert raised.spec == {"rounds": 4, "questions": None}
        with pytest.raises(SpecChangedError, match="rounds = 4, and 3 is given"):
            await journal.begin_run("r", {"rounds": 3, "questions": None}, growable=growable)
        with pytest.raises(SpecChangedError, match="questions = nothing, and 10 is given"):
            await journal.begin_run("r", {"rounds": 4, "questions": 10}, growable=growable)


async def test_what_no_json_can_hold_is_refused_before_it_is_paid_for(opening: Opening, row: Rows) -> None:
    async with opening() as journal:
        with pytest.raises(SpecError, match="cannot be recorded"):
            await journal.begin_run("r", {"share": math.nan})
        await begin(journal, row())
        with pytest.raises(StoreError, match="cannot be recorded"):
            await journal.end_debate("d", "decided", {"share": math.inf})
        assert journal.run("r").statuses == {"open": 1}
        await journal.end_debate("d", "decided", {"share": 0.5})


async def test_an_id_belongs_to_one_debate(opening: Opening, row: Rows) -> None:
    async with opening() as journal:
        await begin(journal, row())
        await journal.begin_debate(row(index=5))  # more questions may have been put before it
        assert journal.debates("r")[0].index == 0
        with pytest.raises(SpecChangedError, match=r"debate 'd' was recorded with question\.text = \"17 \* 24\?\""):
            await journal.begin_debate(row(question={"text": "18 * 24?"}))
        with pytest.raises(SpecChangedError, match="trial = 0, and 1 is given"):
            await journal.begin_debate(row(trial=1))


async def test_debates_are_listed_by_question_and_trial(opening: Opening, row: Rows) -> None:
    async with opening() as journal:
        await journal.begin_run("r", {})
        for id, index, trial in (("c", 1, 0), ("b", 0, 1), ("a", 0, 0)):
            await journal.begin_debate(row(id, index=index, trial=trial))
        await journal.begin_debate(row("b2", index=0, trial=1, parent="b"))
        assert [one.id for one in journal.debates("r")] == ["a", "b", "b2", "c"]
        assert [one.id for one in journal.debates("r", start=1, most=2)] == ["b", "b2"]
        assert [one.id for one in journal.debates("r", start=3, most=2)] == ["c"]
        assert journal.run("r").statuses == {"open": 3}  # a fork is none of the debates that were asked for


async def test_what_is_not_there_is_said_so(opening: Opening, row: Rows) -> None:
    async with opening() as journal:
        with pytest.raises(StoreError, match="run 'r' of debate 'd' was not begun"):
            await journal.begin_debate(row())
        await journal.begin_run("r", {})
        for ask in (journal.run, journal.debates, journal.totals):
            with pytest.raises(StoreError, match="no run 'x'"):
                ask("x")
        for ask_one in (journal.debate, journal.calls, journal.attempts):
            with pytest.raises(StoreError, match="no debate 'x'"):
                ask_one("x")
        with pytest.raises(StoreError, match="no debate 'x' to fork 'f' from"):
            await journal.begin_debate(row("f", parent="x"))
        with pytest.raises(StoreError, match="'d' was not begun"):
            await journal.end_debate("d", "decided", {})


async def test_calls_in_doubt_are_recalled_as_such_where_that_is_asked_for(
    opening: Opening, row: Rows, intent: Intents, reply: Replies
) -> None:
    lost = reply("", kind="crashed", usage=Usage())
    async with opening() as journal:
        await begin(journal, row())
        await call(journal, intent("ada"), lost)
        await call(journal, intent("bo"), lost)
        await call(journal, intent("bo", attempt=1), reply())
        await call(journal, intent("cy"), reply(kind="timeout"))
        for doubtful, ada in ((True, lost), (False, None)):
            await journal.begin_debate(row(), doubtful=doubtful)
            assert remembers(journal, intent("ada")) == ada
            assert remembers(journal, intent("bo")) == reply()
            assert remembers(journal, intent("cy")) is None
