"""Ballots as records: a ranking, a set of approvals, or points."""

import json
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError, field_validator

from moot.errors import DataError

BallotForm = Literal["ranking", "approval", "points"]
"""ranking: candidates, best first. approval: those that are good enough. points: whole numbers, dealt out freely."""


class Ranking(BaseModel, frozen=True, extra="forbid"):
    """Candidates in order of preference."""

    form: Literal["ranking"] = "ranking"
    order: tuple[str, ...]
    """Best first, each once; those left out stand behind, equal among themselves."""

    @field_validator("order")
    @classmethod
    def _each_once(cls, order: tuple[str, ...]) -> tuple[str, ...]:
        return _different(order)


class Approval(BaseModel, frozen=True, extra="forbid"):
    """Candidates that are good enough."""

    form: Literal["approval"] = "approval"
    approved: tuple[str, ...]
    """Each once; none at all is a ballot too."""

    @field_validator("approved")
    @classmethod
    def _each_once(cls, approved: tuple[str, ...]) -> tuple[str, ...]:
        return _different(approved)


class Points(BaseModel, frozen=True, extra="forbid"):
    """Points dealt out among candidates."""

    form: Literal["points"] = "points"
    points: dict[str, Annotated[int, Field(ge=0)]]
    """At least 0 each; candidates left out have none."""


Ballot = Ranking | Approval | Points

_TEXTS: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[str, ...])
_POINTS: TypeAdapter[dict[str, int]] = TypeAdapter(dict[str, int])


def ballot_text(ballot: Ballot) -> str:
    """The ballot as one line, the same for equal ballots: how it stands as the answer of a turn.

    >>> ballot_text(Ranking(order=("tea", "milk")))
    '["tea", "milk"]'
    """
    if isinstance(ballot, Points):
        return json.dumps(dict(sorted(ballot.points.items())), ensure_ascii=False)
    said = ballot.order if isinstance(ballot, Ranking) else tuple(sorted(ballot.approved))
    return json.dumps(said, ensure_ascii=False)


def ballot_of(form: BallotForm, text: str) -> Ballot:
    """The ballot that `ballot_text` wrote.

    Raises:
        DataError: The text is no ballot of that form.

    >>> ballot_of("points", '{"tea": 7}')
    Points(form='points', points={'tea': 7})
    """
    try:
        if form == "points":
            return Points(points=_POINTS.validate_json(text))
        said = _TEXTS.validate_json(text)
        return Ranking(order=said) if form == "ranking" else Approval(approved=said)
    except ValidationError as error:
        raise DataError(f"no ballot of the form {form!r}: {text[:60]!r}") from error


def _different(candidates: Sequence[str]) -> tuple[str, ...]:
    if len(set(candidates)) < len(candidates):
        raise ValueError("a candidate is named twice")
    return tuple(candidates)
