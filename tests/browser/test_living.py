"""A debate under way, followed to its end; a seat taken in it; a connection lost and found again."""

import time
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.timeout(170)]

Make = Callable[..., dict[str, Any]]
ID = "run/live"
SEATS = ["ada", "bo"]


def started() -> dict[str, Any]:
    question = {"id": "q", "text": "Shall we?", "kind": "text", "options": None, "gold": None}
    return {
        "kind": "debate_started", "debate_id": ID, "at_s": 0.0, "question": question, "seats": SEATS,
        "models": ["sim/a", "sim/b"], "protocol": "society", "topology": "ring",
    }  # fmt: skip


def opened(wave: int) -> dict[str, Any]:
    return {"kind": "round_started", "debate_id": ID, "round": wave}


def speaking(id: str) -> dict[str, Any]:
    wave, seat = id.split(":")
    return {"kind": "turn_started", "debate_id": ID, "wave": int(wave), "round": int(wave), "seat": seat, "heard": []}


def ended(turn: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "turn_ended", "debate_id": ID, "turn": turn}


def over(samples: Any, debated: Make, turns: list[dict[str, Any]]) -> None:
    samples.put(debated(ID, turns, "Shall we?", stopped_by="unanimous: 2 of 2 answered yes"))
    samples.tell({"kind": "debate_ended", "debate_id": ID, "status": "decided"})


@pytest.fixture
def live(samples: Any) -> Any:
    samples.live = True
    samples.tell({"kind": "standing", "debates": []})
    return samples


def test_a_debate_is_followed_from_its_first_word_to_its_end(
    browser: Any, live: Any, spoken: Make, debated: Make
) -> None:
    browser.open(f"{live.address}#t=sample")
    browser.see(".pill.open")
    live.tell(started(), opened(0), speaking("0:ada"), speaking("0:bo"))
    browser.see(".node.running")
    browser.until("document.querySelector('.seats').textContent === '2 seats speaking'")
    turns = [spoken("0:ada", "yes"), spoken("0:bo", "no")]
    live.tell(*map(ended, turns))
    browser.until("document.querySelectorAll('.card').length === 2")
    assert browser.count(".node.running") == 0
    turns += [spoken("1:ada", "yes", heard=("0:bo",)), spoken("1:bo", "yes", heard=("0:ada",))]
    live.tell(opened(1), ended(turns[2]), ended(turns[3]), {"kind": "stopped", "debate_id": ID, "words": "unanimous"})
    browser.until("document.querySelector('.scrubber output').textContent === 'Round 1 · 1 mind changed'")
    over(live, debated, turns)
    browser.see(".status.decided")
    assert "unanimous: 2 of 2 answered yes" in browser.text(".outcome")
    assert browser.complaints == []


def test_a_debate_is_paused_gone_on_with_and_stopped(browser: Any, live: Any) -> None:
    live.tell(started(), opened(0), speaking("0:ada"))
    browser.open(f"{live.address}#t=sample")
    browser.see(".node")
    browser.click("button:has-text('Pause')")
    live.tell({"kind": "paused", "debate_id": ID})
    browser.see(".status.paused")
    browser.click("button:has-text('Go on')")
    live.tell({"kind": "resumed", "debate_id": ID})
    browser.see("button:has-text('Pause')")
    browser.click(".controls .stop")
    browser.until("true")
    deadline = time.monotonic() + 10
    while len(live.posted) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert live.posted == [(f"/api/{what}", {"debate": ID}) for what in ("pause", "resume", "stop")]


def test_a_person_takes_a_seat_sees_the_time_left_and_replies(browser: Any, live: Any) -> None:
    asked = {
        "kind": "seat_open", "debate_id": ID, "seat": "bo", "turn": "0:bo",
        "deadline_ms": (time.time() + 60) * 1000,
        "prompt": [{"role": "system", "content": "You take part."}, {"role": "user", "content": "Shall we?"}],
    }  # fmt: skip
    live.tell(started(), opened(0), speaking("0:bo"), asked)
    browser.open(f"{live.address}#t=sample")
    browser.see(".seat")
    assert "Shall we?" in browser.text(".seat")
    assert "s left" in browser.text(".seat .left")
    assert browser.axe() == []
    browser.focus(".seat summary")
    for _ in range(9):
        browser.press("Tab")
        if browser.evaluate("document.activeElement.localName === 'textarea'"):
            break
    browser.fill(".seat textarea:focus", "I think so.\nFinal answer: yes")
    browser.press("Tab", "Enter")
    browser.until("document.querySelector('.seat .refusal').textContent === 'Sent.'")
    reply = {"debate": ID, "seat": "bo", "turn": "0:bo", "text": "I think so.\nFinal answer: yes"}
    assert live.posted == [("/api/seat", reply)]
    live.tell({"kind": "seat_closed", "debate_id": ID, "seat": "bo", "turn": "0:bo", "why": "answered"})
    browser.lose(".seat")
    assert browser.axe() == []


