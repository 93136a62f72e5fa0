"""`moot ask`: one debate over one question."""

from functools import partial

from moot.cli import options
from moot.cli.conducting import Sitting, fresh_name
from moot.cli.making import debate_of, question_of
from moot.runs.batch import Watch
from moot.runs.holding import Listener
from moot.runs.run import Run


def ask(
    question: str,
    /,
    *,
    model: options.Models,
    rounds: options.Rounds = None,
    judge: options.Judge = None,
    topology: options.TopologyName = None,
    protocol: options.ProtocolName = "du",
    decide: options.DecisionName = None,
    stop: options.Stops = None,
    quorum: options.Quorum = None,
    kind: options.Kind = None,
    option: options.Options = None,
    seed: options.Seed = None,
    timeout: options.Timeout = None,
    max_usd: options.MaxUsd = None,
    max_tokens: options.MaxTokens = None,
    store: options.Store = options.STORE,
    name: options.Name = None,
    cache: options.Cache = False,
    allow_import: options.AllowImport = False,
    local: options.Local = False,
    view: options.View = False,
    log: options.Log = None,
    log_level: options.LogLevel = None,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> int:
    """Hold one debate over one question; the answer comes last.

    Every call is kept in the store, so a debate that was interrupted goes on where it was.

    Args:
        question: What is debated.
    """
    asked = question_of(question, kind=kind, options=option)
    debate = debate_of(
        model,
        topology=topology,
        protocol=protocol,
        rounds=rounds,
        judge=judge,
        decide=decide,
        stop=stop,
        quorum=quorum,
        timeout=timeout,
        max_usd=max_usd,
        max_tokens=max_tokens,
        seed=seed,
        imports=allow_import,
    )
    sitting = Sitting(store, name or fresh_name("ask"), json, quiet, allow_import, view, log, log_level)

    def work(listen: Listener | None, watch: Watch | bool) -> Run:
        hold = partial(debate.run_many, store=store, name=sitting.name, runtime="local" if local else None)
        return hold([asked], budget=max_usd, cache=cache, listen=listen, progress=watch)

    return sitting.hold(work, alone=True)
