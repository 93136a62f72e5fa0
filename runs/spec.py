"""The complete spec of a debate, checked at the door."""

import copy
import inspect
import secrets
from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self

from moot.agents.agent import Agent
from moot.agents.family import models_of
from moot.agents.limits import Limits
from moot.agents.llm import Capabilities
from moot.agents.records import Completion, Request
from moot.errors import SpecError, UnknownNameError
from moot.protocols.answers import space_of
from moot.protocols.confidence import Source
from moot.protocols.decide import Decision, decision, synthesis
from moot.protocols.decide import judge as judging
from moot.protocols.decide.rule import Chain
from moot.protocols.floor.seats import JUDGE, Seat
from moot.protocols.floor.setting import Setting
from moot.protocols.floor.view import View
from moot.protocols.prompting import Prompts, replacements
from moot.protocols.question import Question
from moot.protocols.registry import Bound, bound, spelled
from moot.protocols.stop import Stop, rule
from moot.runs.agent_spec import agent_of, written_agent
from moot.runs.checking import check_bounded, check_key, check_offered, check_priced, check_telling, check_weights
from moot.runs.given import (
    SAME,
    Same,
    Speaker,
    agents_of,
    budget_of,
    check_apart,
    judges_of,
    limits_given,
    needed,
    policy_of,
    prompts_of,
    same_of,
    seats_of,
    whole,
)
from moot.runs.policy import Budget, Policy
from moot.topologies import Schedule, Topology, warnings
from moot.topologies import topology as seated

__all__ = ["JUDGE", "Spec"]


