"""A request as it goes on the wire."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Letter:
    """One HTTP POST, ready to send."""

    url: str
    headers: dict[str, str] = field(repr=False)
    """They carry the key, so no `repr` shows them."""
    body: bytes = field(repr=False)
