"""What is remembered of one debate from before it was begun again."""

from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

from moot.agents.records import Completion
from moot.runs.journal.records import CallKey

Stored = TypeVar("Stored")


class Remembered(Generic[Stored]):
    """The calls of one debate, and of those it was forked from, as they stood at one moment.

    Args:
        calls: For each place the hashes asked there, each with its answer, or None where the
            call was never answered.
        read: Makes a completion of a stored answer; called when it is asked for.
    """

    def __init__(
        self, calls: Mapping[CallKey, Mapping[str, Stored | None]], read: Callable[[Stored], Completion]
    ) -> None:
        self._calls = calls
        self._read = read

    def recall(self, key: CallKey, request_hash: str) -> Completion | None:
        """The answer to this very request at this place, or None where there is none."""
        asked = self._calls.get(key)
        stored = None if asked is None else asked.get(request_hash)
        return None if stored is None else self._read(stored)

    def mismatch(self, key: CallKey, request_hash: str) -> bool:
        """Whether something else, and not this, was asked at this place."""
        asked = self._calls.get(key)
        return asked is not None and request_hash not in asked

    def calls(self) -> Iterator[tuple[CallKey, str, Completion | None]]:
        """Every call: its place, the hash of its request, and its answer or None."""
        for key, asked in self._calls.items():
            for request_hash, stored in asked.items():
                yield key, request_hash, None if stored is None else self._read(stored)
