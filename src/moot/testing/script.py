"""A scripted LLM: it says what the test wrote, and fails on a call that nobody expected or a line left unsaid.

with Script(["Final answer: A", "Final answer: B"]) as ada:
    ...
assert ada.requests[1].messages[-1].content.endswith("…")
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from types import TracebackType
from typing import Self

from moot.agents.llm import Capabilities
from moot.agents.pacing import expected_tokens
from moot.agents.records import Completion, Request, Usage
from moot.errors import ScriptError

Line = str | Completion
"""A reply, or any outcome: `Completion(kind="refused")`."""


class Script:
    """An LLM that says the given lines, one a call, in order; give each agent its own.

    Args:
        lines: What it says.
        name: What it is called in records and tables.
        capabilities: What it claims to do.

    Attributes:
        requests: Every call it heard, in order.
    """

    def __init__(
        self, lines: Iterable[Line], *, name: str = "script", capabilities: Capabilities | None = None
    ) -> None:
        self.name = name
        self.capabilities = capabilities or Capabilities(seed=True, json_reply=True)
        self.requests: list[Request] = []
        self._left = list(lines)[::-1]
        self._function: Callable[[Request], Line] | None = None

    @classmethod
    def by(
        cls, function: Callable[[Request], Line], *, name: str = "script", capabilities: Capabilities | None = None
    ) -> Self:
        """A script whose every line is computed from the request; it never ends."""
        script = cls([], name=name, capabilities=capabilities)
        script._function = function
        return script

    async def complete(self, request: Request) -> Completion:
        """Say the next line.

        Raises:
            ScriptError: There is none.
        """
        self.requests.append(request)
        line = self._line(request)
        return line if isinstance(line, Completion) else _said(line, request)

    def _line(self, request: Request) -> Line:
        if self._function is not None:
            return self._function(request)
        if self._left:
            return self._left.pop()
        heard = f"{self.name!r} heard an unexpected call, its number {len(self.requests)}"
        raise ScriptError(f"{heard}: {_end(request)!r}")

    def finished(self) -> None:
        """Check that every line was said.

        Raises:
            ScriptError: Lines are left.
        """
        if self._left:
            raise ScriptError(f"{self.name!r} has {len(self._left)} lines left unsaid, next: {_shown(self._left[-1])}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.finished()


def _said(line: str, request: Request) -> Completion:
    prompt = expected_tokens(replace(request, max_tokens=1)) - 1
    usage = Usage(prompt_tokens=prompt, completion_tokens=max(1, len(line) // 4), cost_nano_usd=0)
    return Completion(kind="ok", text=line, usage=usage, requests=0, simulated=True)


def _end(request: Request) -> str:
    return request.messages[-1].content[-200:] if request.messages else ""


def _shown(line: Line) -> str:
    return repr(line if isinstance(line, str) else f"outcome {line.kind}")
