"""A debate walked through without calls: whom each seat would hear, and what each would be sent."""

from collections.abc import Iterator, Sequence

from moot.agents.records import Message
from moot.protocols.question import Question
from moot.protocols.transcript import Turn
from moot.runs.ahead.rehearsing import Manner
from moot.runs.ahead.rehearsing import rehearsed as walked
from moot.runs.debate import Debate
from moot.runs.loop import run_in_loop
from moot.runs.result import Result
from moot.topologies import Topology, from_edges

_BRIEF = Manner(agree=False, reply_tokens=5, thought_tokens=5, bytes_per_token=4.0)


def rehearsed(debate: Debate, question: Question) -> Result:
    """The debate over that question if nobody ever agreed, in short replies that say nothing."""
    return run_in_loop(walked, debate, question, _BRIEF).result


def heard_graph(result: Result) -> Topology:
    """Who heard whom at any time, the judge included."""
    names = list(dict.fromkeys([*result.seats, *(turn.seat for turn in result.turns)]))
    spoken = {turn.id: turn.seat for turn in result.turns}
    pairs = {(spoken[id], turn.seat) for turn in result.turns for id in turn.heard if spoken[id] != turn.seat}
    return from_edges(sorted(pairs), nodes=names)


def prompts_shown(result: Result, *, everyone: bool = False) -> str:
    """What each kind of seat is sent, turn by turn; of a chat only what is new.

    Args:
        result: A debate that was held or walked through.
        everyone: All seats, not one of each role.
    """
    return "\n\n".join(_shown(turn, new) for turn, new in _told(result.turns, everyone))


def _told(turns: Sequence[Turn], everyone: bool) -> Iterator[tuple[Turn, list[Message]]]:
    first: dict[str, str] = {}
    sent: dict[str, tuple[Message, ...]] = {}
    for turn in turns:
        shown = everyone or first.setdefault(turn.role, turn.seat) == turn.seat
        before = sent.get(turn.seat, ())
        if shown:
            chat = turn.prompt[: len(before)] == before
            yield turn, list(turn.prompt[len(before) if chat else 0 :])
        sent[turn.seat] = turn.prompt


def _shown(turn: Turn, messages: Sequence[Message]) -> str:
    when = "aside" if turn.round is None else f"round {turn.round}"
    title = f"── {turn.seat} ({turn.role}), {when} "
    return "\n".join([title.ljust(78, "─"), *(f"[{one.role}]\n{one.content}" for one in messages)])
