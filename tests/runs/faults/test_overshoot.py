"""A cap on a run is never exceeded by what the server bills, whatever it reports, and nearly all of it can be used.

What is promised: the bill stays under the cap as long as no call is billed more than its prompt's bytes,
`max_tokens` and some slack in tokens. A server that bills more for one call than that breaks its own word, and
only then can a cap be passed, by what that call was billed too much. A figure that cannot be true is not
believed, so a lie neither empties a purse nor opens it.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from moot import Agent, Budget, Debate, Question
from moot.runs.journal import Reader
from moot.testing import Reply, Stub, StubRequest
from moot.testing.faults import tokens

CHAOS = bool(os.environ.get("MOOT_CHAOS"))
MOST = 200
PROMPT, REPLY = 1000, 4000
"""Nano-dollars a token."""


@pytest.fixture
def bills() -> list[int]:
    """What the server means to be paid for each call, in nano-dollars."""
    return []


@pytest.fixture
def lying(bills: list[int]) -> Iterator[Stub]:
    """A server that takes its time and reports the truth, a hundred times it, nothing, less than nothing, or words."""

    def step(request: StubRequest) -> Reply:
        prompt, reply = tokens(request.prompt), MOST - len(bills) % 20
        told = [(prompt, reply), (100 * prompt, 100 * reply), (0, 0), (-5, -7), (prompt, reply)][len(bills) % 5]
        bills.append(prompt * PROMPT + reply * REPLY)
        return Reply("x" * (reply * 4 - 30) + "\nFinal answer: yes", usage=told, latency_s=0.03)

    with Stub() as stub:
        stub.script("*", step)
        yield stub


@pytest.mark.parametrize(("in_flight", "calls"), [(1, 200), (10, 400), (100, 400), *([(1000, 6000)] if CHAOS else [])])
def test_no_overshoot_and_hardly_a_rest(
    lying: Stub, bills: list[int], tmp_path: Path, in_flight: int, calls: int, shown: Callable[..., None]
) -> None:
    agent = Agent("ada", "openai/m", api_base=lying.api_base, price=(PROMPT / 1000, REPLY / 1000), max_tokens=MOST)
    budget, store = Budget(usd=calls * 1.1e-3), tmp_path / "runs.sqlite"
    run = Debate([agent], protocol="vote", seed=1).run_many(
        [Question(f"Is {number} one of them?", kind="bool") for number in range(2 * calls)],
        concurrency=in_flight,
        budget=budget,
        store=store,
        name="r",
        runtime="local",
        progress=False,
    )
    totals = Reader(store).totals("r")
    assert totals.cost_nano_usd is not None
    booked, cap = totals.cost_nano_usd + totals.held_nano_usd, round((budget.usd or 0) * 1e9)
    assert sum(bills) <= cap
    assert booked <= cap
    assert booked >= 0.99 * cap
    assert lying.peak <= in_flight
    assert run.ended < run.asked
    assert len(lying.log) == totals.attempts
    shown(calls_billed=len(bills), nano_dollars_over_a_cap=0, most_in_flight=float(lying.peak))
