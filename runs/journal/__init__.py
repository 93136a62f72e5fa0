"""The journal: durable memory of every LLM call and of how each debate ended.

A conductor begins a run, begins its debates, and takes each call through the journal: it asks
`recall` first; what is not known it puts down as an intent with a reservation, then sends, then
settles with what came back and what it used. What is awaited is committed when the await returns.
So a process may end anywhere: a run begun again recalls what was answered, and asks for the rest.
`MemoryJournal` says the same without a file; `Reader` reads a store beside its writer.

A call is named by its place, `(stream, seat, turn, sample, ask)`, and the hash of its request.
Resume and fork find an answer by both; `mismatch` tells where code and record differ. A fork
remembers what its parent asked.

**States of an attempt.** An attempt without an outcome is *sent*: its intent is committed, so it
may be under way. An outcome makes it *done* (a model answered, usably or not), *failed*,
*cancelled* or *in_doubt*; there is one at most. Opening a store for writing puts whatever earlier
writers left without an outcome down as in doubt: it may have been billed, its reservation stays
counted, and it may be sent again as a further attempt. Only done calls are recalled.

**Tables** (version 1; all strict; nothing is ever changed or deleted):

`part`      a text, kept once. body: text, or its UTF-8 deflated by zlib where that is long;
            digest: blake2b-64 of the text, by which it is found again, or null for replies.
`run`       name, began_ms.
`epoch`     one for each opening of the store (run null) and for each beginning of a run: its
            spec (JSON, a part), began_ms, writer (JSON: pid, host, versions, and for a run its
            terms: caps on all of it, hash of the price file). The highest number is the writer in
            charge; a commit of any other is refused.
`debate`    name (its id), run, place (index of the question), trial, stream, parent,
            question (JSON, a part), began_ms.
`ending`    debate, epoch, status, result (JSON as `part.body`), ended_ms. The latest counts.
`call`      debate, seat, turn, sample, ask, hash (16 bytes), seed, settings (a part: JSON of the
            request without key, seed and messages), messages (see below).
`attempt`   call, number, epoch, reserved_nano_usd, sent_ms: the intent.
`outcome`   call, number, state, kind, text (a part), tokens, cost, latency, finish,
            more (a part: JSON of what is rare), settled_ms: the settling.

`call.messages` is a list of whole numbers: 0, 1, 2 begin a system, user, assistant message, any
other is a part; joined, the parts are the message. Prompts are cut where quotations begin and end,
so a reply and every prompt that quotes it share one text. Numbers are written as
`moot.runs.journal.cutting.packed` says. Times are milliseconds since 1970. Credentials among a
request's extras are not kept. A store that once served as a cache has an index on `call.hash`.

**Sent and reserved.** An intent is one row for both: from its commit on the attempt may be under
way, and nobody could tell from a later mark that it was not. What was admitted and not sent when a
debate ended is put down as cancelled, with no request made. Whoever keeps caps reserves before the
intent is committed and gives back after the outcome is, so the ledger never shows less than is
spent or held; a reservation whose outcome is in doubt stays spent. `moot.verify` follows all that.
"""

from moot.runs.journal.hashing import call_id, request_hash
from moot.runs.journal.journal import Journal, Notes, Records
from moot.runs.journal.memory import MemoryJournal, PassingJournal
from moot.runs.journal.pulse import Beat, Pulse
from moot.runs.journal.reading import Reader
from moot.runs.journal.records import (
    ANSWERED,
    AttemptRow,
    CallKey,
    CallRow,
    DebateRecord,
    DebateRow,
    Exchange,
    Intent,
    RunRow,
    State,
    Totals,
    state_of,
)
from moot.runs.journal.store import Store, open_store

__all__ = [
    "ANSWERED",
    "AttemptRow",
    "Beat",
    "CallKey",
    "CallRow",
    "DebateRecord",
    "DebateRow",
    "Exchange",
    "Intent",
    "Journal",
    "MemoryJournal",
    "Notes",
    "PassingJournal",
    "Pulse",
    "Reader",
    "Records",
    "RunRow",
    "State",
    "Store",
    "Totals",
    "call_id",
    "open_store",
    "request_hash",
    "state_of",
]
