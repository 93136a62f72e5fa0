"""What a seat is shown, and what it is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class View:
    """How the past becomes a prompt.

    Args:
        own: Of the seat's own replies: none, the last, or all of them as a chat history.
        peers: Of each peer heard: nothing, its first or last reply, or all its replies. In a chat
            history only what is new is shown.
    """

    own: Literal["none", "last", "all"] = "last"
    peers: Literal["none", "first", "last", "all"] = "last"


@dataclass(frozen=True)
class Ask:
    """What a seat is told to do: names of prompt templates, and what its reply must hold.

    Args:
        first: Template where the seat has neither spoken nor heard anyone.
        later: Template of every other turn.
        fields: Keys of a structured reply with what to put there; None asks for prose.
        confidence: Whether to ask for a stated confidence.
        values: Further values for the templates.
        among: Answers to choose among, listed in the prompt as the debate writes them.
    """

    first: str = "answer"
    later: str = "update"
    fields: Mapping[str, str] | None = None
    confidence: bool = False
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    among: tuple[str, ...] = ()


def update(*, confidence: bool = False) -> Ask:
    """Answer alone at first, then again in the light of what was heard."""
    return Ask(confidence=confidence)
