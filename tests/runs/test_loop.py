"""Work handed to the one loop of the process, from everywhere a caller may stand."""

import concurrent.futures
import contextvars
import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import anyio
import anyio.lowlevel
import anyio.to_thread
import pytest

from moot.errors import UsageError
from moot.runs.loop import await_in_loop, before_end, end_loop, on_loop, run_in_loop, spawn

COLOUR: contextvars.ContextVar[str] = contextvars.ContextVar("colour", default="none")


@pytest.fixture(autouse=True)
def own_loop() -> Iterator[None]:
    yield
    end_loop()


async def double(number: int) -> int:
    await anyio.lowlevel.checkpoint()
    return 2 * number


def test_a_script_waits_for_its_result() -> None:
    assert run_in_loop(double, 21) == 42


async def test_inside_a_running_event_loop_the_blocking_form_works_too() -> None:
    assert run_in_loop(double, 21) == 42


async def test_a_task_of_any_loop_waits_without_blocking_its_neighbours() -> None:
    heard: list[str] = []
    entered = anyio.Event()

    async def neighbour() -> None:
        await entered.wait()
        heard.append("neighbour ran")
        anyio_open.set()

    anyio_open = threading.Event()

    async def work() -> str:
        await anyio.to_thread.run_sync(anyio_open.wait)
        return "done"

    async with anyio.create_task_group() as group:
        group.start_soon(neighbour)
        entered.set()
        heard.append(await await_in_loop(work))
    assert heard == ["neighbour ran", "done"]


def test_all_callers_share_one_thread() -> None:
    async def thread() -> int:
        return threading.get_ident()

    def caller(_: int) -> int:
        return run_in_loop(thread)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        idents = set(pool.map(caller, range(8)))
    assert len(idents) == 1
    assert threading.get_ident() not in idents


async def test_context_variables_of_the_caller_are_seen() -> None:
    async def colour() -> str:
        return COLOUR.get()

    COLOUR.set("green")
    assert run_in_loop(colour) == "green"
    assert await await_in_loop(colour) == "green"


async def test_exceptions_arrive_unchanged() -> None:
    raised = LookupError("no such thing")

    async def fails() -> None:
        raise raised

    with pytest.raises(LookupError) as blocking:
        run_in_loop(fails)
    with pytest.raises(LookupError) as waiting:
        await await_in_loop(fails)
    assert blocking.value is raised
    assert waiting.value is raised


async def fails_in_a_group() -> None:
    async with anyio.create_task_group() as outer, anyio.create_task_group() as inner:
        inner.start_soon(fails_soon)
        outer.start_soon(anyio.sleep_forever)


async def fails_soon() -> None:
    raise LookupError("deep inside")


async def test_a_group_of_one_comes_out_unwrapped_and_a_group_of_two_stays() -> None:
    async def fails_twice() -> None:
        raise ExceptionGroup("both", [LookupError("a"), ValueError("b")])

    with pytest.raises(LookupError):
        run_in_loop(fails_in_a_group)
    with pytest.raises(LookupError):
        await await_in_loop(fails_in_a_group)
    with pytest.raises(ExceptionGroup) as caught:
        run_in_loop(fails_twice)
    assert len(caught.value.exceptions) == 2


def test_on_the_loop_itself_work_is_awaited_in_place_and_a_group_of_one_unwrapped() -> None:
    async def outer() -> tuple[int, bool]:
        with pytest.raises(LookupError):
            await await_in_loop(fails_in_a_group)
        return await await_in_loop(double, 4), on_loop()

    assert run_in_loop(outer) == (8, True)
    assert not on_loop()


def test_blocking_on_the_loop_itself_is_refused_with_what_to_do_instead() -> None:
    async def outer() -> int:
        return run_in_loop(double, 1)

    with pytest.raises(UsageError, match="await the async form"):
        run_in_loop(outer)


async def test_cancelling_the_caller_cancels_the_work_and_waits_for_its_clean_up() -> None:
    events: list[str] = []
    begun = threading.Event()

    async def work() -> None:
        begun.set()
        try:
            await anyio.sleep_forever()
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.sleep(0.01)
            events.append("cleaned up")

    async with anyio.create_task_group() as group:
        group.start_soon(await_in_loop, work)
        await anyio.to_thread.run_sync(begun.wait)
        group.cancel_scope.cancel()
    events.append("caller released")
    assert events == ["cleaned up", "caller released"]


