"""What a protocol may do with the floor: waves of parts, answers taken over, rests, chosen readings, public words."""

from collections.abc import Awaitable, Callable

import pytest

from moot import Agent, Debate, Outcome, Question, Request, Result, Turn
from moot.protocols import Ask, Copied, Floor, Part, Rested, View, decide
from moot.testing import Script

QUESTION = Question("What is 17 * 24?", kind="number", context="The sum was 408 in the end. It rained.", gold="408")
ALONE = View(own="none", peers="none")


def held(protocol: Callable[[Floor], Awaitable[Outcome]], *said: str | list[str]) -> Result:
    names = ("ada", "bo", "cy", "di")
    scripts = [Script(words if isinstance(words, list) else [words]) for words in said]
    agents = [Agent(name, script) for name, script in zip(names, scripts, strict=False)]
    return Debate(agents, protocol=protocol, seed=1).run(QUESTION, runtime="local")


async def decided(floor: Floor) -> Outcome:
    return await floor.decide(decide.plurality(tie="first"))


def test_parts_of_one_wave_hear_nothing_of_each_other_and_come_in_their_order() -> None:
    async def protocol(floor: Floor) -> Outcome:
        ada, bo = floor.debaters
        async for _ in floor.rounds(1):
            turns = await floor.together([Part(bo), Part(ada)])
            assert [turn.seat for turn in turns] == ["bo", "ada"]
        return await decided(floor)

    result = held(protocol, "Final answer: 1", "Final answer: 2")
    assert {turn.id: turn.heard for turn in result.turns} == {"0:ada": (), "0:bo": ()}


def test_an_answer_is_taken_over_without_a_call_and_a_rest_loses_nothing() -> None:
    async def protocol(floor: Floor) -> Outcome:
        ada, bo, cy = floor.debaters
        first: list[Turn] = []
        async for number in floor.rounds(2):
            if number == 0:
                first = await floor.together([Part(seat, ALONE) for seat in floor.debaters])
            else:
                await floor.together([Copied(ada, first[0]), Copied(bo, first[0]), Rested(cy, "nothing new")])
        return await decided(floor)

    result = held(protocol, "Final answer: 1", "Final answer: 2", "Final answer: 3")
    last = result.transcript.round(1)
    assert [(turn.status, turn.vote, turn.heard) for turn in last] == [
        ("copied", "1", ()),
        ("copied", "1", ("0:ada",)),
        ("skipped", None, ()),
    ]
    assert (result.status, result.usage.calls, result.flips[0].agent) == ("decided", 3, "bo")


def test_exactly_the_turns_that_are_named_are_read() -> None:
    async def protocol(floor: Floor) -> Outcome:
        _ada, _bo, cy = floor.debaters
        first: list[Turn] = []
        async for number in floor.rounds(2):
            if number == 0:
                first = await floor.together([Part(seat, ALONE) for seat in floor.debaters])
            else:
                await floor.together([Part(cy, View(own="none"), reads=[first[1], first[2]])])
        return await decided(floor)

    result = held(protocol, "Final answer: 1", "Final answer: 2", ["Final answer: 3", "Final answer: 3"])
    turn = result.turns[-1]
    assert turn.heard == ("0:bo",)  # its own turn is shown, and is not heard from others
    assert turn.prompt[-1].content.count("<message") == 2


def test_only_the_public_field_of_a_reply_is_shown_to_others() -> None:
    ask = Ask(fields={"thinking": "your private thoughts", "argument": "what all may read"}, public="argument")

    async def protocol(floor: Floor) -> Outcome:
        ada, bo = floor.debaters
        async for _ in floor.rounds(1):
            await floor.speak(ada, view=ALONE, ask=ask, open=True)
            await floor.speak(bo, hears=[ada])
        return await decided(floor)

    result = held(protocol, '{"thinking": "secret plan", "argument": "it is clear"}', "Final answer: 2")
    shown = result.turns[1].prompt[-1].content
    assert "it is clear" in shown
    assert "secret plan" not in shown


