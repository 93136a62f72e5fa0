"""Calls of which nobody knows whether they were answered, and the person who is asked what becomes of them."""

import sys
from collections.abc import Iterable
from typing import Literal

import anyio.to_thread

from moot.errors import SpecError
from moot.runs.journal import Records
from moot.runs.spec import Spec

_WORDS: dict[str, Literal["resend", "skip"]] = {"y": "resend", "yes": "resend", "n": "skip", "no": "skip"}


async def settled(debate: Spec, records: Records, run: str, debates: Iterable[str]) -> Spec:
    """The debate as it is gone on with: where its policy says `ask` and calls are in doubt, a person has decided.

    Args:
        debate: What is held.
        records: Where it was held before.
        run: Its name there.
        debates: Those of its debates that are held again.

    Raises:
        SpecError: There is nobody to ask.
    """
    if debate.policy.in_doubt != "ask":
        return debate
    known = {row.id for row in records.debates(run)}
    doubted = sum(call.state == "in_doubt" for id in debates if id in known for call in records.calls(id))
    if not doubted:
        return debate
    decided = await anyio.to_thread.run_sync(_asked, run, doubted, abandon_on_cancel=True)
    return debate.with_policy(debate.policy.model_copy(update={"in_doubt": decided}))


def _asked(run: str, calls: int) -> Literal["resend", "skip"]:
    """What a person at the terminal says."""
    doubt = f"run {run!r}: {calls} calls were under way when an earlier process ended, and nobody knows how they ended"
    if sys.stdin is None or not sys.stdin.isatty():  # pyright: ignore[reportUnnecessaryComparison]  (None without a console)
        raise SpecError(f"{doubt}; there is no terminal to ask at: give policy in_doubt 'resend' or 'skip'")
    sys.stderr.write(f"{doubt}.\nSend them again, though they may be billed twice? (n: their turns are lost) y or n: ")
    sys.stderr.flush()
    while line := sys.stdin.readline():
        if (word := line.strip().lower()) in _WORDS:
            return _WORDS[word]
        sys.stderr.write("y or n: ")
        sys.stderr.flush()
    raise SpecError(f"{doubt}; the terminal was closed: give policy in_doubt 'resend' or 'skip'")
