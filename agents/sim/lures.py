"""Wrong answers that come to mind: slips of a number, other answers of a domain, near expressions."""

import re
from collections.abc import Iterable

from moot.agents.sim.bank import BankItem, bank
from moot.agents.sim.draws import chance
from moot.agents.sim.kinds import plain_number

_NUMBER = re.compile(r"(?<![\w.])-?[0-9]+(?:\.[0-9]+)?(?![\w])")
_VAGUE = ("none of these", "it depends", "nobody knows")


def lures(right: str, kind: str, name: str, taught: BankItem | None, stem: str) -> list[str]:
    """Plausible wrong answers, the likeliest first, as the item's identity has it.

    Args:
        right: The right answer.
        kind: The question's kind.
        name: The item's identity, from which the order is drawn.
        taught: The item as it was taught, where it was.
        stem: The question's text; where it names the right number among others, those come first.
    """
    if (digits := plain_number(right)) is not None and len(digits) == len(right.strip().removeprefix("+")):
        named = _NUMBER.findall(stem)
        return [*(named if right in named else ()), *_shuffled(_slips(digits), name)]
    if kind == "math":
        return _shuffled([f"-({right})", f"2*({right})", f"{right} + 1", f"({right})/2"], name)
    return [*_shuffled(_neighbours(right, taught), name), *_VAGUE]


def _slips(digits: str) -> set[str]:
    """Numbers that a slip makes of a number: one off, ten off, a factor of ten, two digits swapped.

    >>> sorted(_slips("9.9"), key=float)
    ['0.99', '8.9', '9.8', '10', '10.9', '99']
    """
    whole, _, fraction = digits.partition(".")
    places, count = len(fraction), int(whole + fraction)
    slipped = {count + 1, count - 1, count + 10, count - 10}
    if abs(count) >= 10:
        slipped.add(_swapped(count))
    texts = {_placed(value, places) for value in slipped} | {_placed(count, places + 1), _placed(count * 10, places)}
    return {text for text in texts if text != digits and (text.startswith("-") <= digits.startswith("-"))}


def _swapped(count: int) -> int:
    """The number with its last two digits swapped."""
    tens, ones = divmod(abs(count), 10)
    swapped = (tens // 10) * 100 + ones * 10 + tens % 10
    return -swapped if count < 0 else swapped


def _placed(count: int, places: int) -> str:
    """A whole number with the decimal point set `places` from its end."""
    digits = str(abs(count)).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return plain_number(f"-{text}" if count < 0 else text) or text


def _neighbours(right: str, taught: BankItem | None) -> set[str]:
    """Other answers of the same domain in the bundled bank."""
    if taught is None or taught.domain is None:
        return set()
    return {item.answer for item in bank() if item.domain == taught.domain} - {right}


def _shuffled(answers: Iterable[str], name: str) -> list[str]:
    return sorted(answers, key=lambda answer: (chance("lure", name, answer), answer))
