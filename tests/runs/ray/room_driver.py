"""A program with a cluster of two machines, one of which has GPUs and a resource `west`. Run by `test_room.py`.

A line for each of several runtimes: on which machine its processes of an LLM landed and which GPUs they see, or
what they were refused with.
"""

import json
import os
import sys
from typing import Any

from moot import Ray
from moot.agents.llm import LLM, Capabilities, Endpoint
from moot.agents.records import Completion, Message, Request
from moot.errors import MootError
from moot.runs.loop import run_in_loop
from moot.runs.ray.client import RayHost
from moot.runs.ray.runtime import RayRuntime

SIZE = {"num_cpus": 1, "object_store_memory": 80 * 2**20, "node_ip_address": "127.0.0.1"}


class Telling:
    """Tells where it is."""

    name = "telling"
    capabilities = Capabilities()

    async def complete(self, request: Request) -> Completion:
        import ray

        there = [ray.get_runtime_context().get_node_id(), os.environ.get("CUDA_VISIBLE_DEVICES", "")]
        return Completion(kind="ok", text=json.dumps(there))


def opening(endpoint: Endpoint) -> LLM:
    return Telling()


def request(key: int) -> Request:
    return Request(key=str(key), model="telling", messages=(Message(role="user", content="Where are you?"),))


async def landed(runtime: RayRuntime) -> list[list[str]]:
    host = await runtime.host(Endpoint(id="telling", kind="hosted", model="telling"))
    hosts = [host] if isinstance(host, RayHost) else host.hosts
    return [json.loads((await one.complete(request(number))).text) for number, one in enumerate(hosts)]


def tell(given: Ray, room_s: float = 120.0) -> None:
    runtime = RayRuntime(given, opening=opening, room_s=room_s)
    try:
        told: Any = run_in_loop(landed, runtime)
    except MootError as error:
        told = str(error)
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    from ray.cluster_utils import Cluster

    cluster: Any = Cluster(initialize_head=True, head_node_args={**SIZE, "include_dashboard": False})
    west = cluster.add_node(**SIZE, num_gpus=2, resources={"west": 1})
    sys.stdout.write(json.dumps([cluster.address, west.node_id]) + "\n")
    tell(Ray(cluster.address, resources={"west": 0.5}))
    tell(Ray(cluster.address, num_gpus=1, replicas=2))
    tell(Ray(cluster.address, num_gpus=1), room_s=2)
    tell(Ray(cluster.address, num_gpus=3, resources={"west": 1}), room_s=1)
    os._exit(0)  # a cluster of this kind leaves threads behind
