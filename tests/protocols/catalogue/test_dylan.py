"""DyLAN: who reads whom, when a layer ends early, whom the ranker keeps, and what is owed to whom."""

import re
from collections.abc import Callable, Mapping

import pytest

from moot import Agent, Debate, Question, Request, Result
from moot.protocols.catalogue.dylan import first_of_most, importance_of, shown_to, team_of
from moot.protocols.rating import peer_scores
from moot.testing import Script

QUESTION = Question("What is 17 * 24?", kind="number", gold="408")
NAMES = ("ada", "bo", "cy", "di", "eli")
_SHOWN = re.compile(r'<message author="participant-(\d+)"[^>]*>\n(.*?)\n</message>', re.DOTALL)

Says = Callable[[Request], str]


def shown(request: Request) -> list[str]:
    """The answers of the replies that a prompt quotes, in the order in which it does."""
    return [body.rpartition("Final answer: ")[2] for _, body in _SHOWN.findall(request.messages[-1].content)]


def answering(value: str, worth: Mapping[str, int] | None = None) -> Says:
    """Always gives that answer, and scores what it reads by its answer."""

    def says(request: Request) -> str:
        scores = [(worth or {}).get(answer, 3) for answer in shown(request)]
        return f"So.\n[[{', '.join(map(str, scores))}]]\nFinal answer: {value}"

    return says


def ranking(*best: str) -> Says:
    """Ranks first those who gave these answers."""

    def says(request: Request) -> str:
        places = [f"participant-{shown(request).index(answer) + 1}" for answer in best]
        return f"Final answer: {' > '.join(places)}"

    return says


def held(answers: str, protocol: str = "dylan", judge: Says | None = None, seed: int = 1) -> Result:
    agents = [Agent(name, Script.by(answering(value))) for name, value in zip(NAMES, answers.split(), strict=False)]
    seated = None if judge is None else Agent("jo", Script.by(judge))
    return Debate(agents, protocol=protocol, judge=seated, quorum=1, seed=seed).run(QUESTION, runtime="local")


def told(result: Result) -> dict[tuple[int | None, str], set[tuple[int | None, str]]]:
    """Who heard whom, by round and seat."""
    turns = {turn.id: (turn.round, turn.seat) for turn in result.turns}
    return {(turn.round, turn.seat): {turns[id] for id in turn.heard} for turn in result.turns}


def test_each_reads_the_layer_before_and_after_a_ranking_two_go_on() -> None:
    result = held("1 2 3 4", judge=ranking("3", "4"))
    first: set[tuple[int | None, str]] = {(0, "ada"), (0, "bo"), (0, "cy"), (0, "di")}
    second: set[tuple[int | None, str]] = {(1, "ada"), (1, "bo"), (1, "cy"), (1, "di")}
    assert told(result) == {
        (0, "ada"): set(), (0, "bo"): set(), (0, "cy"): set(), (0, "di"): set(),
        (1, "ada"): first - {(0, "ada")}, (1, "bo"): first - {(0, "bo")},
        (1, "cy"): first - {(0, "cy")}, (1, "di"): first - {(0, "di")},
        (None, "judge"): second,
        (2, "cy"): second - {(1, "cy")}, (2, "di"): second - {(1, "di")},
    }  # fmt: skip
    assert result.usage.calls == 2 * 4 + 3
    assert (result.answer, set(result.outcome.ties)) == (None, {"3", "4"})
    assert [turn.wave for turn in result.turns] == list(range(11))  # one after another


def test_all_replies_of_a_layer_are_shown_unmarked_in_an_order_of_the_readers_own() -> None:
    turns = held("1 2 3 4 5", "dylan?rounds=2").transcript.round(1)
    orders = [[body[-1] for _, body in _SHOWN.findall(turn.prompt[-1].content)] for turn in turns]
    assert [sorted(order) for order in orders] == [["1", "2", "3", "4", "5"]] * 5
    assert len({tuple(order) for order in orders}) > 1
    assert all("<own" not in turn.prompt[-1].content for turn in turns)


@pytest.mark.parametrize(("agents", "needed"), [(1, 1), (2, 2), (3, 3), (4, 3), (5, 4)])
def test_a_layer_ends_as_soon_as_more_than_two_thirds_agree(agents: int, needed: int) -> None:
    result = held("7 " * agents)
    assert (result.usage.calls, result.answer, result.status) == (needed, "7", "decided")
    assert result.stopped_by == f"byzantine: {needed} of {agents} answered 7"


def test_two_that_are_left_must_agree() -> None:
    agents = [Agent(name, Script.by(answering(value))) for name, value in zip(NAMES, "1234", strict=False)]
    for place in (2, 3):
        agents[place] = Agent(NAMES[place], Script([f"Final answer: {place}"] * 2 + ["Final answer: 9"]))
    judge = Agent("jo", Script.by(ranking("2", "3")))
    agents[1] = Agent("bo", Script.by(answering("5")))
    result = Debate(agents, protocol="dylan", judge=judge, seed=1).run(QUESTION, runtime="local")
    assert (result.answer, result.stopped_by, result.usage.calls) == ("9", "byzantine: 2 of 2 answered 9", 11)


