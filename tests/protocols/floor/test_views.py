"""How others' turns are shown: counted, grouped, as statistics, numbered, shuffled, shortened, with confidence."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot import Agent, Debate, Question, Request, Result
from moot.agents.sim.reader import read
from moot.protocols import View, society
from moot.testing import Script

COLOUR = Question("Which colour?", options=["red", "green", "blue"])
NUMBER = Question("How many?", kind="number")
MESSAGE = re.compile(r"<message([^>]*)>\n(.*?)\n</message>", re.DOTALL)


def held(view: View, *said: str, question: Question = COLOUR, seed: int = 1) -> Result:
    agents = [Agent(f"a{place}", Script.by(partial(_same, words))) for place, words in enumerate(said, 1)]
    return Debate(agents, protocol=society(rounds=2, view=view), seed=seed).run(question, runtime="local")


def _same(words: str, _: Request) -> str:
    return words


def shown(result: Result, seat: str = "a1") -> list[tuple[str, str]]:
    turn = next(turn for turn in result.transcript.round(1) if turn.seat == seat)
    return [(attributes.strip(), body) for attributes, body in MESSAGE.findall(turn.prompt[-1].content)]


SAID = ("Final answer: A", "Green. Final answer: B", "Final answer: C", "Grass.\nFinal answer: B")


def test_counts_say_how_many_gave_each_answer_and_nothing_else() -> None:
    result = held(View(form="counts"), *SAID)
    assert shown(result) == [
        ('size="2" round="0"', "Final answer: green"),
        ('size="1" round="0"', "Final answer: blue"),
    ]
    assert result.transcript.turn("1:a1").heard == ("0:a2", "0:a3", "0:a4")  # type: ignore[union-attr]


def test_groups_hold_the_words_of_those_who_agree() -> None:
    (first, words), _ = shown(held(View(form="groups"), *SAID))
    assert first == 'size="2" round="0"'
    assert words == "Green. Final answer: B\n\nGrass.\nFinal answer: B"


def test_answers_alone_leave_the_reasons_out() -> None:
    assert [body for _, body in shown(held(View(form="answers"), *SAID))] == [
        "Final answer: green",
        "Final answer: blue",
        "Final answer: green",
    ]


def test_statistics_give_median_and_quartiles() -> None:
    said = [f"Final answer: {number}" for number in (9, 1, 2, 3, 10)]
    (attributes, body) = shown(held(View(form="statistics"), *said, question=NUMBER))[0]
    assert attributes == 'size="4" round="0"'
    assert body == "Median 2.5, quartiles 1.75 and 4.75.\nFinal answer: 2.5"


def test_numbered_authors_give_nobody_away() -> None:
    result = held(View(anonymous=True), *SAID)
    assert [attributes for attributes, _ in shown(result)] == [f'author="participant-{n}" round="0"' for n in (1, 2, 3)]
    assert not re.search(r"\ba[2-5]\b", result.transcript.round(1)[0].prompt[-1].content)


def test_a_drawn_order_is_another_for_every_seat_and_seed_and_holds_the_same_replies() -> None:
    said = [f"I say {n}. Final answer: A" for n in range(6)]
    orders = {
        (seed, seat): tuple(body for _, body in shown(held(View(shuffled=True), *said, seed=seed), seat))
        for seed in (1, 2)
        for seat in ("a1", "a2")
    }
    assert len(set(orders.values())) == 4
    assert {frozenset(order) for (_, seat), order in orders.items() if seat == "a1"} == {frozenset(said[1:])}
    assert orders[1, "a1"] == tuple(body for _, body in shown(held(View(shuffled=True), *said, seed=1)))


def test_replies_with_the_readers_own_answer_are_left_out_and_not_heard() -> None:
    result = held(View(distinct=True), *SAID)
    assert [body for _, body in shown(result, "a2")] == ["Final answer: A", "Final answer: C"]
    assert result.transcript.turn("1:a2").heard == ("0:a1", "0:a3")  # type: ignore[union-attr]


ALIKE = (
    "Grass is green.\nFinal answer: B",
    "Grass is Green!\nFinal answer: C",
    "Roses.\nFinal answer: A",
    "Sky.\nFinal answer: B",
)


@pytest.mark.parametrize("similarity", ["words", "ngrams"])
def test_replies_that_repeat_the_readers_own_words_are_left_out_and_not_heard(
    similarity: Literal["words", "ngrams"],
) -> None:
    result = held(View(similarity=similarity, threshold=0.7), *ALIKE)
    assert [body for _, body in shown(result)] == [ALIKE[2], ALIKE[3]]
    assert result.transcript.turn("1:a1").heard == ("0:a3", "0:a4")  # type: ignore[union-attr]
    assert len(shown(held(View(similarity=similarity, threshold=1.0), *ALIKE))) == 3


def test_a_measure_of_ones_own_may_be_an_embedding() -> None:
    async def starts_alike(texts: Sequence[str]) -> list[list[float]]:
        return [[float(text[0] == other[0]) for other in texts] for text in texts]

    said = [f"{word}\nFinal answer: A" for word in ("Grey.", "Green.", "Red.")]
    assert [body for _, body in shown(held(View(similarity=starts_alike), *said))] == said[2:]


def test_long_words_are_cut_and_keep_their_answer() -> None:
    said = ("Final answer: A", "one two three four five\nFinal answer: B")
    assert shown(held(View(words=3), *said))[0][1] == "one two three …\nFinal answer: B"


@pytest.mark.parametrize(("map", "stated"), [("stated", "0.85"), ("reconcile", "0.5")])
def test_confidence_stands_beside_the_words_through_the_map(map: str, stated: str) -> None:
    said = ("Final answer: A", "Final answer: B\nConfidence: 85%")
    assert f'confidence="{stated}"' in shown(held(View(confidence=map), *said))[0][0]  # type: ignore[arg-type]


@given(st.lists(st.sampled_from("ABC"), min_size=2, max_size=6), st.sampled_from(["counts", "groups", "words"]))
def test_a_simulated_model_reads_the_same_opinions_in_every_form(letters: Sequence[str], form: str) -> None:
    result = held(View(form=form), *[f"Final answer: {letter}" for letter in letters])  # type: ignore[arg-type]
    turn = result.transcript.round(1)[0]
    heard = sorted(peer.answer or "" for peer in read(turn.prompt).peers)
    assert heard == sorted({"A": "red", "B": "green", "C": "blue"}[letter] for letter in letters[1:])


def test_only_the_commonest_answers_are_shown_where_the_view_says_so() -> None:
    result = held(View(form="groups", largest=1), *SAID)
    assert [attributes for attributes, _ in shown(result)] == ['size="2" round="0"']
    assert result.transcript.turn("1:a1").heard == ("0:a2", "0:a4")  # type: ignore[union-attr]


def test_of_all_replies_of_a_peer_the_window_leaves_the_latest() -> None:
    agents = [Agent(name, Script([f"{name} {n}. Final answer: A" for n in range(4)])) for name in ("ada", "bo")]
    result = Debate(agents, protocol=society(rounds=4, view=View(peers="all", window=2)), seed=1).run(
        COLOUR, runtime="local"
    )
    last = result.transcript.round(3)[0]
    assert last.heard == ("1:bo", "2:bo")
    assert "bo 0" not in last.prompt[-1].content


@pytest.mark.parametrize("pace", ["round", "free"])
def test_those_whom_a_seat_does_not_hear_can_be_counted(pace: Literal["round", "free"]) -> None:
    agents = [Agent(f"a{place}", Script.by(partial(_same, words))) for place, words in enumerate(SAID, 1)]
    protocol = society(rounds=2, pace=pace, view=View(beyond="counts"))
    result = Debate(agents, "groups?count=2", protocol, seed=1).run(COLOUR, runtime="local")
    assert shown(result) == [
        ('author="a2" round="0"', "Green. Final answer: B"),
        ('size="1" round="0"', "Final answer: blue"),
        ('size="1" round="0"', "Final answer: green"),
    ]
    assert result.transcript.turn("1:a1").heard == ("0:a2", "0:a3", "0:a4")  # type: ignore[union-attr]
