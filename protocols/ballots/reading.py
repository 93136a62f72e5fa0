"""Reading a ballot in a reply, in the debate's letters or in the candidates' own words.

A ballot stands where an answer stands, after `Final answer:`, and is read by the same forms with the
same care: only the author's own words count, several that differ are ambiguous, and nothing is
guessed. A list with one candidate a line is read too, where it follows the mark. One pass, linear.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from moot.protocols.answers import AnswerSpace, Reading, unquoted
from moot.protocols.answers.reading import Unclear
from moot.protocols.answers.trimming import bared, folded
from moot.protocols.ballots.records import Approval, Ballot, BallotForm, Points, Ranking, ballot_text

TOTAL = 10
"""Points of one ballot, as in MALLM (arXiv:2502.19130)."""

_SEPARATORS = (" > ", ">", ";", ",", " and ", "&")
_BEHIND = re.compile(r"&gt;|->|=>|[≻→]")
_MARK = re.compile(
    r"[ \t#*_-]{0,8}(?:the |my |our )?final (?:answer|ranking|ballot|vote)[*_]{0,3}[ \t]{0,4}[:\uff1a][*_ \t]{0,8}",
    re.I,
)
_ITEM = re.compile(r"[ \t]{0,8}(?:[0-9]{1,2}[.)]|[-*•])[ \t]{1,8}(?=\S)")
_NUMBERED = re.compile(r"\s{0,4}([0-9]{1,2})[.)]\s{1,4}(?=\S)")
_POINTS = re.compile(r"(?<=[\s:=(>|])([0-9]{1,6})(?:\s{0,3}(?:points?|pts?\.?))?[\s)\].,*_]{0,8}\Z", re.I)
_AROUND = " \t:=(-–—>|*_"
_NONE = frozenset(("none", "none of them", "nobody", "no candidate"))
_ALL = frozenset(("all", "all of them", "everyone"))

Parse = Callable[[str], str | Unclear]


@dataclass(frozen=True, eq=False)
class BallotSpace(AnswerSpace):
    """How a ballot is asked for and read. `ballot_space` makes one.

    Its answers are ballots as `ballot_text` writes them, so that they are stored, asked for again and
    compared as any answer is.
    """

    joint: str = ";"
    """What stands between the items of a list that is read as one line."""

    def read(self, text: str) -> Reading:
        """The ballot in a reply, or an abstention with its reason; raises for no text, in linear time."""
        reading = super().read(text)
        if reading.reason != "unparsed":
            return reading
        flat = _flattened(unquoted(text), self.joint)
        return reading if flat is None else super().read(flat)


def ballot_space(form: BallotForm, candidates: Sequence[str], space: AnswerSpace, *, total: int = TOTAL) -> BallotSpace:
    """How a ballot of that form on these candidates is asked for and read.

    Args:
        form: What a ballot is. A ranking may leave candidates out; approvals may be `none`; points are
            whole numbers that sum to `total` at most and are not all 0.
        candidates: Answers of the debate.
        space: How an answer of the debate is read; a candidate may be named in any way an answer may.
        total: Points to deal out.

    >>> from moot.protocols.answers import space_of
    >>> from moot.protocols.question import Question
    >>> drinks = ["tea", "milk", "rum"]
    >>> rank = ballot_space("ranking", drinks, space_of(Question("What to drink?", options=drinks)))
    >>> rank.read("Rum is for sailors.\\nFinal answer: B > A > rum").answer
    '["milk", "tea", "rum"]'
    """
    named = _naming(candidates, space)
    if form == "ranking":
        wanted = "every candidate once, best first, with > between them"
        return _space(wanted, lambda value: _ranking(value, named, len(candidates)), joint=" > ")
    if form == "approval":
        wanted = "every candidate that you find good enough, with ; between them, or none"
        return _space(wanted, lambda value: _approval(value, named, candidates), joint="; ")
    wanted = f"each candidate with its points as in `candidate: points`, with ; between them, {total} points in all"
    return _space(wanted, lambda value: _points(value, named, len(candidates), total), joint="; ")


def _space(wanted: str, parse: Parse, *, joint: str) -> BallotSpace:
    return BallotSpace("choice", wanted, parse, str, foreign=True, joint=joint)


Naming = Callable[[str], str | None]


def _naming(candidates: Sequence[str], space: AnswerSpace) -> Naming:
    texts = {folded(candidate): candidate for candidate in candidates}
    keys = {space.key(candidate): candidate for candidate in candidates}

    def named(piece: str) -> str | None:
        said = piece.strip()
        if (exact := texts.get(folded(said))) is not None:
            return exact
        parsed = space.parse(said)
        return None if isinstance(parsed, Unclear) else keys.get(space.key(parsed))

    return named


def _ranking(value: str, named: Naming, most: int) -> str | Unclear:
    return _listed(_BEHIND.sub(">", value), named, most, lambda said: Ranking(order=said))


def _approval(value: str, named: Naming, candidates: Sequence[str]) -> str | Unclear:
    said = folded(bared(value))
    if said in _NONE and named(value) is None:
        return ballot_text(Approval(approved=()))
    if said in _ALL and named(value) is None:
        return ballot_text(Approval(approved=tuple(candidates)))
    return _listed(value, named, len(candidates), lambda listed: Approval(approved=listed))


def _listed(value: str, named: Naming, most: int, ballot: Callable[[tuple[str, ...]], Ballot]) -> str | Unclear:
    """The candidates listed in a value; the first separator at which every piece is one decides."""
    repeated = False
    for pieces in _splits(value, most):
        said = [named(piece) for piece in pieces]
        listed = tuple(candidate for candidate in said if candidate is not None)
        if len(listed) == len(pieces):
            if len(set(listed)) == len(listed):
                return ballot_text(ballot(listed))
            repeated = True
    return Unclear.AMBIGUOUS if repeated else Unclear.UNPARSED


def _points(value: str, named: Naming, most: int, total: int) -> str | Unclear:
    inner = bared(value) if value.strip().startswith(("{", "[")) else value
    for pieces in _splits(inner, most):
        found = [_dealt(piece, named) for piece in pieces]
        dealt = [item for item in found if item is not None]
        if len(dealt) < len(pieces):
            continue
        points = dict(dealt)
        if len(points) < len(dealt):
            return Unclear.AMBIGUOUS
        if not 0 < sum(points.values()) <= total:
            return Unclear.UNPARSED
        return ballot_text(Points(points={candidate: given for candidate, given in points.items() if given}))
    return Unclear.UNPARSED


def _dealt(piece: str, named: Naming) -> tuple[str, int] | None:
    """The candidate and its points: the last whole number, apart from what stands before it."""
    found = _POINTS.search(piece, max(0, len(piece) - 40))
    if found is None:
        return None
    before = piece[: found.start()]
    candidate = named(before.rstrip(" \t:")) or named(before.rstrip(_AROUND))
    return None if candidate is None else (candidate, int(found[1]))


def _splits(value: str, most: int) -> list[list[str]]:
    """The value cut at each separator that occurs in it, and whole; more pieces than candidates are none."""
    cuts = [value.split(mark, most + 1) for mark in _SEPARATORS if mark in value]
    return [_unnumbered(pieces) for pieces in (*cuts, [value]) if len(pieces) <= most]


def _unnumbered(pieces: list[str]) -> list[str]:
    """Without the numbers of a list, where they count 1, 2, 3."""
    found = [_NUMBERED.match(piece) for piece in pieces]
    counted = all(number is not None and int(number[1]) == place for place, number in enumerate(found, 1))
    return [piece[number.end() :] if counted and number else piece for piece, number in zip(pieces, found, strict=True)]


def _flattened(lines: Sequence[str], joint: str) -> str | None:
    """The reply with the list behind its last mark as one line; None where there is no such list."""
    place = next((place for place in range(len(lines) - 1, -1, -1) if _MARK.match(lines[place])), None)
    if place is None:
        return None
    mark = _MARK.match(lines[place])
    rest = lines[place][mark.end() :].strip(" *_\t") if mark else ""
    items: list[str] = []
    for line in lines[place + 1 :]:
        found = _ITEM.match(line)
        if found is None:
            break
        items.append(line[found.end() :].strip())
    if bool(rest) == bool(items):
        return None  # neither a line nor a list, or both
    said = rest or joint.join(items)
    return "\n".join([*lines[:place], f"Final answer: {said}", *lines[place + 1 + len(items) :]])
