"""Questions put to the judge: letters in quoted replies mean what they meant in the debate."""

from functools import partial

import pytest

from moot import Agent, Debate, Question, Request, Result, Turn, stop
from moot.agents.sim.reader import Reading, read
from moot.testing import Script

CITIES = ["Perth", "Canberra", "Sydney", "Melbourne", "Hobart"]
CAPITAL = Question("Which city is the capital of Australia?", options=CITIES, gold="Canberra")
TIES = [("BBDD", "BD"), ("DDBB", "BD"), ("CEECA", "CE"), ("EDCBA", "ABCDE"), ("EEDDA", "DE")]


def zealots(letters: str) -> list[Agent]:
    return [Agent(f"z{place}", f"sim/exact-zealot?init={letter}") for place, letter in enumerate(letters)]


def judged(result: Result) -> Turn:
    return next(turn for turn in result.transcript if turn.seat == "judge")


def as_read(turn: Turn) -> Reading:
    return read(turn.prompt)


@pytest.mark.parametrize(("said", "leading"), TIES)
@pytest.mark.parametrize("seed", range(6))
def test_a_judge_breaks_a_tie_in_the_letters_of_the_debate(said: str, leading: str, seed: int) -> None:
    debate = Debate(zealots(said), protocol="vote", judge="sim/debater", decide="plurality?tie=judge", seed=seed)
    result = debate.run(CAPITAL, runtime="local")
    named = {CITIES["ABCDE".index(letter)] for letter in leading}
    assert result.answer in named
    assert judged(result).text.endswith(f"Final answer: {'ABCDE'[CITIES.index(str(result.answer))]}")
    reading = as_read(judged(result))
    assert set(reading.candidates) == named
    assert [peer.answer for peer in reading.peers] == [CITIES["ABCDE".index(letter)] for letter in said]
    assert reading.options == tuple(CITIES)


@pytest.mark.parametrize("rule", ["borda", "mean_rank", "condorcet", "stv", "approval", "cumulative"])
@pytest.mark.parametrize(("said", "calls"), [("BBB", 3), ("BBD", 6)])
def test_a_ballot_is_asked_for_only_where_answers_differ(rule: str, said: str, calls: int) -> None:
    result = Debate(zealots(said), protocol="vote", decide=rule, seed=1).run(CAPITAL, runtime="local")
    assert (result.usage.calls, result.outcome.rule) == (calls, rule)
    assert result.answer is None or result.answer in {"Canberra", "Melbourne"}
    assert said != "BBB" or result.answer == "Canberra"


def test_a_judge_who_reads_well_breaks_ties_for_the_truth() -> None:
    debate = Debate(zealots("DDBBA"), protocol="vote", judge="sim/debater?d=30", decide="plurality?tie=judge", seed=1)
    assert debate.run(CAPITAL, runtime="local").correct


def test_an_answer_that_is_no_candidate_does_not_break_a_tie_and_is_asked_again() -> None:
    replies = Script(["Final answer: A", "Final answer: D"])
    judge = Agent("mo", replies)
    debate = Debate(zealots("BBDDA"), protocol="vote", judge=judge, decide="plurality?tie=judge", seed=1)
    assert debate.run(CAPITAL, runtime="local").answer == "Melbourne"


def test_a_tie_between_numbers_is_broken_by_a_number() -> None:
    agents = [
        Agent(f"z{place}", Script.by(partial(_say, said)))
        for place, said in enumerate(("408", "398.0", "408.0", "398"))
    ]
    debate = Debate(agents, protocol="vote", judge="sim/debater?d=30", decide="plurality?tie=judge", seed=1)
    result = debate.run(Question("What is 17 * 24?", kind="number"), runtime="local")
    assert (result.answer, judged(result).text.splitlines()[-1]) == ("408", "Final answer: 408")
    assert as_read(judged(result)).candidates == ("408", "398")


def _say(said: str, _: Request) -> str:
    return f"Final answer: {said}"


@pytest.mark.parametrize("kind", ["choice", "bool", "number", "text", "math", "probability", "score"])
def test_a_judge_asked_whether_enough_is_said_is_not_misled_by_answers(kind: str) -> None:
    first, second = {
        "choice": ("A", "B"),
        "bool": ("yes", "no"),
        "text": ("stop it", "continue it"),
        "score": ("1", "2"),
    }.get(kind, ("1", "0.5"))
    options = CITIES[:2] if kind == "choice" else None
    question = Question.model_validate({"text": "Which is it?", "kind": kind, "options": options})
    split, agreed = (
        Debate(
            [Agent(f"z{place}", Script.by(partial(_say, said))) for place, said in enumerate(answers)],
            protocol="society?rounds=3",
            judge="sim/debater",
            decide="plurality",
            stop=stop.judged(),
            seed=1,
        ).run(question, runtime="local")
        for answers in ((first, second), (second, second))
    )
    assert (split.rounds, agreed.rounds) == (3, 1)
    assert "judge" in agreed.stopped_by
    assert [turn.vote for turn in split.transcript if turn.seat == "judge"] == ["continue", "continue"]


def test_a_judge_who_answers_the_question_instead_does_not_end_the_debate() -> None:
    judge = Agent("mo", Script.by(partial(_say, "A")))
    debate = Debate(
        zealots("AB"), protocol="society?rounds=2", judge=judge, decide="plurality", stop=stop.judged(), seed=1
    )
    result = debate.run(CAPITAL, runtime="local")
    assert (result.rounds, judged(result).status) == (2, "unparsed")


@pytest.mark.parametrize(
    ("kind", "said", "judges", "answer"),
    [("number", ("408", "398"), "408.0", "408"), ("math", ("x/2", "x/3"), "\\frac{x}{2}", "x/2")],
)
def test_a_tie_is_broken_by_an_equal_answer_in_another_form(
    kind: str, said: tuple[str, str], judges: str, answer: str
) -> None:
    agents = [Agent(f"z{place}", Script.by(partial(_say, one))) for place, one in enumerate(said)]
    judge = Agent("mo", Script.by(partial(_say, judges)))
    question = Question.model_validate({"text": "Which?", "kind": kind})
    debate = Debate(agents, protocol="vote", judge=judge, decide="plurality?tie=judge", seed=1)
    assert debate.run(question, runtime="local").answer == answer


def test_a_word_of_the_judge_is_not_taken_for_an_answer_of_the_debate() -> None:
    agents = [Agent(f"z{place}", Script.by(partial(_say, "Stop"))) for place in range(2)]
    debate = Debate(
        agents, protocol="society?rounds=3", judge="sim/debater", decide="plurality", stop=stop.judged(), seed=1
    )
    result = debate.run(Question("One word?"), runtime="local")
    assert (result.rounds, result.answer) == (1, "Stop")
