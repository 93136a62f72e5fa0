"""What is true in the simulated world."""

import json
from collections import Counter
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.agents.sim import bank, truth
from moot.agents.sim.beliefs import beliefs
from moot.agents.sim.debater import Debater
from moot.agents.sim.world import STANCES, item_of

OPTIONS = ("alpha", "beta", "gamma", "delta")


@dataclass(frozen=True)
class Asked:
    """A question, by shape."""

    text: str
    kind: str
    options: tuple[str, ...] | None = None


def test_the_bank_is_known_in_any_order_of_its_options() -> None:
    for item in bank():
        if item.options is not None:
            assert truth(item.question, item.options[::-1]) == item.answer


def test_what_can_be_worked_out_is_known() -> None:
    assert truth("Which is larger, 9.11 or 9.9?") == "9.9"
    assert truth(Asked("What is 17 * 24?", "number")) == "408"
    assert truth(Asked("Is 91 a prime number?", "bool")) == "no"


def test_open_text_and_opinions_have_no_truth() -> None:
    assert truth("Should cities ban cars?") is None
    assert truth(Asked("How likely is rain?", "probability")) is None
    assert truth(Asked("How good is this poem?", "score")) is None


@given(st.permutations(OPTIONS), st.integers(0, 50))
def test_the_hash_world_goes_by_texts_not_by_letters(options: list[str], number: int) -> None:
    text = f"Which frob is number {number}?"
    assert truth(text, options) == truth(f" which FROB is number {number}? ", OPTIONS)


def test_the_hash_world_favours_no_option_and_differs_between_worlds() -> None:
    counts = Counter(truth(f"Frob {i}?", OPTIONS) for i in range(2000))
    assert min(counts.values()) > 500 - 4.5 * sqrt(2000 * 0.25 * 0.75)
    same = sum(truth(f"Frob {i}?", OPTIONS) == truth(f"Frob {i}?", OPTIONS, world=1) for i in range(2000))
    assert same / 2000 == pytest.approx(0.25, abs=4.5 * sqrt(0.25 * 0.75 / 2000))


def test_beliefs_go_with_the_texts_when_options_are_shuffled() -> None:
    debater = Debater()
    for i in range(50):
        item, other = (item_of(f"Frob {i}?", "choice", order, 0, None) for order in (OPTIONS, OPTIONS[::-1]))
        assert dict(zip(item.answers, beliefs(item, debater.mind), strict=True)) == dict(
            zip(other.answers, beliefs(other, debater.mind), strict=True)
        )


@pytest.mark.parametrize(
    "text", ["What is 17 * 24?", "How many frobs are there?", "What is 0.5 + 0.25?", "What is 3 - 10?"]
)
def test_a_number_has_three_different_lures(text: str) -> None:
    item = item_of(text, "number", None, 0, None)
    assert item.answers[0] == item.truth
    assert len({float(answer) for answer in item.answers}) == 4


def test_a_comparison_is_lured_by_the_other_number() -> None:
    assert "9.11" in item_of("Which is larger, 9.11 or 9.9?", "text", None, 0, None).answers


def test_each_kind_offers_answers_of_its_kind() -> None:
    assert set(item_of("Is it so?", "bool", None, 0, None).answers) == {"yes", "no"}
    assert item_of("Should zoos exist?", "text", None, 0, None).answers == STANCES
    assert item_of("How likely?", "probability", None, 0, None).answers[0] == "0.05"
    assert item_of("How good?", "score", None, 0, None).answers == tuple(map(str, range(1, 11)))
    assert len(set(item_of("Simplify it.", "math", None, 0, None).answers)) == 4


def test_an_item_of_the_bank_asked_without_options_keeps_them_in_mind() -> None:
    item = item_of("Which city is the capital of Australia?", "text", None, 0, None)
    assert item.truth == "Canberra"
    assert "Sydney" in item.answers
    assert len(item.answers) == 4


def test_a_pack_of_ones_own_is_asked_first(tmp_path: Path) -> None:
    pack = tmp_path / "pack.jsonl"
    rows = [
        {"question": "What is 17 * 24?", "answer": "409", "kind": "number"},
        {"question": "Who leads?", "options": ["ada", "bo"], "answer": "bo", "domain": "people", "difficulty": -3},
    ]
    pack.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert item_of("What is 17 * 24?", "number", None, 0, str(pack)).truth == "409"
    item = item_of("Who leads?", "choice", ("bo", "ada"), 0, str(pack))
    assert (item.truth, item.domain, item.difficulty) == ("bo", "people", -3)
