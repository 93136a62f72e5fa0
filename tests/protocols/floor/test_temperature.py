"""A protocol may set the temperature of a turn; everything else is sampled as the agent says."""

from moot import Agent, Debate, Outcome, protocols
from moot.protocols import Ask
from moot.protocols.decide import last
from moot.protocols.floor.floor import Floor
from moot.testing import Script


async def cooled(floor: Floor) -> Outcome:
    """Two turns of everyone, the second one cool."""
    for temperature in (None, 0.25):
        async for _ in floor.rounds(1):
            await floor.everyone(ask=Ask(temperature=temperature))
    return await floor.decide(last())


def test_a_turn_is_sampled_at_the_temperature_it_is_given_or_at_its_agents_own() -> None:
    own, none = Script(["Final answer: 1"] * 2), Script(["Final answer: 1"] * 2)
    agents = [Agent("ada", own, temperature=0.9), Agent("bo", none)]
    Debate(agents, protocol=protocols.protocol("cooled")(cooled), seed=1).run("How many?", runtime="local")
    assert [request.temperature for request in own.requests] == [0.9, 0.25]
    assert [request.temperature for request in none.requests] == [None, 0.25]


def test_a_reply_that_cannot_be_read_is_asked_for_again_at_the_same_temperature() -> None:
    ada = Script(["Final answer: 1", "", "Final answer: 2"])
    Debate([Agent("ada", ada)], protocol=protocols.protocol("cooled")(cooled), seed=1).run("Why?", runtime="local")
    assert [request.temperature for request in ada.requests] == [None, 0.25, 0.25]


def test_a_call_at_another_temperature_is_another_call() -> None:
    @protocols.protocol("warm")
    async def warm(floor: Floor, *, degrees: float) -> Outcome:
        async for _ in floor.rounds(1):
            await floor.everyone(ask=Ask(temperature=degrees))
        return await floor.decide(last())

    def calls(own: float | None, degrees: float) -> tuple[str, ...]:
        agent = Agent("ada", Script(["Final answer: 1"]), temperature=own)
        debate = Debate([agent], protocol=warm(degrees=degrees), seed=1)
        return debate.run("Why?", runtime="local").turns[0].calls

    assert calls(0.5, 0.1) == calls(None, 0.1)  # the agent's own plays no part
    assert calls(None, 0.1) != calls(None, 0.2)
