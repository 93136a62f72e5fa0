"""A simulated model's reply in words, with the flaws that real replies have."""

from collections.abc import Mapping
from typing import NamedTuple

from pydantic import JsonValue

from moot.agents.records import Kind
from moot.agents.sim.confidence import stated_confidence, worded_confidence
from moot.agents.sim.debater import Debater
from moot.agents.sim.draws import Draws
from moot.agents.sim.kinds import label
from moot.agents.sim.position import Position, position
from moot.agents.sim.prose import FORMS, answer_line, gibberish, paragraph, refusal
from moot.agents.sim.reader import Reading
from moot.agents.sim.structured import Filling, keys_wanted, structured
from moot.agents.sim.world import Item, item_of


class Reply(NamedTuple):
    """What a simulated model returns."""

    kind: Kind
    text: str
    answer: str | None
    """What it meant, in normal form; None where it meant nothing."""
    detail: str = ""
    """What was wrong with the request."""


class Sampling(NamedTuple):
    """How a call samples."""

    temperature: float
    top_p: float | None
    schema: Mapping[str, JsonValue] | None
    prompt_key: bytes
    """Stands for prompt and model without the seed."""


def debater_reply(debater: Debater, reading: Reading, sampling: Sampling, draws: Draws) -> Reply:
    """The reply of a simulated debater or judge.

    Args:
        debater: Its parameters.
        reading: What the prompt tells.
        sampling: How the call samples.
        draws: The call's own randomness.
    """
    flaw = _flaw(debater, draws)
    if flaw == "refusal":
        return Reply("refused", refusal(draws), None)
    if flaw == "empty":
        return Reply("empty", "", None)
    if flaw == "garble":
        return Reply("ok", gibberish(draws), None)
    item = item_for(reading, debater.world, debater.pack)
    taken = position(
        reading,
        item,
        debater,
        temperature=sampling.temperature,
        top_p=sampling.top_p,
        prompt_key=sampling.prompt_key,
        draws=draws,
    )
    keys = keys_wanted(reading, sampling.schema)
    if keys is None:
        return Reply("ok", _prose(debater, reading, taken, flaw, draws), taken.answer)
    filling = Filling(
        reading=reading,
        debater=debater,
        written=label(taken.answer, reading.options),
        believed=taken.believed,
        confidence=stated_confidence(debater, taken.believed, draws),
        rationale=_reasons(debater, taken, draws),
        ruling=taken.ruling,
        draws=draws,
    )
    return Reply("ok", structured(keys, filling), taken.answer)


def item_for(reading: Reading, world: int, pack: str | None) -> Item:
    """The question of a prompt as the world knows it; without a question tag, all that the prompt says."""
    return item_of(reading.question or reading.text, reading.kind, reading.options, world, pack)


def _flaw(debater: Debater, draws: Draws) -> str | None:
    """What goes wrong with this reply, by the rates of its preset or its own; one draw decides."""
    if not debater.rates:
        return None
    place = draws.uniform()
    for name, rate in debater.rates.items():
        place -= rate
        if place < 0:
            return name
    return None


def _prose(debater: Debater, reading: Reading, taken: Position, flaw: str | None, draws: Draws) -> str:
    form = reading.form if debater.form == "asked" else debater.form
    if flaw == "drift":
        others = [other for other in FORMS if other != form]
        form = others[draws.below(len(others))]
    written = label(taken.answer, reading.options)
    lines = [] if form == "bare" else [_reasons(debater, taken, draws)]
    lines.append(answer_line(taken.answer if form == "bare" else written, form))
    if flaw == "two_answers" and taken.rival is not None:
        lines.append(answer_line(label(taken.rival, reading.options), form))
    if reading.wants_confidence:
        confidence = stated_confidence(debater, taken.believed, draws)
        lines.append(f"Confidence: {worded_confidence(confidence, debater.confidence)}")
    return "\n".join(lines)


def _reasons(debater: Debater, taken: Position, draws: Draws) -> str:
    return paragraph(
        taken.openers,
        taken.answer,
        draws,
        reasons=debater.reasons,
        extra=debater.persuasion,
        other=taken.rival,
        peer=None if taken.ruling is None else taken.ruling.argument.author,
    )
