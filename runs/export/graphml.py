"""Debates as GraphML, a graph each: agents are nodes, and every turn that was heard is an edge."""

import importlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from moot.agents.cleaning import printable
from moot.runs.export.chosen import Taken
from moot.runs.result import Result
from moot.runs.viewer.influence import influence


def write_graphml(path: Path, debates: Iterable[Taken]) -> None:
    """Write those debates as one file of directed multigraphs."""
    graphml: Any = importlib.import_module("networkx.readwrite.graphml")  # it ships no types
    writer = graphml.GraphMLWriter(infer_numeric_types=True)
    for taken in debates:
        writer.add_graph_element(message_graph(taken.result))
    with path.open("wb") as file:
        writer.dump(file)


def message_graph(result: Result) -> Any:
    """The messages of a debate as a networkx `MultiDiGraph` whose attributes any reader of graphs knows.

    Nodes have their last answer and their influence; an edge `u -> v` has the turn of u that was
    heard, the turn of v in which it was, that one's round and wave, and the answers of both.
    """
    graph, weights = result.graph(), influence(result)
    graph.graph.update(id=result.debate_id, question=printable(result.question.text), status=result.status)
    answers = {turn.seat: turn.vote for turn in result.turns if turn.vote is not None}
    for seat in list(graph):
        graph.nodes[seat].update(answer=printable(answers.get(seat) or ""), influence=weights.get(seat, 0.0))
    for _, _, edge in graph.edges(data=True):
        told, heard = result.transcript.turn(edge["message"]), result.transcript.turn(edge["heard_in"])
        said = {"said": told and told.vote, "then": heard and heard.vote}
        edge.update({name: printable(vote or "") for name, vote in said.items()}, wave=heard.wave if heard else -1)
        if edge["round"] is None:
            del edge["round"]
    return graph
