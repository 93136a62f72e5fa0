"""Caps are exceeded at no moment, almost all of them can be used, and nobody waits for ever."""

import random

import anyio
import anyio.lowlevel
import pytest

from moot.agents.records import Usage
from moot.errors import SpecError
from moot.protocols.floor.door import CapReached
from moot.runs.given import budget_of
from moot.runs.policy import Budget
from moot.runs.purse import Amounts, Purse, Worst

CAP_USD = 10.0
WORST = Worst(nano_usd=40_000_000, tokens=3000)


class Spending:
    """Callers who each reserve a call, wait a little, and use less than its worst."""

    def __init__(self, purse: Purse, seed: int) -> None:
        self.purse, self.draw = purse, random.Random(seed)
        self.spent = self.reserved = self.most = self.refused = 0

    async def caller(self) -> None:
        while True:
            try:
                await self.purse.reserve([WORST])
            except CapReached:
                self.refused += 1
                return
            self.reserved += WORST.nano_usd or 0
            self.most = max(self.most, self.spent + self.reserved)
            for _ in range(self.draw.randrange(4)):
                await anyio.lowlevel.checkpoint()
            used = self.draw.randrange(WORST.nano_usd or 0)
            self.purse.settle(WORST, Usage(prompt_tokens=100, cost_nano_usd=used), known=True)
            self.reserved -= WORST.nano_usd or 0
            self.spent += used


@pytest.mark.parametrize("callers", [1, 10, 100, 1000])
async def test_spent_and_reserved_stay_under_the_cap_and_use_it(callers: int) -> None:
    spending = Spending(Purse(Budget(usd=CAP_USD)), seed=callers)
    with anyio.fail_after(100):
        async with anyio.create_task_group() as group:
            for _ in range(callers):
                group.start_soon(spending.caller)
    assert spending.refused == callers
    assert spending.most <= CAP_USD * 1e9
    assert spending.spent > 0.995 * CAP_USD * 1e9


async def test_a_run_s_purse_pays_for_all_its_debates() -> None:
    whole = Purse(Budget(usd=CAP_USD))
    debates = [Spending(Purse(Budget(usd=CAP_USD * 0.4), within=whole), seed=seed) for seed in range(4)]
    with anyio.fail_after(100):
        async with anyio.create_task_group() as group:
            for spending in debates * 5:
                group.start_soon(spending.caller)
    assert all(spending.most <= CAP_USD * 0.4 * 1e9 for spending in debates)
    assert 0.98 * CAP_USD * 1e9 < sum(spending.spent for spending in debates) <= CAP_USD * 1e9
    assert whole.words.startswith("budget: ")


async def test_nobody_waits_for_what_cannot_fit_whatever_comes_back() -> None:
    purse = Purse(Budget(usd=0.05))
    await purse.reserve([WORST])
    with anyio.fail_after(5), pytest.raises(CapReached, match=r"up to 0\.080000 USD more does not fit under 0\.05 USD"):
        await purse.reserve([WORST, WORST])


async def test_calls_that_were_made_stay_made() -> None:
    purse = Purse(Budget(calls=2), Amounts(calls=1))
    await purse.reserve([WORST])
    with anyio.fail_after(5), pytest.raises(CapReached, match="1 more calls do not fit under 2, 2 are used"):
        await purse.reserve([WORST])


async def test_what_stays_in_doubt_is_not_given_back() -> None:
    purse = Purse(Budget(tokens=5000))
    await purse.reserve([WORST])
    purse.settle(WORST, Usage(), known=False)
    with anyio.fail_after(5), pytest.raises(CapReached, match="up to 3000 more tokens do not fit under 5000, 3000"):
        await purse.reserve([WORST])


@pytest.mark.parametrize(("usd", "nano"), [(0.1, 100_000_000), (0.29, 290_000_000), (1e-9, 1), (3, 3_000_000_000)])
async def test_money_is_counted_in_whole_numbers(usd: float, nano: int) -> None:
    assert Budget(usd=usd).nano_usd == nano
    purse = Purse(Budget(usd=usd))
    await purse.reserve([Worst(nano, 0)])
    with anyio.fail_after(5), pytest.raises(CapReached):
        await Purse(Budget(usd=usd)).reserve([Worst(nano + 1, 0)])


@pytest.mark.parametrize("cap", ["usd", "minutes"])
@pytest.mark.parametrize("value", [0, -1, True, "1", float("inf"), float("nan")])
def test_a_cap_that_is_none_is_refused(cap: str, value: object) -> None:
    with pytest.raises(SpecError, match=f"budget: {cap}="):
        budget_of({cap: value})


@pytest.mark.parametrize("capped", ["the debate", "the run"])
async def test_after_its_minutes_nothing_more_is_begun(capped: str) -> None:
    minutes = Budget(minutes=0.05 / 60)
    whole = Purse(minutes if capped == "the run" else Budget())
    purse = Purse(minutes if capped == "the debate" else Budget(), within=whole)
    await purse.reserve([WORST])
    await anyio.sleep(0.06)
    with pytest.raises(CapReached, match=r"budget: 0\.000833333 minutes have passed"):
        await purse.reserve([WORST])
    purse.settle(WORST, Usage(cost_nano_usd=1), known=True)
