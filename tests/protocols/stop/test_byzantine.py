"""More than floor(2n/3) of a layer agree: the rest cannot change it, and the order of speaking does not matter."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moot.protocols import stop
from moot.protocols.question import Question
from moot.protocols.standing import Standing
from moot.protocols.stop.byzantine import byzantine_agreement
from moot.protocols.transcript import Transcript, Turn

SAID = st.lists(st.none() | st.sampled_from("AB"), max_size=9)


@pytest.mark.parametrize(("layer", "needed"), [(1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (6, 5), (7, 5), (9, 7)])
def test_how_many_must_agree(layer: int, needed: int) -> None:
    assert byzantine_agreement(["A"] * needed, layer) == "A"
    assert byzantine_agreement(["A"] * (needed - 1), layer) is None


@settings(deadline=None, max_examples=60)
@given(SAID, SAID)
def test_what_is_agreed_on_stays_whatever_the_rest_say(said: list[str | None], more: list[str | None]) -> None:
    layer = len(said) + len(more)
    agreed = byzantine_agreement(said, layer)
    if agreed is not None:
        assert byzantine_agreement([*said, *more], layer) == agreed
        assert byzantine_agreement([*more, *said], layer) == agreed


def test_replies_without_an_answer_agree_only_where_it_is_asked_for() -> None:
    assert byzantine_agreement([None, None, None], 4) is None
    assert byzantine_agreement([None, None, None], 4, nothing_agrees=True) == ""
    assert byzantine_agreement([None, "A", None], 4, nothing_agrees=True) is None


def held(answers: list[str | None]) -> Standing:
    turns = [
        Turn(id=f"0:a{seat}", wave=0, round=0, seat=f"a{seat}", role="debater", answer=answer, vote=answer, status="ok")
        for seat, answer in enumerate(answers)
    ]
    return Standing(question=Question("Well?"), seats=tuple(turn.seat for turn in turns), transcript=Transcript(turns))


def test_as_a_rule_it_is_asked_after_the_round() -> None:
    rule = stop.rule("byzantine")
    assert rule == stop.byzantine()
    assert rule.test(held(["A", "A", "B", "A"])) == "byzantine: 3 of 4 answered A"
    assert rule.test(held(["A", "A", "B", None])) is None
    assert rule.test(held([])) is None
