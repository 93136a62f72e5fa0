"""Equality of expressions, at sight and by computation."""

from collections.abc import Iterator

import pytest

from moot.protocols.answers import AnswerSpace, close_workers, group, space_of
from moot.protocols.question import Question

EQUAL = [
    (r"\frac{1}{2}", "0.5"),
    (r"\dfrac12", r"\frac{2}{4}"),
    (r"\sqrt8", r"2\sqrt{2}"),
    ("1,200", "1200"),
    ("x = 5", "5"),
    ("50%", "0.5"),
    (r"75\%", r"\frac{3}{4}"),
    ("1e3", "1000"),
    (r"\{1,2,3\}", r"\{3,2,1\}"),
    ("(1,2)", "(1, 2)"),
    ("x^2+2x+1", "(x+1)^2"),
    (r"2\pi r", r"2 r \pi"),
    (r"\sin^2 x+\cos^2 x", "1"),
    ("[0,1)", r"0\le x<1"),
    ("3+4i", "4i+3"),
    (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", r"\begin{bmatrix}1&2\\3&4\end{bmatrix}"),
    (r"\log_2 8", "3"),
    ("sqrt(2)", r"\sqrt{2}"),
    ("2^{-1}", "0.5"),
    (r"\binom{5}{2}", "10"),
    (r"5 \text{ cm}", "5 cm"),
    ("No solution", r"\text{no solution}"),
    (r"\left(x+1\right)", "(x+1)"),
]
UNEQUAL = [
    ("(1,2)", "(2,1)"),
    (r"\infty", r"-\infty"),
    (r"\pi", "3.14"),
    ("1/3", "0.333333"),
    ("x", "y"),
    ("tea", "eat"),
    ("no solution", "no real solution"),
    ("5 cm", "6 cm"),
    (r"\frac{", r"\frac{1}"),
    ("x+1", "x-1"),
    ("2", "-2"),
    (r"\text{no}", "on"),
]


@pytest.fixture
def anyio_backend() -> str:
    """What starts processes runs on asyncio."""
    return "asyncio"


@pytest.fixture(scope="module")
def maths() -> Iterator[AnswerSpace]:
    yield space_of(Question("What is x?", kind="math"))
    close_workers()


@pytest.mark.parametrize(("one", "other"), EQUAL)
async def test_equal_expressions_are_equal_in_both_directions(maths: AnswerSpace, one: str, other: str) -> None:
    assert await maths.equal(one, other)
    assert await maths.equal(other, one)
    assert maths.same(one, other)


@pytest.mark.parametrize(("one", "other"), UNEQUAL)
async def test_other_expressions_are_not(maths: AnswerSpace, one: str, other: str) -> None:
    assert not await maths.equal(one, other)
    assert not await maths.equal(other, one)


async def test_answers_are_counted_by_what_they_are_worth(maths: AnswerSpace) -> None:
    answers = [r"\frac{1}{2}", "x+x", "0.5", "2x", r"\sqrt{1/4}", "no"]
    assert await maths.classes(answers) == (0, 1, 0, 1, 0, 2)
    assert group(maths, answers) == {r"\frac{1}{2}": (0, 2, 4), "x+x": (1, 3), "no": (5,)}


async def test_equal_keys_are_equal_without_computing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nonexistent")  # no worker could start
    close_workers()
    space = space_of(Question("What is x?", kind="math"))
    assert await space.equal("1,200.0", "1200")
    assert await space.equal("x + 1", "x+1")
    assert not await space.equal("1/3", "0.333")
    assert not await space.equal("no solution", "5")
