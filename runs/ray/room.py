"""Room for processes that ask for a part of a machine: waited for, but not where there can be none, nor for ever."""

import importlib
from collections.abc import Mapping, Sequence

import anyio
import anyio.to_thread

from moot.errors import RuntimeStartError
from moot.runs.ray.client import RayHost
from moot.runs.ray.library import library

ROOM_S = 60.0
"""How long room is waited for: other jobs end, and some clusters grow."""


async def opened(
    hosts: Sequence[RayHost],
    model: str,
    needs: Mapping[str, float],
    *,
    where: str,
    grows: bool,
    room_s: float = ROOM_S,
) -> None:
    """Make the actors of an LLM and wait until they can be used.

    Args:
        hosts: Its actors.
        model: For words.
        needs: What each asks for, by Ray's names.
        where: What that Ray is called.
        grows: Whether more machines may come.
        room_s: How long room is waited for; a process that has found it may take its time.

    Raises:
        RuntimeStartError: There is no room for one.
    """
    if not grows and (words := await anyio.to_thread.run_sync(_beyond, needs)):
        raise RuntimeStartError(_no_room(model, where, needs, words))
    while True:
        with anyio.move_on_after(room_s):
            await anyio.amap(RayHost.open, hosts)
            return
        if not all(await anyio.amap(_placed, hosts)):
            for host in hosts:
                host.end()
            words = await anyio.to_thread.run_sync(_beyond, needs)
            raise RuntimeStartError(_no_room(model, where, needs, words or f"none became free within {room_s:g} s"))


def _beyond(needs: Mapping[str, float]) -> str:
    """Says why no machine could ever have such a process; empty where one could."""
    machines: list[dict[str, float]] = [node["Resources"] for node in library().nodes() if node["Alive"]]
    if any(all(machine.get(name, 0) >= amount for name, amount in needs.items()) for machine in machines):
        return ""
    most = {name: max((machine.get(name, 0) for machine in machines), default=0) for name in needs}
    return f"the most that one machine has is {_amounts(most)}"


def _no_room(model: str, where: str, needs: Mapping[str, float], why: str) -> str:
    asked = f"asks for {_amounts(needs)}" if needs else "is placed by placement="
    return f"{where} has no room for a process of {model!r}, each of which {asked}: {why}"


def _amounts(amounts: Mapping[str, float]) -> str:
    return " and ".join(f"{amount:g} {name}" for name, amount in amounts.items())


async def _placed(host: RayHost) -> bool:
    """Whether a process was found for it; where Ray has become another and does not tell, yes."""

    def placed() -> bool:
        try:
            port = importlib.import_module("ray._private.state").actors(host.actor_id)["Address"]["Port"]
        except Exception:
            return True
        waiting = {node["NodeManagerPort"] for node in library().nodes()}  # of machines it stands in line at
        return port not in waiting | {0}

    return await anyio.to_thread.run_sync(placed)
