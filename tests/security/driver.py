"""A program that tells everything it can: results, events, records and errors, logs at debug level, Ray's own files.

`driver.py ray|local ADDRESS OF A STUB MODEL …`: a vote of these models, each seated at the stub, into a store; then
every command that looks at stores, models or keys.
"""

import contextlib
import logging
import shutil
import sys
import traceback
from pathlib import Path

from moot import Agent, Debate, Question
from moot.cli import main
from moot.protocols.events import Event
from moot.runs.journal import Reader
from moot.runs.loop import run_in_loop
from moot.runs.ray import keeper

QUESTION = Question("Which?", options=["red", "green"])


def hold(where: str, url: str, models: list[str]) -> None:
    agents = [
        Agent(f"a{n}", model, api_base=f"{url}/v1" if model.startswith("openai") else url, price=(1.0, 4.0))
        for n, model in enumerate(models)
    ]
    policy = {"retries": 0, "reasks": 0, "timeout_s": 5.0}
    debate = Debate(agents, protocol="vote", quorum=1, seed=1, policy=policy)
    debate.save("debate.yaml")
    print(debate, repr(debate), debate.plan(QUESTION))
    events: list[Event] = []

    def listen(event: Event) -> None:
        events.append(event)
        raise RuntimeError(f"this listener always fails, here at {event!r}")

    run = debate.run_many([QUESTION], store="runs.sqlite", name="r", runtime=where, listen=listen)
    [result] = run.results()
    print(run, result, repr(result), events, run.replay())
    Path("result.json").write_text(result.model_dump_json(), encoding="utf-8")
    reader = Reader("runs.sqlite")
    print(reader.runs(), reader.debate(result.debate_id), reader.attempts(result.debate_id))
    if where == "ray":
        folder = run_in_loop(keeper.ready).folder
        assert folder is not None
        shutil.copytree(folder, "ray", ignore=sockets)


def sockets(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not (Path(folder, name).is_file() or Path(folder, name).is_dir())]


def command(*arguments: str) -> None:
    with contextlib.suppress(SystemExit):
        try:
            main(arguments)
        except Exception:
            traceback.print_exc()


if __name__ == "__main__":
    logging.basicConfig(level=logging.DEBUG, filename="debug.log")
    where, url, *models = sys.argv[1:]
    hold(where, url, models)
    if where == "local":
        log = ("--log", "run.log", "--log-level", "debug")
        command("run", "debate.yaml", "Which?", "-o", "red", "-o", "green", "--json", "--name", "again", *log)
        for format in ("html", "md", "jsonl", "graphml"):
            command("export", "runs.sqlite", f"--{format}", f"r.{format}")
        command("resume", "--store", "runs.sqlite")
        command("plan", "debate.yaml", "Which?")
        command("verify", "runs.sqlite", "--json")
        command("redecide", "runs.sqlite", "--decide", "plurality")
        command("doctor", "anthropic/fault-auth", "--api-base", url, "--yes", "--local")
        command("models", "openai/gpt-5-mini")
        command("ask", "Which?", "-m", "openai/fault-auth", "--quiet")
        command("ask", "Which?", "-m", "sim/debater", "--protocol", "raising:anything", "--allow-import")
