"""The page's server: its three files, its documents, and the events of debates under way. One page, one token.

Documents are read from the journal for each request, in a few threads; nothing is written but what a
person in the page orders of a debate under way.
"""

import json
from collections.abc import Callable, Collection
from functools import partial
from typing import Any, TypeVar, cast

import anyio
import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from moot.errors import StoreError
from moot.runs.viewer.bundle import FILES, Bundle
from moot.runs.viewer.documents import DebateDocument, InspectedTurn
from moot.runs.viewer.guard import App, Guard
from moot.runs.viewer.live import Live
from moot.runs.viewer.moving import moves
from moot.runs.viewer.source import PAGE, Source, Truth, Wanted
from moot.runs.viewer.streaming import stream
from moot.runs.viewer.telling import inspected

T = TypeVar("T")

MOST_POSTED = 1 << 20
"""Bytes of a request's body."""
_READERS = 4
"""Requests that read the journal at the same time: a large debate takes some hundred megabytes while it is told."""


def application(
    source: Source,
    page: Bundle,
    *,
    token: str,
    hosts: Collection[str],
    live: Live | None = None,
    over: Callable[[], bool] = bool,
) -> App:
    """The server as an ASGI application.

    Args:
        source: Of documents.
        page: What is served.
        token: What requests for anything but the page must bear.
        hosts: Names, with ports, under which it may be addressed.
        live: Debates under way here; None where there are none, and nothing can be ordered. What another
            process holds is followed by what it puts down.
        over: Whether the server is about to end, and streams with it.
    """
    told = _Told(source, page, live, over)
    routes = [
        Route("/", told.page, methods=["GET"]),
        Route("/{name}", told.page, methods=["GET"]),
        Route("/api/runs", told.runs, methods=["GET"]),
        Route("/api/debates", told.debates, methods=["GET"]),
        Route("/api/debate", told.debate, methods=["GET"]),
        Route("/api/turn", told.turn, methods=["GET"]),
        Route("/api/events", told.events, methods=["GET"]),
        Route("/api/{order:str}", told.order, methods=["POST"]),
    ]
    handlers = {HTTPException: _refused, StoreError: _not_found}
    app = Starlette(routes=routes, exception_handlers=cast("Any", handlers))
    return Guard(cast("App", app), token=token, hosts=hosts, open=("/", *(f"/{name}" for name in FILES)))


class _Told:
    """What each address answers."""

    def __init__(self, source: Source, page: Bundle, live: Live | None, over: Callable[[], bool]) -> None:
        self._source, self._page, self._live, self._over = source, page, live, over
        self._readers = anyio.CapacityLimiter(_READERS)

    async def page(self, request: Request) -> Response:
        file = self._page.file(request.path_params.get("name", "index.html"))
        if file is None:
            raise HTTPException(404, "there is no such file")
        text, kind = file
        return Response(text, media_type=kind)

    async def runs(self, _: Request) -> Response:
        return await self._read(self._source.runs)

    async def debates(self, request: Request) -> Response:
        asked = request.query_params
        wanted = Wanted(asked.get("status") or None, _correct(asked.get("correct")), _flipped(asked.get("flipped")))
        after, limit = _count(asked.get("after"), 0), _count(asked.get("limit"), PAGE)
        return await self._read(
            partial(self._source.debates, _named(request, "run"), after=after, limit=limit, wanted=wanted)
        )

    async def debate(self, request: Request) -> Response:
        return await self._read(partial(self._debate, _named(request, "id")))

    async def turn(self, request: Request) -> Response:
        return await self._read(partial(self._turn, _named(request, "debate"), _named(request, "turn")))

    async def events(self, request: Request) -> Response:
        last = request.headers.get("last-event-id")
        if self._live is None:
            events = moves(self._source.path, self._over)
        else:
            events = stream(self._live, _count(last, 0) if last else None, self._begun)
        return StreamingResponse(events, media_type="text/event-stream")

    async def order(self, request: Request) -> Response:
        given = await _posted(request)
        name, debate = request.path_params["order"], str(given.get("debate", ""))
        if self._live is None or name not in {"pause", "resume", "stop", "seat"}:
            raise HTTPException(404, "there is nothing to order here")
        if name == "seat":
            text = str(given.get("text", ""))
            if not text.strip():
                raise HTTPException(400, "a reply needs some text")
            done = self._live.reply(debate, str(given.get("seat", "")), str(given.get("turn", "")), text)
        else:
            done = self._live.order(debate, name)
        if not done:
            raise HTTPException(409, "that is over: nobody is asked there any more, or the debate has ended")
        return _json({"done": name})

    def _debate(self, debate_id: str) -> DebateDocument:
        told = self._begun(debate_id)
        if told is not None and told["status"] != "open" and not (self._live and self._live.running(debate_id)):
            return told
        scene = None if self._live is None else self._live.scene(debate_id)
        if scene is not None:
            return scene.document(told)
        return told or self._source.debate(debate_id)

    def _turn(self, debate_id: str, turn_id: str) -> InspectedTurn:
        turn = None if self._live is None else self._live.turn(debate_id, turn_id)
        return self._source.turn(debate_id, turn_id) if turn is None else inspected(turn)

    def _begun(self, debate_id: str) -> DebateDocument | None:
        try:
            return self._source.debate(debate_id)
        except StoreError:
            return None

    async def _read(self, told: Callable[[], object]) -> Response:
        """A document, made and written in a thread of its own."""
        return await anyio.to_thread.run_sync(lambda: _json(told()), limiter=self._readers)


def _json(value: object, status: int = 200) -> Response:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Response(text.encode(errors="replace"), status, media_type="application/json")


async def _refused(_: Request, error: HTTPException) -> Response:
    response = _json({"error": error.detail}, error.status_code)
    response.headers.update(error.headers or {})
    return response


async def _not_found(_: Request, error: StoreError) -> Response:
    return _json({"error": str(error)}, 404)


async def _posted(request: Request) -> dict[str, Any]:
    """The JSON object of a request's body.

    Raises:
        HTTPException: It is too long, or none.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_POSTED:
            raise HTTPException(413, f"the body is longer than {MOST_POSTED} bytes")
    try:
        given = json.loads(bytes(body), parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "the body is no JSON") from error
    if not isinstance(given, dict):
        raise HTTPException(400, "the body is no JSON object")
    return cast("dict[str, Any]", given)


def _named(request: Request, key: str) -> str:
    value = request.query_params.get(key)
    if not value:
        raise HTTPException(400, f"the address needs {key}=…")
    return value


def _count(given: str | None, default: int) -> int:
    if given is None:
        return default
    if not given.isascii() or not given.isdecimal() or len(given) > 15:
        raise HTTPException(400, f"{given[:40]!r} is no count")
    return int(given)


def _correct(given: str | None) -> Truth | None:
    match given:
        case None | "":
            return None
        case "true" | "false" | "null":
            return given
        case _:
            raise HTTPException(400, f"correct={given[:40]} is none of true, false and null")


def _flipped(given: str | None) -> bool | None:
    match given:
        case None | "":
            return None
        case "true" | "false":
            return given == "true"
        case _:
            raise HTTPException(400, f"flipped={given[:40]} is neither true nor false")
