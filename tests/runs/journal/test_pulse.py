"""Counts of what passes a journal are those of the server that was called."""

import threading
import time
from pathlib import Path

import pytest

from moot import Agent, Debate, Question
from moot.agents.records import Completion, Usage
from moot.runs.batch import Progress
from moot.runs.journal import Beat, Pulse
from moot.runs.progress import counters
from moot.testing import Fault, Reply, Stub


def test_what_was_never_sent_counts_neither_as_a_call_nor_as_a_failure() -> None:
    pulse = Pulse(lambda: 0.0)
    pulse.sent(4)
    pulse.ended(Completion(kind="ok", usage=Usage(cost_nano_usd=7)))
    pulse.ended(Completion(kind="outage", requests=0))
    pulse.ended(Completion(kind="timeout", requests=None, latency_s=1.0))
    assert pulse.beat() == Beat(in_flight=1, calls=2, failures=1, nano_usd=7, unpriced=1, per_s=2.0)


def test_the_rate_is_that_of_the_last_ten_seconds() -> None:
    now = 0.0
    pulse = Pulse(lambda: now)
    for second in range(30):
        now = float(second)
        pulse.sent(3 if second >= 20 else 1)
        for _ in range(3 if second >= 20 else 1):
            pulse.ended(Completion(kind="ok"))
    assert pulse.beat().per_s == pytest.approx(3.0)
    now = 60.0
    assert pulse.beat().per_s == 0.0


@pytest.mark.parametrize("stored", [False, True])
def test_counters_of_a_run_are_those_of_the_server(*, stored: bool, tmp_path: Path) -> None:
    """While the server holds everybody back it sees as many calls as are counted in flight."""
    seen = list[tuple[int, int]]()
    with Stub(latency=0.5) as stub:
        stub.script("*", lambda request: Fault("500") if request.number == 3 else Reply("Final answer: yes"))
        agents = [Agent(f"a{n}", f"openai/m{n}", api_base=stub.api_base, price=(1.0, 1.0)) for n in range(3)]
        debate = Debate(agents, "complete", "society?rounds=2", seed=1)
        told = list[Progress]()

        def watch(now: Progress) -> None:
            told.append(now)
            if not seen:
                seen.append((0, 0))
                threading.Thread(target=look, args=(now,), daemon=True).start()

        def look(now: Progress) -> None:
            until = time.monotonic() + 20
            while stub.in_flight < 6 and time.monotonic() < until:
                time.sleep(0.01)
            seen.append((now.pulse.beat().in_flight, stub.in_flight))

        questions = [Question(f"Is {n} so?", kind="bool") for n in range(4)]
        store = tmp_path / "s.sqlite" if stored else None
        run = debate.run_many(questions, runtime="local", concurrency=2, store=store, progress=watch)
        requests = len(stub.log)
    beat = told[-1].pulse.beat()
    assert (beat.in_flight, beat.calls) == (0, requests)
    assert beat.failures == requests - run.usage.calls > 0
    assert beat.nano_usd == run.usage.cost_nano_usd
    assert seen[1:] == [(6, 6)]
    assert [now.eta_s is None for now in told] == [True, False, False, False, False]
    assert told[-1].eta_s == 0
    assert f"{requests} calls, 0 in flight" in counters(told[-1])
    assert f"{beat.failures} failed" in counters(told[-1])
