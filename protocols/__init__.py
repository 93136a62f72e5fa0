"""How a debate goes: the floor, the catalogue of protocols, answers, deciding, judging and stopping.

`protocols.du(rounds=3)` binds a shipped protocol to its parameters; `@protocols.protocol("name")`
makes one of an async function of the floor.
"""

from moot.protocols import decide, stop
from moot.protocols.catalogue import (
    chateval_one_by_one,
    chateval_simultaneous,
    chateval_summary,
    council,
    devils_advocate,
    du,
    eot_debate,
    eot_memory,
    eot_relay,
    eot_report,
    ford,
    mad_centralised,
    mad_conformist,
    mad_decentralised,
    mad_follower,
    mad_liang,
    mad_oracle,
    mad_sparse,
    madra,
    multi_persona,
    peer_discussion,
    peer_rank,
    reconcile,
    self_consistency,
    sequential,
    society,
    vote,
)
from moot.protocols.floor.floor import Floor, Pace
from moot.protocols.floor.part import Copied, Part, Rested
from moot.protocols.floor.seats import Seat
from moot.protocols.floor.view import Ask, View, always, update
from moot.protocols.outcome import Fallback, Outcome
from moot.protocols.question import Question
from moot.protocols.registry import Bound, Card, Entry, bound, catalogue, protocol
from moot.protocols.standing import Standing
from moot.protocols.tally import Tally
from moot.protocols.transcript import Transcript, Turn

__all__ = [
    "Ask",
    "Bound",
    "Card",
    "Copied",
    "Entry",
    "Fallback",
    "Floor",
    "Outcome",
    "Pace",
    "Part",
    "Question",
    "Rested",
    "Seat",
    "Standing",
    "Tally",
    "Transcript",
    "Turn",
    "View",
    "always",
    "bound",
    "catalogue",
    "chateval_one_by_one",
    "chateval_simultaneous",
    "chateval_summary",
    "council",
    "decide",
    "devils_advocate",
    "du",
    "eot_debate",
    "eot_memory",
    "eot_relay",
    "eot_report",
    "ford",
    "mad_centralised",
    "mad_conformist",
    "mad_decentralised",
    "mad_follower",
    "mad_liang",
    "mad_oracle",
    "mad_sparse",
    "madra",
    "multi_persona",
    "peer_discussion",
    "peer_rank",
    "protocol",
    "reconcile",
    "self_consistency",
    "sequential",
    "society",
    "stop",
    "update",
    "vote",
]
