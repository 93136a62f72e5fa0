"""The card of a protocol: what it is, what it takes, how its variants differ, and who hears whom in it."""

import inspect
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args, get_type_hints

from moot.cli.rehearsed import heard_graph, rehearsed
from moot.cli.telling import parameters_of, rows_shown
from moot.errors import UnknownNameError
from moot.names import parse
from moot.protocols import Bound, Entry, Question, catalogue
from moot.protocols.transcript import Turn
from moot.runs.ahead.plan import Plan
from moot.runs.ahead.prefix import repeated_share
from moot.runs.debate import Debate
from moot.runs.result import Result
from moot.topologies import draw_text

EXAMPLES = (
    Question("Which is larger, 9.11 or 9.9?", options=["9.11", "9.9"], gold="9.9"),
    Question("What is 17 * 24?", kind="number", gold="408"),
    Question("How likely is rain tomorrow?", kind="probability"),
    Question("How good is the sentence: The sea was the sea?", kind="score"),
    Question("Should cities ban cars?"),
    Question("Did Ann drink her tea?", kind="bool", context="Ann drank her tea and left the milk.", gold="yes"),
)
"""Questions that stand for others; a protocol is shown with the first that it can debate."""
WAVES = 12
"""Waves that are listed; a long debate only repeats them."""
WIDTH = 110
"""Characters of a line of the list of waves."""
_PITFALL = re.compile(r"\bPitfall:\s+(.*?)(?=\n\n|\Z)", re.DOTALL)
_SEE = re.compile(r"(?:As in|See) `(\w+)`\.?")


def example_for(protocol: Bound) -> Question:
    """A question that the protocol can debate."""
    return next((one for one in EXAMPLES if protocol.refusal(one) is None), EXAMPLES[0])


@dataclass(frozen=True)
class Shown:
    """A protocol by name and the debate that stands for it.

    Args:
        name: As given, parameters included.
        agents: How many debate; None is three, or what the protocol seats.
        rounds: Most rounds; None is its own.
    """

    name: str
    agents: int | None = None
    rounds: int | None = None

    @cached_property
    def entry(self) -> Entry[...]:
        """The protocol.

        Raises:
            UnknownNameError: There is none of that name.
        """
        known = catalogue()
        bare = parse(self.name)[0]
        if bare not in known:
            raise UnknownNameError("protocol", bare, known)
        return known[bare]

    @cached_property
    def debate(self) -> Debate:
        """Simulated debaters in its seats."""
        return self.held(self.name)

    def held(self, protocol: str) -> Debate:
        """The same debaters under another spelling of the protocol."""
        fewest, most = self.entry.card.debaters
        count = self.agents or min(max(fewest, 3), most or 3)
        judge = "sim/debater" if self.entry.card.judge == "required" else None
        return Debate(["sim/debater"] * count, protocol=protocol, rounds=self.rounds, judge=judge, seed=0)

    @cached_property
    def walked(self) -> Result:
        """The debate as it goes where nobody ever agrees."""
        return rehearsed(self.debate, example_for(self.debate.protocol))

    @cached_property
    def plan(self) -> Plan:
        """What it takes."""
        return self.debate.plan(example_for(self.debate.protocol))

    @property
    def story(self) -> str:
        """What it does, without the pitfall."""
        return _PITFALL.sub("", inspect.cleandoc(self.entry.card.story)).strip()

    @property
    def pitfall(self) -> str | None:
        """What to beware of."""
        found = _PITFALL.search(inspect.cleandoc(self.entry.card.story))
        return None if found is None else " ".join(found[1].split())

    @property
    def variants(self) -> dict[str, str]:
        """Each variant with the number of its calls; empty where there is one way only."""
        hint: Any = get_type_hints(self.entry.function).get("variant")
        bare, given = parse(self.name)
        names, example = [str(one) for one in get_args(hint)], example_for(self.debate.protocol)
        others = "".join(f"&{key}={value}" for key, value in given.items() if key != "variant")
        return {one: str(self.held(f"{bare}?variant={one}{others}").plan(example).calls) for one in names}

    @property
    def difference(self) -> str:
        """How the variants differ, in the words of the protocol or of the one it points to."""
        told = _meaning(self.entry)
        found = _SEE.match(told)
        return _meaning(catalogue()[found[1]]) if found is not None and found[1] in catalogue() else told

    def text(self) -> str:
        """The card."""
        card = self.entry.card
        return "\n".join(
            [
                f"{card.name}  ({card.source})",
                "",
                self.story,
                "",
                *([f"pitfall: {self.pitfall}", ""] if self.pitfall else []),
                f"debaters: {_debaters(card.debaters)}; judge: {card.judge}"
                + ("; it decides in its own way" if card.decides else ""),
                f"calls: {card.calls or 'not stated'}; {self._sized}: {self.plan.calls}",
                f"tokens: {self.plan.prompt_tokens} of prompts, {self.plan.completion_tokens} of replies",
                f"prompts: {repeated_share(self.walked.turns):.0%} of their characters repeat the seat's one before",
                *self._variants(),
                *rows_shown(parameters_of(self.entry.function, skip=1)),
                "",
                *self._heard(),
                "",
                "wave by wave, where nobody ever agrees:",
                *_waves(self.walked.turns),
            ]
        )

    def object(self) -> dict[str, Any]:
        """The card as JSON."""
        return {
            **listed(self.entry),
            "repeated_share": repeated_share(self.walked.turns),
            "pitfall": self.pitfall,
            "reconstruction": "reconstruction" in self.story,
            "variants": {"calls": self.variants, "difference": self.difference} if self.variants else None,
            "debate": {
                "agents": len(self.debate.agents),
                "rounds": self.debate.protocol.rounds,
                "calls": list(self.plan.calls),
                "prompt_tokens": list(self.plan.prompt_tokens),
                "completion_tokens": list(self.plan.completion_tokens),
            },
            "heard": [[_seat(id), turn.seat] for turn in self.walked.turns for id in turn.heard],
        }

    @property
    def _sized(self) -> str:
        count, rounds = len(self.debate.agents), self.debate.protocol.rounds
        held = "" if rounds is None else f" and {rounds} round{'s' * (rounds != 1)}"
        return f"with {count} agent{'s' * (count > 1)}{held}"

    def _variants(self) -> list[str]:
        calls = self.variants
        if not calls:
            return []
        told = f"variants: {' or '.join(calls)}. {self.difference}"
        if len(set(calls.values())) == 1:
            return [told]
        return [f"{told} Calls: {', '.join(f'{name} {count}' for name, count in calls.items())}."]

    def _heard(self) -> list[str]:
        card = self.entry.card
        if card.hears == "none":
            return ["nobody hears anybody"]
        own = "who hears whom is the protocol's own:"
        given = f"who hears whom is the topology's, {card.graph or 'complete'} where none is given; so here:"
        return [given if card.hears == "any" else own, draw_text(heard_graph(self.walked)).partition("\n")[2]]


