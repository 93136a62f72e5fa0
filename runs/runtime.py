"""Where LLMs live: in this process, or each as an actor on Ray."""

import os
import threading
import weakref
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import Protocol, cast

import anyio
import anyio.to_thread

from moot.agents.actor import LLMActor
from moot.agents.limits import Limits, limits_of
from moot.agents.llm import LLM, Endpoint
from moot.agents.pacing import Account, Lane
from moot.agents.provider.credentials import account_of
from moot.agents.records import Completion, Request
from moot.errors import UnknownNameError
from moot.runs.loop import before_end, end_loop
from moot.runs.opening import Opening, opened
from moot.runs.ray.runtime import RayRuntime
from moot.runs.ray.settings import Ray

NAMES = ("ray", "local")
_AT = "ray://"


class Host(Protocol):
    """What takes calls for one LLM."""

    async def complete(self, request: Request) -> Completion:
        """Make one attempt and return how it ended; equal keys in flight are one call."""
        ...

    def forget(self, keys: Iterable[str]) -> None:
        """These outcomes are on record; their keys may be called again."""
        ...


class Runtime(Protocol):
    """A place where LLMs live."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    def prepare(self) -> None:
        """Begin to get ready; returns at once, so that there is time for other things."""
        ...

    def limit(self, stated: Mapping[str, Limits]) -> None:
        """Keep to these limits, by name of a model or of a provider, until others are stated for it."""
        ...

    async def host(self, endpoint: Endpoint) -> Host:
        """Where that endpoint's LLM takes calls, once it can take them; asked again, the same.

        Whoever asks begins something: a breaker that earlier failures had opened is closed.
        """
        ...

    async def close(self) -> None:
        """Let all its LLMs go."""
        ...


class LocalRuntime:
    """This process: the same actor class, hosted here.

    Args:
        opening: Opens an endpoint.
    """

    def __init__(self, opening: Opening = opened) -> None:
        self._opening = opening
        self._llms: list[LLM] = []
        self._hosts: dict[Endpoint, LLMActor] = {}
        self._lines: dict[Endpoint, anyio.Lock] = {}
        self._limits: dict[str, Limits] = {}
        self._accounts: dict[str, Account] = {}
        self._salt = os.urandom(16)

    @property
    def name(self) -> str:
        """`local`."""
        return "local"

    def prepare(self) -> None:
        """Nothing has to be started."""

    def limit(self, stated: Mapping[str, Limits]) -> None:
        """See `Runtime.limit`."""
        self._limits.update(stated)
        for endpoint, host in self._hosts.items():
            own, _ = limits_of(self._limits, endpoint.model)
            self._paced(endpoint)
            host.allow(own.concurrency)

    async def host(self, endpoint: Endpoint) -> Host:
        """The endpoint's LLM, opened once, and off the event loop, since that may take a while."""
        if endpoint not in self._hosts:
            async with self._lines.setdefault(endpoint, anyio.Lock()):
                if endpoint not in self._hosts:
                    llm = await anyio.to_thread.run_sync(self._opening, endpoint)
                    self._llms.append(llm)
                    own, _ = limits_of(self._limits, endpoint.model)
                    self._hosts[endpoint] = LLMActor(llm, limits=own, pacer=self._paced(endpoint))
        self._hosts[endpoint].reset()
        return self._hosts[endpoint]

    def _paced(self, endpoint: Endpoint) -> Lane:
        """The pace of the endpoint, which it shares with all others of its account."""
        own, shared = limits_of(self._limits, endpoint.model)
        account = self._accounts.setdefault(account_of(endpoint.model, endpoint.api_base, self._salt), Account())
        account.rates.limit(shared)
        return account.lane(endpoint.model, own)

    async def close(self) -> None:
        """Let them go, and close those that have something to close."""
        llms, self._llms = self._llms, []
        self._hosts.clear()
        self._accounts.clear()
        for llm in llms:
            close = getattr(llm, "close", None)
            if callable(close):
                await cast("Callable[[], Awaitable[object]]", close)()


_objects: weakref.WeakValueDictionary[int, LLMActor] = weakref.WeakValueDictionary()


def host_object(llm: LLM) -> Host:
    """Where an LLM given as an object takes calls: in this process, whatever the runtime.

    Debates that use the object at the same time share its host. It lasts as long as somebody holds it.
    A breaker that earlier failures had opened is closed.
    """
    host = _objects.get(id(llm))  # its host holds the object, so as long as there is one the id is the object's
    if host is None:
        host = _objects[id(llm)] = LLMActor(llm)
    host.reset()
    return host


_lock = threading.Lock()
_runtimes: dict[str, Runtime] = {}


def runtime_of(value: str | Ray | None = None) -> Runtime:
    """The runtime of that name or those settings, one per process: `ray`, `local` or a `Ray`.

    Args:
        value: None takes what `MOOT_RUNTIME` says, or else `ray`.

    Raises:
        UnknownNameError: There is no such runtime.
    """
    named = os.environ.get("MOOT_RUNTIME") or "ray"
    given = value or named
    if isinstance(given, Ray) and given.address is None and named.startswith(_AT):
        given = replace(given, address=named)
    with _lock:
        if repr(given) not in _runtimes:
            _runtimes[repr(given)] = RayRuntime(given) if isinstance(given, Ray) else _made(given)
            before_end(_let_go)
        return _runtimes[repr(given)]


def shutdown() -> None:
    """End everything moot keeps running in this process: debates under way, LLMs, a Ray it started.

    The next debate starts what it needs anew. At the end of the process this happens by itself.

    Raises:
        UsageError: Called from the thread that conducts debates.
    """
    end_loop()


async def _let_go() -> None:
    with _lock:
        runtimes = list(_runtimes.values())
        _runtimes.clear()
    for runtime in runtimes:
        await runtime.close()


def _made(name: str) -> Runtime:
    if name == "local":
        return LocalRuntime()
    if name == "ray":
        return RayRuntime()
    host, _, port = name.removeprefix(_AT).rpartition(":")
    if not name.startswith(_AT) or not host or not port.isdecimal():
        raise UnknownNameError("runtime", name, NAMES)
    return RayRuntime(Ray(name))
