"""Prompts as lists of parts, so that what many prompts quote is kept once.

A prompt of a debate is mostly other turns' words between tags. It is cut where a quotation begins
and where it ends; each piece becomes a part with a number, and a prompt is a list of numbers.
Wherever the cuts fall, the pieces joined again are the prompt: only the size depends on them.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from moot.agents.records import Message, Request

ROLES: Final = ("system", "user", "assistant")
"""Numbers below `len(ROLES)` begin a message of that role; a part's number is never so low."""

_END = "\n</"


def cut(content: str) -> list[str]:
    r"""The content in pieces: each quoted body by itself, and what stands between bodies.

    >>> cut('Hear:\n<message author="bo">\nNo.\n</message>\nNow you.')
    ['Hear:\n<message author="bo">\n', 'No.', '\n</message>\nNow you.']
    """
    pieces: list[str] = []
    *quotations, tail = content.split(_END)
    before = ""
    for text in quotations:
        # A body holds no "<": it is escaped. So the last one begins the tag that opens it.
        opening = text.rfind("<")
        closing = text.find(">\n", opening) if opening >= 0 else -1
        begin = closing + 2 if closing >= 0 else len(text)
        pieces.append(before + text[:begin])
        pieces.append(text[begin:])
        before = _END
    pieces.append(before + tail)
    return [piece for piece in pieces if piece]


def flattened(request: Request) -> list[int | str]:
    """The messages of a request in one row: for each its role's number, then its pieces."""
    row: list[int | str] = []
    for message in request.messages:
        row.append(ROLES.index(message.role))
        row.extend(cut(message.content))
    return row


def messages(row: Iterable[int | str]) -> tuple[Message, ...]:
    """The messages that `flattened` was given."""
    chat: list[tuple[int, list[str]]] = []
    for item in row:
        if isinstance(item, int):
            chat.append((item, []))
        else:
            chat[-1][1].append(item)
    return tuple(Message(role=ROLES[role], content="".join(pieces)) for role, pieces in chat)


def packed(numbers: Sequence[int]) -> bytes:
    r"""Whole numbers in few bytes: differences to the last number but one, zigzag, seven bits a byte.

    Bodies and the tags between them alternate, and each kind runs in order, so most numbers of
    a prompt take one byte.

    >>> packed([5, 900, 6, 901])
    b'\n\x88\x0e\x02\x02'
    """
    out = bytearray()
    older = last = 0
    for number in numbers:
        step = number - older
        older, last = last, number
        rest = step << 1 if step >= 0 else ~(step << 1)
        while rest > 127:
            out.append(rest & 127 | 128)
            rest >>= 7
        out.append(rest)
    return bytes(out)


def unpacked(data: bytes) -> list[int]:
    """The numbers that `packed` was given."""
    numbers: list[int] = []
    older = last = rest = shift = 0
    for byte in data:
        rest |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            number = older + (rest >> 1 if rest & 1 == 0 else ~(rest >> 1))
            older, last = last, number
            numbers.append(number)
            rest = shift = 0
    return numbers
