"""The program that compares expressions, run in a process of its own that may be killed at any moment.

Reads one JSON list of two expressions a line, writes `true`, `false` or `null` (not comparable) a line. A comparison
that uses up its CPU time is ended by the kernel together with this process: a Python-level alarm would not interrupt
one big multiplication. CPU time rather than wall time, so that a busy machine does not change who agrees.
Imports nothing of moot, and ends when its input ends. Model text is parsed as LaTeX only, never evaluated as Python.
"""

import importlib
import json
import logging
import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache

MEMORY_BYTES = 2 << 30


def main(cpu_s: float) -> None:
    """Serve comparisons until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    logging.disable(logging.CRITICAL)
    equal = comparison()
    print(json.dumps(equal("\\sqrt{8}", "2\\sqrt{2}")), file=answers, flush=True)
    for line in sys.stdin:
        left, right = json.loads(line)
        signal.setitimer(signal.ITIMER_PROF, cpu_s)
        verdict = equal(left, right)
        signal.setitimer(signal.ITIMER_PROF, 0)
        print(json.dumps(verdict), file=answers, flush=True)


def comparison() -> Callable[[str, str], bool | None]:
    """The comparing function; imports the algebra, which takes a second."""
    algebra = importlib.import_module("math_verify")  # untyped
    parse, verify, config = algebra.parse, algebra.verify, [algebra.LatexExtractionConfig()]

    @lru_cache(maxsize=256)
    def parsed(expression: str) -> list[object]:
        return list(
            parse(f"${expression}$", extraction_config=config, fallback_mode="no_fallback", parsing_timeout=None)
        )

    def equal(left: str, right: str) -> bool | None:
        try:
            one, two = parsed(left), parsed(right)
            if not one or not two:
                return None
            # Verifying is not symmetric; being equal is.
            return bool(verify(one, two, timeout_seconds=None) or verify(two, one, timeout_seconds=None))
        except Exception:
            return None

    return equal


if __name__ == "__main__":
    main(float(sys.argv[1]))
