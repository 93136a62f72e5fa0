"""A store damaged by hand in every way: verifying it tells just that, and nothing where all is well."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import apsw
import pytest

from moot.agents.records import Completion, Usage
from moot.errors import StoreError
from moot.runs.journal import DebateRow, Intent, open_store
from moot.runs.journal.sql import Database, connected
from moot.runs.journal.verifying import MOST, violations

Rows = Callable[..., DebateRow]
Intents = Callable[..., Intent]
Replies = Callable[..., Completion]
SPEC = {"budget": {"usd": 1e-5, "calls": 6, "tokens": 500}, "agents": [{"name": "ada", "llm": "m"}]}
LONG = "What was said at length. " * 40


@pytest.fixture
def anyio_backend() -> str:
    """Files know no event loop; one is enough."""
    return "asyncio"


@contextmanager
def opened(path: Path) -> Generator[Database]:
    connection = connected(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        yield connection
    finally:
        connection.close()


def found(path: Path) -> list[tuple[str, str]]:
    return [(check, sentence) for check, sentence in violations(path)]


@pytest.fixture
async def store(path: Path, row: Rows, intent: Intents, reply: Replies) -> Path:
    """Two sittings. Call 1 failed and was answered, call 2 was in flight when the first sitting ended, call 3 and
    call 4, of a fork, are of the second."""
    async with open_store(path) as store:
        await store.begin_run("r", SPEC)
        await store.begin_debate(row())
        await store.intend([intent("ada"), intent("bo")])
        await store.settle(intent("ada"), reply("", kind="timeout", usage=Usage()))
        await store.intend([intent("ada", attempt=1)])
        await store.settle(intent("ada", attempt=1), reply())
    async with open_store(path) as store:
        await store.begin_run("r", SPEC)
        await store.begin_debate(row())
        for one in (intent("bo"), intent("ada", 1, LONG)):
            await store.intend([one])
            await store.settle(one, reply())
        await store.end_debate("d", "decided", {"answer": "408"})
        await store.begin_debate(row("f", parent="d"))
        await store.intend([intent("cy", debate_id="f")])
        await store.settle(intent("cy", debate_id="f"), reply())
        await store.end_debate("f", "decided", {"answer": "408"})
    return path


async def test_a_whole_store_breaks_no_rule_and_stays_as_it_is(store: Path) -> None:
    before = store.read_bytes()
    assert found(store) == []
    assert store.read_bytes() == before


# Each deed, the checks that tell of it, and what one of them says.
DEEDS: dict[str, tuple[str, list[str], str]] = {
    "an outcome is lost": (
        "DELETE FROM outcome WHERE call = 1 AND number = 1",
        ["outcomes"],
        "attempt 1 at call {1} (ada, turn 0, debate 'd') was left without an outcome in epoch 2",
    ),
    "an attempt has two outcomes": (
        "ALTER TABLE outcome RENAME TO o; CREATE TABLE outcome AS SELECT * FROM o; "
        "INSERT INTO outcome SELECT * FROM o WHERE call = 3; DROP TABLE o",
        ["tables", "outcomes"],
        "attempt 0 at call {3} (ada, turn 1, debate 'd') has 2 outcomes",
    ),
    "an outcome has no attempt": (
        "DELETE FROM attempt WHERE call = 1 AND number = 1",
        ["outcomes"],
        "has an outcome of attempt 1, which was never intended",
    ),
    "a state does not fit": (
        "UPDATE outcome SET state = 'failed' WHERE call = 3",
        ["outcomes"],
        "attempt 0 at call {3} (ada, turn 1, debate 'd') is failed, though it ended as 'ok'",
    ),
    "an answered call is sent again": (
        "INSERT INTO attempt VALUES (4, 1, 4, 0, 0)",
        ["paid once"],
        "attempt 1 at call {4} (cy, turn 0, debate 'f') was made though attempt 0 had been answered",
    ),
    "two things are asked at one place": (
        "INSERT INTO call SELECT 5, debate, seat, turn, sample, ask, x'00', seed, settings, messages FROM call "
        "WHERE id = 4; INSERT INTO attempt VALUES (5, 0, 4, 0, 0)",
        ["requests", "places"],
        "asked two different things at one place in one epoch: the other is call row 5",
    ),
    "a call costs more than was reserved": (
        "UPDATE outcome SET cost_nano_usd = 1001 WHERE call = 3",
        ["reservations"],
        "attempt 0 at call {3} (ada, turn 1, debate 'd') cost 1001 nano-dollars, and only 1000 had been reserved",
    ),
    "an attempt is lost": (
        "DELETE FROM attempt WHERE call = 1 AND number = 0; DELETE FROM outcome WHERE call = 1 AND number = 0",
        ["numbers"],
        "has 1 attempts numbered 1 to 1: some are missing",
    ),
    "a call has no attempt": (
        "DELETE FROM attempt WHERE call = 3; DELETE FROM outcome WHERE call = 3",
        ["numbers"],
        "call {3} (ada, turn 1, debate 'd') has no attempt",
    ),
    "epochs go back": (
        "UPDATE attempt SET epoch = 4 WHERE call = 1 AND number = 0",
        ["epochs"],
        "is of epoch 4, and the next one of epoch 2, which is earlier",
    ),
    "an epoch is another run's": (
        "UPDATE attempt SET epoch = 3 WHERE call = 3",
        ["epochs"],
        "is of epoch 3, which is not one of its run",
    ),
    "an ending is of another run": (
        "UPDATE ending SET epoch = 1 WHERE id = 1",
        ["epochs"],
        "debate 'd' ended in epoch 1, which is not one of its run",
    ),
    "endings go back": (
        "INSERT INTO ending SELECT 3, debate, 2, status, result, ended_ms FROM ending WHERE id = 1",
        ["epochs"],
        "debate 'd' ended in epoch 4 and after that in epoch 2",
    ),
    "a question has two debates": (
        "UPDATE debate SET parent = NULL",
        ["debates"],
        "run 'r' has 2 debates of question 0, trial 0",
    ),
    "a fork is of another stream": (
        "UPDATE debate SET stream = 'other' WHERE id = 1",
        ["debates"],
        "debate 'f' cannot have been forked from 'd'",
    ),
    "a row is deleted": ("DELETE FROM ending WHERE id = 1", ["rows"], "table 'ending' holds 1 of the 2 rows"),
    "a call belongs nowhere": (
        "UPDATE call SET debate = 99 WHERE id = 4",
        ["references"],
        "row 4 of 'call' refers to a row of 'debate' that is not there",
    ),
    "an attempt is of no call": (
        "INSERT INTO attempt VALUES (9, 0, 4, 0, 0)",
        ["references"],
        "attempt 0 is one at call row 9, which is not there",
    ),
    "an attempt is of no epoch": (
        "UPDATE attempt SET epoch = 9 WHERE call = 3",
        ["references"],
        "is of epoch 9, which is not there",
    ),
    "a reply is lost": (
        "UPDATE outcome SET text = 999 WHERE call = 3",
        ["references"],
        "the outcome of attempt 0 at call {3} (ada, turn 1, debate 'd') refers to text 999, which is not there",
    ),
    "a prompt is changed": (
        "UPDATE part SET body = 'What is 18 * 24?' WHERE body = 'What is 17 * 24?'",
        ["texts", *["requests"] * 3],
        "is not the one that its digest was made of",
    ),
    "a text is cut off": (
        "UPDATE part SET body = substr(body, 1, 9) WHERE typeof(body) = 'blob'",
        ["texts", "requests"],
        "is cut off or too large to be one of moot's",
    ),
    "a text is no text": (
        "UPDATE part SET body = CAST(x'ff00' AS TEXT) WHERE typeof(body) = 'blob'",
        ["texts", "requests"],
        "a text of the store is damaged: 'utf-8' codec",
    ),
    "a text is damaged": (
        "UPDATE part SET body = CAST(x'ff00' || body AS BLOB) WHERE typeof(body) = 'blob'",
        ["texts", "requests"],
        "a text of the store is damaged",
    ),
    "a request is changed": (
        "UPDATE call SET seed = 8 WHERE id = 3",
        ["requests"],
        "which is not that of what it asks",
    ),
    "a prompt begins with no role": ("UPDATE call SET messages = x'0e' WHERE id = 3", ["requests"], "cannot be read"),
    "a key is shown": (
        "INSERT INTO part SELECT max(id) + 1, NULL, 'it said sk-abcdefghijklmnop1234' FROM part",
        ["texts"],
        "holds what looks like a key of a provider",
    ),
    "a result shows a key": (
        """UPDATE ending SET result = '{"note": "Bearer sk-abcdefghijklmnop1234"}' WHERE id = 2""",
        ["texts"],
        "result 2, of debate 'f', holds what looks like a key",
    ),
    "more is held than a cap allows": (
        "UPDATE attempt SET reserved_nano_usd = 9001 WHERE call = 2 AND number = 0",
        ["caps"],
        "10001 nano-dollars were spent or reserved, above a cap of 1e-05 USD on debate 'd', by attempt 0 at call {2}",
    ),
    "more calls are made than a cap allows": (
        "UPDATE part SET body = replace(body, '\"calls\":6', '\"calls\":4') WHERE body LIKE '{\"budget%'",
        ["texts", "caps"],
        "5 calls were made, above a cap of 4 on debate 'd', by attempt 0 at call {3}",
    ),
    "more tokens are used than a cap allows": (
        "UPDATE outcome SET prompt_tokens = 481 WHERE call = 4",
        ["caps"],
        "501 tokens were used, above a cap of 500 on debate 'f', by attempt 0 at call {4}",
    ),
    "a cap cannot be read": (
        "UPDATE epoch SET writer = '{' WHERE id = 4",
        ["caps"],
        "the caps of epoch 4 of run 'r' cannot be read",
    ),
    "an index is dropped": ("DROP INDEX ending_debate", ["tables"], "'ending_debate' is not what"),
}


@pytest.mark.parametrize("deed", DEEDS)
async def test_each_damage_is_told_and_nothing_else(store: Path, intent: Intents, deed: str) -> None:
    statements, checks, words = DEEDS[deed]
    with opened(store) as connection:
        connection.execute(statements)
    told = found(store)
    assert [check for check, _ in told] == checks
    calls = [intent("ada"), intent("bo"), intent("ada", 1, LONG), intent("cy", debate_id="f")]
    for number, one in enumerate(calls, 1):
        words = words.replace(f"{{{number}}}", one.call_id)
    assert any(words in sentence for _, sentence in told)


async def test_a_damaged_page_is_told(store: Path) -> None:
    with opened(store) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'outcome'").get
    content = bytearray(store.read_bytes())
    content[(page - 1) * 4096 + 200 : page * 4096] = b"\xa5" * 3896
    store.write_bytes(content)
    try:
        told = found(store)
    except StoreError:
        return
    assert told[0][0] == "file"


async def test_of_many_violations_of_one_sort_some_are_told(store: Path) -> None:
    with opened(store) as connection:
        connection.execute(
            "WITH RECURSIVE n(v) AS (SELECT 100 UNION ALL SELECT v + 1 FROM n WHERE v < 400) "
            "INSERT INTO attempt SELECT v, 0, 4, 0, 0 FROM n"
        )
    assert len(found(store)) == MOST


async def test_a_cap_on_a_whole_run_is_followed_through_its_debates(
    path: Path, row: Rows, intent: Intents, reply: Replies
) -> None:
    async with open_store(path) as store:
        await store.begin_run("r", {}, terms={"budget": {"usd": 2.5e-6}})
        for place, debate in enumerate(("d", "e", "g")):
            await store.begin_debate(row(debate, index=place))
            await store.intend([intent(debate_id=debate)])
            if debate == "d":
                await store.settle(intent(debate_id=debate), reply())
        assert found(path) == []  # 300 were spent of the first, and 1000 are held of each of the others
        await store.intend([intent("bo", debate_id="e")])
    ((check, sentence),) = found(path)
    assert check == "caps"
    assert sentence.startswith("3300 nano-dollars were spent or reserved, above a cap of 2.5e-06 USD on run 'r', by")


async def test_a_clock_that_goes_back_breaks_no_order(path: Path, row: Rows, intent: Intents, reply: Replies) -> None:
    times = iter(range(1000, 0, -1))
    async with open_store(path, now=lambda: next(times)) as store:
        await store.begin_run("r", {"budget": {"usd": 1.5e-6}})
        await store.begin_debate(row())
        for seat in ("ada", "bo"):
            await store.intend([intent(seat)])
            await store.settle(intent(seat), reply())
    assert found(path) == []


async def test_a_store_in_use_is_clean(path: Path, row: Rows, intent: Intents, reply: Replies) -> None:
    async with open_store(path) as store:
        await store.begin_run("r", SPEC)
        await store.begin_debate(row())
        await store.intend([intent("ada"), intent("bo")])
        assert found(path) == []
        await store.settle(intent("ada"), reply())
        assert found(path) == []


async def test_a_call_to_an_address_has_its_hash(path: Path, row: Rows, intent: Intents, reply: Replies) -> None:
    one = intent(api_base="http://127.0.0.1/v1")
    async with open_store(path) as store:
        await store.begin_run("r", {"agents": [{"name": "ada", "api_base": "http://127.0.0.1/v1"}]})
        await store.begin_debate(row())
        await store.intend([one])
        await store.settle(one, reply())
    assert found(path) == []


def test_what_is_no_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no store"):
        found(tmp_path / "none.sqlite")
