"""`moot init`: a first debate file."""

import os
from pathlib import Path

from moot.cli import options
from moot.cli.output import json_line, show
from moot.errors import DataError, SpecError
from moot.runs.files.document import ENDINGS

TEMPLATE = """\
# A debate. Hold it over one question, or over a file of them:
#   moot run debate.yaml "Which is larger, 9.11 or 9.9?"
#   moot run debate.yaml --data questions.jsonl
# and see beforehand what it would take:
#   moot plan debate.yaml "Which is larger, 9.11 or 9.9?"

# Who debates. Models named sim/… are simulated: free, without a key, and no evidence about real
# ones. For real models put their names here, as in openai/gpt-5-mini or anthropic/claude-haiku-4-5,
# and their keys into the environment (moot doctor says which).
agents:
  - {name: ada, llm: "sim/debater?accuracy=0.8", persona: a careful mathematician}
  - {name: bo, llm: "sim/debater?family=b", temperature: 0.7}
  - {name: cy, llm: "sim/debater?family=c", max_tokens: 600}

# Who hears whom: a name (moot topologies), {edges: [[ada, bo], [bo, cy]]} where the second hears
# the first, or {file: graph.graphml} beside this file.
topology: complete

# How it goes (moot protocols). rounds counts the first, independent one.
protocol: {name: society, rounds: 3}

# A model that judges, and how it is decided (moot decisions): the judge only where the votes tie.
judge: "sim/debater?accuracy=0.9&family=d"
decide: plurality >> judge

# When it ends before its last round. A list is "or", {all: [...]} is "and".
stop: [unanimous, {agreement: {share: 0.8, hold: 2}}]

# How many of the agents must answer in every round.
quorum: 2

# Hard caps: a round that would not fit, at its worst, is not begun.
budget: {usd: 0.50, minutes: 5}

# When a call goes wrong: deadline of one attempt, further attempts, further asks after an
# unreadable reply.
policy: {timeout_s: 60, retries: 3, reasks: 1}

# The same seed gives the same debate, as far as the models allow.
seed: 7
"""


def init(path: Path = Path("debate.yaml"), /, *, json: options.Json = False) -> None:
    """Write a commented debate file that runs without a key.

    Args:
        path: Where to; a file that is there is left alone.
    """
    if path.suffix.lower() not in ENDINGS.keys() - {".json"}:
        raise SpecError(f"{str(path)!r}: call it .yaml, since it holds comments")
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "w", encoding="utf-8") as file:
            file.write(TEMPLATE.replace("debate.yaml", str(path)))
    except FileExistsError as error:
        raise SpecError(f"{str(path)!r} is there already, and is left alone: name another file") from error
    except OSError as error:
        raise DataError(f"{str(path)!r} cannot be written: {(error.strerror or str(error)).lower()}") from error
    if json:
        json_line({"written": str(path)})
    else:
        show(f'wrote {path}; hold it with\n  moot run {path} "Which is larger, 9.11 or 9.9?"')
