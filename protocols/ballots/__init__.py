"""Ballots: what a debater says where it votes on candidates instead of answering.

`ballot_space` asks for one and reads it; `ballot_of` makes the record of what was read. The counts
are in `moot.protocols.decide`.
"""

from moot.protocols.ballots.reading import BallotSpace, ballot_space
from moot.protocols.ballots.records import Approval, Ballot, BallotForm, Points, Ranking, ballot_of, ballot_text

__all__ = [
    "Approval",
    "Ballot",
    "BallotForm",
    "BallotSpace",
    "Points",
    "Ranking",
    "ballot_of",
    "ballot_space",
    "ballot_text",
]
