"""From an HTTP request to its answer: the routes, the chat and the books."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace

from pydantic import JsonValue

from moot.testing.behaviour import Behaviour
from moot.testing.dialects import Dialect, dialect_of
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
        dialect = dialect_of(path) if asked.method == "POST" else None
        if dialect is not None:
            return self._chat(asked, dialect)
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

    def _chat(self, asked: Asked, dialect: Dialect) -> tuple[Answer, Over]:
        witness = self.witness
        try:
            request = dialect.request(asked, witness.counts.__getitem__)
        except (ValueError, KeyError, TypeError) as problem:
            return dialect.worded(error(400, f"not a chat request: {problem!r}")), _nothing
        seen = witness.arrived(request.model, asked.path, asked.headers, request.body)
        try:
            step, delay_s = self.behaviour.step(request)
            answer = dialect.worded(self._answer(step, request))
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


def _found(body: JsonValue) -> Answer:
    return Answer(json.dumps(body).encode())


def _nothing(_delivered: bool) -> None:
    """Requests beside the chat leave no trace."""
