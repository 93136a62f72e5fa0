"""Many debates beside each other: several processes for each LLM, and several that conduct. Here on a Ray of its own.

On a cluster the same program runs as it is, on one of its machines or handed over from elsewhere as a job:

    RAY_ADDRESS=head:6379 python on_a_cluster.py
    ray job submit --address http://head:8265 --working-dir . -- python on_a_cluster.py --store /data/runs.sqlite

For jobs both sides have `ray[default]`, and the head its dashboard. Not by `ray://`: Ray's client cannot cancel calls.
Every machine needs the same Python, Ray and moot; keys are needed only where this program runs, for a job in
the head's environment. The store is a file on the machine where it runs, never on a network file system.
Killed, it goes on where it was.
"""

import argparse
from pathlib import Path

import moot

PANEL = ["sim/debater?accuracy=0.7", "sim/debater?accuracy=0.65&family=b", "sim/debater?accuracy=0.6&family=c"]
QUESTIONS = [moot.Question(f"What is {n} * 7?", kind="number", gold=n * 7, id=f"q{n}") for n in range(300)]


def main() -> None:
    """Hold them all, and print the run in figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", type=Path, help="where every call is kept; without it nothing is")
    parser.add_argument("--workers", type=int, default=2, help="processes that conduct")
    parser.add_argument("--replicas", type=int, default=2, help="processes of each LLM")
    given = parser.parse_args()
    debate = moot.Debate(PANEL, protocol="society", rounds=2, seed=7)
    run = debate.run_many(
        QUESTIONS,
        store=given.store,
        name="on-a-cluster",
        runtime=moot.Ray(workers=given.workers, replicas=given.replicas, placement="SPREAD"),
    )
    print(run)


if __name__ == "__main__":
    main()
