"""The log in a file: a JSON object a line, in which no key stands and no name or text can begin a line of its own."""

import atexit
import json
import os
import sys
import threading
from collections.abc import Generator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, get_args

from moot.agents.cleaning import printable
from moot.agents.provider.secrets import scrubbed
from moot.errors import UsageError
from moot.logs import Level, Line, Sink, Wish, hears, listen

STANDARD_ERROR = "-"
_FOREIGN = ("why", "said")
"""Values with words of others in them: of a provider, of a library, of a model."""
_FIRST = ("timestamp", "level", "event")
_LONGEST = 2000
_MODE = 0o600
"""As of a store: texts may be told."""


def wanted(level: str | None = None) -> Wish:
    """What to tell: that level, or what `MOOT_LOG_LEVEL` says, or info; texts only where `MOOT_LOG_TEXTS` is 1.

    Raises:
        UsageError: There is no such level.
    """
    named = level or os.environ.get("MOOT_LOG_LEVEL") or "info"
    for known in get_args(Level):
        if named == known:
            return Wish(known, texts=os.environ.get("MOOT_LOG_TEXTS", "0") not in {"", "0"})
    raise UsageError(f"there is no log level {named!r}: it is one of {', '.join(get_args(Level))}")


def place(to: str | Path | None = None) -> str | None:
    """Where the log goes: there, or where `MOOT_LOG` says; None is nowhere."""
    return str(to or os.environ.get("MOOT_LOG") or "") or None


@contextmanager
def logged(to: str | Path | None = None, level: str | None = None) -> Generator[None]:
    """Tell the log to a file for as long as the block lasts.

    Args:
        to: A path, which is added to; `-` is standard error; None is what `MOOT_LOG` says, else nowhere.
        level: See `wanted`.

    Raises:
        UsageError: It cannot be written, or there is no such level.
    """
    target = place(to)
    if target is None:
        yield
        return
    wish = wanted(level)
    with _opened(target) as file:
        listen(_written(file), wish)
        try:
            yield
        finally:
            listen(None)


def follow_environment() -> None:
    """Begin the log that `MOOT_LOG` names, for the rest of the process; nothing where one is being told already."""
    if place() is not None and not hears("error"):
        book = logged()
        book.__enter__()
        atexit.register(book.__exit__, None, None, None)


@contextmanager
def _opened(target: str) -> Generator[BinaryIO]:
    if target == STANDARD_ERROR:
        yield sys.stderr.buffer
        return
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _MODE)
    except OSError as error:
        raise UsageError(f"the log {target!r} cannot be written: {error.strerror}") from error
    with os.fdopen(descriptor, "ab", buffering=0) as file:
        yield file


def _written(file: Any) -> Sink:
    """Writes lines to a file; where that fails (a full disk), it says so once, and the debate goes on without a log."""
    import structlog  # here, since nobody needs it who has no log

    render = structlog.processors.JSONRenderer(serializer=_json)
    written = structlog.wrap_logger(structlog.BytesLogger(file), processors=[_only_ours, render])
    failed = threading.Event()

    def sink(line: Line) -> None:
        if failed.is_set():
            return
        try:
            written.msg(**line)
        except OSError as error:
            failed.set()
            sys.stderr.write(f"moot: the log cannot be written any more: {error.strerror}\n")

    return sink


def _only_ours(_logger: object, _method: str, line: MutableMapping[str, Any]) -> Line:
    """The line, what happened first, with words of others scrubbed, shortened and without control characters."""
    for name in _FOREIGN:
        if name in line:
            line[name] = printable(scrubbed(str(line[name])))[:_LONGEST]
    return {**{name: line[name] for name in _FIRST}, **line}


def _json(line: Line, **_: object) -> bytes:
    """ASCII alone, so that nothing in it ends a line or speaks to a terminal."""
    return json.dumps(line, allow_nan=False, default=lambda value: type(value).__name__).encode()
