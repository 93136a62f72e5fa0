"""A program that conducts a run of 50 debates over HTTP, each time in a child that somebody may kill.

Run by `test_kills.py`. What it needs is imported once; then, for every line it reads,
`STORE WITNESS USD`, it forks a child that conducts what is missing in that store, under a cap on the
run where USD is above 0. It prints the child's process id and, after
another line, how the child ended. The child writes the ids of the calls of every turn it is told of to
the witness file.

    python driver.py ADDRESS
"""

import os
import sys

from moot import Agent, Debate, Event, Question
from moot.agents.provider.gateway import load
from moot.protocols.events import TurnEnded

QUESTIONS = tuple(Question(f"What is {number} + 1?", kind="number") for number in range(50))
ROUNDS, CONCURRENCY = 2, 8


def conduct(address: str, store: str, witness: str, usd: float) -> None:
    agents = [
        Agent(name, f"openai/{name}", api_base=address, price=(1.0, 4.0), max_tokens=200) for name in ("ada", "bo")
    ]
    told = os.open(witness, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def listen(event: Event) -> None:
        if isinstance(event, TurnEnded):
            os.write(told, "".join(f"{call}\n" for call in event.turn.calls).encode())

    Debate(agents, protocol="society", rounds=ROUNDS, seed=11).run_many(
        QUESTIONS,
        concurrency=CONCURRENCY,
        budget=usd or None,
        store=store,
        name="r",
        runtime="local",
        listen=listen,
        progress=False,
    )


def main(address: str) -> None:
    load()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while line := sys.stdin.readline():
        store, witness, usd = line.split()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                conduct(address, store, witness, float(usd))
                code = 0
            finally:
                os._exit(code)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        sys.stdin.readline()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
