"""How much of its prompts a debate repeats: as much as its view allows."""

import pytest

from moot import Agent, Debate, Message, Question
from moot.protocols import catalogue
from moot.protocols.transcript import Turn
from moot.runs.ahead.prefix import repeated_share
from moot.testing import Script

QUESTION = Question("What is 17 * 24?", kind="number", gold="408")
CHOICE = Question("Tea or milk?", options=["tea", "milk"], context="She drank her tea.", gold="tea")


def turns(protocol: str, rounds: int) -> tuple[Turn, ...]:
    said = "It is so because of this and that, as anyone can see who looks at it. " * 5 + "\nFinal answer: {}"
    agents = [Agent(name, Script([said.format(place)] * rounds)) for place, name in enumerate(("ada", "bo", "cy"))]
    return Debate(agents, protocol=f"{protocol}?rounds={rounds}", seed=1).run(QUESTION, runtime="local").turns


def test_a_single_round_repeats_nothing() -> None:
    assert repeated_share(turns("du", 1)) == 0.0
    assert repeated_share(()) == 0.0


@pytest.mark.parametrize("rounds", [2, 3, 5])
def test_a_chat_repeats_every_prompt_whole(rounds: int) -> None:
    held = turns("du", rounds)
    sizes = [sum(len(message.content) + len(message.role) + 2 for message in turn.prompt) for turn in held]
    repeated = sum(size for turn, size in zip(held, sizes, strict=True) if turn.round != rounds - 1)
    assert repeated_share(held) == pytest.approx(repeated / sum(sizes))


def test_without_a_history_only_question_and_instruction_before_the_quotes_are_repeated() -> None:
    society, chat = repeated_share(turns("society", 4)), repeated_share(turns("du", 4))
    assert 0 < society < chat
    held = turns("society", 4)
    system_and_question = len("\x00system\x00" + held[0].prompt[0].content + "\x00user\x00<question")
    assert (
        society * sum(sum(len(message.content) + len(message.role) + 2 for message in turn.prompt) for turn in held)
        >= 9 * system_and_question
    )


@pytest.mark.parametrize("protocol", catalogue())
def test_in_every_protocol_who_keeps_a_chat_repeats_its_last_prompt_whole_and_nobody_else_does(protocol: str) -> None:
    card = catalogue()[protocol].card
    seats = max(card.debaters[0], min(3, card.debaters[1] or 3))
    agents = [Agent(name, f"sim/debater?family={name}") for name in ("ada", "bo", "cy")[:seats]]
    debate = Debate(agents, protocol=protocol, judge="sim/debater" if card.judge == "required" else None, seed=1)
    question = QUESTION if debate.protocol.refusal(QUESTION) is None else CHOICE
    before: dict[tuple[str, str], tuple[Message, ...]] = {}
    for turn in debate.run(question, runtime="local").turns:
        if not turn.prompt:
            continue
        last = before.get((turn.seat, turn.role))
        chat = any(message.role == "assistant" for message in turn.prompt)
        assert chat == (last is not None and turn.prompt[: len(last)] == last)
        before[turn.seat, turn.role] = turn.prompt
