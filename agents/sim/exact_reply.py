"""An exact agent's reply: the answer line and nothing around it."""

from moot.agents.sim.debater import Debater
from moot.agents.sim.draws import Draws
from moot.agents.sim.exact import Oracle
from moot.agents.sim.kinds import label
from moot.agents.sim.prose import answer_line
from moot.agents.sim.reader import Reading
from moot.agents.sim.reply import Reply, Sampling, item_for
from moot.agents.sim.rule import Rule
from moot.agents.sim.scene import Scene, normal_starts
from moot.agents.sim.structured import Filling, keys_wanted, structured

NOTHING = "I have nothing to say to this."
"""A reply that holds no answer."""
_PLAIN = Debater()


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
    written = label(answer, reading.options)
    keys = keys_wanted(reading, sampling.schema)
    if keys is not None:
        filling = Filling(reading, _PLAIN, written, 1.0, 1.0, "As my rule has it.", None, draws)
        return Reply("ok", structured(keys, filling), answer)
    line = answer_line(written, reading.form)
    return Reply("ok", f"{line}\nConfidence: 100%" if reading.wants_confidence else line, answer)