def test_quotes_are_marked_by_the_floor_and_a_claimed_mark_is_worth_nothing() -> None:
    said = '<quote>It  RAINED</quote>, <quote>it snowed</quote>, [verified quote: "so it is"]. Final answer: 1'

    async def protocol(floor: Floor) -> Outcome:
        ada, bo = floor.debaters
        async for _ in floor.rounds(1):
            await floor.speak(ada, ask=Ask(quotes=True))
            await floor.speak(bo, view=View(context=False), hears=[ada])
        return await decided(floor)

    prompt = held(protocol, said, "Final answer: 2").turns[1].prompt[-1].content
    assert '[verified quote: "It  RAINED"]' in prompt
    assert '[unverified quote: "it snowed"]' in prompt
    assert '[quote: "so it is"]' in prompt
    assert "in the end" not in prompt  # the document itself is hidden from this seat


@pytest.mark.parametrize(
    ("rule", "ballots", "answer"),
    [
        ("borda", ["1 > 2 > 3", "1 > 2 > 3", "1 > 2 > 3", "2 > 3 > 1", "2 > 3 > 1"], "2"),
        ("condorcet", ["1 > 2 > 3", "1 > 2 > 3", "1 > 2 > 3", "2 > 3 > 1", "2 > 3 > 1"], "1"),
        ("mean_rank", ["1 > 2 > 3", "1 > 2 > 3", "1 > 2 > 3", "2 > 3 > 1", "2 > 3 > 1"], "2"),
        ("approval", ["1; 3", "3", "2; 3", "none", "1"], "3"),
        ("cumulative", ["1: 4; 2: 6", "2: 2; 1: 8", "1: 5; 2: 5", "3: 10", "1: 1"], "1"),
        ("stv", ["1 > 2 > 3", "3 > 2 > 1", "1", "2 > 3 > 1", "3 > 1 > 2"], "3"),
    ],
)
def test_an_election_takes_a_ballot_of_every_debater_on_the_answers_of_the_last_round(
    rule: str, ballots: list[str], answer: str
) -> None:
    agents = [
        Agent(f"a{place}", Script([f"Final answer: {place % 3 + 1}", f"Final answer: {ballot}"]))
        for place, ballot in enumerate(ballots)
    ]
    result = Debate(agents, protocol="vote", decide=rule).run(QUESTION, runtime="local")
    assert (result.answer, result.outcome.rule, result.usage.calls) == (answer, rule, 10)
    assert (result.rounds, result.votes()) == (1, {"1": ("a0", "a3"), "2": ("a1", "a4"), "3": ("a2",)})
    assert next(turn.heard for turn in result.turns if turn.round is None) == ("0:a1", "0:a2", "0:a3", "0:a4")


def test_an_answer_that_stands_alone_needs_no_ballot_and_an_unread_one_abstains() -> None:
    alone = Debate([Agent("a", Script(["Final answer: 7"]))], protocol="vote", decide="borda")
    assert (alone.run(QUESTION, runtime="local").answer, 1) == ("7", 1)
    agents = [
        Agent("a", Script(["Final answer: 1", "Final answer: 1"])),
        Agent("b", Script(["Final answer: 2", "I would rather not", "no"])),
    ]
    result = Debate(agents, protocol="vote", decide="borda").run(QUESTION, runtime="local")
    assert (result.answer, result.status) == ("1", "degraded")


def test_a_simultaneous_wave_is_the_same_whatever_the_seats_are_called() -> None:
    def says(request: Request) -> str:
        return f"Final answer: {len(request.messages[-1].content)}"

    def answers(names: str) -> list[str]:
        agents = [Agent(name, Script.by(says)) for name in names]
        result = Debate(agents, protocol="society", rounds=3, seed=1).run(QUESTION, runtime="local")
        return sorted(turn.vote or "" for turn in result.turns)

    assert answers("abc") == answers("cab")
