"""Events are kept once, in order, within bounds; who falls behind is told so."""

import threading

from hypothesis import given
from hypothesis import strategies as st

from moot.runs.viewer.hub import Hub


@given(told=st.integers(0, 40), kept=st.integers(1, 10), last=st.integers(0, 45))
def test_what_is_told_since_a_number_is_all_of_it_or_known_to_be_lost(told: int, kept: int, last: int) -> None:
    hub = Hub(events=kept)
    for number in range(1, told + 1):
        hub.tell({"n": number})
    since = hub.since(last)
    if max(told - kept, 0) <= last <= told:
        assert since is not None
        assert [number for number, _ in since] == list(range(last + 1, told + 1))
        assert [data for _, data in since] == [b'{"n":%d}' % number for number in range(last + 1, told + 1)]
    else:
        assert since is None


def test_what_models_say_is_kept_within_bytes() -> None:
    hub = Hub(most_bytes=1000)
    for _ in range(50):
        hub.tell({"text": "x" * 300})
    assert hub.since(46) is None
    assert len(hub.since(48) or ()) == 2


def test_who_waits_is_woken_once_and_who_has_missed_something_does_not_wait() -> None:
    hub, woken = Hub(), list[int]()
    assert hub.wait(0, lambda: woken.append(hub.last))
    hub.tell({})
    hub.tell({})
    assert woken == [1]
    assert not hub.wait(1, lambda: woken.append(0))


def test_nobody_waits_for_a_hub_that_is_over() -> None:
    hub, woken = Hub(), threading.Event()
    assert hub.wait(0, woken.set)
    hub.end()
    assert woken.is_set()
    assert not hub.wait(0, woken.set)
