"""What a prompt asks the last line of a reply to hold: an answer, a ballot, a word, a score or a probability.

It is told by the words after `where X is`, which every shipped prompt has; a prompt without them asks
for an answer to its question.
"""

import re
from typing import Literal, NamedTuple

Form = Literal["answer", "ranking", "approval", "points", "words", "score", "probability"]

_WANTED = re.compile(r"where X is ([^\n]{1,2000}?)\.(?=\s|\Z)")
_TOTAL = re.compile(r"\b([0-9]{1,4}) points in all")
_RANGE = re.compile(r"\bfrom ([0-9]{1,3}) to ([0-9]{1,3})\b")
_PARTS = re.compile(r", (?:or )?| or ")
_WORDY = re.compile(r"[\w' -]{1,40}(?:, (?:or )?[\w' -]{1,40}){0,8} or [\w' -]{1,40}")
_KINDS = ("a score,", "a probability,")


class Asked(NamedTuple):
    """What the last line of a reply must hold."""

    form: Form = "answer"
    words: tuple[str, ...] = ()
    """Of which one is to be said."""
    total: int = 10
    """Points to deal out."""
    scores: tuple[int, int] | None = None
    """Least and most of the scores asked for as `[[4, 3]]`, one for each message shown; None where none are."""


ANSWER = Asked()
"""An answer to the question."""


def asked(prose: str, kind: str) -> Asked:
    """What is asked for.

    Args:
        prose: What stands outside the tags of the last message.
        kind: Of the question; an answer of its own kind is its answer.

    >>> asked("End with `Final answer: X`, where X is agree or disagree.", "choice").words
    ('agree', 'disagree')
    """
    scores = _scores(prose)
    found = _WANTED.search(prose)
    if found is None:
        return Asked(scores=scores)
    wanted = found[1]
    if "best first" in wanted:
        return Asked("ranking", scores=scores)
    if wanted.startswith("every candidate"):
        return Asked("approval", scores=scores)
    if (total := _TOTAL.search(wanted)) is not None:
        return Asked("points", total=int(total[1]), scores=scores)
    if wanted.startswith(_KINDS):
        form: Form = "score" if wanted.startswith("a score") else "probability"
        return Asked("answer" if form == kind else form, scores=scores)
    words = words_in(wanted)
    return (
        Asked("words", words, scores=scores)
        if words and (kind, words) != ("bool", ("yes", "no"))
        else Asked(scores=scores)
    )


def words_in(wanted: str) -> tuple[str, ...]:
    """The words of `a, b or c`; none where it is anything else.

    >>> words_in("first, second or tie"), words_in("one expression, plain or in LaTeX")
    (('first', 'second', 'tie'), ())
    """
    # what is asked for in a sentence of its own begins with an article or a number, a word to say does not
    if wanted.startswith(("the ", "one ", "your ", "a ", "an ")) or _WORDY.fullmatch(wanted) is None:
        return ()
    return tuple(part.strip() for part in _PARTS.split(wanted) if part.strip())


def _scores(prose: str) -> tuple[int, int] | None:
    if "[[" not in prose:
        return None
    found = _RANGE.search(prose)
    return (1, 5) if found is None else (int(found[1]), int(found[2]))
