"""Where moot says what nobody asked it: on standard error, or where the user's structlog puts it."""

import sys
from typing import Any


def logger(name: str) -> Any:
    """A structlog logger; unless structlog was configured it writes to standard error, never to standard output."""
    import structlog  # here, since it takes longer to import than most of what may want to log

    if structlog.is_configured():
        return structlog.get_logger(name)
    return structlog.wrap_logger(structlog.PrintLogger(sys.stderr))
