"""Several actors of one endpoint, where one process cannot keep up."""

import zlib
from collections.abc import Iterable, Sequence

from moot.agents.records import Completion, Request
from moot.runs.ray.client import RayHost


class Replicas:
    """Several actors of one endpoint; a key always goes to the same one, whoever asks."""

    def __init__(self, hosts: Sequence[RayHost]) -> None:
        self.hosts = hosts

    async def complete(self, request: Request) -> Completion:
        """One attempt, at the actor its key belongs to."""
        return await self._of(request.key).complete(request)

    def forget(self, keys: Iterable[str]) -> None:
        """These outcomes are on record."""
        for key in keys:
            self._of(key).forget([key])

    def _of(self, key: str) -> RayHost:
        return self.hosts[zlib.crc32(key.encode("utf-8", "surrogatepass")) % len(self.hosts)]
