"""The page over real HTTP: documents, events as they happen, orders, a seat to be taken, and where it listens."""

import json
import socket
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from moot import Agent, Debate, Human
from moot.agents.asking import open_for_people
from moot.errors import RuntimeStartError, SpecError
from moot.protocols.events import TurnEnded
from moot.runs.journal import Reader
from moot.runs.viewer.bundle import Bundle
from moot.runs.viewer.guard import POLICY
from moot.runs.viewer.live import Live
from moot.runs.viewer.serving import served
from moot.runs.viewer.source import Source

PAGE = Bundle("<!doctype html><title>moot</title>", "let page = 1;", "body { margin: 0 }")


class Browser:
    """A page that holds the token."""

    def __init__(self, address: str) -> None:
        base, _, fragment = address.partition("#t=")
        self.http = httpx.Client(base_url=base, headers={"Authorization": f"Bearer {fragment}"}, timeout=20)
        self._streams: list[Generator[tuple[int, dict[str, Any]]]] = []

    def close(self) -> None:
        for stream in self._streams:
            stream.close()
        self.http.close()

    def get(self, path: str, **query: Any) -> Any:
        answer = self.http.get(path, params=query)
        answer.raise_for_status()
        return answer.json()

    def post(self, order: str, **given: Any) -> int:
        return self.http.post(f"/api/{order}", json=given).status_code

    def events(self, last: int | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
        self._streams.append(self._events(last))
        return self._streams[-1]

    def _events(self, last: int | None) -> Generator[tuple[int, dict[str, Any]]]:
        headers = {} if last is None else {"Last-Event-ID": str(last)}
        with self.http.stream("GET", "/api/events", headers=headers) as answer:
            assert answer.headers["content-security-policy"] == POLICY
            number = 0
            for line in answer.iter_lines():
                if line.startswith("id: "):
                    number = int(line[4:])
                elif line.startswith("data: "):
                    yield number, json.loads(line[6:])


@pytest.fixture
def live() -> Live:
    return Live()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "s.sqlite"


@pytest.fixture
def page(path: Path, live: Live) -> Iterator[Browser]:
    source = Source(Reader(path), path.name, running=live.running)
    with served(source, live=live, page=PAGE) as address, open_for_people(live):
        browser = Browser(address)
        yield browser
        browser.close()


def slow(*models: str, rounds: int = 3) -> Debate:
    agents = [Agent(f"a{n}", f"sim/debater?family={n}&latency=0.1") for n in range(2)]
    return Debate([*agents, *models], protocol="society", rounds=rounds, seed=3)


def begun(debate: Debate, path: Path, live: Live) -> threading.Thread:
    """Held in the background."""
    hold = {"store": path, "name": "r", "listen": live, "runtime": "local"}
    thread = threading.Thread(target=debate.run, args=("What is 17 * 24?",), kwargs=hold)
    thread.start()
    return thread


def test_a_page_that_is_there_before_the_first_debate_is_told_of_all_that_happens(
    page: Browser, path: Path, live: Live
) -> None:
    assert page.get("/api/runs") == {"store": "s.sqlite", "live": True, "runs": []}
    told = page.events()
    assert next(told) == (0, {"kind": "standing", "debates": []})
    thread = begun(slow(), path, live)
    heard = [event for _, event in until(told, "debate_ended")]
    thread.join()
    kinds = [event["kind"] for event in heard]
    assert (kinds[0], kinds[-1]) == ("debate_started", "debate_ended")
    assert kinds.count("turn_ended") == 6
    record = page.get("/api/debate", id=heard[0]["debate_id"])
    assert [event["turn"] for event in heard if event["kind"] == "turn_ended"] == record["turns"]
    assert all("prompt" not in event.get("turn", {}) for event in heard)


def test_a_page_that_comes_late_is_told_how_things_stand_and_one_that_comes_back_what_it_missed(
    page: Browser, path: Path, live: Live
) -> None:
    told = page.events()
    thread = begun(slow(), path, live)
    last, _ = list(until(told, "turn_ended"))[-1]
    late = page.events()
    _, standing = next(late)
    number, debate = next(late)
    assert standing["debates"] == [debate["debate_id"]]
    assert (debate["kind"], debate["debate"]["status"]) == ("debate", "running")
    assert len(debate["debate"]["turns"]) >= 1
    assert debate["debate"]["run"] == "r"
    thread.join()
    missed = [number for number, _ in until(page.events(last), "debate_ended")]
    assert missed == list(range(last + 1, live.hub.last + 1))
    assert number <= live.hub.last


def test_a_turn_under_way_is_inspected_before_the_debate_is_on_record(page: Browser, path: Path, live: Live) -> None:
    told = page.events()
    thread = begun(slow(), path, live)
    _, ended = list(until(told, "turn_ended"))[-1]
    debate, turn = ended["debate_id"], ended["turn"]["id"]
    early = page.get("/api/turn", debate=debate, turn=turn)
    running = page.get("/api/debate", id=debate)
    listed = page.get("/api/debates", run="r", status="running")["debates"]
    thread.join()
    assert early == page.get("/api/turn", debate=debate, turn=turn)
    assert (running["status"], [line["id"] for line in listed]) == ("running", [debate])
    assert page.get("/api/debate", id=debate)["status"] != "running"


def test_pause_resume_and_stop_reach_the_debate_and_are_told(page: Browser, path: Path, live: Live) -> None:
    told = page.events()
    thread = begun(slow(), path, live)
    _, ended = list(until(told, "turn_ended"))[-1]
    debate = ended["debate_id"]
    assert [page.post(order, debate=debate) for order in ("pause", "resume", "stop")] == [200, 200, 200]
    heard = [event for _, event in until(told, "debate_ended")]
    thread.join()
    assert [event["kind"] for event in heard if event["kind"] in {"paused", "resumed"}] == ["paused", "resumed"]
    assert page.get("/api/debate", id=debate)["stopped_by"] == "stopped by hand"
    assert page.post("pause", debate=debate) == 409


def test_a_person_takes_a_seat_in_the_page(page: Browser, path: Path, live: Live) -> None:
    told = page.events()
    debate = Debate([Agent("ada", "sim/debater"), Human("me", timeout_s=30)], protocol="society", rounds=2, seed=3)
    thread = begun(debate, path, live)
    for turn in ("0:me", "1:me"):
        _, asked = list(until(told, "seat_open"))[-1]
        assert (asked["seat"], asked["turn"]) == ("me", turn)
        assert "17 * 24" in asked["prompt"][-1]["content"]
        seat = {"debate": asked["debate_id"], "seat": "me"}
        assert page.post("seat", **seat, turn="9:me", text="too late") == 409
        assert page.post("seat", **seat, turn=turn, text="  ") == 400
        assert page.post("seat", **seat, turn=turn, text="By heart.\nFinal answer: 408") == 200
        assert page.post("seat", **seat, turn=turn, text="Final answer: 9") == 409
        _, closed = list(until(told, "seat_closed"))[-1]
        assert (closed["turn"], closed["why"]) == (turn, "replied")
    thread.join()
    record = page.get("/api/debate", id=seat["debate"])
    assert [turn["answer"] for turn in record["turns"] if turn["seat"] == "me"] == ["408", "408"]


def test_a_person_who_does_not_answer_in_time_loses_the_turn(page: Browser, path: Path, live: Live) -> None:
    told = page.events()
    debate = Debate(
        [Agent("ada", "sim/debater"), Human("me", timeout_s=0.2)],
        protocol="society",
        rounds=1,
        quorum=1,
        policy={"retries": 0},
    )
    thread = begun(debate, path, live)
    heard = [event for _, event in until(told, "debate_ended")]
    thread.join()
    assert next(event["why"] for event in heard if event["kind"] == "seat_closed").endswith("time is up")
    assert [event["turn"]["reason"] for event in heard if event["kind"] == "turn_ended"] == ["", "timeout"]


def test_200_turns_a_second_arrive_in_order_and_soon(page: Browser, path: Path, live: Live) -> None:
    told = page.events()
    crowd = Debate([f"sim/debater?accuracy=0.{n % 6 + 3}" for n in range(100)], "ring?k=2", "society", rounds=6, seed=1)
    thread = begun(crowd, path, live)
    numbers = [number for number, _ in until(told, "debate_ended")]
    thread.join()
    record = page.get("/api/debate", id=page.get("/api/debates", run="r")["debates"][0]["id"])
    assert numbers == list(range(1, live.hub.last + 1))
    assert len(record["turns"]) == 600
    assert record["usage"]["wall_s"] < 30


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.org"])
def test_nobody_else_is_listened_to_unless_that_is_said(path: Path, host: str) -> None:
    with pytest.raises(SpecError, match="--expose"), served(Source(Reader(path), "s"), host=host, page=PAGE):
        pass


def test_exposed_it_answers_under_the_names_that_were_given_and_no_other(path: Path, live: Live) -> None:
    source = Source(Reader(path), "s", running=live.running)
    with served(source, host="0.0.0.0", names=["box.lan"], exposed=True, page=PAGE) as address:
        port = int(address.split(":")[2].split("/")[0])
        assert address.startswith(f"http://box.lan:{port}/#t=")
        statuses = [
            httpx.get(f"http://127.0.0.1:{port}/", headers={"Host": host}).status_code
            for host in (f"box.lan:{port}", f"127.0.0.1:{port}", f"0.0.0.0:{port}", "evil.example")
        ]
        assert statuses == [200, 200, 403, 403]


def test_the_token_is_another_each_time_and_only_in_the_fragment(path: Path) -> None:
    source = Source(Reader(path), "s")
    with served(source, page=PAGE) as one, served(source, page=PAGE) as other:
        first, second = httpx.URL(one), httpx.URL(other)
        assert first.fragment != second.fragment
        assert len(first.fragment) >= 32
        assert (first.host, first.path, first.query) == ("127.0.0.1", "/", b"")


def test_a_port_that_is_taken_is_named(path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(RuntimeStartError, match=str(port)), served(Source(Reader(path), "s"), port=port, page=PAGE):
            pass


def until(told: Iterator[tuple[int, dict[str, Any]]], kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Events up to and with the next of that kind, those of how things stand apart."""
    for number, event in told:
        if event["kind"] == "standing":
            continue
        yield number, event
        if event["kind"] == kind:
            return
    raise AssertionError(f"the events ended without {kind}")


@pytest.mark.parametrize("asked", [b"nonsense", b"GET /\x01 HTTP/1.1\r\nHost: a", b"\x16\x03\x01\x02"])
def test_what_is_no_request_is_refused_with_the_headers_of_every_answer(path: Path, asked: bytes) -> None:
    with served(Source(Reader(path), "s"), page=PAGE) as address:
        line = socket.create_connection(("127.0.0.1", httpx.URL(address).port or 0), timeout=20)
        with line:
            line.sendall(asked + b"\r\n\r\n")
            answer = b"".join(iter(lambda: line.recv(65536), b""))
    head, _, body = answer.decode().partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 400 ")
    assert f"content-security-policy: {POLICY}\r\n" in head
    assert "x-content-type-options: nosniff\r\n" in head
    assert set(json.loads(body)) == {"error"}


def test_a_debate_that_others_hold_is_followed_by_what_they_put_down(path: Path) -> None:
    slow_pair = [Agent(name, "sim/debater?latency=0.3") for name in ("ada", "bo")]
    debate = Debate(slow_pair, protocol="society", rounds=4, seed=3)
    Debate(slow_pair, rounds=1, seed=3).run("What is 1 + 1?", store=path, name="before", runtime="local")
    with served(Source(Reader(path), path.name), page=PAGE) as address:  # knows nothing of who writes
        page = Browser(address)
        told = page.events()
        assert next(told) == (0, {"kind": "moved"})
        hold = {"store": path, "name": "r", "runtime": "local"}
        thread = threading.Thread(target=debate.run, args=("What is 17 * 24?",), kwargs=hold)
        thread.start()
        seen = list[dict[str, Any]]()
        while not seen or seen[-1]["status"] == "open":
            assert next(told)[1] == {"kind": "moved"}
            if any(run["name"] == "r" for run in page.get("/api/runs")["runs"]):
                seen += [
                    page.get("/api/debate", id=line["id"]) for line in page.get("/api/debates", run="r")["debates"]
                ]
        thread.join()
        page.close()
    ended, under = seen[-1], [each for each in seen if each["status"] == "open" and each["turns"]]
    whole = {turn["id"]: turn for turn in ended["turns"]}
    assert under
    for turn in under[-1]["turns"]:
        same = ("seat", "round", "heard", "text", "vote", "model", "calls")
        assert [turn[key] for key in same] == [whole[turn["id"]][key] for key in same]


def test_a_turn_ended_event_is_what_the_transcript_has(path: Path, live: Live) -> None:
    ended: list[TurnEnded] = []
    slow(rounds=1).run(
        "What is 2 + 2?", listen=lambda e: ended.append(e) if isinstance(e, TurnEnded) else None, runtime="local"
    )
    assert [event.turn.round for event in ended] == [0, 0]
