"""Where in a reply its answer stands, so that what is known of its tokens can be read for the answer alone."""

import json
import re

from moot.protocols.answers.forms import FORMS, is_confidence, reply_of, without_confidence
from moot.protocols.answers.reading import Form

_KEY = re.compile(r'"(?:final[_ ]?)?answer"\s{0,8}:\s{0,8}', re.IGNORECASE)
_FORMS = dict(FORMS)


def place_of(text: str, form: Form, *, strict: bool, within: str) -> tuple[int, int] | None:
    """Start and end of what was read as the answer.

    Args:
        text: The reply.
        form: The form in which the answer was found.
        strict: As of the space that read it.
        within: The reply or its end, as its tokens spell it.

    Returns:
        None where it is not there: the tokens do not go back so far, or spell it otherwise.

    >>> place_of("Tea?\\nFinal answer: 408\\nConfidence: 40%", "mark", strict=True, within=" answer: 408\\nConf")
    (9, 12)
    """
    values = _FORMS[form](reply_of(text, strict=strict)) if form else []
    if not values:
        return None
    start = (_in_object if form == "json" else _in_lines)(values[-1], within)
    return None if start < 0 else (start, start + len(without_confidence(values[-1])))


def _in_object(value: str, text: str) -> int:
    """Where the value of the last answer in a JSON object begins; -1 where it is not there."""
    keys = list(_KEY.finditer(text))
    written = json.dumps(value, ensure_ascii=False)[1:-1]
    return text.find(written, keys[-1].end()) if keys else -1


def _in_lines(value: str, text: str) -> int:
    """Where the value stands last, in a line that states no confidence; -1 where it does not."""
    end = len(text)
    for line in reversed(text.split("\n")):
        start = end - len(line)
        if not is_confidence(line) and (place := line.rfind(value)) >= 0:
            return start + place
        end = start - 1
    return -1
