"""Texts kept once: each distinct text of the journal has a number, and rows refer to it."""

import hashlib
import json
import zlib
from collections.abc import Iterable

from moot.errors import StoreError
from moot.runs.journal.sql import Database

COMPRESS_FROM = 256
"""Bytes from which a text is kept deflated; shorter ones would hardly shrink."""

TEXT_CAP = 1 << 28
"""Bytes no kept text has; a store that claims more was not written by moot."""

_WINDOW, _MEMORY = 13, 5
"""Of deflating: 8 KB, since setting up zlib's usual window takes seven times as long as a short text needs."""

_KEPT_CHARS = 16_000_000
_FIRST = 3  # below are the numbers of roles
_STORED = "SELECT digest, id, body FROM part WHERE digest IN (SELECT value FROM json_each(?))"
_BODIES = "SELECT id, body FROM part WHERE id IN (SELECT value FROM json_each(?))"

PartRow = tuple[int, int | None, str, bool]
"""Number, digest, body (in hex where it is bytes) and whether it is."""


class Parts:
    """The numbers of texts, as one writer gives them out.

    Texts said lately are known from memory. The rest are looked for in the store by digest, all
    those of one commit in one query. Replies carry no digest: whoever quotes them does so while
    they are known, and half the size of the table's index is saved.

    Args:
        connection: The writer's.
    """

    def __init__(self, connection: Database) -> None:
        self._connection = connection
        self._known: dict[str, int] = {}
        self._chars = 0
        self._next = _FIRST
        self.fresh: list[PartRow] = []
        """Parts to be inserted by the commit that is being prepared."""
        self.forget()

    def __getitem__(self, text: str) -> int:
        """The number of a text that was `learn`ed or `add`ed for this commit."""
        return self._known[text]

    def learn(self, texts: Iterable[str]) -> None:
        """Make sure that each text has a number, an old one where the store holds the text."""
        missing = {text for text in texts if text not in self._known}
        if not missing:
            return
        digests = {text: digest_of(text) for text in missing}
        stored = self._connection.execute(_STORED, (json.dumps(list(digests.values())),)).fetchall()
        numbers = {(digest, opened(body)): number for digest, number, body in stored}
        for text, digest in digests.items():
            number = numbers.get((digest, text))
            self._remember(text, self._new(text, digest) if number is None else number)

    def add(self, text: str) -> int:
        """The number of a reply, which is not looked for in the store."""
        if text not in self._known:
            self._remember(text, self._new(text, None))
        return self._known[text]

    def recall(self, number: int, text: str) -> None:
        """Know a stored text again, as when a debate is resumed."""
        self._remember(text, number)

    def committed(self) -> None:
        """The fresh parts are in the store."""
        self.fresh.clear()
        if self._chars > _KEPT_CHARS:
            self._drop_oldest()

    def forget(self) -> None:
        """Start over from what the store holds, as after a commit that failed."""
        self._known.clear()
        self.fresh.clear()
        self._chars = 0
        last = self._connection.execute("SELECT max(id) FROM part").get
        self._next = _FIRST if last is None else last + 1

    def _new(self, text: str, digest: int | None) -> int:
        number, self._next = self._next, self._next + 1
        body = kept(text)
        is_bytes = isinstance(body, bytes)
        self.fresh.append((number, digest, body.hex() if isinstance(body, bytes) else body, is_bytes))
        return number

    def _remember(self, text: str, number: int) -> None:
        if text not in self._known:
            self._chars += len(text)
        self._known[text] = number

    def _drop_oldest(self) -> None:
        for text in list(self._known):
            if self._chars <= _KEPT_CHARS // 2:
                break
            del self._known[text]
            self._chars -= len(text)


def kept(text: str) -> str | bytes:
    """The text as the store keeps it: itself, or deflated where it is long or no valid Unicode."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return _deflated(text.encode("utf-8", "surrogatepass"))
    return text if len(data) < COMPRESS_FROM else _deflated(data)


def gathered(pieces: Iterable[str]) -> str | bytes:
    """`kept` of all pieces together, of which only the deflated ones are ever in memory at once."""
    deflating, short, deflated = zlib.compressobj(wbits=_WINDOW, memLevel=_MEMORY), "", bytearray()
    for piece in pieces:
        short = short + piece if len(short) < COMPRESS_FROM else short
        deflated += deflating.compress(piece.encode("utf-8", "surrogatepass"))
    return kept(short) if len(short) < COMPRESS_FROM else bytes(deflated + deflating.flush())


def opened(body: str | bytes) -> str:
    """The text that `kept` was given.

    Raises:
        StoreError: The bytes are damaged, or unpack to more than any text of moot's.
    """
    if isinstance(body, str):
        return body
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(body, TEXT_CAP)
    except zlib.error as error:
        raise StoreError(f"a text of the store is damaged: {error}") from error
    if not unpacking.eof:
        raise StoreError("a text of the store is cut off or too large to be one of moot's")
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise StoreError(f"a text of the store is damaged: {error}") from error


def bodies(connection: Database, numbers: Iterable[int]) -> dict[int, str]:
    """The texts of parts, by number.

    Raises:
        StoreError: The store lacks one.
    """
    wanted = set(numbers)
    found = {number: opened(body) for number, body in connection.execute(_BODIES, (json.dumps(list(wanted)),))}
    if len(found) < len(wanted):
        raise StoreError(f"the store lacks {len(wanted) - len(found)} of the texts it refers to")
    return found


def _deflated(data: bytes) -> bytes:
    deflating = zlib.compressobj(wbits=_WINDOW, memLevel=_MEMORY)
    return deflating.compress(data) + deflating.flush()


def digest_of(text: str) -> int:
    """By what the store finds a text again: 64 bits of blake2b, signed."""
    data = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big", signed=True)
