"""Choosing one of the options: by its letter, its text, or both.

The answer is the option's text as given. An option's own text comes first, then a letter, so that a choice between
"B" and "A" is read by what the options say. Letters are plain Latin ones after NFKC; a Cyrillic letter that
looks like A is no letter here.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

from moot.protocols.answers.numerals import literal
from moot.protocols.answers.reading import Unclear
from moot.protocols.answers.trimming import bared, folded, trimmed
from moot.protocols.question import LETTERS

_NAMED = r"(?:(?:option|choice|answer|letter)\s{1,3})?"
_LETTER = re.compile(rf"{_NAMED}[(\[]?([A-Z])[)\]]?", re.IGNORECASE)
_LABELLED = re.compile(
    rf"{_NAMED}[(\[]?([A-Z])(?:[)\].:]{{1,2}}\s{{0,3}}|\s?[-–—=]\s{{1,3}}|\s{{1,3}})(\S.*)", re.IGNORECASE
)
_LETTERED = re.compile(r"(.*\S)\s?[(\[]([A-Z])[)\]]", re.IGNORECASE)
_BETWEEN = re.compile(r" ?(?:[,/&;+]|\bor\b|\band\b) ?")


class Choice:
    """Reads which of the options a piece of text names."""

    def __init__(self, options: Sequence[str]) -> None:
        """Prepare the options.

        Args:
            options: 2 to 26 different texts.
        """
        self.options = tuple(options)
        self._longest = 2 * max((len(option) for option in options), default=0) + 200
        self._stages: list[tuple[Callable[[str], str], dict[str, list[str]]]] = []
        for form in (str.strip, folded, _plain, _by_value):
            table: dict[str, list[str]] = {}
            for option in options:
                table.setdefault(form(option), []).append(option)
            table.pop("", None)
            self._stages.append((form, table))

    def read(self, value: str) -> str | Unclear:
        """The option that the value names.

        >>> Choice(["Paris", "London"]).read("(B)"), Choice(["Paris", "London"]).read("A or B")
        ('London', <Unclear.AMBIGUOUS: 'ambiguous'>)
        """
        if len(value) > self._longest:
            return Unclear.UNPARSED
        for named in (self._by_text(value), self._by_letter(bared(value)), self._by_both(trimmed(value))):
            if named is not None:
                return named
        return self._several(folded(bared(value)))

    def _by_text(self, value: str) -> str | Unclear | None:
        for form, table in self._stages:
            hits = table.get(form(value))
            if hits is not None:
                return hits[0] if len(hits) == 1 else Unclear.AMBIGUOUS
        return None

    def _by_letter(self, value: str) -> str | None:
        found = _LETTER.fullmatch(unicodedata.normalize("NFKC", value)) if len(value) < 40 else None
        return None if found is None else self._lettered(found[1])

    def _lettered(self, letter: str) -> str | None:
        place = LETTERS.find(letter.upper())
        return self.options[place] if 0 <= place < len(self.options) else None

    def _by_both(self, value: str) -> str | Unclear | None:
        """A letter with its option's text, in full or cut short; another option's text contradicts the letter."""
        line = unicodedata.normalize("NFKC", value)
        if found := _LABELLED.fullmatch(line):
            letter, text = found[1], found[2]
        elif found := _LETTERED.fullmatch(line):
            letter, text = found[2], found[1]
        else:
            return None
        option, said = self._lettered(letter), _plain(text)
        if option is None or not said:
            return None
        meant = _plain(option)
        if said == meant or (len(said) >= 3 and re.match(re.escape(said) + r"\b", meant) and " " not in line[:2]):
            return option
        return Unclear.AMBIGUOUS if isinstance(self._by_text(text), str) else None

    def _several(self, value: str) -> str | Unclear:
        parts = _BETWEEN.split(value, maxsplit=30)
        named = [self._by_text(part) or self._by_letter(part) for part in parts if part]
        if len(named) > 1 and all(named):
            return Unclear.AMBIGUOUS
        return Unclear.UNPARSED


def _plain(text: str) -> str:
    return folded(bared(text))


def _by_value(text: str) -> str:
    found = literal(trimmed(text))
    return "" if found is None else found.key
