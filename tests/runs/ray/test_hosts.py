"""LLMs as actors on a real Ray: equal outcomes, deaths, interrupts, cancellation, secrets."""

import os
import random
import signal
import stat
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import anyio
import pytest

from moot.agents.llm import Endpoint
from moot.agents.models import endpoint_of
from moot.agents.records import Completion, Request
from moot.errors import CredentialError, RuntimeStartError, ScriptError, UsageError
from moot.runs.loop import run_in_loop
from moot.runs.ray import keeper
from moot.runs.ray.client import RayHost
from moot.runs.ray.connection import Connection
from moot.runs.ray.runtime import RayRuntime
from moot.runs.ray.settings import Ray
from moot.runs.runtime import LocalRuntime, runtime_of, shutdown

pytestmark = pytest.mark.xdist_group("ray")

T = TypeVar("T")
Asking = Callable[..., Request]
Naming = Callable[[str], Endpoint]


@pytest.fixture(scope="module")
def variables() -> dict[str, str]:
    """What the next actor finds in its environment."""
    return {}


@pytest.fixture(scope="module")
def runtime(hosted: ModuleType, variables: dict[str, str]) -> Iterator[RayRuntime]:
    runtime = RayRuntime(opening=hosted.opening, environment=lambda endpoint: dict(variables))
    runtime.prepare()
    yield runtime
    run_in_loop(runtime.close)
    shutdown()


@pytest.fixture(scope="module")
def connection(runtime: RayRuntime) -> Connection:
    return run_in_loop(keeper.ready)


def hosted_at(runtime: RayRuntime, endpoint: Endpoint) -> RayHost:
    host = run_in_loop(runtime.host, endpoint)
    assert isinstance(host, RayHost)
    return host


def answered(host: RayHost, *requests: Request) -> list[Completion]:
    async def all_of_them() -> list[Completion]:
        with anyio.fail_after(60):
            return await anyio.amap(host.complete, requests)

    return run_in_loop(all_of_them)


def end(actor: int) -> None:
    assert actor not in {0, os.getpid()}, "this would end the tests"
    os.kill(actor, signal.SIGKILL)


async def until(holds: Callable[[], Coroutine[Any, Any, bool]]) -> None:
    with anyio.fail_after(30):
        while not await holds():  # noqa: ASYNC110  (the other process cannot set an event of ours)
            await anyio.sleep(0.01)


