"""Ray as a place where LLMs live: one async actor per endpoint, shared by every debate of the process."""

import hashlib
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import anyio
import anyio.to_thread

from moot.agents.desk import Place
from moot.agents.limits import Limits, limits_of
from moot.agents.llm import Endpoint
from moot.agents.provider.credentials import account_of
from moot.errors import RuntimeStartError, SpecError
from moot.logs import say
from moot.runs.loop import before_end, spawn, unwrapped
from moot.runs.opening import Opening, opened_alone
from moot.runs.ray import keeper
from moot.runs.ray.client import RayHost
from moot.runs.ray.connection import Connection
from moot.runs.ray.environment import Secrets, provider_environment
from moot.runs.ray.host import LLMHost
from moot.runs.ray.library import first_line, last_line, library
from moot.runs.ray.line import SILENCE_S
from moot.runs.ray.pacing import Paced, open_desk
from moot.runs.ray.replicas import Replicas
from moot.runs.ray.room import ROOM_S, opened
from moot.runs.ray.settings import Ray

_CONCURRENCY = 1000
"""Methods of one actor at once: two or three for each conductor, however many calls those carry."""
_END_S = 10.0


@dataclass
class _Service:
    """A host at work."""

    host: RayHost
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    over: anyio.Event = field(default_factory=anyio.Event)

    async def run(self) -> None:
        try:
            with self.scope:
                await self.host.run()
        finally:
            self.over.set()


@dataclass
class _Opening:
    """A host that somebody is opening, or has opened."""

    model: str
    done: anyio.Event = field(default_factory=anyio.Event)
    hosts: list[RayHost] = field(default_factory=list[RayHost])
    error: BaseException | None = None


