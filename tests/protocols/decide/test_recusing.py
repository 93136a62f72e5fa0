"""Recusal: no judge judges debaters of its own family, alone, with a backup or on a panel."""

import re
from collections.abc import Callable, Sequence

import pytest

from moot import Agent, Debate, Question, Request, Result
from moot.protocols import decide
from moot.runs.ahead.plan import Range
from moot.testing import Script

QUESTION = Question("Which is it?", options=["red", "green", "blue"])
DEBATERS = ("openai/gpt-5-mini", "anthropic/claude-haiku-4-5", "gemini/gemini-2.5-flash", "anthropic/claude-opus-4-5")
SAID = ("A", "B", "C", "B")
"""What each of them answers: red, green, blue and green."""
Says = Callable[[str], str]


def held(rule: str | decide.Decision, *judges: tuple[str, Says]) -> Result:
    """A vote of four before judges of those models."""
    agents = [
        Agent(f"a{place}", Script([f"Final answer: {said}"], name=model))
        for place, (model, said) in enumerate(zip(DEBATERS, SAID, strict=True), 1)
    ]
    bench = [Script.by(_reading(says), name=model) for model, says in judges]
    return Debate(agents, protocol="vote", judge=bench, decide=rule, seed=1).run(QUESTION, runtime="local")


def _reading(says: Says) -> Callable[[Request], str]:
    return lambda request: says(request.messages[-1].content)


def says(line: str) -> Says:
    return lambda _: line


def listed(prompt: str) -> str:
    """The letters of the candidates in a prompt."""
    found = re.search(r"<candidates>\n(.*)\n</candidates>", prompt, re.DOTALL)
    return "".join(re.findall(r"(?m)^([A-C])\. ", found[1])) if found else ""


def rulings(result: Result) -> list[tuple[str, str]]:
    return [(turn.seat, turn.status) for turn in result.turns if turn.round is None]


RED, BLUE = says("Final answer: A"), says("Final answer: C")


def test_without_recusal_a_judge_judges_its_own_family() -> None:
    assert held("judge", ("openai/gpt-5", RED)).answer == "red"


@pytest.mark.parametrize("form", ["verdict", "pointwise", "rubric", "pairwise", "listwise"])
def test_a_lone_judge_that_must_stand_aside_is_not_called_and_leaves_the_first_vote_beside(form: str) -> None:
    result = held(f"judge?form={form}&recuse=true", ("openrouter/openai/gpt-5", RED))
    assert (result.status, result.answer, result.usage.calls) == ("undecided", None, 4)
    assert set(rulings(result)) == {("judge", "skipped")}
    assert result.outcome.rationale == "judge stands aside: a1 is of its own family, openai"
    assert result.outcome.fallback is not None
    assert result.outcome.fallback.answer == "green"


def test_a_backup_of_another_family_judges_in_its_place() -> None:
    result = held("judge?recuse=true", ("openai/gpt-5", RED), ("google/gemini-3", RED), ("mistral/large-3", BLUE))
    assert rulings(result) == [("judge", "skipped"), ("judge-2", "skipped"), ("judge-3", "ok")]
    assert (result.status, result.answer) == ("decided", "blue")


def test_families_may_be_named() -> None:
    rule = decide.judge(recuse={"acme/": "openai"})
    assert rule.spec() == {"judge": {"recuse": {"acme/": "openai"}}}
    assert decide.decision({"judge": {"recuse": {"acme/": "openai"}}}) == rule
    assert held(rule, ("acme/parrot", RED)).status == "undecided"
    assert held("judge?recuse=true", ("acme/parrot", RED)).answer == "red"


def test_on_a_panel_those_who_are_of_no_debater_s_family_give_the_verdict() -> None:
    result = held("panel?recuse=true", ("openai/gpt-5", RED), ("mistral/large-3", BLUE), ("xai/grok-4", BLUE))
    assert rulings(result) == [("judge", "skipped"), ("judge-2", "ok"), ("judge-3", "ok")]
    assert (result.answer, result.outcome.support) == ("blue", {"blue": 2})


def test_on_a_panel_an_answer_is_scored_by_those_who_are_of_none_of_its_family() -> None:
    def score(marks: dict[str, int]) -> Says:
        return lambda prompt: f"Final answer: {marks[listed(prompt)]}"

    judges = (
        ("openai/gpt-5", score({"B": 4, "C": 6})),
        ("anthropic/claude-sonnet-4-5", score({"A": 9, "C": 6})),
        ("mistral/large-3", score({"A": 7, "B": 5, "C": 7})),
    )
    result = held("panel?form=pointwise&recuse=true", *judges)
    asked = [seat for seat, status in rulings(result) if status == "ok"]
    assert {seat: asked.count(seat) for seat in asked} == {"judge": 2, "judge-2": 2, "judge-3": 3}
    # as if three had scored each: red (9 + 7) · 3/2, green (4 + 5) · 3/2, blue 6 + 6 + 7
    assert result.outcome.support == {"red": 24, "green": 13.5, "blue": 19}
    assert result.answer == "red"


def test_on_a_panel_no_duel_of_its_own_family_is_judged() -> None:
    def first(order: str) -> Says:
        return lambda prompt: "Final answer: " + next(letter for letter in order if letter in listed(prompt))

    result = held("panel?form=pairwise&recuse=true", ("openai/gpt-5", first("CBA")), ("xai/grok-4", first("ABC")))
    assert rulings(result).count(("judge", "skipped")) == 2
    # red has two duels, green and blue three each: 2 · 3/2, 1, 1
    assert result.outcome.support == {"red": 3, "green": 1, "blue": 1}


def test_on_a_panel_a_ranking_leaves_out_its_own_family() -> None:
    def ranked(order: Sequence[str]) -> Says:
        return lambda prompt: "Final answer: " + " > ".join(one for one in order if one in listed(prompt))

    result = held("panel?form=listwise&recuse=true", ("openai/gpt-5", ranked("CBA")), ("xai/grok-4", ranked("ABC")))
    # judge: blue 1, green 0 of one place each; judge-2: red 2, green 1, blue 0 of two
    assert result.outcome.support == {"red": 3, "green": 1, "blue": 1}
    assert result.answer == "red"


def test_a_panel_takes_one_verdict_of_each_judge_and_turns_where_more_are_wanted() -> None:
    bench = (("mistral/large-3", RED), ("xai/grok-4", BLUE))
    assert [seat for seat, _ in rulings(held("panel", *bench))] == ["judge", "judge-2"]
    assert [seat for seat, _ in rulings(held("panel?size=3", *bench))] == ["judge", "judge-2", "judge"]
    assert [seat for seat, _ in rulings(held("panel", bench[0]))] == ["judge"] * 3


def test_a_plan_knows_who_stands_aside() -> None:
    debate = Debate(
        ["sim/debater", "sim/debater?family=b"],
        protocol="vote",
        judge=["sim/debater?family=b", "sim/debater?family=c"],
        decide="judge?recuse=true",
        seed=1,
    )
    assert debate.plan(QUESTION).calls == Range(3, 3)
