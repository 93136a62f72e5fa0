"""A Ray is started, ended, swept up and attached to, in processes of their own."""

import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from moot.errors import RuntimeStartError
from moot.runs.ray.connection import Place, place
from moot.runs.ray.environment import Secrets, provider_environment, without_secrets
from moot.runs.ray.facts import Facts, compare
from moot.runs.ray.start import connect

pytestmark = pytest.mark.xdist_group("ray")

AllGone = Callable[[list[str], float], bool]

PRELUDE = """
import json, os, signal, sys, threading, time
import anyio
from moot.agents.models import endpoint_of
from moot.agents.records import Message, Request
from moot.runs.loop import run_in_loop
from moot.runs.ray import keeper
from moot.runs.runtime import runtime_of, shutdown

async def ask(key="k", model="sim/exact-zealot?init=A"):
    host = await runtime_of("ray").host(endpoint_of(model))
    return host.pid, await host.complete(Request(key=key, model=model, messages=(Message(role="user", content="?"),)))

def folder():
    return str(run_in_loop(keeper.ready).folder)
"""


def begun(program: str, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PRELUDE + textwrap.dedent(program)],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: "subprocess.Popen[str]") -> tuple[list[str], str, int]:
    out, err = process.communicate(timeout=150)
    return out.splitlines(), err, process.returncode


def test_it_starts_twice_beside_a_stale_cluster_file_prints_nothing_touches_no_home_and_leaves_nothing(
    tmp_path: Path, all_gone: AllGone
) -> None:
    (tmp_path / "ray").mkdir()
    (tmp_path / "ray" / "ray_current_cluster").write_text("127.0.0.1:1")
    home = tmp_path / "home"
    home.mkdir()
    program = """
    async def kill():
        pid, _ = await ask()
        os.kill(pid, signal.SIGKILL)
        while True:
            _, completion = await ask(key=os.urandom(4).hex())
            if completion.kind == "ok":
                return completion.text

    before = dict(os.environ)
    print(folder())
    print(run_in_loop(ask)[1].text)
    shutdown()
    until = time.monotonic() + 30
    while threading.active_count() > 1 and time.monotonic() < until:
        time.sleep(0.05)
    print(sorted(name for name in before if os.environ.get(name) != before[name]), threading.active_count())
    print(folder())
    print(run_in_loop(kill))
    """
    out, err, code = ended(begun(program, HOME=str(home), RAY_TMPDIR=str(tmp_path)))
    assert (len(out), err, code) == (5, "", 0)
    assert (out[1], out[2], out[4]) == ("Final answer: A", "[] 1", "Final answer: A")
    assert out[0] != out[3]
    assert all_gone([out[0], out[3]], 30)
    assert list(home.iterdir()) == []


def test_while_ray_is_shut_down_others_may_let_go_of_it_or_go_on_and_neither_ends_the_process_nor_starts_another(
    all_gone: AllGone,
) -> None:
    program = """
    print(folder())
    run_in_loop(ask)
    import ray
    held = [ray.put(number) for number in range(2000)]
    def let_go():
        while held[:1]:
            del held[:1]
            time.sleep(0.002)
    thread = threading.Thread(target=let_go)
    thread.start()
    ray.init = lambda: print("another Ray")
    keeper.leave()
    held.clear()
    thread.join()
    time.sleep(1)
    print("lives")
    """
    out, err, code = ended(begun(program))
    assert (out[1:], err, code) == (["lives"], "", 0)
    assert all_gone([out[0]], 30)


def test_nothing_is_left_a_moment_after_a_driver_was_killed(all_gone: AllGone) -> None:
    driver = begun("print(folder(), flush=True); run_in_loop(ask); print('up', flush=True); time.sleep(60)")
    assert driver.stdout is not None
    lines = [driver.stdout.readline().strip() for _ in range(2)]
    driver.kill()
    driver.communicate()
    assert lines[1] == "up"
    assert all_gone([lines[0]], 30)


def test_a_script_that_fails_while_ray_is_starting_does_not_wait_for_it_and_leaves_nothing(all_gone: AllGone) -> None:
    program = """
    import warnings
    from moot.runs.ray.start import temporary
    from pathlib import Path
    warnings.simplefilter("ignore", ResourceWarning)  # Ray's own processes, which nobody waits for any more
    runtime_of("ray").prepare()
    seen = []
    while not seen:
        time.sleep(0.01)
        seen = list(Path(temporary()).glob(f"moot-{os.getpid()}-*"))
    print(seen[0], flush=True)
    time.sleep(1)
    print(time.monotonic(), flush=True)
    sys.exit(3)
    """
    out, err, code = ended(begun(program))
    assert (err, code) == ("", 3)
    assert time.monotonic() - float(out[1]) < 20
    assert all_gone([out[0]], 30)


