"""What a simulated model believes before it hears anyone: a utility in logits for each answer.

A multinomial logit with item difficulty: the right answer gains ability less difficulty, each wrong
one is a lure of its own strength, and family and model add beliefs that their members share. With
nothing true, answers lie on a scale and belief falls off around a place on it.
"""

from functools import lru_cache
from math import log

from moot.agents.sim.ability import DIFFICULTY_SD, FAMILY_SD, LURE_SD, MODEL_SD
from moot.agents.sim.bank import normalised
from moot.agents.sim.debater import Mind
from moot.agents.sim.draws import chance, standard_normal
from moot.agents.sim.kinds import plain_number
from moot.agents.sim.world import STANCES, Item

EULER = 0.5772156649015329
LURE_SCALE = LURE_SD * 0.7796968012336761
"""Scale of a Gumbel distribution with that standard deviation: sd · √6 / π."""

UNTHOUGHT = -2.0
"""What an answer loses that only others brought up."""
PERSONA_SD = 0.3
EXPERTISE = 0.3
"""What the right answer gains where the persona is at home in the item's domain."""

_TRADES = {
    "arithmetic": ("math", "arithm", "account", "engineer"),
    "biology": ("biolog", "doctor", "medic", "nurse"),
    "computing": ("comput", "program", "engineer", "software"),
    "geography": ("geograph", "travel"),
    "history": ("histor",),
    "language": ("languag", "linguist", "translat", "writer", "editor"),
    "physics": ("physic", "engineer"),
    "reasoning": ("logic", "philosoph", "detective"),
}


@lru_cache(maxsize=16384)
def beliefs(item: Item, mind: Mind) -> tuple[float, ...]:
    """The utility of each of the item's answers, in its order."""
    if item.places is not None:
        return _around(item, mind, item.places)
    return tuple(_utility(item, mind, answer) for answer in item.answers)


@lru_cache(maxsize=16384)
def newcomer(item: Item, mind: Mind, answer: str) -> float:
    """The utility of an answer that is none of the item's, brought up by others."""
    if item.places is None:
        return UNTHOUGHT + _utility(item, mind, answer)
    place = _place(item, answer)
    if place is None:
        return UNTHOUGHT
    distances = [abs(place - known) for known in item.places]
    return beliefs(item, mind)[distances.index(min(distances))]


@lru_cache(maxsize=16384)
def persona_effect(item: Item, persona: str) -> tuple[float, ...]:
    """What being told to be someone adds to each answer: little, as measured of real models."""
    at_home = EXPERTISE if _at_home(persona, item.domain) else 0.0
    return tuple(
        PERSONA_SD * standard_normal("persona", persona, item.id, normalised(answer))
        + (at_home if answer == item.truth else 0.0)
        for answer in item.answers
    )


def _utility(item: Item, mind: Mind, answer: str) -> float:
    key = item.id, normalised(answer)
    family = standard_normal("family", mind.family, *key)
    model = standard_normal("model", mind.family, mind.model, *key) * mind.scale
    if answer == item.truth:
        return mind.ability_in(item.domain) - _difficulty(item) + FAMILY_SD.right * family + MODEL_SD.right * model
    lure = LURE_SCALE * (-log(-log(chance("lure strength", *key))) - EULER)
    return lure + FAMILY_SD.wrong * family + MODEL_SD.wrong * model


def _difficulty(item: Item) -> float:
    return DIFFICULTY_SD * standard_normal("difficulty", item.id) if item.difficulty is None else item.difficulty


# Of each scale: its middle, how far items, families and models lie from it, and how wide one mind is.
_SCALES = {"stance": (0.0, 0.5, 0.3, 0.25, 0.35), "probability": (0.0, 1.4, 0.45, 0.35, 0.45)}
_SCORES = (5.5, 1.28, 0.64, 0.72, 1.0)


def _around(item: Item, mind: Mind, places: tuple[float, ...]) -> tuple[float, ...]:
    scale = _SCALES.get("stance" if item.answers == STANCES else item.kind, _SCORES)
    middle, shared, family, model, width = scale
    place = (
        middle
        + shared * standard_normal("place", item.id)
        + family * standard_normal("place", mind.family, item.id)
        + model * standard_normal("place", mind.family, mind.model, item.id)
    )
    return tuple(-0.5 * ((known - place) / width) ** 2 for known in places)


def _place(item: Item, answer: str) -> float | None:
    """Where an answer lies that is none of the item's: only numbers do."""
    digits = None if item.answers == STANCES else plain_number(answer)
    if digits is None:
        return None
    value = float(digits)
    return log(min(max(value, 0.01), 0.99) / (1 - min(max(value, 0.01), 0.99))) if item.kind == "probability" else value


def _at_home(persona: str, domain: str | None) -> bool:
    if domain is None:
        return False
    words = persona.lower()
    return any(stem in words for stem in _TRADES.get(domain, (domain.lower()[:7],)))
