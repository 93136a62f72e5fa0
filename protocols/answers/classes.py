"""Classes of answers that were found to be the same, so that a key tells of any two whether they are."""

from collections.abc import Awaitable, Callable

Alike = Callable[[str, str], Awaitable[bool | None]]
"""Whether two answers are the same; None, where that cannot be found out, counts as no."""


class Classes:
    """Answers by the class they were found to belong to.

    A class is what its first answer is the same as, so that a chain of near misses does not make one.

    Args:
        key: The same for answers equal at sight, which are never compared.
    """

    def __init__(self, key: Callable[[str], str]) -> None:
        self._sight = key
        self._heads: list[str] = []
        self._known: dict[str, str] = {}

    def key(self, answer: str) -> str:
        """The same for all answers of a class; of an answer that is settled in none, as at sight."""
        seen = self._sight(answer)
        return self._known.get(seen, seen)

    async def settle(self, answer: str, alike: Alike) -> None:
        """Find the answer's class: it is compared with the first of each before it, until one is the same."""
        seen = self._sight(answer)
        if seen in self._known:
            return
        for head in self._heads:
            if await alike(head, answer):
                self._known[seen] = self._sight(head)
                return
        self._heads.append(answer)
        self._known[seen] = seen
