"""A stored run taken further asks for what is new and for nothing else, over HTTP, and is the longer run."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from moot import Agent, Debate, Question, Run
from moot.agents.provider.gateway import load
from moot.errors import SpecChangedError
from moot.testing import Stub, StubRequest

ASKED = [Question(f"What is {number} + 1?", kind="number") for number in range(4)]


@pytest.fixture(scope="session", autouse=True)
def loaded() -> None:
    """litellm is imported before any clock runs."""
    load()


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub() as stub:
        yield stub


class Holder:
    """Holds runs of two debaters at the stub, and counts the requests that each took."""

    def __init__(self, stub: Stub) -> None:
        self._stub = stub

    def hold(
        self, store: Path, asked: Sequence[Question] = ASKED[:2], *, trials: int = 1, rounds: int = 2, **given: Any
    ) -> tuple[Run, int]:
        agents = [Agent(name, f"openai/{name}", api_base=self._stub.api_base) for name in ("ada", "bo")]
        before = len(self._stub.log)
        debate = Debate(agents, protocol="society", rounds=rounds, seed=11, **given)
        run = debate.run_many(asked, trials=trials, store=store, name="r", progress=False)
        return run, len(self._stub.log) - before


def at_odds(request: StubRequest) -> str:
    """What depends on all that is asked, and never agrees with the other one, so that only limits end a debate."""
    return f"Having read {len(str(request.body))}.\nFinal answer: {len(request.model)}"


def digests(run: Run) -> list[str]:
    return [result.digest for result in run.results()]


@pytest.mark.parametrize(
    ("before", "after", "first", "more"),
    [
        ({"rounds": 2}, {"rounds": 4}, 2 * 2 * 2, 2 * 2 * 2),
        ({"asked": ASKED[:2]}, {"asked": ASKED}, 2 * 2 * 2, 2 * 2 * 2),
        ({"trials": 1}, {"trials": 3}, 2 * 2 * 2, 2 * 2 * 2 * 2),
        ({"rounds": 4, "stop": "rounds?limit=2"}, {"rounds": 4, "stop": "rounds?limit=3"}, 2 * 2 * 2, 2 * 2),
        (
            {"rounds": 4, "stop": ["calls?limit=2", "unanimous"]},
            {"rounds": 4, "stop": ["calls?limit=6", "unanimous"]},
            4,
            8,
        ),
        ({"rounds": 2}, {"rounds": 3, "asked": ASKED[:3], "trials": 2}, 2 * 2 * 2, 2 * 3 * 3 * 2 - 2 * 2 * 2),
    ],
    ids=["rounds", "questions", "trials", "stop", "one of several stops", "all at once"],
)
def test_only_what_is_new_is_asked_and_the_run_is_that_of_the_larger_limits(
    stub: Stub, tmp_path: Path, before: dict[str, Any], after: dict[str, Any], first: int, more: int
) -> None:
    holder = Holder(stub)
    for name in ("ada", "bo"):
        stub.script(name, at_odds)
    assert holder.hold(tmp_path / "grown.sqlite", **before)[1] == first
    grown, made = holder.hold(tmp_path / "grown.sqlite", **after)
    assert made == more
    fresh, whole = holder.hold(tmp_path / "fresh.sqlite", **after)
    assert (digests(grown), grown.usage.calls) == (digests(fresh), fresh.usage.calls)
    assert whole == first + more
    assert grown.replay().differing == 0


def test_limits_are_not_lowered_and_rules_not_exchanged(stub: Stub, tmp_path: Path) -> None:
    holder, store = Holder(stub), tmp_path / "s.sqlite"
    holder.hold(store, rounds=3, stop="rounds?limit=2")
    before = len(stub.log)
    for rounds, ending in ((3, "rounds?limit=1"), (3, "calls?limit=9"), (3, "unanimous"), (2, "rounds?limit=2")):
        with pytest.raises(SpecChangedError):
            holder.hold(store, rounds=rounds, stop=ending)
    assert len(stub.log) == before
