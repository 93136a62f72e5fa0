"""Holds the golden runs anew: `python tests/runs/golden/hold.py`, after a change that is meant to change prompts.

One store for every format of stores there has been; only that of the format of now is written.
"""

from pathlib import Path

import apsw

from moot import Agent, Budget, Debate, Policy, Question, stop
from moot.runs.journal.schema import VERSION
from moot.runs.journal.sql import connected

STORE = Path(__file__).parent / f"format_{VERSION}.sqlite"
PANEL = ("sim/debater?accuracy=0.6", "sim/debater?family=b", "sim/debater?family=c")
JUDGE = "sim/debater?family=d"
ASKED = (
    Question("What is 17 * 24?", kind="number", gold="408"),
    Question("Which of these is prime?", options=["91", "87", "97", "51"], gold="97"),
)
TEAM = Debate([Agent("x", PANEL[0]), Agent("y", PANEL[1])], protocol="society", rounds=2)
RUNS = {
    "society": Debate(PANEL, "ring", "society", rounds=3, stop=stop.unanimous(), seed=5),
    "du": Debate(PANEL, protocol="du", rounds=2, judge=JUDGE, seed=5),
    "chateval": Debate(PANEL, protocol="chateval_one_by_one", seed=5),
    "liang": Debate(PANEL[:2], protocol="mad_liang", judge=JUDGE, seed=5),
    "reconcile": Debate(PANEL, protocol="reconcile", seed=5),
    "dylan": Debate(PANEL, protocol="dylan", seed=5),
    "nested": Debate([Agent("ada", PANEL[0]), Agent("team", TEAM), Agent("bo", PANEL[1])], protocol="society", seed=5),
    "failing": Debate([PANEL[0], "sim/debater?fail=0.6", PANEL[2]], "complete", "du", policy=Policy(retries=0), seed=5),
    "capped": Debate(PANEL, protocol="society", rounds=3, budget=Budget(calls=7), seed=5),
}


def hold() -> None:
    """Hold them, a fork in one of them included, in a store of their own."""
    STORE.unlink(missing_ok=True)
    for name, debate in RUNS.items():
        run = debate.run_many(ASKED, store=STORE, name=name, runtime="local", concurrency=1, progress=False)
        if name == "society":
            run.fork(next(run.results()).debate_id, after_round=0, agents={"a2": JUDGE}, runtime="local")
    connection = connected(str(STORE), flags=apsw.SQLITE_OPEN_READWRITE)
    connection.execute("UPDATE epoch SET writer = json_set(writer, '$.host', 'somewhere', '$.pid', 1)")
    for statement in ("PRAGMA journal_mode = delete", "VACUUM", "PRAGMA journal_mode = wal"):
        connection.execute(statement).fetchall()
    connection.close()


if __name__ == "__main__":
    hold()
