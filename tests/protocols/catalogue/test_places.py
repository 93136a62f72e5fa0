"""What every protocol makes of seeds and places: who sits where, and under what name, matters only where it should."""

import json
import os
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from zlib import crc32

import pytest

from moot import Agent, Debate, Question, Request, Result
from moot.protocols import catalogue
from moot.testing import Script

Tables = Mapping[str, Mapping[str, Any]]
ORDERS = 5 if os.environ.get("MOOT_CHAOS") else 2
SEEDS = 8
MANY = (3, 97)
"""How many answers there are: with few, some agree."""
NAMES = ("ada", "bo", "cy", "di", "ed")
QUESTIONS = (
    Question("How many?", kind="number", gold="7", context="There are 7."),
    Question("Which colour?", options=["red", "green", "blue"], gold="green", context="The wall is green."),
)
MESSAGE = re.compile(r"<message([^>]*)>\n(.*?)\n</message>", re.DOTALL)
EITHER = re.compile(r"where X is ([\w-]+(?: or [\w-]+)+)\.")


def debate(protocol: str, agents: Sequence[Agent], judge: Agent | None, seed: int = 1) -> Result:
    seated = judge if catalogue()[protocol].card.judge == "required" else None
    held = Debate(agents, protocol=protocol, judge=seated, policy={"reasks": 0}, quorum=1, seed=seed)
    return held.run(next(one for one in QUESTIONS if held.protocol.refusal(one) is None), runtime="local")


def seats(protocol: str) -> int:
    """As many as matter: four, or what the protocol seats."""
    fewest, most = catalogue()[protocol].card.debaters
    return max(fewest, min(4, most or 4))


def simulated(protocol: str, seed: int) -> Result:
    agents = [Agent(name, f"sim/debater?family={name}") for name in NAMES[: seats(protocol)]]
    return debate(protocol, agents, Agent("jo", "sim/debater?accuracy=0.9"), seed)


@pytest.mark.parametrize("protocol", catalogue())
def test_simulated_models_hold_the_same_debate_under_one_seed_and_another_under_another(protocol: str) -> None:
    first, again, other = simulated(protocol, 1), simulated(protocol, 1), simulated(protocol, 2)
    assert first.digest == again.digest
    assert [turn.text for turn in first.turns] != [turn.text for turn in other.turns]
    for result in (first, other):
        assert {turn.status for turn in result.turns} <= {"ok", "copied", "skipped"}
        assert result.status in {"decided", "undecided"}
        assert result.simulated


def mixing(start: int, many: int, request: Request) -> str:
    """Says one of many answers by its number, its task and all it reads, in whatever order, under whatever names."""
    prompt = request.messages[-1].content
    bodies = [(given, body) for given, body in MESSAGE.findall(prompt)]
    by_author = {name[1]: body for given, body in bodies if (name := re.search(r'author="([^"]*)"', given))}
    task = re.sub("|".join(NAMES), "", MESSAGE.sub("", prompt).rpartition("</")[2])
    number = (start + weight(task) + sum(size(given) * weight(answer_in(body)) for given, body in bodies)) % many
    answer = str(number)
    if options := re.search(r"<options>\n(.*?)\n</options>", prompt, re.DOTALL):
        listed = sorted((text, letter) for letter, text in re.findall(r"^([A-Z])\. (.*)$", options[1], re.MULTILINE))
        answer = listed[number % len(listed)][1]
    if form := re.search(r"<reply_format>\s*(.*?)\s*</reply_format>", prompt, re.DOTALL):
        said = {key: str(1 + weight(by_author.get(key, str(number))) % 9) for key in json.loads(form[1])}
        judged = {key: ("no", "yes")[number % 2] for key, meaning in json.loads(form[1]).items() if "yes" in meaning}
        return json.dumps(said | judged | ({"answer": answer} if "answer" in said else {}))
    if candidates := re.search(r"<candidates>\n(.*?)\n</candidates>", prompt, re.DOTALL):
        answer = ballot(candidates[1].split("\n"), prompt, lambda one: weight(f"{start} {by_author.get(one, one)}"))
    elif either := EITHER.search(prompt):
        answer = chosen(either[1].split(" or "), [body for _, body in bodies], number)
    return f"Final answer: {answer}\nConfidence: {50 + number % 50}%"


