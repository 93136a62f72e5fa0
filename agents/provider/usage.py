"""What a call used: the provider's figures where they can be true, else our own upper estimate, flagged.

A token of every tokenizer in use stands for at least one byte, so a text of n bytes has at most n
tokens; and for at most `_LONGEST` bytes, so it has at least n / `_LONGEST`. Figures outside these
bounds are not believed. What a model thought without showing it cannot be seen in the text: it is
believed where the provider itemises it or the model is known to think, and then up to the most the model may
write. So the one thing an estimate can miss is hidden thought that the provider does not report.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from moot.agents.records import Message

_LONGEST = 128
_FRAME = 16
"""Tokens a chat template puts around one message, at most."""
_PREAMBLE = 1024
"""Tokens a provider may put before the prompt itself: its own system text, a schema, a tool."""
_SLACK = 64
"""Tokens that end a reply or mark its parts."""
_MOST = 1_000_000
"""No model writes more than this in one reply."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens of one call."""

    prompt: int
    reply: int
    cached: int = 0
    """Of the prompt, those the provider had kept; cheaper."""
    estimated: bool = False


def estimate_prompt_tokens(messages: Sequence[Message]) -> int:
    """An upper bound on the tokens of a prompt; needs no tokenizer and no network.

    Four times too high for English, for it is the bound that holds for every language and model.

    >>> estimate_prompt_tokens([Message(role="user", content="Why?")])
    20
    """
    return sum(size(message.content) + _FRAME for message in messages)


def size(text: str) -> int:
    """Bytes of a text."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def spent(
    reported: Mapping[str, object] | None,
    messages: Sequence[Message],
    text: str,
    *,
    reasoning: str = "",
    most: int | None = None,
    thinks: bool = False,
) -> Spent:
    """What a call that brought a reply used.

    Args:
        reported: The provider's own figures.
        messages: What was asked.
        text: What came back.
        reasoning: Thoughts shown beside it.
        most: The most tokens the reply may have: what was asked for, or the model's limit.
        thinks: Whether the model is known to think without showing it.
    """
    figures: Mapping[str, object] = reported or {}
    bound = estimate_prompt_tokens(messages)
    prompt = _count(figures.get("prompt_tokens"))
    sound_prompt = prompt is not None and bound // _LONGEST <= prompt <= bound + _PREAMBLE and prompt > 0
    shown = size(text) + size(reasoning)
    reply = _count(figures.get("completion_tokens"))
    hidden = _inner(figures, "completion_tokens_details", "reasoning_tokens")
    sound_reply = reply is not None and _believable(reply, shown, hidden=hidden, most=most, thinks=thinks)
    cached = _inner(figures, "prompt_tokens_details", "cached_tokens") or 0
    return Spent(
        prompt if prompt is not None and sound_prompt else bound,
        reply if reply is not None and sound_reply else _bounded(shown + _SLACK, most),
        cached if prompt is not None and sound_prompt and cached <= prompt else 0,
        not (sound_prompt and sound_reply),
    )


def worst(messages: Sequence[Message], most: int) -> Spent:
    """The most that `spent` and `in_doubt` ever say of a call: what has to be set aside for it.

    >>> worst([Message(role="user", content="Why?")], most=100)
    Spent(prompt=1044, reply=164, cached=0, estimated=True)
    """
    return Spent(estimate_prompt_tokens(messages) + _PREAMBLE, most + _SLACK, estimated=True)


def in_doubt(messages: Sequence[Message], *, most: int | None, received: int = 0, whole: bool = False) -> Spent:
    """The most that a call may have used whose reply cannot be read: it may well be billed.

    Args:
        messages: What was asked.
        most: The most tokens the reply may have; where None, only what was received counts.
        received: Bytes of a reply that did come.
        whole: Whether that was all of it.
    """
    seen = min(received + _SLACK, _MOST)
    reply = seen if most is None else min(seen, most) if whole else most
    return Spent(estimate_prompt_tokens(messages), reply, estimated=True)


def _believable(reply: int, shown: int, *, hidden: int | None, most: int | None, thinks: bool) -> bool:
    if reply < -(-shown // _LONGEST) or reply > (_MOST if most is None else most + _SLACK):
        return False
    if hidden is not None and hidden <= reply:
        return reply - hidden <= shown + _SLACK
    return thinks or reply <= shown + _SLACK


def _bounded(tokens: int, most: int | None) -> int:
    return tokens if most is None else min(tokens, most)


def _count(value: object) -> int | None:
    """A count of tokens, or None where the value is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
        return None
    return int(value) if value == int(value) else None


def _inner(figures: Mapping[str, object], group: str, name: str) -> int | None:
    details = figures.get(group)
    return _count(cast("Mapping[str, object]", details).get(name)) if isinstance(details, dict) else None
