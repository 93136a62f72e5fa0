"""What belongs to one attempt: one sending, a capped body, no way elsewhere."""

from collections.abc import AsyncIterator

import pytest

from moot.agents.provider.exchange import BODY_CAP, Exchange, WireError
from moot.agents.provider.letter import Letter


async def chunks(*sizes: int) -> AsyncIterator[bytes]:
    for size in sizes:
        yield b"x" * size


def test_the_same_letter_goes_out_once() -> None:
    exchange = Exchange()
    exchange.posting("http://a", b"1")
    exchange.posting("http://a", b"2")
    with pytest.raises(WireError, match="resent"):
        exchange.posting("http://a", b"1")


def test_the_first_trouble_is_the_one_that_is_told() -> None:
    exchange = Exchange()
    exchange.failed("broken", "reset by peer")
    exchange.failed("resent", "stopped")
    assert (exchange.trouble, exchange.about) == ("broken", "reset by peer")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_ends_the_exchange(status: int) -> None:
    with pytest.raises(WireError, match=r"redirected: http://elsewhere"):
        Exchange().answered(status, {"Location": "http://elsewhere"})


async def test_a_body_is_read_up_to_the_cap() -> None:
    assert len(await Exchange().read(chunks(BODY_CAP - 1, 1))) == BODY_CAP
    exchange = Exchange()
    with pytest.raises(WireError, match="too_large"):
        await exchange.read(chunks(BODY_CAP, 1, 10**6))
    assert len(exchange.body) == BODY_CAP


def test_a_letter_does_not_show_its_headers() -> None:
    assert "sk-" not in repr(Letter("http://a", {"Authorization": "Bearer sk-1"}, b"sk-1"))
