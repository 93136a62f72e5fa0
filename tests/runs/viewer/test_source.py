"""What a page is told of a journal: pages of lists, whole debates, single turns, and who changed whose mind."""

import json
from pathlib import Path
from typing import Any

import pytest

from moot import Agent, Debate, Question, Result, Run
from moot.errors import StoreError
from moot.runs.batch import Batch
from moot.runs.holding import row_of
from moot.runs.journal import MemoryJournal
from moot.runs.run import open_run
from moot.runs.viewer.influence import influence
from moot.runs.viewer.source import Source, Wanted
from moot.testing import Script


@pytest.fixture
def run(store: Path) -> Run:
    return open_run(store, "sums")


def test_a_list_of_runs_says_how_their_debates_ended(source: Source, run: Run) -> None:
    (told,) = source.runs()["runs"]
    assert (told["name"], told["debates"], told["simulated"]) == ("sums", 6, True)
    assert told["statuses"] == run.statuses


def test_pages_of_a_list_are_the_whole_list_once(source: Source) -> None:
    whole = source.debates("sums")["debates"]
    pages, after = list[Any](), 0
    while True:
        page = source.debates("sums", after=after, limit=2)
        pages += page["debates"]
        if page["next"] is None:
            break
        after = page["next"]
    assert pages == whole
    assert len(whole) == 7
    assert sum(line["parent"] is not None for line in whole) == 1


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(status="decided"),
        Wanted(status="failed"),
        Wanted(correct="true"),
        Wanted(correct="false"),
        Wanted(correct="null"),
        Wanted(flipped=True),
        Wanted(flipped=False, correct="true"),
    ],
)
def test_a_filter_keeps_what_a_reader_of_the_list_would(source: Source, wanted: Wanted) -> None:
    whole = source.debates("sums")["debates"]
    kept = [
        line
        for line in whole
        if wanted.status in {None, line["status"]}
        and (wanted.correct is None or json.dumps(line["correct"]) == wanted.correct)
        and (wanted.flipped is None or bool(line["flips"]) == wanted.flipped)
    ]
    assert source.debates("sums", wanted=wanted)["debates"] == kept


def test_a_debate_is_told_as_its_result_has_it(source: Source, run: Run) -> None:
    for result in run.results():
        told = source.debate(result.debate_id)
        assert (told["answer"], told["status"], told["rounds"]) == (result.answer, result.status, result.rounds)
        assert [turn["text"] for turn in told["turns"]] == [turn.text for turn in result.turns]
        assert [turn["heard"] for turn in told["turns"]] == [list(turn.heard) for turn in result.turns]
        assert [tuple(flip.values()) for flip in told["flips"]] == list(result.flips)
        assert "prompt" not in json.dumps(told["turns"]).replace("prompt_tokens", "")


def test_an_inspected_turn_has_the_prompt_as_sent_and_the_raw_reply(source: Source, run: Run) -> None:
    result = next(run.results())
    for turn in result.turns:
        told = source.turn(result.debate_id, turn.id)
        assert [(m["role"], m["content"]) for m in told["prompt"]] == [(m.role, m.content) for m in turn.prompt]
        assert told["replies"] == [turn.text]


def test_every_document_is_json(source: Source, run: Run) -> None:
    id = next(run.results()).debate_id
    for told in (source.runs(), source.debates("sums"), source.debate(id), source.turn(id, "0:ada")):
        assert json.loads(json.dumps(told, allow_nan=False)) == told


@pytest.mark.parametrize("turn", ["9:ada", "0:nobody", "", "../0:ada"])
def test_what_is_not_there_is_said(source: Source, run: Run, turn: str) -> None:
    with pytest.raises(StoreError):
        source.turn(next(run.results()).debate_id, turn)
    with pytest.raises(StoreError):
        source.debate("sums/../sums")


def test_of_every_answer_that_was_given_it_is_told_whether_it_is_right(source: Source) -> None:
    ended = [line["id"] for line in source.debates("sums")["debates"] if line["status"] != "open"]
    for told in map(source.debate, ended):
        given = {turn["vote"] for turn in told["turns"]} - {None}
        assert told["right"] == {answer: answer == told["question"]["gold"] for answer in given}


async def test_a_debate_that_has_not_ended_is_open_and_has_its_question_and_seats() -> None:
    debate, journal = Debate([Agent("ada", "sim/debater")], protocol="society", seed=1, budget=0.5), MemoryJournal()
    batch = Batch.of(debate, ["What is 2 + 2?"])
    await journal.begin_run("r", batch.spec())
    await journal.begin_debate(row_of(debate, batch.questions[0], "r"))
    source = Source(journal, "memory")
    (line,) = source.debates("r", wanted=Wanted(status="open"))["debates"]
    told = source.debate(line["id"])
    assert (line["status"], told["status"], told["turns"], told["correct"]) == ("open", "open", [], None)
    assert told["right"] == {}
    assert told["seats"] == [{"name": "ada", "model": "sim/debater"}]
    assert told["question"]["text"] == "What is 2 + 2?"
    assert (told["run"], told["budget"]) == ("r", {"usd": 0.5})


def test_failures_of_a_turn_are_told_with_their_kind(tmp_path: Path) -> None:
    debate = Debate([Agent("ada", "sim/debater?fail=1"), "sim/debater"], protocol="society", rounds=1, quorum=1, seed=1)
    run = debate.run_many(["What is 2 + 2?"], store=tmp_path / "s", name="r", runtime="local", progress=False)
    source, id = Source(run.records, "s"), next(run.results()).debate_id
    told = source.turn(id, "0:ada")
    assert told["replies"] == []
    assert len(told["failures"]) >= 1
    assert told["failures"][-1]["detail"]


def scripted(**said: list[str]) -> Result:
    agents = [Agent(seat, Script([f"Final answer: {answer}" for answer in answers])) for seat, answers in said.items()]
    rounds = len(next(iter(said.values())))
    question = Question("Which?", options=["one", "two", "three"])
    return Debate(agents, protocol="society", rounds=rounds, seed=1).run(question, runtime="local")


def test_a_change_of_mind_is_owed_to_those_who_were_heard_to_argue_for_it() -> None:
    result = scripted(ada=["A", "A"], bo=["A", "A"], cy=["B", "A"])
    assert influence(result) == {"ada": 0.5, "bo": 0.5, "cy": 0.0}


def test_a_change_that_nobody_argued_for_is_owed_to_nobody() -> None:
    result = scripted(ada=["A", "C"], bo=["B", "A"])
    assert influence(result) == {"ada": 0.5, "bo": 0.0}


def test_where_nobody_changed_its_mind_nobody_had_influence() -> None:
    assert influence(scripted(ada=["A", "A"], bo=["B", "B"])) == {"ada": 0.0, "bo": 0.0}
