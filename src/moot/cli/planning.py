"""`moot plan`: what a debate would take."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from moot.cli import options
from moot.cli.making import debate_from, debate_of, questions_of
from moot.cli.output import json_line, show
from moot.cli.rehearsed import prompts_shown, rehearsed
from moot.errors import SpecError
from moot.runs.ahead.plan import Part


def plan(
    what: str,
    question: Annotated[str | None, Parameter(help="One question, where a file is given.")] = None,
    /,
    *,
    model: options.Models | None = None,
    data: options.Data = None,
    limit: options.Limit = None,
    trials: options.Trials = 1,
    changes: options.Changes = None,
    rounds: options.Rounds = None,
    judge: options.Judge = None,
    topology: options.TopologyName = None,
    protocol: options.ProtocolName = "du",
    decide: options.DecisionName = None,
    stop: options.Stops = None,
    quorum: options.Quorum = None,
    kind: options.Kind = None,
    option: options.Options = None,
    prompts: Annotated[bool, Parameter(help="Print the prompts of one debate, too.")] = False,
    allow_import: options.AllowImport = False,
    json: options.Json = False,
) -> None:
    """Say what a debate would take: calls, tokens, cost; nothing is called and nothing spent.

    The least is where all agree at once in short replies, the most where nobody ever agrees and
    replies are long.

    Args:
        what: A debate file, as for moot run, or a question with --model, as for moot ask.
    """
    if Path(what).suffix.lower() in {".yaml", ".yml", ".json"}:
        if model:
            raise SpecError("--model is for a question without a debate file: use --set agents.0.llm=…")
        debate = debate_from(Path(what), changes=changes or (), max_usd=None, imports=allow_import)
        asked = questions_of(question, data, limit, kind=kind, options=option)
    else:
        if not model:
            raise SpecError("give the models that would debate, as in -m sim/debater -m openai/gpt-5-mini")
        asked = questions_of(what, data, limit, kind=kind, options=option)
        debate = debate_of(
            model,
            topology=topology,
            protocol=protocol,
            rounds=rounds,
            judge=judge,
            decide=decide,
            stop=stop,
            quorum=quorum,
            imports=allow_import,
        )
    planned = debate.plan(asked, trials=trials)
    if json:
        agents = {name: _object(part) for name, part in planned.agents.items()}
        json_line({"debates": planned.debates, **_object(planned.whole), "agents": agents})
        return
    if prompts:
        show(prompts_shown(rehearsed(debate, asked[0])) + "\n")
    show(str(planned))


def _object(part: Part) -> dict[str, Any]:
    return {
        **({"model": part.model} if part.model else {}),
        "calls": list(part.calls),
        "prompt_tokens": list(part.prompt_tokens),
        "completion_tokens": list(part.completion_tokens),
        "cost_usd": None if part.cost_usd is None else list(part.cost_usd),
    }
