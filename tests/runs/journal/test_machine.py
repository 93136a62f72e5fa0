"""Any sequence of beginnings, calls, endings and restarts: recall and accounts are those of a plain model."""

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from moot.agents.records import Completion, Kind, Message, Request, Usage
from moot.runs.journal import (
    CallKey,
    DebateRow,
    Intent,
    Journal,
    MemoryJournal,
    Totals,
    open_store,
    request_hash,
    state_of,
)
from moot.runs.journal.verifying import violations

DEBATES, SEATS, PROMPTS = ("d0", "d1", "fork"), ("ada", "bo"), ("A?", "B?")
PARENT = {"fork": "d0"}
EXAMPLES = 200 if os.environ.get("MOOT_CHAOS") else 25
Place = tuple[str, str]
"""Seat and prompt."""

debates, seats, prompts = st.sampled_from(DEBATES), st.sampled_from(SEATS), st.sampled_from(PROMPTS)
usages = st.builds(
    Usage,
    prompt_tokens=st.integers(0, 5),
    completion_tokens=st.integers(0, 5),
    cost_nano_usd=st.none() | st.integers(0, 9),
)


@dataclass
class Attempt:
    intent: Intent
    completion: Completion | None = None
    doubtful: bool = False

    @property
    def state(self) -> str:
        if self.completion is not None:
            return state_of(self.completion.kind)
        return "in_doubt" if self.doubtful else "sent"


@dataclass
class Model:
    """One debate, kept the plain way."""

    attempts: list[Attempt] = field(default_factory=list[Attempt])
    snapshot: dict[Place, Completion | None] | None = None
    """What was asked, and answered, when it was begun; None while it is not conducted."""
    sitting: int = 0
    """How many attempts there were when it was begun."""
    begun: bool = False


