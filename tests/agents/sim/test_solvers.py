"""Solvers answer what they read whole, exactly, and leave everything else alone."""

import calendar
import datetime
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.agents.sim.dates import WEEKDAYS
from moot.agents.sim.expressions import LIMIT, value, written
from moot.agents.sim.solvers import prime, solve

WHOLE = st.integers(min_value=0, max_value=10**9)
DECIMALS = st.decimals(min_value=0, max_value=10**6, places=3, allow_nan=False).map(lambda number: f"{number:f}")
DATES = st.dates(min_value=datetime.date(1583, 1, 1), max_value=datetime.date(9999, 12, 31))


@pytest.mark.parametrize(
    ("stem", "answer"),
    [
        ("What is 17 * 24?", "408"),
        ("17 x 24 = ?", "408"),
        ("What is 17 times 24?", "408"),
        ("Calculate 17 \N{MULTIPLICATION SIGN} 24.", "408"),
        ("What is 2 + 3 * 4?", "14"),
        ("What is (2 + 3) * 4?", "20"),
        ("What is 7 minus 12?", "-5"),
        ("What is 10 divided by 4?", "2.5"),
        ("What is 10 / 3?", "10/3"),
        ("What is 0.1 + 0.2?", "0.3"),
        ("What is 1/3 + 2/3?", "1"),
        ("What is 2^3^2?", "512"),
        ("What is -2^2?", "-4"),
        ("What is 2 to the power of 10?", "1024"),
        ("What is 5² + 1?", "26"),
        ("What is 1,234,567 + 1?", "1234568"),
        ("What is 15% of 80?", "12"),
        ("What is the square root of 144?", "12"),
        ("What is 17 mod 5?", "2"),
        ("What is the remainder when 1000 is divided by 7?", "6"),
        ("What is the greatest common divisor of 84 and 126?", "42"),
        ("What is the lowest common multiple of 4, 6 and 10?", "60"),
        ("What is the average of 1, 2 and 6?", "3"),
        ("What is the median of 5, 1, 4 and 2?", "3"),
        ("Which is larger, 9.11 or 9.9?", "9.9"),
        ("Which is the smallest: 0.3, 0.29 or 0.305?", "0.29"),
        ("Which of 3/4 and 5/7 is larger?", "3/4"),
        ("Is 9.11 larger than 9.9?", "no"),
        ("Is 2 ^ 7 greater than 5 ^ 3?", "yes"),
        ("Is 91 a prime number?", "no"),
        ("Is 97 prime?", "yes"),
        ("Is 12 an odd number?", "no"),
        ("Is 91 divisible by 7?", "yes"),
        ("Is 49 a perfect square?", "yes"),
        ("What is the smallest prime number greater than 90?", "97"),
        ("How many prime numbers are there below 100?", "25"),
        ("What day of the week was 4 July 1776?", "Thursday"),
        ("On which weekday did July 20th, 1969 fall?", "Sunday"),
        ("How many days are there between 2024-02-28 and 2024-03-01?", "2"),
        ("How many days does February 2023 have?", "28"),
        ("Is 1900 a leap year?", "no"),
        ("If today is Wednesday, which day of the week is it in 10 days?", "Saturday"),
        ("Sort 10, 9.11, 9.9 and 2 in ascending order.", "2, 9.11, 9.9, 10"),
        ("Sort 3, 1, 2 from largest to smallest.", "3, 2, 1"),
        ('How many times does the letter "r" occur in the word "strawberry"?', "3"),
        ("How many letters are in the word 'banana'?", "6"),
        ("Is the word “level” a palindrome?", "yes"),
    ],
)
def test_it_solves(stem: str, answer: str) -> None:
    assert solve(stem) == answer


@pytest.mark.parametrize(
    "stem",
    [
        "What is the capital of France?",
        "What is 5 in Roman numerals?",
        "What is 1 / 0?",
        "What is 9 ^ 999999999?",
        "What is 2 ^ 0.5?",
        "What is the square root of 2?",
        "What is -7 mod 3?",
        "What is 3 apples + 4?",
        "What is 7 +?",
        "What is )( ?",
        "Which is larger, 3 or 3.0?",
        "Which is larger, a mouse or 3?",
        "Sort 3,125,4 in ascending order.",
        "Is Python 3.9 older than Python 3.10?",
        "What day of the week was 30 February 2020?",
        "What day of the week was 4 July 1066?",
        "Is 1500 a leap year?",
        "If today is Someday, which day is it in 3 days?",
        f"Is {10**40 + 1} a prime number?",
        "Is 12 divisible by 0?",
        "How many prime numbers are there below 999999999999?",
        "What is __import__('os').getcwd()?",
        "",
        "?",
        "\N{ARABIC-INDIC DIGIT ONE} * \N{ARABIC-INDIC DIGIT TWO}",
    ],
)
def test_it_leaves_alone_what_it_does_not_read_whole(stem: str) -> None:
    assert solve(stem) is None


