"""Replies pruned by quality or diversity, and replies corrected before they are read."""

import re
from collections.abc import Callable, Sequence
from itertools import combinations, permutations
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot import Debate, Question, Request, protocols
from moot.errors import SpecError
from moot.protocols.catalogue.interventions import central, largest, spread
from moot.protocols.similarity import ngrams

QUESTION = Question("How many?", kind="number")
Hold = Callable[..., Any]


def by_number(texts: Sequence[str]) -> list[list[float]]:
    """Texts are the more alike, the nearer their numbers; the question has none, which counts as 0."""
    numbers = [int((re.findall(r"[0-9]+", text) or ["0"])[0]) for text in texts]
    return [[-abs(one - other) for other in numbers] for one in numbers]


def numbers(*said: int) -> dict[str, str]:
    return {
        name: f"Final answer: {number}" for name, number in zip(("ada", "bo", "cy", "di", "ed"), said, strict=False)
    }


def test_the_replies_nearest_to_the_question_are_read(hold: Hold) -> None:
    protocol = protocols.quality_prune(rounds=2, keep=2, similarity=by_number)
    held = hold(protocol, QUESTION, numbers(30, 10, 20, 40))
    assert held.heard == {
        "0:ada": set(), "0:bo": set(), "0:cy": set(), "0:di": set(),
        "1:ada": {"0:bo", "0:cy"}, "1:bo": {"0:cy"}, "1:cy": {"0:bo"}, "1:di": {"0:bo", "0:cy"},
    }  # fmt: skip
    for turn in held.result.transcript.round(1):
        assert re.findall(r'author="(\w+)"', turn.prompt[-1].content) == ["bo", "cy"]  # its own is there and unmarked
        assert "<own" not in turn.prompt[-1].content


def test_the_replies_farthest_from_each_other_are_read(hold: Hold) -> None:
    protocol = protocols.diversity_prune(rounds=2, keep=3, similarity=by_number)
    held = hold(protocol, QUESTION, numbers(1, 50, 52, 54, 99))
    assert held.heard["1:di"] == {"0:ada", "0:cy", "0:ed"}  # from the middle, 52, to 1 and 99
    reference = protocols.diversity_prune(rounds=2, keep=3, similarity=by_number, variant="reference")
    assert hold(reference, QUESTION, numbers(1, 50, 52, 54, 99)).heard["1:di"] == {"0:ada", "0:bo", "0:ed"}


def test_the_reference_shows_them_in_an_order_drawn_for_each_reader(hold: Hold) -> None:
    def orders(variant: Literal["paper", "reference"]) -> set[tuple[str, ...]]:
        protocol = protocols.quality_prune(rounds=2, keep=4, similarity=by_number, variant=variant)
        turns = hold(protocol, QUESTION, numbers(1, 2, 3, 4, 5)).result.transcript.round(1)
        return {tuple(re.findall(r'author="(\w+)"', turn.prompt[-1].content)) for turn in turns}

    assert orders("paper") == {("ada", "bo", "cy", "di")}
    assert len(orders("reference")) > 1


def test_the_reference_shows_corrected_replies_in_a_drawn_order_too(hold: Hold) -> None:
    def orders(variant: str) -> set[tuple[str, ...]]:
        held = hold(f"misconception_refute?rounds=2&variant={variant}", QUESTION, numbers(1, 2, 3, 4, 5))
        turns = held.result.transcript.round(1)
        return {tuple(re.findall(r'author="(\w+)"', turn.prompt[-1].content)) for turn in turns}

    assert orders("paper") == {("ada", "bo", "cy", "di", "ed")}
    assert len(orders("reference")) > 1


def test_half_of_the_replies_are_read_where_nothing_else_is_said(hold: Hold) -> None:
    for protocol in ("quality_prune?rounds=2", "diversity_prune?rounds=2", "diversity_prune?rounds=2&apart=total"):
        held = hold(protocol, QUESTION, numbers(1, 2, 3, 4, 5))
        prompts = [turn.prompt[-1].content for turn in held.result.transcript.round(1)]
        assert [prompt.count("<message") for prompt in prompts] == [3] * 5


@pytest.mark.parametrize("protocol", ["quality_prune", "diversity_prune"])
def test_pruned_debates_take_a_call_a_seat_and_round_and_end_when_all_agree(hold: Hold, protocol: str) -> None:
    assert hold(f"{protocol}?rounds=4", QUESTION, numbers(1, 2, 3)).result.usage.calls == 12
    result = hold(f"{protocol}?rounds=4", QUESTION, numbers(7, 7, 7)).result
    assert (result.usage.calls, result.rounds, result.stopped_by) == (3, 1, "unanimous: 3 of 3 answered 7")


def correcting(number: int) -> Callable[[Request], str]:
    """Says its number; as a critic it finds something, and corrects the number to one more."""

    def say(request: Request) -> str:
        text = "\n".join(message.content for message in request.messages)
        if "<role>critic</role>" not in text:
            return f"Mine. Final answer: {number}"
        return f"Mended. Final answer: {number + 1}" if "<own" in text else "Wrong units.\nFinal answer: found"

    return say