def listed(entry: Entry[...]) -> dict[str, Any]:
    """What an entry declares of itself, as JSON."""
    card = entry.card
    return {
        "name": card.name,
        "source": card.source,
        "story": inspect.cleandoc(card.story),
        "hears": card.hears,
        "judge": card.judge,
        "decides": card.decides,
        "debaters": list(card.debaters),
        "calls": card.calls,
        "needs": sorted(card.needs),
        "parameters": {
            one: {"default": default, "meaning": told} for one, default, told in parameters_of(entry.function, skip=1)
        },
    }


def _meaning(entry: Entry[...]) -> str:
    return next((told for one, _, told in parameters_of(entry.function, skip=1) if one == "variant"), "")


def _debaters(seats: tuple[int, int | None]) -> str:
    fewest, most = seats
    if most is None:
        return f"{fewest} or more"
    return str(fewest) if most == fewest else f"{fewest} to {most}"


def _waves(turns: tuple[Turn, ...]) -> Iterator[str]:
    """A line for each wave: who speaks at the same time, and whom each newly hears."""
    waves = [list(group) for _, group in itertools.groupby(turns, key=lambda turn: turn.wave)]
    for wave in waves[:WAVES]:
        when = "aside" if wave[0].round is None else f"round {wave[0].round}"
        line = f"{when:<9}" + "; ".join(map(_spoken, wave))
        yield line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"
    if len(waves) > WAVES:
        yield f"and {len(waves) - WAVES} more"


def _spoken(turn: Turn) -> str:
    who = turn.seat if turn.role in {"debater", turn.seat} else f"{turn.seat} ({turn.role})"
    heard = list(dict.fromkeys(map(_seat, turn.heard)))
    said = {"copied": " copies", "skipped": " rests"}.get(turn.status, "")
    return f"{who}{said}" + (f" hears {', '.join(heard)}" if heard else "")


def _seat(id: str) -> str:
    return id.partition(":")[2]
