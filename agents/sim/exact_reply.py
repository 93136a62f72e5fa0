"""An exact agent's reply: the answer line and nothing around it."""

from moot.agents.sim.draws import Draws
from moot.agents.sim.exact import Oracle
from moot.agents.sim.kinds import label
from moot.agents.sim.opinions import Opinion, peer_scores, said_in_form
from moot.agents.sim.prose import answer_line
from moot.agents.sim.reader import Reading
from moot.agents.sim.reply import Reply, Sampling, item_for
from moot.agents.sim.rule import Rule
from moot.agents.sim.scene import Scene, normal_starts
from moot.agents.sim.structured import Filling, keys_wanted, structured

NOTHING = "I have nothing to say to this."
"""A reply that holds no answer."""
CERTAIN = 50.0
"""Logits between its answer and every other."""


def exact_reply(rule: Rule, reading: Reading, sampling: Sampling, draws: Draws) -> Reply:
    """The reply of an exact agent.

    Args:
        rule: Its rule with parameters.
        reading: What the prompt tells.
        sampling: How the call samples; only a schema matters.
        draws: The call's own randomness.
    """
    try:
        starts = () if rule.start is None else normal_starts(rule.start, reading)
    except ValueError as error:
        return Reply("bad_request", "", None, str(error))
    truth = item_for(reading, rule.world, rule.pack).truth if isinstance(rule, Oracle) and not starts else None
    answer = rule.says(Scene(reading, starts, truth), draws)
    if answer is None:
        return Reply("ok", NOTHING, None)
    opinion = _opinion(reading, answer)
    keys = keys_wanted(reading, sampling.schema)
    if keys is not None:
        written = label(answer, reading.options)
        filling = Filling(reading, 1.0, written, 1.0, 1.0, "As my rule has it.", None, opinion)
        return Reply("ok", structured(keys, filling), answer)
    written = said_in_form(reading, opinion)
    lines = [*peer_scores(reading, opinion), answer_line(written, reading.form)]
    lines += ["Confidence: 100%"] if reading.wants_confidence else []
    return Reply("ok", "\n".join(lines), answer if reading.asked.form == "answer" else written)


def _opinion(reading: Reading, answer: str) -> Opinion:
    """All or nothing: its answer counts fully, every other alike and hardly at all."""
    return Opinion(
        answer=answer,
        believed=1.0,
        worths={one: 0.0 if one == answer else -CERTAIN for one in reading.candidates},
        best=lambda shown: next((place for place, one in enumerate(shown) if one.answer == answer), 0),
        mark=lambda _, own: 10 if own else 1,
    )
