"""Exact agents: rules whose debates have known answers, for tests and for theory.

Each is a pure function of the text it is shown and the seed of the call. "Heard" is the latest
message of each peer in the prompt, "own" the agent's own latest answer there. The first turn
comes from `init=`. Where a tie must fall somehow it keeps the own answer, else it is drawn evenly.
"""

from collections import Counter
from collections.abc import Mapping
from math import exp
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from moot.agents.sim.draws import Draws
from moot.agents.sim.numeric import DeGroot, FriedkinJohnsen, HegselmannKrause
from moot.agents.sim.rule import Rule, Started
from moot.agents.sim.scene import Init, Scene, Start, leaders, weighted


class Random(Started, frozen=True):
    """A fresh draw from `init` every turn."""

    def says(self, scene: Scene, draws: Draws) -> str | None:
        """The draw."""
        return scene.started(draws)


class Zealot(Started, frozen=True):
    """Says `init` for ever; of a distribution, what it drew first."""

    def says(self, scene: Scene, draws: Draws) -> str | None:
        """Its own earlier answer, at first `init`."""
        return scene.own or scene.started(draws)


class Voter(Started, frozen=True):
    """Copies one answer drawn evenly from its own and those heard."""

    def says(self, scene: Scene, draws: Draws) -> str | None:
        """The answer it copies."""
        known = [] if scene.opening else scene.known
        return known[draws.below(len(known))] if known else scene.started(draws)


class Majority(Started, frozen=True):
    """The most frequent of its own and those heard; a tie keeps its own."""

    def says(self, scene: Scene, draws: Draws) -> str | None:
        """The leading answer."""
        return scene.started(draws) if scene.opening else _majority(scene, draws)


class Follower(Started, frozen=True):
    """With probability `lam` as majority, else a fresh draw from `init`."""

    lam: Annotated[float, Field(ge=0, le=1)]
    """How often it follows."""

    def says(self, scene: Scene, draws: Draws) -> str | None:
        """The leading answer or a fresh one."""
        follows = draws.uniform() < self.lam
        return _majority(scene, draws) if follows and not scene.opening else scene.started(draws)


class Logit(Started, frozen=True):
    """Two options A and B: P(A) = sigmoid(beta ± own + eta · (a^s - b^s)).

    a and b are the numbers of heard messages for A and B; + when its own answer is A, - when it
    is B, neither when none is shown.
    """

    beta: Annotated[float, Field(ge=-1000, le=1000)] = 0.0
    own: Annotated[float, Field(ge=-1000, le=1000)] = 2.1
    eta: Annotated[float, Field(ge=-1000, le=1000)] = 1.0
    s: Annotated[float, Field(gt=0, le=4)] = 0.58

    def says(self, scene: Scene, draws: Draws) -> str | None:
        """A or B."""
        if scene.opening:
            return scene.started(draws)
        first, second = (scene.reading.options or ("A", "B"))[:2]
        heard = Counter(scene.heard)
        held = {first: self.own, second: -self.own}.get(scene.own or "", 0.0)
        logit = self.beta + held + self.eta * (heard[first] ** self.s - heard[second] ** self.s)
        # exp of a large number overflows; beyond ±700 the choice is certain in doubles
        return first if draws.uniform() < 1 / (1 + exp(min(-logit, 700.0))) else second


class Threshold(Started, frozen=True):
    """Adopts the leading answer when its share of own and heard reaches `share`, else keeps its own."""

    share: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Least share that moves it."""

    def says(self, scene: Scene, draws: Draws) -> str | None:
        """The leading answer or its own."""
        if scene.opening or not scene.known:
            return scene.started(draws)
        leading, count = leaders(scene.known)
        # the slack lets a share of 0.6 be reached by 3 of 5, whatever the rounding
        if count < self.share * len(scene.known) - 1e-9 or scene.own in leading:
            return scene.own or scene.started(draws)
        return leading[0] if len(leading) == 1 else scene.own or leading[draws.below(len(leading))]


class DirichletMultinomial(Started, frozen=True):
    """An urn: `a0` balls spread as `init` says, and one more for every answer it was ever shown.

    It draws its answer from all of them, so it needs the full answer history in its prompt.
    """

    a0: Annotated[float, Field(gt=0, le=1e9)] = 5.0
    """Balls at the start."""
    own: bool = True
    """Whether its own earlier answers are in the urn; on a complete graph all agents then share one."""

    def says(self, scene: Scene, draws: Draws) -> str | None:
        """A ball."""
        own = [reply.answer for reply in scene.reading.own] if self.own else []
        urn: dict[str | None, float] = {answer: self.a0 * share for answer, share in scene.starts}
        missing = self.a0 * (1.0 - sum(share for _, share in scene.starts))
        for answer in [*_history(scene), *own]:
            if answer is not None:
                urn[answer] = urn.get(answer, 0.0) + 1.0
        total = sum(urn.values()) + max(missing, 0.0)
        return weighted([(str(answer), balls / total) for answer, balls in urn.items()], draws.uniform())


class Oracle(Rule, frozen=True):
    """The right answer: `init` where given, else the truth of bank, pack, solvers or hash world."""

    init: Init | None = None

    @property
    def start(self) -> Start | None:
        """What `init=` says."""
        return self.init

    def says(self, scene: Scene, draws: Draws) -> str | None:
        """The right answer, or None where nothing is true."""
        return scene.started(draws) if scene.starts else scene.truth


class Echo(Rule, frozen=True):
    """The plurality of those heard; `init`, or no answer, where it hears nobody."""

    init: Init | None = None

    @property
    def start(self) -> Start | None:
        """What `init=` says."""
        return self.init

    def says(self, scene: Scene, draws: Draws) -> str | None:
        """The leading answer."""
        leading, _ = leaders(scene.heard)
        if not leading:
            return scene.started(draws)
        return leading[0] if len(leading) == 1 else leading[draws.below(len(leading))]


def _majority(scene: Scene, draws: Draws) -> str | None:
    leading, _ = leaders(scene.known)
    if not leading:
        return scene.started(draws)
    if len(leading) == 1 or scene.own in leading:
        return scene.own if scene.own in leading else leading[0]
    return scene.own or leading[draws.below(len(leading))]


def _history(scene: Scene) -> list[str | None]:
    """Every answer of every peer in the prompt, each turn of a peer once, and as often as peers stand behind it."""
    turns = {(said.author or place, said.round): said for place, said in enumerate(scene.reading.heard)}
    return [said.answer for said in turns.values() for _ in range(said.size)]


RULES: Mapping[str, type[Rule]] = MappingProxyType(
    {
        "exact-random": Random,
        "exact-zealot": Zealot,
        "exact-voter": Voter,
        "exact-majority": Majority,
        "exact-follower": Follower,
        "exact-logit": Logit,
        "exact-threshold": Threshold,
        "exact-dcm": DirichletMultinomial,
        "exact-degroot": DeGroot,
        "exact-fj": FriedkinJohnsen,
        "exact-hk": HegselmannKrause,
        "exact-oracle": Oracle,
        "exact-echo": Echo,
    }
)
"""Every rule by its name after `sim/`."""
