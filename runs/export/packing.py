"""Debates as one JSON document in which every text stands once.

What is said is quoted in the prompts of those who hear it, and prompts share most of what stands
between; so texts go into a table, and a prompt is a list of places in it (see
`moot.runs.journal.cutting`).
"""

from typing import Any

from moot.runs.export.chosen import Chosen, Taken
from moot.runs.journal.cutting import cut
from moot.runs.viewer.documents import InspectedTurn, TurnDocument
from moot.runs.viewer.telling import debate_document

Shared = int | list[int]
"""Where a text stands in the table; several places are texts that follow each other."""


class Texts:
    """A table of texts."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    @property
    def table(self) -> list[str]:
        """The texts, by place."""
        return list(self._places)

    def place(self, text: str) -> int:
        """Where that text stands; it is put there if it is new."""
        return self._places.setdefault(text, len(self._places))

    def places(self, prompt: str) -> Shared:
        """Where the pieces of a prompt stand."""
        pieces = [self.place(piece) for piece in cut(prompt)]
        return pieces[0] if len(pieces) == 1 else pieces


def packed(chosen: Chosen, *, prompts: bool = True) -> dict[str, Any]:
    """All that a page is told, in one document.

    Args:
        chosen: Which debates.
        prompts: Whether prompts and raw replies are in it.
    """
    texts = Texts()
    document: dict[str, Any] = {"runs": chosen.runs(), "debates": {}, "debate": {}, "turn": {}}
    for taken in chosen:
        id = taken.result.debate_id
        document["debates"].setdefault(taken.run, []).append(taken.line)
        document["debate"][id] = _debate(taken, texts)
        if prompts:
            document["turn"][id] = {name: _inspected(turn, texts) for name, turn in taken.turns.items()}
    return {**document, "texts": texts.table}


def _debate(taken: Taken, texts: Texts) -> dict[str, Any]:
    told = debate_document(taken.result, run=taken.run, budget=taken.budget)
    return {**told, "turns": [_turn(turn, texts) for turn in told["turns"]]}


def _turn(turn: TurnDocument, texts: Texts) -> dict[str, Any]:
    return {**turn, "text": texts.place(turn["text"])}


def _inspected(turn: InspectedTurn, texts: Texts) -> dict[str, Any]:
    return {
        **turn,
        "prompt": [[message["role"], texts.places(message["content"])] for message in turn["prompt"]],
        "replies": [texts.place(reply) for reply in turn["replies"]],
        "inner": [_turn(inner, texts) for inner in turn["inner"]],
    }
