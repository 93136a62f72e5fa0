"""GraphML by a parser that is told of each element as it comes, so that caps hold while reading.

Declarations of a document type are refused outright: without them there are no entities to
expand and no other files to fetch. Ports, hyperedges and graphs inside nodes are not graphs of
seats; other attributes than `weight` and `channel` are skipped.
"""

from typing import Any
from xml.parsers import expat

from moot.errors import SpecError
from moot.topologies.readers.draft import Caps, Draft, number, shown

TRUTH = {"true": True, "1": True, "false": False, "0": False}


def read(text: str, caps: Caps) -> Draft:
    """The nodes and edges of a GraphML document.

    Raises:
        SpecError: The document is malformed, declares a document type, or is not a plain graph.
    """
    reading = _Reading(caps)
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.EntityDeclHandler = _no_doctype
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise SpecError(f"it is no well-formed XML: {error}") from error
    if reading.both is None:
        raise SpecError("it holds no <graph>")
    return reading.draft


class _Reading:
    """Where the parser stands: the open elements, the edge being read, and what came before."""

    def __init__(self, caps: Caps) -> None:
        self.draft = Draft(caps)
        self.both: bool | None = None
        """Whether edges that say nothing are heard both ways; None before the graph opens."""
        self.open: list[str] = []
        self.keys: dict[str, str] = {}
        """Which of our attributes a key of the document stands for."""
        self.defaults: dict[str, str] = {}
        self.edge: dict[str, str] = {}
        self.carried: dict[str, str] = {}
        self.reading: str | None = None
        """The attribute whose text is being read."""
        self.into: dict[str, str] = {}
        """Where that text goes."""

    def start(self, tag: str, given: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        self.open.append(name)
        if len(self.open) > self.draft.caps.depth:
            raise SpecError(f"it is nested more than {self.draft.caps.depth} levels deep")
        match name:
            case "graph":
                self._graph(given)
            case "key":
                self._key(given)
            case "node":
                self.draft.node(given.get("id"))
            case "edge":
                self.edge, self.carried = given, {}
            case "data":  # of a node or of the graph it is none of ours
                self._text_of(self.keys.get(given.get("key", "")) if "edge" in self.open else None, self.carried)
            case "default":
                self._text_of(self.reading, self.defaults)
            case "hyperedge":
                raise SpecError("it has a hyperedge: write it as edges between nodes")
            case _:
                pass

    def end(self, tag: str) -> None:
        match self.open.pop():
            case "edge":
                self._close_edge()
            case "data" | "key":
                self.reading = None
            case _:
                pass

    def text(self, text: str) -> None:
        if self.reading is not None and self.open[-1] in ("data", "default"):
            self.into[self.reading] += text

    def _graph(self, given: dict[str, str]) -> None:
        if self.both is not None:
            raise SpecError("it holds more than one graph, or a graph inside a node: keep one")
        if given.get("edgedefault") not in ("directed", "undirected"):
            raise SpecError("its <graph> does not say whether edgedefault is 'directed' or 'undirected'")
        self.both = given["edgedefault"] == "undirected"

    def _key(self, given: dict[str, str]) -> None:
        name = given.get("attr.name")
        if name in ("weight", "channel") and given.get("for") in ("edge", "all"):
            self.keys[given.get("id", "")] = name
            self.reading = name

    def _text_of(self, name: str | None, into: dict[str, str]) -> None:
        self.reading, self.into = name, into
        if name is not None:
            into[name] = ""

    def _close_edge(self) -> None:
        source, target = self.edge.get("source"), self.edge.get("target")
        directed = self.edge.get("directed", str(not self.both).lower())
        if directed not in TRUTH:
            raise SpecError(
                f"edge {shown(source)} -> {shown(target)}: directed is {shown(directed)}, not true or false"
            )
        carried: dict[str, Any] = self.defaults | self.carried
        if "weight" in carried:
            carried["weight"] = number(carried["weight"], f"edge {shown(source)} -> {shown(target)}")
        self.draft.edge(source, target, carried.get("weight"), carried.get("channel"), both=not TRUTH[directed])


def _no_doctype(*_: object) -> None:
    raise SpecError("it declares a document type (<!DOCTYPE …>), which is refused: delete the declaration")
