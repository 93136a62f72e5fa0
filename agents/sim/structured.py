"""Structured replies: one JSON object with the keys that were asked for.

What belongs under a key is taken from its name where moot's prompts use it, else from the words
that describe it: yes or no, a range of numbers, or a sentence.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from moot.agents.sim.asked import words_in
from moot.agents.sim.judging import Verdict
from moot.agents.sim.opinions import NEGATIVE, PLACES, Opinion, agrees, scaled, scores, word
from moot.agents.sim.reader import Reading

_RANGE = re.compile(
    r"(?<![\w.-])(-?[0-9]{1,4})%? ?(?:to|-|and) ?(-?[0-9]{1,4})\b"
    r"(?! ?(?:sentence|word|line|paragraph|step|reason|item|example))"
)
_IN_ORDER = re.compile(r"\bfor ([^()\n]{1,200}?), in this order")
"""What several marks under one key are for."""
_REMARK = re.compile(r"[:;.(]| if | where ")
"""What may follow the words that are offered."""
_YES_OR_NO = re.compile(r"\byes\b.*\bno\b", re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_SIDES = ("affirmative", "negative")
_ANSWERS = frozenset({"verdict", "choice", "winner"})


@dataclass(frozen=True, slots=True)
class Keys:
    """What a structured reply must hold."""

    meanings: Mapping[str, str]
    """Each key with what belongs there."""
    types: Mapping[str, str]
    """JSON type by key, where a schema says so."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What there is to put into a structured reply."""

    reading: Reading
    """What the prompt tells."""
    sureness: float
    """Belief from which a moderator finds a case clear."""
    written: str
    """The answer as a reply writes it."""
    believed: float
    """Share of belief in it."""
    confidence: float
    """As stated."""
    rationale: str
    ruling: Verdict | None
    """A judge's choice, where the role is to choose."""
    opinion: Opinion
    """What it holds of the replies."""

    @property
    def decided(self) -> bool:
        """Whether the case is clear: a moderator waits until it is, anyone else decides."""
        return self.reading.role != "moderator" or self.believed >= self.sureness

    def value(self, key: str, meaning: str) -> JsonValue:
        """What belongs under a key."""
        name = key.lower()
        if all(side in meaning for side in _SIDES):
            return self._side() if self.decided else "neither"
        if "answer" in name or name in _ANSWERS:
            return self.written if self.decided else ""
        if "confidence" in name or "probability" in name or "from 0 to 1 " in f"{meaning} ":
            whole = "100" in meaning or ("confidence" in name and "0 to 1" not in meaning)
            return round(self.confidence * 100) if whole else self.confidence
        if _YES_OR_NO.search(meaning) is not None:
            return self._yes_or_no(name)
        return self._remark(name, meaning)

    def _remark(self, name: str, meaning: str) -> JsonValue:
        """A list of scores, one of some words, a mark, or else a sentence."""
        if "[[" in meaning:
            return f"[[{', '.join(map(str, scores(self.reading, self.opinion, *_range(meaning))))}]]"
        if words := words_in(_REMARK.split(meaning)[0]):
            return word(self.reading, words, self.opinion)
        mark = self._mark(name, meaning)
        return self.rationale if mark is None else mark

    def _yes_or_no(self, name: str) -> str:
        """A moderator says yes where it has decided; others where they agree, or object where that is asked."""
        if self.reading.role == "moderator" or "decided" in name:
            return "yes" if self.decided else "no"
        objects = bool(NEGATIVE.intersection(re.split(r"[^a-z]+", name)))
        return "yes" if agrees(self.reading, self.opinion) != objects else "no"

    def _mark(self, name: str, meaning: str) -> int | str | None:
        """A rating: of a peer's reply under its name or place, else within the range that is described."""
        if (several := _IN_ORDER.search(meaning)) is not None and _RANGE.search(meaning) is not None:
            sorts = re.split(r", | and ", several[1])
            low, high = _range(meaning)
            return ", ".join(str(scaled(self.opinion.mark(f"{name} {sort}", False), low, high)) for sort in sorts)
        shown = self.reading.shown
        named = {peer.author.lower(): place for place, peer in enumerate(shown) if peer.author}
        place = named.get(name, next((PLACES[part] for part in re.split(r"[^a-z0-9]+", name) if part in PLACES), None))
        if _RANGE.search(meaning) is None and name not in named:
            return None
        low, high = _range(meaning, default=(1, 10))
        if place is not None and place < len(shown):
            return scores(self.reading, self.opinion, low, high)[place]
        return scaled(self.opinion.mark(name, False), low, high)

    def _side(self) -> str:
        """The side of the reply that a judge found best: the affirmative side is quoted first."""
        if self.ruling is None:
            return "neither"
        place = [peer.author for peer in self.reading.shown].index(self.ruling.argument.author)
        return _SIDES[place] if place < len(_SIDES) else "neither"


def _range(meaning: str, default: tuple[int, int] = (1, 5)) -> tuple[int, int]:
    found = _RANGE.search(meaning)
    return default if found is None else (int(found[1]), int(found[2]))


def structured(keys: Keys, filling: Filling) -> str:
    """The reply: a JSON object with these keys in this order."""
    values = {
        key: _typed(filling.value(key, meaning.lower()), keys.types.get(key, ""))
        for key, meaning in keys.meanings.items()
    }
    return json.dumps(values, ensure_ascii=False)


def keys_wanted(reading: Reading, schema: Mapping[str, JsonValue] | None) -> Keys | None:
    """The keys that the prompt asks for, else those of the schema; None where prose is wanted."""
    if reading.fields is not None:
        return Keys(reading.fields, {})
    properties = None if schema is None else schema.get("properties")
    if not isinstance(properties, dict):
        return None
    described = {key: value for key, value in properties.items() if isinstance(value, dict)}
    return Keys(
        {key: str(value.get("description", "")) for key, value in described.items()},
        {key: str(value.get("type", "string")) for key, value in described.items()},
    )


def _typed(value: JsonValue, kind: str) -> JsonValue:
    """The value as the JSON type that a schema names."""
    if kind == "boolean":
        return value in {"yes", True}
    if kind == "string":
        return str(value)
    if kind in {"number", "integer"} and isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value) else 0
    return value
