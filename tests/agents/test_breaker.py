"""The breaker's schedule, exact; and inside the actor, under trio's virtual clock."""

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from moot.agents.actor import LLMActor
from moot.agents.breaker import Breaker, Patience
from moot.agents.llm import Capabilities
from moot.agents.records import Completion, Kind, Message, Request

ALIVE: tuple[Kind, ...] = (
    "ok",
    "empty",
    "refused",
    "truncated",
    "unreadable",
    "rate_limited",
    "bad_request",
    "context",
)


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, MockClock]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


def breaker() -> Breaker:
    return Breaker("m", Patience(after=3, pause_s=1, pause_cap_s=10))


def failed(how: Breaker, kind: Kind, times: int, now: float = 0) -> None:
    for _ in range(times):
        how.note(kind, sent_at=now, now=now)


@pytest.mark.parametrize("kind", ["outage", "timeout", "crashed"])
def test_failures_in_a_row_open_it(kind: Kind) -> None:
    one = breaker()
    failed(one, kind, 2)
    assert one.refusal(0) is None
    failed(one, kind, 1)
    refused = one.refusal(0.25)
    assert refused is not None
    assert (refused.kind, refused.requests, refused.retry_after_s) == ("outage", 0, 0.75)
    assert "breaker of m" in refused.detail


@pytest.mark.parametrize("kind", ALIVE)
def test_any_sign_of_life_begins_the_count_again(kind: Kind) -> None:
    one = breaker()
    for _ in range(4):
        failed(one, "outage", 2)
        one.note(kind, sent_at=0, now=0)
    assert one.closed


@pytest.mark.parametrize("kind", ["cancelled", "late", "budget"])
def test_what_says_nothing_about_the_endpoint_changes_nothing(kind: Kind) -> None:
    one = breaker()
    failed(one, "outage", 2)
    failed(one, kind, 5)
    assert one.closed
    failed(one, "outage", 1)
    assert not one.closed


def test_one_probe_goes_through_after_the_pause_and_no_second_beside_it() -> None:
    one = breaker()
    failed(one, "outage", 3)
    assert one.enter(0.99) is not None
    assert one.enter(1.0) is None
    assert one.enter(1.0) is not None
    assert one.state(1.0).state == "probing"


def test_a_probe_that_succeeds_closes_it() -> None:
    one = breaker()
    failed(one, "outage", 3)
    one.enter(1)
    one.note("ok", sent_at=1, now=2)
    assert one.state(2).state == "closed"
    failed(one, "outage", 2)
    assert one.closed


def test_each_probe_that_fails_doubles_the_pause_up_to_the_cap() -> None:
    one = breaker()
    failed(one, "outage", 3)
    pauses = list[float]()
    now = 0.0
    for _ in range(6):
        pauses.append(one.state(now).wait_s or 0)
        now += pauses[-1]
        assert one.enter(now) is None
        one.note("outage", sent_at=now, now=now)
    assert pauses == [1, 2, 4, 8, 10, 10]


def test_failures_of_calls_sent_before_it_opened_say_nothing_new() -> None:
    one = breaker()
    failed(one, "outage", 3, now=5)
    one.enter(6)
    one.note("timeout", sent_at=1, now=7)
    assert one.state(7).state == "probing"


def test_a_cancelled_probe_frees_the_place_for_another() -> None:
    one = breaker()
    failed(one, "outage", 3)
    one.enter(1)
    one.note("cancelled", sent_at=1, now=1.5)
    assert one.enter(1.5) is None


@pytest.mark.parametrize("kind", ["quota", "auth"])
def test_quota_and_key_stay_refused_until_it_is_reset(kind: Kind) -> None:
    one = breaker()
    failed(one, kind, 3)
    refused = one.refusal(1e9)
    assert refused is not None
    assert (refused.kind, refused.retry_after_s) == (kind, None)
    one.note("ok", sent_at=0, now=1e9)  # a straggler from better times
    assert one.refusal(1e9) is not None
    one.reset()
    assert one.refusal(1e9) is None


@given(st.lists(st.sampled_from([*ALIVE, "outage", "timeout", "quota", "auth", "cancelled"]), max_size=60))
def test_it_never_refuses_without_enough_failures_and_always_says_why(kinds: list[Kind]) -> None:
    one, run, now = breaker(), 0, 0.0
    for kind in kinds:
        now += 0.5
        refused = one.enter(now)
        if refused is not None:
            assert run >= 3
            assert refused.requests == 0
            assert refused.detail
            continue
        one.note(kind, sent_at=now, now=now)
        run = 0 if kind in ALIVE else run + (kind != "cancelled")


class Sometimes:
    """An LLM that is down from `down` to `up` seconds of virtual time."""

    def __init__(self, *, down: float, up: float) -> None:
        self.name, self.capabilities = "m", Capabilities()
        self.down, self.up, self.attempts = down, up, list[float]()
        self.began = anyio.current_time()

    async def complete(self, request: Request) -> Completion:
        now = anyio.current_time() - self.began
        self.attempts.append(now)
        return Completion(kind="outage" if self.down <= now < self.up else "ok", text=request.key)


async def test_an_actor_asks_a_dead_endpoint_ever_more_seldom_and_is_back_soon_after_it_is() -> None:
    llm = Sometimes(down=0, up=20)
    actor = LLMActor(llm, patience=Patience(after=3, pause_s=1, pause_cap_s=8))
    kinds: list[Kind] = []
    for tick in range(240):  # every eighth of a second, which adds up exactly
        request = Request(key=f"{tick}", model="m", messages=(Message(role="user", content="x"),))
        kinds.append((await actor.complete(request)).kind)
        await anyio.sleep(0.125)
    assert llm.attempts[:8] == [0, 0.125, 0.25, 1.25, 3.25, 7.25, 15.25, 23.25]
    assert kinds == ["outage"] * 186 + ["ok"] * 54


async def test_a_wave_that_fails_at_once_is_served_again_a_second_later() -> None:
    llm = Sometimes(down=0, up=0.5)
    actor = LLMActor(llm)

    async def with_retries(seat: int) -> int:
        for attempt in range(4):
            request = Request(key=f"{seat}/{attempt}", model="m", messages=(Message(role="user", content="x"),))
            completion = await actor.complete(request)
            if completion.kind == "ok":
                return attempt
            await anyio.sleep(max(completion.retry_after_s or 0, 0.5 * 2**attempt))
        return 9

    assert max(await anyio.amap(with_retries, range(64))) <= 2
