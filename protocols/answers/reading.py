"""What comes of reading a reply: an answer, or an abstention with its reason."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel

Form = Literal["", "mark", "boxed", "braces", "tag", "json", "line", "bare"]
"""Where the answer stood, in the order in which the forms are tried.

mark: after `Final answer:`. boxed: in `\\boxed{…}`. braces: in `{final answer: …}`. tag: between
`<answer>` and `</answer>`. json: under "answer" in a JSON object. line: after `Answer:` or
`The answer is` in the last line. bare: the whole reply is one line that is an answer. "": nowhere.
"""

Reason = Literal["", "empty", "unparsed", "ambiguous", "abstained", "refused"]
"""Why there is no answer.

empty: the reply holds no text. unparsed: it holds no answer in any form, or none of the kind asked
for. ambiguous: it holds several that differ. abstained: it says that it gives none. refused: it
holds no answer and declines the request.
"""


class Reading(BaseModel, frozen=True, extra="forbid"):
    """What was read in one reply."""

    answer: str | None = None
    """None is an abstention; never a guess."""
    reason: Reason = ""
    """Why there is no answer; empty where there is one."""
    form: Form = ""
    """Where the answer stood, or what kept it from being one."""


class Unclear(StrEnum):
    """Why a piece of text is no answer of the kind asked for."""

    UNPARSED = "unparsed"
    AMBIGUOUS = "ambiguous"
    ABSTAINED = "abstained"
