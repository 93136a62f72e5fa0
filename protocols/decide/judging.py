"""Decisions by a judge who reads the last round: a verdict, scores, duels, a ranking, or a synthesis."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from moot.protocols.decide.counting import led
from moot.protocols.decide.recusing import Recusal
from moot.protocols.decide.rule import Decision, Hearing, Tie, settled
from moot.protocols.decide.rulings import JudgeForm, Points, Reading
from moot.protocols.floor.view import View
from moot.protocols.outcome import Outcome
from moot.protocols.standing import Standing

Recuse = bool | dict[str, str]
"""Whether judges stand aside from their own model family; a mapping says yes, and names families of models by how
their names begin."""
PANEL = 3
"""Verdicts of a panel of one judge."""


class Judged(Decision):
    """The judge decides, reading the last round once, or in both orders."""

    def __init__(
        self,
        name: str,
        view: View,
        *,
        form: JudgeForm | Literal["synthesis"] = "verdict",
        swap: bool = False,
        tie: Tie = "none",
        recuse: Recuse = False,
        spelled: Mapping[str, object] | None = None,
    ) -> None:
        self.name, self.parameters = name, dict(spelled or {})
        self._view, self._swap = view, swap
        self._form: JudgeForm | Literal["synthesis"] = form
        self._tie: Tie = tie
        self._recusal = None if recuse is False else Recusal(recuse if isinstance(recuse, dict) else {})

    @property
    def asks(self) -> bool:
        """Always."""
        return True

    async def decide(self, hearing: Hearing) -> Outcome:
        """Ask the judge; where nothing can be read, or all stand aside, the debate is undecided."""
        standing = await hearing.standing()
        readings = [one for reading in self._readings(hearing, standing) for one in self._orders(reading)]
        points = Points()
        for reading in readings:
            points += await reading.points(self._form)
        outcome = settled(led(points.evened()), self.name, self._tie, standing.seed)
        if self._form in {"verdict", "synthesis"} and len(readings) == 1:  # it says nothing of the others' support
            counts = {answer: float(len(names)) for answer, names in standing.votes.items()}
            outcome = outcome.model_copy(update={"support": counts})
        return outcome.model_copy(update={"rationale": "\n\n".join(dict.fromkeys(points.words)) or None})

    def tally(self, standing: Standing) -> Outcome | None:
        """None: a call would be needed."""
        return None

    def _readings(self, hearing: Hearing, standing: Standing) -> list[Reading]:
        return [Reading(hearing, standing, self._view, recusal=self._recusal)]

    def _orders(self, reading: Reading) -> list[Reading]:
        """The reading, or where it is swapped that and the same backwards."""
        orders = (False, True) if self._swap else (reading.view.backwards,)
        return [replace(reading, view=replace(reading.view, backwards=backwards)) for backwards in orders]


class Panel(Judged):
    """Several judges decide, or one several times; who cannot be read or stands aside is followed by nobody."""

    def __init__(
        self,
        view: View,
        *,
        size: int | None,
        form: JudgeForm,
        swap: bool,
        recuse: Recuse,
        spelled: Mapping[str, object],
    ) -> None:
        super().__init__("panel", view, form=form, swap=swap, recuse=recuse, spelled=spelled)
        self._size = size

    def _readings(self, hearing: Hearing, standing: Standing) -> list[Reading]:
        bench = hearing.judges
        size = self._size or (len(bench) if len(bench) > 1 else PANEL)
        return [
            Reading(hearing, standing, self._view, by=bench[place % len(bench)], recusal=self._recusal)
            for place in range(size)
        ]


def judge(
    *,
    form: JudgeForm = "verdict",
    swap: bool = False,
    blind: bool = False,
    shuffled: bool = False,
    words: Annotated[int, Field(ge=1)] | None = None,
    recuse: Recuse = False,
    tie: Tie = "none",
) -> Decision:
    """The judge's verdict on the last round, in one call.

    Where its reply cannot be read after the re-asks of the policy, or it is lost, or it must stand
    aside, its backup is asked: `judge=["openai/gpt-5", "anthropic/claude-opus-4-5"]`. Where no judge is
    left, the debate is undecided.

    Args:
        form: How it judges.
        swap: It judges twice, the second time reading everything in the opposite order; an answer
            must win both together.
        blind: Debaters go by numbers.
        shuffled: Replies come in an order drawn from the seed.
        words: Most words of one reply that it reads.
        recuse: A judge stands aside where a debater is of its own model family, told by the names of the models
            (`openai/gpt-5` and `openrouter/openai/gpt-5-mini` are both of `openai`); a mapping names families by
            how names of models begin, as in `{azure/prod: openai}`.
        tie: What to do with answers that share the lead.
    """
    given = {
        "form": form,
        "swap": swap,
        "blind": blind,
        "shuffled": shuffled,
        "words": words,
        "recuse": recuse,
        "tie": tie,
    }
    view = View(own="none", anonymous=blind, shuffled=shuffled, words=words)
    usual = {"form": "verdict", "blind": False, "words": None, "tie": "none"}
    spelled = _unusual(given, usual)
    return Judged("judge", view, form=form, swap=swap, recuse=recuse, tie=tie, spelled=spelled)


def panel(
    *,
    size: Annotated[int, Field(ge=1)] | None = None,
    form: JudgeForm = "verdict",
    swap: bool = False,
    blind: bool = True,
    recuse: Recuse = False,
) -> Decision:
    """Verdicts of all judges in turn, each on another order of the replies; most of them decide.

    Args:
        size: How many verdicts; None is one of each judge, and three of a judge alone.
        form: How each is reached.
        swap: Each judges twice, in both orders.
        blind: Debaters go by numbers.
        recuse: A judge stands aside from debaters of its own model family: it scores, ranks and compares the answers
            of the others only, and the points of an answer are scaled up for the judges it lacks; a verdict on all
            it leaves to the others. For a mapping see `judge`.
    """
    given = {"size": size, "form": form, "swap": swap, "blind": blind, "recuse": recuse}
    spelled = _unusual(given, {"size": None, "form": "verdict", "blind": True})
    view = View(own="none", anonymous=blind, shuffled=True)
    return Panel(view, size=size, form=form, swap=swap, recuse=recuse, spelled=spelled)


def synthesis() -> Decision:
    """One answer that the judge writes from the last round, in one call; the default for free text with a judge."""
    return Judged("synthesis", View(own="none"), form="synthesis")


def _unusual(given: Mapping[str, object], usual: Mapping[str, object]) -> dict[str, object]:
    """The parameters that are not at their usual value, which is False if not named, as a debate file spells them."""
    return {name: value for name, value in given.items() if value != usual.get(name, False)}
