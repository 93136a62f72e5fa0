"""A watch on litellm's own transport: requests counted, bodies capped, no redirect, nothing sent twice."""

import zlib
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, cast

from moot.agents.provider.exchange import BODY_CAP, CURRENT, Exchange, WireError

_SPOILT = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""Headers that no longer hold for a body which has been read and unpacked."""

Carry = Callable[[Any, Any], Coroutine[Any, Any, Any]]


def watch(transport: Any) -> None:
    """Let every instance of a transport class report to the exchange of the attempt it serves.

    Calls outside an attempt of ours pass as ever.

    Args:
        transport: A class with `handle_async_request(request)`, as httpx has it.
    """
    carry = cast("Carry", transport.handle_async_request)
    if getattr(carry, "reports", False):
        return

    async def handle_async_request(self: Any, request: Any) -> Any:
        exchange = CURRENT.get()
        if exchange is None:
            return await carry(self, request)
        return await _reported(exchange, carry, self, request)

    vars(handle_async_request)["reports"] = True
    transport.handle_async_request = handle_async_request


async def _reported(exchange: Exchange, carry: Carry, transport: Any, request: Any) -> Any:
    """Carry a request and give back its answer, read whole."""
    if request.method == "POST":
        exchange.posting(str(request.url), await _written(request))
    exchange.seen = True
    request.headers["accept-encoding"] = "identity"
    exchange.requests += 1
    try:
        answer = await carry(transport, request)
    except Exception as error:
        unsent = type(error.__cause__).__name__.startswith(("ClientConnector", "ConnectionTimeout"))
        exchange.requests -= unsent
        # An error of another family than the transport's own: on those litellm posts again.
        raise exchange.failed("unreachable" if unsent else "broken", f"{type(error).__name__}: {error}") from None
    try:
        exchange.answered(answer.status_code, dict(answer.headers))
        packed = await exchange.read(_chunks(answer.stream))
    except WireError:
        raise
    except Exception as error:
        raise exchange.failed("cut", f"{type(error).__name__}: {error}") from None
    finally:
        await answer.stream.aclose()
    exchange.body = _unpacked(packed, exchange)
    kept = [(name, value) for name, value in answer.headers.multi_items() if name.lower() not in _SPOILT]
    return type(answer)(answer.status_code, headers=kept, content=exchange.body, request=request)


async def _written(request: Any) -> bytes:
    return cast("bytes", await request.aread())


async def _chunks(stream: Any) -> AsyncIterator[bytes]:
    async for chunk in stream:
        yield chunk


def _unpacked(body: bytes, exchange: Exchange) -> bytes:
    """The body without its compression, which was not asked for; a bomb is given up at the cap.

    Raises:
        WireError: It is too large, damaged, or packed in a way we do not read.
    """
    packing = exchange.headers.get("content-encoding", "identity").lower()
    if packing in ("identity", ""):
        return body
    if packing not in ("gzip", "deflate"):
        raise exchange.failed("cut", f"the body is packed as {packing}, which was not asked for")
    try:
        unpacked = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32).decompress(body, BODY_CAP + 1)
    except zlib.error as error:
        raise exchange.failed("cut", f"the body does not unpack: {error}") from None
    if len(unpacked) > BODY_CAP:
        raise exchange.failed("too_large", f"a body of more than {BODY_CAP // 2**20} MiB")
    return unpacked
