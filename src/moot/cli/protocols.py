"""`moot protocols`: what there is, and the card of one."""

import inspect
from typing import Annotated, Any

from cyclopts import Parameter

from moot.cli import options
from moot.cli.output import json_line, show
from moot.cli.rehearsed import heard_graph, rehearsed
from moot.cli.telling import parameters_of, rows_shown, summary_of
from moot.errors import UnknownNameError
from moot.names import parse
from moot.protocols import Card, Entry, Question, catalogue
from moot.runs.debate import Debate
from moot.topologies import draw_text

EXAMPLE = Question("Which is larger, 9.11 or 9.9?", options=["9.11", "9.9"], gold="9.9")


def protocols(
    name: Annotated[str | None, Parameter(help="A protocol, also with parameters: society?rounds=3.")] = None,
    /,
    *,
    agents: Annotated[int | None, Parameter(help="Debaters to count and draw with.")] = None,
    json: options.Json = False,
) -> None:
    """List the protocols, or print the card of one: story, source, defaults, calls, who hears whom."""
    known = catalogue()
    if name is None:
        if json:
            json_line({"protocols": [_object(entry) for entry in known.values()]})
            return
        column = max(map(len, known)) + 2
        show("\n".join(f"{one:<{column}}{summary_of(entry.function)}" for one, entry in known.items()))
        return
    bare = parse(name)[0]
    if bare not in known:
        raise UnknownNameError("protocol", bare, known)
    if json:
        json_line(_object(known[bare]))
    else:
        show(_card(name, known[bare], agents))


def _card(name: str, entry: Entry[...], agents: int | None) -> str:
    card = entry.card
    debate = _example(name, card, agents)
    result = rehearsed(debate, EXAMPLE)
    calls = debate.plan(EXAMPLE).calls
    rounds = "" if debate.protocol.rounds is None else f" and {debate.protocol.rounds} rounds"
    several = "s" * (len(debate.agents) > 1)
    hears: dict[str, str] = {
        "any": f"who hears whom is the topology's, {card.graph or 'complete'} where none is given; so here:",
        "fixed": "who hears whom is the protocol's own:",
        "none": "nobody hears anybody",
    }
    drawn = [] if card.hears == "none" else [draw_text(heard_graph(result)).partition("\n")[2]]
    return "\n".join(
        [
            f"{card.name}  ({card.source})",
            "",
            card.story,
            "",
            f"debaters: {_debaters(card)}; judge: {card.judge}{'; it decides in its own way' if card.decides else ''}",
            f"calls: {card.calls or 'not stated'}; with {len(debate.agents)} agent{several}{rounds}: {calls}",
            *rows_shown(parameters_of(entry.function, skip=1)),
            "",
            hears[card.hears],
            *drawn,
        ]
    )


def _example(name: str, card: Card, agents: int | None) -> Debate:
    fewest, most = card.debaters
    count = agents or min(max(fewest, 3), most or 3)
    judge = "sim/debater" if card.judge == "required" else None
    return Debate(["sim/debater"] * count, protocol=name, judge=judge, seed=0)


def _debaters(card: Card) -> str:
    fewest, most = card.debaters
    if most is None:
        return f"{fewest} or more"
    return str(fewest) if most == fewest else f"{fewest} to {most}"


def _object(entry: Entry[...]) -> dict[str, Any]:
    card = entry.card
    return {
        "name": card.name,
        "source": card.source,
        "story": inspect.cleandoc(card.story),
        "hears": card.hears,
        "judge": card.judge,
        "decides": card.decides,
        "debaters": list(card.debaters),
        "calls": card.calls,
        "needs": sorted(card.needs),
        "parameters": {one: {"default": default, "meaning": told} for one, default, told in _parameters(entry)},
    }


def _parameters(entry: Entry[...]) -> list[tuple[str, str, str]]:
    return list(parameters_of(entry.function, skip=1))
