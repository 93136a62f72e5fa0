"""Carries a letter to a provider and back: one request, no redirect, no second sending.

Connections are kept, without a limit of their own: how many calls run at once is the LLM actor's business.
"""

import asyncio
import ssl
import urllib.request
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace

import aiohttp
import certifi

from moot.agents.provider.exchange import Exchange, Trouble
from moot.agents.provider.letter import Letter

_CHUNK = 65_536
_KEEPALIVE_S = 15.0
"""Shorter than most servers keep a quiet connection, so that one seldom dies under a request."""


@dataclass
class _Pool:
    """Kept connections of one event loop."""

    loop: asyncio.AbstractEventLoop
    session: aiohttp.ClientSession
    proxies: dict[str, str | None] = field(default_factory=dict[str, str | None])


class Wire:
    """Posts letters; belongs to the event loop that uses it."""

    def __init__(self) -> None:
        self._pool: _Pool | None = None

    async def post(self, letter: Letter, exchange: Exchange) -> None:
        """Send a letter and read its answer into the exchange.

        Raises:
            WireError: There is no whole answer; the exchange says why.
        """
        exchange.posting(letter.url, letter.body)
        pool = await self._opened()
        try:
            async with pool.session.post(
                letter.url,
                data=letter.body,
                headers=letter.headers,
                allow_redirects=False,
                proxy=_proxy(pool.proxies, letter.url),
                ssl=_trust() if letter.url.startswith("https:") else True,
                trace_request_ctx=exchange,
            ) as answer:
                exchange.answered(answer.status, answer.headers)
                await exchange.read(_chunks(answer))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise exchange.failed(_trouble(exchange), f"{type(error).__name__}: {error}") from None

    async def close(self) -> None:
        """Close the connections, on their loop where it still runs; the next letter opens new ones."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        here = asyncio.get_running_loop()
        if pool.loop is not here and pool.loop.is_running():
            asyncio.run_coroutine_threadsafe(pool.session.close(), pool.loop)
        else:
            await pool.session.close()

    async def _opened(self) -> _Pool:
        loop = asyncio.get_running_loop()
        if self._pool is not None and self._pool.loop is not loop:
            await self.close()
        if self._pool is None:
            self._pool = _Pool(loop, _session())
        return self._pool


def _session() -> aiohttp.ClientSession:
    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(_count)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEPALIVE_S),
        cookie_jar=aiohttp.DummyCookieJar(),
        # Uncompressed, so that the cap on bodies holds for what arrives and for what it unpacks to.
        headers={"Accept": "application/json", "Accept-Encoding": "identity"},
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),  # the attempt has a deadline of its own
        trace_configs=[trace],
    )


async def _count(_: aiohttp.ClientSession, context: SimpleNamespace, __: aiohttp.TraceRequestHeadersSentParams) -> None:
    context.trace_request_ctx.requests += 1


async def _chunks(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    async for chunk in answer.content.iter_chunked(_CHUNK):
        yield chunk


def _trouble(exchange: Exchange) -> Trouble:
    if exchange.status is not None:
        return "cut"
    return "broken" if exchange.requests else "unreachable"


def _proxy(known: dict[str, str | None], url: str) -> str | None:
    """The proxy that the environment names for this address; looked up once per host, for it is slow."""
    scheme, _, rest = url.partition("://")
    host = rest.partition("/")[0]
    if host not in known:
        bypassed = urllib.request.proxy_bypass(host.rpartition(":")[0] or host)
        known[host] = None if bypassed else urllib.request.getproxies().get(scheme)
    return known[host]


@cache
def _trust() -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:  # a machine without a store of its own
        context.load_verify_locations(certifi.where())
    return context
