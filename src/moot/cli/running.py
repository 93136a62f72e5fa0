"""`moot run`: the debate of a file, over one question or many."""

from functools import partial
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from moot.cli import options
from moot.cli.conducting import Sitting, steady_name
from moot.cli.making import debate_from, questions_of
from moot.cli.placing import runtime_given
from moot.runs.batch import Watch
from moot.runs.holding import Listener
from moot.runs.run import Run


def run(
    file: Path,
    question: Annotated[str | None, Parameter(help="One question, in place of --data.")] = None,
    /,
    *,
    data: options.Data = None,
    limit: options.Limit = None,
    trials: options.Trials = 1,
    changes: options.Changes = None,
    kind: options.Kind = None,
    option: options.Options = None,
    timeout: options.Timeout = None,
    max_usd: options.MaxUsd = None,
    concurrency: options.Concurrency = None,
    store: options.Store = options.STORE,
    name: options.Name = None,
    cache: options.Cache = False,
    allow_import: options.AllowImport = False,
    local: options.Local = False,
    workers: options.Workers = None,
    replicas: options.Replicas = None,
    view: options.View = False,
    log: options.Log = None,
    log_level: options.LogLevel = None,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> int:
    """Hold the debate of a file over one question or many.

    The same file over the same questions goes on with the run that is in the store, and pays for
    nothing twice; more questions, trials, rounds or money are welcome.

    Exit codes over many questions, the worst deciding: 4 where a budget ended any debate or left
    some unheld, else 6 where any failed, else 3 where any is degraded or undecided, else 0.

    Args:
        file: A debate file, see moot init.
    """
    runtime = runtime_given(local, workers, replicas)
    asked = questions_of(question, data, limit, kind=kind, options=option)
    debate = debate_from(file, changes=changes or (), timeout=timeout, max_usd=max_usd, imports=allow_import)
    about = asked[0].id if data is None else data.stem
    steady = steady_name(debate.spec(), file.stem, about, seeded=debate.seed_given)
    sitting = Sitting(store, name or steady, json, quiet, allow_import, view, log, log_level)

    def work(listen: Listener | None, watch: Watch | bool) -> Run:
        hold = partial(debate.run_many, asked, trials=trials, concurrency=concurrency, store=store, name=sitting.name)
        return hold(budget=max_usd, runtime=runtime, cache=cache, listen=listen, progress=watch)

    return sitting.hold(work, alone=len(asked) * trials == 1)