def test_three_are_not_ranked() -> None:
    result = held("1 2 3")
    assert (result.usage.calls, result.rounds, result.outcome.ties != ()) == (9, 3, True)


def test_the_first_agent_ranks_where_no_judge_is_seated() -> None:
    ranker = [turn for turn in held("1 2 3 4").turns if turn.role == "ranker"]
    assert [turn.seat for turn in ranker] == ["ada"]
    assert len(_SHOWN.findall(ranker[0].prompt[1].content)) == 4


def test_all_go_on_where_the_ranker_cannot_be_read() -> None:
    result = held("1 2 3 4", judge=lambda _: "They are all fine.")
    assert [len(result.transcript.round(number)) for number in range(3)] == [4, 4, 4]


def test_the_reference_code_takes_the_choice_of_the_ranker_as_places() -> None:
    kept = {
        variant: [
            frozenset(turn.seat for turn in result.transcript.round(2))
            for result in (held("1 2 3 4", f"dylan?variant={variant}", ranking("3", "4"), seed) for seed in range(12))
        ]
        for variant in ("paper", "reference")
    }
    assert set(kept["paper"]) == {frozenset({"cy", "di"})}
    assert len(set(kept["reference"])) > 2
    assert all(len(seats) == 2 for seats in kept["reference"])


def test_those_without_an_answer_agree_in_the_reference_code_only() -> None:
    reference = held("? ? ? ?", "dylan?variant=reference")
    assert (reference.rounds, reference.answer) == (1, None)
    assert reference.stopped_by == "byzantine: 3 of 4 answered nothing"
    assert held("? ? ? 1", "dylan?rounds=2").answer == "1"
    assert held("? ? 1 2", "dylan?rounds=2&variant=reference").answer is None


def test_a_tie_is_none_or_goes_to_the_first_agent() -> None:
    assert held("1 2 2 1", "dylan?rounds=2").outcome.ties
    assert held("1 2 2 1", "dylan?rounds=2&variant=reference").answer == "1"
    assert first_of_most(["2", "1", "1", "2"]) == "2"


def test_importance_flows_back_through_the_scores_as_they_were_shown() -> None:
    worth = {"1": 2, "2": 4}
    agents = [
        Agent(name, Script.by(answering(value, worth))) for name, value in (("ada", "1"), ("bo", "2"), ("cy", "2"))
    ]
    debate = Debate(agents, protocol="dylan?rounds=2", seed=4)
    result = debate.run(QUESTION, runtime="local")
    first, last = importance_of(Result.from_json(result.to_json()))
    assert last == {"ada": 0.0, "bo": 0.5, "cy": 0.5}
    assert first == pytest.approx({"ada": 0.2, "bo": 0.4, "cy": 0.4})
    others = [debate.with_seed(seed).run(QUESTION, runtime="local") for seed in (5, 6)]
    assert set(team_of([result, *others], 2)) == {"bo", "cy"}


def test_importance_knows_the_order_in_which_replies_were_shown() -> None:
    agents = [Agent(name, Script.by(answering(value))) for name, value in zip(NAMES, "12345", strict=True)]
    said: dict[str, str] = dict(zip(NAMES, "12345", strict=True))
    debate = Debate(agents, protocol="dylan?rounds=2", seed=7)
    for result in debate.run_many([QUESTION, "Why?"], trials=3, runtime="local").results():
        for turn in result.transcript.round(1):
            order = shown_to(turn.seat, result.transcript.round(0), f"{result.seed}/{result.question.id}", 1)
            quoted = [body[-1] for _, body in _SHOWN.findall(turn.prompt[-1].content)]
            assert [said[one.seat] for one in order] == quoted


def test_who_speaks_first_depends_on_what_the_seats_are_called() -> None:
    def speakers(names: str) -> list[int]:
        agents = [Agent(name, Script.by(answering(str(place)))) for place, name in enumerate(names)]
        result = Debate(agents, protocol="dylan?rounds=1", seed=1).run(QUESTION, runtime="local")
        return [names.index(turn.seat) for turn in result.turns]

    assert speakers("abcde") != speakers("vwxyz")


def test_nothing_is_owed_to_anybody_where_there_is_no_answer() -> None:
    result = held("1 2 3", "dylan?rounds=2")
    assert [dict(layer) for layer in importance_of(result)] == [dict.fromkeys(NAMES[:3], 0.0)] * 2


def test_each_question_has_orders_of_its_own() -> None:
    agents = [Agent(name, Script.by(answering(value))) for name, value in zip(NAMES, "12345", strict=True)]
    debate = Debate(agents, protocol="dylan?rounds=1", seed=1)
    orders = {
        tuple(turn.seat for turn in debate.run(f"Question {number}?", runtime="local").turns) for number in range(6)
    }
    assert len(orders) > 3


def test_simulated_models_score_rank_and_hold_the_same_debate_again(simulated: Callable[..., Result]) -> None:
    result = simulated("dylan", Question("Which town is larger?", options=["Ab", "Cd", "Ef", "Gh"]), "ada bo cy di eli")
    scored = [turn for turn in result.turns if turn.round]
    assert all(len(peer_scores(turn.text) or ()) == 5 for turn in scored if turn.round == 1)
    assert sum(importance_of(result)[0].values()) == pytest.approx(1.0 if result.answer else 0.0)
