"""From an HTTP request to its answer: the routes, the chat and the books."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import cast

from pydantic import JsonValue

from moot.testing.behaviour import Behaviour
from moot.testing.faults import broken, error, replied
from moot.testing.steps import Fault, Reply, StubRequest
from moot.testing.wire import Answer, Asked
from moot.testing.witness import Witness

Over = Callable[[bool], None]


class Service:
    """Answers requests as its behaviour says and writes down what it saw.

    Args:
        behaviour: Decides.
        witness: Remembers.
        chars: Length of a made-up reply.
        models: What `GET …/models` lists.
    """

    def __init__(self, behaviour: Behaviour, witness: Witness, *, chars: int, models: tuple[str, ...]) -> None:
        self.behaviour, self.witness = behaviour, witness
        self._chars, self._models = chars, models

    def reset(self) -> None:
        """Forget the log and begin every script again."""
        self.witness.reset()
        self.behaviour.reset()

    def serve(self, asked: Asked) -> tuple[Answer, Over]:
        """The answer to a request, and what to call when it has been delivered or given up."""
        path = asked.path.partition("?")[0].rstrip("/")
        if asked.method == "POST" and path.endswith("/chat/completions"):
            return self._chat(asked)
        return self._aside(asked.method, path), _nothing

    def _aside(self, method: str, path: str) -> Answer:
        """Everything but the chat."""
        if method == "GET" and path.endswith("/models"):
            return _found({"object": "list", "data": [{"id": name, "object": "model"} for name in self._models]})
        match method, path:
            case "GET", "/log":
                return _found([asdict(seen) for seen in self.witness.log])
            case "GET", "/stats":
                return _found(self.witness.stats())
            case "POST", "/reset":
                self.reset()
                return _found({"reset": True})
            case _:
                return error(404, f"there is no {method} {path} here")

    def _chat(self, asked: Asked) -> tuple[Answer, Over]:
        try:
            request = self._read(asked)
        except (ValueError, KeyError, TypeError) as problem:
            return error(400, f"not a chat request: {problem!r}"), _nothing
        witness = self.witness
        seen = witness.arrived(request.model, asked.path, asked.headers, request.body)
        try:
            step, delay_s = self.behaviour.step(request)
            answer = self._answer(step, request)
            served = step.kind if isinstance(step, Fault) else "reply"
        except Exception as problem:
            # A function of the test's own failed: tell the client, and keep serving.
            answer, delay_s, served = error(500, f"the stub's script failed: {problem!r}"), 0.0, "script failed"
        witness.serving(seen, served)
        delayed = replace(answer, delay_s=delay_s) if delay_s > 0 else answer
        return delayed, lambda delivered: witness.ended(seen, completed=delivered)

    def _answer(self, step: Reply | Fault, request: StubRequest) -> Answer:
        if isinstance(step, Fault):
            return broken(step, request, chars=self._chars)
        return replied(step, request, chars=self._chars)

    def _read(self, asked: Asked) -> StubRequest:
        body = json.loads(asked.body)
        model = str(body["model"])
        return StubRequest(
            model=model,
            messages=tuple((str(entry["role"]), _text(entry.get("content"))) for entry in body["messages"]),
            body=cast("dict[str, JsonValue]", body),
            headers={name: value for name, value in asked.headers.items() if name != "authorization"},
            authorization=asked.headers.get("authorization"),
            number=self.witness.counts[model],
        )


def _text(content: JsonValue) -> str:
    """The text of a message, given as a string or as a list of parts."""
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _found(body: JsonValue) -> Answer:
    return Answer(json.dumps(body).encode())


def _nothing(_delivered: bool) -> None:
    """Requests beside the chat leave no trace."""