@pytest.mark.parametrize(
    ("stem", "options", "answer"),
    [
        ("What is 17 * 24?", ["398", "408.0", "418"], "408.0"),
        ("What is 17 * 24?", ["398", "four hundred and eight"], None),
        ("What is 1 / 4?", ["0.2", "0.25", "1/4"], None),
        ("What is 10 / 3?", ["3.33", "10/3"], "10/3"),
        ("Which of these numbers is prime?", ["91", "97", "87", "93"], "97"),
        ("Which of these numbers is prime?", ["7", "97"], None),
        ("Which of these numbers is the largest?", ["9.11", "9.9"], "9.9"),
        ("Which of these fractions is the smallest?", ["3/11", "2/7", "1/3"], "3/11"),
        ("Which of these four is an even number?", ["3", "5", "8", "9"], "8"),
        ("Is 7 a prime number?", ["Yes", "No"], "Yes"),
        ("What day of the week was 20 July 1969?", ["SUNDAY", "Monday"], "SUNDAY"),
    ],
)
def test_it_names_the_one_option_that_says_the_answer(stem: str, options: list[str], answer: str | None) -> None:
    assert solve(stem, options) == answer


@given(WHOLE, WHOLE, st.sampled_from("+-*"))
def test_whole_numbers_are_computed_exactly(left: int, right: int, sign: str) -> None:
    expected = {"+": left + right, "-": left - right, "*": left * right}[sign]
    assert solve(f"What is {left} {sign} {right}?") == str(expected)
    assert solve(f"What is {left:,} {sign} {right:,}?") == str(expected)


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**20))
def test_what_is_written_is_read_back_as_the_same_number(over: int, under: int) -> None:
    number = Fraction(over, under)
    if abs(number.numerator) < LIMIT and "." not in written(number):
        assert value(written(number)) == number


@given(DECIMALS, DECIMALS)
def test_the_larger_of_two_decimals_is_the_larger_by_value(left: str, right: str) -> None:
    answer = solve(f"Which is larger, {left} or {right}?")
    if Fraction(left) == Fraction(right):
        assert answer is None
    else:
        assert answer == max(left, right, key=Fraction)


@given(st.lists(st.integers(-999, 999), min_size=2, max_size=12))
def test_sorting_keeps_every_number(numbers: list[int]) -> None:
    listed = ", ".join(map(str, numbers))
    assert solve(f"Sort {listed} in ascending order.") == ", ".join(map(str, sorted(numbers)))


@given(DATES)
def test_weekdays_follow_the_calendar_in_every_way_of_writing_a_date(day: datetime.date) -> None:
    month = calendar.month_name[day.month]
    for text in (f"{day.day} {month} {day.year}", f"{month} {day.day}, {day.year}", day.isoformat()):
        assert solve(f"What day of the week was {text}?") == WEEKDAYS[day.weekday()]


@given(DATES, DATES)
def test_days_between_two_dates_do_not_depend_on_their_order(one: datetime.date, other: datetime.date) -> None:
    forward = solve(f"How many days are there between {one} and {other}?")
    assert forward == solve(f"How many days are there between {other} and {one}?")
    assert forward == str(abs((one - other).days))


def test_primes_agree_with_a_sieve() -> None:
    sieve = bytearray([1]) * 50_000
    sieve[:2] = b"\0\0"
    for factor in range(2, 224):
        if sieve[factor]:
            sieve[factor * factor :: factor] = bytes(len(sieve[factor * factor :: factor]))
    assert [number for number in range(50_000) if prime(number)] == [n for n, flag in enumerate(sieve) if flag]


@pytest.mark.parametrize("pseudoprime", [561, 3215031751, 3825123056546413051, 318665857834031151167461])
def test_strong_pseudoprimes_are_not_taken_for_primes(pseudoprime: int) -> None:
    assert not prime(pseudoprime)


@pytest.mark.parametrize(
    "stem",
    [
        "(" * 10**6,
        "What is " + "(" * 80 + "1" + ")" * 80 + "?",
        "-" * 10**6,
        "9" * 10**6,
        "1 " * 10**5,
        "What is " + "9^" * 200 + "9?",
        "1,111" * 10**5,
        "Sort " + "1, " * 10**5 + "2 in ascending order",
        "'" * 10**5,
        "what is what is " * 10**4,
    ],
)
def test_hostile_texts_are_refused_at_once(stem: str) -> None:
    began = time.process_time()
    assert solve(stem) is None
    assert value(stem) is None
    assert time.process_time() - began < 2


@given(st.text(max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    assert solve(text) is None or isinstance(solve(text), str)
    solve(text, ["1", "2"])
    solve("What is 1 + 1?", [text, "2"])
