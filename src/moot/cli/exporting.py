"""`moot export`: debates of a store, in files to take along."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from moot.cli import options
from moot.cli.output import json_line, show
from moot.errors import SpecError, StoreError
from moot.runs.export import FORMATS, export
from moot.runs.export.chosen import Stored
from moot.runs.journal import Reader

File = Annotated[Path | None, Parameter(show_default=False)]


def export_store(
    store: Path = options.STORE,
    /,
    *,
    name: Annotated[str | None, Parameter(help="The run; all there are where none is named.")] = None,
    debate: Annotated[str | None, Parameter(help="One debate, by its id.")] = None,
    html: Annotated[File, Parameter(help="One page that needs no network.")] = None,
    md: Annotated[File, Parameter(help="Markdown.")] = None,
    jsonl: Annotated[File, Parameter(help="A result a line, as Result.from_json reads it.")] = None,
    parquet: Annotated[File, Parameter(help="A turn a row; needs the extra parquet.")] = None,
    graphml: Annotated[File, Parameter(help="A graph of messages for each debate.")] = None,
    without_prompts: Annotated[
        bool, Parameter(help="Leave prompts and raw replies out of the page.", show_default=False)
    ] = False,
    json: options.Json = False,
) -> int:
    """Write debates that have ended into files of one format or several.

    Args:
        store: The file in which runs are kept; it may be read-only.
    """
    wanted = dict(zip(FORMATS, (html, md, jsonl, parquet, graphml), strict=True))
    if not any(wanted.values()):
        raise SpecError(f"say into which file: {', '.join(f'--{format}' for format in FORMATS)}")
    if not store.exists():
        raise StoreError(f"there is no store {str(store)!r} yet: moot ask or moot run makes one")
    chosen, written = Stored(Reader(store), store.name, name, debate), list[Path]()
    for format, file in wanted.items():
        if file is not None:
            written.append(export(chosen, file, format=format, prompts=not without_prompts))
    if json:
        json_line({"written": [{"file": str(file), "bytes": file.stat().st_size} for file in written]})
    else:
        show("\n".join(f"{file}: {file.stat().st_size:,} bytes" for file in written))
    return 0
