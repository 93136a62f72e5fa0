"""`moot protocols`: what there is, and the card of one."""

from typing import Annotated

from cyclopts import Parameter

from moot.cli import options
from moot.cli.cards import Shown, listed
from moot.cli.output import json_line, show
from moot.cli.telling import summary_of
from moot.protocols import catalogue


def protocols(
    name: Annotated[str | None, Parameter(help="A protocol, also with parameters: society?rounds=3.")] = None,
    /,
    *,
    agents: Annotated[int | None, Parameter(name=("--agents", "-n"), help="Debaters to count and draw with.")] = None,
    rounds: options.Rounds = None,
    json: options.Json = False,
) -> None:
    """List the protocols, or print the card of one.

    A card tells the story and its source, what to beware of, how the variants differ, what a debate
    of that size would take, and who hears whom.
    """
    known = catalogue()
    if name is None:
        if json:
            json_line({"protocols": [listed(entry) for entry in known.values()]})
            return
        column = max(map(len, known)) + 2
        show("\n".join(f"{one:<{column}}{summary_of(entry.function)}" for one, entry in known.items()))
        return
    shown = Shown(name, agents, rounds)
    if json:
        json_line(shown.object())
    else:
        show(shown.text())
