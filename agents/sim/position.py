"""What a simulated debater or judge comes to, before it is put into words."""

from collections.abc import Sequence
from typing import NamedTuple

from moot.agents.sim import templates
from moot.agents.sim.debater import Debater
from moot.agents.sim.draws import Draws
from moot.agents.sim.judging import JUDGES, Verdict, quality, verdict
from moot.agents.sim.reader import Reading
from moot.agents.sim.update import Thought, chosen, strongest_wrong, thought
from moot.agents.sim.world import Item

FIRM = 0.9
"""Belief that a speaker states in an answer it was told to defend. A choice."""


LEFT_OUT = 2.0
"""What a candidate that nobody argued for loses to a judge, in logits. A choice."""


class Position(NamedTuple):
    """An answer and what goes with it."""

    answer: str
    believed: float
    """The share of its belief that the answer has."""
    openers: Sequence[str]
    """How its reply may begin."""
    rival: str | None = None
    """Another answer worth rejecting."""
    ruling: Verdict | None = None
    """Where its role is to choose among replies."""


def position(
    reading: Reading,
    item: Item,
    debater: Debater,
    *,
    temperature: float,
    top_p: float | None,
    prompt_key: bytes,
    draws: Draws,
) -> Position:
    """What it comes to.

    Args:
        reading: What the prompt tells.
        item: The question as the world knows it.
        debater: Its parameters.
        temperature: At least 0.
        top_p: Only the likeliest answers that together reach this share are sampled from.
        prompt_key: Stands for prompt and model without the seed.
        draws: The call's own randomness.
    """
    if reading.role in JUDGES and (ruled := _ruled(reading, item, debater, temperature, draws)) is not None:
        return ruled
    if reading.stance is not None:
        return Position(reading.stance, FIRM, templates.DEFEND, _other(item.answers, reading.stance))
    if debater.aim == "lure":
        return _misleading(reading, item, debater)
    view = _among(thought(reading, item, debater, prompt_key), reading)
    answer = chosen(view, temperature, top_p, draws)
    likely = sorted(zip(view.utilities, view.answers, strict=True), reverse=True)[:2]
    return Position(
        answer, view.chance_of(answer), _openers(reading, answer), _other([other for _, other in likely], answer)
    )


def _ruled(reading: Reading, item: Item, judge: Debater, temperature: float, draws: Draws) -> Position | None:
    """A judge's choice; None where there is nothing to choose from."""
    openers = templates.SUMMARY if reading.role == "summariser" else templates.JUDGE
    ruling = verdict(reading, item, judge, temperature, draws)
    if ruling is None:
        return None
    rivals = [peer.answer for peer in reading.peers if peer.answer is not None]
    return Position(ruling.answer, ruling.sure, openers, _other(rivals, ruling.answer), ruling)


def worths(reading: Reading, item: Item, debater: Debater, prompt_key: bytes) -> dict[str, float]:
    """The utility of each candidate, in the order listed: an answer, or the author of a reply; none where none are.

    A judge goes by the best argument for it, anyone else by what they think of the answer.
    """
    if not reading.candidates or reading.asked.form == "words":
        return {}
    arguments = reading.shown
    if reading.role in JUDGES and arguments:
        found = [
            max(
                (quality(one, item, debater) for one in arguments if candidate in {one.answer, one.author}),
                default=None,
            )
            for candidate in reading.candidates
        ]
        lowest = min((worth for worth in found if worth is not None), default=0.0)
        return {
            candidate: (lowest - LEFT_OUT if worth is None else worth) + (debater.b if place == 0 else 0.0)
            for place, (candidate, worth) in enumerate(zip(reading.candidates, found, strict=True))
        }
    view = thought(reading, item, debater, prompt_key)
    known = dict(zip(view.answers, view.utilities, strict=True))
    by_author = {one.author: known[one.answer] for one in arguments if one.answer is not None}
    return {candidate: by_author.get(candidate, known[candidate]) for candidate in reading.candidates}


def _among(view: Thought, reading: Reading) -> Thought:
    """The candidates alone, where an answer is to be chosen among them."""
    if reading.asked.form != "answer" or not set(reading.candidates).intersection(view.answers):
        return view
    kept = [place for place, answer in enumerate(view.answers) if answer in reading.candidates]
    return Thought(tuple(view.answers[place] for place in kept), tuple(view.utilities[place] for place in kept))


def _misleading(reading: Reading, item: Item, debater: Debater) -> Position:
    """The strongest lure, held to once it is argued for."""
    kept = reading.answer if reading.answer is not None and reading.answer != item.truth else None
    answer = kept or strongest_wrong(item, debater)
    return Position(answer, FIRM, _openers(reading, answer), _other(item.answers, answer))


def _openers(reading: Reading, answer: str) -> Sequence[str]:
    if reading.role == "negative":
        return templates.AGAINST
    if reading.answer is None:
        return templates.FIRST
    return templates.KEEP if reading.answer == answer else templates.CHANGE


def _other(answers: Sequence[str], answer: str) -> str | None:
    return next((other for other in answers if other != answer), None)
