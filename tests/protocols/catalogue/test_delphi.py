"""Delphi: one report without names for everyone, revised estimates, their median."""

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot import Debate, Question, Request
from moot.errors import SpecError
from moot.protocols.catalogue.delphi import settled

QUESTION = Question("How many bridges does the city have?", kind="number", gold="60")
MESSAGE = re.compile(r"<message([^>]*)>\n(.*?)\n</message>", re.DOTALL)
Hold = Callable[..., Any]


def estimate(*values: float) -> list[str]:
    return [f"I counted. Final answer: {value}" for value in values]


FAR = {"ada": estimate(10, 20, 30), "bo": estimate(50, 55, 70), "cy": estimate(300, 200, 110)}


def test_everyone_hears_everybody_of_the_round_before(hold: Hold) -> None:
    held = hold("delphi?rounds=3", QUESTION, FAR)
    assert held.heard == {
        "0:ada": set(), "0:bo": set(), "0:cy": set(),
        "1:ada": {"0:bo", "0:cy"}, "1:bo": {"0:ada", "0:cy"}, "1:cy": {"0:ada", "0:bo"},
        "2:ada": {"1:bo", "1:cy"}, "2:bo": {"1:ada", "1:cy"}, "2:cy": {"1:ada", "1:bo"},
    }  # fmt: skip
    assert (held.result.answer, held.result.usage.calls) == ("70", 9)


def test_the_report_is_the_same_for_all_but_for_its_order_and_names_nobody(hold: Hold) -> None:
    result = hold("delphi?rounds=2", QUESTION, {name: says[:2] for name, says in FAR.items()}).result
    reports = [MESSAGE.findall(turn.prompt[-1].content) for turn in result.transcript.round(1)]
    for (attributes, body), *reasons in reports:
        assert (attributes, body) == (' size="3" round="0"', "Median 50, quartiles 30 and 175.\nFinal answer: 50")
        assert [given for given, _ in reasons] == [f' author="participant-{n}" round="0"' for n in (1, 2, 3)]
        assert sorted(words for _, words in reasons) == sorted(says[0] for says in FAR.values())
    assert not any(f'"{name}"' in turn.prompt[-1].content for turn in result.turns for name in FAR)


@pytest.mark.parametrize(
    ("ada", "bo", "rounds", "answer", "words"),
    [
        ([100], [101], 1, "100.5", "delphi: the quartiles are 0.5 apart, around a median of 100.5"),
        ([50, 90], [200, 100], 2, "95", "delphi: the quartiles are 5 apart, around a median of 95"),
        ([50, 52], [200, 200], 2, "126", "delphi: the quartiles stay 74 apart"),
        ([50, 80, 20], [200, 160, 400], 3, "210", "rounds: 3 held"),
    ],
)
def test_it_ends_when_the_spread_is_small_or_settled(
    hold: Hold, ada: list[float], bo: list[float], rounds: int, answer: str, words: str
) -> None:
    result = hold("delphi?rounds=3", QUESTION, {"ada": estimate(*ada), "bo": estimate(*bo)}).result
    assert (result.rounds, result.answer, result.stopped_by) == (rounds, answer, words)
    assert result.usage.calls == 2 * rounds


def test_no_spread_is_small_enough_when_none_is_allowed(hold: Hold) -> None:
    says = {"ada": estimate(1, 2, 3), "bo": estimate(9, 8, 7)}
    assert hold("delphi?rounds=3&spread=0", QUESTION, says).result.rounds == 3


def test_a_single_estimate_settles_nothing(hold: Hold) -> None:
    says = {"ada": estimate(5, 5), "bo": ["no", "idea", "still", "none"]}
    result = hold("delphi?rounds=2", QUESTION, says).result
    assert (result.rounds, result.answer, result.status) == (2, "5", "degraded")


@given(
    st.lists(st.fractions(-1000, 1000), min_size=2, max_size=9), st.integers(1, 1000), st.sampled_from([0.0, 0.1, 0.5])
)
def test_whether_estimates_are_settled_does_not_depend_on_the_unit(
    numbers: list[Fraction], unit: int, spread: float
) -> None:
    before = Fraction(7)
    scaled = settled([number * unit for number in numbers], before * unit, spread)
    assert (settled(numbers, before, spread) is None) == (scaled is None)


@pytest.mark.parametrize("question", ["Tea or coffee?", Question("Is it so?", kind="bool")])
def test_what_is_no_number_is_refused(question: str | Question) -> None:
    with pytest.raises(SpecError, match="estimates are numbers"):
        Debate(["sim/debater"] * 2, protocol="delphi").run(question, runtime="local")


@pytest.mark.parametrize("names", ["ada bo cy", "cy bo ada"])
def test_the_names_of_experts_do_not_matter(hold: Hold, names: str) -> None:
    def nearer(own: float) -> Callable[[Request], str]:
        """Moves halfway to the median of the report."""

        def says(request: Request) -> str:
            found = re.search(r"Median ([0-9.]+)", request.messages[-1].content)
            return f"Final answer: {own if found is None else (own + float(found[1])) / 2}"

        return says

    says = [nearer(value) for value in (10, 60, 400)]
    result = hold("delphi", QUESTION, dict(zip(names.split(), says, strict=True))).result
    assert sorted(turn.vote for turn in result.transcript.round(1)) == ["230.0", "35.0", "60"]
    assert result.answer == "60"


@pytest.mark.parametrize(
    "question",
    [QUESTION, Question("Will it rain?", kind="probability"), Question("How good is it?", kind="score")],
    ids=lambda question: question.kind,
)
def test_simulated_experts_estimate(simulated: Callable[..., Any], question: Question) -> None:
    result = simulated("delphi", question, "ada bo cy di")
    assert (result.status, len(result.turns)) == ("decided", 4 * result.rounds)
