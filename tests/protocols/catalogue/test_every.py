"""What must hold of every protocol: who hears whom is as a table by hand says, and it costs what its card says.

`tables/*.toml` has a section for each protocol. A debate is described there in words: `n=4` debaters,
`rounds=3` and other parameters, how everybody speaks, see `Told`, and what else a formula counts.
"""

import itertools
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from math import ceil
from typing import Any

import pytest

from moot import Agent, Debate, Question, Request, Result
from moot.protocols import Card, catalogue
from moot.testing import Script

Tables = Mapping[str, Mapping[str, Any]]
NAMES = "abcdefg"
CHAOS = bool(os.environ.get("MOOT_CHAOS"))
"""Whether formulas are tried at every size and length, or at the corners and in the middle."""
GOLD = 7
QUESTIONS = (
    Question("How many?", kind="number", gold=str(GOLD), context="There are 7."),
    Question("Which colour?", options=["red", "green", "blue"], gold="green", context="The wall is green."),
)
EITHER = re.compile(r"where X is ([\w-]+(?: or [\w-]+)+)\.")
MANNERS = {"agreed", "right", "restless", "unranked", "judged"}
COUNTED = {"s", "e", "j", "T"}
"""What formulas count that is no parameter: sources, edges and seats that hear several; letters of a strategy."""


@dataclass(frozen=True)
class Told:
    """A debate as a table tells it."""

    protocol: str
    n: int
    rounds: int | None = None
    given: Mapping[str, str] = field(default_factory=dict[str, str])
    """Other parameters."""
    counted: Mapping[str, int] = field(default_factory=dict[str, int])
    manner: frozenset[str] = frozenset()
    """`agreed`: all always say the same, and every judge has heard enough. `right`: what a says is right.
    `restless`: answers move farther apart. `unranked`: no ballot can be read. `judged`: a judge is seated.
    Else everybody keeps to an answer of its own, and no judge has ever heard enough."""
    says: tuple[int, ...] = ()
    """What each says, where that is told."""

    @property
    def card(self) -> Card:
        return catalogue()[self.protocol].card

    def held(self, speak: Callable[..., str] | None = None) -> Result:
        """The debate, held by scripted speakers."""
        speak = speak or partial(reply, self)
        agents = [Agent(name, Script.by(partial(speak, place))) for place, name in enumerate(NAMES[: self.n])]
        judged = self.card.judge == "required" or "judged" in self.manner
        debate = Debate(
            agents,
            self.given.get("graph"),
            {"name": self.protocol, **{key: plain(value) for key, value in self.given.items() if key != "graph"}},
            rounds=self.rounds,
            judge=Agent("jo", Script.by(partial(speak, 0))) if judged else None,
            policy={"reasks": 0}, quorum=1, seed=1,
        )  # fmt: skip
        return debate.run(next(one for one in QUESTIONS if debate.protocol.refusal(one) is None), runtime="local")

    def answer(self, place: int, turn: int) -> int:
        """The number that a seat gives in a turn."""
        if self.says:
            return self.says[place]
        if "agreed" in self.manner:
            return GOLD if "right" in self.manner else GOLD + 1
        return 10 * (place + 1) * (3**turn if "restless" in self.manner else 1)


def plain(value: str) -> Any:
    """A parameter's value."""
    return {"true": True, "false": False}.get(value, int(value) if value.isdigit() else value)


def told(protocol: str, words: str) -> Iterator[Told]:
    """The debates of these words; left open, of the fewest debaters and up to two more, in 1 to 3 rounds."""
    fewest, most = catalogue()[protocol].card.debaters
    sizes = [str(n) for n in range(fewest, min(fewest + 2, most or len(NAMES)) + 1)]
    rounds = ["1", "2", "3"] if catalogue()[protocol]().takes_rounds else [""]
    manner = {word for word in words.split() if "=" not in word}
    assert manner <= MANNERS, words
    given = {key: value for key, _, value in (word.partition("=") for word in words.split() if "=" in word)}
    says = tuple(map(int, given.pop("says", "").split(","))) if "says" in given else ()
    counted = {key: int(given.pop(key)) for key in COUNTED & given.keys()}
    sizes = given.pop("n", ",".join(sizes)).split(",")
    rounds = given.pop("rounds", ",".join(rounds)).split(",")
    for (across, size), (down, limit) in itertools.product(enumerate(sizes), enumerate(rounds)):
        if (across + down) % 2 and not CHAOS:
            continue
        yield Told(protocol, int(size), int(limit) if limit else None, given, counted, frozenset(manner), says)


def reply(told: Told, place: int, request: Request) -> str:
    """What a scripted speaker says to whatever it is asked."""
    prompt = request.messages[-1].content
    willing, answer = "agreed" in told.manner, str(told.answer(place, request.turn))
    options = re.search(r"<options>\n(.*?)\n</options>", prompt, re.DOTALL)
    if options is not None:
        letters = re.findall(r"^([A-Z])\. ", options[1], re.MULTILINE)
        answer = letters[0 if willing else place % len(letters)]
    if form := re.search(r"<reply_format>\s*(.*?)\s*</reply_format>", prompt, re.DOTALL):
        return json.dumps(filled(json.loads(form[1]), answer, willing=willing))
    candidates = re.search(r"<candidates>\n(.*?)\n</candidates>", prompt, re.DOTALL)
    words = EITHER.search(prompt)
    if candidates is not None:
        answer = (
            "?" if "unranked" in told.manner else ballot(candidates[1].split("\n"), prompt, 0 if willing else place)
        )
    elif words is not None:
        answer = words[1].split(" or ")[0 if willing else -1]
    return f"I have thought about it.\nFinal answer: {answer}\nConfidence: 60%"


