"""Whole debates: decided, degraded, failed; equal however and wherever they are held."""

from functools import partial
from pathlib import Path

import pytest

import moot
from moot import Agent, Budget, Debate, Question, Request, Result, stop
from moot.errors import SeatingError, SpecChangedError, SpecError, UnknownNameError
from moot.testing import Script, Stub

PANEL = ["sim/debater?accuracy=0.8", "sim/debater?family=b", "sim/debater?family=c"]
TWO_SIDES = {"protocol": "mad_liang", "judge": "sim/debater"}
SUM = Question("What is 17 * 24?", kind="number", gold="408")


def saying(*answers: str) -> list[Agent]:
    return [Agent(f"a{place}", Script.by(partial(_same, said))) for place, said in enumerate(answers, 1)]


def _same(said: str, _: Request) -> str:
    return said


def test_three_lines_hold_a_debate() -> None:
    result = moot.debate("Which is larger, 9.11 or 9.9?", PANEL, rounds=2, judge="sim/debater", seed=1, runtime="local")
    assert result.status == "decided"
    assert result.simulated
    assert (result.rounds, result.usage.calls) == (2, 7)


async def test_the_same_inside_a_running_event_loop() -> None:
    inside = moot.debate(SUM, PANEL, seed=3, runtime="local")
    assert inside.digest == (await moot.adebate(SUM, PANEL, seed=3, runtime="local")).digest


@pytest.mark.parametrize("topology", ["complete", "ring", "chain"])
@pytest.mark.parametrize("seed", range(10))
def test_free_pace_says_the_same_as_by_round(topology: str, seed: int) -> None:
    by_round, free = (
        Debate(PANEL * 2, topology, moot.protocols.society(rounds=4, pace=pace), seed=seed).run(SUM, runtime="local")
        for pace in ("round", "free")
    )
    same = {"protocol"}
    assert by_round.model_dump(exclude=same | {"usage", "turns"}) == free.model_dump(exclude=same | {"usage", "turns"})
    assert [(turn.prompt, turn.text) for turn in by_round.turns] == [(turn.prompt, turn.text) for turn in free.turns]


def test_a_free_pace_that_a_stop_rule_forbids_says_so() -> None:
    debate = Debate(PANEL, protocol="society?pace=free&rounds=3", stop=stop.unanimous(), seed=1)
    assert "unanimous" in debate.run(SUM, runtime="local").notes[0]


@pytest.mark.parametrize(
    ("answers", "status", "answer"),
    [
        (["Final answer: 1"] * 3, "decided", "1"),
        (["Final answer: 1", "Final answer: 1", "no idea"], "degraded", "1"),
        (["Final answer: 1", "hm", "no idea"], "failed", None),
        (["Final answer: 1", "Final answer: 2"], "undecided", None),
    ],
)
def test_the_status_tells_what_became_of_the_turns(answers: list[str], status: str, answer: str | None) -> None:
    result = Debate(saying(*answers), protocol="vote").run(SUM, runtime="local")
    assert (result.status, result.answer) == (status, answer)


def test_a_failed_debate_has_a_labelled_fallback() -> None:
    outcome = Debate(saying("Final answer: 1", "hm", "no idea"), protocol="vote").run(SUM, runtime="local").outcome
    assert outcome.fallback is not None
    assert (outcome.fallback.answer, outcome.fallback.label) == ("1", "first vote")


def test_a_result_survives_its_json() -> None:
    result = Debate(PANEL, seed=5).run(SUM, runtime="local")
    again = Result.from_json(result.to_json())
    assert (again, again.digest) == (result, result.digest)


def test_a_stored_debate_is_not_paid_for_again(tmp_path: Path) -> None:
    with Stub() as stub:
        agents = [Agent(name, "openai/m", api_base=stub.url) for name in ("ada", "bo")]
        debate = Debate(agents, protocol="society", seed=1)
        first = debate.run(SUM, store=tmp_path / "runs.sqlite", name="once", runtime="local")
        sent = len(stub.log)
        again = debate.run(SUM, store=tmp_path / "runs.sqlite", name="once", runtime="local")
        assert (sent, len(stub.log)) == (4, 4)
    assert first.digest == again.digest
    assert again.usage.cached_calls == 4