def test_all_tests_of_this_group_run_in_one_process(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("loadgroup", False):
        assert "@ray " in os.environ["PYTEST_CURRENT_TEST"], "each process would start a Ray of its own"


def test_a_thousand_simulated_calls_end_as_they_do_in_this_process_whatever_their_order(
    connection: Connection, asking: Asking
) -> None:
    models = ["sim/exact-zealot?init=A", "sim/debater?accuracy=0.7"]
    text = '<question kind="choice">\nWhich?\n</question>\n<options>\nA. x\nB. y\nC. z\n</options>\nThis is round 0.\n'
    requests = [
        asking(f"k{number}", text + "Final answer: X", model=models[number % 2], seed=number) for number in range(1000)
    ]

    async def through(runtime: RayRuntime | LocalRuntime, order: list[Request]) -> dict[str, Completion]:
        hosts = dict(zip(models, await anyio.amap(runtime.host, map(endpoint_of, models)), strict=True))

        async def one(request: Request) -> tuple[str, Completion]:
            return request.key, await hosts[request.model].complete(request)

        return dict(await anyio.amap(one, order))

    shuffled = random.Random(7).sample(requests, len(requests))
    here = run_in_loop(through, LocalRuntime(), requests)
    there = run_in_loop(through, RayRuntime(), shuffled)
    assert there == here
    assert len({completion.text for completion in here.values()}) > 2


def test_an_endpoint_has_one_actor_however_often_it_is_asked_for(runtime: RayRuntime, endpoint_named: Naming) -> None:
    async def hosts() -> list[Any]:
        names = ["echo", "slow", "echo", "slow", "echo"]
        return await anyio.amap(runtime.host, [endpoint_named(name) for name in names])

    pids = [host.pid for host in run_in_loop(hosts)]
    assert pids == [pids[0], pids[1]] * 2 + [pids[0]]
    assert len({*pids, os.getpid()}) == 3


def test_replicas_share_an_endpoints_calls_and_a_key_stays_with_one_of_them(
    connection: Connection, hosted: ModuleType, asking: Asking, endpoint_named: Naming
) -> None:
    async def pids() -> list[str]:
        host = await RayRuntime(Ray(replicas=2), opening=hosted.opening).host(endpoint_named("echo"))
        requests = [asking(f"key {number % 20}") for number in range(40)]
        first = [completion.text for completion in await anyio.amap(host.complete, requests[:20])]
        host.forget([request.key for request in requests])
        return first + [completion.text for completion in await anyio.amap(host.complete, requests[20:])]

    texts = run_in_loop(pids)
    assert texts[:20] == texts[20:]
    assert len(set(texts)) == 2


def test_equal_keys_in_flight_are_one_call(runtime: RayRuntime, asking: Asking, endpoint_named: Naming) -> None:
    host = hosted_at(runtime, endpoint_named("slow"))
    request = asking("the same", extra={"sleep": 0.05})
    first, second = answered(host, request, request)
    assert first is second


def test_calls_in_flight_at_an_actors_death_end_in_doubt_and_the_same_keys_succeed_again(
    runtime: RayRuntime, asking: Asking, endpoint_named: Naming
) -> None:
    host = hosted_at(runtime, endpoint_named("slow"))
    before = host.pid

    async def killed() -> list[Completion]:
        async def kill() -> None:
            async def all_there() -> bool:
                return bool((await host.health()).in_flight == 20)

            await until(all_there)
            end(before)

        lost: list[Completion] = []
        async with anyio.create_task_group() as group:
            group.start_soon(kill)
            with anyio.fail_after(30):
                long = [asking(f"dies {number}", extra={"sleep": 60}) for number in range(20)]
                lost += await anyio.amap(host.complete, long)
        return lost

    lost = run_in_loop(killed)
    assert {(completion.kind, completion.requests) for completion in lost} == {("crashed", None)}
    assert "hosted/slow" in lost[0].detail
    again = answered(host, *[asking(f"dies {number}", extra={"sleep": 0}) for number in range(20)])
    assert {completion.text for completion in again} == {"slept"}
    assert host.pid != before


def test_calls_made_while_an_actor_is_away_wait_for_it(
    runtime: RayRuntime, asking: Asking, endpoint_named: Naming
) -> None:
    host = hosted_at(runtime, endpoint_named("echo"))
    end(host.pid)

    async def patient(number: int) -> Completion:
        while True:  # what had just been sent when the death was noticed is sent again
            completion = await host.complete(asking(f"waits {number}"))
            if completion.kind != "crashed":
                return completion

    async def all_of_them() -> list[Completion]:
        with anyio.fail_after(60):
            return await anyio.amap(patient, range(10))

    assert {completion.kind for completion in run_in_loop(all_of_them)} == {"ok"}


def test_an_interrupt_or_exit_in_a_model_is_an_outcome_and_the_actor_answers_on(
    runtime: RayRuntime, asking: Asking, endpoint_named: Naming
) -> None:
    host = hosted_at(runtime, endpoint_named("interrupted"))
    pid = host.pid
    kinds = [answered(host, asking(f"i{seed}", seed=seed))[0].kind for seed in (0, 1, 2)]
    assert kinds == ["crashed", "crashed", "ok"]
    assert host.pid == pid


def test_a_cancelled_caller_stops_the_call_in_the_actor(
    runtime: RayRuntime, asking: Asking, endpoint_named: Naming, tmp_path: Path
) -> None:
    host = hosted_at(runtime, endpoint_named("slow"))
    witness = tmp_path / "cut short"

    async def cancelled() -> None:
        request = asking("unwanted", extra={"sleep": 60, "witness": str(witness)})

        async def under_way() -> bool:
            return bool((await host.health()).in_flight == 1)

        async with anyio.create_task_group() as group:
            group.start_soon(host.complete, request)
            await until(under_way)
            group.cancel_scope.cancel()

        async def stopped() -> bool:
            return witness.exists() and (await host.health()).in_flight == 0

        await until(stopped)

    run_in_loop(cancelled)
    assert answered(host, asking("wanted", extra={"sleep": 0}))[0].text == "slept"


def test_a_deaf_actor_is_replaced(
    connection: Connection, hosted: ModuleType, asking: Asking, endpoint_named: Naming
) -> None:
    patience = RayRuntime(opening=hosted.opening, silence_s=1.0)
    host = hosted_at(patience, endpoint_named("deaf"))
    assert answered(host, asking("deaf", seed=0))[0].kind == "crashed"
    assert answered(host, asking("hears", seed=1))[0].kind == "ok"


def test_what_the_testing_kit_raises_in_an_actor_is_raised_to_the_caller(
    runtime: RayRuntime, asking: Asking, endpoint_named: Naming
) -> None:
    with pytest.raises(ScriptError, match="no such line"):
        answered(hosted_at(runtime, endpoint_named("scripted")), asking("s"))


def test_an_endpoint_that_cannot_be_opened_says_why(runtime: RayRuntime, endpoint_named: Naming) -> None:
    with pytest.raises(CredentialError, match="LOCKED_API_KEY"):
        run_in_loop(runtime.host, endpoint_named("locked"))
    with pytest.raises(RuntimeStartError, match="no such luck"):
        run_in_loop(runtime.host, endpoint_named("broken"))


def test_a_key_reaches_its_actor_and_no_file_of_rays(
    runtime: RayRuntime, connection: Connection, variables: dict[str, str], asking: Asking, endpoint_named: Naming
) -> None:
    key = "sk-canary-3f9a55c1"
    variables["HOSTED_API_KEY"] = key
    host = hosted_at(runtime, endpoint_named("environment"))
    assert answered(host, asking("e1", "HOSTED_API_KEY"))[0].text == key
    variables["HOSTED_API_KEY"] = "sk-another-77"
    other = hosted_at(runtime, endpoint_named("environment"))
    assert other.pid != host.pid
    assert answered(other, asking("e2", "HOSTED_API_KEY"))[0].text == "sk-another-77"
    assert connection.folder is not None
    files = [path for path in connection.folder.rglob("*") if path.is_file() and not path.is_symlink()]
    told = [path.name for path in files if key.encode() in path.read_bytes()]
    assert len(files) > 10
    assert told == []


def test_its_folder_is_shut_to_others_and_its_token_in_no_file(connection: Connection) -> None:
    assert connection.folder is not None
    assert connection.token is not None
    assert stat.S_IMODE(connection.folder.stat().st_mode) == 0o700
    files = [path for path in connection.folder.rglob("*") if path.is_file()]
    assert not any(connection.token.encode() in path.read_bytes() for path in files)
    assert connection.token not in os.environ.values()


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="sockets are found in /proc")
def test_every_socket_it_listens_on_is_on_loopback(connection: Connection, runtime: RayRuntime) -> None:
    from moot.runs.ray.sweeper import left

    assert connection.folder is not None
    sockets = {
        os.readlink(file)
        for pid in (*left(str(connection.folder)), os.getpid())
        for file in Path(f"/proc/{pid}/fd").iterdir()
        if file.is_symlink() and os.path.lexists(file)
    }
    listening: list[str] = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
                listening.append(fields[1].partition(":")[0])
    assert len(listening) > 3
    assert set(listening) <= {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}


def test_another_address_in_the_same_process_is_refused(connection: Connection) -> None:
    with pytest.raises(RuntimeStartError, match=r"moot\.shutdown"):
        RayRuntime(Ray("ray://127.0.0.1:1")).prepare()


def test_the_runtimes_name_says_what_it_is() -> None:
    assert (runtime_of("ray").name, runtime_of("local").name) == ("ray", "local")
    assert runtime_of("ray") is runtime_of("ray")


def test_shutting_down_from_inside_a_debate_is_refused() -> None:
    async def inside() -> None:
        shutdown()

    with pytest.raises(UsageError):
        run_in_loop(inside)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_is_told_that_ray_cannot_be_shared(connection: Connection) -> None:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(60)
            keeper.prepare()
        except RuntimeStartError as error:
            code = 0 if "spawn" in str(error) else 2
        finally:
            os._exit(code)  # whatever happens, this copy of the tests does not go on
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
