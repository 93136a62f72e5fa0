"""Hard caps hold against a server that lies about usage, with 1, 10 and 50 calls in flight, and over restarts."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from moot import Agent, Budget, Debate, Policy, Question
from moot.runs.journal import Reader
from moot.testing import Fault, Reply, Stub, StubRequest
from moot.testing.faults import tokens
from moot.testing.steps import Step

MOST = 200
PRICE = (1.0, 4.0)
"""US dollars per million tokens."""
QUESTIONS = [Question(f"Is {number} one of them?", kind="bool") for number in range(40)]


@pytest.fixture
def billing() -> Iterator[tuple[Stub, list[int]]]:
    """A server that reports what it likes, and the bill by its own figures: prompt and reply tokens of each call.

    What it reports is true, a hundred times too much, nothing, negative, or the most that could be true.
    """
    bills = list[int]()

    def step(request: StubRequest) -> Step:
        prompt = tokens(request.prompt)
        reply = MOST - 8 * (len(bills) % 7)
        text = "x" * (reply * 4 - 30) + "\nFinal answer: yes"
        bills.append(_nano(prompt, reply))
        said: Step = Reply(text, usage=(prompt, reply), latency_s=0.02)
        match len(bills) % 6:
            case 1:
                said = Reply(text, usage=(100 * prompt, 100 * reply), latency_s=0.02)
            case 2:
                said = Reply(text, usage=(0, 0), latency_s=0.02)
            case 3:
                said = Reply(text, usage=(-5, -7), latency_s=0.02)
            case 4:
                said = Reply(text, usage=(prompt + 1000, MOST), latency_s=0.02)
                bills[-1] = _nano(prompt + 1000, MOST)
            case _:
                pass
        return said

    with Stub() as stub:
        stub.script("*", step)
        yield stub, bills


def _nano(prompt: int, reply: int) -> int:
    return int(prompt * Decimal(PRICE[0]) * 1000 + reply * Decimal(PRICE[1]) * 1000)


def seated(stub: Stub, seats: int) -> list[Agent]:
    return [
        Agent(f"a{place}", "openai/m", api_base=stub.api_base, price=PRICE, max_tokens=MOST) for place in range(seats)
    ]


def spent(store: Path, run: str) -> tuple[int, int, int]:
    """Attempts, tokens and nano-dollars on record."""
    totals = Reader(store).totals(run)
    assert totals.cost_nano_usd is not None
    return totals.attempts, totals.prompt_tokens + totals.completion_tokens, totals.cost_nano_usd + totals.held_nano_usd


@pytest.mark.parametrize("in_flight", [1, 10, 50])
@pytest.mark.parametrize("budget", [Budget(calls=83), Budget(tokens=150_000), Budget(usd=0.2)], ids=str)
def test_a_cap_on_a_run_is_never_exceeded_and_mostly_used(
    billing: tuple[Stub, list[int]], tmp_path: Path, in_flight: int, budget: Budget
) -> None:
    stub, bills = billing
    seats = 1 if in_flight == 1 else 5
    debate = Debate(seated(stub, seats), protocol="society?rounds=3", seed=1)
    store = tmp_path / "runs.sqlite"
    run = debate.run_many(
        QUESTIONS if seats > 1 else [*QUESTIONS, *[Question(f"And {n}?", kind="bool") for n in range(40)]],
        concurrency=in_flight // seats,
        budget=budget,
        store=store,
        name="r",
        runtime="local",
        progress=False,
    )
    calls, tokens_used, nano_usd = spent(store, "r")
    assert len(stub.log) == calls
    assert stub.peak <= in_flight
    assert run.ended < run.asked
    last = next(result for result in run.results() if result.capped)
    assert last.stopped_by.startswith("budget: ")
    if budget.calls is not None:
        assert budget.calls - 5 <= calls <= budget.calls
    if budget.tokens is not None:
        assert 0.8 * budget.tokens <= tokens_used <= budget.tokens
    if budget.usd is not None:
        attempts = [row for held in Reader(store).debates("r") for row in Reader(store).attempts(held.id)]
        dearest_wave = 1.1 * seats * max(row.reserved_nano_usd for row in attempts)
        assert budget.usd - dearest_wave / 1e9 <= nano_usd / 1e9 <= budget.usd
        assert sum(bills) / 1e9 <= budget.usd


@pytest.mark.parametrize("seats", [1, 10, 50])
def test_a_cap_on_a_debate_starts_no_wave_that_may_not_fit(
    billing: tuple[Stub, list[int]], tmp_path: Path, seats: int
) -> None:
    stub, bills = billing
    budget = Budget(usd=0.006 * seats)
    debate = Debate(seated(stub, seats), "ring", "society?rounds=9", budget=budget, seed=1)
    result = debate.run(QUESTIONS[0], store=tmp_path / "runs.sqlite", name="r", runtime="local")
    assert result.capped
    assert (result.status, result.answer) == ("degraded", "yes")
    assert 0 < result.rounds < 9
    assert len(stub.log) % seats == 0
    assert spent(tmp_path / "runs.sqlite", "r")[2] / 1e9 <= 0.006 * seats
    assert sum(bills) / 1e9 <= 0.006 * seats


def test_what_is_in_doubt_stays_spent_when_a_run_is_begun_again(tmp_path: Path) -> None:
    with Stub() as stub:
        stub.script("*", Fault("hang"))
        debate = Debate(
            seated(stub, 5),
            protocol="vote",
            budget=Budget(usd=0.02),
            policy=Policy(timeout_s=0.5, retries=0),
            seed=1,
        )
        store = tmp_path / "runs.sqlite"
        first = debate.run(QUESTIONS[0], store=store, name="r", runtime="local")
        assert {turn.reason for turn in first.turns} == {"timeout"}
        reserved = sum(row.reserved_nano_usd for row in Reader(store).attempts(first.debate_id))
        assert reserved / 1e9 > 0.02 / 2
        again = debate.run(QUESTIONS[0], store=store, name="r", runtime="local")
        assert (again.capped, len(stub.log)) == (True, 5)
