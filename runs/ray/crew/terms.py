"""What a worker has to know of a run: the debate in plain values, and where its LLMs live."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from moot.errors import MootError, SpecError
from moot.logs import Wish
from moot.runs.journal.specs import plain
from moot.runs.policy import Budget
from moot.runs.spec import Spec

_HERE = '"__main__:'
"""Begins, in a spec's JSON, the import path of what only the program that was started has."""


@dataclass(frozen=True)
class Terms:
    """What all debates of a run share."""

    spec: Mapping[str, JsonValue]
    actors: Mapping[str, tuple[str, ...]]
    """Names of the LLM actors, by endpoint in JSON."""
    budget: Budget
    """Caps on the whole run, which the driver keeps."""
    heard: bool
    """Whether anybody listens."""
    wish: Wish | None = None
    """What of a log the driver wants to be told."""


def written(debate: Spec) -> dict[str, JsonValue]:
    """The debate in plain values, of which another process makes the same debate.

    Raises:
        SpecError: It holds what cannot be sent: an object as an LLM, or a function that other processes cannot import.
    """
    spec = plain(debate.spec())
    try:
        same = plain(Spec.from_spec(spec, imports=True).spec())
    except MootError as error:
        raise SpecError(f"workers cannot conduct this debate: {error}") from error
    if same != spec or _HERE in json.dumps(spec):
        raise SpecError(
            "workers cannot conduct this debate: it holds a function of the program that was started, "
            "which other processes cannot import; put it in a module of its own"
        )
    return spec
