"""The command line: `moot ask`, and what there is to ask with."""

import sys
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console

import moot
from moot.cli.live import Watcher
from moot.errors import BudgetError, DataError, MootError
from moot.protocols import catalogue as protocol_catalogue
from moot.protocols import decide as decisions
from moot.runs.debate import Debate
from moot.runs.result import Result

app = App(name="moot", help="Many LLMs debate a question.", version=moot.__version__)

CODES = {"decided": 0, "degraded": 3, "undecided": 3, "failed": 6}


@app.command
def ask(
    question: str,
    *,
    model: Annotated[list[str], Parameter(name=["--model", "-m"])],
    rounds: Annotated[int | None, Parameter(name=["--rounds", "-r"])] = None,
    judge: str | None = None,
    topology: str | None = None,
    protocol: str = "du",
    decide: str | None = None,
    seed: int | None = None,
    local: bool = False,
    json: bool = False,
    quiet: bool = False,
) -> int:
    """Hold one debate over one question; the answer comes last.

    Args:
        question: What is debated.
        model: A model that debates; give it once for each.
        rounds: Most rounds, the first included.
        judge: A model that judges.
        topology: Who hears whom, for example `ring?k=2`.
        protocol: How it goes, for example `society`.
        decide: How it is decided, for example `majority`.
        seed: Makes simulated debates repeatable.
        local: Without Ray, all in this process.
        json: Print one JSON object and nothing else on stdout.
        quiet: Only the result.
    """
    debate = Debate(model, topology, protocol, rounds=rounds, judge=judge, decide=decide, seed=seed)
    watch = None if quiet or json else Watcher(Console(stderr=True))
    result = debate.run(question, runtime="local" if local else None, listen=watch)
    print(_summary(result) if json else str(result))  # noqa: T201  (the command's output)
    return 4 if result.capped else CODES[result.status]


@app.command
def protocols(name: str | None = None) -> None:
    """List the protocols, or print the card of one."""
    known = protocol_catalogue()
    for entry in known.values() if name is None else [moot.protocols.bound(name).again or known[name]]:
        card = getattr(entry, "card")  # noqa: B009
        Console().print(f"[b]{card.name}[/b]  {card.source}  calls: {card.calls}\n{card.story}\n", highlight=False)


@app.command
def topologies() -> None:
    """List the named graphs."""
    for card in moot.topologies.cards():
        Console().print(f"[b]{card.name}[/b]  {card.summary}", highlight=False)


@app.command(name="decisions")
def decisions_() -> None:
    """List the ways to decide."""
    for name, make in decisions.catalogue().items():
        Console().print(f"[b]{name}[/b]  {(make.__doc__ or '').partition(chr(10))[0]}", highlight=False)


def main() -> None:
    """Run the command line and exit with a code that tells the truth."""
    try:
        code = app()
    except MootError as error:
        Console(stderr=True).print(f"moot: {error}", markup=False, highlight=False)
        code = 5 if isinstance(error, DataError) else 4 if isinstance(error, BudgetError) else 2
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def _summary(result: Result) -> str:
    import json

    given = result.model_dump(mode="json", exclude={"turns"})
    given |= {"answer": result.answer, "first_vote": result.first_vote, "rounds": result.rounds}
    given |= {"flips": [flip._asdict() for flip in result.flips], "correct": result.correct}
    return json.dumps(given, ensure_ascii=False)
