"""Graphs from files: GraphML, node-link JSON and plain lists of edges.

Of a file no more than its cap is read, as UTF-8; nodes, edges and nesting are counted while
it is looked through, before a graph is built. No format here can run code.
"""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from moot.errors import GraphFileError, SpecError
from moot.topologies.given import assembled
from moot.topologies.graph import Topology
from moot.topologies.readers import edgelist, graphml, nodelink
from moot.topologies.readers.draft import Caps, Draft

FileFormat = Literal["graphml", "json", "edges"]
DEFAULT = Caps()

READERS: dict[str, Callable[[str, Caps], Draft]] = {
    "graphml": graphml.read,
    "json": nodelink.read,
    "edges": edgelist.read,
}
FORMATS = {".graphml": "graphml", ".xml": "graphml", ".json": "json"} | dict.fromkeys(
    (".edges", ".edgelist", ".txt", ".csv", ".tsv"), "edges"
)


def from_file(
    path: str | Path,
    format: FileFormat | None = None,
    *,
    directed: bool = True,
    folder: str | Path | None = None,
) -> Topology:
    """The graph in a file; an edge u -> v means that v hears u.

    Args:
        path: GraphML (`.graphml`), node-link JSON (`.json`) or lines `u v` or `u v weight`
            (`.edges`, `.edgelist`, `.txt`, `.csv`).
        format: "graphml", "json" or "edges"; None goes by the ending.
        directed: False means every edge is heard both ways; otherwise GraphML and JSON say it themselves
            and lines are directed.
        folder: Where a relative path starts; None means the working directory.

    Raises:
        GraphFileError: The file cannot be read, is not a graph, or is larger than 8 MiB, 10 000 nodes or
            100 000 edges, one heard both ways counting twice.
    """
    try:
        draft = read(Path(path) if folder is None else Path(folder) / path, format)
        topology = assembled(draft.nodes, draft.edges, directed=directed)
    except SpecError as error:
        raise GraphFileError(f"graph file {str(path)!r}: {error}") from error
    spec: dict[str, Any] = {"file": str(path)}
    if format is not None:
        spec["format"] = format
    return topology.spelled(spec if directed else spec | {"directed": False})


def read(path: Path, format: FileFormat | None = None, caps: Caps = DEFAULT) -> Draft:
    """The nodes and edges of a file.

    Raises:
        SpecError: The file cannot be used; the sentence leaves out which file.
    """
    kind = format or FORMATS.get(path.suffix.lower(), "")
    if kind not in READERS:
        raise SpecError("its ending says no format: give format as 'graphml', 'json' or 'edges'")
    return READERS[kind](_text(path, caps), caps)


def _text(path: Path, caps: Caps) -> str:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe or device would be read for ever
            raise SpecError("it is no regular file")
        with path.open("rb") as file:
            content = file.read(caps.size + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SpecError(f"it cannot be read: {reason.lower()}") from error
    if len(content) > caps.size:
        raise SpecError(f"it is larger than {caps.size} bytes, which is the most that is read")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SpecError(f"it is not UTF-8 at byte {error.start}: save it as UTF-8") from error
    if "\0" in text:
        raise SpecError("it holds NUL characters, so it is no text")
    return text
