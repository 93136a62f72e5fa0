"""The stub as a server: its replies, scripts, delays, limits, log and manners."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.errors import RuntimeStartError, SpecError
from moot.testing import Fault, Reply, Stub, StubRequest
from moot.testing.behaviour import Bucket, Latency

Ask = Callable[..., httpx.Response]


def text(response: httpx.Response) -> str:
    content: str = response.json()["choices"][0]["message"]["content"]
    return content


def question(kind: str, options: str = "") -> str:
    return f'<question kind="{kind}">\nq\n</question>\n{options}End with\nFinal answer: X'


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("choice", "[A-D]"),
        ("number", r"\d+"),
        ("math", r"\d+"),
        ("bool", "yes|no"),
        ("text", "[a-z]+"),
        ("probability", r"0\.\d\d"),
        ("score", "[1-9]|10"),
    ],
)
def test_replies_end_in_a_final_answer_of_the_questions_kind(ask: Ask, kind: str, form: str) -> None:
    options = "<options>\nA. a\nB. b\nC. c\nD. d\n</options>\n" if kind == "choice" else ""
    for number in range(8):
        reply = text(ask(f"m{number}", question(kind, options)))
        assert re.fullmatch(f"Final answer: ({form})", reply.splitlines()[-1])


def test_equal_requests_get_equal_bytes_and_others_do_not(ask: Ask) -> None:
    assert ask("m", "x").content == ask("m", "x").content
    assert len({ask(*of).content for of in (("m", "x"), ("n", "x"), ("m", "y"))} | {ask("m", "x", seed=1).content}) == 4


def test_a_panel_disagrees_a_little_and_mostly_agrees(ask: Ask) -> None:
    answers = [text(ask(f"m{n}", question("bool"), seed=n)).splitlines()[-1] for n in range(60)]
    common = max(map(answers.count, set(answers)))
    assert 40 <= common < 60


def test_confidence_and_structured_replies_are_given_where_asked(ask: Ask) -> None:
    assert re.search(r"\nConfidence: \d\d%\Z", text(ask("m", "Final answer: X\nConfidence: N%")))
    shape = '<reply_format>{"answer": "your answer", "decided": "yes or no", "why": "one line"}</reply_format>'
    reply = json.loads(text(ask("m", question("number") + shape)))
    assert set(reply) == {"answer", "decided", "why"}
    assert reply["decided"] in ("yes", "no")
    properties = {"winner": {"type": "string", "enum": ["A", "B"]}, "score": {"type": "number"}}
    schema = {"type": "json_schema", "json_schema": {"schema": {"type": "object", "properties": properties}}}
    structured = json.loads(text(ask("m", "x", response_format=schema)))
    assert structured["winner"] in ("A", "B")
    assert isinstance(structured["score"], int)


def test_a_stream_adds_up_to_the_whole_reply(ask: Ask) -> None:
    whole = text(ask("m", "x"))
    streamed = ask("m", "x", stream=True, stream_options={"include_usage": True})
    events = [line.removeprefix("data: ") for line in streamed.text.splitlines() if line]
    chunks = [json.loads(event) for event in events[:-1]]
    deltas = [choice["delta"].get("content", "") for chunk in chunks for choice in chunk["choices"]]
    assert ("".join(deltas), events[-1]) == (whole, "[DONE]")
    assert chunks[-2]["choices"][0]["finish_reason"] == "stop"
    assert chunks[-1]["usage"]["completion_tokens"] > 0


def test_a_script_is_served_in_order_and_then_the_model_answers_by_itself(stub: Stub, ask: Ask) -> None:
    stub.script("m", ["one", Fault("503"), Reply("two", finish="length", usage=(7, 8), message={"x": 1})])
    first, second, third, fourth = (ask("m") for _ in range(4))
    assert (text(first), second.status_code, text(third)) == ("one", 503, "two")
    assert third.json()["usage"] == {"prompt_tokens": 7, "completion_tokens": 8, "total_tokens": 15}
    assert third.json()["choices"][0]["message"]["x"] == 1
    assert "Final answer" in text(fourth)


def test_a_script_may_be_one_step_or_a_function_and_a_star_means_every_other_model(stub: Stub, ask: Ask) -> None:
    def counting(request: StubRequest) -> str:
        return f"{request.model} {request.number} {len(request.prompt)}"

    stub.script("m", "always")
    stub.script("*", counting)
    assert [text(ask("m")) for _ in range(2)] == ["always"] * 2
    assert [text(ask("n", "xyz")) for _ in range(2)] == ["n 0 3", "n 1 3"]


def test_a_script_that_fails_is_told_to_the_client(stub: Stub, ask: Ask) -> None:
    def failing(request: StubRequest) -> str:
        raise KeyError(request.model)

    stub.script("m", failing)
    response = ask("m")
    assert response.status_code == 500
    assert "KeyError('m')" in response.text
    assert stub.log[0].served == "script failed"


def test_a_flaky_model_fails_each_distinct_request_so_many_times(ask: Ask) -> None:
    statuses = [ask("flaky-2-503", content).status_code for content in ("x", "y", "x", "y", "x", "y")]
    assert statuses == [503, 503, 503, 503, 200, 200]


def test_names_join_labels_latency_and_faults(stub: Stub, ask: Ask) -> None:
    began = time.monotonic()
    assert text(ask("ada+sleep-0.15"))
    assert ask("bo+sleep-0.15+fault-503").status_code == 503
    assert time.monotonic() - began >= 0.3
    assert ask("fault-finding-model").status_code == 200  # a label that only begins like ours
    assert [seen.served for seen in stub.log] == ["reply", "503", "reply"]


def test_a_token_bucket_refuses_what_is_too_fast_and_says_when(stub: Stub, ask: Ask) -> None:
    responses = [ask("bucket-5-3") for _ in range(6)]
    assert [response.status_code for response in responses] == [200, 200, 200, 429, 429, 429]
    assert 0 < float(responses[-1].headers["retry-after"]) <= 0.2
    time.sleep(0.25)
    assert ask("bucket-5-3").status_code == 200
    assert stub.counts == {"bucket-5-3": 7}


@given(st.floats(0.1, 100), st.integers(1, 20), st.lists(st.floats(0, 2), max_size=60))
def test_a_bucket_lets_no_more_through_than_its_rate(rate: float, burst: int, pauses: list[float]) -> None:
    clock = [0.0]
    bucket = Bucket(rate, burst, clock=lambda: clock[0])
    passed = 0
    for pause in pauses:
        clock[0] += pause
        passed += bucket.wait_s() == 0
    assert passed <= burst + rate * clock[0] + 1e-6


def drawn(latency: Latency, content: str, *, tag: str | None = None, **body: Any) -> float:
    headers = {} if tag is None else {"x-stub-tag": tag}
    return latency.of_request(StubRequest("m", (("user", content),), body, headers, None, 0))


def test_lognormal_latency_is_a_function_of_the_request_and_has_the_median_asked_for() -> None:
    latency = Latency.of("lognormal:2.0:0.5")
    seconds = sorted(drawn(latency, f"{n}") for n in range(2001))
    assert seconds[1000] == pytest.approx(2.0, rel=0.05)
    assert seconds[int(2001 * 0.8413)] / seconds[1000] == pytest.approx(2.718281828**0.5, rel=0.1)
    assert drawn(latency, "x") == drawn(latency, "x", stream=True)
    assert len({drawn(latency, "x"), drawn(latency, "x", tag="1"), drawn(latency, "x", user="2")}) == 3


def test_latency_may_be_said_outright_in_a_header(ask: Ask) -> None:
    began = time.monotonic()
    ask("m", headers={"x-stub-latency": "0.2"})
    assert 0.2 <= time.monotonic() - began < 5


@pytest.mark.parametrize("given_", ["fast", "lognormal:1", "normal:1:2", "1:2"])
def test_a_latency_nobody_understands_is_refused(given_: str) -> None:
    with pytest.raises(SpecError, match="lognormal:MEDIAN:SIGMA"):
        Stub(latency=given_)


def test_the_log_says_what_came_and_how_it_ended(stub: Stub, ask: Ask) -> None:
    ask("m", "hello", headers={"x-call-id": "42"})
    (seen,) = stub.log
    assert (seen.number, seen.model, seen.served, seen.completed, seen.authorized) == (0, "m", "reply", True, True)
    assert seen.headers["x-call-id"] == "42"
    assert seen.body["messages"] == [{"role": "user", "content": "hello"}]
    assert seen.at <= (seen.ended_at or 0)
    assert not any("canary" in repr(value) for value in vars(seen).values())


def test_a_client_that_leaves_is_seen_to_leave(stub: Stub, bare: Callable[[], Any]) -> None:
    with bare() as connection:
        connection.post("sleep-5")
        _until(lambda: stub.in_flight == 1)
    _until(lambda: stub.in_flight == 0)
    assert [(seen.completed, seen.served) for seen in stub.log] == [(False, "reply")]


def test_peak_and_counts_follow_what_is_in_flight(stub: Stub, ask: Ask) -> None:
    threads = [threading.Thread(target=ask, args=(f"m{n % 2}+sleep-0.2", f"{n}")) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (stub.peak, stub.in_flight) == (8, 0)
    assert stub.counts == {"m0+sleep-0.2": 4, "m1+sleep-0.2": 4}


def test_reset_forgets_the_log_and_begins_scripts_again(stub: Stub, ask: Ask) -> None:
    stub.script("m", ["one", "two"])
    ask("m")
    stub.reset()
    assert (stub.log, text(ask("m"))) == ((), "one")


def test_other_processes_can_read_the_log_and_reset_it(stub: Stub, ask: Ask) -> None:
    ask("m")
    assert httpx.get(f"{stub.url}/log").json()[0]["model"] == "m"
    assert httpx.get(f"{stub.url}/stats").json() == {"requests": 1, "in_flight": 0, "peak": 1, "models": {"m": 1}}
    httpx.post(f"{stub.url}/reset")
    assert httpx.get(f"{stub.url}/log").json() == []
    assert httpx.get(f"{stub.api_base}/models").json()["data"][0]["id"] == "stub"
    assert httpx.get(f"{stub.url}/elsewhere").status_code == 404


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"model": "m"}', b'{"messages": []}', b'{"model":1,"messages":3}']
)
def test_what_is_no_chat_request_is_refused(stub: Stub, client: httpx.Client, body: bytes) -> None:
    assert client.post("/chat/completions", content=body).status_code == 400
    assert stub.log == ()


def test_one_connection_carries_many_requests_even_when_sent_ahead(stub: Stub, bare: Callable[[], Any]) -> None:
    with bare() as connection:
        for _ in range(5):
            connection.post("m")
        assert connection.read(patience_s=0.3).count(b"HTTP/1.1 200 OK") == 5
    assert stub.counts == {"m": 5}


def test_requests_in_chunks_in_pieces_and_after_a_100_are_understood(stub: Stub, bare: Callable[[], Any]) -> None:
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "x"}]}).encode()
    start = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n"
    chunks = b"%x\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (9, body[:9], len(body) - 9, body[9:])
    length = b"content-length: %d\r\n" % len(body)
    for pieces in (
        [start + b"transfer-encoding: chunked\r\n\r\n", chunks[:13], chunks[13:]],
        [start[:7], start[7:] + length + b"\r\n" + body[:5], body[5:]],
        [start + length + b"expect: 100-continue\r\n\r\n", body],
    ):
        with bare() as connection:
            for piece in pieces:
                connection.send(piece)
                time.sleep(0.02)
            assert b"HTTP/1.1 200 OK" in connection.read(patience_s=0.1)


@pytest.mark.parametrize("head", [b"nonsense\r\n\r\n", b"POST / HTTP/1.1\r\ncontent-length: many\r\n\r\n"])
def test_malformed_http_is_refused_and_closed(bare: Callable[[], Any], head: bytes) -> None:
    with bare() as connection:
        connection.send(head)
        assert connection.read(patience_s=2).startswith(b"HTTP/1.1 400")
        assert not connection.is_open()


async def test_it_serves_inside_a_running_loop_of_either_kind() -> None:
    async with Stub() as stub, httpx.AsyncClient(base_url=stub.api_base) as client:
        body = {"model": "m", "messages": [{"role": "user", "content": "x"}]}
        assert (await client.post("/chat/completions", json=body)).status_code == 200
    with pytest.raises(OSError, match="connection attempts failed"):
        await anyio.connect_tcp("127.0.0.1", stub.port)


def test_stopping_drops_what_hangs() -> None:
    with Stub() as stub:
        connection = socket.create_connection(("127.0.0.1", stub.port))
        body = b'{"model": "fault-hang", "messages": []}'
        connection.sendall(b"POST /chat/completions HTTP/1.1\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
        _until(lambda: stub.in_flight == 1)
        began = time.monotonic()
    assert time.monotonic() - began < 10
    assert stub.in_flight == 0
    connection.close()


def test_a_port_in_use_is_a_plain_error() -> None:
    with Stub() as first, pytest.raises(RuntimeStartError, match=f"port {first.port}"):
        Stub(port=first.port).start()


def test_the_log_file_holds_every_arrival_and_end(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    with Stub(log_file=path) as stub:
        body = {"model": "m", "messages": [{"role": "user", "content": "x"}]}
        httpx.post(f"{stub.api_base}/chat/completions", json=body)
        lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(line["event"], line["number"]) for line in lines] == [("arrived", 0), ("ended", 0)]
    assert (lines[0]["served"], lines[1]["completed"]) == ("reply", True)


@pytest.mark.parametrize("workers", [1, 2])
def test_as_a_process_it_prints_its_address_serves_and_leaves_a_log_when_killed(tmp_path: Path, workers: int) -> None:
    path = tmp_path / "log.jsonl"
    command = [sys.executable, "-m", "moot.testing.stub", "--log", str(path), "--workers", str(workers)]
    paths = os.pathsep.join(sys.path)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": paths}
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        body = {"model": "m", "messages": [{"role": "user", "content": "x"}]}
        for _ in range(20):  # new connections, so that each worker gets some
            assert httpx.post(f"{url}/v1/chat/completions", json=body).status_code == 200
        process.send_signal(signal.SIGKILL)
    events = [json.loads(line)["event"] for line in path.read_text().splitlines()]
    assert (events.count("arrived"), events.count("ended")) == (20, 20)
    _until(lambda: _is_closed(int(url.rpartition(":")[2])))


def _is_closed(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _until(holds: Callable[[], bool], *, patience_s: float = 30) -> None:
    stop = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < stop
        time.sleep(0.01)


ASKED: dict[str, dict[str, object]] = {
    "/v1/messages": {
        "model": "m",
        "max_tokens": 50,
        "system": [{"type": "text", "text": "Be brief."}],
        "messages": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}],
    },
    "/v1beta/models/m:generateContent?key=canary-key": {
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
        "contents": [{"role": "user", "parts": [{"text": "Why?"}]}, {"role": "model", "parts": [{"text": "So."}]}],
    },
}
"""One chat, as Anthropic and Gemini are asked."""


@pytest.mark.parametrize("path", ASKED)
def test_other_providers_chats_are_read_and_their_keys_kept_nowhere(stub: Stub, path: str) -> None:
    heard = list[StubRequest]()

    def hear(request: StubRequest) -> str:
        heard.append(request)
        return "Because."

    stub.script("m", hear)
    keys = {"x-api-key": "canary-key", "x-goog-api-key": "canary-key", "x-call-id": "7"}
    assert httpx.post(f"{stub.url}{path}", json=ASKED[path], headers=keys).status_code == 200
    assert heard[0].messages == (("system", "Be brief."), ("user", "Why?"), ("assistant", "So."))
    assert (heard[0].authorization, heard[0].dialect) == ("canary-key", "anthropic" if "messages" in path else "gemini")
    assert (stub.log[0].authorized, stub.log[0].headers["x-call-id"]) == (True, "7")
    assert "canary-key" not in f"{stub.log} {heard[0].headers}"


def test_replies_and_refusals_are_in_the_words_of_the_provider(stub: Stub) -> None:
    stub.script(
        "m", [*[Reply("Because.", usage=(7, 2))] * 2, *[Fault("429", retry_after=3)] * 2, *[Fault("quota")] * 2]
    )
    steps = [[httpx.post(f"{stub.url}{path}", json=body) for path, body in ASKED.items()] for _ in range(3)]
    (claude, gemini), (claude_busy, gemini_busy), (claude_spent, gemini_spent) = steps
    assert claude.json()["content"] == [{"type": "text", "text": "Because."}]
    assert (claude.json()["stop_reason"], claude.json()["usage"]) == (
        "end_turn",
        {"input_tokens": 7, "output_tokens": 2},
    )
    assert gemini.json()["candidates"][0] == {
        "content": {"parts": [{"text": "Because."}], "role": "model"},
        "finishReason": "STOP",
        "index": 0,
    }
    assert gemini.json()["usageMetadata"] == {"promptTokenCount": 7, "candidatesTokenCount": 2}
    assert (claude_busy.status_code, claude_busy.headers["retry-after"]) == (429, "3")
    assert claude_busy.json()["error"]["type"] == "rate_limit_error"
    assert gemini_busy.json()["error"]["status"] == "RESOURCE_EXHAUSTED"
    assert gemini_busy.json()["error"]["details"][0]["retryDelay"] == "3s"
    assert (claude_spent.status_code, gemini_spent.status_code) == (400, 429)
    assert "credit balance" in claude_spent.json()["error"]["message"]


def test_a_deaf_address_accepts_and_never_speaks(stub: Stub) -> None:
    with pytest.raises(httpx.TimeoutException):
        httpx.get(stub.deaf_base, timeout=0.1)


def test_a_slow_server_takes_its_time_with_every_connection() -> None:
    with Stub(accept_s=0.1) as slow, httpx.Client() as client:
        took = list[float]()
        for _ in range(2):
            began = time.monotonic()
            client.get(f"{slow.api_base}/models")
            took.append(time.monotonic() - began)
    assert took[0] >= 0.1 > took[1]
