"""`moot decisions`: the ways to decide."""

from collections.abc import Callable
from typing import Annotated, Any

from cyclopts import Parameter

from moot.cli import options
from moot.cli.output import json_line, show
from moot.cli.telling import parameters_of, rows_shown, story_of, summary_of
from moot.errors import UnknownNameError
from moot.names import parse
from moot.protocols.decide import catalogue


def decisions(
    name: Annotated[str | None, Parameter(help="One of them.")] = None, /, *, json: options.Json = False
) -> None:
    """List the ways to decide, or print one of them."""
    known = catalogue()
    if name is None:
        if json:
            json_line({"decisions": [_object(one, make) for one, make in known.items()]})
            return
        column = max(map(len, known)) + 2
        show("\n".join(f"{one:<{column}}{summary_of(make)}" for one, make in known.items()))
        show("\na >> b lets b decide where a does not, as in 'majority >> judge'.")
        return
    bare = parse(name)[0]
    if bare not in known:
        raise UnknownNameError("decision", bare, known)
    if json:
        json_line(_object(bare, known[bare]))
    else:
        show("\n".join([bare, "", story_of(known[bare]), *rows_shown(iter(_parameters(known[bare])))]))


def _parameters(make: Callable[..., Any]) -> list[tuple[str, str, str]]:
    counted: Any = getattr(make, "__wrapped__", None)  # a counted rule's first parameter is the standing
    return list(parameters_of(counted or make, skip=1 if counted else 0))


def _object(name: str, make: Callable[..., Any]) -> dict[str, Any]:
    told = {one: {"default": default, "meaning": meaning} for one, default, meaning in _parameters(make)}
    return {"name": name, "summary": summary_of(make), "parameters": told}
