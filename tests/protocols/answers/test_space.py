"""Equality and counting of answers, by key and by a function of the user."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.errors import SpecError
from moot.protocols.answers import AnswerSpace, group, space_of
from moot.protocols.question import Question, QuestionKind

NUMBERS = st.sampled_from(["1", "1.0", "2", "2.00", "4/2", "0.5", "50%", "1/2", "-1", "1e0"])


def same_letter(one: str, other: str) -> bool:
    return one[0].casefold() == other[0].casefold()


async def same_letter_later(one: str, other: str) -> bool:
    return same_letter(one, other)


def test_equal_answers_are_counted_under_the_first_given(spaces: Mapping[QuestionKind, AnswerSpace]) -> None:
    assert group(spaces["number"], ["3.0", "4", "3", "4.0", "5"]) == {"3.0": (0, 2), "4": (1, 3), "5": (4,)}
    assert group(spaces["text"], ["Paris.", "paris", "Rome"]) == {"Paris.": (0, 1), "Rome": (2,)}
    assert group(spaces["choice"], []) == {}


async def test_classes_are_numbered_as_they_first_appear(spaces: Mapping[QuestionKind, AnswerSpace]) -> None:
    assert await spaces["number"].classes(["3.0", "4", "3", "4.0", "5"]) == (0, 1, 0, 1, 2)
    assert await spaces["bool"].classes([]) == ()


@given(st.lists(NUMBERS), st.randoms())
def test_counting_does_not_depend_on_the_order_of_seats(
    spaces: Mapping[QuestionKind, AnswerSpace], answers: list[str], random: object
) -> None:
    shuffled = list(answers)
    getattr(random, "shuffle")(shuffled)  # noqa: B009  hypothesis' own random
    sizes = sorted(len(places) for places in group(spaces["number"], answers).values())
    assert sizes == sorted(len(places) for places in group(spaces["number"], shuffled).values())


@given(st.lists(NUMBERS))
def test_being_in_one_class_is_being_equal(spaces: Mapping[QuestionKind, AnswerSpace], answers: list[str]) -> None:
    space = spaces["number"]
    for first, places in group(space, answers).items():
        members = {answers[place] for place in places}
        assert all(space.same(first, member) == (member in members) for member in answers)


async def test_a_function_of_the_user_replaces_equality() -> None:
    space = space_of(Question("Where?"), same=same_letter)
    assert not space.keyed
    assert group(space, ["Paris", "Prague", "Rome", "p"]) == {"Paris": (0, 1, 3), "Rome": (2,)}
    assert await space.classes(["Paris", "Prague", "Rome", "p"]) == (0, 0, 1, 0)
    assert space.read("Final answer: Paris\nFinal answer: paris.").answer == "paris."


async def test_an_asynchronous_function_is_awaited_once_per_pair_and_then_known() -> None:
    asked: list[tuple[str, str]] = []

    async def same(one: str, other: str) -> bool:
        asked.append((one, other))
        return await same_letter_later(one, other)

    space = space_of(Question("Where?"), same=same)
    with pytest.raises(SpecError, match="asynchronous"):
        space.same("Paris", "Prague")
    asked.clear()
    assert await space.classes(["Paris", "Prague", "Paris", "Rome"]) == (0, 0, 0, 1)
    assert await space.equal("Prague", "Paris")
    assert asked == [("Paris", "Prague"), ("Paris", "Rome")]
    assert space.same("Prague", "Paris")


async def test_a_class_is_what_its_first_answer_is_equal_to() -> None:
    def near(one: str, other: str) -> bool:
        return abs(int(one) - int(other)) <= 1

    space = space_of(Question("How many?"), same=near)
    assert await space.classes(["1", "2", "3"]) == (0, 0, 1)


def test_keys_say_all_but_for_mathematics(spaces: Mapping[QuestionKind, AnswerSpace]) -> None:
    assert {kind for kind, space in spaces.items() if not space.keyed} == {"math"}
