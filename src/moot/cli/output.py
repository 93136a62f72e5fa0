"""What goes where: results to standard output, everything else to standard error, neither with control sequences."""

import json
import sys
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from moot.agents.cleaning import printable
from moot.logs import escaped

if TYPE_CHECKING:
    from rich.console import Console


def complain(sentence: str) -> None:
    """One line on standard error."""
    sys.stderr.write(f"moot: {_line(sentence)}\n")


def note(sentence: str) -> None:
    """One line on standard error that is no complaint."""
    sys.stderr.write(f"{_line(sentence)}\n")


def show(text: str) -> None:
    """Text on standard output."""
    sys.stdout.write(f"{printable(text)}\n")


def json_line(value: Mapping[str, Any]) -> None:
    """One JSON object on standard output."""
    sys.stdout.write(f"{json_text(value)}\n")


def json_text(value: Any) -> str:
    """JSON in which every character may be written to a terminal, now or when a file of it is shown."""
    return json.dumps(value, allow_nan=False)


def console(*, error: bool = False) -> "Console":
    """Where rich things are drawn; without colours where `NO_COLOR` is set or nobody watches."""
    from rich.console import Console

    return Console(stderr=error, highlight=False, markup=False, emoji=False)


def speak_plainly() -> None:
    """Send warnings and logs to standard error, in one line each."""
    import structlog  # here, since only commands that hold debates have logs

    def warned(message: Warning | str, *_: object, **__: object) -> None:
        complain(f"warning: {message}")

    warnings.showwarning = warned
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            escaped,
            structlog.dev.ConsoleRenderer(colors=False),
            lambda _logger, _name, text: printable(str(text)),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def _line(sentence: str) -> str:
    return " ".join(printable(sentence).split("\n"))
