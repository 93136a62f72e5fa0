"""Drafts that travel along a graph: who criticises what, who rewrites, and how many calls it takes."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moot import Agent, Completion, Debate, Question, Request, Result, topologies
from moot.errors import SpecError
from moot.protocols.catalogue.macnet import generations
from moot.testing import Script
from moot.topologies import Topology

QUESTION = Question("What is 17 * 24?", kind="number", gold="408")
NAMES = ("ada", "bo", "cy", "di", "eli", "fay")
DIAMOND = [("ada", "bo"), ("ada", "cy"), ("bo", "di"), ("cy", "di")]


def says(request: Request) -> str:
    return '{"critique": "carry the two"}' if "reply_format" in request.messages[-1].content else "Final answer: 408"


def drafted(seats: int, topology: object = None, judge: Agent | None = None) -> Result:
    agents = [Agent(name, Script.by(says)) for name in NAMES[:seats]]
    return Debate(agents, topology, "macnet", judge=judge, seed=1).run(QUESTION, runtime="local")


def test_an_edge_is_a_critic_and_a_rewriter_and_several_drafts_are_joined() -> None:
    result = drafted(4, DIAMOND)
    assert {turn.id: (turn.role, set(turn.heard)) for turn in result.turns} == {
        "0:ada": ("debater", set()),
        "1:bo": ("critic", {"0:ada"}), "1:cy": ("critic", {"0:ada"}),
        "2:bo": ("debater", {"0:ada"}), "2:cy": ("debater", {"0:ada"}),
        "3:di": ("critic", {"2:bo"}), "4:di": ("debater", {"2:bo"}),
        "5:di": ("critic", {"2:cy"}), "6:di": ("debater", {"2:cy"}),
        "7:di": ("debater", set()),  # its own two drafts
    }  # fmt: skip
    assert (result.answer, result.status, result.rounds) == ("408", "decided", 1)
    assert [turn.id for turn in result.transcript.round(0)] == ["0:ada", "2:bo", "2:cy", "7:di"]


def test_only_drafts_travel_never_the_talk_about_them() -> None:
    turns = {turn.id: turn.prompt[-1].content for turn in drafted(4, DIAMOND).turns}
    assert ["carry the two" in turns[id] for id in ("2:bo", "3:di", "4:di", "7:di")] == [True, False, True, False]
    assert turns["7:di"].count("<message") == 2
    assert all("<own" not in prompt for prompt in turns.values())


def test_a_chain_in_seat_order_is_where_no_graph_is_given() -> None:
    result = drafted(3)
    assert {turn.id: set(turn.heard) for turn in result.turns} == {
        "0:ada": set(), "1:bo": {"0:ada"}, "2:bo": {"0:ada"}, "3:cy": {"2:bo"}, "4:cy": {"2:bo"},
    }  # fmt: skip
    assert result.topology == "chain?directed=true"


def test_several_last_drafts_are_joined_by_the_judge_or_by_the_last_seat() -> None:
    judged = drafted(3, "star?directed=true", judge=Agent("jo", Script(["Final answer: 7"])))
    assert set(judged.turns[-1].heard) == {"2:bo", "2:cy"}
    assert (judged.turns[-1].seat, judged.answer, judged.usage.calls) == ("judge", "7", 1 + 2 * 2 + 1)
    assert drafted(3, "star?directed=true").turns[-1].id == "3:cy"


@pytest.mark.parametrize("topology", ["complete", "ring?directed=true", [("ada", "bo"), ("bo", "cy"), ("cy", "bo")]])
def test_a_graph_with_a_circle_is_refused_before_the_first_call(topology: object) -> None:
    agents = [Agent(name, Script([])) for name in NAMES[:3]]
    with pytest.raises(SpecError, match=r"in a circle, .*: give edges that lead one way only"):
        Debate(agents, topology, "macnet")


def test_a_graph_that_changes_is_refused() -> None:
    with pytest.raises(SpecError, match="give one graph, not a schedule"):
        Debate(["sim/debater"] * 3, ["chain?directed=true", "star?directed=true"], "macnet")


def test_a_seat_whose_draft_is_lost_is_passed_over() -> None:
    lost = Script([Completion(kind="refused")])
    agents = [Agent("ada", lost), *(Agent(name, Script.by(says)) for name in NAMES[1:3])]
    result = Debate(agents, protocol="macnet", seed=1).run(QUESTION, runtime="local")
    assert {turn.id: set(turn.heard) for turn in result.turns} == {
        "0:ada": set(), "1:bo": set(), "2:cy": {"1:bo"}, "3:cy": {"1:bo"},
    }  # fmt: skip
    assert (result.answer, result.status) == ("408", "degraded")


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 6), st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12))
def test_calls_follow_the_card_on_every_graph_without_circles(seats: int, pairs: Sequence[tuple[int, int]]) -> None:
    graph = Topology(seats, [(u, v) for u, v in pairs if u < v < seats])
    sources = sum(not graph.heard_by(seat) for seat in range(seats))
    joins = sum(len(graph.heard_by(seat)) > 1 for seat in range(seats))
    sinks = sum(not graph.hearers_of(seat) for seat in range(seats))
    result = drafted(seats, graph)
    assert result.usage.calls == sources + 2 * graph.size + joins + (sinks > 1)
    assert len(result.transcript.round(0)) == seats
    order = [seat for wave in generations(graph) for seat in wave]
    assert all(order.index(edge.source) < order.index(edge.target) for edge in graph.edges)


def test_the_reference_cools_with_depth_and_the_paper_leaves_temperature_to_the_agents() -> None:
    def sampled(protocol: str, topology: object) -> dict[str, set[float | None]]:
        heard = {name: Script.by(says) for name in NAMES[:4]}
        agents = [Agent(name, script, temperature=0.3) for name, script in heard.items()]
        Debate(agents, topology, protocol, seed=1).run(QUESTION, runtime="local")
        return {name: {request.temperature for request in script.requests} for name, script in heard.items()}

    assert sampled("macnet?variant=reference", DIAMOND) == {"ada": {1.0}, "bo": {0.5}, "cy": {0.5}, "di": {0.0}}
    assert sampled("macnet", DIAMOND) == {name: {0.3} for name in NAMES[:4]}
    assert sampled("macnet?variant=reference", "none")["di"] == {1.0, 0.0}  # drafts alone, then joins all four


def test_the_reference_joins_four_of_many_drafts_and_draws_which() -> None:
    graph = topologies.from_edges([(place, 6) for place in range(6)])

    def joined(variant: str, seed: int) -> tuple[tuple[str, ...], int]:
        last = Script.by(lambda request: says(request).replace("408", str(request.turn)))
        agents = [*(Agent(name, Script.by(says)) for name in NAMES), Agent("gus", last)]
        debate = Debate(agents, graph, f"macnet?variant={variant}", seed=seed)
        result = debate.run(Question("Who?"), runtime="local")
        shown = last.requests[-1].messages[-1].content
        return tuple(str(turn) for turn in range(1, 12, 2) if f"Final answer: {turn}\n" in shown), result.usage.calls

    calls = 6 + 2 * 6 + 1
    assert joined("paper", 1) == (("1", "3", "5", "7", "9", "11"), calls)
    drawn = [joined("reference", seed) for seed in range(4)]
    assert {(len(kept), count) for kept, count in drawn} == {(4, calls)}
    assert len({kept for kept, _ in drawn}) > 1


@pytest.mark.parametrize("variant", ["paper", "reference"])
def test_simulated_models_hold_the_same_debate_again(variant: str) -> None:
    agents = [Agent(name, f"sim/debater?family={name}") for name in NAMES[:4]]
    graph = topologies.from_edges([(0, 1), (0, 2), (1, 3), (2, 3)])
    debate = Debate(agents, graph, f"macnet?variant={variant}", seed=3)
    first, second = (debate.run(QUESTION, runtime="local") for _ in range(2))
    assert first.digest == second.digest
    assert (first.status, first.usage.calls) == ("decided", 1 + 2 * 4 + 1)
    assert debate.plan(QUESTION).calls == (10, 10)


def test_who_hands_on_to_whom_matters() -> None:
    def counting(request: Request) -> str:
        return f"Final answer: {request.messages[-1].content.count('message')}"

    def answers(names: Sequence[str]) -> dict[str, str | None]:
        agents = [Agent(name, Script.by(counting)) for name in names]
        result = Debate(agents, protocol="macnet", seed=1).run(QUESTION, runtime="local")
        return {turn.seat: turn.vote for turn in result.transcript.round(0)}

    assert answers(NAMES[:3]) != answers(NAMES[2::-1])