def test_another_spec_under_a_stored_name_is_refused(tmp_path: Path) -> None:
    store = tmp_path / "runs.sqlite"
    Debate(PANEL, seed=1).run(SUM, store=store, name="r", runtime="local")
    with pytest.raises(SpecChangedError, match="seed"):
        Debate(PANEL, seed=2).run(SUM, store=store, name="r", runtime="local")


def test_a_hard_cap_ends_the_debate_before_the_wave_that_would_break_it() -> None:
    result = Debate(PANEL, protocol="society?rounds=3", budget=moot.Budget(calls=7), seed=1).run(SUM, runtime="local")
    assert (result.usage.calls, result.rounds, result.capped) == (6, 2, True)
    assert result.stopped_by.startswith("budget: 3 more calls do not fit under 7")


@pytest.mark.parametrize(
    ("error", "sentence", "given"),
    [
        (UnknownNameError, "did you mean 'openai'", {"agents": ["opnai/gpt-5"]}),
        (UnknownNameError, "did you mean 'society'", {"protocol": "socety"}),
        (UnknownNameError, "did you mean 'ring'", {"topology": "rng"}),
        (SeatingError, "3 agents for 4 seats", {"topology": moot.topologies.ring(4)}),
        (SpecError, "needs a judge", {"decide": "judge"}),
        (
            SpecError,
            "decides in its own way",
            {"agents": PANEL[:2], "protocol": "mad_liang", "judge": PANEL[0], "decide": "last"},
        ),
        (SpecError, "no rounds to set", {"protocol": "vote", "rounds": 2}),
        (SpecError, "quorum 4", {"quorum": 4}),
    ],
)
def test_bad_input_is_refused_in_one_sentence(error: type[Exception], sentence: str, given: dict[str, object]) -> None:
    arguments: dict[str, object] = {"agents": PANEL, **given}
    with pytest.raises(error, match=sentence):
        Debate(**arguments)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  (whatever a user gives)


def test_a_listener_that_fails_is_told_once_on_standard_error_and_changes_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def listener(event: object) -> None:
        secret = "hunter2"
        raise ValueError(f"no {len(secret)}")

    heard = Debate(PANEL, seed=5).run(SUM, runtime="local", listen=listener)
    out, err = capsys.readouterr()
    assert heard.digest == Debate(PANEL, seed=5).run(SUM, runtime="local").digest
    assert (out, err.count("a listener failed")) == ("", 1)
    assert "hunter2" not in err


def test_a_question_is_never_cut() -> None:
    document = "word " * 20_000 + "THE-END"
    question = Question("What is it? " + "x" * 30_000 + " THE-QUESTION", kind="number", context=document)
    prompt = Debate(PANEL, protocol="vote", seed=5).run(question, runtime="local").turns[0].prompt[-1].content
    assert "THE-END" in prompt
    assert "THE-QUESTION" in prompt


def test_a_transcript_is_a_tuple() -> None:
    result = Debate(PANEL, seed=5).run(SUM, runtime="local")
    assert result.transcript == result.turns
    assert (result.transcript[-1], result.transcript[:2]) == (result.turns[-1], result.turns[:2])


def test_a_cap_that_is_reached_after_the_rounds_is_named_beside_why_they_ended() -> None:
    debate = Debate(["sim/debater"] * 3, protocol="vote_simple?rounds=1", budget=Budget(calls=3), seed=1)
    result = debate.run("What is 17 * 24?", runtime="local")
    assert (result.status, result.stopped_by, result.capped) == ("degraded", "rounds: 1 held", True)
    assert result.notes == ("cut short after its rounds: budget: 3 more calls do not fit under 3, 3 are used",)
