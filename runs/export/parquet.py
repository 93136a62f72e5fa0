"""Turns as a Parquet file, a row each, with what is the same in all turns of a debate beside them."""

import importlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from moot.errors import UsageError
from moot.runs.export.chosen import Taken
from moot.runs.export.tables import debate_row, turn_rows

_OF_DEBATE = ("question_id", "question", "trial", "protocol", "topology", "gold", "simulated")
"""Columns of the debate that every turn's row has as well."""

_GROUP = 4096
"""Turns that are compressed together, at least."""


def write_parquet(path: Path, debates: Iterable[Taken]) -> None:
    """Write the turns of those debates, in the room of a few thousand turns.

    Raises:
        UsageError: The extra `parquet` is not installed.
    """
    try:
        arrow: Any = importlib.import_module("pyarrow")  # it ships no types
        parquet: Any = importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise UsageError("Parquet files need one package more: pip install 'moot[parquet]'") from error
    schema = arrow.schema(_columns(arrow))
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        rows = list[dict[str, Any]]()
        for taken in debates:
            rows += _rows(taken)
            if len(rows) >= _GROUP:
                writer.write_table(arrow.Table.from_pylist(rows, schema=schema))
                rows = []
        writer.write_table(arrow.Table.from_pylist(rows, schema=schema))


def _rows(taken: Taken) -> Iterator[dict[str, Any]]:
    debate = debate_row(taken.run, taken.result)
    shared = {name: debate[name] for name in _OF_DEBATE}
    outcome = {"debate_status": debate["status"], "debate_answer": debate["answer"]}
    return ({**row, **shared, **outcome} for row in turn_rows(taken.run, taken.result))


def _columns(arrow: Any) -> list[tuple[str, Any]]:
    text, whole, number, truth = arrow.string(), arrow.int64(), arrow.float64(), arrow.bool_()
    message = arrow.struct([("role", text), ("content", text)])
    return [
        *((name, text) for name in ("run", "debate_id", "question_id", "question")),
        ("trial", whole),
        *((name, text) for name in ("protocol", "topology", "gold", "debate_status", "debate_answer")),
        ("simulated", truth),
        ("turn_id", text),
        *((name, whole) for name in ("wave", "round")),
        *((name, text) for name in ("seat", "role", "model")),
        ("heard", arrow.list_(text)),
        *((name, text) for name in ("text", "answer", "vote")),
        ("confidence", number),
        ("correct", truth),
        *((name, text) for name in ("status", "reason", "stance")),
        *((name, whole) for name in ("calls", "prompt_tokens", "completion_tokens")),
        ("cost_usd", number),
        ("latency_s", number),
        ("attempts", whole),
        ("prompt", arrow.list_(message)),
    ]
