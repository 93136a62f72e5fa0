"""The testing kit: a scripted LLM, a local server with faults, and a lock on real calls.

`Script` is an LLM that says given lines. `Stub` is a server on loopback that speaks as OpenAI,
Anthropic and Gemini do, and can fail in every way providers do. Both are part of the product: tests of
your own protocols, clients and programs use them as ours do.

    with Stub() as stub:
        stub.script("gpt-x", [Fault("429", retry_after=1), Fault("truncated_json"), Reply("Final answer: B")])
        agents = [Agent("ada", "openai/gpt-x", api_base=stub.api_base), …]     # or a client of your own
        …
        assert [seen.served for seen in stub.log] == ["429", "truncated_json", "reply"]

The log is a witness of its own: what a program says it sent can be held against it. What a model does is
said by a script (one step, a list of steps, or a function of the request), or by its name, so that a
command line needs no script; parts are joined by `+`, and what means nothing is a label:

| part                           | a model that                                                          |
|--------------------------------|-----------------------------------------------------------------------|
| `sleep-0.2`, `lognormal-1-0.5` | takes so many seconds                                                 |
| `fault-hang`, `fault-429-1`    | always does that; the amount is the fault's own, here Retry-After 1   |
| `flaky-2-503`                  | fails every distinct request twice before it answers                  |
| `bucket-50-10`                 | takes 50 requests a second, 10 at once, and 429 with Retry-After else |

Faults are any status from 400 to 599, and these (`FAULTS` says what each does):

* refusals: `quota`, `auth`, `context`, `content_filter`, `redirect`
* silence: `hang`, `hang_body`, `drip`, `continue_stall`; `Stub(accept_s=…)`; `stub.deaf_base` for a TLS handshake
* connections: `reset`, `reset_body`, `short_body`, `double_length`, `http_10`
* bodies: `truncated_json`, `html`, `json_null`, `json_list`, `json_number`, `empty_body`, `error_200`, `deep`,
  `huge`, `gzip_bomb`
* characters: `surrogate`, `control`, `bad_utf8`, `nan`
* replies: `no_choices`, `wrong_types`, `empty`, `null_content`, `refusal`, `length`, `filtered`, `odd_finish`,
  `key_echo`
* usage: `usage_missing`, `usage_negative`, `usage_text`, `usage_lies`
* streams: `sse_drip`, `sse_keepalive`, `sse_endless`, `sse_no_done`, `sse_no_finish`, `sse_cut`, `sse_bad_json`,
  `sse_error`, `sse_hang`, `sse_reset`, `sse_repeats`, `sse_plain`

As a process: `python -m moot.testing.stub --help`.
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