async def test_work_that_ends_on_its_own_after_a_cancellation_does_not_undo_it() -> None:
    async def work() -> int:
        with anyio.CancelScope(shield=True):
            await anyio.sleep(0.01)
        return 1

    with anyio.move_on_after(0.001) as scope:
        await await_in_loop(work)
    assert scope.cancelled_caught


async def test_ending_the_loop_releases_everyone_and_the_next_call_starts_another() -> None:
    begun = threading.Event()
    released: list[type[BaseException]] = []

    async def work() -> None:
        begun.set()
        await anyio.sleep_forever()

    async def caller() -> None:
        try:
            await await_in_loop(work)
        except concurrent.futures.CancelledError as error:
            released.append(type(error))

    async with anyio.create_task_group() as group:
        group.start_soon(caller)
        await anyio.to_thread.run_sync(begun.wait)
        await anyio.to_thread.run_sync(end_loop)
    assert released == [concurrent.futures.CancelledError]
    assert await await_in_loop(double, 2) == 4


def test_an_interrupt_raised_by_work_is_raised_to_its_caller_and_stops_nobody_else() -> None:
    async def work() -> None:
        raise KeyboardInterrupt

    async def work_in_a_group() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(work)

    for interrupted in (work, work_in_a_group, work, work_in_a_group):
        with pytest.raises(KeyboardInterrupt):
            run_in_loop(interrupted)
        assert run_in_loop(double, 3) == 6


def test_a_spawned_task_outlives_its_caller_and_what_is_to_be_closed_is_closed_before_the_loop_ends() -> None:
    events: list[str] = []

    async def service() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            events.append("service ended")

    async def close() -> None:
        events.append("closed")

    async def opening() -> None:
        spawn(service)
        before_end(close)
        before_end(close)

    run_in_loop(opening)
    assert run_in_loop(double, 1) == 2
    assert events == []
    end_loop()
    assert events == ["closed", "service ended"]


def test_a_loop_that_ended_leaves_nothing_behind() -> None:
    run_in_loop(double, 1)
    end_loop()
    gc.collect()
    assert [thread.name for thread in threading.enumerate() if thread.name == "moot"] == []


def python(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, timeout=60, check=False
    )


INTERRUPTED = """
import signal, sys, threading
import anyio
from moot.runs.loop import run_in_loop

async def work():
    threading.Thread(target=signal.raise_signal, args=(signal.SIGINT,)).start()
    try:
        await anyio.sleep_forever()
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.sleep(0.05)
        print("cleaned up")

try:
    run_in_loop(work)
except KeyboardInterrupt:
    print("interrupted")
"""


def test_ctrl_c_cancels_the_work_waits_for_its_clean_up_and_is_raised_again() -> None:
    run = python(INTERRUPTED)
    assert (run.stdout.split("\n"), run.stderr) == (["cleaned up", "interrupted", ""], "")


@pytest.mark.parametrize(
    "program",
    [
        "run_in_loop(anyio.sleep, 0)",
        "run_in_loop(begin)",
        "stream = Stream(endless); next(stream)",
        "anyio.run(await_in_loop, anyio.sleep, 0)",
        "run_in_loop(begin); raise SystemExit(0)",
    ],
)
def test_a_process_ends_promptly_and_without_a_word(program: str) -> None:
    prelude = (
        "import anyio\nfrom moot.runs.loop import *\nfrom moot.runs.streaming import Stream\n"
        "async def begin(): spawn(anyio.sleep_forever)\n"
        "async def endless(feed):\n    while True: await feed.send(1)\n"
    )
    run = python(prelude + program)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_gets_a_loop_of_its_own() -> None:
    assert run_in_loop(double, 1) == 2
    child = os.fork()
    if child == 0:
        code = 1
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(60)
            code = run_in_loop(double, 21)
        finally:
            os._exit(code)  # whatever happens, this copy of the tests does not go on
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 42
    assert run_in_loop(double, 3) == 6