class Journals(RuleBasedStateMachine):
    """A journal beside the model."""

    in_file = True

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.portal_manager = start_blocking_portal()
        self.portal: BlockingPortal = self.portal_manager.__enter__()
        self.memory = MemoryJournal()
        self.store: AbstractContextManager[Journal] | None = None
        self.models = {name: Model() for name in DEBATES}
        self.replies = 0
        self.conducted = False

    @initialize()
    def open(self) -> None:
        if self.in_file:
            self.store = self.portal.wrap_async_context_manager(open_store(self.folder / "s.sqlite"))
            self.journal: Journal = self.store.__enter__()
        else:
            self.journal = self.memory

    def call(self, work: Callable[..., object], *arguments: object) -> None:
        self.portal.call(work, *arguments)

    @precondition(lambda self: self.in_file)
    @rule()
    def restart(self) -> None:
        assert self.store is not None
        self.store.__exit__(None, None, None)
        self.conducted = False
        for model in self.models.values():
            model.snapshot = None
            for attempt in model.attempts:
                attempt.doubtful = attempt.completion is None
        self.open()

    def begin_run(self) -> None:
        self.call(self.journal.begin_run, "r", {"rounds": 2})
        self.conducted = True

    @rule()
    def begin_all(self) -> None:
        for name in DEBATES:
            self.begin_debate(name)

    @rule(name=debates)
    def begin_debate(self, name: str) -> None:
        if not self.conducted:
            self.begin_run()
        parent = PARENT.get(name)
        if parent is not None and not self.models[parent].begun:
            return
        row = DebateRow(id=name, run="r", index=DEBATES.index(name), trial=0, stream="s", question={}, parent=parent)
        self.call(self.journal.begin_debate, row)
        model = self.models[name]
        asked: dict[Place, Completion | None] = {}
        for attempt in [*(self.models[parent].attempts if parent else []), *model.attempts]:
            place = attempt.intent.key.seat, attempt.intent.request.messages[0].content
            if asked.setdefault(place, None) is None or attempt.state == "done":
                asked[place] = attempt.completion if attempt.state == "done" else None
        model.snapshot, model.sitting, model.begun = asked, len(model.attempts), True

    @rule(name=debates, wave=st.lists(st.tuples(seats, prompts), min_size=1, max_size=4, unique=True))
    def intend(self, name: str, wave: list[Place]) -> None:
        model = self.models[name]
        if model.snapshot is None:
            self.begin_debate(name)
        if model.snapshot is None:
            return
        intents: list[Intent] = []
        for place in wave:
            if self.answered(model, place):
                continue  # a door does not ask what it knows
            sent = [
                one for one in model.attempts[model.sitting :] if one.intent.call_id == made(name, place, 0).call_id
            ]
            if any(one.state == "sent" for one in sent):
                continue  # nor what is under way
            intents.append(made(name, place, len(sent)))
        self.call(self.journal.intend, intents)
        model.attempts += [Attempt(intent) for intent in intents]

    @rule(name=debates, pick=st.integers(0, 20), kind=st.sampled_from(get_args(Kind)), usage=usages)
    def settle(self, name: str, pick: int, kind: Kind, usage: Usage) -> None:
        model = self.models[name]
        flying = [one for one in model.attempts[model.sitting :] if one.state == "sent"]
        if model.snapshot is None or not flying:
            return
        attempt = flying[pick % len(flying)]
        self.replies += 1
        attempt.completion = Completion(kind=kind, text=f"reply {self.replies}", usage=usage)
        self.call(self.journal.settle, attempt.intent, attempt.completion)

    @rule(name=debates, place=st.tuples(seats, prompts), kind=st.sampled_from(get_args(Kind)), usage=usages)
    def exchange(self, name: str, place: Place, kind: Kind, usage: Usage) -> None:
        self.intend(name, [place])
        self.settle(name, -1, kind, usage)

    @rule(name=debates)
    def end_debate(self, name: str) -> None:
        if self.models[name].snapshot is not None:
            self.call(self.journal.end_debate, name, "decided", {"replies": self.replies})
            self.models[name].snapshot = None

    @invariant()
    def recalls_what_the_model_recalls(self) -> None:
        for name, model in self.models.items():
            for seat in SEATS:
                for prompt in PROMPTS:
                    intent = made(name, (seat, prompt), 0)
                    asked = model.snapshot or {}
                    expected = asked.get((seat, prompt))
                    assert self.journal.recall(name, intent.key, intent.request_hash) == expected
                    drifted = (seat, prompt) not in asked and any(place[0] == seat for place in asked)
                    assert self.journal.mismatch(name, intent.key, intent.request_hash) == drifted

    @invariant()
    def counts_what_the_model_counts(self) -> None:
        attempts = [one for model in self.models.values() for one in model.attempts]
        states = [one.state for one in attempts]
        ended = [one.completion for one in attempts if one.completion is not None]
        used = [one.usage for one in ended]
        priced = all(
            one.usage.cost_nano_usd is not None
            for one in ended
            if state_of(one.kind) == "done" or one.usage.prompt_tokens + one.usage.completion_tokens > 0
        )
        if not self.conducted and not attempts:
            return
        assert self.journal.totals("r") == Totals(
            calls=len({(a.intent.debate_id, a.intent.call_id) for a in attempts if a.state == "done"}),
            attempts=len(attempts),
            failed=states.count("failed"),
            cancelled=states.count("cancelled"),
            in_doubt=states.count("in_doubt"),
            sent=states.count("sent"),
            prompt_tokens=sum(one.prompt_tokens for one in used),
            completion_tokens=sum(one.completion_tokens for one in used),
            cost_nano_usd=sum(one.cost_nano_usd or 0 for one in used) if priced else None,
            held_nano_usd=sum(a.intent.reserved_nano_usd for a in attempts if a.state in {"sent", "in_doubt"}),
        )

    def answered(self, model: Model, place: Place) -> bool:
        return bool((model.snapshot or {}).get(place)) or any(
            one.state == "done" and (one.intent.key.seat, one.intent.request.messages[0].content) == place
            for one in model.attempts
        )

    def teardown(self) -> None:
        if self.store is not None:
            self.store.__exit__(None, None, None)
            # Two prompts at one place are asked on purpose.
            assert [one for one in violations(self.folder / "s.sqlite") if one.check != "places"] == []
        self.portal_manager.__exit__(None, None, None)
        shutil.rmtree(self.folder)


class MemoryJournals(Journals):
    """The same in memory."""

    in_file = False


def made(debate_id: str, place: Place, attempt: int) -> Intent:
    seat, prompt = place
    request = Request(key="k", model="m", messages=(Message(role="user", content=prompt),))
    return Intent(CallKey("s", seat, 0, 0, 0), debate_id, request, request_hash(request), attempt, 10)


few = settings(
    max_examples=EXAMPLES, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestStore = Journals.TestCase
TestStore.settings = few
TestMemory = MemoryJournals.TestCase
TestMemory.settings = few
