"""A result put down without what the journal holds anyway, and told again with it."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any, overload

from pydantic import JsonValue, TypeAdapter, ValidationError

from moot.agents.provider.secrets import words_of
from moot.errors import MootError, StoreError
from moot.protocols.transcript import Turn
from moot.runs.journal import DebateRecord
from moot.runs.result import Result

_SEAL = "digest"
_TURN = TypeAdapter(Turn)


@contextmanager
def ours(what: str) -> Generator[None]:
    """Turns what a record brings up that is not as moot writes it into one sentence: a store may come from anybody."""
    try:
        yield
    except MootError:
        raise
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise StoreError(f"{what} cannot be read: {where}: {first['msg'].lower()}") from error
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise StoreError(f"{what} cannot be read, it is none of moot's: {words_of(error)}") from error


def slim(result: Result, *, seal: bool = False) -> dict[str, Any]:
    """The result as JSON values; a turn that names its calls leaves out their prompt and replies.

    Turns become JSON values one at a time, as they are asked for.

    Args:
        result: Of a debate that has ended.
        seal: Whether its digest goes with it, by which `moot.verify` knows it again.
    """
    plain = result.model_copy(update={"turns": ()}).model_dump(mode="json") | {"turns": SlimTurns(result.turns)}
    return {**plain, _SEAL: result.digest} if seal else plain


class SlimTurns(Sequence[dict[str, JsonValue]]):
    """Turns as JSON values, of which none is kept; what is pickled is a plain list."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self._turns = turns

    def __len__(self) -> int:
        return len(self._turns)

    @overload
    def __getitem__(self, place: int) -> dict[str, JsonValue]: ...

    @overload
    def __getitem__(self, place: slice) -> "SlimTurns": ...

    def __getitem__(self, place: int | slice) -> "dict[str, JsonValue] | SlimTurns":
        return SlimTurns(self._turns[place]) if isinstance(place, slice) else _slimmed(self._turns[place])

    def __reduce__(self) -> tuple[type[list[Any]], tuple[list[dict[str, JsonValue]]]]:
        return list, (list(self),)


def sealed(record: DebateRecord) -> str | None:
    """The digest that the result had when it was put down; None where none was."""
    digest = None if record.result is None else record.result.get(_SEAL)
    return None if digest is None else str(digest)


def _slimmed(turn: Turn) -> dict[str, JsonValue]:
    left = {"inner"}
    if turn.calls and turn.reason != "late":  # a turn that was cut off has its first prompt and no text
        left |= {"prompt"} if len(turn.calls) > 1 else {"prompt", "text"}  # some may be samples, not in the text
    plain: dict[str, JsonValue] = _TURN.dump_python(turn, mode="json", exclude=left)
    return {**plain, "inner": [_slimmed(inner) for inner in turn.inner]}


def recounted(record: DebateRecord) -> Result:
    """The result as it was when the debate ended.

    Raises:
        StoreError: The debate has not ended, or the record lacks one of its calls, or is none of moot's.
    """
    with ours(f"the result of debate {record.row.id!r}"):
        plain = _ended(record)
        return Result.model_validate({**plain, "turns": [_told(record, dict(turn)) for turn in plain["turns"]]})


def outlined(record: DebateRecord) -> Result:
    """The result as it was put down: turns that name their calls have neither prompt nor text.

    Raises:
        StoreError: The debate has not ended, or the record is none of moot's.
    """
    with ours(f"the result of debate {record.row.id!r}"):
        return Result.model_validate(_ended(record))


def recounted_turn(record: DebateRecord, id: str) -> Turn | None:
    """One turn as it was when the debate ended; None where there is none of that id.

    Args:
        record: Of the debate, with at least the calls of that turn.
        id: Of the turn.

    Raises:
        StoreError: The debate has not ended, or the record lacks one of its calls.
    """
    return next((_told(record, dict(turn)) for turn in _ended(record)["turns"] if turn["id"] == id), None)


def _ended(record: DebateRecord) -> dict[str, Any]:
    if record.result is None:
        raise StoreError(f"debate {record.row.id!r} has not ended: resume its run")
    return {key: value for key, value in record.result.items() if key != _SEAL}


def _told(record: DebateRecord, turn: dict[str, Any]) -> Turn:
    turn["inner"] = [_told(record, dict(inner)) for inner in turn.get("inner", ())]
    names = turn.get("calls") or ()
    if names and not ("prompt" in turn and "text" in turn):
        try:
            exchanges = [record.exchanges[name] for name in names]
        except KeyError as error:
            raise StoreError(f"the record of debate {record.row.id!r} lacks call {error.args[0]}") from error
        replies = [exchange.completion.text for exchange in exchanges if exchange.completion is not None]
        turn.setdefault("prompt", exchanges[-1].messages)
        turn.setdefault("text", "\n\n".join(text for text in replies if text))
    return _TURN.validate_python(turn)
