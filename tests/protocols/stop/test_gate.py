"""The gate: a debate is held only where there is something to debate."""

from functools import partial

from moot import Agent, Debate, Question, Request, Result, stop
from moot.testing import Script

QUESTION = Question("Which?", options=["red", "green"])


def _same(words: str, _: Request) -> str:
    return words


def held(rule: stop.Stop | str, *said: str) -> Result:
    agents = [Agent(f"a{place}", Script.by(partial(_same, words))) for place, words in enumerate(said)]
    return Debate(agents, protocol="society", rounds=3, stop=rule, seed=1).run(QUESTION, runtime="local")


def test_it_shuts_where_the_first_votes_agree_and_is_never_looked_at_again() -> None:
    shut = held("gate", "Final answer: A", "Final answer: A")
    assert (shut.rounds, shut.stopped_by) == (1, "gate: unanimous: 2 of 2 answered red")
    turns = iter("AB" + "AA" + "AA")
    agents = [Agent(name, Script.by(lambda _: f"Final answer: {next(turns)}")) for name in ("x", "y")]
    opened = Debate(agents, protocol="society", rounds=3, stop="gate", seed=1).run(QUESTION, runtime="local")
    assert opened.rounds == 3


def test_it_shuts_where_everyone_is_sure_and_asks_how_sure_they_are() -> None:
    sure = held(stop.gate(when="confidence", share=0.8), *["Final answer: A\nConfidence: 90%"] * 2)
    assert sure.stopped_by == "gate: confident: everyone stated at least 80%"
    assert "Confidence:" in sure.turns[0].prompt[-1].content
    unsure = held("gate?when=confidence", "Final answer: A\nConfidence: 90%", "Final answer: A\nConfidence: 30%")
    assert unsure.rounds == 3


def test_confidence_is_asked_for_where_a_rule_reads_it_and_nowhere_else() -> None:
    for rule, asked in [("confident", True), ("gate", False), ("unanimous", False)]:
        result = held(rule, "Final answer: A\nConfidence: 50%", "Final answer: B")
        assert ("Confidence:" in result.turns[0].prompt[-1].content) is asked