def test_a_seat_whose_time_is_up_can_no_longer_reply(browser: Any, live: Any) -> None:
    asked: dict[str, Any] = {"kind": "seat_open", "debate_id": ID, "seat": "bo", "turn": "0:bo", "deadline_ms": 0}
    asked["prompt"] = []
    live.tell(started(), asked)
    browser.open(f"{live.address}#t=sample")
    browser.see(".seat")
    assert browser.text(".seat .left") == "time is up"
    assert browser.attribute(".seat button[type=submit]", "disabled") is not None


def test_a_lost_connection_is_told_and_taken_up_where_it_broke(browser: Any, live: Any, spoken: Make) -> None:
    live.tell(started(), opened(0), ended(spoken("0:ada", "yes")))
    browser.open(f"{live.address}#t=sample")
    browser.see(".card")
    live.down = True
    live.drop()
    browser.see(".pill.lost")
    live.tell(ended(spoken("0:bo", "no")))  # unheard
    assert browser.count(".card") == 1
    live.down = False
    browser.see(".pill.open")
    browser.until("document.querySelectorAll('.card').length === 2")
    assert live.connections == [None, "4"]


def test_a_page_that_missed_too_much_is_told_how_things_stand(
    browser: Any, live: Any, spoken: Make, debated: Make
) -> None:
    live.tell(started(), opened(0), ended(spoken("0:ada", "yes")))
    browser.open(f"{live.address}#t=sample")
    browser.see(".card")
    whole = debated(ID, [spoken("0:ada", "yes"), spoken("0:bo", "no")], "Shall we?", status="running", answer=None)
    standing, paused = {"kind": "standing", "debates": [ID]}, {"kind": "paused", "debate_id": ID}
    live.tell(standing, {"kind": "debate", "debate_id": ID, "debate": whole}, speaking("1:ada"), paused)
    browser.until("document.querySelectorAll('.card').length === 2")
    browser.see(".status.paused")
    browser.see(".node.running")


def test_a_debate_that_ended_while_nobody_listened_is_shown_as_it_ended(
    browser: Any, live: Any, spoken: Make, debated: Make
) -> None:
    live.tell(started(), opened(0), ended(spoken("0:ada", "yes")))
    browser.open(f"{live.address}#t=sample")
    browser.see(".card")
    live.put(debated(ID, [spoken("0:ada", "yes"), spoken("0:bo", "no")], "Shall we?"))
    live.tell({"kind": "standing", "debates": []})
    browser.see(".status.decided")
    assert browser.count(".card") == 2


def test_seats_that_fail_are_named(browser: Any, live: Any, spoken: Make) -> None:
    live.tell(started(), ended(spoken("0:ada", None, "", status="failed", reason="timeout")), speaking("0:bo"))
    browser.open(f"{live.address}#t=sample")
    browser.see(".controls .failed")
    assert browser.text(".controls .failed") == "ada failed"
    assert "gave no usable reply (timeout)" in browser.text(".card")
    assert browser.count(".node.lost") == 1


def test_a_debate_that_another_process_holds_is_followed_as_it_is_put_down(
    browser: Any, samples: Any, spoken: Make, debated: Make
) -> None:
    browser.open(f"{samples.address}#t=sample")
    browser.see(".note:has-text('holds no debates yet')")
    samples.put(debated(ID, [spoken("0:ada", "yes")], "Shall we?", status="open", answer=None, correct=None))
    samples.tell({"kind": "moved"})
    browser.see(".card")
    browser.focus(".entry")
    samples.put(debated(ID, [spoken("0:ada", "yes"), spoken("0:bo", "no")], "Shall we?", status="open", answer=None))
    samples.tell({"kind": "moved"})
    browser.until("document.querySelectorAll('.card').length === 2")
    assert "Leading now" in browser.text(".outcome")
    samples.put(debated("run/next", [spoken("0:ada", "yes")], "And now?"))
    samples.put(debated(ID, [spoken("0:ada", "yes"), spoken("0:bo", "no")], "Shall we?"))
    samples.tell({"kind": "moved"})
    browser.see(".status.decided")
    browser.until("document.querySelectorAll('.debates li').length === 2")
    assert browser.complaints == []


def test_two_hundred_turns_a_second_keep_up(browser: Any, live: Any, spoken: Make) -> None:
    seats, rounds = 50, 12
    told = started() | {"seats": [f"a{seat}" for seat in range(seats)], "models": ["sim/a"] * seats}
    live.tell(told)
    browser.open(f"{live.address}#t=sample")
    browser.see(".node")
    browser.evaluate(
        "globalThis.longest = 0; globalThis.last = performance.now(); (function beat(now) {"
        "longest = Math.max(longest, now - last); last = now; requestAnimationFrame(beat); })(last); 0"
    )
    begun = time.monotonic()
    for number in range(seats * rounds):
        wave, seat = divmod(number, seats)
        heard = tuple(f"{wave - 1}:a{(seat + by) % seats}" for by in (1, 2)) if wave else ()
        live.tell(ended(spoken(f"{wave}:a{seat}", "yes" if (seat + wave) % 3 else "no", heard=heard)))
        time.sleep(max(0.0, begun + number / 200 - time.monotonic()))
    behind = time.monotonic()
    browser.until(f"document.querySelector('.outcome').textContent.includes('{seats * rounds:,} calls')")
    assert time.monotonic() - behind < 3
    print("longest frame, ms:", browser.evaluate("longest"))
    assert browser.evaluate("longest") < 1000