def test_replies_are_corrected_by_their_authors_before_they_are_read(hold: Hold) -> None:
    held = hold("misconception_refute?rounds=2", QUESTION, {"ada": correcting(1), "bo": correcting(5)})
    assert held.heard == {
        "0:ada": set(), "0:bo": set(),
        "1:ada": set(), "1:bo": set(),  # each searches its own reply
        "2:ada": set(), "2:bo": set(),  # and rewrites it
        "3:ada": {"2:bo"}, "3:bo": {"2:ada"},
    }  # fmt: skip
    shown = held.result.transcript.turn("3:ada").prompt[-1].content
    assert re.findall(r"(\w+)\. Final answer: (\d)", shown) == [("Mended", "2"), ("Mended", "6")]
    rewriting = held.result.transcript.turn("2:ada").prompt[-1].content
    assert "Wrong units." in rewriting
    assert "Mine. Final answer: 1" in rewriting
    assert held.result.votes() == {"1": ("ada",), "5": ("bo",)}
    assert held.result.rounds == 2


@pytest.mark.parametrize(("seats", "rounds"), [(2, 1), (2, 3), (3, 2)])
def test_a_reply_that_is_read_costs_two_calls_more(hold: Hold, seats: int, rounds: int) -> None:
    held = hold(
        f"misconception_refute?rounds={rounds}", QUESTION, {name: correcting(ord(name)) for name in "abc"[:seats]}
    )
    assert held.result.usage.calls == seats * rounds + 2 * seats * (rounds - 1)


@pytest.mark.parametrize("protocol", ["quality_prune?keep=4", "diversity_prune?keep=3", "misconception_refute"])
def test_the_order_of_seats_changes_nothing(hold: Hold, protocol: str) -> None:
    def mixing(start: int) -> Callable[[Request], str]:
        def say(request: Request) -> str:
            said = re.findall(r"Final answer: ([0-9]+)", request.messages[-1].content)
            return f"{'pqrs'[start % 4] * 9}. Final answer: {(start + sum(map(int, said))) % 97}"

        return say

    def votes(names: Sequence[str]) -> frozenset[tuple[object, ...]]:
        result = hold(protocol, QUESTION, {name: mixing(ord(name)) for name in names}).result
        return frozenset((turn.seat, turn.round, turn.role, turn.wave, turn.vote) for turn in result.turns)

    assert len({votes(names) for names in permutations("abcd")}) == 1


@pytest.mark.parametrize("protocol", ["quality_prune", "diversity_prune", "misconception_refute"])
def test_simulated_models_hold_it_twice_alike(simulated: Hold, protocol: str) -> None:
    question = Question("Which of these came first?", options=["the comb", "the spoon", "the wheel", "the sail"])
    assert simulated(protocol, question, "ada bo cy di ed").status in {"decided", "undecided"}


def test_a_measure_that_gives_no_matrix_is_refused(hold: Hold) -> None:
    protocol = protocols.quality_prune(similarity=lambda texts: [[1.0]])
    with pytest.raises(SpecError, match="rows"):
        hold(protocol, QUESTION, numbers(1, 2))


matrices = st.integers(1, 6).flatmap(
    lambda size: st.lists(st.lists(st.floats(0, 1), min_size=size, max_size=size), min_size=size, max_size=size)
)


@given(matrices, st.integers(1, 6))
def test_what_is_chosen_is_as_much_as_was_asked_for_and_nothing_twice(matrix: list[list[float]], count: int) -> None:
    for apart in (min, sum):
        chosen = spread(matrix, count, central(matrix), apart)
        assert len(chosen) == len(set(chosen)) == min(count, len(matrix))
    kept = largest(matrix[0], count)
    assert all(matrix[0][place] >= matrix[0][other] for place in kept for other in set(range(len(matrix))) - set(kept))


@given(st.lists(st.integers(0, 100), min_size=3, max_size=7, unique=True))
def test_two_greedy_steps_from_an_end_find_the_widest_pair(places: list[int]) -> None:
    matrix = by_number([str(place) for place in places])
    chosen = spread(matrix, 2, places.index(min(places)), min)
    widest = max(combinations(range(len(places)), 2), key=lambda pair: abs(places[pair[0]] - places[pair[1]]))
    assert set(chosen) == set(widest)


def test_a_measure_of_ones_own_is_recorded_by_its_import_path_and_read_back_where_imports_are_allowed() -> None:
    debate = Debate(["sim/debater", "sim/debater"], protocol=protocols.quality_prune(keep=1, similarity=ngrams), seed=1)
    spec = debate.spec()
    assert spec["protocol"] == {"name": "quality_prune", "keep": 1, "similarity": "moot.protocols.similarity:ngrams"}
    assert Debate.from_spec(spec, imports=True).spec() == spec
    with pytest.raises(SpecError, match="allow-import"):
        Debate.from_spec(spec)
