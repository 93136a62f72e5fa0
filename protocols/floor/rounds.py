"""Rounds as a protocol loops over them."""

from collections.abc import AsyncIterator, Awaitable, Callable


class Rounds(AsyncIterator[int]):
    """Numbers from 0, for as long as rounds begin.

    Not a generator: where a cap or a cancellation ends the debate in the middle of a round, that would be
    left to the garbage collector, which starts a task to close it when the debate is long over.

    Args:
        begun: Begins the round of that number, and says whether it is held.
    """

    def __init__(self, begun: Callable[[int], Awaitable[bool]]) -> None:
        self._begun, self._number = begun, -1

    async def __anext__(self) -> int:
        self._number += 1
        if not await self._begun(self._number):
            raise StopAsyncIteration
        return self._number
