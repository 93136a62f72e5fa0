"""A simulated model's reply in words, with the flaws that real replies have."""

from collections.abc import Mapping
from typing import NamedTuple

from pydantic import JsonValue

from moot.agents.records import Kind
from moot.agents.sim.confidence import stated_confidence, worded_confidence
from moot.agents.sim.debater import Debater
from moot.agents.sim.draws import Draws
from moot.agents.sim.judging import preferred, rating
from moot.agents.sim.kinds import label
from moot.agents.sim.opinions import BALLOTS, Opinion, peer_scores, said_in_form
from moot.agents.sim.position import Position, position, worths
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
    written: str = ""
    """The answer as it stands in the text."""
    chance: float = 1.0
    """That it gives this answer."""


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
    opinion = _opinion(taken, reading, item, debater, sampling=sampling, draws=draws)
    keys = keys_wanted(reading, sampling.schema)
    if keys is None:
        return _prose(debater, reading, taken, opinion, flaw=flaw, draws=draws)
    filling = Filling(
        reading=reading,
        sureness=debater.sureness,
        written=label(taken.answer, reading.options),
        believed=taken.believed,
        confidence=stated_confidence(debater, taken.believed, draws),
        rationale=_reasons(debater, taken, draws),
        ruling=taken.ruling,
        opinion=opinion,
    )
    return Reply("ok", structured(keys, filling), taken.answer, written=filling.written, chance=filling.believed)


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


AGREED = 1.0
"""What a mark gains where the reply has the rater's own answer. A choice."""


def _opinion(
    taken: Position, reading: Reading, item: Item, debater: Debater, *, sampling: Sampling, draws: Draws
) -> Opinion:
    """What else it may be asked; draws are taken only where it is."""
    found = worths(reading, item, debater, sampling.prompt_key)
    if reading.asked.form in BALLOTS:
        found = {candidate: worth + sampling.temperature * draws.gumbel() for candidate, worth in found.items()}
    return Opinion(
        answer=taken.answer,
        believed=taken.believed,
        worths=found,
        best=lambda shown: preferred(shown, item, debater, sampling.temperature, draws),
        mark=lambda what, own: rating(reading.question or "", debater, what, draws, AGREED if own else 0.0),
    )


def _prose(
    debater: Debater, reading: Reading, taken: Position, opinion: Opinion, *, flaw: str | None, draws: Draws
) -> Reply:
    form = reading.form if debater.form == "asked" else debater.form
    if flaw == "drift":
        others = [other for other in FORMS if other != form]
        form = others[draws.below(len(others))]
    plain = reading.asked.form == "answer"
    lines = [] if form == "bare" else [_reasons(debater, taken, draws)]
    written = said_in_form(reading, opinion)
    lines += peer_scores(reading, opinion)
    shown = taken.answer if form == "bare" and plain else written
    lines.append(answer_line(shown, form))
    if flaw == "two_answers" and taken.rival is not None and plain:
        lines.append(answer_line(label(taken.rival, reading.options), form))
    if reading.wants_confidence:
        confidence = stated_confidence(debater, taken.believed, draws)
        lines.append(f"Confidence: {worded_confidence(confidence, debater.confidence)}")
    meant = taken.answer if plain else written
    return Reply("ok", "\n".join(lines), meant, written=shown, chance=taken.believed)


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
