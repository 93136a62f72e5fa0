"""What has been said in a debate that has not ended, gathered from its calls: another process may be holding it.

A record has turns once the debate ends; before, it has calls, each with the seat and how many turns
the seat has had. So the n-th turn of each debater is told as its turn of round n, and whom it heard
is read from the quotations in its prompt. The record of the debate, once it has ended, takes its place.
"""

import html
import re
from collections.abc import Collection, Iterable, Mapping

from moot.agents.records import Usage
from moot.protocols.answers import AnswerSpace, space_of
from moot.protocols.question import Question
from moot.protocols.tally import Tally
from moot.protocols.transcript import Turn
from moot.runs.journal import CallRow, Exchange

_HEARD = re.compile(r'<message author="([^"\n]*)"')


def gathered(
    question: Question, debaters: Collection[str], calls: Iterable[CallRow], exchanges: Mapping[str, Exchange]
) -> list[Turn]:
    """The turns to which a model has replied so far, by round and seat.

    Args:
        question: What is debated; answers are read as to it.
        debaters: Their seats; whoever else spoke belongs to no round.
        calls: Of the debate; of several asks of a turn the latest counts, of several samples the first.
        exchanges: What was sent and what came back, by the id of the call.
    """
    latest = dict[tuple[int, str], CallRow]()
    for call in sorted(calls, key=lambda call: (call.key.turn, -call.key.sample, call.key.ask)):
        if call.state == "done" and "/" not in call.key.seat and call.id in exchanges:
            latest[call.key.turn, call.key.seat] = call
    space, turns = space_of(question), dict[str, Turn]()
    for call in latest.values():
        turn = _turn(call, exchanges[call.id], space, call.key.seat in debaters, turns)
        turns[turn.id] = turn
    return list(turns.values())


def _turn(call: CallRow, exchange: Exchange, space: AnswerSpace, debates: bool, before: Mapping[str, Turn]) -> Turn:
    seat, wave, completion = call.key.seat, call.key.turn, exchange.completion
    text = "" if completion is None else completion.text
    answer = space.read(text).answer
    return Turn(
        id=f"{wave}:{seat}",
        wave=wave,
        round=wave if debates else None,
        seat=seat,
        role="debater" if debates else seat,
        heard=tuple(_heard(exchange, seat, wave, before)),
        prompt=exchange.messages,
        text=text,
        answer=answer,
        vote=answer if debates else None,
        status="unparsed" if answer is None and debates else "ok",
        model=call.model,
        calls=(call.id,),
        simulated=completion is not None and completion.simulated,
        usage=Tally() if completion is None else _spent(completion.usage),
        latency_s=0.0 if completion is None else completion.latency_s,
        attempts=call.attempts,
    )


def _spent(usage: Usage) -> Tally:
    return Tally(
        calls=1,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        cost_nano_usd=usage.cost_nano_usd,
    )


def _heard(exchange: Exchange, seat: str, wave: int, before: Mapping[str, Turn]) -> Iterable[str]:
    """The latest words, before this turn, of everyone whom the prompt quotes."""
    quoted = [author for message in exchange.messages for author in _HEARD.findall(message.content)]
    for author in dict.fromkeys(map(html.unescape, quoted)):
        said = next((id for at in range(wave - 1, -1, -1) if (id := f"{at}:{author}") in before), None)
        if said is not None and author != seat:
            yield said
