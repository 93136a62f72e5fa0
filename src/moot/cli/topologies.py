"""`moot topologies`: the named graphs, and one drawn."""

from typing import Annotated, Any

from cyclopts import Parameter

from moot.cli import options
from moot.cli.output import json_line, show
from moot.cli.telling import plain, rows_shown
from moot.names import parse
from moot.topologies import TopologyCard, cards, draw_text, measures
from moot.topologies import topology as seated


def topologies(
    name: Annotated[str | None, Parameter(help="A graph, also with parameters: ring?k=2.")] = None,
    /,
    *,
    agents: Annotated[int, Parameter(help="How many to draw it with.")] = 6,
    json: options.Json = False,
) -> None:
    """List the named graphs, or draw one and say what it is like.

    Every name also takes `channel`, what its edges let through (ring?channel=answer), and `prune`, which cuts
    edges as rounds go by (complete?prune=0.25); random ones take `every`, the rounds that one draw lasts.
    """
    known = {card.name: card for card in cards()}
    if name is None:
        if json:
            json_line({"topologies": [_object(card) for card in known.values()]})
            return
        column = max(map(len, known)) + 2
        show("\n".join(f"{card.name:<{column}}{card.summary}" for card in known.values()))
        return
    graph = seated(name, [f"a{place}" for place in range(1, agents + 1)])
    card = known[parse(name)[0]]
    figures = {
        "seats": graph.seats,
        "edges": graph.size,
        "density": round(measures.density(graph), 4),
        "diameter": measures.diameter(graph),
        "second_eigenvalue": round(measures.second_eigenvalue(graph), 4),
    }
    if json:
        json_line({**_object(card), "measures": figures})
        return
    told = (
        (one.name, "required" if one.default is ... else plain(one.default), one.meaning) for one in card.parameters
    )
    reached = figures["diameter"]
    lines = [
        f"{card.name}  as in {card.example!r}",
        "",
        card.summary,
        "",
        f"edges: {card.edges or 'not stated'}",
        *rows_shown(told),
        "",
        draw_text(graph),
        f"density {figures['density']:g}; "
        + (f"everyone is reached after {reached} rounds" if reached is not None else "not everyone is reached")
        + f"; disagreement shrinks to {figures['second_eigenvalue']:g} of itself each round",
    ]
    show("\n".join(lines))


def _object(card: TopologyCard) -> dict[str, Any]:
    parameters = {
        one.name: {"default": None if one.default is ... else plain(one.default), "meaning": one.meaning}
        for one in card.parameters
    }
    return {
        "name": card.name,
        "summary": card.summary,
        "edges": card.edges,
        "example": card.example,
        "parameters": parameters,
    }
