"""`moot fork`: a stored debate gone on with in another way."""

from functools import partial
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from moot.cli import options
from moot.cli.codes import code_of
from moot.cli.output import json_line, note, show, speak_plainly
from moot.cli.placing import runtime_given
from moot.cli.reporting import answer_last, result_object
from moot.cli.stored import stored_run
from moot.runs.files import respelled
from moot.runs.journal import Reader


def fork(
    store: Path,
    debate: str,
    /,
    *,
    after_round: Annotated[int, Parameter(help="The last round that is kept, from 0; -1 is the last there is.")] = -1,
    changes: Annotated[
        list[str] | None, Parameter(name="--set", help="What changes, as in judge=openai/gpt-5 or agents.bo.llm=….")
    ] = None,
    allow_import: options.AllowImport = False,
    local: options.Local = False,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> int:
    """Go on with a stored debate after one of its rounds, changed from there on.

    Only calls that the change affects are made. The fork is kept in the same run. Exit codes are
    those of moot ask.

    Args:
        store: The file in which the debate is kept.
        debate: Its id, as moot run --json and moot replay print it.
    """
    run = stored_run(store, Reader(store).debate(debate).row.run if store.exists() else None, allow_import)
    speak_plainly()
    change = partial(respelled, changes=changes or (), imports=allow_import)
    result = run.forked(debate, after_round=after_round, change=change, runtime=runtime_given(local, None, None))
    code = code_of([result])
    if json:
        json_line({**result_object(result), "run": run.name, "store": str(store), "exit_code": code})
        return code
    if not quiet:
        new = result.usage.calls - result.usage.cached_calls
        note(f"kept in {store} as {result.debate_id}; {new} of {result.usage.calls} calls were made for it")
    show(answer_last(result))
    return code
