"""When a debate ends: by what share, over how many rounds, with whom missing, and at which limit."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import product

import pytest

from moot.errors import SpecError
from moot.protocols import stop
from moot.protocols.question import Question
from moot.protocols.standing import Standing
from moot.protocols.stop.rule import Stop
from moot.protocols.tally import Tally
from moot.protocols.transcript import Transcript, Turn

Said = str | None


def standing(
    rounds: Sequence[Sequence[Said]],
    sure: Sequence[float | None] = (),
    usage: Tally | None = None,
    elapsed_s: float = 0.0,
) -> Standing:
    """A debate with these answers, round after round; how sure all are is of every round."""
    turns = [
        Turn(
            id=f"{wave}:a{seat}", wave=wave, round=wave, seat=f"a{seat}", role="debater", answer=said, vote=said,
            confidence=sure[seat] if sure else None, status="unparsed" if said is None else "ok",
        )
        for wave, answers in enumerate(rounds)
        for seat, said in enumerate(answers)
    ]  # fmt: skip
    seats = tuple(dict.fromkeys(turn.seat for turn in turns))
    return Standing(
        question=Question("Well?"),
        seats=seats,
        transcript=Transcript(turns),
        usage=usage or Tally(),
        elapsed_s=elapsed_s,
    )


def fires(rule: Stop, stands: Standing) -> bool:
    return rule.test(stands) is not None


@pytest.mark.parametrize("seats", range(1, 6))
def test_of_all_ways_to_answer_enough_are_the_share_that_was_asked_for(seats: int) -> None:
    for said in product(["A", "B", None], repeat=seats):
        most = max(Counter(one for one in said if one is not None).values(), default=0)
        stands = standing([said])
        assert fires(stop.unanimous(), stands) == (most == seats)
        assert fires(stop.byzantine(), stands) == (3 * most > 2 * seats)
        for share in (Fraction(3, 5), Fraction(2, 3), Fraction(4, 5), Fraction(1)):
            assert fires(stop.agreement(share=float(share)), stands) == (most >= share * seats)


def test_where_two_answers_have_enough_nothing_is_agreed() -> None:
    assert not fires(stop.agreement(share=0.5), standing([["A", "A", "B", "B"]]))
    assert fires(stop.agreement(share=0.5), standing([["A", "A", "B", "C"]]))


def test_agreement_holds_only_where_it_is_on_one_answer_in_every_round() -> None:
    rule = stop.agreement(share=2 / 3, hold=2)
    assert not fires(rule, standing([["A", "A", "B"]]))
    assert not fires(rule, standing([["A", "A", "B"], ["B", "A", "B"]]))
    assert fires(rule, standing([["B", "B", "B"], ["A", "A", "B"], ["A", "C", "A"]]))


@pytest.mark.parametrize("rounds", [1, 2])
def test_answers_are_stable_where_each_seat_kept_its_own(rounds: int) -> None:
    rule, same = stop.stable(rounds=rounds), ["A", "B", "A"]
    assert not fires(rule, standing([same] * rounds))
    assert fires(rule, standing([same] * (rounds + 1)))
    assert not fires(rule, standing([["B", "A", "A"], *[same] * rounds]))  # they traded places
    assert not fires(rule, standing([["A", "B", None]] * (rounds + 1)))  # silence is no answer that is kept


def test_a_spread_is_steady_where_it_moved_by_less_than_the_distance() -> None:
    quarter = [["A", "A", "A", "B"], ["A", "A", "B", "B"]]
    assert not fires(stop.steady(distance=0.25, hold=1), standing(quarter))
    assert fires(stop.steady(distance=0.26, hold=1), standing(quarter))
    assert fires(stop.steady(distance=0.05, hold=1), standing([["A", "B"], ["B", "A"]]))
    assert not fires(stop.steady(hold=1), standing([["A", "B"], [None, None]]))
    assert not fires(stop.steady(hold=2), standing([["A", "B"]] * 2))


def test_everyone_has_to_be_as_sure_as_was_asked_for() -> None:
    rule, said = stop.confident(share=0.9), [["A", "B"]]
    assert fires(rule, standing(said, sure=[0.9, 1.0]))
    assert not fires(rule, standing(said, sure=[0.89, 1.0]))
    assert not fires(rule, standing(said, sure=[None, 1.0]))
    assert not fires(rule, standing([]))


@pytest.mark.parametrize(
    ("rule", "below", "reached"),
    [
        (stop.calls(limit=6), {"usage": Tally(calls=5)}, {"usage": Tally(calls=6)}),
        (
            stop.tokens(limit=100),
            {"usage": Tally(prompt_tokens=90, completion_tokens=9)},
            {"usage": Tally(prompt_tokens=90, completion_tokens=10)},
        ),
        (stop.usd(limit=0.5), {"usage": Tally(cost_nano_usd=499_999_999)}, {"usage": Tally(cost_nano_usd=500_000_000)}),
        (stop.minutes(limit=2), {"elapsed_s": 119.0}, {"elapsed_s": 120.0}),
    ],
    ids=lambda value: str(value) if isinstance(value, Stop) else "",
)
def test_a_limit_is_reached_where_it_is_met(rule: Stop, below: dict[str, object], reached: dict[str, object]) -> None:
    assert not fires(rule, standing([["A"]], **below))  # type: ignore[arg-type]  # one of the arguments above
    assert fires(rule, standing([["A"]], **reached))  # type: ignore[arg-type]  # one of the arguments above


def test_an_unknown_cost_never_ends_a_debate_and_rounds_do() -> None:
    assert not fires(stop.usd(limit=0.01), standing([["A"]], usage=Tally(cost_nano_usd=None)))
    assert not fires(stop.rounds(limit=2), standing([["A"]]))
    assert fires(stop.rounds(limit=2), standing([["A"], ["B"]]))


def test_both_fire_where_both_do_and_either_where_one_does() -> None:
    many, agreed = stop.rounds(limit=2), stop.unanimous()
    for rounds, first, second in (([["A", "A"]], 0, 1), ([["A", "B"]] * 2, 1, 0), ([["A", "A"]] * 2, 1, 1)):
        assert fires(many | agreed, standing(rounds)) == bool(first or second)
        assert fires(many & agreed, standing(rounds)) == bool(first and second)


def test_a_share_above_all_is_refused() -> None:
    with pytest.raises(SpecError, match="share"):
        stop.agreement(share=1.5)
