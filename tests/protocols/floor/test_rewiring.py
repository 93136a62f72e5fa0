"""Graphs that change while a debate goes: who hears whom then, and what is told of it."""

from functools import partial
from typing import Any

import pytest

from moot import Agent, Debate, Question, Request
from moot.protocols.events import Event, Rewired
from moot.testing import Script
from moot.topologies import per_round, pruned, resampled, topology

QUESTION = Question("Which letter?")
NAMES = ("ada", "bo", "cy", "di")
SAID = {"ada": "A", "bo": "A", "cy": "B", "di": "C"}


def held(graph: Any, protocol: str = "society?rounds=4", seed: int = 1) -> tuple[dict[str, set[str]], list[Rewired]]:
    agents = [Agent(name, Script.by(partial(_same, SAID[name]))) for name in NAMES]
    events: list[Event] = []
    result = Debate(agents, graph, protocol, seed=seed).run(QUESTION, runtime="local", listen=events.append)
    heard = {turn.id: {id.partition(":")[2] for id in turn.heard} for turn in result.transcript}
    return heard, [event for event in events if isinstance(event, Rewired)]


def _same(answer: str, _: Request) -> str:
    return f"Final answer: {answer}"


def test_a_change_of_the_graph_is_told_before_the_round_in_which_it_holds() -> None:
    chain = [("ada", "bo"), ("bo", "cy"), ("cy", "di")]
    heard, rewired = held([chain, chain, [*chain, ("di", "ada")]])
    assert [(event.round, event.edges) for event in rewired] == [
        (2, (("ada", "bo"), ("bo", "cy"), ("cy", "di"), ("di", "ada")))
    ]
    assert (heard["1:ada"], heard["2:ada"], heard["3:ada"]) == (set(), {"di"}, {"di"})


@pytest.mark.parametrize("pace", ["round", "free"])
def test_a_graph_drawn_each_round_is_heard_along_in_that_round(pace: str) -> None:
    graph = resampled("erdos_renyi?p=0.4&directed=true")
    heard, rewired = held(graph, f"society?rounds=5&pace={pace}")
    drawn = topology(graph, NAMES)
    for number in range(1, 5):
        for place, name in enumerate(NAMES):
            assert heard[f"{number}:{name}"] == {NAMES[peer] for peer in drawn.round(number).heard_by(place)}
    assert [event.round for event in rewired] == [n for n in range(1, 5) if drawn.round(n) != drawn.round(n - 1)]


def test_edges_between_those_who_agree_are_cut_from_round_1_on() -> None:
    heard, rewired = held(pruned("complete"), "society?rounds=3")
    assert heard == {
        **{f"0:{name}": set() for name in NAMES},
        "1:ada": {"cy", "di"}, "1:bo": {"cy", "di"}, "1:cy": {"ada", "bo", "di"}, "1:di": {"ada", "bo", "cy"},
        "2:ada": {"cy", "di"}, "2:bo": {"cy", "di"}, "2:cy": {"ada", "bo", "di"}, "2:di": {"ada", "bo", "cy"},
    }  # fmt: skip
    assert [(event.round, len(event.edges)) for event in rewired] == [(1, 10)]


def test_a_function_of_the_standing_cuts_edges_as_the_debate_goes() -> None:
    def stays(standing: Any, speaker: str, listener: str) -> bool:
        return bool(len(standing.transcript) < 8 or standing.answer_of(speaker) == "A") and speaker != listener

    heard, rewired = held(pruned("complete", stays), "du?rounds=4")
    assert heard["1:ada"] == {"bo", "cy", "di"}
    assert heard["2:ada"] == heard["3:ada"] == {"bo"}
    assert heard["3:di"] == {"ada", "bo"}
    assert [(event.round, len(event.edges)) for event in rewired] == [(2, 6)]


def test_a_share_is_cut_on_schedule() -> None:
    heard, rewired = held("complete?prune=0.5", "society?rounds=4")
    sizes = [sum(len(ids) for id, ids in heard.items() if id[0] == str(number)) for number in range(4)]
    assert sizes == [0, 12, 6, 3]
    assert [len(event.edges) for event in rewired] == [6, 3]


def test_where_what_is_said_decides_the_debate_goes_by_round() -> None:
    agents = [Agent(name, Script.by(partial(_same, SAID[name]))) for name in NAMES]
    result = Debate(agents, pruned(), "society?rounds=3&pace=free", seed=1).run(QUESTION, runtime="local")
    assert any("what is said decides who hears whom" in note for note in result.notes)


def test_nothing_is_told_where_nothing_changes() -> None:
    assert held("ring")[1] == []
    assert held(per_round(lambda _: "ring"))[1] == []


@pytest.mark.parametrize("graph", ["erdos_renyi?p=0.5&every=1", "complete?prune=unlike", "complete?prune=0.4"])
def test_equal_seeds_give_equal_digests(graph: str) -> None:
    agents = ["sim/debater", "sim/debater?family=b", "sim/debater?family=c", "sim/debater?family=d"]
    results = [Debate(agents, graph, "du?rounds=3", seed=4).run("Is it late?", runtime="local") for _ in range(2)]
    assert results[0].digest == results[1].digest
    debate = Debate(agents, graph, "du?rounds=3", seed=4)
    assert Debate.from_spec(debate.spec()).run("Is it late?", runtime="local").digest == results[0].digest
    assert debate.plan("Is it late?").calls == (12, 12)
