"""Ends a process whose event loop is wedged, so that Ray starts another; busy it may be for as long as it likes.

A thread looks every heartbeat whether the loop has passed, or anything in it has moved: a thousand calls
in one pass move although the pass is long. Who does neither for three beats is blocked for good, as
far as anybody who waits can tell. While an import or a regular expression holds the interpreter itself,
the thread does not look either, so that is no missed beat; for such the conductor's patience has an end.
"""

import os
import threading
import time
from collections.abc import Callable

from anyio.lowlevel import current_token

from moot.runs.background import post

BEAT_S = 2.0
MISSED = 3
"""Beats in a row without a sign of life that end the process."""


def watch(moves: Callable[[], int], *, beat_s: float = BEAT_S, end: Callable[[int], object] = os._exit) -> None:
    """Have the loop this is called on watched for as long as the process lives.

    Args:
        moves: A number that changes whenever something happens on the loop.
        beat_s: How often it is looked at.
        end: Ends the process.
    """
    token = current_token()

    def look() -> None:
        passed, seen, missed = threading.Event(), -1, 0
        post(token, passed.set)
        while True:
            time.sleep(beat_s)
            now = moves()
            if passed.is_set() or now != seen:
                missed = 0
            else:
                missed += 1
                if missed == MISSED:
                    end(1)
                    return
            seen = now
            if passed.is_set():
                passed.clear()
                if not post(token, passed.set):  # the loop has ended, and with it what there was to watch
                    return

    threading.Thread(target=look, name="moot-watchdog", daemon=True).start()
