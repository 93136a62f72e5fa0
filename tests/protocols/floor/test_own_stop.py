"""A protocol's own stop rule, beside the debate's; and whom a seat hears in the round under way."""

from functools import partial

from moot import Agent, Debate, Outcome, Question, Request, Result
from moot.protocols import Floor, Pace, decide, stop
from moot.testing import Script

QUESTION = Question("How many?", kind="number")


def agents(*said: int) -> list[Agent]:
    return [Agent(name, Script.by(partial(_same, number))) for name, number in zip("abcd", said, strict=False)]


def _same(number: int, _: Request) -> str:
    return f"Final answer: {number}"


async def own(floor: Floor, pace: Pace = "round") -> Outcome:
    async for _ in floor.rounds(5, until=stop.stable(), pace=pace):
        await floor.everyone()
    return await floor.decide(decide.plurality(tie="first"))


async def freely(floor: Floor) -> Outcome:
    return await own(floor, "free")


def held(*said: int, rule: str | None = None, free: bool = False) -> Result:
    protocol = freely if free else own
    return Debate(agents(*said), protocol=protocol, stop=rule, seed=1).run(QUESTION, runtime="local")


def test_the_protocols_own_rule_ends_the_debate() -> None:
    result = held(1, 2)
    assert (result.rounds, result.stopped_by) == (2, "stable: no answer changed for 1 round")


def test_the_debates_rule_may_end_it_sooner_and_is_named_then() -> None:
    assert held(1, 1, rule="unanimous").stopped_by == "unanimous: 2 of 2 answered 1"
    assert held(1, 2, rule="unanimous").rounds == 2


def test_a_rule_of_the_protocols_own_is_a_reason_to_go_by_round() -> None:
    result = held(1, 2, free=True)
    assert result.rounds == 2
    assert any("stable" in note and "paced by round" in note for note in result.notes)


def test_whom_a_seat_hears_follows_the_graph_of_the_round() -> None:
    found: list[list[str]] = []

    async def protocol(floor: Floor) -> Outcome:
        async for _ in floor.rounds(2):
            found.append(["".join(peer.name for peer in floor.hears(seat)) for seat in floor.debaters])
            await floor.everyone()
        return await floor.decide(decide.plurality(tie="first"))

    Debate(agents(1, 2, 3), ["complete", "chain?directed=true"], protocol).run(QUESTION, runtime="local")
    assert found == [["bc", "ac", "ab"], ["", "a", "b"]]
