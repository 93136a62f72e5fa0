"""Questions about the calendar: weekdays, days between dates, lengths of months, leap years.

The Gregorian calendar alone, from its first whole year on: before 1583 the answer would depend on
where one asks.
"""

import calendar
import datetime
from collections.abc import Sequence

from moot.agents.sim.phrases import fitted

FIRST_YEAR = 1583
MONTHS = tuple(name.casefold() for name in calendar.month_name[1:])
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_WEEKDAY_OF = (
    "what day of week was {}",
    "what day of week is {}",
    "what day of week will {} be",
    "what day of week did {} fall on",
    "what weekday was {}",
    "what weekday is {}",
    "on what day of week did {} fall",
    "on what day of week was {}",
    "on what weekday did {} fall",
)
_DAYS_BETWEEN = (
    "how many days are there between {} and {}",
    "how many days lie between {} and {}",
    "how many days are there from {} to {}",
    "how many days is it from {} to {}",
    "how many days passed from {} to {}",
)
_MONTH_LENGTH = ("how many days does {} have", "how many days are there in {}", "how many days are in {}")
_SHIFT = (
    "if today is {} , what day of week is it in {} days",
    "if today is {} , what day of week will it be in {} days",
    "if today is {} , what day is it in {} days",
    "if today is {} , what day will it be in {} days",
    "today is {} . what day of week is it in {} days",
    "today is {} . what day is it in {} days",
)


def calendar_answer(text: str) -> str | None:
    """The answer of a cleaned question about dates, or None where it is none.

    >>> calendar_answer("what day of week was 20 july 1969")
    'Sunday'
    >>> calendar_answer("how many days are there between 1 march 2024 and 15 april 2024")
    '45'
    """
    if found := fitted(text, _WEEKDAY_OF):
        day = date(found[0])
        return None if day is None else WEEKDAYS[day.weekday()]
    if found := fitted(text, _DAYS_BETWEEN):
        start, end = date(found[0]), date(found[1])
        return None if start is None or end is None else str(abs((end - start).days))
    if found := fitted(text, _MONTH_LENGTH):
        return _month_length(found[0].split())
    if found := fitted(text, _SHIFT):
        return _shifted(found[0], found[1])
    if found := fitted(text, ("is {} leap year", "was {} leap year", "will {} be leap year")):
        year = _year(found[0])
        return None if year is None else ("yes" if calendar.isleap(year) else "no")
    return None


def date(text: str) -> datetime.date | None:
    """The date that a text is: `20 july 1969`, `july 20 , 1969`, `1969 - 07 - 20`, in tokens.

    >>> date("july 20 , 1969")
    datetime.date(1969, 7, 20)
    """
    match [word for word in text.split() if word not in {",", "of", "st", "nd", "rd", "th"}]:
        case [day, month, year] if month in MONTHS:
            return _built(year, MONTHS.index(month) + 1, day)
        case [month, day, year] if month in MONTHS:
            return _built(year, MONTHS.index(month) + 1, day)
        case [year, "-", month, "-", day] if len(year) == 4 and month.isdecimal() and len(month) == 2:
            return _built(year, int(month), day)
        case _:
            return None


def _built(year: str, month: int, day: str) -> datetime.date | None:
    number = _year(year)
    if number is None or not day.isascii() or not day.isdecimal() or len(day) > 2:
        return None
    try:
        return datetime.date(number, month, int(day))
    except ValueError:
        return None


def _year(text: str) -> int | None:
    known = text.isascii() and text.isdecimal() and len(text) == 4 and int(text) >= FIRST_YEAR
    return int(text) if known else None


def _month_length(words: Sequence[str]) -> str | None:
    match [word for word in words if word != "of"]:
        case [month, year] if month in MONTHS and (number := _year(year)) is not None:
            return str(calendar.monthrange(number, MONTHS.index(month) + 1)[1])
        case [month] if month in MONTHS and month != "february":
            return str(calendar.monthrange(2001, MONTHS.index(month) + 1)[1])
        case _:
            return None


def _shifted(weekday: str, days: str) -> str | None:
    if weekday.capitalize() not in WEEKDAYS or not days.isascii() or not days.isdecimal() or len(days) > 9:
        return None
    return WEEKDAYS[(WEEKDAYS.index(weekday.capitalize()) + int(days)) % 7]
