"""The testing kit: a scripted LLM, a local server with faults, and a lock on real calls.

`Script` is an LLM that says given lines. `Stub` is a server that speaks the OpenAI chat API on
loopback and can fail in every way providers do. Both are part of the product: tests of your own
protocols and programs use them as ours do.

What a model of the stub does is said by a script, or by its name, so that a command line needs no
script: `sleep-0.2`, `fault-429-1`, `fault-hang`, `flaky-2-503`, `bucket-50-10`; parts are joined by
`+`, and what means nothing is a label: `ada+sleep-0.2+flaky-1`. `FAULTS` lists the faults. As a
process: `python -m moot.testing.stub --help`.
"""

from moot.testing.forbid import forbid_calls
from moot.testing.script import Line, Script
from moot.testing.server import Stub
from moot.testing.steps import FAULTS, Fault, Reply, Step, Steps, StubRequest
from moot.testing.witness import Seen

__all__ = [
    "FAULTS",
    "Fault",
    "Line",
    "Reply",
    "Script",
    "Seen",
    "Step",
    "Steps",
    "Stub",
    "StubRequest",
    "forbid_calls",
]
