"""What moot does, told as lines of a log: one flat object each, with the ids of the call, turn and debate it concerns.

Nobody listens unless asked to; then `say` costs a comparison. What `about` has bound belongs to every
line said within, in the same task and in those that it starts; so a line of an LLM actor in this
process names the turn it serves. In another process lines are gathered, travel back with what is
fetched there anyway, and are `relay`ed into the log of the process that conducts.

Keys never get here; values are ids, figures and words of moot's own, and `why`, which is scrubbed where
it is written down. What a model said is told by its length and hash, unless texts were asked for.
"""

import sys
from collections.abc import Callable, Generator, Mapping, MutableMapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

Level = Literal["debug", "info", "warning", "error"]
LEVELS: Mapping[str, int] = {"debug": 10, "info": 20, "warning": 30, "error": 40}
"""debug: every call as it is sent and ends. info: runs, debates, rounds, turns, retries. warning: what failed, and what
was done about it. error: what cannot go on."""

Line = dict[str, Any]
"""Plain values: `timestamp` (UTC, where it happened), `level`, `event`, and ids and figures by name."""
Sink = Callable[[Line], None]


@dataclass(frozen=True)
class Wish:
    """What somebody wants to hear."""

    level: Level = "info"
    """Lines below it are not made."""
    texts: bool = False
    """Whether to tell what models said."""


_SILENCE = sys.maxsize
_least = _SILENCE
_sink: Sink | None = None
_wish: Wish | None = None
_ids: ContextVar[Mapping[str, Any]] = ContextVar("moot_log_ids", default={})  # noqa: B039  (it is never changed)
_unbound: AbstractContextManager[None] = nullcontext()


def say(event: str, level: Level = "info", /, **values: Any) -> None:
    """Tell that something happened; values that are None are left out.

    Args:
        event: What happened, as `call.failed`.
        level: See `LEVELS`.
        values: Ids and figures; they count before what was bound.
    """
    if LEVELS[level] < _least or _sink is None:
        return
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    told = {name: value for name, value in values.items() if value is not None}
    _sink({"timestamp": at, "level": level, "event": event, **_ids.get(), **told})


def hears(level: Level) -> bool:
    """Whether lines of that level are heard by anybody; for what would cost something to put together."""
    return LEVELS[level] >= _least


def wish() -> Wish | None:
    """What is to be heard, for passing on to other processes; None where nobody listens."""
    return _wish


def about(**ids: Any) -> AbstractContextManager[None]:
    """Bind ids to all lines that are said within."""
    return _unbound if _sink is None else _bound(ids)


def ids() -> Mapping[str, Any]:
    """What is bound here."""
    return _ids.get()


def relay(line: Line, **values: Any) -> None:
    """Pass on a line of another process, with what is known of it here; what it says itself counts first."""
    if _sink is not None:
        _sink({**values, **line})


def listen(sink: Sink | None, wanted: Wish | None = None) -> None:
    """Have everything told to that sink from now on; None ends it. There is one at a time.

    Args:
        sink: Called on whatever thread a line is said; what it raises is not caught.
        wanted: What it wants to hear.
    """
    global _sink, _wish, _least  # noqa: PLW0603  (a process has one log)
    _sink, _wish = (None, None) if sink is None else (sink, wanted or Wish())
    _least = _SILENCE if _wish is None else LEVELS[_wish.level]


def logger(name: str) -> Any:
    """A structlog logger for what should reach people unasked.

    Unless structlog was configured it writes to standard error, never to standard output.
    """
    import structlog  # here, since it takes longer to import than most of what may want to log

    if structlog.is_configured():
        return structlog.get_logger(name)
    *before, rendered = structlog.get_config()["processors"]
    return structlog.wrap_logger(structlog.PrintLogger(sys.stderr), processors=[*before, escaped, rendered])


def escaped(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    r"""A processor of structlog: texts with nothing in them that a terminal would obey or that begins a line.

    >>> escaped(None, "info", {"event": "a\nforged \x1b[2Jline"})
    {'event': 'a\\nforged \\x1b[2Jline'}
    """
    return {key: _shown(value) if isinstance(value, str) else value for key, value in event.items()}


def _shown(text: str) -> str:
    return text if text.isprintable() else "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


@contextmanager
def _bound(added: Mapping[str, Any]) -> Generator[None]:
    token = _ids.set({**_ids.get(), **added})
    try:
        yield
    finally:
        _ids.reset(token)
