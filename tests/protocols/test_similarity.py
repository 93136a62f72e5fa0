"""How alike texts are: symmetrical, from 0 to 1, the same on every machine, and through a port for others' measures."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.errors import SpecError
from moot.protocols.similarity import MEASURES, Matrix, alike

TEXTS = st.lists(st.text(max_size=60), min_size=1, max_size=5)


@pytest.mark.parametrize("name", ["words", "ngrams"])
@given(texts=TEXTS)
def test_a_measure_is_symmetrical_and_from_0_to_1(name: str, texts: list[str]) -> None:
    matrix = MEASURES[name](texts)  # type: ignore[index]  # names of measures are literals
    for place, row in enumerate(matrix):
        assert row[place] == pytest.approx(1)
        for other, value in enumerate(row):
            assert -1e-12 <= value <= 1 + 1e-12
            assert value == matrix[other][place]


@pytest.mark.parametrize("name", ["words", "ngrams"])
def test_more_in_common_is_more_alike(name: str) -> None:
    asked = "Which river flows through Paris?"
    near, far = "The river that flows through Paris is the Seine.", "Copper melts at 1085 degrees."
    row = MEASURES[name]([asked, near, far])[0]  # type: ignore[index]  # names of measures are literals
    assert row[1] > row[2]


def test_case_and_spaces_make_no_difference() -> None:
    assert MEASURES["ngrams"](["Two  words\n", "TWO WORDS"])[0][1] == pytest.approx(1)


async def test_a_measure_of_ones_own_may_be_asynchronous() -> None:
    async def by_length(texts: Sequence[str]) -> Matrix:
        return [[-abs(len(one) - len(other)) for other in texts] for one in texts]

    assert await alike(["a", "bbb"], by_length) == [[0, -2], [-2, 0]]


@pytest.mark.parametrize("matrix", [[], [[1.0]], [[1.0, 0.5], [0.5]], [[1.0, float("nan")], [0.5, 1.0]]])
async def test_what_is_no_matrix_of_the_texts_is_refused(matrix: list[list[float]]) -> None:
    with pytest.raises(SpecError, match="2 texts"):
        await alike(["a", "b"], lambda texts: matrix)