def weight(text: str) -> int:
    return crc32(text.encode()) % 10_007


def size(given: str) -> int:
    found = re.search(r'size="(\d+)"', given)
    return int(found[1]) if found else 1


def answer_in(body: str) -> str:
    return " ".join(sorted(re.findall(r"Final answer: (\d+|red|green|blue)\b", body)))


def ballot(candidates: Sequence[str], prompt: str, worth: Callable[[str], int]) -> str:
    named = [re.fullmatch(r"([A-Z])\. (.*)", line) for line in candidates]
    label = {(one[2] if one else line): (one[1] if one else line) for one, line in zip(named, candidates, strict=True)}
    order = [label[one] for one in sorted(label, key=lambda one: (worth(one), one))]
    if "with its points" in prompt:
        return f"{order[0]}: 10"
    return " > ".join(order) if "best first" in prompt else order[0]


def chosen(words: Sequence[str], bodies: Sequence[str], number: int) -> str:
    if words[:2] == ["first", "second"] and len(bodies) > 1:
        one, other = weight(answer_in(bodies[-2])), weight(answer_in(bodies[-1]))
        return words[0] if one > other else words[1] if other > one else words[-1]
    return words[number % len(words)]


def told(protocol: str, order: Sequence[int], names: Sequence[str], seed: int = 1) -> frozenset[object]:
    """What each speaker did, by its own number, seated in that order under those names; and what it came to."""
    did = set[object]()
    for many in MANY:
        result = mixed(protocol, order, names, many, seed)
        did |= {(many, result.answer, frozenset(result.outcome.ties))}
        for turn in result.turns:
            name, _, copy = turn.seat.partition("-")
            who = names.index(name) if name in names else name
            did |= {(many, who, copy, turn.wave, turn.role, turn.round, turn.vote if turn.round is not None else None)}
    return frozenset(did)


def mixed(protocol: str, order: Sequence[int], names: Sequence[str], many: int, seed: int = 1) -> Result:
    agents = [Agent(names[one], Script.by(partial(mixing, one, many))) for one in order]
    return debate(protocol, agents, Agent("jo", Script.by(partial(mixing, 3, many))), seed)


def orders(protocol: str) -> Iterator[list[int]]:
    """Some of the orders in which they may sit."""
    plain = list(range(seats(protocol)))
    yield plain
    yield plain[::-1]
    source = random.Random(1)
    yield from (source.sample(plain, len(plain)) for _ in range(ORDERS))


def in_turn(protocol: str) -> bool:
    """Whether debaters of one round speak in waves of their own."""
    turns = mixed(protocol, range(seats(protocol)), NAMES[: seats(protocol)], 97).turns
    waves = {(turn.round, turn.wave) for turn in turns if turn.round is not None and turn.seat != "judge"}
    return len(waves) > len({number for number, _ in waves})


@pytest.mark.parametrize("protocol", catalogue())
def test_who_sits_where_matters_only_where_they_speak_in_turn_or_have_roles(protocol: str, tables: Tables) -> None:
    places = tables[protocol]["places"]
    if places == "alone":
        assert catalogue()[protocol].card.debaters == (1, 1)
        return
    names = NAMES[: seats(protocol)]
    different = {told(protocol, order, names) for order in orders(protocol)}
    if places == "drawn":  # by lot, whatever their order
        assert len(different) == 1
        return
    assert (len(different) == 1) == (places == "free")
    assert in_turn(protocol) == (places == "turns")


@pytest.mark.parametrize("protocol", catalogue())
def test_names_matter_only_where_lots_are_drawn_by_them(protocol: str, tables: Tables) -> None:
    count = seats(protocol)
    drawn = tables[protocol]["places"] == "drawn" or tables[protocol].get("lots", False)
    changed = (
        told(protocol, range(count), NAMES[:count], seed) != told(protocol, range(count), NAMES[::-1][:count], seed)
        for seed in range(SEEDS if drawn else 1)
    )
    assert any(changed) == drawn
