"""Links: an edge as one seat hears over it, doing to each message what its channel does.

What chance decides is drawn from the debate's seed, the message's own wave and seat, and the hearer: a
message that was lost over an edge stays lost there, and what was illegible stays so.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from moot.protocols.floor.showing import Shown, closing
from moot.protocols.floor.summing import Summaries, summed
from moot.protocols.transcript import Turn
from moot.topologies import Channel

ILLEGIBLE = "…"
"""Stands for a word that noise has taken."""
_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class Link:
    """An edge over which a seat hears another.

    Args:
        channel: What it lets through.
        draw: Names its draws: the debate's seed and the hearer.
        summaries: Those made so far, where it lets through summaries.
    """

    channel: Channel
    draw: str
    summaries: Summaries = field(default_factory=dict[tuple[str, Channel], Turn])

    def arrived(self, said: Sequence[Turn], newest: int) -> Sequence[Turn]:
        """Those of a peer's turns that have come through, where its newest was of round `newest`."""
        if not self.channel.rounds:
            return said
        return [turn for turn in said if turn.round is not None and turn.round <= newest - self.channel.rounds]

    def carried(self, one: Shown) -> Shown | None:
        """The turn as it comes out of the channel; None where it is lost."""
        match self.channel.name:
            case "anonymous":
                return replace(one, anonymous=True)
            case "confidence":
                return replace(one, confidence=True)
            case "dropped":
                return None if next(self._draws(one.turn)) < self.channel.p else one
            case _:
                return replace(one, turn=self._worded(one.turn))

    def _worded(self, turn: Turn) -> Turn:
        """The turn in the words that come through."""
        match self.channel.name:
            case "answer":
                return replace(turn, public=closing(turn))
            case "summary":
                return replace(turn, public=summed(turn, self.summaries.get((turn.id, self.channel))))
            case "noisy":
                return self._noised(turn)
            case _:
                return turn

    def _noised(self, turn: Turn) -> Turn:
        draws = self._draws(turn)
        words = _WORD.sub(lambda word: ILLEGIBLE if next(draws) < self.channel.p else word[0], turn.said)
        answer = turn.answer if _states(turn.said) <= _states(words) else None
        return replace(turn, public=words, answer=answer)

    def _draws(self, turn: Turn) -> Iterator[float]:
        """Numbers in [0, 1), the same wherever and whenever they are drawn."""
        key = hashlib.blake2b(f"{self.draw}/{turn.id}".encode()).digest()
        for block in count():
            digest = hashlib.blake2b(block.to_bytes(8), key=key).digest()
            yield from (int.from_bytes(digest[start : start + 8]) / 2**64 for start in range(0, 64, 8))


def _states(text: str) -> set[str]:
    """The lines that hold the answer; all of them where none is marked."""
    lines = set(text.splitlines())
    return {line for line in lines if "final answer" in line.lower()} or lines
