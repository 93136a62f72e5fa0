"""A real browser, and a server of sample documents for what real debates do not show on demand."""

import json
import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlparse

import pytest

from moot.runs.export.page import page

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
WEB = ROOT / "runs" / "viewer" / "web"
PAGE = ROOT / "runs" / "viewer" / "page"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
KINDS = {"index.html": "text/html; charset=utf-8", "app.js": "text/javascript", "app.css": "text/css"}
TOKEN = "sample"


class Browser:
    """The page in a browser; every method but `open` is about what was opened last."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def open(self, url: str, **how: Any) -> None:
        """Open an address. `width`, `height`, `scheme` and `still` (less motion, as by default) say how."""
        self._do("open", url=url, **how)

    def click(self, on: str) -> None:
        self._do("click", on=on)

    def press(self, *keys: str) -> None:
        for key in keys:
            self._do("press", key=key)

    def fill(self, on: str, text: str) -> None:
        self._do("fill", on=on, text=text)

    def choose(self, on: str, option: str) -> None:
        self._do("choose", on=on, option=option)

    def focus(self, on: str) -> None:
        self._do("focus", on=on)

    def see(self, on: str) -> None:
        """Wait until it is there."""
        self._do("see", on=on)

    def lose(self, on: str) -> None:
        """Wait until it is gone."""
        self._do("lose", on=on)

    def text(self, on: str) -> str:
        return str(self._do("text", on=on))

    def texts(self, on: str) -> list[str]:
        return list(self._do("texts", on=on))

    def attribute(self, on: str, name: str) -> str | None:
        value: str | None = self._do("attribute", on=on, name=name)
        return value

    def count(self, on: str) -> int:
        return int(self._do("count", on=on))

    def until(self, script: str) -> Any:
        """Wait until an expression is true in the page."""
        return self._do("until", script=script)

    def evaluate(self, script: str) -> Any:
        return self._do("evaluate", script=script)

    def picture(self, path: Path) -> None:
        self._do("picture", path=str(path))

    def axe(self) -> list[dict[str, Any]]:
        """What axe finds wrong."""
        return list(self._do("axe"))

    @property
    def complaints(self) -> list[str]:
        """Errors of the console, dialogs, popups, and requests to anywhere else."""
        return list(self._do("complaints"))

    def _do(self, command: str, /, **given: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": command, **given}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the browser is gone"
        answer = json.loads(line)
        assert "error" not in answer, f"{command} {given}: {answer['error']}"
        return answer["value"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser; where there is none, tests are skipped, and in the gate they fail."""
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    lacking = [
        name
        for name, there in {
            "node": shutil.which("node"),
            "a Chromium": chromium,
            "node's packages (`make page`)": (WEB / "node_modules" / "playwright-core").is_dir(),
        }.items()
        if not there
    ]
    if lacking:
        told = f"no browser tests without {', '.join(lacking)}"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    command = ["node", str(HERE / "driver.mjs"), str(WEB), str(chromium)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Browser(process)
    finally:
        process.communicate(timeout=60)


@dataclass
class Samples:
    """A server of documents as they are put here, and of events as they are told."""

    debates: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    details: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    live: bool = False
    posted: list[tuple[str, dict[str, Any]]] = field(default_factory=list[tuple[str, dict[str, Any]]])
    connections: list[str | None] = field(default_factory=list[str | None])
    """The last event that each connection said it had."""
    events: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    address: str = ""
    down: bool = False
    """Whether events are refused for now."""
    ears: "list[queue.Queue[int | None]]" = field(default_factory=list["queue.Queue[int | None]"])

    def put(self, debate: dict[str, Any], **details: Any) -> str:
        """Have a debate to show; gives the fragment that opens it."""
        self.debates[debate["id"]] = debate
        self.details[debate["id"]] = details
        return f"{self.address}#t={TOKEN}&run={debate['run']}&debate={debate['id']}"

    def tell(self, *events: dict[str, Any]) -> None:
        """Let something happen."""
        for event in events:
            self.events.append(event)
            for ear in self.ears:
                ear.put(len(self.events))

    def drop(self) -> None:
        """Break all connections off."""
        for ear in self.ears:
            ear.put(None)

    def answer(self, path: str, query: dict[str, str]) -> Any:
        """The document at an address; None where there is none."""
        match path:
            case "/api/runs":
                names = dict.fromkeys(debate["run"] for debate in self.debates.values())
                runs: list[dict[str, Any]] = [
                    {"name": name, "began_ms": 0, "debates": 1, "statuses": {}, "simulated": True} for name in names
                ]
                return {"store": "samples", "live": self.live, "runs": runs}
            case "/api/debates":
                return {"debates": [line(each) for each in self.debates.values() if chosen(each, query)], "next": None}
            case "/api/debate":
                return self.debates.get(query["id"])
            case "/api/turn":
                return self.details.get(query["debate"], {}).get(query["turn"])
            case _:
                return None


def line(debate: dict[str, Any]) -> dict[str, Any]:
    """A debate as lists have it."""
    kept = {key: debate[key] for key in ("id", "question", "trial", "status", "answer", "correct", "rounds", "parent")}
    usage = debate["usage"]
    return {
        **kept,
        "gold": debate["question"]["gold"],
        "flips": len(debate["flips"]),
        "seats": len(debate["seats"]),
        "calls": usage["calls"],
        "cost_usd": usage["cost_usd"],
    }


def chosen(debate: dict[str, Any], query: dict[str, str]) -> bool:
    truth = {"true": True, "false": False}
    return (
        debate["run"] == query["run"]
        and query.get("status", debate["status"]) == debate["status"]
        and truth.get(query.get("correct", ""), debate["correct"]) == debate["correct"]
        and truth.get(query.get("flipped", ""), bool(debate["flips"])) == bool(debate["flips"])
    )


@pytest.fixture
def samples() -> Iterator[Samples]:
    """A server of sample documents on this machine."""
    held = Samples()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            url = urlparse(self.path)
            name = url.path[1:] or "index.html"
            if name in KINDS:
                return self.send((PAGE / name).read_bytes(), KINDS[name])
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                return self.send(b'{"error": "the token is wrong"}', status=401)
            if url.path == "/api/events":
                return self.stream()
            document = held.answer(url.path, dict(parse_qsl(url.query)))
            if document is None:
                return self.send(b'{"error": "there is no such thing"}', status=404)
            return self.send(json.dumps(document).encode())

        def do_POST(self) -> None:
            held.posted.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send(b"{}")

        def send(self, body: bytes, kind: str = "application/json", status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

        def stream(self) -> None:
            if held.down:
                return self.send(b"{}", status=503)
            last = self.headers["Last-Event-ID"]
            held.connections.append(last)
            ear: queue.Queue[int | None] = queue.Queue()
            told = int(last or 0)
            ear.put(len(held.events))
            held.ears.append(ear)
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            try:
                while (upto := ear.get()) is not None:
                    for number in range(told + 1, upto + 1):
                        self.wfile.write(f"id: {number}\ndata: {json.dumps(held.events[number - 1])}\n\n".encode())
                    told = max(told, upto)
                    self.wfile.flush()
            except OSError:
                pass  # the page has gone
            finally:
                held.ears.remove(ear)
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    held.address = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        yield held
    finally:
        held.drop()
        server.shutdown()
        server.server_close()


@pytest.fixture
def one_file(tmp_path: Path) -> Callable[[Samples], str]:
    """Writes the page and all its debates as one file, and gives its address."""

    def written(held: Samples) -> str:
        packed = {
            "runs": held.answer("/api/runs", {}),
            "debates": {
                each["run"]: [line(other) for other in held.debates.values() if other["run"] == each["run"]]
                for each in held.debates.values()
            },
            "debate": held.debates,
            "turn": held.details,
        }
        path = tmp_path / "debates.html"
        path.write_text(page(packed), encoding="utf-8", errors="replace")
        return path.as_uri()

    return written


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of the page go: `MOOT_PICTURES`, or nowhere that lasts."""
    folder = Path(os.environ.get("MOOT_PICTURES") or tmp_path_factory.mktemp("pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def spoken() -> Callable[..., dict[str, Any]]:
    """Makes a turn's document."""

    def turn(id: str, vote: str | None, text: str = "", *, heard: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
        wave, seat = id.split(":", 1)
        return {
            "id": id,
            "wave": int(wave),
            "round": int(wave),
            "seat": seat,
            "role": "debater",
            "heard": list(heard),
            "text": text or f"I say {vote}.",
            "answer": vote,
            "vote": vote,
            "confidence": None,
            "status": "ok",
            "reason": "",
            "stance": None,
            "model": "sim/debater",
            "calls": 1,
            "prompt_tokens": 100,
            "completion_tokens": 20,
            "cost_usd": 0.001,
            "latency_s": 0.5,
            "attempts": 1,
            "inner": 0,
            **more,
        }

    return turn


@pytest.fixture
def debated() -> Callable[..., dict[str, Any]]:
    """Makes a debate's document of its turns."""

    def debate(id: str, turns: list[dict[str, Any]], question: str = "Which is larger?", **more: Any) -> dict[str, Any]:
        seats = list(dict.fromkeys(turn["seat"] for turn in turns if turn["round"] is not None))
        answer = turns[-1]["vote"] if turns else None
        return {
            "id": id,
            "run": "run",
            "parent": None,
            "trial": 0,
            "question": {"id": "q", "text": question, "kind": "text", "options": None, "gold": answer},
            "protocol": "society?rounds=3",
            "topology": "ring",
            "seats": [{"name": seat, "model": "sim/debater"} for seat in seats],
            "judge": None,
            "status": "decided",
            "answer": answer,
            "rule": "plurality",
            "support": {answer: 2.0} if answer else {},
            "ties": [],
            "dissent": [],
            "rationale": None,
            "fallback": None,
            "stopped_by": "rounds: 3 held",
            "capped": False,
            "rounds": 1 + max((turn["round"] or 0 for turn in turns), default=0),
            "first_vote": turns[0]["vote"] if turns else None,
            "correct": True,
            "right": {turn["vote"]: turn["vote"] == answer for turn in turns if turn["vote"] is not None},
            "flips": [],
            "simulated": True,
            "seed": 0,
            "notes": [],
            "usage": {
                "calls": len(turns),
                "prompt_tokens": 100 * len(turns),
                "completion_tokens": 20 * len(turns),
                "cached_calls": 0,
                "cost_usd": 0.001 * len(turns),
                "wall_s": 3.0,
            },
            "budget": {"usd": 0.05},
            "influence": {seat: place / max(1, len(seats) - 1) for place, seat in enumerate(seats)},
            "turns": turns,
            **more,
        }

    return debate
