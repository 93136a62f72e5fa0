"""How discussions are settled: by a consensus of enough, or by a vote that is held again where it is tied."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest

from moot import Agent, Debate, Question, Request, Result
from moot.errors import SpecError
from moot.testing import Script

COLOUR = Question("Which colour?", options=["red", "green", "blue"], gold="green")
Hold = Callable[..., Any]
Talk = Callable[[Request], str]


def says(letters: str) -> list[str]:
    """One answer a turn."""
    return [f"Final answer: {letter}" for letter in letters]


@pytest.mark.parametrize(
    ("enough", "said", "rounds", "answer", "rule"),
    [
        ("majority", ("AA", "BB", "CB"), 2, "green", "majority"),
        ("super", ("AA", "BB", "CB"), 2, "green", "supermajority"),
        ("unanimity", ("AAB", "BBB", "CBB"), 3, "green", "unanimity"),
        ("hybrid", ("AAB", "BBB", "CBB"), 3, "green", "hybrid"),
    ],
)
def test_it_ends_after_the_round_in_which_enough_agree(
    hold: Hold, enough: str, said: tuple[str, str, str], rounds: int, answer: str, rule: str
) -> None:
    result = hold(f"consensus_{enough}", COLOUR, dict(zip(("ada", "bo", "cy"), map(says, said), strict=True))).result
    assert (result.answer, result.outcome.rule, result.rounds) == (answer, rule, rounds)
    assert result.usage.calls == 3 * rounds
    assert result.stopped_by == f"consensus by {rule}: {answer}"


def test_half_is_no_majority_and_three_of_five_no_supermajority(hold: Hold) -> None:
    four = {"ada": "A", "bo": "A", "cy": "B", "di": "C"}
    result = hold("consensus_majority?rounds=2", COLOUR, {name: says(one * 2) for name, one in four.items()}).result
    assert (result.outcome.rule, result.answer, result.rounds) == ("last", "blue", 2)
    five = {"ada": "A", "bo": "A", "cy": "A", "di": "B", "ed": "C"}
    result = hold("consensus_super?rounds=2", COLOUR, {name: says(one * 2) for name, one in five.items()}).result
    assert (result.outcome.rule, result.rounds) == ("last", 2)


def test_three_of_four_are_enough_for_the_hybrid_after_the_fifth_round(hold: Hold) -> None:
    four = {"ada": "A", "bo": "A", "cy": "A", "di": "C"}
    result = hold("consensus_hybrid", COLOUR, {name: says(one * 6) for name, one in four.items()}).result
    assert (result.answer, result.rounds, result.usage.calls) == ("red", 6, 24)


@pytest.mark.parametrize("enough", ["majority", "super", "unanimity", "hybrid"])
def test_the_reference_variant_goes_on_to_the_last_round(hold: Hold, enough: str) -> None:
    one = dict.fromkeys(("ada", "bo", "cy"), "Final answer: B")
    result = hold(f"consensus_{enough}?rounds=3&variant=reference", COLOUR, one).result
    assert (result.answer, result.usage.calls, result.stopped_by) == ("green", 9, "rounds: 3 held")


@pytest.mark.parametrize("ballot", ["simple", "approval", "cumulative", "ranked"])
def test_before_a_vote_the_reference_variant_shows_more_than_the_window(hold: Hold, ballot: str) -> None:
    apart = {name: f"Final answer: {letter}" for name, letter in zip(("ada", "bo", "cy"), "ABC", strict=True)}
    paper, reference = (
        hold(f"vote_{ballot}?rounds=3&after=3&window=1&variant={variant}", COLOUR, apart).heard["8:cy"]
        for variant in ("paper", "reference")
    )
    assert paper == {"6:ada", "7:bo"}
    assert reference == {"0:ada", "1:bo", "3:ada", "4:bo", "6:ada", "7:bo"}


def test_they_may_draft_in_any_way(hold: Hold) -> None:
    apart = {name: f"Final answer: {letter}" for name, letter in zip(("ada", "bo", "cy"), "ABC", strict=True)}
    held = hold("consensus_majority?rounds=1&paradigm=collective", COLOUR, apart)
    assert held.heard == {"0:ada": set(), "0:bo": set(), "0:cy": set()}
    assert hold("vote_simple?rounds=1&paradigm=debate", COLOUR, apart).result.usage.calls == 5 + 3 + 3


def voter(talk: str, final: str, ballots: list[str]) -> Talk:
    """A debater that says one letter in the discussion, another in the end, and casts these ballots in turn."""
    left = list(ballots)

    def reply(request: Request) -> str:
        prompt = request.messages[-1].content
        if "<candidates>" in prompt:
            return f"Final answer: {left.pop(0)}"
        return f"Final answer: {final if 'put to the vote' in prompt else talk}"

    return reply


def test_all_read_all_last_words_before_final_answers_and_before_the_vote(hold: Hold) -> None:
    seats = {name: voter(one, one, ["B"]) for name, one in zip(("ada", "bo", "cy"), "ABC", strict=True)}
    held = hold("vote_simple?rounds=1", COLOUR, seats)
    others = {"ada": {"1:bo", "2:cy"}, "bo": {"0:ada", "2:cy"}, "cy": {"0:ada", "1:bo"}}
    assert held.heard == {
        "0:ada": set(), "1:bo": {"0:ada"}, "2:cy": {"0:ada", "1:bo"},
        **{f"3:{name}": heard for name, heard in others.items()},
        **{f"4:{name}": heard for name, heard in others.items()},
    }  # fmt: skip
    assert [turn.role for turn in held.result.turns] == ["debater"] * 3 + ["voter"] * 6
    assert held.result.rounds == 1
    prompt = held.result.turns[-1].prompt[-1].content
    assert re.findall(r'author="(\w+)"', prompt) == ["ada", "bo", "cy"]
    assert re.findall(r"^[A-C]\. \w+$", prompt.partition("<candidates>")[2], re.MULTILINE) == [
        "A. red",
        "B. green",
        "C. blue",
    ]


@pytest.mark.parametrize(
    ("way", "ballots", "answer", "support"),
    [
        ("simple", ("A", "B", "B"), "green", {"red": 1, "green": 2, "blue": 0}),
        ("approval", ("A; B", "B", "C; B"), "green", {"red": 1, "green": 3, "blue": 1}),
        ("cumulative", ("A: 10", "B: 6; C: 4", "B: 5; C: 5"), "green", {"red": 10, "green": 11, "blue": 9}),
        ("ranked", ("A > B > C", "B > C > A", "C > B > A"), "green", {"red": 5, "green": 7, "blue": 6}),
    ],
)
def test_each_vote_counts_in_its_way(
    hold: Hold, way: str, ballots: tuple[str, str, str], answer: str, support: Mapping[str, float]
) -> None:
    names = ("ada", "bo", "cy")
    seats = {name: voter(one, one, [vote]) for name, one, vote in zip(names, "ABC", ballots, strict=True)}
    result = hold(f"vote_{way}", COLOUR, seats).result
    assert (result.answer, result.outcome.rule, result.outcome.support) == (answer, f"vote_{way}", support)
    assert (result.rounds, result.usage.calls, result.stopped_by) == (3, 3 * 3 + 2 * 3, f"vote: {answer}")


def test_a_tie_takes_the_discussion_into_another_round(hold: Hold) -> None:
    seats = {
        name: voter(one, one, votes)
        for name, one, votes in zip(("ada", "bo", "cy"), "ABC", (["A", "A"], ["B", "B"], ["C", "B"]), strict=True)
    }
    held = hold("vote_simple?after=2", COLOUR, seats)
    assert (held.result.answer, held.result.rounds, held.result.usage.calls) == ("green", 3, 3 * 3 + 2 * 6)
    later = held.result.transcript.round(2)[0]
    assert '<own round="1">\nFinal answer: A\n</own>' in later.prompt[-1].content  # not what it said as a voter
    assert held.heard["8:ada"] == {"1:bo", "2:cy", "4:bo", "5:cy"}


def test_a_tie_to_the_end_decides_nothing(hold: Hold) -> None:
    seats = {name: voter(one, one, [one] * 2) for name, one in zip(("ada", "bo"), "AB", strict=True)}
    result = hold("vote_simple?rounds=4", COLOUR, seats).result
    assert (result.answer, result.status, result.outcome.ties) == (None, "undecided", ("red", "green"))
    assert result.usage.calls == 4 * 2 + 2 * 4


def test_who_is_of_one_mind_in_the_end_needs_no_ballot(hold: Hold) -> None:
    seats = {name: voter(one, "C", []) for name, one in zip(("ada", "bo", "cy"), "ABB", strict=True)}
    result = hold("vote_ranked", COLOUR, seats).result
    assert (result.answer, result.usage.calls, result.outcome.support) == ("blue", 3 * 3 + 3, {"blue": 3.0})


def test_a_discussion_that_ends_early_votes_all_the_same(hold: Hold) -> None:
    agents = [Agent(n, Script.by(voter(one, one, ["B"]))) for n, one in zip(("ada", "bo", "cy"), "ABB", strict=True)]
    debate = Debate(agents, protocol="vote_simple", stop="agreement?share=0.6")
    result = debate.run(COLOUR, runtime="local")
    assert (result.answer, result.rounds, result.usage.calls) == ("green", 1, 3 + 6)


def test_equal_answers_stand_once(hold: Hold) -> None:
    seats = {
        name: voter(one, one, ["0.5"]) for name, one in zip(("ada", "bo", "cy"), ("0.50", "1/2", "3"), strict=True)
    }
    result = hold("vote_simple?rounds=1", Question("How much?", kind="number"), seats).result
    assert result.outcome.support == {"0.50": 3.0, "3": 0.0}


def test_the_vote_is_the_protocol() -> None:
    with pytest.raises(SpecError, match="decides in its own way"):
        Debate(["sim/debater"] * 2, protocol="vote_approval", decide="plurality")


@pytest.mark.parametrize("way", ["simple", "approval", "cumulative", "ranked"])
def test_simulated_models_vote(simulated: Callable[..., Result], way: str) -> None:
    result = simulated(f"vote_{way}?rounds=5", COLOUR, "ada bo cy")
    asides = [turn for turn in result.turns if turn.round is None]
    assert result.usage.calls == 3 * result.rounds + len(asides)
    assert {turn.status for turn in asides} == {"ok"}


@pytest.mark.parametrize("enough", ["majority", "super", "unanimity", "hybrid"])
def test_simulated_models_come_to_a_consensus(simulated: Callable[..., Result], enough: str) -> None:
    result = simulated(f"consensus_{enough}", COLOUR, "ada bo cy")
    assert (result.usage.calls, result.answer is not None) == (3 * result.rounds, True)


def talking(name: str, request: Request) -> str:
    prompt = request.messages[-1].content
    said = sorted(re.findall(r"Final answer: ([ABC])$", prompt, re.MULTILINE))
    listed = sorted(re.findall(r"^([A-C])\. \w+$", prompt.partition("<candidates>")[2], re.MULTILINE))
    known = listed or list("ABC")
    return f"Final answer: {known[(len(said) + sum(map(ord, [*said, name]))) % len(known)]}"


def test_who_sits_where_changes_no_vote_on_what_was_said_at_once() -> None:
    def held(order: list[str]) -> dict[str, list[str | None]]:
        agents = [Agent(name, Script.by(partial(talking, name[0]))) for name in order]
        protocol = "vote_simple?paradigm=collective&rounds=2&after=2"
        turns = Debate(agents, protocol=protocol, seed=1).run(COLOUR, runtime="local").turns
        return {name: [turn.answer for turn in turns if turn.seat == name] for name in sorted(order)}

    assert held(["ada", "bo", "cy", "di"]) == held(["cy", "di", "ada", "bo"])
