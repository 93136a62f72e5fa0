"""One agent by itself: how often it is called, what it reads of its own, and when it is content."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from moot import Agent, Debate, Question, Request, Result
from moot.errors import SeatingError, SpecError
from moot.testing import Script

QUESTION = Question("What is 17 * 24?", kind="number", gold="408")
FINE, NOT_FINE = (json.dumps({"fine": word, "reason": f"because {word}"}) for word in ("yes", "no"))
SOLVED, NOT_SOLVED = (json.dumps({"solved": word, "reason": "so"}) for word in ("yes", "no"))
NOTE = json.dumps({"lesson": "carry the two"})


def alone(protocol: str, lines: list[str], **given: Any) -> tuple[Result, list[Request]]:
    """What one agent that says these lines comes to, and what it was sent; every line must be said."""
    with Script(lines) as ada:
        result = Debate([Agent("ada", ada)], protocol=protocol, seed=1, **given).run(QUESTION, runtime="local")
        ada.finished()
    return result, ada.requests


def answer(value: int) -> str:
    return f"Final answer: {value}"


def test_a_single_agent_is_asked_once_and_only_one_is_seated() -> None:
    result, _ = alone("single", [answer(408)])
    assert (result.answer, result.usage.calls, result.rounds) == ("408", 1, 1)
    with pytest.raises(SeatingError, match="seats 1 agents, not 2"):
        Debate(["sim/debater", "sim/debater"], protocol="single")


def test_a_refining_agent_stops_when_its_critic_is_content() -> None:
    result, _ = alone("self_refine", [answer(1), NOT_FINE, answer(2), FINE])
    assert (result.answer, result.usage.calls, result.stopped_by) == ("2", 4, "critic: nothing needs to change")
    assert [(turn.id, turn.role, turn.round) for turn in result.turns] == [
        ("0:ada", "debater", 0), ("1:ada", "critic", None), ("2:ada", "debater", 1), ("3:ada", "critic", None),
    ]  # fmt: skip


def test_a_refining_agent_that_is_never_content_makes_two_calls_a_round_but_one() -> None:
    lines = [line for number in range(4) for line in (answer(number), NOT_FINE)][:-1]
    result, _ = alone("self_refine?rounds=4", lines)
    assert (result.answer, result.usage.calls, result.rounds) == ("3", 2 * 4 - 1, 4)


def test_the_writer_keeps_its_chat_and_the_critic_reads_the_last_attempt_alone() -> None:
    _, sent = alone("self_refine?rounds=3", [answer(1), NOT_FINE, answer(2), NOT_FINE, answer(3)])
    assert [len(request.messages) for request in sent] == [2, 2, 4, 2, 6]
    critic = sent[3].messages[-1].content
    assert "Final answer: 2" in critic
    assert "Final answer: 1\n" not in critic
    assert "because no" in sent[4].messages[-1].content  # the critique, without the form it came in
    assert '"fine"' not in sent[4].messages[-1].content


def test_a_critique_that_cannot_be_read_does_not_end_the_work() -> None:
    result, _ = alone("self_refine?rounds=2", [answer(1), "All is fine, yes.", answer(2)])
    assert (result.answer, result.status) == ("2", "decided")


def test_an_agent_that_reflects_tries_again_with_its_notes_until_it_finds_its_trial_right() -> None:
    result, sent = alone("reflexion", [answer(1), NOT_SOLVED, NOTE, answer(2), SOLVED])
    assert (result.answer, result.usage.calls, result.stopped_by) == ("2", 5, "reward: trial 2 succeeded")
    retry = sent[3].messages[-1].content
    assert "carry the two" in retry
    assert "Final answer: 1" in retry  # its own last attempt
    assert "</own>" in retry


def test_the_last_trial_is_neither_checked_nor_reflected_on() -> None:
    lines = [answer(1), NOT_SOLVED, NOTE, answer(2), NOT_SOLVED, NOTE, answer(3)]
    result, _ = alone("reflexion?rounds=3", lines)
    assert (result.answer, result.usage.calls) == ("3", 3 * 3 - 2)


def test_three_notes_are_remembered() -> None:
    trials = [line for number in range(5) for line in (answer(number), NOT_SOLVED, f'{{"lesson": "note {number}"}}')]
    _, sent = alone("reflexion?rounds=5", trials[:-2])
    assert [f"note {number}" in sent[-1].messages[-1].content for number in range(4)] == [False, True, True, True]


def test_the_known_answer_rewards_without_a_call() -> None:
    result, _ = alone("reflexion?reward=gold", [answer(1), NOTE, "Final answer: 408.0"])
    assert (result.usage.calls, result.correct) == (2 * 2 - 1, True)
    right, _ = alone("reflexion?reward=gold", [answer(408)])
    assert (right.usage.calls, right.stopped_by) == (1, "reward: trial 1 succeeded")


def test_without_a_known_answer_nothing_is_asked() -> None:
    silent = Script([])
    debate = Debate([Agent("ada", silent)], protocol="reflexion?reward=gold")
    with pytest.raises(SpecError, match=r"right answer of 'Why\?': give its gold"):
        debate.run("Why?", runtime="local")
    with pytest.raises(SpecError, match="give its gold"):
        debate.run_many([QUESTION, "Why?"], runtime="local")
    assert silent.requests == []


def test_a_judge_rewards_where_that_is_asked_for() -> None:
    judge = Agent("jo", Script([NOT_SOLVED, SOLVED]))
    lines = [answer(1), NOTE, answer(2)]
    result, _ = alone("reflexion?reward=judge", lines, judge=judge)
    assert {turn.id: set(turn.heard) for turn in result.turns if turn.seat == "judge"} == {
        "1:judge": {"0:ada"}, "4:judge": {"3:ada"},
    }  # fmt: skip
    with pytest.raises(SpecError, match="needs a judge"):
        Debate(["sim/debater"], protocol="reflexion?reward=judge")
    with pytest.raises(SpecError, match="leave judge= out"):
        Debate(["sim/debater"], protocol="reflexion", judge="sim/debater")


def test_every_refined_answer_is_made_after_reading_all_chains(hold: Callable[..., Any]) -> None:
    says = {"ada": answer(1), "bo": answer(2)}
    held = hold("ensemble_refinement?samples=2&refinements=3", QUESTION, says)
    first = {"0:ada-1", "0:ada-2", "0:bo-1", "0:bo-2"}
    assert held.heard == {
        **{chain: set[str]() for chain in first},
        "1:ada-1": first - {"0:ada-1"}, "1:ada-2": first - {"0:ada-2"}, "1:bo-1": first - {"0:bo-1"},
    }  # fmt: skip
    assert (held.result.usage.calls, held.result.answer) == (2 * 2 + 3, "1")
    assert all(turn.prompt[-1].content.count("<message") == 4 for turn in held.result.transcript.round(1))
    assert hold("ensemble_refinement?samples=3", QUESTION, {"ada": answer(1)}).result.usage.calls == 6


def test_refined_answers_are_the_same_whatever_the_agents_are_called(hold: Callable[..., Any]) -> None:
    def says(request: Request) -> str:
        return answer(sum(map(ord, request.messages[-1].content)) % 1000)

    def answers(names: str) -> list[str | None]:
        held = hold("ensemble_refinement?samples=2", QUESTION, dict.fromkeys(names, says))
        return [turn.vote for turn in held.result.turns]

    assert answers("abc") == answers("cab")


def test_chains_are_read_at_most_as_often_as_there_are_chains() -> None:
    with pytest.raises(SpecError, match="refinements=9 is more than the 4 samples: set samples=9"):
        Debate(["sim/debater"], protocol="ensemble_refinement?refinements=9")


def temperatures(protocol: str, lines: list[str], own: float | None) -> list[float | None]:
    with Script(lines) as ada:
        Debate([Agent("ada", ada, temperature=own)], protocol=protocol, seed=1).run(QUESTION, runtime="local")
        ada.finished()
    return [request.temperature for request in ada.requests]


def test_the_reference_asks_for_critiques_at_a_temperature_of_their_own() -> None:
    lines = [answer(1), NOT_FINE, answer(2)]
    assert temperatures("self_refine?rounds=2", lines, 0.2) == [0.2] * 3
    assert temperatures("self_refine?rounds=2&variant=reference", lines, 0.2) == [0.2, 0.7, 0.2]


@pytest.mark.parametrize(("own", "cooler"), [(0.7, 0.5), (0.1, 0.0), (None, 0.8)])
def test_the_reference_reads_the_chains_at_a_lower_temperature(own: float | None, cooler: float) -> None:
    lines = [answer(1)] * 4
    assert temperatures("ensemble_refinement?samples=2", lines, own) == [own] * 4
    assert temperatures("ensemble_refinement?samples=2&variant=reference", lines, own) == [own, own, cooler, cooler]


@pytest.mark.parametrize(
    "protocol",
    [
        "single",
        "self_refine",
        "reflexion",
        "ensemble_refinement",
        "ensemble_refinement?variant=reference",
        "reflexion?reward=gold",
    ],
)
def test_simulated_models_hold_the_same_debate_again(protocol: str, simulated: Callable[..., Result]) -> None:
    result = simulated(protocol, QUESTION, "ada")
    assert result.status in {"decided", "undecided"}
    assert result.simulated