def test_up_attach_and_down_with_a_connection_of_the_users_own_beside(state: Path) -> None:
    from moot.runs.ray.standing import down, status, up

    assert (status(), down()) == (None, False)
    standing = up()
    try:
        assert up() == standing
        assert (state / "up.json").stat().st_mode & 0o077 == 0
        assert standing.token not in repr(standing)
        program = """
        connection = run_in_loop(keeper.ready)
        print(json.dumps([connection.folder, connection.place.address]))
        print(run_in_loop(ask)[1].text)
        shutdown()
        print(run_in_loop(ask)[1].text)
        """
        users_own = """
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
        import ray
        ray.init(address=ADDRESS, log_to_driver=False, logging_level="ERROR")
        print(run_in_loop(ask)[1].text)
        shutdown()
        print(ray.is_initialized())
        """.replace("ADDRESS", repr(standing.address))
        borrowing = begun(users_own, RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=standing.token)
        attaching = begun(program)
        out, err, code = ended(attaching)
        assert (err, code) == ("", 0)
        assert (json.loads(out[0]), out[1:]) == ([None, standing.address], ["Final answer: A"] * 2)
        assert ended(borrowing) == (["Final answer: A", "True"], "", 0)
        assert status() == standing
    finally:
        assert down()
    assert status() is None
    assert not (state / "up.json").exists()
    with pytest.raises(ProcessLookupError):
        os.kill(standing.pid, 0)
    assert not down()


def test_a_record_whose_process_has_gone_is_not_believed(state: Path) -> None:
    from moot.runs.ray.standing import Standing, down, publish, status

    state.mkdir()
    (state / "up.lock").touch()
    publish(state, Standing(pid=os.getpid(), address="127.0.0.1:1", token="t", moot="0", python="p"))
    assert status() is None
    assert not down()
    assert place(None).address is None


def test_where_ray_is_follows_the_address_then_the_environment(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "10.0.0.7:6379")
    assert place("ray://10.0.0.8:10001").address == "ray://10.0.0.8:10001"
    assert (place(None).address, place(None).foreign) == ("10.0.0.7:6379", True)
    monkeypatch.setenv("RAY_ADDRESS", "local")
    assert place(None) == Place(None)


def test_rays_client_is_refused_with_the_ways_there_are() -> None:
    with pytest.raises(RuntimeStartError, match=r"Ray's client.*: run this program on a machine .* or .* job submit"):
        connect(place("ray://127.0.0.1:10001"))


def test_an_address_where_nothing_answers_is_said_at_once() -> None:
    began = time.monotonic()
    with pytest.raises(RuntimeStartError, match=r"the Ray at 127\.0\.0\.1:1 does not answer"):
        connect(place("127.0.0.1:1"))
    assert time.monotonic() - began < 15  # Ray by itself would try for twenty seconds


HERE = Facts(python="3.11.7", ray="2.60.0", moot="0.1.0", token=True)


def test_versions_must_agree_but_for_the_last_number_of_python() -> None:
    compare(Facts(python="3.11.9", ray="2.60.0", moot="0.1.0", token=True), HERE, "it")


@pytest.mark.parametrize(
    ("there", "words"),
    [
        (
            Facts(python="3.12.1", ray="2.60.0", moot="0.1.0", token=True),
            "it runs Python 3.12 and this process Python 3.11",
        ),
        (
            Facts(python="3.11.7", ray="2.59.0", moot="0.1.0", token=True),
            "it runs ray 2.59.0 and this process ray 2.60.0",
        ),
        (
            Facts(python="3.11.7", ray="2.60.0", moot="0.2.0", token=True),
            "it runs moot 0.2.0 and this process moot 0.1.0",
        ),
    ],
)
def test_versions_that_differ_are_named(there: Facts, words: str) -> None:
    with pytest.raises(RuntimeStartError, match=words):
        compare(there, HERE, "it")


def test_an_actor_gets_its_own_providers_variables_and_nobody_elses() -> None:
    from moot.agents.models import endpoint_of

    variables = {
        "OPENAI_API_KEY": "o",
        "OPENAI_BASE_URL": "u",
        "ANTHROPIC_API_KEY": "a",
        "AWS_SECRET_ACCESS_KEY": "w",
        "HTTPS_PROXY": "p",
        "HOME": "h",
    }
    assert set(provider_environment(endpoint_of("openai/gpt-5"), variables)) == {
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "HTTPS_PROXY",
    }
    assert set(provider_environment(endpoint_of("bedrock/any"), variables)) == {"AWS_SECRET_ACCESS_KEY", "HTTPS_PROXY"}
    assert provider_environment(endpoint_of("sim/debater"), variables) == {}
    assert set(without_secrets(variables)) == {"OPENAI_BASE_URL", "HTTPS_PROXY", "HOME"}


def test_secrets_show_names_only() -> None:
    secrets = Secrets({"OPENAI_API_KEY": "sk-canary"})
    assert (repr(secrets), str(secrets), f"{[secrets]}") == (
        "Secrets(OPENAI_API_KEY)",
        "Secrets(OPENAI_API_KEY)",
        "[Secrets(OPENAI_API_KEY)]",
    )
    assert dict(secrets) == {"OPENAI_API_KEY": "sk-canary"}
