"""What one attempt puts on the wire and gets back: requests counted, bodies capped, nothing sent twice.

One `Exchange` belongs to one attempt. It is current in the attempt's context, so that a transport deep
inside another library reports to it too.
"""

from collections.abc import AsyncIterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

BODY_CAP = 4 * 2**20
"""Bytes of a reply that are read; what is longer is given up at the cap."""

Trouble = Literal["unreachable", "broken", "cut", "too_large", "redirected", "resent"]
"""Why there is no whole answer. unreachable: no connection, so nothing was sent. broken: it ended before
the head of an answer. cut: it ended inside the body. too_large: the body passed the cap. redirected: the
server pointed elsewhere. resent: a library wanted to send the same letter again."""


class WireError(Exception):
    """The exchange ended without a whole answer; the exchange itself says why."""


@dataclass
class Exchange:
    """One attempt as the wire saw it."""

    requests: int = 0
    """Requests written out."""
    status: int | None = None
    """Of the latest answer."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Of the latest answer, names in lower case."""
    body: bytes = b""
    """Of the latest answer, up to the cap."""
    trouble: Trouble | None = None
    about: str = ""
    """What the trouble was, in the words of whoever met it."""
    seen: bool = False
    """Whether a transport of ours had this attempt in hand at all."""
    letters: set[tuple[str, bytes]] = field(default_factory=set[tuple[str, bytes]])

    def failed(self, trouble: Trouble, about: str) -> WireError:
        """Note the first trouble, which is the true one, and give the error to raise."""
        if self.trouble is None:
            self.trouble, self.about = trouble, about
        return WireError(f"{trouble}: {about}")

    def posting(self, url: str, body: bytes) -> None:
        """A letter is about to be sent.

        Raises:
            WireError: The very same letter went out before in this attempt.
        """
        self.seen = True
        if (url, body) in self.letters:
            raise self.failed("resent", "a second sending of the same request was stopped")
        self.letters.add((url, body))

    def answered(self, status: int, headers: Mapping[str, str]) -> None:
        """The head of an answer has come.

        Raises:
            WireError: It points to another address; a key must never follow.
        """
        self.status, self.headers, self.body = status, {k.lower(): v for k, v in headers.items()}, b""
        if 300 <= status < 400:
            raise self.failed("redirected", self.headers.get("location", "nowhere"))

    async def read(self, chunks: AsyncIterable[bytes]) -> bytes:
        """The body, as far as the cap.

        Raises:
            WireError: It is longer.
        """
        parts: list[bytes] = []
        size = 0
        try:
            async for chunk in chunks:
                size += len(chunk)
                if size > BODY_CAP:
                    raise self.failed("too_large", f"a body of more than {BODY_CAP // 2**20} MiB")
                parts.append(chunk)
        finally:
            self.body = b"".join(parts)
        return self.body


CURRENT: ContextVar[Exchange | None] = ContextVar("moot_exchange", default=None)
"""The exchange of the attempt under way, where there is one."""
