"""Whether a reply declines the request. Asked only of replies in which no answer was found."""

import re
from collections.abc import Sequence

_REGRET = r"(?:(?:i am (?:very |so )?sorry|i apologi[sz]e|sorry|unfortunately)[,.]? ?(?:but )?)?"
_BEING = r"(?:as an ai(?: language)?(?: model| assistant)?,? )?"
_UNABLE = r"(?:cannot|can not|can't|am not able to|am unable to|won't|will not|must decline to|would rather not)"
_DEED = (
    r"(?:help|assist|answer|provide|comply|discuss|engage|fulfil|do that|continue|take|participate|respond|share|give)"
)
_DECLINES = re.compile(rf"{_REGRET}{_BEING}i (?:{_UNABLE} {_DEED}|(?:must|have to|need to) (?:decline|refuse))\b")


def declines(lines: Sequence[str]) -> bool:
    """Whether the reply opens by declining.

    >>> declines(["I'm sorry, but I can't help with that."])
    True
    """
    opening = next((line for line in lines if line.strip()), "").strip()[:200]
    plain = " ".join(opening.replace("’", "'").casefold().replace("i'm ", "i am ").split())
    return _DECLINES.match(plain) is not None
