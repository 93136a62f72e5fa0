"""An optional cache: a request that a store holds the answer to is answered from there, whichever run asked it."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from moot.agents.limits import Limits
from moot.agents.llm import Endpoint
from moot.agents.records import Completion, Request
from moot.errors import SpecError, StoreError, shown
from moot.runs.journal import Store, request_hash
from moot.runs.journal.replies import Replies
from moot.runs.runtime import Host, Runtime
from moot.runs.stores import journal_at

Cache = bool | str | Path | None
"""True is the run's own store, a path another one."""


@asynccontextmanager
async def cached(runtime: Runtime, cache: Cache, store: str | Path | None) -> AsyncGenerator[Runtime]:
    """The runtime, behind the cache where one is asked for.

    Args:
        runtime: Where LLMs live.
        cache: Which store holds the answers.
        store: That of the run.

    Raises:
        SpecError: It is no path, or the run's own store where there is none.
        StoreError: There is no such store, or it cannot be used.
    """
    path = _place(cache, store)
    if path is None:
        yield runtime
        return
    async with journal_at(path) as journal:
        kept = cast(Store, journal)  # as whatever has a path
        await kept.index_replies()
        replies = Replies(kept.path)
        try:
            yield CachedRuntime(runtime, replies)
        finally:
            replies.close()


def _place(cache: Any, store: str | Path | None) -> str | Path | None:
    if cache is None or cache is False:
        return None
    if cache is True and store is not None:
        return store
    if not isinstance(cache, str | Path):
        raise SpecError(f"cache={shown(cache)}: give the path of a store, or store= and cache=True")
    if not Path(cache).expanduser().exists():
        raise StoreError(f"there is no store at {cache} to take replies from")
    return cache


@dataclass(frozen=True)
class CachedRuntime:
    """A runtime whose hosts look for a reply before they make a call."""

    runtime: Runtime
    replies: Replies

    @property
    def name(self) -> str:
        """See `Runtime.name`."""
        return self.runtime.name

    def prepare(self) -> None:
        """See `Runtime.prepare`."""
        self.runtime.prepare()

    def limit(self, stated: Mapping[str, Limits]) -> None:
        """See `Runtime.limit`."""
        self.runtime.limit(stated)

    async def host(self, endpoint: Endpoint) -> Host:
        """See `Runtime.host`."""
        return CachedHost(await self.runtime.host(endpoint), endpoint.api_base, self.replies)

    async def close(self) -> None:
        """See `Runtime.close`."""
        await self.runtime.close()


@dataclass(frozen=True)
class CachedHost:
    """A host that answers from the cache what is there."""

    host: Host
    api_base: str | None
    replies: Replies

    async def complete(self, request: Request) -> Completion:
        """See `Host.complete`."""
        found = self.replies.find(request_hash(request, self.api_base))
        return await self.host.complete(request) if found is None else found

    def forget(self, keys: Iterable[str]) -> None:
        """See `Host.forget`."""
        self.host.forget(keys)
