"""An adversary's seat: told what to push, in words that only its own prompt holds."""

from moot import Agent, Debate, Question
from moot.agents.adversary import adversary
from moot.testing import Script

QUESTION = Question("Which country?", options=["Haiti", "Jamaica"])


def test_only_its_own_prompt_tells_its_part() -> None:
    said = ["Final answer: A", "Final answer: A"]
    eve = adversary(Agent("eve", Script(said), persona="a historian"), "Jamaica")
    agents = [Agent("ada", Script(said)), eve, Agent("bo", Script(said))]
    result = Debate(agents, protocol="society", rounds=2).run(QUESTION, runtime="local")
    for turn in result.turns:
        told = "argues for Jamaica" in "".join(message.content for message in turn.prompt)
        assert told is (turn.seat == "eve")
    assert "a historian; a participant" in result.turns[1].prompt[0].content


def test_without_an_answer_it_chooses_one() -> None:
    assert "known to be wrong" in (adversary(Agent("eve", "sim/debater")).persona or "")