class RayRuntime:
    """A Ray, started here or attached to.

    To be used on the loop that conducts debates (`moot.runs.loop`), where its hosts live.

    Args:
        given: What the user says of it.
        opening: Opens an endpoint inside its actor.
        environment: The environment variables an endpoint's actor needs.
        silence_s: An actor that answers nothing for so long is deaf and is replaced.
        room_s: How long room for an actor that asks for a part of a machine is waited for.
    """

    def __init__(
        self,
        given: Ray | None = None,
        *,
        opening: Opening = opened_alone,
        environment: Callable[[Endpoint], Mapping[str, str]] = provider_environment,
        silence_s: float = SILENCE_S,
        room_s: float = ROOM_S,
    ) -> None:
        self.given, self._opening, self._environment = given or Ray(), opening, environment
        self._silence_s, self._room_s = silence_s, room_s
        self._salt = os.urandom(16)
        self._client = self._salt.hex()
        self._hosts: dict[str, _Opening] = {}
        self.actors: dict[str, tuple[str, ...]] = {}
        """Names of the actors that have been asked for, by endpoint in JSON."""
        self._services: list[_Service] = []
        self._limits: dict[str, Limits] = {}
        self._desk: Any = None
        self._desk_lock = threading.Lock()
        self.desk_name = f"moot/pacing/{hashlib.blake2b(b'pacing', key=self._salt, digest_size=6).hexdigest()}"
        """Of the actor at which LLM actors draw their pace."""

    @property
    def name(self) -> str:
        """What it is called."""
        return self.given.address or "ray"

    def prepare(self) -> None:
        """Begin to start or attach, in the background."""
        keeper.prepare(self.given.address)
        before_end(self.close)

    def limit(self, stated: Mapping[str, Limits]) -> None:
        """See `Runtime.limit`."""
        self._limits.update(stated)
        for opening in self._hosts.values():
            self._keep_limits(opening)

    async def host(self, endpoint: Endpoint) -> RayHost | Replicas:
        """Where the endpoint's LLM takes calls, once it can take them; open several at once to save time.

        Raises:
            RuntimeStartError: Ray cannot be had, or the actor cannot be made.
            MootError: The endpoint cannot be opened.
        """
        before_end(self.close)
        connection = await keeper.ready(self.given.address)
        secrets = Secrets(self._environment(endpoint))
        name = f"moot/{endpoint.id}/{self._digest(endpoint, secrets)}"
        while True:
            opening = self._hosts.get(name)
            if opening is None:
                opening = self._hosts[name] = _Opening(endpoint.model)
                await self._open(opening, name, endpoint, secrets, connection)
            await opening.done.wait()
            if opening.error is not None:
                raise opening.error
            for host in opening.hosts:
                host.reset()
            if opening.hosts:  # else whoever was opening it was cancelled
                self.actors[endpoint.model_dump_json()] = tuple(f"{name}/{n}" for n in range(len(opening.hosts)))
                return opening.hosts[0] if len(opening.hosts) == 1 else Replicas(opening.hosts)

    async def close(self) -> None:
        """End the actors and the connection; calls in flight end as crashed."""
        services = self._services.copy()
        self._services.clear()
        self._hosts.clear()
        self._desk = None
        for service in services:
            service.scope.cancel("the runtime is closed")
        with anyio.move_on_after(_END_S):
            for service in services:  # what they hold of Ray has to be let go before Ray is
                await service.over.wait()
        await anyio.to_thread.run_sync(keeper.leave)

    async def _open(
        self, opening: _Opening, name: str, endpoint: Endpoint, secrets: Secrets, connection: Connection
    ) -> None:
        try:
            hosts = [
                RayHost(endpoint.id, self._client, maker, silence_s=self._silence_s)
                for maker in self._makers(name, endpoint, secrets)
            ]
            if self.given.options_of(endpoint):
                needs, where = self.given.needs_of(endpoint), connection.place.words
                await opened(hosts, endpoint.id, needs, where=where, grows=connection.grows, room_s=self._room_s)
            else:
                await anyio.amap(RayHost.open, hosts)
            for host in hosts:
                service = _Service(host)
                self._services.append(service)
                spawn(service.run)
                say("actor.up", model=endpoint.id, actor=host.pid)
            opening.hosts = hosts
            self._keep_limits(opening)
        except Exception as error:
            opening.error = _told(endpoint, unwrapped(error))
        finally:
            if not opening.hosts:
                self._hosts.pop(name, None)
            opening.done.set()

    def _makers(self, name: str, endpoint: Endpoint, secrets: Secrets) -> list[Callable[[], Any]]:
        return [self._maker(f"{name}/{n}", endpoint, secrets) for n in range(self.given.replicas_of(endpoint))]

    def _keep_limits(self, opening: _Opening) -> None:
        """Have the actors of an endpoint keep to what was stated for it; at once they share its calls."""
        own, shared = limits_of(self._limits, opening.model)
        if opening.model.partition("/")[0] in self._limits or opening.model in self._limits:
            at_once = max(1, own.concurrency // max(1, len(opening.hosts)))
            for host in opening.hosts:
                host.limit(own.model_copy(update={"concurrency": at_once}), shared)

    def _paced(self, name: str, endpoint: Endpoint) -> Paced | None:
        """Where the actor of that name draws its pace; simulated models need none."""
        if endpoint.kind == "sim":
            return None
        with self._desk_lock:  # makers run in threads, and an actor ends with the handle it was made with
            if self._desk is None:
                self._desk = open_desk(self.desk_name)
        account = account_of(endpoint.model, endpoint.api_base, self._salt)
        return Paced(self.desk_name, name, Place(account, endpoint.model, *limits_of(self._limits, endpoint.model)))

    def _maker(self, name: str, endpoint: Endpoint, secrets: Secrets) -> Callable[[], Any]:
        """Makes the actor of that name, or finds it: workers of one job share it."""

        def make() -> Any:
            if not library().is_initialized():  # else Ray would start another, unasked
                raise RuntimeStartError("the connection to Ray has ended")
            options = {
                "name": name,
                "get_if_exists": True,
                "num_cpus": 0,
                "max_restarts": -1,
                "max_task_retries": 0,  # a method run twice is a call paid twice
                "max_concurrency": _CONCURRENCY,
                **self.given.options_of(endpoint),
            }
            try:
                actor = library().remote(LLMHost).options(**options)
            except (TypeError, ValueError) as error:
                raise SpecError(f"Ray does not take what a process of {endpoint.id!r} asks for: {error}") from error
            return actor.remote(self._opening, endpoint, secrets, self._paced(name, endpoint))

        async def made() -> Any:
            return await anyio.to_thread.run_sync(make)

        return made

    def _digest(self, endpoint: Endpoint, secrets: Secrets) -> str:
        """Tells apart endpoints of one id but other keys; salted, since names are public in a cluster."""
        digest = hashlib.blake2b(self._salt, digest_size=6)
        digest.update(endpoint.model_dump_json().encode())
        digest.update(repr(sorted(secrets.items())).encode())
        return digest.hexdigest()


def _told(endpoint: Endpoint, error: BaseException) -> BaseException:
    if not isinstance(error, library().exceptions.RayError):
        return error
    raised_there = "creation task" in first_line(error)  # then the last line says what
    words = last_line(error) if raised_there else first_line(error)
    return RuntimeStartError(f"the process for {endpoint.id!r} cannot be started on Ray: {words}")
