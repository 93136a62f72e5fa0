"""The run's LLM actors as a worker finds them: by the names under which the driver has made them."""

import os
from collections.abc import Callable, Mapping
from typing import Any

import anyio
import anyio.to_thread
from anyio.abc import TaskGroup

from moot.agents.limits import Limits
from moot.agents.llm import Endpoint
from moot.errors import RuntimeStartError
from moot.runs.ray.client import RayHost
from moot.runs.ray.library import library
from moot.runs.ray.replicas import Replicas


class Guests:
    """A place where LLMs live, made by somebody else: the driver, who makes them anew where they are lost for good.

    Args:
        actors: Names, by endpoint in JSON.
        tasks: Where calls are carried.
    """

    name = "ray"

    def __init__(self, actors: Mapping[str, tuple[str, ...]], tasks: TaskGroup) -> None:
        self._actors, self._tasks = actors, tasks
        self._client = os.urandom(16).hex()
        self._hosts: dict[Endpoint, RayHost | Replicas] = {}
        self._line = anyio.Lock()

    def prepare(self) -> None:
        """Nothing has to be started."""

    async def host(self, endpoint: Endpoint) -> RayHost | Replicas:
        """Where the endpoint's LLM takes calls.

        Raises:
            RuntimeStartError: It cannot be reached.
        """
        async with self._line:
            if endpoint not in self._hosts:
                names = self._actors[endpoint.model_dump_json()]
                hosts = await anyio.amap(lambda name: self._opened(endpoint, name), names)
                self._hosts[endpoint] = hosts[0] if len(hosts) == 1 else Replicas(hosts)
            return self._hosts[endpoint]

    def limit(self, stated: Mapping[str, Limits]) -> None:
        """The driver has seen to it."""

    async def close(self) -> None:
        """Nothing here is ours."""

    async def _opened(self, endpoint: Endpoint, name: str) -> RayHost:
        host = RayHost(endpoint.id, self._client, _finder(name))
        if not await host.found():
            raise RuntimeStartError(f"the process of {endpoint.id!r} cannot be reached from a worker")
        self._tasks.start_soon(host.run)
        return host


def _finder(name: str) -> Callable[[], Any]:
    async def found() -> Any:
        return await anyio.to_thread.run_sync(library().get_actor, name)

    return found