class Spec:
    """The complete spec of a debate."""

    def __init__(
        self,
        agents: Sequence[Speaker],
        topology: Any = None,
        protocol: Any = "du",
        *,
        rounds: int | None = None,
        judge: Speaker | Sequence[Speaker] | None = None,
        decide: Any = None,
        stop: Any = None,
        quorum: int | float | None = None,
        budget: Budget | float | Mapping[str, Any] | None = None,
        policy: Policy | Mapping[str, Any] | None = None,
        limits: Mapping[str, Limits | Mapping[str, Any]] | None = None,
        prompts: str | Path | Mapping[str, str] | None = None,
        same: Same | Speaker | None = None,
        seed: int | None = None,
        imports: bool = False,
    ) -> None:
        """Check everything that can be checked before the first call.

        Args:
            agents: Who debates; a bare model name is seated as `a1`, `a2`, ….
            topology: Who hears whom: a name (`"ring?k=2"`), a `Topology`, any networkx graph, an
                edge list, or a schedule of those; None is the complete graph.
            protocol: A name, a bound protocol, or an async function of the floor.
            rounds: The protocol's limit of rounds, the first included, where it gives none itself.
            judge: Who judges, for protocols and decisions that need one. Of several the first does, and the next
                takes over where its reply cannot be read, is lost, or it stands aside; `decide.panel` asks them all.
            decide: Replaces the protocol's own decision.
            stop: Or-ed with the protocol's own limit, asked after each whole round.
            quorum: Debaters that must give a usable reply in every round, as a number or a
                share; None is more than half.
            budget: Hard caps; a number is US dollars.
            policy: What happens when a call goes wrong.
            limits: What providers or models bear, by their names, as in `{"openai": {"requests_per_minute": 500}}`.
                They hold for everything this process and its actors ask of them, until others are stated.
            prompts: Prompt templates that replace shipped ones, as a mapping or a folder.
            same: Whether two answers are the same, in place of the equality of the question's kind: a plain
                function of the two, or a model that is asked. Either is asked with the two in alphabetical order, each
                pair once; a model not about answers equal by their kind. A new answer is compared with the first of
                each class of equal answers before it.
            seed: None draws one; it is on the result.
            imports: Whether names may be import paths.

        Raises:
            UsageError: Something does not fit; the sentence names it and the mend.
        """
        self.agents = agents_of(agents)
        self.protocol: Bound = _limited(bound(protocol, imports=imports), whole("rounds", rounds, least=1))
        self.judges = judges_of(judge)
        self.decide: Decision | None = None if decide is None else decision(decide)
        self.stop: Stop | None = None if stop is None else rule(stop)
        self.budget = budget_of(budget)
        self.policy = policy_of(policy)
        self.prompts = Prompts(replacements(prompts_of(prompts)))
        compares = same_of(same, imports)
        self.same: Same | None = None if isinstance(compares, Seat) else compares
        self.comparer = compares if isinstance(compares, Seat) else None
        drawn = whole("seed", seed)
        self.seed_given = drawn is not None
        self.seed = drawn if drawn is not None else secrets.randbits(32)
        self.debaters = seats_of(self.agents, self.protocol)
        check_apart(self.debaters, self._beside)
        self.limits = limits_given(limits, self.models)
        self.topology = _topology(topology, self.protocol, [seat.name for seat in self.debaters])
        self.quorum = quorum
        needed(quorum, len(self.debaters))
        self._check()

    def spec(self) -> dict[str, Any]:
        """The debate as plain values: what a debate file holds and a store compares."""
        given: dict[str, Any] = {
            "agents": [written_agent(agent) for agent in self.agents],
            "topology": None if self.protocol.card.hears != "any" else _spelled(self.topology),
            "protocol": {
                "name": self.protocol.card.name,
                **{k: _plain(v) for k, v in self.protocol.parameters.items()},
            },
            "judge": _one_or_all([written_agent(seat.agent) for seat in self.judges]),
            "decide": None if self.decide is None else self.decide.spec(),
            "stop": None if self.stop is None else self.stop.spec(),
            "quorum": self.quorum,
            "budget": self.budget.model_dump(exclude_none=True) or None,
            "policy": self.policy.model_dump(exclude_defaults=True) or None,
            "limits": {name: one.model_dump(exclude_defaults=True) for name, one in self.limits.items()} or None,
            "prompts": self.prompts.replaced or None,
            "same": written_agent(self.comparer.agent) if self.comparer else spelled(self.same) if self.same else None,
            "seed": self.seed,
        }
        return {key: value for key, value in given.items() if value is not None}

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any], *, imports: bool = False, absent: bool = False) -> Self:
        """The debate of a spec, as `spec` writes it and a debate file holds it.

        Args:
            spec: Plain values by the names of the arguments.
            imports: Whether names may be import paths.
            absent: Whether LLMs that were objects may be missing, as in a record that is only read.

        Raises:
            UsageError: A key is unknown, or a value does not fit; the sentence names it.
        """
        known = list(inspect.signature(cls).parameters)
        known.remove("imports")
        for key in spec:
            if key not in known:
                raise UnknownNameError("key of a debate", str(key), known)
        agents: list[Any] | None = spec.get("agents")
        if not isinstance(agents, list) or not agents:
            raise SpecError("a debate needs agents: a list of model names, or of mappings with name and llm")
        judges: list[Any] = spec["judge"] if isinstance(spec.get("judge"), list) else [spec.get("judge")]
        made = partial(agent_of, debate=partial(cls.from_spec, imports=imports, absent=absent), absent=absent)
        seated = [made(agent, f"a{place}") for place, agent in enumerate(agents, 1)]
        others = {key: value for key, value in spec.items() if key not in {"agents", "judge"}}
        if isinstance(others.get("same"), dict):
            others["same"] = made(others["same"], SAME)
        bench = [one if isinstance(one, str) else made(one, JUDGE) for one in judges if one is not None]
        return cls(seated, judge=bench, imports=imports, **others)

    @property
    def judge(self) -> Agent | None:
        """Who judges first."""
        return self.judges[0].agent if self.judges else None

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What a reader of its results should know of the spec: reasons why rounds cannot settle."""
        alone = self.protocol.card.hears != "any" or self.protocol.rounds in {None, 1}
        view = self.protocol.parameters.get("view")
        return () if alone else warnings(self.topology, self_loop=not isinstance(view, View) or view.own != "none")

    def with_seed(self, seed: int) -> Self:
        """The same debate with another seed."""
        other = copy.copy(self)
        other.seed, other.seed_given = seed, True
        return other

    def with_policy(self, policy: Policy) -> Self:
        """The same debate under another policy."""
        other = copy.copy(self)
        other.policy = policy
        return other

    def setting(self, question: Question, debate_id: str) -> Setting:
        """What a debate of this spec over one question is held with.

        Raises:
            SpecError: The protocol cannot debate that question.
        """
        self.protocol.check_question(question)
        return Setting(
            debate_id=debate_id,
            question=question,
            space=space_of(question, same=self.same),
            debaters=self.debaters,
            judges=self.judges,
            comparer=self.comparer,
            topology=self.topology,
            prompts=self.prompts,
            decide=self.decide or self._judging(question),
            stop=self.stop,
            quorum=needed(self.quorum, len(self.debaters)),
            reasks=self.policy.reasks,
            round_deadline_s=self.policy.round_deadline_s,
            sources=self._sources,
            seed=self.seed,
        )

    def _judging(self, question: Question) -> Decision | None:
        """A judge who is given, and whom the protocol does not seat, decides."""
        if not self.judges or self.protocol.card.judge == "required" or self.protocol.card.decides:
            return None
        return synthesis() if question.kind == "text" else judging()

    def check_keys(self) -> None:
        """Let pass a debate whose providers' keys are here; asked before the first call, not to plan or to print.

        Raises:
            CredentialError: One is missing.
        """
        for agent in self._everyone:
            check_key(agent)

    def check_caps(self, budget: Budget) -> None:
        """Let pass caps that can be kept: before a call, the most it may use has to be known.

        Raises:
            PriceError: Of a model under a money cap no price is known.
            SpecError: A model under a cap on money or tokens may write without end.
        """
        for agent in self._everyone:
            check_bounded(agent, budget)

    def check_prices(self, limit: str) -> None:
        """Let pass a limit on money that can be told from what was spent.

        Raises:
            PriceError: Of a model no price is known.
        """
        for agent in self._everyone:
            check_priced(agent, limit)

    @property
    def name(self) -> str:
        """What it is called where it sits in a seat of another debate."""
        return f"debate:{self.protocol.card.name}"

    @property
    def models(self) -> tuple[str, ...]:
        """The models that may speak in it."""
        return tuple(model for agent in self._everyone for model in models_of(agent))

    @property
    def capabilities(self) -> Capabilities:
        """What it offers where it sits in a seat of another debate: words."""
        return Capabilities()

    async def complete(self, request: Request) -> Completion:
        """See `Debate.complete`; a bare spec is not held by itself."""
        raise SpecError("this is the spec of a debate: take Debate.from_spec")

    @property
    def _sources(self) -> frozenset[Source]:
        """Where its rules and its protocol take confidence from."""
        rules = [rule.sources for rule in (self.decide, self.stop) if rule is not None]
        return self.protocol.sources.union(*rules)

    @property
    def seats(self) -> tuple[Seat, ...]:
        """Everyone who may be called: debaters, judges, and who compares answers."""
        return (*self.debaters, *self._beside)

    @property
    def _beside(self) -> tuple[Seat, ...]:
        return (*self.judges, *([] if self.comparer is None else [self.comparer]))

    @property
    def _everyone(self) -> tuple[Agent, ...]:
        """Every agent that may be called."""
        return (*self.agents, *(seat.agent for seat in self._beside))

    def _check(self) -> None:
        card = self.protocol.card
        if card.decides and self.decide is not None:
            raise SpecError(f"protocol {card.name!r} decides in its own way; leave decide={self.decide.spec()!r} out")
        asking = f"protocol {card.name!r}" if card.judge == "required" else self._asking()
        if not self.judges and asking is not None:
            raise SpecError(f"{asking} needs a judge: give judge=")
        self.protocol.check(seats=len(self.debaters), topology=self.topology, judged=bool(self.judges))
        for seat in self.seats:
            check_offered(seat.agent, self.protocol)
        if "logprob" in self._sources:
            for seat in self.debaters:
                check_telling(seat.agent)
        check_weights(_rules(self.decide), [seat.name for seat in self.debaters])
        self.check_caps(self.budget)
        if self.stop is not None and any(getattr(leaf, "name", None) == "usd" for leaf in self.stop.leaves):
            self.check_prices("the stop rule 'usd'")

    def _asking(self) -> str | None:
        """The rule that may ask a judge, as a sentence begins with it."""
        decisions = [f"decision {str(rule.spec())!r}" for rule in _rules(self.decide) if rule.asks]
        leaves = () if self.stop is None else self.stop.leaves
        return next(iter([*decisions, *(f"stop rule {str(leaf.spec())!r}" for leaf in leaves if leaf.asks)]), None)


def _rules(rule: Decision | None) -> tuple[Decision, ...]:
    """The simple rules of a decision."""
    return () if rule is None else rule.rules if isinstance(rule, Chain) else (rule,)


def _one_or_all(values: list[Any]) -> Any:
    """Of several values all, of one itself, of none nothing."""
    return values if len(values) > 1 else next(iter(values), None)


def _limited(protocol: Bound, rounds: int | None) -> Bound:
    """The protocol with that limit of rounds."""
    own = protocol.parameters.get("rounds")
    if rounds is None or rounds == own:
        return protocol
    if own is not None:
        raise SpecError(
            f"rounds={rounds} contradicts rounds={own} of protocol {protocol.card.name!r}: give one of them"
        )
    return protocol.with_rounds(rounds)


def _topology(value: Any, protocol: Bound, names: Sequence[str]) -> Topology:
    if protocol.card.hears != "any":
        if value is not None:
            raise SpecError(f"protocol {protocol.card.name!r} fixes who hears whom; leave topology= out")
        return seated("none", names)
    return seated(protocol.card.graph if value is None else value, names)


def _spelled(topology: Topology) -> Any:
    """The topology's spelling; a graph file's edges are spelled out, so that a spec needs no other file."""
    if isinstance(topology, Schedule) and topology.listed is not None:
        return [_spelled(topology.round(number)) for number in range(topology.listed)]
    from_file = isinstance(topology.spec, dict) and "file" in topology.spec
    return topology.spelled(None).spec if from_file else topology.spec


def _plain(value: Any) -> Any:
    return {key: spelled(one) for key, one in vars(value).items()} if isinstance(value, View) else spelled(value)
