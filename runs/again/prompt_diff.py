"""What is another in a prompt, in a few lines."""

import difflib
from collections.abc import Iterable, Sequence

from moot.agents.records import Message

_LINES, _WIDTH = 12, 160
"""Of what is shown."""


def prompt_diff(before: Sequence[Message], now: Sequence[Message]) -> str:
    """The lines of two prompts that differ, with a line around them; cut where they are many or long.

    >>> print(prompt_diff([Message(role="user", content="a\\nb")], [Message(role="user", content="a\\nc")]))
      a
    - b
    + c
    """
    lines = list(difflib.unified_diff(list(_lines(before)), list(_lines(now)), n=1, lineterm=""))[2:]
    shown = [_cut(f"{line[0]} {line[1:]}") for line in lines if not line.startswith("@@")]
    more = [f"… {len(shown) - _LINES} lines more"] if len(shown) > _LINES else []
    return "\n".join([*shown[:_LINES], *more])


def _lines(messages: Iterable[Message]) -> Iterable[str]:
    for message in messages:
        yield f"[{message.role}]"
        yield from message.content.split("\n")


def _cut(line: str) -> str:
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"
