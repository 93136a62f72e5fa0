"""`moot prompts`: what would be sent."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from moot.cli import options
from moot.cli.cards import example_for
from moot.cli.making import debate_from
from moot.cli.output import json_line, show
from moot.cli.rehearsed import prompts_shown, rehearsed
from moot.errors import UnknownNameError
from moot.names import parse
from moot.protocols import catalogue
from moot.protocols.prompting import shipped
from moot.protocols.question import Question
from moot.runs.debate import Debate


def prompts(
    name: Annotated[str | None, Parameter(help="A protocol, a template, or a debate file.")] = None,
    question: Annotated[str | None, Parameter(help="What to ask in place of an example.")] = None,
    /,
    *,
    judge: Annotated[bool, Parameter(help="Seat a judge who decides in the end.")] = False,
    agents: Annotated[int | None, Parameter(help="How many debaters.")] = None,
    allow_import: options.AllowImport = False,
    json: options.Json = False,
) -> None:
    """Print the prompts a protocol would send, or a template that has no protocol's name; nothing is called.

    Replies in them say nothing; everything else is as it would be sent.
    """
    if name is None:
        if json:
            json_line({"templates": list(shipped()), "protocols": list(catalogue())})
            return
        show(f"protocols: {', '.join(catalogue())}\ntemplates: {', '.join(shipped())}")
        return
    if name in shipped() and name not in catalogue():
        _template(name, json)
        return
    debate = _debate(name, judge, agents, allow_import)
    result = rehearsed(debate, example_for(debate.protocol) if question is None else Question(question))
    if json:
        shown = {"id", "round", "seat", "role", "prompt"}
        json_line({"name": name, **result.model_dump(mode="json", include={"turns": {"__all__": shown}})})
    else:
        show(prompts_shown(result))


def _template(name: str, json: bool) -> None:
    if json:
        json_line({"name": name, "template": shipped()[name]})
    else:
        show(shipped()[name])


def _debate(name: str, judge: bool, agents: int | None, imports: bool) -> Debate:
    if Path(name).suffix.lower() in {".yaml", ".yml", ".json"}:
        return debate_from(Path(name), max_usd=None, imports=imports)
    known = catalogue()
    bare = parse(name)[0]
    if bare not in known:
        raise UnknownNameError("protocol or prompt template", bare, (*known, *shipped()))
    card = known[bare].card
    fewest, most = card.debaters
    seated = ["sim/debater"] * (agents or min(max(fewest, 3), most or 3))
    judges = judge or card.judge == "required"
    return Debate(seated, protocol=name, judge="sim/debater" if judges else None, seed=0)
