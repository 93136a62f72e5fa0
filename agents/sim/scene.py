"""What an exact agent goes by: where it starts, what it said last, and what it hears now."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator

from moot.agents.sim.draws import Draws
from moot.agents.sim.judging import JUDGES
from moot.agents.sim.kinds import answer_in
from moot.agents.sim.reader import Reading


class Start(NamedTuple):
    """What `init=` says: answers with their chances; what is missing to 1 is a reply without an answer."""

    written: tuple[tuple[str, float], ...]

    @property
    def number(self) -> float | None:
        """The number it is, or None where it is a distribution or no number."""
        return _number(self.written[0][0]) if len(self.written) == 1 and self.written[0][1] == 1 else None


def _start(given: object) -> object:
    """`A`, `4.5`, or `A:0.6,B:0.4`."""
    if not isinstance(given, str):
        return given
    if not given.strip():
        raise ValueError("is empty: give an answer, a number or a distribution such as A:0.6,B:0.4")
    parts = [part.rpartition(":") for part in given.split(",")]
    shares = [_number(share) for _, mark, share in parts if mark]
    if len(shares) < len(parts) or None in shares or (len(parts) == 1 and not 0 <= (shares[0] or 0) <= 1):
        return Start(((given.strip(), 1.0),))
    total = fsum(share for share in shares if share is not None)
    if min(share or 0.0 for share in shares) < 0 or total > 1 + 1e-9:
        raise ValueError(f"has chances that sum to {total:g}: they must be from 0 to 1 and sum to at most 1")
    return Start(tuple((name.strip(), share or 0.0) for (name, _, _), share in zip(parts, shares, strict=True)))


Init = Annotated[Start, BeforeValidator(_start)]


@dataclass(frozen=True, slots=True)
class Scene:
    """The prompt as an exact rule sees it."""

    reading: Reading
    starts: tuple[tuple[str, float], ...]
    """`init=` in the question's normal form."""
    truth: str | None

    @property
    def own(self) -> str | None:
        """Its latest answer, where that is shown."""
        return self.reading.answer

    @property
    def heard(self) -> list[str]:
        """The latest answer of each peer that gave one."""
        return [peer.answer for peer in self.reading.peers if peer.answer is not None]

    @property
    def known(self) -> list[str]:
        """Its own answer and those it hears."""
        return self.heard if self.own is None else [self.own, *self.heard]

    @property
    def opening(self) -> bool:
        """Whether this is its first turn: no answer of its own is shown, and it hears nobody or it is round 0.

        A judge has no first turn of its own.
        """
        if self.reading.role in JUDGES and self.reading.peers:
            return False
        return self.own is None and (not self.reading.peers or self.reading.round == 0)

    def started(self, draws: Draws) -> str | None:
        """A draw from `init`; a certain one takes none."""
        if len(self.starts) == 1 and self.starts[0][1] == 1:
            return self.starts[0][0]
        return weighted(self.starts, draws.uniform())


def normal_starts(start: Start, reading: Reading) -> tuple[tuple[str, float], ...]:
    """`init=` in the question's normal form: letters name options, elsewhere labels are themselves.

    Raises:
        ValueError: A label is no answer to this question; the sentence says which.
    """
    pairs: list[tuple[str, float]] = []
    for written, share in start.written:
        said = written in reading.candidates or written in reading.asked.words
        form = written if said else answer_in(written, reading.kind, reading.options)
        if form is None:
            raise ValueError(f"init names {written!r}, which is no answer to a question of kind {reading.kind!r}")
        pairs.append((form, share))
    return tuple(pairs)


def weighted(shares: Iterable[tuple[str, float]], place: float) -> str | None:
    """The answer at a place in [0, 1) along the shares; None beyond their sum."""
    reached = 0.0
    for answer, share in shares:
        reached += share
        if place < reached:
            return answer
    return None


def leaders(answers: Sequence[str]) -> tuple[list[str], int]:
    """The most frequent answers, in order of appearance, and how often each occurs."""
    counts = Counter(answers)
    most = max(counts.values(), default=0)
    return [answer for answer, count in counts.items() if count == most], most


def number_of(answer: str | None) -> float | None:
    """An answer as a number, or None."""
    return None if answer is None else _number(answer)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number - number == 0 else None