def filled(form: Mapping[str, str], answer: str, *, willing: bool) -> dict[str, str]:
    """A structured reply."""
    word = "yes" if willing else "no"
    said = {key: word if re.search(r"\byes\b", meaning) else "5" for key, meaning in form.items()}
    if "answer" in said:
        said["answer"] = "" if "decided" in said and not willing else answer
    return said


def ballot(candidates: list[str], prompt: str, place: int) -> str:
    """A ballot whose favourite is the candidate of that place."""
    names = [re.sub(r"^([A-Z])\. .*$", r"\1", line) for line in candidates]
    order = names[place % len(names) :] + names[: place % len(names)]
    if "with its points" in prompt:
        return f"{order[0]}: 10"
    return " > ".join(order) if "best first" in prompt else order[0]


def heard(table: str) -> dict[str, set[str]]:
    """A table by hand: a wave in each line, `b: 0a 1c` where b heard what a said in wave 0 and c in wave 1."""
    found: dict[str, set[str]] = {}
    for line in table.splitlines():
        wave, *words = line.partition("#")[0].split() or [""]
        speaker = ""
        for word in words:
            if word[-1] in ":=":
                speaker = f"{wave}:{word[:-1]}" + ("=" if word[-1] == "=" else "")
                found[speaker] = set()
            else:
                found[speaker].add(re.sub(r"(?<=\d)(?=[a-z])", ":", word, count=1))
    return found


def as_held(result: Result) -> dict[str, set[str]]:
    """The same of a debate: a turn that was copied, not asked for, is marked `=`."""
    return {turn.id + "=" * (turn.status == "copied"): set(turn.heard) for turn in result.turns}


def test_every_protocol_and_nothing_else_has_a_table(tables: Tables) -> None:
    assert set(tables) == set(catalogue())


@pytest.mark.parametrize("protocol", catalogue())
def test_who_heard_what_is_as_written_by_hand(protocol: str, tables: Tables) -> None:
    assert tables[protocol]["heard"]
    for words, table in tables[protocol]["heard"].items():
        [debate] = told(protocol, words if "n=" in words else f"{words} n={seats_in(table)}")
        assert as_held(debate.held()) == heard(table), words


def seats_in(table: str) -> int:
    """How many debaters a table has; copies of one count once."""
    return len({id.strip("=").partition(":")[2].partition("-")[0] for id in heard(table)} - {"judge"})


def symbols(told: Told, result: Result) -> dict[str, float]:
    """What a formula of a card may speak of: n agents, at most R rounds, r held, and parameters by their names."""
    bound = catalogue()[told.protocol](**{k: plain(v) for k, v in told.given.items() if k != "graph"})
    numbers = {name: value for name, value in bound.values.items() if isinstance(value, int | float)}
    limit = bound.rounds if told.rounds is None else told.rounds
    return {"n": told.n, "R": limit or 0, "r": result.rounds, **numbers, **told.counted}


def names_in(card: Card) -> str:
    """A pattern of the symbols that the formulas of a card may hold."""
    parameters = [name for name in catalogue()[card.name]().values if len(name) > 1]
    return "|".join([*sorted(parameters, key=len, reverse=True), "[nRr]", *sorted(COUNTED)])


def formulas(card: Card) -> set[str]:
    """Every formula in a card's words: what opens a clause, and whatever holds a sign."""
    atom = rf"(?:(?:\d+\s?)?(?:{names_in(card)})(?![a-z])|\d+(?![\d%\s]*%)|[()⌈⌉])"
    run = re.compile(rf"(?<![\w%]){atom}(?:²|\s*[·+/−-]\s*{atom}|\s?[()⌈⌉]|(?<=[(⌈]){atom})*")
    opens = re.compile(r"(?:^|[,;:] )(?:or |at most )?$")
    return {
        found[0].strip()
        for found in run.finditer(card.calls)
        if re.search(r"[·+/−²-]|\d[nRr]", found[0]) or opens.search(card.calls[: found.start()])
    }


def value(formula: str, card: Card, given: Mapping[str, float]) -> int:
    """What a formula comes to."""
    text = formula.replace("−", "-").replace("²", "**2").replace("·", "*").replace("⌈", "ceil(").replace("⌉", ")")
    text = re.sub(rf"(\d)\s?(?=(?:{names_in(card)})(?![a-z])|\()", r"\1*", text)
    found = eval(text, {"__builtins__": {}}, {"ceil": ceil, **given})
    assert found == int(found)
    return int(found)


@pytest.mark.parametrize("protocol", catalogue())
def test_calls_are_as_many_as_every_formula_of_the_card_says(protocol: str, tables: Tables) -> None:
    card, costs = catalogue()[protocol].card, tables[protocol]["calls"]
    assert formulas(card) == set(costs), card.calls
    for formula, words in costs.items():
        for debate in itertools.chain(*(told(protocol, one) for one in ([words] if isinstance(words, str) else words))):
            result = debate.held()
            expected = value(formula, card, symbols(debate, result))
            assert result.usage.calls == expected, f"{formula}: {debate}"
