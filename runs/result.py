"""What a debate gives back: the answer, how it was reached, and what it took."""

import hashlib
import importlib
import json
import re
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, JsonValue

from moot.agents.cleaning import printable
from moot.protocols.answers import space_of
from moot.protocols.outcome import Outcome
from moot.protocols.question import Question
from moot.protocols.tally import Tally
from moot.protocols.transcript import Transcript, Turn

Status = Literal["decided", "undecided", "degraded", "failed"]
"""decided: an answer, and no turn was lost. degraded: an answer, but some turn was lost or a cap
ended the debate. undecided: no answer, though the quorum held. failed: the quorum was lost, or
the protocol's only judge was."""


_PACE = re.compile(r"(?<=[?&])pace=\w+&?|, 'pace': '\w+'")
"""Pace in a protocol's spelling, as text or as a mapping: when turns are made, not what is said in them."""


class Flip(NamedTuple):
    """An agent's answer changed from one round to the next."""

    agent: str
    round: int
    before: str
    after: str


class Fork(BaseModel, frozen=True, extra="forbid"):
    """What a debate has of another, which it goes on with."""

    parent: str
    """The other's id."""
    after_round: int
    """The last round that it has of it."""
    spec: dict[str, JsonValue]
    """What it was held with from there on, as a debate file has it."""
    stops: tuple[JsonValue, ...] = ()
    """What was asked after each of those rounds but the last, where a stop rule was."""


