"""`moot resume`: going on with a stored run."""

from pathlib import Path

from moot.cli import options
from moot.cli.conducting import Sitting
from moot.cli.making import check_money
from moot.cli.placing import runtime_given
from moot.cli.stored import stored_run
from moot.runs.batch import Watch
from moot.runs.holding import Listener
from moot.runs.run import Run


def resume(
    store: Path = options.STORE,
    /,
    *,
    name: options.Name = None,
    max_usd: options.MaxUsd = None,
    concurrency: options.Concurrency = None,
    allow_import: options.AllowImport = False,
    local: options.Local = False,
    workers: options.Workers = None,
    replicas: options.Replicas = None,
    log: options.Log = None,
    log_level: options.LogLevel = None,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> int:
    """Go on with a stored run: hold what is missing, try again what failed.

    What was answered is not asked again. Exit codes are those of moot run.

    Args:
        store: The file in which it is kept.
        name: The run; the latest where none is named.
    """
    runtime = runtime_given(local, workers, replicas)
    stored = stored_run(store, name, allow_import)
    check_money(stored.batch.debate, max_usd, allow_import)
    sitting = Sitting(store, stored.name, json, quiet, allow_import, log=log, log_level=log_level)

    def work(listen: Listener | None, watch: Watch | bool) -> Run:
        return stored.resume(concurrency=concurrency, budget=max_usd, runtime=runtime, listen=listen, progress=watch)

    return sitting.hold(work, alone=stored.asked == 1)
