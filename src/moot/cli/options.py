"""Options that several commands have, each in one place."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from moot.logs import Level

STORE = Path(".moot") / "runs.sqlite"

Models = Annotated[
    list[str],
    Parameter(name=("--model", "-m"), help="A model that debates, once for each: openai/gpt-5-mini, sim/debater, …"),
]
Rounds = Annotated[int | None, Parameter(name=("--rounds", "-r"), help="Most rounds, the first one included.")]
Judge = Annotated[
    list[str] | None, Parameter(help="A model that judges; given again, who takes over where it cannot be read.")
]
TopologyName = Annotated[str | None, Parameter(help="Who hears whom, as in ring or small_world?k=4.")]
ProtocolName = Annotated[str, Parameter(help="How it goes, as in du or society?pace=free; see moot protocols.")]
DecisionName = Annotated[str | None, Parameter(help="How it is decided, as in majority or 'plurality >> judge'.")]
Stops = Annotated[list[str] | None, Parameter(help="When it ends, as in unanimous; given again, either ends it.")]
Quorum = Annotated[str | None, Parameter(help="Debaters needed in every round, as a number or a share such as 0.5.")]
Kind = Annotated[
    str | None, Parameter(help="The kind of answer: choice, number, math, bool, text, probability, score.")
]
Options = Annotated[list[str] | None, Parameter(name=("--option", "-o"), help="What may be chosen, once for each.")]
Seed = Annotated[int | None, Parameter(help="Makes simulated debates repeatable.")]
Store = Annotated[Path, Parameter(help="The file in which every call is kept.")]
Cache = Annotated[
    bool, Parameter(help="Take replies to calls that any run of the store has asked before.", show_default=False)
]
Name = Annotated[str | None, Parameter(help="The run in the store.")]
MaxUsd = Annotated[float | None, Parameter(name="--max-usd", help="Most US dollars to spend, whatever happens.")]
MaxTokens = Annotated[int | None, Parameter(name="--max-tokens", help="Most tokens of one reply of any model.")]
Timeout = Annotated[float | None, Parameter(help="Seconds after which one call is given up.")]
Concurrency = Annotated[int | None, Parameter(help="Most debates at the same time (16, or 64 for each worker).")]
Limit = Annotated[int | None, Parameter(help="Only so many of the questions, from the first.")]
Trials = Annotated[int, Parameter(help="How many times each question is debated.")]
Changes = Annotated[
    list[str] | None,
    Parameter(name="--set", help="Change the file, as in protocol.rounds=5."),
]
AllowImport = Annotated[
    bool,
    Parameter(
        name="--allow-import",
        help="Let names be import paths; importing runs code.",
        show_default=False,
    ),
]
Local = Annotated[bool, Parameter(help="Without Ray, all in this process.", show_default=False)]
Workers = Annotated[
    int | None,
    Parameter(help="Processes on Ray that conduct the debates; 0: this one does. Large runs have some by themselves."),
]
Replicas = Annotated[int | None, Parameter(help="Processes on Ray of each model, where one cannot keep up (1).")]
Json = Annotated[bool, Parameter(help="Print one JSON object on standard output and nothing else.", show_default=False)]
Quiet = Annotated[bool, Parameter(name=("--quiet", "-q"), help="No progress, only the result.", show_default=False)]
View = Annotated[
    bool, Parameter(help="Show it in a local page as it goes; see moot view.", negative=(), show_default=False)
]
Log = Annotated[
    str | None,
    Parameter(
        name="--log",
        help="Tell what happens to this file, in lines of JSON; - is standard error, in place of progress (MOOT_LOG).",
        allow_leading_hyphen=True,
    ),
]
LogLevel = Annotated[
    Level | None, Parameter(name="--log-level", help="From which level on the log tells (MOOT_LOG_LEVEL, else info).")
]
Data = Annotated[Path | None, Parameter(name=("--data", "-d"), help="Questions: a .jsonl or .csv file.")]
