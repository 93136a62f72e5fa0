"""What simulated models can work out: whole-number and decimal arithmetic, comparisons, dates, small logic.

A solver answers only where it reads the whole question; everything else is None, never a guess.
Numbers are exact throughout, texts are read in linear time and sizes are bounded.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from math import gcd, isqrt, lcm, prod

from moot.agents.sim.dates import calendar_answer
from moot.agents.sim.expressions import LIMIT, value, written
from moot.agents.sim.phrases import LONGEST, cleaned, fitted

PRIME_LIMIT = 3_317_044_064_679_887_385_961_981
"""Below this the Miller-Rabin test with the first 13 primes as bases is a proof (arXiv:1509.00864)."""

_BASES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)
_COUNT_LIMIT = 20_000
_ASKS = ("what is value of {}", "what is result of {}", "what is {}", "how much is {}", "calculate {}", "compute {}")
_EVALUATES = (*_ASKS, "evaluate {}", "work out {}", "what does {} equal", "find {}", "{}")


def solve(stem: str, options: Sequence[str] | None = None) -> str | None:
    """The right answer of a question that can be computed, or None.

    Args:
        stem: The question's text, read whole: `What is 17 * 24?`, `Which is larger, 9.11 or 9.9?`,
            `What day of the week was 20 July 1969?`, `Is 91 a prime number?`.
        options: What may be chosen; the answer is then the one option that says it.

    Returns:
        A number in digits, `yes` or `no`, a weekday, a list with commas, or an option as given.

    >>> solve("What is 17 * 24?"), solve("Which is larger, 9.11 or 9.9?")
    ('408', '9.9')
    """
    if len(stem) > LONGEST:
        return None
    text = cleaned(stem)
    if options is not None and (chosen := _among(text, options)) is not None:
        return chosen
    answer = next((found for rule in _RULES if (found := rule(text)) is not None), None)
    if answer is None or options is None:
        return answer
    return _option(answer, options)


def prime(number: int) -> bool:
    """Whether the number is prime; certain below `PRIME_LIMIT`.

    >>> [n for n in range(20) if prime(n)]
    [2, 3, 5, 7, 11, 13, 17, 19]
    """
    if number < 2 or any(number % base == 0 for base in _BASES):
        return number in _BASES
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(_passes(pow(base, odd, number), twos, number) for base in _BASES)


def _passes(power: int, twos: int, number: int) -> bool:
    for _ in range(twos):
        if power in {1, number - 1}:
            return True
        power = power * power % number
    return False


def _option(answer: str, options: Sequence[str]) -> str | None:
    """The one option that says the answer, by value or by its words."""
    number = value(answer)
    same = [
        option
        for option in options
        if (number is not None and value(option) == number) or option.strip().casefold() == answer.casefold()
    ]
    return same[0] if len(same) == 1 else None


def _among(text: str, options: Sequence[str]) -> str | None:
    """Of questions about the options themselves, the one that fits."""
    numbers = [value(option) for option in options]
    if any(number is None for number in numbers):
        return None
    known = [number for number in numbers if number is not None]
    if found := fitted(text, ("what of these {}", "what one of these {}", "which of these {}")):
        fits = _fitting(found[0].split(), known)
        return options[fits[0]] if len(fits) == 1 else None
    return None


def _fitting(words: Sequence[str], numbers: Sequence[Fraction]) -> list[int]:
    """The places of the numbers for which the words hold: `fractions is smallest`, `is prime`."""
    predicate = list(words)
    while predicate and predicate[0] in {"fractions", "decimals", "values", "four", "five", "three", "two"}:
        predicate.pop(0)
    match predicate:
        case ["is", "largest"]:
            return [place for place, number in enumerate(numbers) if number == max(numbers)]
        case ["is", "smallest"]:
            return [place for place, number in enumerate(numbers) if number == min(numbers)]
        case ["is", *rest]:
            return [place for place, number in enumerate(numbers) if _holds(number, " ".join(rest))]
        case _:
            return []


def _arithmetic(text: str) -> str | None:
    for form in _EVALUATES:
        if (found := fitted(text, (form,))) and (number := value(found[0])) is not None:
            return written(number)
    return None


def _named(text: str) -> str | None:
    """Sums, products, remainders, common divisors and multiples of listed numbers."""
    if found := fitted(text, ("what is remainder when {} is divided by {}", "what is remainder of {} divided by {}")):
        left, right = _whole(found[0]), _whole(found[1])
        return None if left is None or right is None or left < 0 or right < 1 else str(left % right)
    for form, rule in _FUNCTIONS.items():
        if found := fitted(text, (form,)):
            numbers = _listed(found[0])
            result = None if numbers is None or len(numbers) < 2 else rule(numbers)
            return None if result is None or result >= LIMIT else written(Fraction(result))
    return None


def _whole_only(rule: Callable[..., int]) -> Callable[[Sequence[Fraction]], int | None]:
    def of(numbers: Sequence[Fraction]) -> int | None:
        if any(number.denominator != 1 or number < 1 for number in numbers):
            return None
        return rule(*(number.numerator for number in numbers))

    return of


def _total(numbers: Sequence[Fraction]) -> Fraction:
    return sum(numbers, start=Fraction(0))


def _product(numbers: Sequence[Fraction]) -> Fraction:
    return prod(numbers, start=Fraction(1))


def _mean(numbers: Sequence[Fraction]) -> Fraction:
    return _total(numbers) / len(numbers)


def _median(numbers: Sequence[Fraction]) -> Fraction:
    middle = sorted(numbers)
    return (middle[(len(middle) - 1) // 2] + middle[len(middle) // 2]) / 2


_FUNCTIONS: dict[str, Callable[[Sequence[Fraction]], Fraction | int | None]] = {
    "what is sum of {}": _total,
    "what is product of {}": _product,
    "what is mean of {}": _mean,
    "what is average of {}": _mean,
    "what is median of {}": _median,
    "what is largest common divisor of {}": _whole_only(gcd),
    "what is largest common factor of {}": _whole_only(gcd),
    "what is smallest common multiple of {}": _whole_only(lcm),
}


def _comparison(text: str) -> str | None:
    for word, pick in (("larger", max), ("smaller", min), ("largest", max), ("smallest", min)):
        for form in (f"what is {word} , {{}}", f"what is {word} : {{}}", f"what of {{}} is {word}"):
            if found := fitted(text, (form,)):
                return _extreme(found[0], pick)
    for word, sign in (("larger", 1), ("smaller", -1)):
        if found := fitted(text, (f"is {{}} {word} than {{}}",)):
            left, right = value(found[0]), value(found[1])
            return None if left is None or right is None else _yes(sign * left > sign * right)
    return None


def _extreme(listed: str, pick: Callable[[Sequence[Fraction]], Fraction]) -> str | None:
    """The largest or smallest of the listed, as it was written; None where two share that place."""
    parts = _parts(listed)
    numbers = [number for part in parts if (number := value(part)) is not None]
    if len(numbers) < max(2, len(parts)) or numbers.count(pick(numbers)) > 1:
        return None
    return parts[numbers.index(pick(numbers))].replace(" ", "")


def _yes_or_no(text: str) -> str | None:
    if found := fitted(text, ('is word "{}" palindrome', 'is "{}" palindrome')):
        return _yes(found[0] == found[0][::-1])
    if not text.startswith("is "):
        return None
    subject, _, predicate = text.removeprefix("is ").partition(" ")
    number = value(subject)
    holds = None if number is None else _holds(number, predicate)
    return None if holds is None else _yes(holds)


def _holds(number: Fraction, predicate: str) -> bool | None:
    """Whether the predicate is true of the number; None for a predicate that is not known."""
    if predicate.startswith("divisible by "):
        divisor = _whole(predicate.removeprefix("divisible by "))
        return None if divisor is None or divisor < 1 else number % divisor == 0
    if (test := _PREDICATES.get(predicate)) is None:
        return None
    return False if number.denominator != 1 else test(number.numerator)


def _perfect_square(whole: int) -> bool:
    return whole >= 0 and isqrt(whole) ** 2 == whole


_PREDICATES: dict[str, Callable[[int], bool | None]] = {
    "prime": lambda whole: prime(whole) if whole < PRIME_LIMIT else None,
    "even": lambda whole: whole % 2 == 0,
    "odd": lambda whole: whole % 2 == 1,
    "square": _perfect_square,
    "perfect square": _perfect_square,
}


def _primes(text: str) -> str | None:
    if found := fitted(text, ("what is smallest prime larger than {}", "what is first prime after {}")):
        start = _whole(found[0])
        if start is None or not 0 <= start < 10**15:
            return None
        return str(next(number for number in range(start + 1, 2 * start + 3) if prime(number)))
    if found := fitted(text, ("how many prime are there below {}", "how many primes are there below {}")):
        end = _whole(found[0])
        return None if end is None or not 0 <= end <= _COUNT_LIMIT else str(sum(map(prime, range(end))))
    return None


def _sorting(text: str) -> str | None:
    upward = ("sort {} in ascending order", "sort {} from smallest to largest", "sort {} in increasing order")
    downward = ("sort {} in descending order", "sort {} from largest to smallest", "sort {} in decreasing order")
    for forms, reverse in ((upward, False), (downward, True)):
        if found := fitted(text, forms):
            parts = _parts(found[0].removeprefix(": "))
            pairs = [(number, part) for part in parts if (number := value(part)) is not None]
            if len(pairs) < max(2, len(parts)):
                return None
            return ", ".join(
                part.replace(" ", "") for _, part in sorted(pairs, key=lambda pair: pair[0], reverse=reverse)
            )
    return None


def _letters(text: str) -> str | None:
    if found := fitted(text, ('how many letters are in word "{}"', 'how many letters does word "{}" have')):
        return str(len(found[0])) if found[0].isalpha() else None
    occurs = ('how many times does letter "{}" occur in word "{}"', 'how many times does letter "{}" occur in "{}"')
    if (found := fitted(text, occurs)) and len(found[0]) == 1 and found[1].isalpha():
        return str(found[1].count(found[0]))
    return None


def _parts(listed: str) -> list[str]:
    """The members of `3 , 1 and 2`; a number with an inner comma could be two, so it makes none."""
    if any(char.isdigit() and after == "," for char, after in pairwise(listed)):
        return []
    split = listed.replace(" or ", " , ").replace(" and ", " , ").split(",")
    return [part.strip() for part in split if part.strip()]


def _listed(text: str) -> list[Fraction] | None:
    numbers = [value(part) for part in _parts(text)]
    known = [number for number in numbers if number is not None]
    return known if len(known) == len(numbers) else None


def _whole(text: str) -> int | None:
    number = value(text)
    return None if number is None or number.denominator != 1 else number.numerator


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


_RULES: tuple[Callable[[str], str | None], ...] = (
    _arithmetic,
    _named,
    _comparison,
    calendar_answer,
    _yes_or_no,
    _primes,
    _sorting,
    _letters,
)
