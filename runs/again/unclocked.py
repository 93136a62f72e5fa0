"""A debate without its clock: what time decided then is taken from the record."""

import re
from dataclasses import replace

from moot.protocols.floor.setting import Setting
from moot.protocols.standing import Standing
from moot.protocols.stop.rule import Both, Either, Stop, Tested

_PASSED = re.compile(r"minutes: \S+ of \S+ passed")


def unclocked(setting: Setting, rounds: int, stopped_by: str | None = None) -> Setting:
    """The same, with no deadline, and with `minutes` ending it where they ended it then.

    Args:
        setting: What a debate was held with.
        rounds: How many it had.
        stopped_by: In what words it ended; None where that is not on record.
    """
    stop = None if setting.stop is None else _unclocked(setting.stop, rounds, stopped_by)
    return replace(setting, round_deadline_s=None, stop=stop)


def _unclocked(rule: Stop, rounds: int, stopped_by: str | None) -> Stop:
    if isinstance(rule, Either | Both):
        return type(rule)(tuple(_unclocked(part, rounds, stopped_by) for part in rule.rules))
    if not isinstance(rule, Tested) or rule.name != "minutes":
        return rule
    said = _PASSED.search(stopped_by or "")
    words = said[0] if said is not None else None if stopped_by is not None else "minutes: passed"

    def passed(standing: Standing) -> str | None:
        return words if standing.transcript.rounds == rounds else None

    return Tested(rule.name, passed, rule.parameters)
