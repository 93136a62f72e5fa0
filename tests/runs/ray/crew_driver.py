"""A program that conducts one run by workers on Ray, and that somebody may kill. Run by `test_crew_chaos.py`.

    python crew_driver.py DEBATE QUESTIONS STORE          # says where its Ray has its files; conducts what is missing
    python crew_driver.py DEBATE QUESTIONS STORE KILLS    # as many runs, each on two nodes of which it ends one

Of every run on two nodes it says the digests, and for how long after the node's end nothing was heard.
"""

import json
import os
import sys
import time
from itertools import pairwise
from typing import Any

import moot
from moot import Debate, Event, Question, Ray
from moot.protocols.events import TurnEnded
from moot.runs.loop import run_in_loop
from moot.runs.ray import keeper

BEFORE = 30
"""Turns after which a node is ended."""


def conduct(debate: Debate, asked: tuple[Question, ...], store: str) -> None:
    keeper.prepare()
    say(run_in_loop(keeper.ready).folder)
    debate.run_many(asked, runtime=Ray(workers=2), store=store, name="r", progress=False)


def lose_nodes(debate: Debate, asked: tuple[Question, ...], store: str, kills: int) -> None:
    from ray.cluster_utils import Cluster

    size = {"num_cpus": 2, "object_store_memory": 80 * 2**20, "node_ip_address": "127.0.0.1"}
    cluster: Any = Cluster(initialize_head=True, head_node_args={**size, "include_dashboard": False})
    runtime = Ray(cluster.address, workers=4, replicas=2, placement="SPREAD")
    for number in range(kills):
        node = cluster.add_node(**size)
        heard = list[float]()

        def listen(event: Event, node: Any = node, heard: list[float] = heard) -> None:
            if isinstance(event, TurnEnded):
                heard.append(time.monotonic())
                if len(heard) == BEFORE:
                    cluster.remove_node(node, allow_graceful=False)

        run = debate.run_many(asked, runtime=runtime, store=store, name=f"r{number}", listen=listen, progress=False)
        after = heard[BEFORE - 1 :]
        silent_s = max(later - earlier for earlier, later in pairwise(after))
        say({"digests": [result.digest for result in run.results()], "silent_s": silent_s})
    moot.shutdown()
    cluster.shutdown()


def say(what: Any) -> None:
    sys.stdout.write(json.dumps(what, default=str) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    held, asked = Debate.load(sys.argv[1]), moot.questions(sys.argv[2])
    if len(sys.argv) == 4:
        conduct(held, asked, sys.argv[3])
    else:
        lose_nodes(held, asked, sys.argv[3], int(sys.argv[4]))
        os._exit(0)  # a cluster of this kind leaves threads behind