class Result(BaseModel, frozen=True, extra="forbid"):
    """A debate that is over."""

    version: Literal[1] = 1
    debate_id: str
    question: Question
    protocol: str
    topology: str
    seats: tuple[str, ...]
    status: Status
    outcome: Outcome
    stopped_by: str
    """Why it ended, in the rule's own words."""
    turns: tuple[Turn, ...]
    usage: Tally
    simulated: bool
    """Whether any answer came from a simulated or scripted model."""
    seed: int
    trial: int = 0
    compared: dict[str, bool] | None = None
    """Where answers are compared by `same=`: whether the answer and the first vote are the right one by it."""
    capped: bool = False
    """Whether a hard budget ended it."""
    notes: tuple[str, ...] = ()
    fork: Fork | None = None
    """Where it goes on with another debate; None of one that was held from the beginning."""

    @property
    def answer(self) -> str | None:
        """The answer; None where there is none."""
        return self.outcome.answer

    @cached_property
    def transcript(self) -> Transcript:
        """Everything said, in order; iterates over its turns."""
        return Transcript(self.turns)

    @property
    def rounds(self) -> int:
        """How many rounds were held."""
        return self.transcript.rounds

    def votes(self, round: int = -1) -> dict[str, tuple[str, ...]]:
        """Who gave which answer in a round, abstainers absent; -1 is the last."""
        return self.transcript.votes(round)

    @property
    def first_vote(self) -> str | None:
        """The plurality of round 0, the free baseline; None if tied, empty or not independent."""
        return first_vote(self.transcript)

    @property
    def flips(self) -> tuple[Flip, ...]:
        """Every change of an agent's answer between two rounds in which it gave one."""
        last: dict[str, str] = {}
        flips: list[Flip] = []
        for number, turns in self.transcript.by_round.items():
            for turn in turns:
                if turn.vote is None:
                    continue
                before = last.get(turn.seat)
                if before is not None and before != turn.vote:
                    flips.append(Flip(turn.seat, number, before, turn.vote))
                last[turn.seat] = turn.vote
        return tuple(flips)

    @property
    def correct(self) -> bool | None:
        """Whether the answer is the right one; None where none is known. No answer is not correct."""
        if self.question.gold is None:
            return None
        return self.answer is not None and self.right(self.answer)

    def right(self, answer: str) -> bool | None:
        """Whether that answer is the right one, as the debate compares answers.

        None where none is known, or where `same=` compares and has not been asked about that answer.
        """
        gold = self.question.gold
        if gold is None:
            return None
        return space_of(self.question).same(answer, gold) if self.compared is None else self.compared.get(answer)

    def graph(self, round: int | None = None) -> Any:
        """The messages as a networkx `MultiDiGraph`: an edge `u -> v` for each turn of u that v was shown.

        Args:
            round: Only what was heard in that round; None is all of them.
        """
        nx: Any = importlib.import_module("networkx")  # it ships no types, and takes half a second
        graph = nx.MultiDiGraph()
        graph.add_nodes_from(self.seats)
        for turn in self.turns:
            if round is None or turn.round == round:
                for id in turn.heard:
                    told = self.transcript.turn(id)
                    if told is not None:
                        graph.add_edge(told.seat, turn.seat, message=id, heard_in=turn.id, round=turn.round)
        return graph

    @cached_property
    def digest(self) -> str:
        """A hash of everything but measured times, pace, host facts and attempts; equal results have equal digests."""
        plain = self.model_dump(mode="json", exclude={"usage", "notes", "debate_id", "turns", "fork"})
        plain["protocol"] = _PACE.sub("", self.protocol).rstrip("?&")
        plain["calls"] = sum(turn.usage.calls for turn in self.turns)  # a free pace may have made more, all cut
        digest = hashlib.blake2b(digest_size=16)
        for part in (plain, *map(unmeasured, self.turns)):
            text = json.dumps(part, sort_keys=True, ensure_ascii=False)
            digest.update(f"{text}\n".encode(errors="surrogatepass"))
        return digest.hexdigest()

    def to_json(self) -> str:
        """The whole result as one JSON object, for `from_json`."""
        return self.model_dump_json()

    @classmethod
    def from_json(cls, text: str | bytes) -> "Result":
        """The result that `to_json` wrote."""
        return cls.model_validate_json(text)

    def export(self, path: str | Path) -> Path:
        """Take the debate along in a file, in the format its name ends in; see `Run.export`.

        Raises:
            UsageError: There is no such format, or what it needs is not installed.
            DataError: The file cannot be written.
        """
        exporting = importlib.import_module("moot.runs.export")  # it builds on this module
        chosen = importlib.import_module("moot.runs.export.chosen")
        written: Path = exporting.export(chosen.Single(self), path)
        return written

    def __rich__(self) -> Any:
        """The result as `rich` prints it: answers by round, then what they came to."""
        return importlib.import_module("moot.runs.showing").rendered(self)  # it builds on this module

    def plot(self, kind: str = "both", *, round: int | None = None) -> Any:
        """The debate as a matplotlib figure: who heard whom in each round, and how opinions went.

        Args:
            kind: `graph`, `flow`, or `both`.
            round: One round's graph; None is all.

        Raises:
            UsageError: There is no such kind, or matplotlib is not installed.
        """
        return importlib.import_module("moot.runs.drawing.plot").plot(self, kind, round=round)

    def mermaid(self) -> str:
        """The debate as a Mermaid flowchart: who said what, and who was shown it."""
        text: str = importlib.import_module("moot.runs.drawing.text").mermaid(self)
        return text

    def dot(self) -> str:
        """The same in Graphviz's DOT."""
        text: str = importlib.import_module("moot.runs.drawing.text").dot(self)
        return text

    def _repr_html_(self) -> str:
        """The same in a notebook, with the page of `moot view` in a frame."""
        html: str = importlib.import_module("moot.runs.showing").as_html(self)
        chosen = importlib.import_module("moot.runs.export.chosen").Single(self)
        frame: str = importlib.import_module("moot.runs.drawing.notebook").framed(chosen)
        return html + frame

    def __str__(self) -> str:
        marks = [self.status, *(["simulated"] if self.simulated else [])]
        lines = [f"{self.answer if self.answer is not None else 'no answer'} ({', '.join(marks)})"]
        if self.outcome.fallback is not None:
            lines.append(f"{self.outcome.fallback.label}: {self.outcome.fallback.answer} (not a decision)")
        first = self.first_vote
        lines.append(
            f"first vote: {'none' if first is None else first}; flips: {len(self.flips)}; rounds: {self.rounds}"
        )
        lines.append(f"stopped by {self.stopped_by}; decided by {self.outcome.rule or 'nothing'}")
        cost = self.usage.cost_usd
        lines.append(
            f"{self.usage.calls} calls, {self.usage.tokens} tokens, "
            f"{'cost unknown' if cost is None else f'{cost:.4f} USD'}, {self.usage.wall_s:.1f} s"
        )
        return printable("\n".join(lines))


_MEASURED = {"usage", "latency_s", "attempts", "calls"}


def unmeasured(turn: Turn) -> dict[str, Any]:
    """A turn as JSON values, without what differs from one holding to the next."""
    kept = {field.name: getattr(turn, field.name) for field in fields(turn) if field.name not in _MEASURED}
    prompt = [[message.role, message.content] for message in turn.prompt]
    return {**kept, "prompt": prompt, "inner": [unmeasured(inner) for inner in turn.inner]}


def first_vote(transcript: Transcript) -> str | None:
    """The plurality of round 0; None if tied, empty or not independent."""
    votes = transcript.votes(0)
    if not votes or not transcript.independent:
        return None
    most = max(len(names) for names in votes.values())
    lead = [answer for answer, names in votes.items() if len(names) == most]
    return lead[0] if len(lead) == 1 else None
