"""How much of its prompts a debate repeats: what a provider's prefix cache can serve cheaper."""

from collections.abc import Iterable, Sequence
from os.path import commonprefix

from moot.agents.records import Message
from moot.protocols.transcript import Turn


def repeated_share(turns: Iterable[Turn]) -> float:
    """Of the characters of all prompts, the share that repeats the same seat's prompt before from its start.

    A first prompt repeats nothing. Messages count with their roles, so that no text passes for another's.

    Args:
        turns: Of one debate, in order; those without a prompt are passed over.

    Returns:
        From 0 to 1; 0 where no seat was asked twice.
    """
    before: dict[str, str] = {}
    repeated = sent = 0
    for turn in turns:
        if turn.prompt:
            now = _flat(turn.prompt)
            sent += len(now)
            repeated += len(commonprefix([before.get(turn.seat, ""), now]))  # noqa: RUF071  (characters are meant)
            before[turn.seat] = now
    return repeated / sent if sent else 0.0


def _flat(messages: Sequence[Message]) -> str:
    return "".join(f"\x00{message.role}\x00{message.content}" for message in messages)
