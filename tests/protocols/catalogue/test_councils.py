"""Councils: who reads what, what it costs, and how confidence, rankings and reviews decide."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from itertools import permutations
from typing import Any

import pytest

from moot import Agent, Debate, Question, Request, Result
from moot.errors import SpecError
from moot.testing import Script

COLOUR = Question("Which colour?", options=["red", "green", "blue"], gold="green")
VERDICT = Question("Which text is better?", options=["first", "second", "tie"])
MESSAGE = re.compile(r"<message([^>]*)>\n(.*?)\n</message>", re.DOTALL)
Hold = Callable[..., Any]


def shown(result: Result, id: str) -> list[tuple[str, str]]:
    turn = result.transcript.turn(id)
    assert turn is not None
    return [(given.strip(), body) for given, body in MESSAGE.findall(turn.prompt[-1].content)]


def last(request: Request) -> str:
    return request.messages[-1].content


def sure(letter: str, confidence: int) -> str:
    return f"Final answer: {letter}\nConfidence: {confidence}%"


def said_by(letter: str, _: Request) -> str:
    return sure(letter, 90)


def test_a_round_table_reads_the_round_before_grouped_by_answer_its_own_words_included(hold: Hold) -> None:
    held = hold("reconcile?rounds=3", COLOUR, {"ada": sure("A", 90), "bo": sure("B", 100), "cy": sure("B", 60)})
    assert held.heard == {
        "0:ada": set(), "0:bo": set(), "0:cy": set(),
        "1:ada": {"0:bo", "0:cy"}, "1:bo": {"0:ada", "0:cy"}, "1:cy": {"0:ada", "0:bo"},
        "2:ada": {"1:bo", "1:cy"}, "2:bo": {"1:ada", "1:cy"}, "2:cy": {"1:ada", "1:bo"},
    }  # fmt: skip
    assert shown(held.result, "2:ada") == [
        ('size="2" round="1" confidence="0.8"', f"{sure('B', 100)}\n\n{sure('B', 60)}"),
        ('size="1" round="1" confidence="0.9"', sure("A", 90)),
    ]
    assert (held.result.usage.calls, held.result.rounds) == (9, 3)


@pytest.mark.parametrize(
    ("stated", "answer", "support"),
    [
        ((100, 89, 79), "red", {"red": 1.0, "green": 0.8}),
        ((89, 100, 60), "green", {"red": 0.5, "green": 1.1}),
        ((100, 90, 60), "red", {"red": 1.0, "green": 0.9}),
        ((90, 89, 61), None, {"red": 0.8, "green": 0.8}),
    ],
)
def test_confidence_counts_by_steps(
    hold: Hold, stated: tuple[int, int, int], answer: str | None, support: Mapping[str, float]
) -> None:
    says = {name: sure(letter, said) for name, letter, said in zip(("ada", "bo", "cy"), "ABB", stated, strict=True)}
    result = hold("reconcile?rounds=1", COLOUR, says).result
    assert result.answer == answer
    assert result.outcome.support == pytest.approx(support)


def test_a_round_table_ends_when_all_agree(hold: Hold) -> None:
    says = {"ada": [sure("A", 80), sure("B", 80)], "bo": sure("B", 90), "cy": sure("B", 90)}
    result = hold("reconcile?rounds=5", COLOUR, says).result
    assert (result.answer, result.usage.calls, result.stopped_by) == ("green", 6, "unanimous: 3 of 3 answered green")


def test_the_reference_variant_shows_the_two_commonest_answers_alone_and_lets_the_first_win_ties(hold: Hold) -> None:
    says = {"ada": sure("C", 80), "bo": sure("B", 80), "cy": sure("A", 80)}
    paper, reference = (
        hold(f"reconcile?rounds=2&variant={variant}", COLOUR, says) for variant in ("paper", "reference")
    )
    assert len(shown(paper.result, "1:cy")) == 3
    assert shown(reference.result, "1:cy") == [
        ('size="1" round="0" confidence="0.8"', sure("C", 80)),
        ('size="1" round="0" confidence="0.8"', sure("B", 80)),
    ]
    assert reference.heard["1:ada"] == {"0:bo"}
    assert (paper.result.answer, paper.result.outcome.ties) == (None, ("blue", "green", "red"))
    assert reference.result.answer == "blue"


def test_who_cannot_be_read_abstains_from_the_round_table(hold: Hold) -> None:
    says = {"ada": "Hm.", "bo": sure("B", 70), "cy": sure("A", 60)}
    result = hold("reconcile?rounds=2", COLOUR, says).result
    assert (result.answer, result.status) == ("green", "degraded")
    assert len(shown(result, "1:bo")) == 2


def test_what_convinced_one_is_shown_to_all_others() -> None:
    agents = [Agent(name, Script.by(lambda _: sure("A", 90))) for name in ("ada", "bo", "cy")]
    protocol = {"name": "reconcile", "rounds": 1, "samples": {"ada": ["Not <this>, that."], "bo": ["Look twice."]}}
    ada, bo, cy = Debate(agents, protocol=protocol).run(COLOUR, runtime="local").turns
    assert [re.findall(r'<sample author="(.*?)">', turn.prompt[-1].content) for turn in (ada, bo, cy)] == [
        ["bo"], ["ada"], ["ada", "bo"],
    ]  # fmt: skip
    assert "Not &lt;this>" in cy.prompt[-1].content or "Not &lt;this&gt;" in cy.prompt[-1].content


def test_a_round_table_may_sit_around_any_graph() -> None:
    agents = [Agent(name, Script.by(partial(said_by, letter))) for name, letter in zip("abc", "ABC", strict=True)]
    result = Debate(agents, "chain", "reconcile?rounds=2").run(COLOUR, runtime="local")
    assert [turn.heard for turn in result.transcript.round(1)] == [("0:b",), ("0:a", "0:c"), ("0:b",)]
    assert [len(shown(result, f"1:{name}")) for name in "abc"] == [2, 3, 2]


def ranks(order: str) -> Callable[[Request], str]:
    """A member that answers by its place in the order of letters, and ranks the texts it is shown in that order."""

    def says(request: Request) -> str:
        found = {
            body: author for author, body in re.findall(r'author="(participant-\d)"[^>]*>\n(\w+)\.', last(request))
        }
        if "where X is every candidate" in last(request):
            return "I see. Final answer: " + " > ".join(found[text] for text in order if text in found)
        return f"{order[0]}. Final answer: {'ABC'['xyz'.index(order[0])]}"

    return says


MEMBERS: dict[str, Callable[[Request], str]] = {"ada": ranks("xyz"), "bo": ranks("yzx"), "cy": ranks("zyx")}
CHAIR = "The members lean to green. Final answer: B"


def test_a_council_ranks_what_it_cannot_name_and_the_chairman_reads_all_with_names(hold: Hold) -> None:
    held = hold("council", COLOUR, MEMBERS, CHAIR)
    assert held.heard == {
        "0:ada": set(), "0:bo": set(), "0:cy": set(),
        "1:ada": {"0:bo", "0:cy"}, "1:bo": {"0:ada", "0:cy"}, "1:cy": {"0:ada", "0:bo"},
        "2:judge": {"0:ada", "0:bo", "0:cy", "1:ada", "1:bo", "1:cy"},
    }  # fmt: skip
    result = held.result
    assert (result.answer, result.usage.calls, result.rounds) == ("green", 2 * 3 + 1, 1)
    assert result.outcome.support == pytest.approx({"red": 3 - 7 / 3, "green": 3 - 5 / 3, "blue": 3 - 2})
    assert result.outcome.rationale == CHAIR
    assert {author for author, _ in shown(result, "1:bo")} == {f'author="participant-{n}" round="0"' for n in (1, 2, 3)}
    assert "ada" not in str(result.transcript.turn("1:bo").prompt)
    assert shown(result, "2:judge")[3:] == [
        ('author="ada"', "I see. Final answer: ada > bo > cy"),
        ('author="bo"', "I see. Final answer: bo > cy > ada"),
        ('author="cy"', "I see. Final answer: cy > bo > ada"),
    ]


@pytest.mark.parametrize("labels", ["same", "shuffled"])
@pytest.mark.parametrize("own", [True, False])
def test_who_is_ranked_where_does_not_depend_on_the_numbers(hold: Hold, labels: str, own: bool) -> None:
    result = hold(f"council?labels={labels}&own={own}", COLOUR, MEMBERS, CHAIR).result
    orders = {seat: [body[0] for _, body in shown(result, f"1:{seat}")] for seat in MEMBERS}
    if own:
        assert (len(set(map(tuple, orders.values()))) == 1) == (labels == "same")
        assert result.outcome.support == pytest.approx({"red": 3 - 7 / 3, "green": 3 - 5 / 3, "blue": 1})
    else:
        assert ["x" in orders["ada"], "y" in orders["bo"], "z" in orders["cy"]] == [False] * 3
        assert result.outcome.support == pytest.approx({"red": 1.0, "green": 2.0, "blue": 1.5})


def test_a_ranking_that_cannot_be_read_is_left_out(hold: Hold) -> None:
    def silent(request: Request) -> str:
        return "Hm." if "every candidate" in last(request) else "z. Final answer: C"

    says = {**MEMBERS, "cy": silent}
    result = hold("council", COLOUR, says, CHAIR).result
    assert result.status == "degraded"
    assert result.outcome.support == pytest.approx({"red": 1.0, "green": 1.5, "blue": 0.5})


def test_the_council_decides_in_its_own_way() -> None:
    with pytest.raises(SpecError, match="decides in its own way"):
        Debate(["sim/debater"] * 2, protocol="council", judge="sim/debater", decide="plurality")


def reviews(letter: str, prefers: str) -> Callable[[Request], str]:
    """A peer that gives this answer, and in every pair prefers the text that comes first in its order."""

    def says(request: Request) -> str:
        if "first or second or tie" not in last(request):
            return f"{letter}. Final answer: {letter}"
        first, second = re.findall(r">\n(\w)\. Final", last(request))
        return f"Final answer: {'first' if prefers.index(first) < prefers.index(second) else 'second'}"

    return says


def test_peers_review_every_pair_in_both_orders_and_count_as_they_win(hold: Hold) -> None:
    held = hold("peer_rank", COLOUR, {"ada": reviews("A", "BAC"), "bo": reviews("B", "BAC"), "cy": reviews("C", "CAB")})
    expected: dict[str, set[str]] = {"0:ada": set(), "0:bo": set(), "0:cy": set()}
    for wave, pair in enumerate(permutations(("ada", "bo", "cy"), 2), 1):
        expected |= {f"{wave}:{seat}": {f"0:{one}" for one in pair if one != seat} for seat in ("ada", "bo", "cy")}
    assert held.heard == expected
    result = held.result
    assert (result.answer, result.usage.calls) == ("green", 3 + 9 * 2)
    # ada wins half of its comparisons; cy, the worst, soon counts nothing, and then bo wins all
    assert result.outcome.support == pytest.approx({"red": 0.5, "green": 1.0, "blue": 0.0})
    assert result.outcome.rationale == (
        "bo wins 1.000, counts 0.667; ada wins 0.500, counts 0.333; cy wins 0.000, counts 0.000"
    )


def test_reviews_do_not_say_who_wrote_what(hold: Hold) -> None:
    result = hold(
        "peer_rank", COLOUR, {name: reviews(letter, "ABC") for name, letter in zip(("ada", "bo"), "AB", strict=True)}
    ).result
    assert shown(result, "2:ada") == [
        ('author="participant-1" round="0"', "B. Final answer: B"),
        ('author="participant-2" round="0"', "A. Final answer: A"),
    ]


def test_peers_who_only_like_what_comes_first_are_tied(hold: Hold) -> None:
    def says(letter: str, request: Request) -> str:
        return f"Final answer: {'first' if 'first or second or tie' in last(request) else letter}"

    result = hold("peer_rank", COLOUR, {"ada": partial(says, "A"), "bo": partial(says, "B")}).result
    assert (result.answer, result.outcome.ties) == (None, ("red", "green"))


def test_who_gives_no_answer_is_left_out_of_the_ranking(hold: Hold) -> None:
    says = {"ada": reviews("A", "BAC"), "bo": reviews("B", "BAC"), "cy": "Hm."}
    result = hold("peer_rank", COLOUR, says).result
    assert (result.answer, len(result.turns)) == ("green", 3 + 2 * 2)
    assert hold("peer_rank", COLOUR, {"ada": sure("A", 50), "bo": "Hm."}).result.answer == "red"


def test_two_reviewers_review_alone_and_then_in_turn(hold: Hold) -> None:
    held = hold("peer_discussion?rounds=3", VERDICT, {"ada": "Final answer: first", "bo": "Final answer: second"})
    assert held.heard == {
        "0:ada": set(), "0:bo": set(),
        "1:ada": {"0:bo"}, "2:bo": {"1:ada"},
        "3:ada": {"2:bo"}, "4:bo": {"3:ada"},
    }  # fmt: skip
    assert (held.result.usage.calls, held.result.answer) == (6, "first")
    assert len(held.result.turns[-1].prompt) == 2 * 3  # the system's words, three asked, two said


def test_reviewers_end_when_they_agree_and_the_leader_stands_where_they_do_not(hold: Hold) -> None:
    swayed = ["Final answer: first", "Final answer: second"]
    result = hold("peer_discussion", VERDICT, {"ada": swayed, "bo": "Final answer: second"}).result
    assert (result.answer, result.usage.calls, result.rounds) == ("second", 4, 2)
    result = hold("peer_discussion", VERDICT, {"bo": "Final answer: second", "ada": "Final answer: first"}).result
    assert result.answer == "second"


def counting(request: Request) -> str:
    """A confidence and a letter that follow from what is shown, in whatever order."""
    size = sum(map(ord, "".join(sorted(last(request)))))
    return sure("ABC"[size % 3], 50 + size % 50)


@pytest.mark.parametrize("protocol", ["reconcile?rounds=3"])
def test_a_round_table_is_the_same_in_whatever_order_agents_sit(protocol: str) -> None:
    starts = {"ada": "A", "bo": "B", "cy": "C", "di": "B"}

    def said(order: list[str]) -> dict[str, list[str | None]]:
        def of(name: str) -> Callable[[Request], str]:
            return lambda request: counting(request) if "<message" in last(request) else sure(starts[name], 70)

        agents = [Agent(name, Script.by(of(name))) for name in order]
        turns = Debate(agents, protocol=protocol, seed=1).run(COLOUR, runtime="local").turns
        return {name: [turn.answer for turn in turns if turn.seat == name] for name in sorted(order)}

    assert said(["ada", "bo", "cy", "di"]) == said(["di", "bo", "ada", "cy"])


@pytest.mark.parametrize("protocol", ["council", "council?labels=shuffled", "peer_rank"])
def test_who_sits_where_makes_no_peer_better(hold: Hold, protocol: str) -> None:
    seats = MEMBERS if "council" in protocol else {n: reviews(a, "BAC") for n, a in zip(MEMBERS, "ABC", strict=True)}
    there = hold(protocol, COLOUR, seats, CHAIR if "council" in protocol else None).result
    turned = hold(protocol, COLOUR, dict(reversed(seats.items())), CHAIR if "council" in protocol else None).result
    assert (there.answer, turned.answer) == ("green", "green")
    assert there.outcome.support == pytest.approx(turned.outcome.support)


@pytest.mark.parametrize(
    ("protocol", "names", "calls"),
    [("council", "ada bo cy", 7), ("council?labels=shuffled", "ada bo cy di", 9), ("peer_rank", "ada bo cy", 21)],
)
def test_simulated_models_hold_councils(
    simulated: Callable[..., Result], protocol: str, names: str, calls: int
) -> None:
    result = simulated(protocol, COLOUR, names, judge=protocol.startswith("council"))
    assert (result.usage.calls, result.status in {"decided", "undecided"}) == (calls, True)


@pytest.mark.parametrize(("protocol", "names"), [("reconcile", "ada bo cy"), ("peer_discussion", "ada bo")])
def test_simulated_models_confer(simulated: Callable[..., Result], protocol: str, names: str) -> None:
    result = simulated(protocol, COLOUR, names)
    assert result.usage.calls == len(names.split()) * result.rounds
    assert result.answer is not None


@pytest.mark.parametrize(
    ("protocol", "calls"),
    [
        ("council", (7, 7)),
        ("peer_rank", (21, 21)),
        ("reconcile", (3, 9)),
        ("vote_cumulative", (12, 78)),
        ("vote_ranked", (12, 78)),
    ],
)
def test_a_plan_counts_the_calls_of_ballots_and_reviews(protocol: str, calls: tuple[int, int]) -> None:
    judge = "sim/debater" if protocol == "council" else None
    assert Debate(["sim/debater"] * 3, protocol=protocol, judge=judge).plan(COLOUR).calls == calls
