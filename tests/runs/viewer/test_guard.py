"""Whatever a browser can be made to send is answered only by name, by token and from the page's own site."""

from typing import Any

import httpx
import pytest

from moot.runs.viewer.guard import POLICY

OPEN = ("/", "/index.html", "/app.js", "/app.css")
CLOSED = ("/api/runs", "/api/debates?run=sums", "/api/debate?id=x", "/api/turn?debate=x&turn=0:a", "/api/events")
NO_HOSTS = [
    "evil.example",
    "evil.example:8000",
    "127.0.0.1.evil:8000",
    "127.0.0.1:8000.evil",
    "localhost",
    "localhost:8001",
    "localhost:8000/x?",
    "localhost:8000@evil.example",
    "localhost:8000#",
    "[::1]",
    "[::ffff:127.0.0.1]:8000",
    "[0:0:0:0:0:0:0:1]:8000",
    "127.1:8000",
    "2130706433:8000",
    "0.0.0.0:8000",
    "",
    "127.0.0.1:8000 ",
    "127.0.0.1:8000,evil.example",
]
ASKED = [*OPEN, *CLOSED, "/nothing", "/api/nothing"]


def safe(answer: httpx.Response) -> bool:
    """Whether an answer has the headers that none lacks, once each."""
    return (
        answer.headers.get_list("content-security-policy") == [POLICY]
        and answer.headers.get_list("x-content-type-options") == ["nosniff"]
        and answer.headers.get_list("referrer-policy") == ["no-referrer"]
    )


def test_the_policy_allows_own_files_and_nothing_inline_remote_or_framed() -> None:
    rules = {name: allowed for name, _, allowed in (rule.strip().partition(" ") for rule in POLICY.split(";"))}
    assert rules == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }


@pytest.mark.parametrize("path", OPEN)
async def test_the_page_itself_needs_no_token_and_holds_nothing(stranger: httpx.AsyncClient, path: str) -> None:
    answer = await stranger.get(path)
    assert answer.status_code == 200
    assert safe(answer)
    head = await stranger.head(path)
    assert (head.status_code, head.content, safe(head)) == (200, b"", True)


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize(
    "given", [None, "", "Bearer", "Bearer wrong", "Basic YTpi", "bearer {t}", "Bearer {t} ", "Bearer {t}x", "{t}"]
)
async def test_no_document_is_told_without_the_token(stranger: httpx.AsyncClient, path: str, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given.replace("{t}", "a-token-of-this-start")}
    answer = await stranger.get(path, headers=headers)
    assert answer.status_code == 401
    assert safe(answer)


async def test_a_token_in_the_address_or_a_cookie_is_none(stranger: httpx.AsyncClient) -> None:
    query = await stranger.get("/api/runs?t=a-token-of-this-start&token=a-token-of-this-start")
    cookie = await stranger.get("/api/runs", headers={"Cookie": "t=a-token-of-this-start"})
    assert (query.status_code, cookie.status_code) == (401, 401)


async def test_two_tokens_are_none(stranger: httpx.AsyncClient) -> None:
    borne = [("Authorization", "Bearer a-token-of-this-start"), ("Authorization", "Bearer a-token-of-this-start")]
    assert (await stranger.get("/api/runs", headers=borne)).status_code == 401


@pytest.mark.parametrize("host", NO_HOSTS)
@pytest.mark.parametrize("path", ["/", "/api/runs"])
async def test_another_host_name_is_refused(client: httpx.AsyncClient, host: str, path: str) -> None:
    answer = await client.get(path, headers={"Host": host})
    assert answer.status_code == 403
    assert safe(answer)
    assert "moot</title>" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "LOCALHOST:8000", "[::1]:8000"])
async def test_its_own_host_names_are_not(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/api/runs", headers={"Host": host})).status_code == 200


async def test_no_host_or_two_are_refused(client: httpx.AsyncClient) -> None:
    for named in ([], [(b"host", b"127.0.0.1:8000"), (b"host", b"evil.example")]):
        assert await raw(client, "GET", b"/", named) == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"])
@pytest.mark.parametrize("path", ["/", "/app.js", "/api/runs", "/api/stop", "/nothing"])
async def test_every_method_but_reading_needs_the_token(stranger: httpx.AsyncClient, method: str, path: str) -> None:
    assert await raw(stranger, method, path.encode(), [(b"host", b"127.0.0.1:8000")]) == 401


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", "/api/runs", "/api/stop"])
async def test_nothing_is_done_by_other_methods_with_it_either(
    client: httpx.AsyncClient, method: str, path: str
) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == 405
    assert safe(answer)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1:8000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/api/runs"), ("POST", "/api/stop"), ("POST", "/api/seat")])
async def test_a_request_of_another_site_is_refused_even_with_the_token(
    client: httpx.AsyncClient, headers: dict[str, str], method: str, path: str
) -> None:
    answer = await client.request(method, path, headers=headers, json={"debate": "x"})
    assert answer.status_code == 403
    assert safe(answer)


async def test_the_pages_own_requests_pass(client: httpx.AsyncClient) -> None:
    own = {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}
    assert (await client.get("/api/runs", headers=own)).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        b"/../pyproject.toml",
        b"/..%2fpyproject.toml",
        b"/%2e%2e/server.py",
        b"/%2e%2e%2fserver.py",
        b"/..%5cserver.py",
        b"//etc/passwd",
        b"/etc/passwd",
        b"/%2fetc%2fpasswd",
        b"/app.js%00.html",
        b"/app.js/",
        b"/./app.js/../server.py",
        b"/page/index.html",
        b"/runs.sqlite",
        b"/server.py",
        b"/%61pi/runs",
        b"/\xff",
    ],
)
async def test_no_other_file_can_be_had(stranger: httpx.AsyncClient, path: bytes) -> None:
    named = [(b"host", b"127.0.0.1:8000")]
    assert await raw(stranger, "GET", path, named) == 401
    bearing = [*named, (b"authorization", b"Bearer a-token-of-this-start")]
    spelled_otherwise = path == b"/%61pi/runs"
    assert (await raw(stranger, "GET", path, bearing) == 200) is spelled_otherwise


@pytest.mark.parametrize("path", ASKED)
async def test_answers_and_errors_alike_say_what_may_be_loaded(client: httpx.AsyncClient, path: str) -> None:
    if path != "/api/events":  # which goes on
        assert safe(await client.get(path))


async def test_a_defect_is_an_answer_like_others_and_tells_nothing(
    client: httpx.AsyncClient, source: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        def runs(self) -> Any:
            raise ZeroDivisionError("secret")

    monkeypatch.setattr(source, "records", Broken())
    answer = await client.get("/api/runs")
    assert answer.status_code == 500
    assert safe(answer)
    assert "secret" not in answer.text


async def raw(client: httpx.AsyncClient, method: str, path: bytes, headers: list[tuple[bytes, bytes]]) -> int:
    """The status of a request that no client library would send."""
    app: Any = client._transport.app  # type: ignore[attr-defined]  # pyright: ignore
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": httpx.URL(path.decode("latin-1")).path if path.isascii() and b"%" in path else path.decode("latin-1"),
        "raw_path": path,
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }
    await app(scope, receive, send)
    return statuses[0]
