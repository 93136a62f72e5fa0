"""Any sequence of calls, failures, crashes, resumes, cancellations and raised caps: what is spent and held never
exceeds the cap, nothing answered is sent again, and the store verifies clean at every step."""

import shutil
import tempfile
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from moot.agents.records import FREE, Completion, Message, Request, Usage
from moot.protocols.floor.door import CapReached
from moot.protocols.tally import NANO
from moot.runs.holding import spent
from moot.runs.journal import CallKey, DebateRow, Intent, Reader, Store, open_store, request_hash
from moot.runs.journal.verifying import violations
from moot.runs.nesting import Cast
from moot.runs.policy import Budget
from moot.runs.purse import Purse, Worst, certain

WORST = 100
"""Nano-dollars that a call may cost at most."""
SEATS = tuple(f"a{number}" for number in range(12))


@dataclass
class Model:
    """What the ledger must come to."""

    cap: int
    reserved: dict[str, Intent] = field(default_factory=dict[str, Intent])
    """Attempts in flight, by seat."""
    spent: int = 0
    """Of those that ended, in doubt at their worst."""
    calls: int = 0
    records: set[str] = field(default_factory=set[str])
    """Seats that were answered."""

    @property
    def used(self) -> int:
        """Spent and held."""
        return self.spent + WORST * len(self.reserved)


class Spending(RuleBasedStateMachine):
    """A purse over a store, used as the door uses them, beside the model."""

    def __init__(self) -> None:
        super().__init__()
        self.path = Path(tempfile.mkdtemp()) / "runs.sqlite"
        self.portal_manager = start_blocking_portal()
        self.portal: BlockingPortal = self.portal_manager.__enter__()
        self.model = Model(cap=1000)

    @initialize()
    def begin(self) -> None:
        self.opened: AbstractContextManager[Store] = self.portal.wrap_async_context_manager(open_store(self.path))
        self.store = self.opened.__enter__()
        self.portal.call(self.resumed)

    async def resumed(self) -> None:
        """Begin the run again, with a purse from which is gone what the ledger says."""
        budget = Budget(usd=self.model.cap / NANO)
        terms = {"budget": budget.model_dump(exclude_none=True)}
        await self.store.begin_run("r", {}, terms=terms)
        await self.store.begin_debate(DebateRow(id="d", run="r", index=0, trial=0, stream="s", question={}))
        self.purse = Purse(budget, spent(budget, Cast({}, {}), self.store, ["d"]))
        self.sitting: dict[str, int] = {}

    @rule(seats=st.lists(st.sampled_from(SEATS), min_size=1, max_size=4, unique=True))
    def start(self, seats: list[str]) -> None:
        """A wave is reserved and intended whole, or not at all."""
        known = self.model.records | set(self.model.reserved)
        wave = [self.intent(seat) for seat in seats if seat not in known]
        if self.model.used + WORST * len(wave) > self.model.cap and self.model.reserved:
            return  # it would wait for what is under way
        fits = self.portal.call(self.admitted, wave)
        assert fits == (self.model.used + WORST * len(wave) <= self.model.cap)
        if fits:
            self.model.reserved |= {intent.key.seat: intent for intent in wave}
            self.model.calls += len(wave)
            for intent in wave:
                self.sitting[intent.key.seat] = intent.attempt + 1

    async def admitted(self, wave: list[Intent]) -> bool:
        try:
            await self.purse.reserve([Worst(WORST, 0)] * len(wave))
        except CapReached:
            return False
        await self.store.intend(wave)
        return True

    @precondition(lambda self: self.model.reserved)
    @rule(pick=st.integers(0, 20), cost=st.integers(0, WORST))
    def complete(self, pick: int, cost: int) -> None:
        intent = self.settled(pick, Completion(kind="ok", text="Yes.", usage=Usage(cost_nano_usd=cost)))
        self.model.records.add(intent.key.seat)
        self.model.spent += cost

    @precondition(lambda self: self.model.reserved)
    @rule(pick=st.integers(0, 20), known=st.booleans())
    def fail(self, pick: int, known: bool) -> None:
        """It is billed for nothing, or nobody knows."""
        self.settled(pick, Completion(kind="outage" if known else "timeout", usage=FREE if known else Usage()))
        self.model.spent += 0 if known else WORST

    @precondition(lambda self: self.model.reserved)
    @rule(pick=st.integers(0, 20), cost=st.integers(0, WORST))
    def cancel(self, pick: int, cost: int) -> None:
        usage = Usage(cost_nano_usd=cost, estimated=True)
        self.settled(pick, Completion(kind="cancelled", usage=usage, requests=None))
        self.model.spent += WORST

    @rule()
    def crash_and_resume(self) -> None:
        """What is in flight is in doubt, and counts at its worst."""
        self.opened.__exit__(None, None, None)
        self.model.spent = self.model.used
        self.model.reserved.clear()
        self.begin()

    @rule(more=st.integers(0, 500))
    def raise_cap(self, more: int) -> None:
        self.model.cap += more
        self.crash_and_resume()

    def settled(self, pick: int, completion: Completion) -> Intent:
        seats = list(self.model.reserved)
        intent = self.model.reserved.pop(seats[pick % len(seats)])
        self.portal.call(self.settle, intent, completion)
        return intent

    async def settle(self, intent: Intent, completion: Completion) -> None:
        await self.store.settle(intent, completion)
        known = certain(completion.kind, completion.usage)
        self.purse.settle(Worst(WORST, 0), completion.usage, known=known)

    def intent(self, seat: str) -> Intent:
        request = Request(key="k", model="m", messages=(Message(role="user", content="Well?"),))
        key = CallKey("s", seat, 0, 0, 0)
        return Intent(key, "d", request, request_hash(request), self.sitting.get(seat, 0), WORST)

    @invariant()
    def the_cap_holds(self) -> None:
        assert self.model.used <= self.model.cap

    @invariant()
    def the_ledger_says_what_the_model_says(self) -> None:
        if not hasattr(self, "store"):
            return
        attempts = Reader(self.path).attempts("d")
        assert len(attempts) == self.model.calls
        held = [row for row in attempts if not certain(row.kind, row.usage)]
        known = sum(row.usage.cost_nano_usd or 0 for row in attempts if row not in held)
        assert known + sum(row.reserved_nano_usd for row in held) == self.model.used
        assert sorted(row.key.seat for row in attempts if row.state == "done") == sorted(self.model.records)

    @invariant()
    def the_store_is_whole(self) -> None:
        assert not self.path.exists() or list(violations(self.path)) == []

    def teardown(self) -> None:
        self.opened.__exit__(None, None, None)
        self.portal_manager.__exit__(None, None, None)
        shutil.rmtree(self.path.parent)


TestSpending = Spending.TestCase
TestSpending.settings = settings(
    max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
