"""Debates made of debates, to compare fairly: at equal cost, from both sides, and everyone against everyone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations

from moot.agents.agent import Agent
from moot.errors import SpecError
from moot.protocols.answers import space_of
from moot.protocols.question import Question
from moot.protocols.rating.bradley_terry import Pairing, Strengths, bradley_terry
from moot.runs.debate import Debate
from moot.runs.ray.settings import Ray
from moot.runs.result import Result


def budget_match(debate: Debate, questions: Iterable[str | Question]) -> Debate:
    """Self-consistency of the same agents with as many calls as the debate takes at most.

    The baseline that a debate has to beat at its own cost (arXiv:2502.08788). Where the calls do not
    divide by the agents it gets the next larger number. A judge's calls count; it is not seated.

    Args:
        debate: What is to be compared.
        questions: What it is to be held over; the dearest of them counts.
    """
    calls = max(debate.plan(question).calls.high for question in questions)
    samples = -int(-calls // len(debate.agents))
    return Debate(
        debate.agents,
        protocol={"name": "self_consistency", "samples": samples},
        policy=debate.policy,
        seed=debate.seed,
    )


def position_swap(debate: Debate) -> Debate:
    """The same debate with its agents seated in the opposite order: who spoke first speaks last.

    Raises:
        SpecError: Its graph is bound to names, so that seats have no order.
    """
    spec = debate.spec()
    if not isinstance(spec.get("topology", ""), str):
        raise SpecError("a swap needs a graph that seats by position: name it, as in 'ring?k=2'")
    return Debate.from_spec({**spec, "agents": spec["agents"][::-1]}, imports=True)


@dataclass(frozen=True)
class Swapped:
    """One question, debated from both sides."""

    straight: Result
    swapped: Result

    @property
    def answer(self) -> str | None:
        """The answer that both sittings give; None where they differ or one gives none."""
        one, other = self.straight.answer, self.swapped.answer
        if one is None or other is None:
            return None
        return one if space_of(self.straight.question).same(one, other) else None


def from_both_sides(
    debate: Debate, questions: Iterable[str | Question], *, runtime: str | Ray | None = None
) -> tuple[Swapped, ...]:
    """Hold the debate over each question as it is and with its seats swapped.

    Args:
        debate: What is held.
        questions: Over what.
        runtime: As for `Debate.run`.
    """
    asked = [Question.of(question) for question in questions]
    straight = debate.run_many(asked, runtime=runtime, progress=False)
    swapped = position_swap(debate).run_many(asked, runtime=runtime, progress=False)
    return tuple(Swapped(*pair) for pair in zip(straight.results(), swapped.results(), strict=True))


def tournament(
    agents: Sequence[Agent], debate: Debate, questions: Iterable[Question], *, runtime: str | Ray | None = None
) -> Strengths:
    """Everyone debates everyone else from both sides, and is rated by how often the verdict is theirs.

    A verdict is a win for the one of the two whose last answer or stance it is; where it is both's or
    neither's it is a tie.

    Args:
        agents: Who takes part, at least 2.
        debate: A debate of two, whose agents are replaced.
        questions: What every pair debates, twice.
        runtime: As for `Debate.run`.

    Raises:
        DataError: Somebody never lost to, or never met, the rest, so that no finite strength fits.
    """
    spec, asked = debate.spec(), list(questions)
    pairings: list[Pairing] = []
    for pair in permutations(agents, 2):
        seated = {key: value for key, value in spec.items() if key not in {"agents", "quorum"}}
        first, second = pair
        between = Debate.from_spec({**seated, "agents": Debate([first, second]).spec()["agents"]}, imports=True)
        results = list(between.run_many(asked, runtime=runtime, progress=False).results())
        points = sum(points_of(result, first.name, second.name) for result in results)
        pairings.append(Pairing(first=first.name, second=second.name, points=points, games=len(results)))
    return bradley_terry(pairings, side=True)


def points_of(result: Result, first: str, second: str) -> float:
    """What the first of two takes from a verdict."""
    same = space_of(result.question).same
    held = {turn.seat: turn.stance or turn.vote for turn in result.turns if turn.round is not None}
    right = [
        result.answer is not None and (answer := held.get(name)) is not None and same(answer, result.answer)
        for name in (first, second)
    ]
    return 0.5 + (right[0] - right[1]) / 2
