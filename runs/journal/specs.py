"""What changed between the spec a run was recorded with and the one it is given now."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple, cast

from pydantic import JsonValue

from moot.errors import SpecChangedError, SpecError

_ABSENT = "nothing"
_LIMIT = "?limit="
_LISTED = re.compile(r"\[\d+\]|\.all")
"""What lists add to the path of a field."""
_FEW = 3
"""More values than these are counted in sentences, not spelled out."""


class Difference(NamedTuple):
    """One field in which two specs differ; None stands for a field that is not there as for null."""

    field: str
    """Its path, for example `agents[1].temperature`."""
    recorded: JsonValue
    given: JsonValue


def plain(spec: Mapping[str, object]) -> dict[str, JsonValue]:
    """The spec as JSON gives it back: tuples as lists, names as strings.

    Raises:
        SpecError: It holds NaN, an infinity, or something that is not JSON.
    """
    try:
        text = json.dumps(spec, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise SpecError(f"this cannot be recorded: {error}") from error
    return cast(dict[str, JsonValue], json.loads(text))


def check_same(what: str, recorded: JsonValue, given: JsonValue, *, growable: Collection[str] = ()) -> None:
    """Let pass a spec that differs from the recorded one in raised limits at most.

    Args:
        what: Begins the sentence of the error: `run 'ring-du'`.
        recorded: As the journal holds it.
        given: As the caller has it now.
        growable: Paths of limits that may be raised, and of lists that may grow at their end; None is no limit at all.
            What begins with a path that ends in `*` may be anything.

    Raises:
        SpecChangedError: Naming the first field that differs otherwise, and both values.
    """
    free = tuple(path[:-1] for path in growable if path.endswith("*"))
    for field, before, now in differences(recorded, given):
        if field.startswith(free):
            continue
        if not (_LISTED.sub("", field) in growable and _raised(before, now)):
            raise SpecChangedError(
                f"{what} was recorded with {field} = {_shown(before)}, and {_shown(now)} is given: "
                "take the recorded value, or another name"
            )


def differences(recorded: JsonValue, given: JsonValue, path: str = "") -> Iterator[Difference]:
    """The fields that differ, in the order in which they were recorded.

    >>> list(differences({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}))
    [Difference(field='a[1].b', recorded=2, given=3)]
    """
    if isinstance(recorded, dict) and isinstance(given, dict):
        for name in [*recorded, *(name for name in given if name not in recorded)]:
            inner = f"{path}.{name}" if path else name
            yield from differences(recorded.get(name), given.get(name), inner)
    elif isinstance(recorded, list) and isinstance(given, list) and len(recorded) == len(given):
        for place, (before, now) in enumerate(zip(recorded, given, strict=True)):
            yield from differences(before, now, f"{path}[{place}]")
    elif isinstance(recorded, bool) is not isinstance(given, bool) or recorded != given:  # True is no number
        yield Difference(path, recorded, given)


def _raised(before: JsonValue, now: JsonValue) -> bool:
    if now is None:
        return True
    if isinstance(before, str) and isinstance(now, str):  # rules with a limit, as in rounds?limit=4
        (rule, _, limit), (same, _, higher) = before.partition(_LIMIT), now.partition(_LIMIT)
        return rule == same and "" not in {limit, higher} and float(higher) > float(limit)
    if isinstance(before, list) and isinstance(now, list):  # more questions after those there are
        return now[: len(before)] == before
    numbers = isinstance(before, (int, float)) and isinstance(now, (int, float))
    return numbers and cast(float, now) > cast(float, before)


def _shown(value: JsonValue) -> str:
    if isinstance(value, list) and len(value) > _FEW:
        return f"{len(value)} of them"
    text = _ABSENT if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]}…"
