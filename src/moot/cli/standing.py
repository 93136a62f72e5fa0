"""`moot up` and `moot down`: a Ray that stays."""

import time

from moot.cli import options
from moot.cli.output import json_line, show


def up(*, json: options.Json = False) -> None:
    """Start a Ray that stays, so that the next command attaches at once.

    It listens on this machine only, holds no keys, and ends with moot down.
    """
    from moot.runs.ray import standing  # here, like all that knows of Ray

    began = time.monotonic()
    before = standing.status()
    there = standing.up()
    if json:
        json_line({"address": there.address, "pid": there.pid, "was_up": before is not None})
    elif before is not None:
        show(f"a Ray is up already at {there.address} (process {there.pid}); moot down ends it")
    else:
        took_s = time.monotonic() - began
        show(f"a Ray is up at {there.address} (process {there.pid}) after {took_s:.1f} s; moot down ends it")


def down(*, json: options.Json = False) -> None:
    """End the Ray that moot up started, and only that."""
    from moot.runs.ray import standing

    ended = standing.down()
    if json:
        json_line({"ended": ended})
    else:
        show("the Ray of moot up has ended" if ended else "no Ray of moot up was running")
